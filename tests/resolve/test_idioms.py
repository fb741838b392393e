"""Idioms as other kernels write them: the same step, another macro."""

from pathlib import Path

import pytest

from tests.resolve.playing import calls, played, reached
from xref.resolve.steps import Step

GO = Step("go", ("2",), "")
ROWS = """
//- v net/rows.h
#include <linux/kernel.h>
struct row { NODE; int number; int (*run)(int n); };
static int one_run(int n) { return 1; }
static int two_run(int n) { return 2; }
static struct row one = { .number = 1, .run = one_run };
static struct row two = { .number = 2, .run = two_run };
"""
HLIST = """
//- v include/linux/hlist.h
struct hlist_node { struct hlist_node *next; };
struct hlist_head { struct hlist_node *first; };
void hlist_add_head(struct hlist_node *n, struct hlist_head *h);
#define hlist_entry(ptr, type, member) container_of(ptr, type, member)
#define hlist_for_each_entry(tpos, pos, head, member) \\
	for (pos = (head)->first; \\
	     pos && ({ tpos = hlist_entry(pos, typeof(*tpos), member); 1; }); \\
	     pos = pos->next)
#define hlist_for_each_entry_safe(tpos, pos, n, head, member) \\
	for (pos = (head)->first; \\
	     pos && ({ n = pos->next; 1; }) && \\
		({ tpos = hlist_entry(pos, typeof(*tpos), member); 1; }); \\
	     pos = n)
//- v net/go.c
#include <linux/hlist.h>
#include "rows.h"
static struct hlist_head rows;
static void add(struct row *row) { hlist_add_head(&row->node, &rows); }
static int __init start(void) { add(&one); add(&two); return 0; }
SYSCALL_DEFINE1(go, int, n)
{
	struct row *row;
	struct hlist_node *pos, *next;

	LOOP {
		if (row->number == n)
			return row->run(n);
	}
	return 0;
}
"""


@pytest.mark.parametrize(
    "loop",
    [
        "hlist_for_each_entry(row, pos, &rows, node)",
        "hlist_for_each_entry_safe(row, pos, next, &rows, node)",
    ],
)
def test_a_loop_may_take_the_node_that_it_stands_at(tmp_path: Path, loop: str) -> None:
    rows = ROWS.replace("NODE", "struct hlist_node node")
    path = played(tmp_path, rows + HLIST.replace("LOOP", loop), GO)
    assert calls(path) == {"sys_go: row->run": "bound: two_run"}


LATER = """
//- v include/linux/timer.h
struct timer_list { struct list_head entry; void (*function)(struct timer_list *t); };
#define hidden(p, member) (*((typeof((p)->member) *)&(p)->member))
#define NAME(var, timer, field) container_of(timer, typeof(*var), field)
static inline void arm(struct timer_list *t, void (*f)(struct timer_list *t))
{
	hidden(t, function) = f;
}
//- v net/go.c
#include <linux/timer.h>
#include "rows.h"
static void tick(struct timer_list *t)
{
	struct row *row = NAME(row, t, timer);

	row->run(1);
}
SYSCALL_DEFINE1(go, int, n)
{
	struct row *row = kmalloc(sizeof(*row), 0);

	row->run = two_run;
	arm(&row->timer, tick);
	return 0;
}
"""


@pytest.mark.parametrize("name", ["from_timer", "timer_container_of"])
def test_what_runs_later_finds_the_struct_around_it(tmp_path: Path, name: str) -> None:
    rows = ROWS.replace("NODE", "struct list_head list; struct timer_list timer")
    path = played(tmp_path, rows + LATER.replace("NAME", name), GO, later=True)
    assert calls(path) == {"tick: row->run": "bound: two_run"}


GUARDS = """
//- v include/linux/cleanup.h
#define __cleanup(f) __attribute__((cleanup(f)))
#define context_lock_struct(name, ...) struct __VA_ARGS__ name
#define __UNIQUE_ID(prefix) __PASTE(prefix, __COUNTER__)
#define CLASS(_name, var) \\
	class_##_name##_t var __cleanup(class_##_name##_end) = class_##_name##_make
#define guard(_name) CLASS(_name, __UNIQUE_ID(guard))
#define DEFINE_LOCK(_name, _type, ...) \\
typedef struct { _type *lock; } class_##_name##_t; \\
static inline class_##_name##_t class_##_name##_make(_type *l) \\
	__no_context_analysis \\
{ \\
	class_##_name##_t _t = { .lock = l }, *_T = &_t; \\
	__VA_ARGS__; \\
	return _t; \\
}
#define WITH_ATTRIBUTES(_name, _T) \\
	class_##_name##_make(_T), \\
	*__UNIQUE_ID(unlock) __cleanup(class_##_name##_leave) = (void *)(_T)
#define __scoped_guard(_name, _label, args...) \\
	for (CLASS(_name, scope)(args); scope.lock; ({ goto _label; })) \\
		if (0) { \\
_label: \\
			break; \\
		} else
#define scoped_guard(_name, args...) \\
	__scoped_guard(_name, __UNIQUE_ID(label), args)
context_lock_struct(gate) {
	int (*take)(struct gate *lock);
};
DEFINE_LOCK(gate, struct gate, gate_lock(_T->lock))
ATTRIBUTES
//- v net/go.c
#include <linux/kernel.h>
#include <linux/cleanup.h>
static int slow(struct gate *lock) { return 1; }
static int after(void) { return 0; }
int gate_lock(struct gate *lock) { return lock->take(lock); }
static int locked(struct gate *lock)
	__must_hold(lock) __cond_acquires(true, lock)
{
	USE
	return after();
}
SYSCALL_DEFINE1(go, int, n)
{
	struct gate *lock = kmalloc(sizeof(*lock), 0);

	lock->take = slow;
	return locked(lock);
}
"""


@pytest.mark.parametrize(
    "use",
    ["guard(gate)(lock);", "scoped_guard(gate, lock)\n\t\tafter();"],
)
@pytest.mark.parametrize(
    "attributes",
    ["", "#define class_gate_make(_T) WITH_ATTRIBUTES(gate, _T)"],
)
def test_a_lock_is_taken_where_a_guard_is_declared(
    tmp_path: Path, use: str, attributes: str
) -> None:
    code = GUARDS.replace("USE", use).replace("ATTRIBUTES", attributes)
    path = played(tmp_path, code, GO, full=True)
    assert calls(path) == {"gate_lock: lock->take": "slot: slow"}
    assert reached(path) >= {"locked", "after", "gate_lock", "slow"}


TYPES = """
//- v net/go.c
#include "rows.h"
#define TYPEOF_UNQUAL(exp) __typeof_unqual__(exp)
SYSCALL_DEFINE1(go, int, n)
{
	struct row *row = kmalloc(sizeof(*row), 0);
	DECLARED;

	row->run = two_run;
	return other->run(n) + row->run(n);
}
"""


@pytest.mark.parametrize(
    "declared",
    [
        "auto other = row",
        "const auto other = row",
        "__auto_type other = row",
        "typeof_unqual(*row) *other = row",
        "TYPEOF_UNQUAL(row) other = row",
    ],
)
def test_a_variable_may_have_the_type_of_its_value(
    tmp_path: Path, declared: str
) -> None:
    rows = ROWS.replace("NODE", "struct list_head list")
    path = played(tmp_path, rows + TYPES.replace("DECLARED", declared), GO)
    assert calls(path) == {
        "sys_go: other->run": "bound: two_run",
        "sys_go: row->run": "bound: two_run",
    }


TABLE = """
//- v net/go.c
#include "rows.h"
enum { FIRST, LAST = 4 };
#define EMPTY .number = 0
#define ROW(at, f) [at] = { EMPTY, .run = f##_run }
static struct row table[] = { ROW(FIRST, one), ROW(LAST, two) };
SYSCALL_DEFINE1(go, int, n) { return table[n].run(n) + table[0].run(n); }
"""


def test_a_macro_may_write_a_row_and_say_which_one_it_is(tmp_path: Path) -> None:
    rows = ROWS.replace("NODE", "struct list_head list")
    path = played(tmp_path, rows + TABLE, Step("go", ("4",), ""))
    assert calls(path) == {
        "sys_go: table[n].run": "bound: two_run",
        "sys_go: table[0].run": "bound: one_run",
    }


COUNTED = """
//- v net/go.c
#include "rows.h"
#define __UNIQUE_ID(prefix) __PASTE(prefix, __COUNTER__)
#define __HELD(_holder, _row, _run) \\
	struct row _holder = ({ make(_run); }); \\
	const struct row *const _row = &_holder
#define HELD(_row, _run) __HELD(__UNIQUE_ID(row), _row, _run)
#define __RUN(_row, _run, n) ({ HELD(_row, _run); _row->run(n); })
#define RUN(_run, n) __RUN(__UNIQUE_ID(row), _run, n)
static struct row make(int (*run)(int n)) { return (struct row){ .run = run }; }
SYSCALL_DEFINE1(go, int, n) { return RUN(two_run, n); }
"""


def test_names_that_are_counted_are_two_though_written_alike(tmp_path: Path) -> None:
    rows = ROWS.replace("NODE", "struct list_head list")
    path = played(tmp_path, rows + COUNTED, GO)
    assert list(calls(path).values()) == ["bound: two_run"]


TORN = """
//- v net/go.c
#include "rows.h"
SYSCALL_DEFINE1(go, int, n)
{
	struct row *row = &one, *other = &two;

BODY
	return 0;
}
"""
HEADS = "#ifdef A\n{0} (row->run(n)) {{\n#else\n{0} (other->run(n)) {{\n#endif\n"
PARTS = "#ifdef A\n row->run(n)\n#else\n other->run(n)\n#endif\n"


@pytest.mark.parametrize(
    "body",
    [
        HEADS.format("if") + "n = 3; }",
        "if (n > 2) {\n"
        + HEADS.format("if")
        + "return 1; }\nreturn 2; }\nelse return 3;",
        "for (;;) {\n" + HEADS.format("while") + "return 1; } }",
        "switch (n) {\ncase 2:\n"
        + HEADS.format("if")
        + "return 1; }\ndefault: return 2; }",
        "if (n > 2) {\n n = 1;\n return\n" + PARTS + "; }",
        "if (n &&\n" + PARTS + ") return 1;\nelse return 2;",
    ],
)
def test_both_arms_that_share_a_statement_are_run(tmp_path: Path, body: str) -> None:
    rows = ROWS.replace("NODE", "struct list_head list")
    path = played(tmp_path, rows + TORN.replace("BODY", body), Step("go", ("?",), ""))
    assert calls(path) == {
        "sys_go: row->run": "bound: one_run",
        "sys_go: other->run": "bound: two_run",
    }


@pytest.mark.parametrize("declared", ["struct row *it = ", "struct row *it;\nit = "])
def test_both_arms_may_give_the_value(tmp_path: Path, declared: str) -> None:
    rows = ROWS.replace("NODE", "struct list_head list")
    body = declared + "\n#ifdef A\nrow;\n#else\nother;\n#endif\nreturn it->run(n);"
    path = played(tmp_path, rows + TORN.replace("BODY", body), GO)
    assert calls(path) == {"sys_go: it->run": "bound: one_run, two_run"}
