"""Numbers that decide which code runs: commands, and descriptors in memory."""

from pathlib import Path

from tests.resolve.playing import calls, played, reached
from tests.resolve.test_descriptors import TABLE, TWO
from xref.resolve.steps import Step

POLL = """
struct seen { void (*note)(struct seen *); };
static void noted(struct seen *s) { }
static void prepare(struct seen *s) { s->note = noted; }
static int look(struct ask *asked, struct seen *s)
{
	struct file *f = current_task()->fd[asked->fd];

	s->note(s);
	return f->act(f);
}
static int each(struct ask __user *asks, struct seen *s)
{
	long room[8];
	struct ask *own = (struct ask *)room;

	if (copy_from_user(own, asks, sizeof(*own)))
		return -14;
	return look(own, s);
}
SYSCALL_DEFINE2(poll, struct ask __user *, asks, int, n)
{
	struct seen table;

	prepare(&table);
	return each(asks, &table);
}
"""

COMMANDS = """
//- v fs/ioctl.c
#include <linux/kernel.h>
#define _IOC(dir, type, nr, size) \\
	(((dir) << 30) | ((type) << 8) | ((nr) << 0) | ((size) << 16))
#define _IOR(type, nr, size) _IOC(2U, (type), (nr), (sizeof(size)))
#define GO_FAR 0x5401
#define GO_NEAR _IOR(0x89, 1, long long[2])
#define GO_UP _IOC(0, 0x54, 1, sizeof(int))
static int near(void) { return 1; }
static int other(void) { return 2; }
static int up(void) { return 3; }
SYSCALL_DEFINE1(go, unsigned int, cmd)
{
	switch (cmd) {
	case GO_NEAR:
		return near();
	case GO_UP:
		return up();
	default:
		return other();
	}
}
"""


def test_a_descriptor_is_followed_through_structs_without_pointers(
    tmp_path: Path,
) -> None:
    path = played(tmp_path, TABLE + POLL, *TWO, Step("poll", ("{.fd = two}", "1"), ""))
    assert calls(path) == {
        "look: f->act": "bound: blue",
        "look: s->note": "bound: noted",
    }


def test_a_command_is_told_from_those_whose_size_is_not_known(tmp_path: Path) -> None:
    path = played(tmp_path, COMMANDS, Step("go", ("GO_FAR",), ""))
    assert {"other"} == reached(path) - {"sys_go", "up"}


def test_a_command_that_may_be_one_of_unknown_size_goes_both_ways(
    tmp_path: Path,
) -> None:
    path = played(tmp_path, COMMANDS, Step("go", ("GO_FAR",), ""))
    assert {"other", "up"} <= reached(path)
