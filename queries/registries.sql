-- Registries: the global tables and lists that functions put their parameters into.
-- columns: variable; key, the index it is put at; value; function that puts it there; path and line of the store
-- example: xref query registries
select
  variable,
  key,
  value,
  function,
  path,
  line
from registries
order by variable, path, line
