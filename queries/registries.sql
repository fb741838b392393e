-- Registries: structs whose objects are tables of functions, and how many there are of each.
-- columns: struct; objects and functions, how many; object, path and line of one of them
-- example: xref query registries
select
  struct,
  count(distinct object) as objects,
  count(distinct target) as functions,
  count(distinct field) as fields,
  min(object) as object,
  min(path) as path
from bindings
where form = 'initializer'
and object <> ''
group by struct
order by objects desc, struct
