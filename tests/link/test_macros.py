"""Calls and stores that macros make of their arguments."""

import pytest

from tests.link.linking import link

OPS = """
//- v include/ops.h
struct ops { int (*go)(int a); int (*stop)(void); };
struct thing { const struct ops *ops; };
struct work { void (*func)(struct work *w); long data; };
"""


def test_a_call_of_a_macros_argument_is_resolved_at_each_use() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
#define CALL_1(f, f1, ...) ((f) == f1 ? f1(__VA_ARGS__) : f(__VA_ARGS__))
#define CALL_2(f, f2, f1, ...) \\
        ((f) == f2 ? f2(__VA_ARGS__) : CALL_1(f, f1, __VA_ARGS__))
static int one(int a) { return a; }
static int two(int a) { return a; }
static struct ops o = { .go = one };
int use(struct thing *t) { return CALL_2(t->ops->go, two, one, 1); }
"""
    )
    assert linked.calls("use") == ["ops.go"]
    assert linked.direct("use") == {"one named", "two named"}


def test_a_member_may_be_named_by_an_argument() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
#define run(t, HOOK, ...) do { (t)->ops->HOOK(__VA_ARGS__); } while (0)
void use(struct thing *t) { run(t, stop); }
"""
    )
    assert linked.calls("use") == ["ops.stop"]


def test_a_function_given_to_a_macro_is_called_where_that_is_known() -> None:
    linked = link("""
//- v a.c
static void f(int x) { }
#define once(func, ...) do { func(__VA_ARGS__); } while (0)
#define twice(x) once(f, x)
void use(void) { once(f, 1); }
void other(void) { twice(2); }
""")
    assert linked.direct("use") == {"f"}
    assert linked.direct("twice") == {"f"}
    assert linked.direct("other") == set()


def test_a_macro_may_choose_another_by_the_number_of_arguments() -> None:
    linked = link("""
//- v a.c
static void f(int x) { }
#define pick(_1, _2, NAME, ...) NAME
#define free_1(p) f(p)
#define free_2(p, q) f(p)
#define release(...) pick(__VA_ARGS__, free_2, free_1)(__VA_ARGS__)
void use(int x) { release(x); }
void both(int x) { release(x, x); }
""")
    assert linked.direct("use") == {"free_1"}
    assert linked.direct("both") == {"free_2"}


def test_a_macro_stores_its_argument() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
static inline void prepare(struct work *w) { }
#define INIT(_work, _func) do { prepare(_work); (_work)->func = (_func); } while (0)
static void job(struct work *w) { }
void start(struct work *w) { INIT(w, job); }
"""
    )
    assert linked.slot("work.func") == {"job"}


def test_a_macro_stores_into_what_only_its_use_types() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
#define SET(p, f) ((p)->func = (f))
static void job(struct work *w) { }
void start(struct work *w) { SET(w, job); }
"""
    )
    assert linked.slot("work.func") == {"job"}


def test_a_macro_stores_a_function_whose_name_it_pastes() -> None:
    linked = link("""
//- v a.c
struct ops { int (*open)(void); int (*shut)(void); };
static int none_open(void) { return 0; }
static int none_shut(void) { return 0; }
#define DEFAULT_TO_NONE(o, op) \\
        do { if (!o->op) { o->op = none_##op; } } while (0)
void complete(struct ops *o)
{
        DEFAULT_TO_NONE(o, open);
        DEFAULT_TO_NONE(o, shut);
}
""")
    assert linked.slot("ops.open") == {"none_open"}
    assert linked.stores("ops.shut") == {("none_shut", "a.c", 9, "assignment")}


def test_a_macro_declares_an_object() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
#define WORK(f) { .data = 0, .func = (f), }
#define DECLARE_WORK(n, f) struct work n = WORK(f)
static void job(struct work *w) { }
DECLARE_WORK(mine, job);
"""
    )
    assert linked.slot("work.func") == {"job"}


def test_a_member_that_a_macro_fills_may_have_a_type_by_name() -> None:
    linked = link("""
//- v a.c
typedef void (*job_t)(int a);
struct work { job_t func; };
#define WORK(f) { .func = (f), }
#define DECLARE_WORK(n, f) struct work n = WORK(f)
static void job(int a) { }
static DECLARE_WORK(mine, job);
""")
    assert linked.slot("work.func") == {"job"}


def test_a_macro_writes_an_item_of_an_initialiser() -> None:
    linked = link("""
//- v a.c
union list_of_hooks { int (*start)(void); int (*end)(void); };
struct hook { int n; union list_of_hooks hook; };
#define HOOK(NAME, f) { .n = 1, .hook = { .NAME = f } }
static int f(void) { return 0; }
static int g(void) { return 0; }
static struct hook hooks[] = { HOOK(start, f), HOOK(end, g), };
""")
    assert linked.slot("list_of_hooks.start") == {"f"}
    assert linked.slot("list_of_hooks.end") == {"g"}


def test_items_of_an_initialiser_come_from_an_included_file() -> None:
    linked = link("""
//- v items.h
ITEM(start)
ITEM(end)
//- v a.c
struct hook { int (*f)(void); };
static struct hook hooks[] = {
#define ITEM(NAME) { .f = my_##NAME },
#include "items.h"
};
""")
    assert linked.slot("hook.f") == {"my_start", "my_end"}


def test_a_static_call_goes_to_what_its_key_was_given() -> None:
    linked = link("""
//- v a.c
static int f(void) { return 0; }
static int g(void) { return 0; }
void change(void) { static_call_update(my_key, f); static_call_update(other, g); }
int use(void) { return static_call(my_key)(); }
""")
    assert linked.calls("use") == ["key my_key"]


def test_a_variable_does_not_hide_a_macro_with_brackets() -> None:
    linked = link("""
//- v a.c
static int count(void) { return 1; }
#define busy() count()
int use(void) { int busy = busy(); return busy; }
""")
    assert linked.direct("use") == {"busy"}


def test_a_call_that_is_repeated_by_counting_names_its_slot() -> None:
    linked = link("""
//- v a.c
union hooks { int (*start)(int x); int (*stop)(int x); };
struct entry { union hooks hook; };
#define ENTRY_INIT(NAME, f) { .hook = { .NAME = f } }
#define KEY(HOOK, N) hook_key_##HOOK##_##N
#define CALL_ONE(N, R, HOOK, ...) \\
        do { R = static_call(KEY(HOOK, N))(__VA_ARGS__); } while (0);
#define REPEAT(M, ...) UNROLL(COUNT, M, __VA_ARGS__)
#define call_hook(HOOK, ...) ({ int RC; REPEAT(CALL_ONE, RC, HOOK, __VA_ARGS__); RC; })
static int f(int x) { return x; }
static int g(int x) { return x; }
static struct entry mine[] = { ENTRY_INIT(start, f), ENTRY_INIT(stop, g) };
int use(int x) { return call_hook(start, x); }
""")
    assert linked.slot("hooks.start") == {"f"}
    assert linked.calls("use") == ["hooks.start"]


def test_a_declaration_that_ends_in_a_function_calls_it() -> None:
    linked = link("""
//- v include/class.h
#define DEFINE_CLASS(_name, _type, _exit, _init, _args...)                     \\
typedef _type class_##_name##_t;                                               \\
static inline void class_##_name##_end(_type *p) { _type _T = *p; _exit; }     \\
static inline _type class_##_name##_start(_args) { _type t = _init; return t; }
#define CLASS(_name, var) class_##_name##_t var = class_##_name##_start
#define DEFINE_GUARD(_name, _type, _lock, _unlock) \\
        DEFINE_CLASS(_name, _type, if (_T) { _unlock; } else { }, ({ _lock; _T; }), \\
        _type _T)
#define guard(_name) CLASS(_name, guard)
//- v a.c
#include "include/class.h"
int get(int n);
void put(int n);
DEFINE_CLASS(fd, int, put(_T), get(fd), int fd)
DEFINE_GUARD(lock, int *, take(_T), leave(_T))
int use(int fd)
{
        CLASS(fd, f)(fd);
        return f;
}
void locked(int *l)
{
        guard(lock)(l);
}
""")
    assert linked.direct("use") == {"class_fd_start"}
    assert linked.direct("class_fd_start") == {"get"}
    assert linked.direct("class_fd_end") == {"put"}
    assert linked.direct("locked") == {"class_lock_start", "take", "leave"}
    assert linked.made("class_fd_start") == [
        (
            "a.c",
            4,
            "int",
            "int fd",
            "DEFINE_CLASS",
            [
                ["decl", "t", "int", ["call", ["n", "get"], [["n", "fd"]], 4], 4, 0],
                ["return", ["n", "t"], 4],
            ],
        )
    ]


def test_a_loop_macro_may_declare_what_is_made_by_a_function() -> None:
    linked = link("""
//- v a.c
struct lock { int n; };
#define DEFINE_LOCK(_name, _type, ...) \\
static inline _type *class_##_name##_make(_type *l) { __VA_ARGS__; return l; }
#define CLASS(_name, var) class_##_name##_t var = class_##_name##_make
#define __scoped_guard(_name, _label, args...) \\
        for (CLASS(_name, scope)(args); scope; ({ goto _label; })) \\
                if (0) { _label: break; } else
#define scoped_guard(_name, args...) __scoped_guard(_name, label, args)
DEFINE_LOCK(lock, struct lock, take(l, 1), again(l))
void use(struct lock *l)
{
        scoped_guard(lock, l)
                after();
        scoped_guard(lock, l) {
                after();
        }
}
""")
    assert linked.direct("use") == {"class_lock_make"}
    assert linked.direct("class_lock_make") == {"take", "again"}


def test_a_function_that_a_macro_makes_hands_functions_on() -> None:
    linked = link("""
//- v a.c
struct file { int x; };
struct file_ops { int (*open)(struct file *f); };
struct show { int (*show)(struct file *f); };
static int once(struct file *f, int (*show)(struct file *))
{
        static struct show s;
        s.show = show;
        return 0;
}
#define DEFINE_SHOW(__name)                                     \\
static int __name##_open(struct file *file)                     \\
{                                                               \\
        return once(file, __name##_show);                       \\
}                                                               \\
static const struct file_ops __name##_ops = { .open = __name##_open, }
static int mine_show(struct file *f) { return 1; }
DEFINE_SHOW(mine);
""")
    assert linked.slot("file_ops.open") == {"mine_open"}
    assert linked.slot("show.show") == {"mine_show"}
    assert linked.direct("mine_open") == {"once"}


def test_a_guard_is_made_of_statements_that_a_macro_is_given() -> None:
    linked = link("""
//- v a.c
struct lock { int n; };
#define DEFINE_CLASS(_name, _type, _exit, _init, _init_args...) \\
typedef _type class_##_name##_t; \\
static inline void class_##_name##_destructor(_type *p) \\
{ _type _T = *p; _exit; } \\
static inline _type class_##_name##_constructor(_init_args) \\
{ _type t = _init; return t; }
#define CLASS(_name, var) class_##_name##_t var = class_##_name##_constructor
#define guard(_name) CLASS(_name, unique)
#define DEFINE_GUARD(_name, _type, _lock, _unlock) \\
        DEFINE_CLASS(_name, _type, if (_T) { _unlock; }, ({ _lock; _T; }), _type _T)
DEFINE_GUARD(lock, struct lock *, take(_T), drop(_T))
DEFINE_CLASS(file, struct lock *, if (_T) put(_T), get(at), const char *at, int flag)
void take(struct lock *l) { }
void drop(struct lock *l) { }
void put(struct lock *l) { }
struct lock *get(const char *at) { return 0; }
void f(struct lock *l) { guard(lock)(l); }
""")
    assert linked.direct("f") == {"class_lock_constructor"}
    assert linked.direct("class_lock_constructor") == {"take"}
    assert linked.direct("class_lock_destructor") == {"drop"}
    assert linked.direct("class_file_destructor") == {"put"}
    assert linked.direct("class_file_constructor") == {"get"}
    ((_, _, _, parameters, _, _),) = linked.made("class_lock_constructor")
    assert parameters == "struct lock * _T"
    ((_, _, _, parameters, _, _),) = linked.made("class_file_constructor")
    assert parameters == "char * at;int flag"


def test_a_macro_before_a_body_may_define_more_than_that_function() -> None:
    linked = link("""
//- v a.c
#define BPF_CALL_x(x, attr, name, ...) \\
        static inline u64 ____##name(MAP(x, DECL, __VA_ARGS__)); \\
        typedef u64 (*btf_##name)(MAP(x, DECL, __VA_ARGS__)); \\
        attr u64 name(REG(x, __VA_ARGS__)); \\
        attr u64 name(REG(x, __VA_ARGS__)) \\
        { return ((btf_##name)____##name)(MAP(x, CAST, __VA_ARGS__)); } \\
        static inline u64 ____##name(MAP(x, DECL, __VA_ARGS__))
#define BPF_CALL_2(name, ...) BPF_CALL_x(2, NONE, name, __VA_ARGS__)
struct proto { u64 (*func)(u64 a, u64 b); };
BPF_CALL_2(helper, struct sock *, sk, int, n) { return work(sk, n); }
static const struct proto helper_proto = { .func = helper };
#define DEFINE_HANDLER(f) \\
        static void __##f(int n); \\
        void f(int n) { enter(n); __##f(n); } \\
        static void __##f(int n)
DEFINE_HANDLER(exc) { handle(n); }
#define DEFINE_QUEUE(f) int f(int n) { return f##_locked(n); }
static DEFINE_QUEUE(queue)
int queue_locked(int n) { return n; }
""")
    assert "____helper" in linked.direct("helper")
    assert linked.slot("proto.func") == {"helper"}
    assert linked.made("____helper") == []
    assert linked.made("exc") == []
    assert linked.direct("queue") == {"queue_locked"}


def test_an_object_may_be_written_by_a_macro_in_a_macro() -> None:
    linked = link("""
//- v a.c
struct id { const char *name; int (*data)(int n); };
#define DECLARE(table, name, fn) \\
        static const struct id __of_##table##name = { .name = #name, .data = fn }
#define DECLARE_2(table, name, fn) DECLARE(table, name, fn)
#define CHIP(name, fn) DECLARE_2(chip, name, fn)
static int start(int n) { return n; }
CHIP(one, start)
""")
    assert linked.slot("id.data") == {"start"}


def test_items_of_an_initialiser_may_be_pasted_together() -> None:
    linked = link("""
//- v a.c
struct proc { int (*encode)(int n); const char *name; };
#define PROC(proc, arg) \\
        [NR_##proc] = { .encode = enc_##arg##3args, .name = #proc, }
static int enc_get3args(int n) { return n; }
static int enc_set3args(int n) { return n; }
static const struct proc procs[] = { PROC(GET, get), PROC(SET, set), };
""")
    assert linked.slot("proc.encode") == {"enc_get3args", "enc_set3args"}


def test_an_operator_or_nothing_that_a_macro_is_given_is_no_call() -> None:
    linked = link("""
//- v a.c
void fail(void);
#define ASSERT_THAT(x, op, y) do { if (!((x) op (y))) fail(); } while (0)
#define CHANGED(x, change) (change(x))
int flip(int n);
int use(int n, int (*turn)(int n))
{
        ASSERT_THAT(n, ==, 1);
        return CHANGED(n, ) + CHANGED(n, flip) + CHANGED(n, turn);
}
""")
    assert linked.direct("use") >= {"flip"}
    assert linked.calls("use") == ["use(1)"]


CLEANUP = """
//- v include/cleanup.h
#define __cleanup(func) __attribute__((__cleanup__(func)))
#define DEFINE_FREE(_name, _type, _free) \\
        static inline void __free_##_name(void *p) { _type _T = *(_type *)p; _free; }
#define __free(_name) __cleanup(__free_##_name)
#define DEFINE_CLASS(_name, _type, _exit, _init, _init_args...) \\
typedef _type class_##_name##_t; \\
static inline void class_##_name##_destructor(_type *p) \\
{ _type _T = *p; _exit; } \\
static inline _type class_##_name##_constructor(_init_args) \\
{ _type t = _init; return t; }
#define CLASS(_name, var) \\
        class_##_name##_t var __cleanup(class_##_name##_destructor) = \\
                class_##_name##_constructor
#define guard(_name) CLASS(_name, __UNIQUE_ID(guard))
#define __guard_ptr(_name) class_##_name##_lock_ptr
#define __scoped_guard(_name, _label, args...) \\
        for (CLASS(_name, scope)(args); __guard_ptr(_name)(&scope); \\
             ({ goto _label; })) \\
                if (0) { \\
_label: \\
                        break; \\
                } else
#define scoped_guard(_name, args...) \\
        __scoped_guard(_name, __UNIQUE_ID(label), args)
//- v a.c
#include "include/cleanup.h"
static void put(int a) { }
static int get(int a) { return a; }
static void release(void *p) { }
static void done(int *p) { }
DEFINE_CLASS(file, int, put(_T), get(fd), int fd)
DEFINE_FREE(mem, void *, if (_T) release(_T))
"""


def test_what_ends_with_the_scope_of_a_variable_is_called() -> None:
    linked = link(
        CLEANUP
        + """
void freed(void) { void *p __free(mem) = 0, *q __cleanup(release) = 0; }
void closed(int fd) { CLASS(file, f)(fd); }
"""
    )
    assert linked.direct("freed") == {"__free_mem", "release"}
    assert linked.direct("__free_mem") == {"release"}
    ends = {"class_file_constructor", "class_file_destructor"}
    assert linked.direct("closed") == ends
    assert linked.direct("class_file_destructor") == {"put"}


def test_a_guard_may_have_the_name_of_a_variable_and_a_body_of_its_own() -> None:
    linked = link(
        CLEANUP
        + """
void f(int file) { guard(file)(file); }
void g(int file) { scoped_guard(file, 3) { done(&file); } }
"""
    )
    ends = {"class_file_constructor", "class_file_destructor"}
    assert linked.direct("f") == ends
    assert linked.direct("g") == {*ends, "class_file_lock_ptr"}


def test_a_function_that_a_macro_makes_is_found_whatever_was_asked_before() -> None:
    linked = link("""
//- v a.c
go(1)
//- v make.h
#define MAKE(_name) int _name(int a) { return a; }
//- v z.c
#include "make.h"
struct ops { int (*go)(int a); };
MAKE(go)
struct ops mine = { .go = go };
""")
    assert linked.made("go")
    assert linked.read_functions("ops.go") == {"go"}


RUN = """
//- v a.c
struct prog { int (*func)(int x); };
static int one(int x) { return x; }
static struct prog known = { .func = one };
static inline int run(int x, int (*func)(int x)) { return func(x); }
#define __RUN(p, x, how) ({ how(x, (p)->func); })
#define RUN(p, x) __RUN(p, x, run)
#define RUN_ALL(list, x, each) ({ \\
        struct prog *_p = list[0]; \\
        each(_p, x); \\
})
int use(struct prog **list) { return CALL; }
"""


@pytest.mark.parametrize(
    "call", ["RUN(list[0], 1)", "RUN_ALL(list, 1, RUN)", "RUN(&known, 1)"]
)
def test_a_function_that_a_macro_is_given_gets_arguments(call: str) -> None:
    linked = link(RUN.replace("CALL", call))
    assert linked.slot("run(1)") == {"one"}


TABLE = """
//- v a.c
struct row { int (*open)(int a); const char *name; };
static int f(int a) { return a; }
static int g(int a) { return a; }
#define CELL(func) { .open = func, .name = #func }
"""


def test_a_row_of_a_table_may_be_a_macro_without_arguments() -> None:
    linked = link(
        TABLE
        + """
#define FIRST { \\
    CELL(f), \\
    CELL(g), \\
}
static const struct row table[1][2] = {
    FIRST,
};
static int use(const struct row *r) { return r->open(1); }
"""
    )
    assert linked.slot("row.open") == {"f", "g"}
    assert linked.stores("row.open") == {
        ("f", "a.c", 11, "initializer"),
        ("g", "a.c", 11, "initializer"),
    }


def test_items_may_be_written_by_a_macro_in_a_macro() -> None:
    linked = link(
        TABLE
        + """
#define AT_BY(at, func, by) [at] = { .open = func, .name = by }
#define AT(at, func) AT_BY(at, func, #func)
#define AT_TWO AT(2, g)
static const struct row table[] = {
    AT(1, f),
    AT_TWO,
};
static int use(const struct row *r) { return r->open(1); }
"""
    )
    assert linked.slot("row.open") == {"f", "g"}


def test_a_macro_may_be_given_the_items_of_a_member() -> None:
    linked = link("""
//- v a.c
union op { int (*show)(int a); int (*link)(int a); };
struct entry { const char *name; union op op; };
static int f(int a) { return a; }
static int g(int a) { return a; }
#define ENTRY(NAME, OP) { .name = NAME, .op = OP, }
#define ONE(NAME, fn) ENTRY(NAME, { .show = fn } )
#define LINK(NAME, fn)	\\
	ENTRY(NAME,	\\
		{ .link = fn } )
static const struct entry table[] = {
	ONE("one", f),
	LINK("two", g),
};
static int use(const struct entry *e) { return e->op.show(1); }
""")
    assert linked.slot("op.show") == {"f"}
    assert linked.slot("op.link") == {"g"}


def test_a_macro_may_define_functions_and_an_object_that_holds_them() -> None:
    linked = link("""
//- v a.c
struct part { int n; };
struct calls { int (*turn)(int a); };
#define OWN(static_, name, compute) \\
static DEFINE_PER_CPU(struct part, name ## __percpu) = { .n = 0, }; \\
static int name ## _turn(int a) { return compute(a); } \\
static_ const struct calls name = { .turn = name ## _turn };
#define OWN_LARGEST(static_, name) \\
static int name ## _largest(int a) { return a; } \\
OWN(static_, name, name ## _largest)
static int least(int a) { return a; }
OWN(static, low, least)
OWN_LARGEST(static, high)
static int use(const struct calls *c) { return c->turn(1); }
""")
    assert linked.slot("calls.turn") == {"low_turn", "high_turn"}
    assert [code for *_, code in linked.made("low_turn")] == [
        [["return", ["call", ["n", "least"], [["n", "a"]], 11], 11]]
    ]
    assert linked.direct("high_turn") >= {"high_largest"}


def test_what_a_macro_uses_behind_static_may_write_an_object() -> None:
    linked = link("""
//- v a.c
struct attr { int (*show)(int a); };
#define RO(name) { .show = name ## _show }
#define ATTR_RO(name) struct attr attr_ ## name = RO(name)
#define SHOW_RO(name, what) \\
static int name ## _show(int a) { return what; } \\
static ATTR_RO(name)
SHOW_RO(first, 1);
static int use(struct attr *a) { return a->show(1); }
""")
    assert linked.slot("attr.show") == {"first_show"}


def test_a_macro_may_write_functions_that_only_it_names() -> None:
    linked = link(
        TABLE
        + """
#define ENTRY(at, text, func) [at] = { .open = func, .name = text }
#define PLAIN(at, text) ENTRY(at, text, f)
#define OTHER(text) { .open = g, .name = text }
static const struct row table[] = {
    PLAIN(1, "one"),
    OTHER("two"),
};
static int use(const struct row *r) { return r->open(1); }
"""
    )
    assert linked.stores("row.open") == {
        ("f", "a.c", 10, "initializer"),
        ("g", "a.c", 11, "initializer"),
    }
