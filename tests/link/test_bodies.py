"""Pointer calls that need the body of a function, or what a macro declares."""

from tests.link.linking import link

OPS = """
//- v include/ops.h
typedef void (*visit_t)(int n);
struct ops { int (*open)(int a); int (*shut)(void); void (*each)(visit_t f); };
struct thing { const struct ops *ops; };
#define READ_ONCE(x) (x)
"""


def test_a_local_variable_may_hold_what_a_call_gave() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
static int one(int a) { return a; }
static const struct ops mine = { .open = one };
typedef int (*open_t)(int a);
static open_t chosen(struct thing *t) { return t->ops->open; }
int use(struct thing *t)
{
        open_t fn = chosen(t);
        return fn(1);
}
int other(struct thing *t)
{
        int (*fn)(int a);

        fn = READ_ONCE(t->ops->open);
        return fn(1);
}
"""
    )
    assert linked.held_by_local("use", "fn") == {"one"}
    assert linked.held_by_local("other", "fn") == {"one"}


def test_what_a_pointer_call_hands_on_goes_to_all_that_it_may_call() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
static void count(int n) { }
static void walk(visit_t f) { f(1); }
static void walk_twice(visit_t f) { f(1); f(2); }
static const struct ops first = { .each = walk }, second = { .each = walk_twice };
void use(struct thing *t) { t->ops->each(count); }
"""
    )
    assert linked.slot("walk(0)") == {"count"}
    assert linked.slot("walk_twice(0)") == {"count"}


def test_items_of_an_initialiser_may_be_a_macro_without_arguments() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
static int one(int a) { return a; }
static int shut(void) { return 0; }
#define COMMON .shut = shut
static const struct ops mine = { COMMON, .open = one };
"""
    )
    assert linked.slot("ops.shut") == {"shut"}
    assert ("shut", "a.c", 5, "initializer") in linked.stores("ops.shut")


def test_a_macro_may_declare_the_object_that_an_initialiser_follows() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
#define DEFINE_OPS(name) const struct ops name##_ops __section("ops")
static int one(int a) { return a; }
DEFINE_OPS(fast) = { .open = one };
int use(void) { return fast_ops.open(1); }
"""
    )
    assert linked.slot("ops.open") == {"one"}
    assert linked.calls("use") == ["ops.open"]


def test_a_macro_may_declare_an_object_as_a_whole() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
#define DEFINE_OPS(name) static struct ops name = { .shut = 0 }
static int one(int a) { return a; }
DEFINE_OPS(mine);
void start(void) { mine.open = one; }
"""
    )
    assert linked.slot("ops.open") == {"one"}


def test_a_variable_of_a_macro_is_what_it_is_given_at_each_use() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
#define CALL_1(f, f1, ...) \\
        ({ typeof(f) __f1 = (f); __f1 == f1 ? f1(__VA_ARGS__) : __f1(__VA_ARGS__); })
static int one(int a) { return a; }
static struct ops o = { .open = one };
int use(struct thing *t) { return CALL_1(t->ops->open, one, 1); }
"""
    )
    assert linked.calls("use") == ["ops.open"]
    assert not any(call.startswith("?") for call in linked.calls("CALL_1"))


def test_what_looks_like_a_call_of_a_member_may_be_a_macro() -> None:
    linked = link("""
//- v a.c
struct sums { int rows[4]; };
#define row(n) rows[(n)]
int use(struct sums *s) { return s->row(1); }
""")
    assert [call for call in linked.calls("use") if call.startswith("?")] == []
    assert linked.direct("use") == {"row"}


def test_a_function_of_the_file_hides_a_variable_of_another() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
static int level(int a) { return a; }
static struct ops o = { .open = level };
//- v b.c
int level;
"""
    )
    assert linked.slot("ops.open") == {"level"}


def test_a_name_that_a_configuration_makes_null_is_still_the_function() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
#include "b.h"
#ifndef CONFIG_FAST
#define fast NULL
#endif
static struct ops o = { .open = fast };
//- v b.h
int fast(int a);
//- v b.c
int fast(int a) { return a; }
"""
    )
    assert linked.slot("ops.open") == {"fast"}


def test_a_local_variable_may_have_the_type_of_a_hook() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
int (*hook)(int a);
static int one(int a) { return a; }
void set_up(void) { hook = one; }
int use(void)
{
        typeof(hook) fn;

        fn = READ_ONCE(hook);
        return fn(1);
}
"""
    )
    assert linked.held_by_local("use", "fn") == {"one"}
