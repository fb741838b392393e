-- Who calls a slot: every call through it.
-- struct: of the slot, as in proto_ops
-- field: of the slot, as in connect
-- columns: caller; path and line of the call; guard
-- example: xref query slot-calls struct=proto_ops field=connect
select
  caller,
  path,
  line,
  guard
from calls
where kind = 'member'
and callee = :struct || '.' || :field
order by path, line
