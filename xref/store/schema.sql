-- One index: facts per blob (content), kernels as lists of files, links per kernel.
--
-- An id of a fact is blob * 1048576 + its position in the blob: rows of one blob lie
-- together and need neither a column nor an index for it.  Functions, macros and
-- objects of a blob are numbered together (`owner` is such a number, -1: file scope).
-- Texts that repeat are kept once, in `name`; 0 is the empty text.

pragma application_id = 2020762982;  -- "xref"; the schema number comes from this text

create table name (
  id integer primary key,
  text text not null                     -- each once: see the index
) strict;
insert into name values (0, '');

-- facts ---------------------------------------------------------------------------

create table blob (
  id integer primary key,
  git text not null unique,              -- git's id of the content
  size_bytes integer not null,
  error_bytes integer not null,          -- within ERROR nodes, after cleaning
  reader integer not null                -- which reader made the facts; 0: none did yet
) strict;

create table content (                   -- what is too large for rows, as JSON
  blob integer primary key,
  code blob not null,                    -- zlib: bodies, macro bodies, initialisers
  stores blob not null,                  -- zlib: columns of stores, see `rows.stores_of`
  uses blob not null                     -- zlib: [[use of a macro at file scope, guard], ...]
) strict;

create table made (                      -- bodies of functions that uses of macros define;
                                         -- they stand in `function`, numbered behind the
                                         -- facts of the blob
  function integer primary key,
  code text not null                     -- JSON
) strict;

create table made_in (                   -- the kernels whose macros define them
  kernel integer not null,
  function integer not null,
  primary key (kernel, function)
) strict, without rowid;

create table function (                  -- with a body; macros, too
  id integer primary key,
  name integer not null,
  sort integer not null,                 -- the kind as a number: a byte less, or seven
  kind text generated always as          -- function syscall macro
    (case sort when 0 then 'function' when 1 then 'macro' else 'syscall' end) virtual,
  line integer not null,                 -- of the name
  end_line integer not null,
  static integer not null,
  inline integer not null,
  variadic integer not null,
  returns integer not null,              -- type, a name
  parameters text,                       -- "type name;type name"; of a macro "name;name",
                                         -- null for an object-like one
  guard integer not null,                -- a name
  macro integer not null,                -- the macro that defines it, a name
  shape integer not null,                -- the form as a number
  form text generated always as          -- of a macro: what its body is
    (case shape when 0 then '' when 1 then 'expr' when 2 then 'statements'
      when 3 then 'empty' when 4 then 'items' when 5 then 'type' else 'other' end)
    virtual,
  text text not null,                    -- of a macro: its body as written
  start integer not null,                -- of its body in content.code, uncompressed
  length integer not null,
  first_call integer not null,           -- its calls are those at positions from here
  end_call integer not null              -- to before here
) strict;

create table plain (                     -- macros that are numbers, of files with many:
                                         -- they are no rows of `function`
  blob integer primary key,
  names blob not null,                   -- CRC-32 of their names, sorted, 4 bytes each
  macros blob not null                   -- lzma: their columns, see `plain`
) strict;

create table plain_of (                  -- those of all blobs of a kernel
  kernel integer primary key,
  names blob not null                    -- CRC-32 of their names, sorted, 4 bytes each
) strict;

create table word (                      -- what words a blob has, see `words`
  blob integer primary key,
  words blob not null                    -- buckets of hashes
) strict;

create table prototype (
  id integer primary key,
  name integer not null,
  line integer not null,
  returns integer not null,              -- type, a name
  parameters text not null,              -- as in function
  variadic integer not null,
  static integer not null,
  guard integer not null                 -- a name
) strict;

create table struct (
  id integer primary key,
  tag integer not null,                  -- with its keyword, a name
  line integer not null,
  guard integer not null                 -- a name
) strict;

create table field (
  struct integer not null,
  position integer not null,
  name integer not null,                 -- 0 for an anonymous member
  type integer not null,                 -- a name
  line integer not null,
  guard integer not null,                -- a name
  primary key (struct, position)
) strict, without rowid;

create table typedef (
  id integer primary key,
  name integer not null,
  type integer not null,                 -- a name
  line integer not null,
  guard integer not null                 -- a name
) strict;

create table object (
  id integer primary key,
  name integer not null,
  type integer not null,                 -- a name
  line integer not null,
  end_line integer not null,
  static integer not null,
  extern integer not null,               -- 1: a declaration only
  function integer not null,             -- the function it is static in, a name
  guard integer not null,                -- a name
  macro integer not null,                -- the macro that defines it, a name
  start integer not null,                -- of its initialiser in content.code
  length integer not null                -- 0 without one
) strict;

create table enumerator (
  id integer primary key,
  name integer not null,
  value text not null,                   -- an expression as JSON
  line integer not null,
  guard integer not null                 -- a name
) strict;

create table call (                      -- by name
  id integer primary key,
  owner integer not null,                -- function or macro it stands in
  line integer not null,
  callee integer not null,               -- a name
  guard integer not null                 -- a name
) strict;

create table pointer_call (              -- numbered together with the calls by name
  id integer primary key,
  owner integer not null,
  line integer not null,
  kind text not null,                    -- member pointer
  expression integer not null,           -- the callee as JSON, a name
  text integer not null,                 -- the callee as C, a name
  guard integer not null                 -- a name
) strict;

create table include (
  id integer primary key,
  target integer not null,               -- a name
  system integer not null,               -- 1: in angle brackets
  line integer not null,
  guard integer not null                 -- a name
) strict;

create table problem (
  id integer primary key,
  line integer not null,
  end_line integer not null,
  kind text not null,
  text text not null
) strict;

-- kernels -------------------------------------------------------------------------

create table kernel (
  id integer primary key,
  name text not null unique,             -- exact version
  source text not null,                  -- where it was read
  key text not null,                     -- the same key is the same content
  arch text not null,                    -- the folder under arch/ that names mean first
  indexed_at text not null,              -- UTC, ISO 8601
  reader integer not null,               -- which reader made the facts
  linker integer not null                -- which linker made the links; 0: none did yet
) strict;

create table scope (                     -- parts of the tree that were read in full
  kernel integer not null,
  name text not null,
  primary key (kernel, name)
) strict, without rowid;

create table unread (                    -- parts of the tree that were not
  kernel integer not null,
  path text not null,                    -- a prefix
  primary key (kernel, path)
) strict, without rowid;

create table file (
  id integer primary key,
  kernel integer not null,
  path text not null,
  blob integer not null
) strict;

create table seen (                      -- what a file sees through #include
  kernel integer not null,
  file integer not null,                 -- number of the file in the order of paths
                                         -- -1: what every file sees
  includes text not null,                -- numbers of those it includes directly
  includers text not null,               -- numbers of those that include it directly
  files blob not null,                   -- zlib: a bit for each file of the kernel;
                                         -- empty when nothing includes it
  primary key (kernel, file)
) strict, without rowid;

create table syscall (                   -- rows of the tables of an architecture
  kernel integer not null,
  arch text not null,
  abi text not null,
  nr integer not null,
  name text not null,
  entry text not null,
  path text not null,
  line integer not null
) strict;

-- links, per kernel ---------------------------------------------------------------

create table meaning (                   -- what a name means that is called
  kernel integer not null,
  name integer not null,
  file integer not null,                 -- 0: the same from every file
  rank integer not null,                 -- 0 is the best candidate
  function integer not null,             -- one that has this name
  primary key (kernel, name, file, rank)
) strict, without rowid;

create table node (                      -- what may hold a function
  kernel integer not null,
  id integer not null,
  kind text not null,                    -- slot parameter local global return, key: of a
                                         -- static call
  struct integer not null,               -- slot: tag without keyword, a name
  field integer not null,                -- slot: field; local, global, key: its name; a name
  function integer not null,             -- parameter, local, return: whose; else 0
  position integer not null,             -- parameter: from 0
  primary key (kernel, id)
) strict, without rowid;

create table site (                      -- a pointer call reads a node
  kernel integer not null,
  call integer not null,                 -- pointer_call, or -1 - expanded.id
  node integer not null,
  primary key (kernel, call, node)
) strict, without rowid;

create table expanded (                  -- calls that a macro makes of its arguments
  kernel integer not null,
  id integer not null,
  caller integer not null,               -- function: the user of the macro
  line integer not null,
  kind text not null,                    -- direct member pointer
  callee integer not null,               -- the callee as C, a name
  function integer not null,             -- direct: what it means; 0: not read
  grade text not null,                   -- direct: exact, or named as a candidate
  guard integer not null,                -- a name
  primary key (kernel, id)
) strict, without rowid;

create table binding (                   -- a function stands in a node
  kernel integer not null,
  node integer not null,
  function integer not null,             -- 0: no body of it was read
  name integer not null,                 -- of the function
  object integer not null,               -- whose initialiser holds it; a name
  file integer not null,                 -- where the store stands
  line integer not null,
  form text not null,                    -- initializer assignment argument return copy
  guard integer not null,                -- a name
  primary key (kernel, node, function, name, object, file, line, form, guard)
) strict, without rowid;

create table held (                      -- functions of `binding`, each once a node
  kernel integer not null,
  node integer not null,
  name integer not null,
  function integer not null,             -- 0: no body of it was read
  primary key (kernel, node, name, function)
) strict, without rowid;

create table unknown (                   -- a store into a node that cannot be followed
  kernel integer not null,
  node integer not null,
  reason text not null,
  file integer not null,
  line integer not null
) strict;

create table stored (                    -- which store facts concern a node or a global
  kernel integer not null,
  node integer not null,                 -- 0: only the global
  global integer not null,               -- innermost base at file scope; a name, or 0
  file integer not null,
  position integer not null,             -- in content.stores of the file's blob
  target integer not null,               -- position of the fact whose value is the target,
                                         -- of a store by a macro's arguments; else -1
  primary key (kernel, node, global, file, position, target)
) strict, without rowid;

create table mention (                   -- a store, argument or return has a global in it
  kernel integer not null,
  global integer not null,               -- a name
  function integer not null,             -- in which
  primary key (kernel, global, function)
) strict, without rowid;

create table callback (                  -- a function arms another one, to run later
  kernel integer not null,
  caller integer not null,               -- function
  line integer not null,
  name integer not null,                 -- of what runs
  function integer not null,             -- 0: no body of it was read
  struct integer not null,               -- slot that it is called through; names
  field integer not null
) strict;

create table registry (                  -- a function puts its parameter into a global
  kernel integer not null,
  variable integer not null,             -- a name
  key text not null,                     -- the index as C; "" on a list
  value text not null,                   -- what is put there as C; "" when not known
  function integer not null,
  file integer not null,
  line integer not null
) strict;

create table inlining (                  -- what a compiler may put into a function: a small
                                         -- one of its file; made by `inlining.sql`
  kernel integer not null,
  caller integer not null,               -- function
  last integer not null,                 -- whose calls are then the caller's; its position
                                         -- in the blob
  small integer not null,                -- that one, or the other small one that calls it
  line integer not null,                 -- of the call of the caller
  primary key (kernel, caller, last, small, line)
) strict, without rowid;

create table untyped (                   -- pointer calls without a node
  kernel integer not null,
  call integer not null,                 -- as in site
  reason text not null,                  -- '': it is resolved where the macro is used
  primary key (kernel, call)
) strict, without rowid;

create table answer (                    -- answers kept; gone when a kernel is linked
  kernel integer not null,
  key text not null,
  maker integer not null,                -- which program made it
  content blob not null,                 -- zlib: JSON
  primary key (kernel, key)
) strict, without rowid;

-- joins that several views share ---------------------------------------------------
-- A join of calls and functions is written both ways, by rowid and as the range of a
-- function's calls, so that it can begin at either; `likelihood`: the range is short.

create view named_call as                -- calls by name, in functions
select
  file.kernel as kernel,
  file.id as file,
  file.path as path,
  file.blob as blob,
  call.id as id,
  function.id as function,
  caller.text as caller,
  function.kind as caller_kind,
  call.line as line,
  call.callee as callee,
  call.guard as guard
from call
join file on file.blob = call.id >> 20
join function
  on function.id = (call.id >> 20 << 20) + call.owner
  and likelihood(call.id >= (function.id >> 20 << 20) + function.first_call, 0.001)
  and likelihood(call.id < (function.id >> 20 << 20) + function.end_call, 0.001)
join name as caller on caller.id = function.name;

create view pointing_call as             -- calls through pointers, in functions
select
  file.kernel as kernel,
  file.path as path,
  file.blob as blob,
  pointer_call.id as id,
  function.id as function,
  caller.text as caller,
  pointer_call.line as line,
  pointer_call.kind as kind,
  pointer_call.guard as guard,
  function.kind = 'macro' as in_macro
from pointer_call
join file on file.blob = pointer_call.id >> 20
join function
  on function.id = (pointer_call.id >> 20 << 20) + pointer_call.owner
  and likelihood(pointer_call.id >= (function.id >> 20 << 20) + function.first_call, 0.001)
  and likelihood(pointer_call.id < (function.id >> 20 << 20) + function.end_call, 0.001)
join name as caller on caller.id = function.name;

create view expanded_call as             -- calls that macros make of their arguments
select
  expanded.kernel as kernel,
  expanded.id as number,
  file.path as path,
  -1 - expanded.id as id,
  caller.text as caller,
  expanded.line as line,
  expanded.kind as kind,
  callee.text as callee,
  expanded.callee as callee_name,
  expanded.function as function,
  expanded.grade as grade,
  expanded.guard as guard,
  function.kind = 'macro' and function.text = callee.text as is_other_name,
  target.kind as kind_of_callee
from expanded
join function on function.id = expanded.caller
left join function as target on target.id = expanded.function
join name as caller on caller.id = function.name
join name as callee on callee.id = expanded.callee
join file on file.kernel = expanded.kernel and file.blob = expanded.caller >> 20;

create view pointee as                   -- what a pointer call reads
select
  site.kernel as kernel,
  site.call as call,
  site.node as node,
  iif(node.kind = 'slot', struct.text || '.' || field.text, field.text) as text,
  iif(node.kind = 'slot', struct.text || '.' || field.text, '') as slot,
  case node.kind when 'slot' then 'slot' when 'key' then 'named' else 'local' end as grade
from site
join node on node.kernel = site.kernel and node.id = site.node
join name as struct on struct.id = node.struct
join name as field on field.id = node.field;

create view put_in as                    -- small functions, and what they are put into
select
  inlining.kernel as kernel,
  inlining.caller as caller,
  inlining.last as last,
  inlining.line as line,
  function.name as name,
  iif(inlining.small = inlining.last, '', small_name.text || ', ') as first
from inlining
join function on function.id = inlining.caller
join function as small
  on small.id = (inlining.caller >> 20 << 20) + inlining.small
join name as small_name on small_name.id = small.name;

-- views: a contract, names and columns stay -----------------------------------------

create view kernels as
select
  kernel.name as kernel,
  kernel.source as source,
  (select count(*) from file where file.kernel = kernel.id) as files,
  kernel.indexed_at as indexed_at,
  (select group_concat(scope.name, ' ') from scope where scope.kernel = kernel.id) as scopes,
  (
    select ifnull(sum(blob.size_bytes), 0)
    from file join blob on blob.id = file.blob where file.kernel = kernel.id
  ) as bytes,
  iif(kernel.linker = 0, 'unfinished', 'indexed') as state
from kernel;

create view files as
select
  kernel.name as kernel,
  file.path as path,
  blob.git as blob,
  blob.size_bytes as bytes,
  blob.error_bytes as error_bytes
from kernel
join file on file.kernel = kernel.id
join blob on blob.id = file.blob;

create view functions as
select
  kernel.name as kernel,
  name.text as name,
  function.kind as kind,
  file.path as path,
  function.line as line,
  function.end_line as end_line,
  function.static as static,
  case
    when function.kind <> 'macro'
    then returns.text || ' ' || name.text || '(' || replace(function.parameters, ';', ', ')
      || iif(function.variadic, ', ...)', ')')
    else name.text || ifnull('(' || replace(function.parameters, ';', ', ') || ')', '')
  end as signature,
  guard.text as guard
from function
join name on name.id = function.name
join name as returns on returns.id = function.returns
join name as guard on guard.id = function.guard
join file on file.blob = function.id >> 20
join kernel on kernel.id = file.kernel
where function.id & 524288 = 0 or exists (
  select 1 from made_in
  where made_in.kernel = kernel.id and made_in.function = function.id
);

create view syscalls as
select
  kernel.name as kernel,
  syscall.arch as arch,
  syscall.abi as abi,
  syscall.nr as nr,
  syscall.name as name,
  syscall.entry as entry,
  syscall.path as path,
  syscall.line as line
from syscall
join kernel on kernel.id = syscall.kernel;

create view calls as
-- What is called by name.  An object-like macro is not called but what it stands for; in
-- the body of a macro the use of another macro is expanded, and stands in `edges`.
select
  kernel.name as kernel,
  named_call.caller as caller,
  named_call.path as path,
  named_call.line as line,
  'direct' as kind,
  callee.text as callee,
  guard.text as guard
from named_call
join name as callee on callee.id = named_call.callee
join name as guard on guard.id = named_call.guard
join kernel on kernel.id = named_call.kernel
where not exists (
  select 1 from meaning
  join function as macro on macro.id = meaning.function
  where meaning.kernel = named_call.kernel
    and meaning.name = named_call.callee
    and meaning.file in (0, named_call.file)
    and meaning.rank = 0
    and macro.kind = 'macro'
    and iif(
      macro.parameters is null,
      exists (
        select 1 from expanded
        where expanded.kernel = named_call.kernel and expanded.caller = macro.id
      ),
      named_call.caller_kind = 'macro'
    )
)
union all
-- what an object-like macro stands for, the same from every file
select
  kernel.name,
  named_call.caller,
  named_call.path,
  named_call.line,
  'direct',
  callee.text,
  guard.text
from function as macro
join meaning
  on meaning.function = macro.id and meaning.name = macro.name and meaning.rank = 0
join kernel on kernel.id = meaning.kernel
join expanded on expanded.kernel = meaning.kernel and expanded.caller = macro.id
join name as callee on callee.id = expanded.callee
left join function as target on target.id = expanded.function
join named_call
  on named_call.callee = meaning.name
  and named_call.kernel = meaning.kernel
join name as guard on guard.id = named_call.guard
where macro.kind = 'macro'
  and macro.parameters is null
  and target.kind is not 'macro'
  and meaning.file = 0
union all
-- what an object-like macro stands for, in each file its own
select
  kernel.name,
  named_call.caller,
  named_call.path,
  named_call.line,
  'direct',
  callee.text,
  guard.text
from function as macro
join meaning
  on meaning.function = macro.id and meaning.name = macro.name and meaning.rank = 0
join kernel on kernel.id = meaning.kernel
join expanded on expanded.kernel = meaning.kernel and expanded.caller = macro.id
join name as callee on callee.id = expanded.callee
left join function as target on target.id = expanded.function
join named_call
  on named_call.callee = meaning.name
  and named_call.kernel = meaning.kernel
  and named_call.file = meaning.file
  and likelihood(named_call.id >= named_call.blob << 20, 0.001)
  and likelihood(named_call.id < named_call.blob + 1 << 20, 0.001)
join name as guard on guard.id = named_call.guard
where macro.kind = 'macro'
  and macro.parameters is null
  and target.kind is not 'macro'
union all
select kernel.name, '', file.path, call.line, 'direct', callee.text, guard.text
from call
join name as callee on callee.id = call.callee
join name as guard on guard.id = call.guard
join file on file.blob = call.id >> 20
join kernel on kernel.id = file.kernel
where call.owner = -1
  and not exists (
    select 1 from meaning
    join function as macro on macro.id = meaning.function
    join expanded on expanded.kernel = meaning.kernel and expanded.caller = macro.id
    where meaning.kernel = file.kernel
      and meaning.name = call.callee
      and meaning.file in (0, file.id)
      and meaning.rank = 0
      and macro.kind = 'macro'
      and macro.parameters is null
  )
union all
select
  kernel.name,
  pointing_call.caller,
  pointing_call.path,
  pointing_call.line,
  pointing_call.kind,
  ifnull(
    (
      select text from pointee
      where pointee.kernel = kernel.id and pointee.call = pointing_call.id
      order by node limit 1
    ),
    '?'
  ),
  guard.text
from pointing_call
join name as guard on guard.id = pointing_call.guard
join kernel on kernel.id = pointing_call.kernel
-- linking found a call by name: of what `guard(lock)(&l)` declares, of a macro that a
-- variable shares its name with
where pointing_call.in_macro or not exists (
  select 1 from untyped
  where untyped.kernel = kernel.id and untyped.call = pointing_call.id
    and untyped.reason = ''
)
union all
select
  kernel.name,
  '',
  file.path,
  pointer_call.line,
  pointer_call.kind,
  ifnull(
    (
      select text from pointee
      where pointee.kernel = kernel.id and pointee.call = pointer_call.id
      order by node limit 1
    ),
    '?'
  ),
  guard.text
from pointer_call
join name as guard on guard.id = pointer_call.guard
join file on file.blob = pointer_call.id >> 20
join kernel on kernel.id = file.kernel
where pointer_call.owner = -1
union all
select
  kernel.name,
  expanded_call.caller,
  expanded_call.path,
  expanded_call.line,
  expanded_call.kind,
  iif(
    expanded_call.kind = 'direct',
    expanded_call.callee,
    ifnull(
      (
        select text from pointee
        where pointee.kernel = kernel.id and pointee.call = expanded_call.id
        order by node limit 1
      ),
      '?'
    )
  ),
  guard.text
from expanded_call
join name as guard on guard.id = expanded_call.guard
join kernel on kernel.id = expanded_call.kernel
where expanded_call.kind_of_callee is not 'macro' and not expanded_call.is_other_name;

create view bindings as
select
  kernel.name as kernel,
  struct.text as struct,
  field.text as field,
  target.text as target,
  object.text as object,
  file.path as path,
  binding.line as line,
  binding.form as form,
  guard.text as guard
from binding
join node on node.kernel = binding.kernel and node.id = binding.node and node.kind = 'slot'
join name as struct on struct.id = node.struct
join name as field on field.id = node.field
join name as target on target.id = binding.name
join name as object on object.id = binding.object
join name as guard on guard.id = binding.guard
join file on file.id = binding.file
join kernel on kernel.id = binding.kernel;

create view slots as
select
  kernel.name as kernel,
  struct.text as struct,
  field.text as field,
  (
    select count(distinct held.name) from held
    where held.kernel = node.kernel and held.node = node.id
  ) as targets,
  (
    select count(*) from site where site.kernel = node.kernel and site.node = node.id
  ) as sites,
  exists (
    select 1 from unknown where unknown.kernel = node.kernel and unknown.node = node.id
  ) as open,
  ifnull(
    (
      select unknown.reason from unknown
      where unknown.kernel = node.kernel and unknown.node = node.id
      limit 1
    ),
    ''
  ) as reason
from node
join name as struct on struct.id = node.struct
join name as field on field.id = node.field
join kernel on kernel.id = node.kernel
where node.kind = 'slot';

create view edges as
-- by name: names that mean the same from every file
select
  kernel.name as kernel,
  named_call.caller as caller,
  named_call.path as caller_path,
  callee.text as callee,
  target_file.path as callee_path,
  named_call.path as path,
  named_call.line as line,
  iif(target.kind = 'macro', 'macro', 'direct') as kind,
  '' as slot,
  'exact' as grade
from meaning
join kernel on kernel.id = meaning.kernel
join named_call
  on named_call.callee = meaning.name and named_call.kernel = meaning.kernel
join function as target on target.id = meaning.function
join name as callee on callee.id = meaning.name
join file as target_file
  on target_file.kernel = meaning.kernel and target_file.blob = target.id >> 20
where meaning.file = 0
union all
-- by name: names that each file has its own meaning of
select
  kernel.name,
  named_call.caller,
  named_call.path,
  callee.text,
  target_file.path,
  named_call.path,
  named_call.line,
  iif(target.kind = 'macro', 'macro', 'direct'),
  '',
  'exact'
from meaning
join kernel on kernel.id = meaning.kernel
join named_call
  on named_call.file = meaning.file
  and named_call.kernel = meaning.kernel
  and named_call.callee = meaning.name
  and likelihood(named_call.id >= named_call.blob << 20, 0.001)
  and likelihood(named_call.id < named_call.blob + 1 << 20, 0.001)
join function as target on target.id = meaning.function
join name as callee on callee.id = meaning.name
join file as target_file
  on target_file.kernel = meaning.kernel and target_file.blob = target.id >> 20
union all
-- by name: no definition was read
select
  kernel.name,
  named_call.caller,
  named_call.path,
  callee.text,
  '',
  named_call.path,
  named_call.line,
  'direct',
  '',
  'exact'
from named_call
join kernel on kernel.id = named_call.kernel
join name as callee on callee.id = named_call.callee
where not exists (
  select 1 from meaning
  where meaning.kernel = named_call.kernel
    and meaning.name = named_call.callee
    and meaning.file in (0, named_call.file)
)
union all
-- what a macro calls of its arguments
select
  kernel.name,
  expanded_call.caller,
  expanded_call.path,
  expanded_call.callee,
  ifnull(target_file.path, ''),
  expanded_call.path,
  expanded_call.line,
  iif(expanded_call.kind_of_callee = 'macro', 'macro', 'direct'),
  '',
  expanded_call.grade
from expanded_call
join kernel on kernel.id = expanded_call.kernel
left join file as target_file
  on target_file.kernel = expanded_call.kernel
  and target_file.blob = expanded_call.function >> 20
where expanded_call.kind = 'direct'
union all
-- through a pointer
select
  kernel.name,
  pointing_call.caller,
  pointing_call.path,
  callee.text,
  ifnull(target_file.path, ''),
  pointing_call.path,
  pointing_call.line,
  'indirect',
  pointee.slot,
  pointee.grade
from pointee
join kernel on kernel.id = pointee.kernel
join pointing_call
  on pointing_call.kernel = pointee.kernel and pointing_call.id = pointee.call
join held on held.kernel = pointee.kernel and held.node = pointee.node
join name as callee on callee.id = held.name
left join file as target_file
  on target_file.kernel = pointee.kernel and target_file.blob = held.function >> 20
union all
-- through a pointer that is an argument of a macro; joined so that it can begin at
-- either end
select
  kernel.name,
  expanded_call.caller,
  expanded_call.path,
  callee.text,
  ifnull(target_file.path, ''),
  expanded_call.path,
  expanded_call.line,
  'indirect',
  pointee.slot,
  pointee.grade
from expanded_call
join kernel on kernel.id = expanded_call.kernel
join pointee
  on pointee.kernel = expanded_call.kernel
  and pointee.call = expanded_call.id
  and expanded_call.number = -1 - pointee.call
join held on held.kernel = pointee.kernel and held.node = pointee.node
join name as callee on callee.id = held.name
left join file as target_file
  on target_file.kernel = pointee.kernel and target_file.blob = held.function >> 20
union all
-- armed, to run later
select
  kernel.name,
  caller.text,
  file.path,
  callee.text,
  ifnull(target_file.path, ''),
  file.path,
  callback.line,
  'callback',
  struct.text || '.' || field.text,
  'local'
from callback
join kernel on kernel.id = callback.kernel
join function on function.id = callback.caller
join name as caller on caller.id = function.name
join file on file.kernel = callback.kernel and file.blob = callback.caller >> 20
join name as callee on callee.id = callback.name
join name as struct on struct.id = callback.struct
join name as field on field.id = callback.field
left join file as target_file
  on target_file.kernel = callback.kernel and target_file.blob = callback.function >> 20
union all
-- where a compiler may put what is called into its caller
select
  kernel,
  caller,
  caller_path,
  callee,
  callee_path,
  path,
  line,
  'inlined',
  slot,
  grade
from inlined;

-- through a small function, or two, which a compiler may put into their caller: what is
-- called there is seen to be called from here
create view inlined as
select
  kernel.name as kernel,
  caller.text as caller,
  named_call.path as caller_path,
  callee.text as callee,
  ifnull(target_file.path, '') as callee_path,
  named_call.path as path,
  put_in.line as line,
  put_in.first || named_call.caller as through,
  '' as slot,
  'exact' as grade
from put_in
join kernel on kernel.id = put_in.kernel
join name as caller on caller.id = put_in.name
join named_call
  on named_call.kernel = put_in.kernel
  and named_call.function = (put_in.caller >> 20 << 20) + put_in.last
  and likelihood(put_in.caller >= named_call.blob << 20, 0.001)
  and likelihood(put_in.caller < named_call.blob + 1 << 20, 0.001)
join name as callee on callee.id = named_call.callee
left join meaning
  on meaning.kernel = named_call.kernel
  and meaning.name = named_call.callee
  and meaning.file in (0, named_call.file)
  and meaning.rank = 0
left join file as target_file
  on target_file.kernel = meaning.kernel and target_file.blob = meaning.function >> 20
union all
-- what is called there through a pointer
select
  kernel.name,
  caller.text,
  pointing_call.path,
  callee.text,
  ifnull(target_file.path, ''),
  pointing_call.path,
  put_in.line,
  put_in.first || pointing_call.caller,
  pointee.slot,
  pointee.grade
from put_in
join kernel on kernel.id = put_in.kernel
join name as caller on caller.id = put_in.name
join pointing_call
  on pointing_call.kernel = put_in.kernel
  and pointing_call.function = (put_in.caller >> 20 << 20) + put_in.last
  and likelihood(put_in.caller >= pointing_call.blob << 20, 0.001)
  and likelihood(put_in.caller < pointing_call.blob + 1 << 20, 0.001)
join pointee
  on pointee.kernel = pointing_call.kernel and pointee.call = pointing_call.id
join held on held.kernel = pointee.kernel and held.node = pointee.node
join name as callee on callee.id = held.name
left join file as target_file
  on target_file.kernel = held.kernel and target_file.blob = held.function >> 20;

create view registries as
select
  kernel.name as kernel,
  variable.text as variable,
  registry.key as key,
  registry.value as value,
  name.text as function,
  file.path as path,
  registry.line as line
from registry
join name as variable on variable.id = registry.variable
join function on function.id = registry.function
join name on name.id = function.name
join file on file.id = registry.file
join kernel on kernel.id = registry.kernel;

create view unresolved as
select
  kernel.name as kernel,
  ifnull(caller.text, '') as caller,
  file.path as path,
  pointer_call.line as line,
  expression.text as expression,
  ifnull(untyped.reason, 'nothing is stored in it') as reason
from pointer_call
join name as expression on expression.id = pointer_call.text
join file on file.blob = pointer_call.id >> 20
join kernel on kernel.id = file.kernel
left join function on function.id = (pointer_call.id >> 20 << 20) + pointer_call.owner
left join name as caller on caller.id = function.name
left join untyped on untyped.kernel = file.kernel and untyped.call = pointer_call.id
where ifnull(untyped.reason, '-') <> '' and not exists (
  select 1 from site
  join held on held.kernel = site.kernel and held.node = site.node
  where site.kernel = file.kernel and site.call = pointer_call.id
)
union all
select
  kernel.name,
  expanded_call.caller,
  expanded_call.path,
  expanded_call.line,
  expanded_call.callee,
  ifnull(untyped.reason, 'nothing is stored in it')
from expanded_call
join kernel on kernel.id = expanded_call.kernel
left join untyped
  on untyped.kernel = expanded_call.kernel and untyped.call = expanded_call.id
where expanded_call.kind <> 'direct'
  and not exists (
    select 1 from pointee
    join held on held.kernel = pointee.kernel and held.node = pointee.node
    where pointee.kernel = expanded_call.kernel and pointee.call = expanded_call.id
  );
