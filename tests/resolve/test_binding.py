"""What the arguments of a call bind: registries, rows, stores, state."""

from pathlib import Path

import pytest

from tests.resolve.playing import calls, played, reached
from xref.resolve.steps import ANYTHING, Step

REGISTRY = """
//- v net/core.c
#include <linux/kernel.h>
struct family { int number; int (*create)(int type); };
static const struct family *families[8];
int family_register(const struct family *ops)
{
	rcu_assign_pointer(families[ops->number], ops);
	return 0;
}
SYSCALL_DEFINE2(go, int, family, int, type)
{
	const struct family *f = families[family];

	return f->create(type);
}
//- v net/one.c
#include <linux/kernel.h>
struct family { int number; int (*create)(int type); };
int family_register(const struct family *ops);
static int one_create(int type) { return 1; }
static const struct family one = { .number = 1, .create = one_create };
static int __init one_init(void) { return family_register(&one); }
//- v net/two.c
#include <linux/kernel.h>
struct family { int number; int (*create)(int type); };
int family_register(const struct family *ops);
static int two_create(int type) { return 2; }
static const struct family two = { .number = 2, .create = two_create };
static int __init two_init(void) { return family_register(&two); }
"""


def test_a_constant_chooses_the_row_of_a_registry(tmp_path: Path) -> None:
    path = played(tmp_path, REGISTRY, Step("go", ("2", "0"), ""))
    assert calls(path) == {"sys_go: f->create": "bound: two_create"}
    (edge,) = (e for e in path.edges if e.expression)
    assert edge.unbound == 2
    told = [(why.file, why.text) for why in edge.why]
    assert ("net/two.c", "two.number = 2") in told
    assert ("net/two.c", "two.create = two_create") in told
    assert any("family_register(&two)" in text for _, text in told)


def test_nothing_bound_leaves_every_row(tmp_path: Path) -> None:
    path = played(tmp_path, REGISTRY)
    assert reached(path) >= {"one_create", "two_create"}


def test_rows_of_a_list_are_tried_in_their_order(tmp_path: Path) -> None:
    code = """
//- v net/rows.c
#include <linux/kernel.h>
struct ops { int (*run)(void); };
struct row { struct list_head list; int type; int protocol; const struct ops *ops; };
static int a_run(void) { return 0; }
static int b_run(void) { return 0; }
static int c_run(void) { return 0; }
static const struct ops a_ops = { .run = a_run };
static const struct ops b_ops = { .run = b_run };
static const struct ops c_ops = { .run = c_run };
static struct row rows[] = {
	{ .type = 1, .protocol = 6, .ops = &a_ops },
	{ .type = 2, .protocol = 17, .ops = &b_ops },
	{ .type = 3, .protocol = 0, .ops = &c_ops },
};
static struct list_head heads[4];
static void row_register(struct row *row)
{
	list_add(&row->list, &heads[row->type]);
}
static int __init rows_init(void)
{
	struct row *q;

	for (q = rows; q < &rows[3]; ++q)
		row_register(q);
	return 0;
}
SYSCALL_DEFINE2(go, int, type, int, protocol)
{
	struct row *answer;

	list_for_each_entry(answer, &heads[type], list) {
		if (protocol == answer->protocol)
			break;
		if (answer->protocol == 0)
			break;
	}
	return answer->ops->run();
}
"""
    path = played(tmp_path / "b", code, Step("go", ("2", "17"), ""))
    assert calls(path) == {"sys_go: answer->ops->run": "bound: b_run"}
    path = played(tmp_path / "c", code, Step("go", ("3", "99"), ""))
    assert calls(path) == {"sys_go: answer->ops->run": "bound: c_run"}


STATE = """
//- v fs/file.c
#include <linux/kernel.h>
struct file { const struct file_ops *f_op; void *private_data; };
struct file_ops { int (*go)(struct file *f); int (*end)(struct file *f); };
struct thing { const struct thing_ops *ops; };
struct thing_ops { int (*act)(struct thing *t); };
struct task { struct file *fd[64]; };
struct task *current_task(void);
static int act(struct thing *t) { return 1; }
static const struct thing_ops good_ops = { .act = act };
static int other_act(struct thing *t) { return 2; }
static const struct thing_ops other_ops = { .act = other_act };
static int thing_go(struct file *f)
{
	struct thing *t = f->private_data;

	return t->ops->act(t);
}
static const struct file_ops thing_fops = { .go = thing_go };
static int plain_go(struct file *f) { return 0; }
static const struct file_ops plain_fops = { .go = plain_go };
static struct file *file_alloc(const struct file_ops *fops)
{
	struct file *f = kmalloc(sizeof(*f), 0);

	f->f_op = fops;
	return f;
}
SYSCALL_DEFINE1(plain, int, x)
{
	current_task()->fd[x] = file_alloc(&plain_fops);
	return x;
}
SYSCALL_DEFINE1(make, int, kind)
{
	struct thing *t = kmalloc(sizeof(*t), 0);
	struct file *f = file_alloc(&thing_fops);
	int fd = find_free();

	if (kind == 1)
		t->ops = &good_ops;
	else
		t->ops = &other_ops;
	f->private_data = t;
	current_task()->fd[fd] = f;
	return fd;
}
SYSCALL_DEFINE1(use, int, fd)
{
	struct file *f = current_task()->fd[fd];

	if (f->f_op->end)
		f->f_op->end(f);
	return f->f_op->go(f);
}
"""


def test_a_call_starts_from_the_state_that_an_earlier_one_left(tmp_path: Path) -> None:
    steps = Step("make", ("1",), "fd"), Step("use", ("fd",), "")
    path = played(tmp_path, STATE, *steps)
    assert calls(path) == {
        "sys_use: f->f_op->go": "bound: thing_go",
        "thing_go: t->ops->act": "bound: act",
    }


def test_a_branch_that_a_constant_decides_is_folded_and_counted(tmp_path: Path) -> None:
    code = """
//- v kernel/a.c
#include <linux/kernel.h>
static void yes(void) {}
static void no(void) {}
SYSCALL_DEFINE1(go, int, x)
{
	switch (x) {
	case 1:
		yes();
		break;
	default:
		no();
	}
	if (x == 2)
		no();
	return 0;
}
"""
    path = played(tmp_path, code, Step("go", ("1",), ""))
    assert reached(path) == {"sys_go", "yes"}
    assert [(f.what, f.count) for f in path.folded] == [
        ("switch (x)", 1),
        ("x == 2", 1),
    ]


LEFT_OUT = {
    "what stands behind a return": ("if (x == 1)\n\t\treturn 0;\n\tno(); no();", 2),
    "in a loop": ("while (x == 2)\n\t\tno();", 1),
    "by an operator": ("if (x == 2 && no())\n\t\tyes();", 2),
    "by a choice": ("int y = x == 2 ? no() : 0;", 1),
    "in conditions": ("if (x == 1)\n\t\treturn 0;\n\tif (no())\n\t\tno();", 2),
    "but not what another turn takes": (
        "while (more()) {\n\t\tif (x == 1)\n\t\t\tx = 2;\n\t\telse\n\t\t\tno();\n\t}",
        0,
    ),
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_calls_that_are_not_reached_are_counted(tmp_path: Path, name: str) -> None:
    code, count = LEFT_OUT[name]
    head = """
//- v kernel/a.c
#include <linux/kernel.h>
int more(void);
static int yes(void) { return 1; }
static int no(void) { return 2; }
SYSCALL_DEFINE1(go, int, x)
{
"""
    path = played(
        tmp_path, f"{head}\t{code}\n\treturn 0;\n}}\n", Step("go", ("1",), "")
    )
    assert sum(fold.count for fold in path.folded) == count
    assert ("no" in reached(path)) is not bool(count)


def test_a_caller_that_was_not_evaluated_may_write_another_number(
    tmp_path: Path,
) -> None:
    code = """
//- v kernel/a.c
#include <linux/kernel.h>
struct ops { int (*run)(int); };
static int fast(void) { return 1; }
static int slow(void) { return 2; }
int check(struct ops *ops, int is_fast)
{
	if (!is_fast)
		return slow();
	return ops->run(fast());
}
static int run(int n) { return n; }
static struct ops mine = { .run = run };
int far_away(struct ops *any) { return check(any, 0); }
struct far { int (*call)(struct ops *); };
static int one(struct ops *any) { return 1; }
static int two(struct ops *any) { return 2; }
struct far tables[] = { { .call = far_away }, { .call = one }, { .call = two } };
SYSCALL_DEFINE2(go, int, x, struct far *, far)
{
	check(&mine, 1);
	%s
	return 0;
}
"""
    near, far = (
        played(tmp_path / name, code % call, Step("go", ("1", ANYTHING), ""), full=True)
        for name, call in (("near", ""), ("far", "far->call(0);"))
    )
    assert "slow" not in reached(near)
    assert [fold.what for fold in near.folded] == ["!is_fast"]
    assert "slow" in reached(far)
    assert "!is_fast" not in [fold.what for fold in far.folded]


def test_a_null_slot_of_a_row_is_not_called(tmp_path: Path) -> None:
    steps = Step("make", ("2",), "fd"), Step("use", ("fd",), "")
    path = played(tmp_path, STATE, *steps)
    assert "sys_use: f->f_op->end" not in calls(path)
    assert calls(path)["thing_go: t->ops->act"] == "bound: other_act"


def test_a_global_pointer_holds_what_the_code_that_sets_it_makes(
    tmp_path: Path,
) -> None:
    code = """
//- v fs/mount.c
#include <linux/kernel.h>
struct super_ops { int (*alloc)(void); };
struct super { const struct super_ops *ops; };
struct mount { struct super *sb; };
static int near_alloc(void) { return 1; }
static int far_alloc(void) { return 2; }
static const struct super_ops near_ops = { .alloc = near_alloc };
static const struct super_ops far_ops = { .alloc = far_alloc };
static struct mount *near_mount;
static struct mount *far_mount;
static struct mount *mount_with(const struct super_ops *ops)
{
	struct mount *mnt = kmalloc(sizeof(*mnt), 0);

	mnt->sb = kmalloc(sizeof(*mnt->sb), 0);
	mnt->sb->ops = ops;
	return mnt;
}
static int __init near_init(void)
{
	near_mount = mount_with(&near_ops);
	return 0;
}
static int __init far_init(void)
{
	far_mount = mount_with(&far_ops);
	return 0;
}
SYSCALL_DEFINE1(go, int, x)
{
	return near_mount->sb->ops->alloc() + far_mount->sb->ops->alloc();
}
"""
    path = played(tmp_path, code, Step("go", ("1",), ""))
    assert calls(path) == {
        "sys_go: near_mount->sb->ops->alloc": "bound: near_alloc",
        "sys_go: far_mount->sb->ops->alloc": "bound: far_alloc",
    }


def test_what_a_global_leads_to_may_be_filled_by_a_function_in_a_table(
    tmp_path: Path,
) -> None:
    code = """
//- v fs/mount.c
#include <linux/kernel.h>
struct super_ops { int (*alloc)(void); };
struct super { const struct super_ops *ops; };
struct mount { struct super *sb; };
struct fs_type { const char *name; int (*fill)(struct fs_type *t, struct mount *mnt); };
static int near_alloc(void) { return 1; }
static int far_alloc(void) { return 2; }
static const struct super_ops near_ops = { .alloc = near_alloc };
static const struct super_ops far_ops = { .alloc = far_alloc };
static int fill_with(const struct super_ops *ops, struct mount *mnt)
{
	struct super *sb = kmalloc(sizeof(*sb), 0);

	sb->ops = ops ? ops : &far_ops;
	mnt->sb = sb;
	return 0;
}
static int near_fill(struct fs_type *t, struct mount *mnt)
{
	return fill_with(&near_ops, mnt);
}
static struct fs_type near_type = { .name = "near", .fill = near_fill };
static struct mount *named_mount(const char *name)
{
	return kmalloc(sizeof(struct mount), 0);
}
static struct mount *mount_of(struct fs_type *type)
{
	struct mount *mnt = named_mount(type->name);

	return type->fill(type, mnt) < 0 ? NULL : mnt;
}
static struct mount *near_mount;
static int __init near_init(void)
{
	near_mount = mount_of(&near_type);
	return 0;
}
SYSCALL_DEFINE1(go, int, x)
{
	return near_mount->sb->ops->alloc();
}
"""
    path = played(tmp_path, code, Step("go", ("1",), ""))
    assert calls(path) == {"sys_go: near_mount->sb->ops->alloc": "bound: near_alloc"}


def test_a_table_may_be_declared_before_it_is_filled(tmp_path: Path) -> None:
    early = "static const struct family two;\nstatic int two_create(int type)"
    code = REGISTRY.replace("static int two_create(int type)", early)
    path = played(tmp_path, code, Step("go", ("2", "0"), ""))
    assert calls(path) == {"sys_go: f->create": "bound: two_create"}


def test_a_file_may_declare_itself_what_another_one_defines(tmp_path: Path) -> None:
    code = """
//- v kernel/ops.h
struct ops { int (*run)(int n); };
//- v kernel/table.c
#include "ops.h"
static int one_run(int n) { return n; }
static int two_run(int n) { return 0; }
struct ops one_ops = { .run = one_run }, two_ops = { .run = two_run };
//- v kernel/go.c
#include <linux/kernel.h>
#include "ops.h"
extern struct ops one_ops, two_ops;
SYSCALL_DEFINE1(go, int, n)
{
	struct ops *ops = n == 1 ? &one_ops : &two_ops;

	return ops->run(n);
}
"""
    path = played(tmp_path, code, Step("go", ("2",), ""))
    assert calls(path) == {"sys_go: ops->run": "bound: two_run"}


def test_what_is_not_known_of_an_initialiser_is_not_null(tmp_path: Path) -> None:
    code = REGISTRY.replace(".create = two_create", ".create = two_made_elsewhere")
    path = played(tmp_path, code, Step("go", ("2", "0"), ""))
    assert calls(path) == {"sys_go: f->create": "slot: one_create, two_made_elsewhere"}


def test_a_function_of_the_file_hides_a_variable_of_another(tmp_path: Path) -> None:
    code = REGISTRY + "//- v net/three.c\nint two_create;\n"
    path = played(tmp_path, code, Step("go", ("2", "0"), ""))
    assert calls(path) == {"sys_go: f->create": "bound: two_create"}


def test_what_a_processor_starts_with_is_not_what_runs(tmp_path: Path) -> None:
    code = """
//- v kernel/task.c
#include <linux/kernel.h>
#define DEFINE_PER_CPU(type, name) type name
struct task { int flags; int (*run)(void); };
static int idle_run(void) { return 1; }
static void work(void) {}
static struct task idle = { .flags = 1, .run = idle_run };
DEFINE_PER_CPU(struct task *, running) = &idle;
SYSCALL_DEFINE1(go, int, x)
{
	if (!(running->flags & 1))
		work();
	return 0;
}
"""
    assert "work" in reached(played(tmp_path, code, Step("go", ("1",), "")))


def test_functions_of_what_each_processor_has_are_those_it_starts_with(
    tmp_path: Path,
) -> None:
    code = """
//- v kernel/clock.c
#include <linux/kernel.h>
#define DEFINE_PER_CPU(type, name) type name
struct clock { int (*read)(void); };
struct base { int n; struct clock clock[2]; };
static int steady(void) { return 1; }
static int wall(void) { return 2; }
DEFINE_PER_CPU(struct base, bases) = {
	.clock = { { .read = steady }, { .read = wall } },
};
SYSCALL_DEFINE1(go, int, which) { return bases.clock[which].read(); }
"""
    path = played(tmp_path, code, Step("go", ("1",), ""))
    assert calls(path) == {"sys_go: bases.clock[which].read": "bound: wall"}


@pytest.mark.parametrize("note", ["", "/* nothing\n * to\n * do */\n\n"])
def test_a_twin_that_does_nothing_is_left_out_on_however_many_lines(
    tmp_path: Path, note: str
) -> None:
    code = f"""
//- v kernel/a.c
#include <linux/kernel.h>
static void wake(void) {{}}
#ifdef CONFIG_A
static int work(int x)
{{
	wake();
	return x;
}}
#else
static int work(int x)
{{
{note}	return -1;
}}
#endif
SYSCALL_DEFINE1(go, int, x)
{{
	return work(x);
}}
"""
    path = played(tmp_path, code)
    assert [node.line for node in path.nodes if node.name == "work"] == [4]


STATICS = """
//- v kernel/a.c
#include <linux/kernel.h>
struct ops { int (*run)(int); int (*drop)(int); };
static int run(int n) { return n; }
static int drop(int n) { return n; }
static int later(int n) { return n; }
struct ops full = { .run = run, .drop = drop };
static const struct ops empty;
static struct ops forward;
static struct ops copied;
SYSCALL_DEFINE1(go, int, n)
{
	const struct ops *ops = &%s;

	if (ops->drop)
		return ops->drop(n);
	return 0;
}
static struct ops forward = { .run = run, .drop = later };
void fill(void) { copied = full; }
"""


@pytest.mark.parametrize(
    ("name", "targets"),
    [
        ("empty", {}),
        ("forward", {"sys_go: ops->drop": "bound: later"}),
        ("copied", {"sys_go: ops->drop": "slot: drop, later"}),
    ],
)
def test_a_static_table_without_an_initialiser_is_null(
    tmp_path: Path, name: str, targets: dict[str, str]
) -> None:
    path = played(tmp_path, STATICS % name, Step("go", ("1",), ""))
    assert calls(path) == targets
    assert [fold.what for fold in path.folded if fold.option == "--any"] == (
        [] if targets else ["ops->drop"]
    )


ADDRESS = """
//- v kernel/a.c
#include <linux/kernel.h>
unsigned long copy_from_user(void *to, const void *from, unsigned long n);
struct address { unsigned short family; char data[14]; };
struct address_in { unsigned short in_family; int port; };
struct storage { unsigned short any_family; char data[126]; };
struct ops { int (*join)(struct address *a); int (*leave)(void); };
static int join(struct address *a) { return 1; }
static int leave(void) { return 0; }
static struct ops ops = { .join = join, .leave = leave };
static int to_kernel(void *from, int size, struct storage *to)
{
	return copy_from_user(to, from, size);
}
static int enter(int n, struct address *a)
{
	if (a->family == 0)
		return ops.leave();
	return ops.join(a);
}
SYSCALL_DEFINE3(go, int, n, struct address *, from, int, size)
{
	struct storage kept;

	if (to_kernel(from, size, &kept))
		return -1;
	return enter(n, (struct address *)&kept);
}
"""


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("{.family = 2}", {"enter: ops.join": "bound: join"}),
        ("{.family = 0}", {"enter: ops.leave": "bound: leave"}),
        (
            ANYTHING,
            {"enter: ops.join": "bound: join", "enter: ops.leave": "bound: leave"},
        ),
    ],
)
def test_memory_of_the_program_is_known_where_it_is_copied_to(
    tmp_path: Path, text: str, targets: dict[str, str]
) -> None:
    path = played(tmp_path, ADDRESS, Step("go", ("1", text, ANYTHING), ""))
    assert calls(path) == targets


def test_a_call_whose_effect_a_model_tells_is_made_all_the_same(tmp_path: Path) -> None:
    path = played(tmp_path, COPIED, Step("go", ("1", "?", ANYTHING), ""), full=True)
    assert {"copy_from_user", "raw_copy"} <= reached(path)


COPIED = """
//- v kernel/a.c
#include <linux/kernel.h>
unsigned long raw_copy(void *to, const void *from, unsigned long n) { return 0; }
unsigned long copy_from_user(void *to, const void *from, unsigned long n)
{
	return raw_copy(to, from, n);
}
SYSCALL_DEFINE3(go, int, n, void *, from, int, size)
{
	char kept[16];

	return copy_from_user(kept, from, size);
}
"""
