-- Who calls a function, by its name or through a pointer.
-- name: of the function, as in ip_queue_xmit; sys_NAME for a system call
-- columns: caller; path and line of the call; kind; slot and grade of a pointer call
-- example: xref query callers name=ip_queue_xmit
select distinct
  caller,
  path,
  line,
  kind,
  slot,
  grade
from edges
where callee = :name and kind <> 'inlined'
order by path, line, caller
