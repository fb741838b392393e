-- What a compiler may put into the functions of a kernel: rows of the table `inlining`.
--
-- Small is a body of 1500 bytes in content.code at most, which are about 30 lines.  The
-- order of the joins is fixed: left to the planner, one index took minutes for what takes
-- another a second.  A `+` keeps it from making an index for a column of few values.

insert into inlining (kernel, caller, last, small, line)
with
small as materialized (                  -- the small functions of the kernel
  select
    function.id as id,
    function.name as name,
    function.id >> 20 as blob,
    function.length as length
  from file
  cross join function
    on function.id >= file.blob << 20 and function.id < file.blob + 1 << 20
  where file.kernel = :kernel and +function.sort = 0 and function.length <= 1500
),
near as materialized (                   -- calls of small ones in their own file
  select
    function.id as caller, small.id as small, small.length as length, call.line as line
  from small
  cross join call
    on call.callee = small.name
    and call.id >= small.blob << 20
    and call.id < small.blob + 1 << 20
    and call.owner >= 0
  cross join function
    on function.id = (call.id >> 20 << 20) + call.owner and function.sort <> 1
  where function.id <> small.id
),
header as materialized (                 -- inline functions, and macros that call
  select
    function.id as id,
    function.name as name,
    function.sort = 1 as is_macro,
    function.first_call as first_call,
    function.end_call as end_call
  from file
  cross join function
    on function.id >= file.blob << 20 and function.id < file.blob + 1 << 20
  where file.kernel = :kernel
    and (+function.sort = 1 or +function.inline = 1)
    and function.first_call < function.end_call
),
leading as materialized (                -- those that call a function of another file
  select
    header.id as header,
    header.name as name,
    header.is_macro as is_macro,
    function.id as small,
    function.static as is_static
  from header
  cross join call
    on call.id >= (header.id >> 20 << 20) + header.first_call
    and call.id < (header.id >> 20 << 20) + header.end_call
    and +call.owner = header.id & 1048575
  cross join function
    on function.name = call.callee
    and +function.sort = 0
    and +function.inline = 0
    and function.length <= 1500
    and function.id >> 20 <> header.id >> 20
),
back as (                                -- whose names lead to a small function
  select header, name, small from leading where not (is_macro and is_static)
  union
  select header.id, header.name, leading.small
  from leading
  cross join call
    on call.callee = leading.name
    and call.id >= leading.header >> 20 << 20
    and call.id < (leading.header >> 20) + 1 << 20
    and call.owner >= 0
  cross join function as header
    on header.id = (call.id >> 20 << 20) + call.owner
    and +header.inline = 1
    and header.id <> leading.header
  where not leading.is_macro and not leading.is_static
)
select :kernel, caller, small & 1048575, small & 1048575, line from near
union
-- two that are small together
select
  :kernel,
  outer_call.caller,
  inner_call.small & 1048575,
  outer_call.small & 1048575,
  outer_call.line
from near as outer_call
cross join near as inner_call on inner_call.caller = outer_call.small
where outer_call.length + inner_call.length <= 1500
  and inner_call.small <> outer_call.caller
union
-- an inline function or a macro of a header, or two such functions, lead back to the file
select :kernel, function.id, back.small & 1048575, back.small & 1048575, call.line
from back
cross join call
  on call.callee = back.name
  and call.id >= back.small >> 20 << 20
  and call.id < (back.small >> 20) + 1 << 20
  and call.owner >= 0
cross join function
  on function.id = (call.id >> 20 << 20) + call.owner
  and function.sort <> 1
  and function.id <> back.small
where back.small >> 20 in (select file.blob from file where file.kernel = :kernel)
union
-- an inline function of a header calls the small one that it is given
select :kernel, function.id, small.id & 1048575, small.id & 1048575, call.line
from node
cross join function as header on header.id = node.function and +header.inline = 1
cross join site on site.kernel = node.kernel and site.node = node.id
cross join pointer_call
  on pointer_call.id = site.call
  and pointer_call.id >= (header.id >> 20 << 20) + header.first_call
  and pointer_call.id < (header.id >> 20 << 20) + header.end_call
cross join binding
  on binding.kernel = node.kernel and binding.node = node.id and binding.form = 'argument'
cross join file on file.id = binding.file
cross join function as small
  on small.id = binding.function and +small.sort = 0 and small.length <= 1500
cross join call
  on call.callee = header.name
  and call.id >= small.id >> 20 << 20
  and call.id < (small.id >> 20) + 1 << 20
  and call.owner >= 0
cross join function
  on function.id = (call.id >> 20 << 20) + call.owner
  and function.sort <> 1
  and function.id <> small.id
  and binding.line between function.line and function.end_line
where node.kernel = :kernel
  and node.kind = 'parameter'
  and file.blob = small.id >> 20
