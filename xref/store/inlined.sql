-- The view `inlined` of the schema, row for row, joined from the caller: it is quick
-- where a question names that, the view of the schema where it names the callee.
-- `likelihood`: the range of a function's calls is short; or SQLite would read whole
-- tables into filters first.
select
  kernel.name as kernel,
  caller.text as caller,
  file.path as caller_path,
  callee.text as callee,
  ifnull(target_file.path, '') as callee_path,
  file.path as path,
  outer_call.line as line,
  small_name.text as through,
  '' as slot,
  'exact' as grade
from name as caller
cross join function on function.name = caller.id and function.kind <> 'macro'
cross join call as outer_call
  on likelihood(outer_call.id >= (function.id >> 20 << 20) + function.first_call, 0.001)
  and likelihood(outer_call.id < (function.id >> 20 << 20) + function.end_call, 0.001)
  and +outer_call.owner = function.id & 1048575
cross join function as small
  on small.name = outer_call.callee
  and small.id >> 20 = function.id >> 20
  and small.id <> function.id
  and small.kind = 'function'
  and small.length <= 1500
cross join call as inner_call
  on likelihood(inner_call.id >= (small.id >> 20 << 20) + small.first_call, 0.001)
  and likelihood(inner_call.id < (small.id >> 20 << 20) + small.end_call, 0.001)
  and +inner_call.owner = small.id & 1048575
cross join name as small_name on small_name.id = small.name
cross join name as callee on callee.id = inner_call.callee
cross join file on file.blob = small.id >> 20
cross join kernel on kernel.id = file.kernel
left join meaning
  on meaning.kernel = file.kernel
  and meaning.name = inner_call.callee
  and meaning.file in (0, file.id)
  and meaning.rank = 0
left join file as target_file
  on target_file.kernel = meaning.kernel and target_file.blob = meaning.function >> 20
union all
select
  kernel.name,
  caller.text,
  file.path,
  callee.text,
  ifnull(target_file.path, ''),
  file.path,
  outer_call.line,
  small_name.text,
  '',
  'exact'
from name as caller
cross join function on function.name = caller.id and function.kind <> 'macro'
cross join call as outer_call
  on likelihood(outer_call.id >= (function.id >> 20 << 20) + function.first_call, 0.001)
  and likelihood(outer_call.id < (function.id >> 20 << 20) + function.end_call, 0.001)
  and +outer_call.owner = function.id & 1048575
cross join function as header
  on header.name = outer_call.callee and header.inline = 1 and header.kind = 'function'
cross join call as between_call
  on likelihood(between_call.id >= (header.id >> 20 << 20) + header.first_call, 0.001)
  and likelihood(between_call.id < (header.id >> 20 << 20) + header.end_call, 0.001)
cross join function as small
  on small.name = between_call.callee
  and small.id >> 20 = function.id >> 20
  and small.id <> function.id
  and small.kind = 'function'
  and small.inline = 0
  and small.length <= 1500
  and small.id >> 20 <> header.id >> 20
cross join call as inner_call
  on likelihood(inner_call.id >= (small.id >> 20 << 20) + small.first_call, 0.001)
  and likelihood(inner_call.id < (small.id >> 20 << 20) + small.end_call, 0.001)
cross join name as small_name on small_name.id = small.name
cross join name as callee on callee.id = inner_call.callee
cross join file on file.blob = small.id >> 20
cross join kernel on kernel.id = file.kernel
left join meaning
  on meaning.kernel = file.kernel
  and meaning.name = inner_call.callee
  and meaning.file in (0, file.id)
  and meaning.rank = 0
left join file as target_file
  on target_file.kernel = meaning.kernel and target_file.blob = meaning.function >> 20
where exists (
  select 1 from file as header_file
  where header_file.kernel = file.kernel and header_file.blob = header.id >> 20
)
union all
select
  kernel.name,
  caller.text,
  file.path,
  callee.text,
  ifnull(target_file.path, ''),
  file.path,
  outer_call.line,
  small_name.text || ', ' || next_name.text,
  '',
  'exact'
from name as caller
cross join function on function.name = caller.id and function.kind <> 'macro'
cross join call as outer_call
  on likelihood(outer_call.id >= (function.id >> 20 << 20) + function.first_call, 0.001)
  and likelihood(outer_call.id < (function.id >> 20 << 20) + function.end_call, 0.001)
  and +outer_call.owner = function.id & 1048575
cross join function as small
  on small.name = outer_call.callee
  and small.id >= function.id >> 20 << 20
  and small.id < (function.id >> 20) + 1 << 20
  and small.id <> function.id
  and small.kind = 'function'
  and small.length <= 1500
cross join call as between_call
  on likelihood(between_call.id >= (small.id >> 20 << 20) + small.first_call, 0.001)
  and likelihood(between_call.id < (small.id >> 20 << 20) + small.end_call, 0.001)
  and +between_call.owner = small.id & 1048575
cross join function as next
  on next.name = between_call.callee
  and next.id >= small.id >> 20 << 20
  and next.id < (small.id >> 20) + 1 << 20
  and next.id not in (small.id, function.id)
  and next.kind = 'function'
  and small.length + next.length <= 1500
cross join call as inner_call
  on likelihood(inner_call.id >= (next.id >> 20 << 20) + next.first_call, 0.001)
  and likelihood(inner_call.id < (next.id >> 20 << 20) + next.end_call, 0.001)
  and +inner_call.owner = next.id & 1048575
cross join name as small_name on small_name.id = small.name
cross join name as next_name on next_name.id = next.name
cross join name as callee on callee.id = inner_call.callee
cross join file on file.blob = small.id >> 20
cross join kernel on kernel.id = file.kernel
left join meaning
  on meaning.kernel = file.kernel
  and meaning.name = inner_call.callee
  and meaning.file in (0, file.id)
  and meaning.rank = 0
left join file as target_file
  on target_file.kernel = meaning.kernel and target_file.blob = meaning.function >> 20
union all
select
  kernel.name,
  caller.text,
  file.path,
  callee.text,
  ifnull(target_file.path, ''),
  file.path,
  outer_call.line,
  small_name.text,
  pointee.slot,
  pointee.grade
from name as caller
cross join function on function.name = caller.id and function.kind <> 'macro'
cross join call as outer_call
  on likelihood(outer_call.id >= (function.id >> 20 << 20) + function.first_call, 0.001)
  and likelihood(outer_call.id < (function.id >> 20 << 20) + function.end_call, 0.001)
  and +outer_call.owner = function.id & 1048575
cross join function as small
  on small.name = outer_call.callee
  and small.id >= function.id >> 20 << 20
  and small.id < (function.id >> 20) + 1 << 20
  and small.id <> function.id
  and small.kind = 'function'
  and small.length <= 1500
cross join pointer_call
  on likelihood(pointer_call.id >= (small.id >> 20 << 20) + small.first_call, 0.001)
  and likelihood(pointer_call.id < (small.id >> 20 << 20) + small.end_call, 0.001)
  and +pointer_call.owner = small.id & 1048575
cross join file on file.blob = small.id >> 20
cross join kernel on kernel.id = file.kernel
cross join pointee on pointee.kernel = file.kernel and pointee.call = pointer_call.id
cross join held on held.kernel = file.kernel and held.node = pointee.node
cross join name as small_name on small_name.id = small.name
cross join name as callee on callee.id = held.name
left join file as target_file
  on target_file.kernel = held.kernel and target_file.blob = held.function >> 20
union all
select
  kernel.name,
  caller.text,
  file.path,
  callee.text,
  ifnull(target_file.path, ''),
  file.path,
  outer_call.line,
  small_name.text,
  '',
  'exact'
from name as caller
cross join function on function.name = caller.id and function.kind <> 'macro'
cross join call as outer_call
  on likelihood(outer_call.id >= (function.id >> 20 << 20) + function.first_call, 0.001)
  and likelihood(outer_call.id < (function.id >> 20 << 20) + function.end_call, 0.001)
  and +outer_call.owner = function.id & 1048575
cross join function as header
  on header.name = outer_call.callee and header.inline = 1
cross join call as header_call
  on likelihood(header_call.id >= (header.id >> 20 << 20) + header.first_call, 0.001)
  and likelihood(header_call.id < (header.id >> 20 << 20) + header.end_call, 0.001)
cross join function as next
  on next.name = header_call.callee
  and next.id >= header.id >> 20 << 20
  and next.id < (header.id >> 20) + 1 << 20
  and next.inline = 1
  and next.id <> header.id
cross join call as between_call
  on likelihood(between_call.id >= (next.id >> 20 << 20) + next.first_call, 0.001)
  and likelihood(between_call.id < (next.id >> 20 << 20) + next.end_call, 0.001)
cross join function as small
  on small.name = between_call.callee
  and small.id >= function.id >> 20 << 20
  and small.id < (function.id >> 20) + 1 << 20
  and small.id <> function.id
  and small.kind = 'function'
  and small.inline = 0
  and small.static = 0
  and small.length <= 1500
  and small.id >> 20 <> header.id >> 20
cross join call as inner_call
  on likelihood(inner_call.id >= (small.id >> 20 << 20) + small.first_call, 0.001)
  and likelihood(inner_call.id < (small.id >> 20 << 20) + small.end_call, 0.001)
cross join name as small_name on small_name.id = small.name
cross join name as callee on callee.id = inner_call.callee
cross join file on file.blob = small.id >> 20
cross join kernel on kernel.id = file.kernel
left join meaning
  on meaning.kernel = file.kernel
  and meaning.name = inner_call.callee
  and meaning.file in (0, file.id)
  and meaning.rank = 0
left join file as target_file
  on target_file.kernel = meaning.kernel and target_file.blob = meaning.function >> 20
where exists (
  select 1 from file as header_file
  where header_file.kernel = file.kernel and header_file.blob = header.id >> 20
)
union all
select
  kernel.name,
  caller.text,
  file.path,
  callee.text,
  ifnull(target_file.path, ''),
  file.path,
  outer_call.line,
  small_name.text || ', ' || next_name.text,
  pointee.slot,
  pointee.grade
from name as caller
cross join function on function.name = caller.id and function.kind <> 'macro'
cross join call as outer_call
  on likelihood(outer_call.id >= (function.id >> 20 << 20) + function.first_call, 0.001)
  and likelihood(outer_call.id < (function.id >> 20 << 20) + function.end_call, 0.001)
  and +outer_call.owner = function.id & 1048575
cross join function as small
  on small.name = outer_call.callee
  and small.id >= function.id >> 20 << 20
  and small.id < (function.id >> 20) + 1 << 20
  and small.id <> function.id
  and small.kind = 'function'
  and small.length <= 1500
cross join call as between_call
  on likelihood(between_call.id >= (small.id >> 20 << 20) + small.first_call, 0.001)
  and likelihood(between_call.id < (small.id >> 20 << 20) + small.end_call, 0.001)
  and +between_call.owner = small.id & 1048575
cross join function as next
  on next.name = between_call.callee
  and next.id >= small.id >> 20 << 20
  and next.id < (small.id >> 20) + 1 << 20
  and next.id not in (small.id, function.id)
  and next.kind = 'function'
  and small.length + next.length <= 1500
cross join pointer_call
  on likelihood(pointer_call.id >= (next.id >> 20 << 20) + next.first_call, 0.001)
  and likelihood(pointer_call.id < (next.id >> 20 << 20) + next.end_call, 0.001)
  and +pointer_call.owner = next.id & 1048575
cross join file on file.blob = small.id >> 20
cross join kernel on kernel.id = file.kernel
cross join pointee on pointee.kernel = file.kernel and pointee.call = pointer_call.id
cross join held on held.kernel = file.kernel and held.node = pointee.node
cross join name as small_name on small_name.id = small.name
cross join name as next_name on next_name.id = next.name
cross join name as callee on callee.id = held.name
left join file as target_file
  on target_file.kernel = held.kernel and target_file.blob = held.function >> 20
union all
select
  kernel.name,
  caller.text,
  file.path,
  callee.text,
  ifnull(target_file.path, ''),
  file.path,
  outer_call.line,
  small_name.text,
  '',
  'exact'
from name as caller
cross join function on function.name = caller.id and function.kind <> 'macro'
cross join call as outer_call
  on likelihood(outer_call.id >= (function.id >> 20 << 20) + function.first_call, 0.001)
  and likelihood(outer_call.id < (function.id >> 20 << 20) + function.end_call, 0.001)
  and +outer_call.owner = function.id & 1048575
cross join function as header
  on header.name = outer_call.callee and header.inline = 1
cross join pointer_call
  on likelihood(pointer_call.id >= (header.id >> 20 << 20) + header.first_call, 0.001)
  and likelihood(pointer_call.id < (header.id >> 20 << 20) + header.end_call, 0.001)
cross join file on file.blob = function.id >> 20
cross join kernel on kernel.id = file.kernel
cross join site on site.kernel = kernel.id and site.call = pointer_call.id
cross join node
  on node.kernel = kernel.id
  and node.id = site.node
  and node.kind = 'parameter'
  and node.function = header.id
cross join binding
  on binding.kernel = kernel.id
  and binding.node = node.id
  and binding.form = 'argument'
  and binding.file = file.id
  and binding.line between function.line and function.end_line
cross join function as small
  on small.id = binding.function
  and small.id >> 20 = file.blob
  and small.id <> function.id
  and small.length <= 1500
cross join call as inner_call
  on likelihood(inner_call.id >= (small.id >> 20 << 20) + small.first_call, 0.001)
  and likelihood(inner_call.id < (small.id >> 20 << 20) + small.end_call, 0.001)
cross join name as small_name on small_name.id = small.name
cross join name as callee on callee.id = inner_call.callee
left join meaning
  on meaning.kernel = kernel.id
  and meaning.name = inner_call.callee
  and meaning.file in (0, file.id)
  and meaning.rank = 0
left join file as target_file
  on target_file.kernel = meaning.kernel and target_file.blob = meaning.function >> 20
union all
select
  kernel.name,
  caller.text,
  file.path,
  callee.text,
  ifnull(target_file.path, ''),
  file.path,
  outer_call.line,
  small_name.text,
  '',
  'exact'
from name as caller
cross join function on function.name = caller.id and function.kind <> 'macro'
cross join call as outer_call
  on likelihood(outer_call.id >= (function.id >> 20 << 20) + function.first_call, 0.001)
  and likelihood(outer_call.id < (function.id >> 20 << 20) + function.end_call, 0.001)
  and +outer_call.owner = function.id & 1048575
cross join function as header
  on header.name = outer_call.callee and header.kind = 'macro'
cross join call as between_call
  on likelihood(between_call.id >= (header.id >> 20 << 20) + header.first_call, 0.001)
  and likelihood(between_call.id < (header.id >> 20 << 20) + header.end_call, 0.001)
cross join function as small
  on small.name = between_call.callee
  and small.id >= function.id >> 20 << 20
  and small.id < (function.id >> 20) + 1 << 20
  and small.id <> function.id
  and small.kind = 'function'
  and small.inline = 0
  and small.static = 0
  and small.length <= 1500
  and small.id >> 20 <> header.id >> 20
cross join call as inner_call
  on likelihood(inner_call.id >= (small.id >> 20 << 20) + small.first_call, 0.001)
  and likelihood(inner_call.id < (small.id >> 20 << 20) + small.end_call, 0.001)
cross join name as small_name on small_name.id = small.name
cross join name as callee on callee.id = inner_call.callee
cross join file on file.blob = small.id >> 20
cross join kernel on kernel.id = file.kernel
left join meaning
  on meaning.kernel = file.kernel
  and meaning.name = inner_call.callee
  and meaning.file in (0, file.id)
  and meaning.rank = 0
left join file as target_file
  on target_file.kernel = meaning.kernel and target_file.blob = meaning.function >> 20
where exists (
  select 1 from file as header_file
  where header_file.kernel = file.kernel and header_file.blob = header.id >> 20
)
