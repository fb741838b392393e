"""What the scenario made stays apart from all else that comes by the same way."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from tests.resolve.playing import calls, played, reached
from xref.answers import Grade
from xref.resolve.machine import CallEvent
from xref.resolve.steps import Step

if TYPE_CHECKING:
    from xref.program import FunctionEntry
    from xref.resolve.machine import Context

CODE = """
//- v fs/file.c
#include <linux/kernel.h>
struct spinlock { struct file *owner; };
struct file {
	int (*act)(struct file *f);
	int (*last)(struct file *f);
	struct file *next;
	struct spinlock lock;
};
struct task { struct file *fd[64]; struct file *a, *b, *c, *d; };
struct task *current_task(void);
int find_free(void);
static int red(struct file *f) { return 1; }
static int blue(struct file *f) { return 2; }
static void wait(struct spinlock *lock)
{
	if (lock->owner)
		lock->owner->act(lock->owner);
}
static int use_it(struct file *f)
{
	return f->act(f);
}
static void note(struct file *f)
{
	f->last = f->act;
}
static void others(struct task *t)
{
	t->a->act = blue;
	t->b->act = blue;
	t->c->act = blue;
	note(t->a);
	note(t->b);
	note(t->c);
}
SYSCALL_DEFINE1(make, int, kind)
{
	struct file *f = kmalloc(sizeof(*f), 0);
	int fd = find_free();

	f->act = kind == 1 ? red : blue;
	current_task()->fd[fd] = f;
	return fd;
}
SYSCALL_DEFINE1(use, int, fd)
{
	struct file *f = current_task()->fd[fd];

	others(current_task());
	note(f);
	wait(&f->lock);
	return f->last(f);
}
SYSCALL_DEFINE1(serve, int, fd)
{
	struct file *f = current_task()->fd[fd];

	if (find_free()) {
		if (find_free())
			return 0;
		use_it(f);
		return -1;
	}
	return 0;
}
"""
MAKE = Step("make", ("1",), "fd")


def test_its_object_is_not_joined_with_others(tmp_path: Path) -> None:
    """A file that the program made does not run what three others were given."""
    path = played(tmp_path, CODE, MAKE, Step("use", ("fd",), ""))
    assert calls(path)["sys_use: f->last"] == "bound: red"


def test_a_lock_is_not_followed_to_those_who_wait(tmp_path: Path) -> None:
    """Whoever owns a lock is no part of what a path is bound to."""
    path = played(tmp_path, CODE, MAKE, Step("use", ("fd",), ""))
    assert "wait: lock->owner->act" not in calls(path)


def test_a_branch_with_other_ways_out_is_no_failure(tmp_path: Path) -> None:
    """A branch may end in -1 and be the main way all the same."""
    path = played(tmp_path, CODE, MAKE, Step("serve", ("fd",), ""))
    assert calls(path)["use_it: f->act"] == "bound: red"


def test_an_object_beside_unknown_ones_does_not_decide(tmp_path: Path) -> None:
    """Of two routes, one is made here and one was there: both may be taken."""
    code = """
//- v net/route.c
#include <linux/kernel.h>
struct route { int (*out)(void); int number; };
struct table { struct route *cached; };
struct table *the_table(void);
static int drop(void) { return 1; }
static int send(void) { return 2; }
void setup(struct route *r) { r->out = send; }
SYSCALL_DEFINE1(go, int, kind)
{
	struct route *r = the_table()->cached;

	if (!r->number) {
		r = kmalloc(sizeof(*r), 0);
		r->out = drop;
	}
	return r->out();
}
"""
    assert calls(played(tmp_path, code))["sys_go: r->out"] == "slot: drop, send"


def test_an_object_beside_a_pointer_of_unknown_origin_does_not_decide(
    tmp_path: Path,
) -> None:
    """A number that is taken for an address may lead to any of them."""
    code = """
//- v net/route.c
#include <linux/kernel.h>
struct route { int (*out)(void); };
unsigned long kept;
static int drop(void) { return 1; }
static int send(void) { return 2; }
struct route fixed = { .out = drop };
void setup(struct route *r) { r->out = send; }
SYSCALL_DEFINE1(go, int, kind)
{
	struct route *r = (struct route *)kept;

	if (!kept)
		r = &fixed;
	return r->out();
}
"""
    assert calls(played(tmp_path, code))["sys_go: r->out"] == "slot: drop, send"


def test_of_more_than_is_evaluated_all_that_the_slot_holds_is_told(
    tmp_path: Path,
) -> None:
    """A function is not evaluated for each of very many objects: it says no less."""
    names = [f"row_{n}" for n in range(12)]
    rows = "\n".join(
        f"static int {name}(void) {{ return {n}; }}\n"
        f"static struct row {name}_row = {{ .run = {name} }};"
        for n, name in enumerate(names)
    )
    uses = "\n".join(f"\tuse(&{name}_row);" for name in names)
    code = f"""
//- v kernel/rows.c
#include <linux/kernel.h>
struct row {{ int (*run)(void); }};
{rows}
static int use(struct row *r) {{ return r->run(); }}
SYSCALL_DEFINE0(go)
{{
{uses}
	return 0;
}}
"""
    all_of_them = ", ".join(sorted(names))
    assert calls(played(tmp_path, code))["use: r->run"].endswith(f": {all_of_them}")


HANDED = """
static int other(struct file *f) { return 3; }
static int mine(struct file *f) { return 4; }
static int run(struct file *f, int (*todo)(struct file *f))
{
	return todo(f);
}
SYSCALL_DEFINE1(hand, int, fd)
{
	return run(current_task()->fd[fd], mine);
}
int elsewhere(void)
{
	return run(current_task()->a, other);
}
SYSCALL_DEFINE1(go, int, fd)
{
	elsewhere();
	return 0;
}
"""


def test_what_others_hand_on_is_not_called_with_the_program_s_object(
    tmp_path: Path,
) -> None:
    """A caller that was not evaluated adds no target: what it hands on is its own."""
    reach = HANDED.replace(
        "return run(current", "elsewhere();\n\treturn run(current", 1
    )
    path = played(tmp_path, CODE + reach, MAKE, Step("hand", ("fd",), ""), full=True)
    found = calls(path)
    assert found["run: todo"] == "local: mine"
    assert found["elsewhere: todo"] == "local: other"


def test_other_objects_at_a_bound_call_are_counted(tmp_path: Path) -> None:
    """What is known of the program's file is not hidden by what is not known."""
    more = "note(f);\n\tcurrent_task()->d->last = red;\n\tuse_it(f);\n"
    code = CODE.replace("note(f);\n", f"{more}\tuse_it(current_task()->d);\n")
    path = played(tmp_path, code, MAKE, Step("use", ("fd",), ""))
    assert calls(path)["use_it: f->act"] == "bound: red"
    aside = [fold for fold in path.folded if fold.what == "file.act"]
    assert [(fold.count, fold.option) for fold in aside] == [(2, "")]


def test_what_the_program_asks_for_is_not_joined_with_others(tmp_path: Path) -> None:
    """The family of the call decides, whatever families the kernel makes beside."""
    code = """
//- v net/family.c
#include <linux/kernel.h>
struct family { int number; int (*create)(void); };
struct part { int kind; int (*act)(void); };
int find_kind(void);
static struct family *families[8];
static int red(void) { return 1; }
static int blue(void) { return 2; }
static int green(void) { return 3; }
static int white(void) { return 4; }
static int black(void) { return 5; }
static struct family one = { .number = 1, .create = red };
static struct family two = { .number = 2, .create = blue };
static struct family three = { .number = 3, .create = green };
static struct family four = { .number = 4, .create = white };
static struct family five = { .number = 5, .create = black };
void enter(struct family *family) { families[family->number] = family; }
void setup(void)
{
	enter(&one);
	enter(&two);
	enter(&three);
	enter(&four);
	enter(&five);
}
static int make_one(struct part *p, int kind)
{
	return families[kind]->create();
}
static int make_any(struct part *p, int kind)
{
	return make_one(p, kind);
}
static int make_part(int (*act)(void))
{
	struct part *p = kmalloc(sizeof(*p), 0);

	p->act = act;
	return make_any(p, find_kind());
}
SYSCALL_DEFINE1(make, int, kind)
{
	struct part *p = kmalloc(sizeof(*p), 0);

	p->act = red;
	make_part(red);
	make_part(blue);
	make_part(p->act);
	return make_one(p, kind);
}
"""
    bound = calls(played(tmp_path / "1", code, Step("make", ("1",), "fd")))
    assert bound["make_one: families[kind]->create"] == "bound: red"
    open_ = calls(played(tmp_path / "2", code, Step("make", ("*",), "")))
    every = "slot: black, blue, green, red, white"
    assert open_["make_one: families[kind]->create"] == every


def test_a_copy_of_a_part_is_not_one_of_the_whole(tmp_path: Path) -> None:
    """A part whose place is computed in bytes is copied without what is around it."""
    code = """
//- v net/copy.c
#include <linux/kernel.h>
typedef unsigned char u8;
void *memcpy(void *to, const void *from, unsigned long size);
struct base { int (*act)(void); };
struct extra { int (*more)(void); int flags; };
struct whole { struct base base; struct extra extra; };
static int red(void) { return 1; }
static int blue(void) { return 2; }
static int green(void) { return 3; }
static struct extra *extra_of(struct base *b)
{
	return (struct extra *)((u8 *)b + sizeof(struct whole) - sizeof(struct extra));
}
SYSCALL_DEFINE1(go, int, kind)
{
	struct base *from = kmalloc(sizeof(struct whole), 0);
	struct base *to = kmalloc(sizeof(struct whole), 0);

	from->act = red;
	extra_of(from)->more = green;
	to->act = blue;
	memcpy(extra_of(to), extra_of(from), sizeof(struct extra));
	return to->act();
}
"""
    found = calls(played(tmp_path, code))
    assert found["sys_go: to->act"] == "bound: blue"


@pytest.mark.parametrize(("given", "skipped"), [(("0", "0"), ["n"]), (("0", "1"), [])])
def test_a_branch_that_is_taken_elsewhere_is_not_told_as_left_out(
    tmp_path: Path, given: tuple[str, ...], skipped: list[str]
) -> None:
    code = """
//- v kernel/a.c
#include <linux/kernel.h>
static void mark(void) { }
static void tail(void) { }
static void use(int n)
{
	if (n)
		mark();
	tail();
}
SYSCALL_DEFINE2(go, int, a, int, b)
{
	use(a);
	use(b);
	return 0;
}
"""
    path = played(tmp_path, code, Step("go", given, ""))
    assert [fold.what for fold in path.folded if fold.option == "--any"] == skipped
    assert ("mark" in reached(path)) is not bool(skipped)


def test_a_branch_that_the_next_turn_takes_is_not_told_as_left_out(
    tmp_path: Path,
) -> None:
    code = """
//- v kernel/a.c
#include <linux/kernel.h>
static void mark(void) { }
SYSCALL_DEFINE1(go, struct list_head *, head)
{
	struct list_head *last = NULL;
	struct list_head *at;

	for (at = head->next; at != head; at = at->next) {
		if (last)
			mark();
		last = at;
	}
	return 0;
}
"""
    path = played(tmp_path, code, Step("go", ("?",), ""))
    assert [fold.what for fold in path.folded if fold.option == "--any"] == []
    assert "mark" in reached(path)


@pytest.mark.parametrize(
    ("grade", "left"), [(Grade.EXACT, ["trim"]), (Grade.BOUND, [])]
)
def test_what_is_called_by_name_stays_that_function(
    grade: Grade, left: list[str]
) -> None:
    """Also where an evaluation with more knowledge does not come there again."""
    trim = cast("FunctionEntry", object())
    context = cast("Context", object())
    event = CallEvent(3, "trim", "", grade, targets={"trim": (trim, {context: None})})
    event.renew()
    assert list(event.targets) == left
    assert not any(contexts for _, contexts in event.targets.values())
