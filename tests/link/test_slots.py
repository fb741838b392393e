"""What stands in a slot, and what calls it."""

from tests.link.linking import link

OPS = """
//- v include/ops.h
struct ops { int (*open)(int a); int (*shut)(void); };
struct thing { const struct ops *ops; struct { int (*deep)(void); } in; };
"""


def test_a_designated_initialiser_fills_slots() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
static int my_open(int a) { return a; }
static int my_shut(void) { return 0; }
static const struct ops my_ops = { .open = my_open, .shut = &my_shut };
static int use(struct thing *t) { return t->ops->open(1); }
"""
    )
    assert linked.slot("ops.open") == {"my_open"}
    assert linked.slot("ops.shut") == {"my_shut"}
    assert linked.calls("use") == ["ops.open"]
    assert linked.stores("ops.open") == {("my_open", "a.c", 4, "initializer")}


def test_a_positional_initialiser_goes_by_the_order_of_fields() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
static int my_open(int a) { return a; }
static int my_shut(void) { return 0; }
static struct ops table[] = { { my_open, my_shut } };
"""
    )
    assert linked.slot("ops.open") == {"my_open"}
    assert linked.slot("ops.shut") == {"my_shut"}


def test_an_assignment_through_a_cast_and_both_arms_of_a_choice_count() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
static int f(int a) { return a; }
static int g(int a) { return a; }
static void set(struct ops *o, int x) { o->open = x ? (void *)f : g; }
"""
    )
    assert linked.slot("ops.open") == {"f", "g"}


def test_a_member_of_an_anonymous_struct_belongs_to_the_one_around() -> None:
    linked = link("""
//- v a.c
struct outer { union { struct { int (*inner)(void); }; long raw; }; };
static int f(void) { return 0; }
static struct outer o = { .inner = f };
static int use(struct outer *p) { return p->inner(); }
""")
    assert linked.slot("outer.inner") == {"f"}
    assert linked.calls("use") == ["outer.inner"]


def test_a_macro_may_stand_for_the_way_to_a_member() -> None:
    linked = link("""
//- v a.c
struct ops { int (*go)(void); };
struct common { struct ops *c_ops; };
struct sock { struct common __common;
#define s_ops __common.c_ops
};
static int use(struct sock *s) { return s->s_ops->go(); }
""")
    assert linked.calls("use") == ["ops.go"]


def test_a_function_flows_through_parameters_to_where_it_is_stored() -> None:
    linked = link("""
//- v a.c
struct work { void (*func)(void); };
static void init(struct work *w, void (*f)(void)) { w->func = f; }
static void outer(struct work *w, void (*g)(void)) { init(w, g); }
static void mine(void) { }
static void start(struct work *w) { outer(w, mine); }
""")
    assert linked.slot("work.func") == {"mine"}
    assert linked.stores("work.func") == {("mine", "a.c", 5, "argument")}


def test_a_function_comes_back_from_a_function() -> None:
    linked = link("""
//- v a.c
struct ops { int (*go)(void); };
typedef int (*go_t)(void);
static int f(void) { return 0; }
static go_t pick(void) { return f; }
static void set(struct ops *o) { o->go = pick(); }
""")
    assert linked.slot("ops.go") == {"f"}


def test_a_copy_of_another_slot_is_followed() -> None:
    linked = link("""
//- v a.c
struct one { int (*a)(void); };
struct two { int (*b)(void); };
static int f(void) { return 0; }
static struct one o = { .a = f };
static void copy(struct two *t, struct one *o) { t->b = o->a; }
""")
    assert linked.slot("two.b") == {"f"}
    assert linked.stores("two.b") == {("f", "a.c", 4, "copy")}


def test_a_store_through_a_macro_is_a_store() -> None:
    linked = link("""
//- v a.c
struct ops { int (*go)(void); };
static int f(void) { return 0; }
static int g(void) { return 0; }
static void set(struct ops *o)
{
        rcu_assign_pointer(o->go, f);
        xchg(&((struct ops *)o)->go,
             g);
}
""")
    assert linked.slot("ops.go") == {"f", "g"}


def test_a_compound_literal_and_a_local_object_fill_slots() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
static int f(int a) { return a; }
static int g(int a) { return a; }
static void set(struct ops *o)
{
        struct ops mine = { .open = g };
        *o = (struct ops){ .open = f };
}
"""
    )
    assert linked.slot("ops.open") == {"f", "g"}


def test_a_function_without_a_body_fills_a_slot_by_its_declaration() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
extern int elsewhere(int a);
static const struct ops my_ops = { .open = elsewhere };
"""
    )
    assert linked.slot("ops.open") == {"elsewhere"}


def test_a_pointer_in_a_local_variable_is_followed() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
static int f(int a) { return a; }
static struct ops o = { .open = f };
static int use(struct thing *t)
{
        int (*fn)(int) = t->ops->open;
        return fn(1);
}
"""
    )
    assert linked.calls("use") == ["local fn"]


def test_a_value_that_cannot_be_followed_leaves_the_slot_open() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
static void set(struct ops *o, struct unread *u) { o->open = u->hidden; }
static void give(struct ops *o, int (*cb)(void)) { o->shut = cb; }
"""
    )
    assert linked.doubts("ops.open") == {"the type before hidden is not known"}
    assert linked.doubts("ops.shut") == {"no call of give was read that gives cb"}


def test_null_and_a_passed_parameter_leave_nothing_open() -> None:
    linked = link(
        OPS
        + """
//- v a.c
#include "include/ops.h"
static int f(void) { return 0; }
static void set(struct ops *o) { o->open = NULL; }
static void give(struct ops *o, int (*cb)(void)) { o->shut = cb; }
static void start(struct ops *o) { give(o, f); set(o); }
"""
    )
    assert linked.doubts("ops.open") == set()
    assert linked.doubts("ops.shut") == set()
    assert linked.slot("ops.shut") == {"f"}


def test_the_struct_of_a_private_tag_is_the_one_that_is_seen() -> None:
    linked = link("""
//- v a/ops.h
struct ops { int (*one)(void); };
//- v b/ops.h
struct ops { int (*two)(void); };
//- v b/b.c
#include "ops.h"
static int f(void) { return 0; }
static struct ops mine = { f };
""")
    assert linked.slot("ops.two") == {"f"}
    assert linked.slot("ops.one") == set()


def test_registries_are_globals_that_take_a_parameter() -> None:
    linked = link("""
//- v a.c
struct family { int number; };
static const struct family *families[8];
static struct family first;
static LIST_HEAD(all);
struct list { struct list *next; } things;
void enter(const struct family *f) { families[f->number] = f; }
void chain(struct family *f, struct list *l) { list_add(l, &things); }
void own(void) { families[0] = &first; }
""")
    assert linked.registries() == {
        ("families", "f->number", "f", "enter"),
        ("things", "", "", "chain"),
    }


def test_an_arm_may_hold_the_value_of_an_item_alone() -> None:
    linked = link("""
//- v a.c
struct ops { int (*go)(int a); int (*stop)(int a); };
static int one(int a) { return 1; }
static int two(int a) { return 2; }
static struct ops o = {
        .go =
#ifdef A
                one,
#else
                two,
#endif
        .stop = one,
};
""")
    assert linked.slot("ops.go") == {"one", "two"}
    assert linked.slot("ops.stop") == {"one"}


def test_a_function_may_be_declared_by_a_typedef() -> None:
    linked = link("""
//- v a.h
typedef int (handler_t)(int a);
handler_t first, second, elsewhere;
struct row { handler_t *open; };
//- v a.c
#include "a.h"
static const struct row one = { .open = first }, two = { .open = elsewhere };
static int use(const struct row *r) { return r->open(1); }
//- v b.c
#include "a.h"
int first(int a) { return a; }
int second(int a) { return a; }
""")
    assert linked.slot("row.open") == {"first", "elsewhere"}
    assert linked.read_functions("row.open") == {"first"}
