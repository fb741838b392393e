-- Registries: where a function enters what it is given into a table or list, and by which key.
-- columns: variable, the table; key and value as written; function, path and line of the entry
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
