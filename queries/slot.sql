-- Who fills a slot: every function that is stored in it, and where.
-- struct: of the slot, as in proto_ops
-- field: of the slot, as in connect
-- columns: target, the function; object, what holds it; path and line of the store; form; guard
-- example: xref query slot struct=proto_ops field=connect
select
  target,
  object,
  path,
  line,
  form,
  guard
from bindings
where struct = :struct
and field = :field
order by target, path, line
