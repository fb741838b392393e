"""Descriptors: each has a state of its own, wherever the program keeps its number."""

from pathlib import Path

import pytest

from tests.resolve.playing import calls, played
from xref.resolve.steps import Step

TABLE = """
//- v fs/file.c
#include <linux/kernel.h>
#define put_user(x, ptr) (*(ptr) = (x), 0)
unsigned long copy_to_user(void __user *to, const void *from, unsigned long n);
unsigned long copy_from_user(void *to, const void __user *from, unsigned long n);
struct file { int (*act)(struct file *f); };
struct task { struct file *fd[64]; };
struct task *current_task(void);
struct ask { int fd; short events; };
static int red(struct file *f) { return 1; }
static int blue(struct file *f) { return 2; }
int find_free(void);
static int number(void)
{
	int n = find_free();

	if (n < 0)
		return -24;
	return n;
}
static void install(int fd, struct file *f)
{
	current_task()->fd[fd] = f;
}
static struct file *file_of(int (*act)(struct file *f))
{
	struct file *f = kmalloc(sizeof(*f), 0);

	f->act = act;
	return f;
}
SYSCALL_DEFINE1(make, int, kind)
{
	int fd = number();

	if (fd < 0)
		return fd;
	install(fd, file_of(kind == 1 ? red : blue));
	return fd;
}
SYSCALL_DEFINE1(pair, int __user *, fds)
{
	int left = number(), right = number();
	struct file *a = file_of(red), *b = file_of(blue);

	if (put_user(left, &fds[0]))
		return -14;
	if (put_user(right, &fds[1]))
		return -14;
	install(left, a);
	install(right, b);
	return 0;
}
static int run(int fd)
{
	struct file *f = current_task()->fd[fd];

	return f->act(f);
}
SYSCALL_DEFINE1(many, int __user *, fds)
{
	int fd[2];
	struct file *a = file_of(red), *b = file_of(blue);

	fd[0] = number();
	fd[1] = number();
	if (copy_to_user(fds, fd, sizeof(fd)))
		return -14;
	install(fd[0], a);
	install(fd[1], b);
	return 0;
}
SYSCALL_DEFINE1(use, int, fd)
{
	return run(fd);
}
SYSCALL_DEFINE2(third, int, a, int, b)
{
	struct file *f = current_task()->fd[3];

	return f->act(f);
}
SYSCALL_DEFINE2(ask, struct ask __user *, asks, int, n)
{
	struct ask first;

	if (copy_from_user(&first, asks, sizeof(first)))
		return -14;
	return run(first.fd);
}
"""
TWO = Step("make", ("1",), "one"), Step("make", ("2",), "two")
MANY = (Step("many", ("{left, right}",), ""),)
PAIR = (Step("pair", ("{left, right}",), ""),)


@pytest.mark.parametrize(
    ("steps", "target"),
    [
        ((*TWO, Step("use", ("one",), "")), "red"),
        ((*TWO, Step("use", ("two",), "")), "blue"),
        ((*PAIR, Step("use", ("left",), "")), "red"),
        ((*PAIR, Step("use", ("right",), "")), "blue"),
        ((*MANY, Step("use", ("left",), "")), "red"),
        ((*MANY, Step("use", ("right",), "")), "blue"),
        ((*TWO, Step("ask", ("{.fd = two}", "1"), "")), "blue"),
    ],
)
def test_a_call_sees_the_state_of_its_own_descriptor(
    tmp_path: Path, steps: tuple[Step, ...], target: str
) -> None:
    path = played(tmp_path, TABLE, *steps)
    assert calls(path) == {"run: f->act": f"bound: {target}"}


def test_a_number_that_no_call_gave_may_be_any(tmp_path: Path) -> None:
    path = played(tmp_path, TABLE, *TWO, Step("third", ("one", "two"), ""))
    assert calls(path) == {"sys_third: f->act": "bound: blue, red"}


def test_a_call_that_is_given_a_set_comes_by_the_descriptor_in_it(
    tmp_path: Path,
) -> None:
    code = """
static int highest(unsigned long n, unsigned long *set)
{
	int max = 0;

	n /= 64;
	while (set[n]) {
		max++;
		set[n] >>= 1;
	}
	max += n * 64;
	return max;
}
SYSCALL_DEFINE2(choose, int, n, unsigned long __user *, set)
{
	int i, found = 0;

	n = highest(n, set);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++)
		if (set[i / 64] & (1UL << (i % 64)))
			found += run(i);
	return found;
}
"""
    path = played(tmp_path, TABLE + code, *TWO, Step("choose", ("two + 1",), ""))
    assert calls(path) == {"run: f->act": "bound: blue"}
