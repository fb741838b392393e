-- The slots with the most functions: where a call says least about where it goes.
-- columns: struct and field; targets, functions stored; sites, calls; open, 1 where a store could not be followed
-- example: xref query largest-slots
select
  struct,
  field,
  targets,
  sites,
  open,
  reason
from slots
order by targets desc, struct, field
limit 40
