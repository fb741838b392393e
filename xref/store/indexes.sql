-- Built after a load: sorting once is cheaper than keeping each order while rows come.
-- Each serves a join of the views or a look-up of `program`.

create unique index if not exists name_text on name (text);
create index if not exists function_name on function (name);
create index if not exists prototype_name on prototype (name);
create index if not exists struct_tag on struct (tag);
create index if not exists typedef_name on typedef (name);
create index if not exists object_name on object (name);
create index if not exists enumerator_name on enumerator (name);
create index if not exists call_callee on call (callee);
create unique index if not exists file_path on file (kernel, path);
create index if not exists file_blob on file (blob, kernel);
create index if not exists syscall_name on syscall (kernel, name);
create index if not exists node_names on node (kernel, field, struct);
create index if not exists site_node on site (kernel, node);
create index if not exists expanded_caller on expanded (caller);
create index if not exists expanded_callee on expanded (kernel, callee);
create index if not exists held_name on held (name);
create index if not exists unknown_node on unknown (kernel, node);
create index if not exists stored_global on stored (kernel, global) where global <> 0;
