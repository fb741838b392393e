"""What is armed to run later: by whom, and what that is."""

from tests.link.linking import link

WORK = """
//- v include/work.h
struct list { struct list *next; };
struct work { struct list entry; void (*func)(struct work *w); };
struct late { struct work work; int delay; };
static inline void touch(struct work *work) { }
#define INIT(w, f) do { touch(w); (w)->func = (f); } while (0)
#define INIT_LATE(l, f) INIT(&(l)->work, (f))
#define DECLARE(n, f) struct work n = { .func = f }
static struct list all;
static inline void insert(struct work *work) { list_add(&work->entry, &all); }
static inline void queue(struct work *w) { insert(w); }
static inline void cancel(struct work *w) { w->entry.next = 0; }
static inline void queue_late(struct late *l) { queue(&l->work); }
static inline void setup(struct work *w, void (*f)(struct work *w)) { w->func = f; }
//- v include/foo.h
struct foo { int n; struct work work; struct late late; };
"""
FOO = """
#include "include/work.h"
#include "include/foo.h"
static void run(struct work *w) { }
static void run_late(struct work *w) { }
"""


def test_who_sets_up_and_who_arms_a_member_arms_what_is_set_up_for_it() -> None:
    linked = link(
        WORK
        + "//- v a.c"
        + FOO
        + """
void open(struct foo *foo) { INIT(&foo->work, run); INIT_LATE(&foo->late, run_late); }
void use(struct foo *foo)
{
        queue(&foo->work);
}
void later(struct foo *foo) { queue_late(&foo->late); }
void close(struct foo *foo) { cancel(&foo->work); }
"""
    )
    assert linked.callbacks("open") == {
        (6, "run", "work.func"),
        (6, "run_late", "work.func"),
    }
    assert linked.callbacks("use") == {(9, "run", "work.func")}
    assert linked.callbacks("later") == {(11, "run_late", "work.func")}
    assert linked.callbacks("close") == set()
    assert linked.callbacks("queue_late") == set()


def test_a_function_that_stores_its_parameter_sets_up_where_it_is_called() -> None:
    linked = link(
        WORK
        + "//- v a.c"
        + FOO
        + """
static void prepare(struct foo *f, void (*fn)(struct work *w)) { setup(&f->work, fn); }
void open(struct foo *foo) { prepare(foo, run); }
void use(struct foo *foo) { queue(&foo->work); }
"""
    )
    assert linked.callbacks("open") == {(7, "run", "work.func")}
    assert linked.callbacks("prepare") == set()
    assert linked.callbacks("use") == {(8, "run", "work.func")}


def test_a_function_may_set_up_what_it_finds_itself_with_its_parameter() -> None:
    linked = link(
        WORK
        + "//- v a.c"
        + FOO
        + """
static struct foo *find(void *of) { return of; }
static void prepare(void *of, void (*fn)(struct work *w), void (*late)(struct work *w))
{
        struct foo *foo = find(of);
        setup(&foo->work, fn);
        setup(&foo->late.work, late);
}
static void outer(void *of, void (*fn)(struct work *w)) { prepare(of, fn, 0); }
void open(void *of) { outer(of, run); prepare(of, 0, run_late); }
void use(void *of) { queue(&find(of)->work); }
void later(void *of) { queue_late(&find(of)->late); }
"""
    )
    assert {name for _, name, _ in linked.callbacks("open")} == {"run", "run_late"}
    assert linked.callbacks("use") == {(15, "run", "work.func")}
    assert linked.callbacks("later") == {(16, "run_late", "work.func")}


def test_a_macro_may_know_nothing_of_what_it_sets_up() -> None:
    linked = link(
        WORK
        + "//- v a.c"
        + FOO
        + """
#define PREPARE(w, f) do { (w)->func = (f); } while (0)
#define PREPARE_LATE(l, f) PREPARE(&(l)->work, (f))
void open(struct foo *foo) { PREPARE(&foo->work, run); PREPARE_LATE(&foo->late, run); }
static inline void outer(struct work *w, void (*f)(struct work *w)) { PREPARE(w, f); }
void other(struct foo *foo) { outer(&foo->work, run_late); }
void use(struct foo *foo) { queue(&foo->work); }
void later(struct foo *foo) { queue_late(&foo->late); }
"""
    )
    assert linked.callbacks("open") == {(8, "run", "work.func")}
    assert linked.callbacks("other") == {(10, "run_late", "work.func")}
    assert {name for _, name, _ in linked.callbacks("use")} == {"run", "run_late"}
    assert linked.callbacks("later") == {(12, "run", "work.func")}


def test_a_part_of_a_variable_may_hold_what_runs_from_the_start() -> None:
    linked = link(
        WORK
        + "//- v a.c"
        + FOO
        + """
#define DECLARE_LATE(n, f) struct late n = { .work = { .func = f } }
static DECLARE_LATE(mine, run);
static struct late other = { .work.func = run_late };
void open(struct foo *foo) { INIT_LATE(&foo->late, run); }
void use(void) { queue_late(&mine); }
void reuse(void) { queue_late(&other); }
"""
    )
    assert linked.callbacks("use") == {(10, "run", "work.func")}
    assert linked.callbacks("reuse") == {(11, "run_late", "work.func")}


def test_a_macro_may_name_the_member_that_is_stored_to() -> None:
    linked = link(
        WORK
        + "//- v a.c"
        + FOO
        + """
#define hidden(p, member) (*((typeof((p)->member) *) &(p)->member))
static void start(struct work *w, void (*f)(struct work *w)) { hidden(w, func) = f; }
void open(struct foo *foo) { start(&foo->work, run); }
void use(struct foo *foo) { queue(&foo->work); }
"""
    )
    assert linked.callbacks("open") == {(8, "run", "work.func")}
    assert linked.callbacks("use") == {(9, "run", "work.func")}


def test_a_struct_that_others_begin_with_is_armed_for_all_of_them() -> None:
    linked = link(
        WORK
        + "//- v a.c"
        + FOO
        + """
struct red { struct foo foo; };
struct blue { struct foo foo; int n; };
static void run_red(struct work *w) { }
void open_red(struct red *red) { setup(&red->foo.work, run_red); }
void open(struct foo *foo) { setup(&foo->work, run); }
void use(struct foo *foo) { queue(&foo->work); }
"""
    )
    assert linked.callbacks("open_red") == {(9, "run_red", "work.func")}
    assert linked.callbacks("use") == {(11, "run", "work.func")}


def test_a_variable_may_hold_what_runs_from_the_start() -> None:
    linked = link(
        WORK
        + "//- v a.c"
        + FOO
        + """
static DECLARE(mine, run);
static struct work other = { .func = run_late };
void use(void) { queue(&mine); }
void reuse(void) { queue(&other); }
"""
    )
    assert linked.callbacks("use") == {(8, "run", "work.func")}
    assert linked.callbacks("reuse") == {(9, "run_late", "work.func")}


def test_users_of_a_shared_struct_arm_what_they_set_up_themselves() -> None:
    linked = link(
        WORK
        + "//- v a/a.c"
        + FOO
        + """
void open_a(struct foo *foo) { setup(&foo->work, run); }
void use_a(struct foo *foo) { queue(&foo->work); }
//- v b/b.c
#include "include/work.h"
#include "include/foo.h"
static void other(struct work *w) { }
void open_b(struct foo *foo) { setup(&foo->work, other); }
void use_b(struct foo *foo) { queue(&foo->work); }
"""
    )
    assert linked.callbacks("use_a") == {(7, "run", "work.func")}
    assert linked.callbacks("use_b") == {(5, "other", "work.func")}


def test_an_index_of_a_table_is_raised_by_its_name() -> None:
    linked = link("""
//- v a.c
struct work { void (*func)(struct work *w); };
static struct work vector[4];
void enter(int nr, void (*f)(struct work *w)) { vector[nr].func = f; }
static void receive(struct work *w) { }
static void send(struct work *w) { }
void start(void) { enter(RECEIVE, receive); enter(SEND, send); }
void use(void) { raise_it(SEND); }
""")
    assert linked.callbacks("start") == {
        (6, "receive", "work.func"),
        (6, "send", "work.func"),
    }
    assert linked.callbacks("use") == {(7, "send", "work.func")}
