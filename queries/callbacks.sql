-- What a function arms to run later: work items, timers, callbacks of RCU, interrupts.
-- name: of the function, as in tcp_v4_init_sock
-- columns: path and line; callee, what runs; slot, through which it is called in the end
-- example: xref query callbacks name=inet_csk_init_xmit_timers
select
  path,
  line,
  callee,
  slot
from edges
where caller = :name and kind = 'callback'
order by path, line, callee
