"""Of stores that a call is sure to make in turn, later calls find the last."""

from pathlib import Path

import pytest

from tests.resolve.playing import calls, played
from xref.resolve.steps import Step

HEAD = """
//- v fs/file.c
#include <linux/kernel.h>
struct file { int (*act)(void); int flags; };
struct task { struct file *fd[64]; };
struct task *current_task(void);
int find_free(void);
static int red(void) { return 1; }
static int blue(void) { return 2; }
static void set_defaults(struct file *f) { f->act = red; }
"""
TAIL = """
SYSCALL_DEFINE1(make, int, kind)
{
	struct file *f = kmalloc(sizeof(*f), 0);
	int fd = find_free();

	set_defaults(f);
	set_up(f);
	current_task()->fd[fd] = f;
	return fd;
}
SYSCALL_DEFINE1(use, int, fd)
{
	return current_task()->fd[fd]->act();
}
"""
FOUND = "sys_use: current_task()->fd[fd]->act"


def used(folder: Path, body: str) -> str:
    """What a later call finds when a file was set up by a function of this body."""
    set_up = f"static int set_up(struct file *f)\n{{\n{body}\n}}\n"
    steps = Step("make", ("1",), "fd"), Step("use", ("fd",), "")
    return calls(played(folder, HEAD + set_up + TAIL, *steps))[FOUND]


def test_what_is_set_again_is_gone(tmp_path: Path) -> None:
    """Defaults that another function replaces are not called."""
    assert used(tmp_path, "f->act = blue; return 0;") == "bound: blue"


@pytest.mark.parametrize(
    "body",
    [
        "if (find_free()) f->act = blue; return 0;",
        "if (find_free()) return 0; f->act = blue; return 0;",
        "if (find_free()) goto out;\nf->act = blue;\nout: return 0;",
        "while (find_free()) f->act = blue; return 0;",
        "f->act = blue; if (find_free()) f->act = red; return 0;",
    ],
)
def test_what_may_not_be_set_again_stays(tmp_path: Path, body: str) -> None:
    """A store that is not sure to be made takes nothing away."""
    assert used(tmp_path, body) == "bound: blue, red"


@pytest.mark.parametrize(
    "body",
    [
        "int err = find_free(); if (err < 0) return -1; f->act = blue; return 0;",
        "int err = find_free() ? -5 : 0; if (err) return err; f->act = blue; return 0;",
        (
            "int err = -5;\nif (find_free()) goto out;\nf->act = blue;\nerr = 0;\n"
            "out:\nreturn err;"
        ),
        "if (!f) return -12; f->act = blue; return 0;",
    ],
)
def test_a_failure_on_the_way_changes_nothing(tmp_path: Path, body: str) -> None:
    """The call gave a descriptor, so it did not fail."""
    assert used(tmp_path, body) == "bound: blue"


def test_what_a_call_between_makes_is_told_too(tmp_path: Path) -> None:
    """The other end that a call makes, without giving it to the program."""
    code = """
//- v fs/file.c
#include <linux/kernel.h>
struct file { int (*act)(void); struct file *peer; };
struct task { struct file *fd[64]; };
struct task *current_task(void);
int find_free(void);
static int red(void) { return 1; }
static int blue(void) { return 2; }
SYSCALL_DEFINE1(make, int, kind)
{
	struct file *f = kmalloc(sizeof(*f), 0);
	int fd = find_free();

	current_task()->fd[fd] = f;
	return fd;
}
SYSCALL_DEFINE1(join, int, fd)
{
	struct file *other = kmalloc(sizeof(*other), 0);

	other->act = red;
	other->act = blue;
	current_task()->fd[fd]->peer = other;
	return 0;
}
SYSCALL_DEFINE1(use, int, fd)
{
	return current_task()->fd[fd]->peer->act();
}
"""
    steps = [Step("make", ("1",), "fd"), Step("join", ("fd",), "")]
    found = calls(played(tmp_path, code, *steps, Step("use", ("fd",), "")))
    assert found["sys_use: current_task()->fd[fd]->peer->act"] == "bound: blue"
