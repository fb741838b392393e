"""What a call arms to run later: told, and played with what it was armed with."""

from pathlib import Path

import pytest

from tests.resolve.playing import calls, played, reached
from xref.answers import EdgeKind
from xref.resolve.steps import Step

PUT = """
//- v fs/file.c
#include <linux/kernel.h>
struct callback_head {
	struct callback_head *next;
	void (*func)(struct callback_head *head);
};
#define rcu_head callback_head
struct file {
	union { long unused; struct rcu_head head; };
	int (*end)(struct file *);
};
struct task { struct file *fd[64]; struct callback_head *works; };
struct task *current_task(void);
static int red(struct file *f) { return 1; }
static void put(struct file *f);
static void run_end(struct callback_head *head)
{
	struct file *f = container_of(head, struct file, head);

	put(kmalloc(sizeof(*f), 0));
	f->end(f);
}
static void arm(struct callback_head *head, void (*func)(struct callback_head *))
{
	head->func = func;
}
static int queue(struct task *task, struct callback_head *head)
{
	head->next = task->works;
	task->works = head;
	return 0;
}
static void put(struct file *f)
{
	arm(&f->head, run_end);
	queue(current_task(), &f->head);
}
SYSCALL_DEFINE1(make, int, kind)
{
	struct file *f = kmalloc(sizeof(*f), 0);

	f->end = red;
	current_task()->fd[kind] = f;
	return kind;
}
SYSCALL_DEFINE1(drop, int, fd)
{
	put(current_task()->fd[fd]);
	return 0;
}
"""
STEPS = Step("make", ("1",), "file"), Step("drop", ("file",), "")


def test_what_runs_later_is_played_with_what_it_was_armed_with(tmp_path: Path) -> None:
    path = played(tmp_path, PUT, *STEPS, later=True)
    assert calls(path) == {"run_end: f->end": "bound: red"}
    names = {node.id: node.name for node in path.nodes}
    assert {
        names[edge.target] for edge in path.edges if edge.kind is EdgeKind.CALLBACK
    } == {"run_end"}


def test_what_was_not_asked_for_is_told(tmp_path: Path) -> None:
    path = played(tmp_path, PUT, *STEPS)
    assert "run_end" not in reached(path)
    assert [
        (fold.source.partition("@")[0], fold.what, fold.names, fold.option)
        for fold in path.folded
    ] == [("put", "callback_head.func", ("run_end",), "--async")]


BESIDE = """
//- v include/linux/later.h
#include <linux/kernel.h>
struct timer_list { void (*function)(unsigned long); unsigned long data; };
#define setup_timer(_timer, _f, _data) \\
	do { \\
		(_timer)->function = (_f); \\
		(_timer)->data = (_data); \\
	} while (0)
struct work_struct { void (*func)(void *); void *data; };
#define INIT_WORK(_work, _f, _data) \\
	do { \\
		(_work)->func = _f; \\
		(_work)->data = _data; \\
	} while (0)
struct tasklet_struct {
	union {
		void (*func)(unsigned long data);
		void (*callback)(struct tasklet_struct *t);
	};
	unsigned long data;
};
static inline void tasklet_init(struct tasklet_struct *t,
				void (*func)(unsigned long), unsigned long data)
{
	t->func = func;
	t->data = data;
}
static inline void tasklet_setup(struct tasklet_struct *t,
				 void (*callback)(struct tasklet_struct *))
{
	t->callback = callback;
	t->data = 0;
}
//- v net/go.c
#include <linux/later.h>
struct line {
	int (*end)(struct line *l);
	struct timer_list timer;
	struct work_struct work;
	struct tasklet_struct tasklet;
};
static int near_end(struct line *l) { return 1; }
static int far_end(struct line *l) { return 2; }
static int far(struct line *l) { l->end = far_end; return 0; }
static void by_number(unsigned long data)
{
	struct line *l = (struct line *)data;

	l->end(l);
}
static void by_pointer(void *data)
{
	struct line *l = data;

	l->end(l);
}
static void by_member(struct tasklet_struct *t)
{
	struct line *l = container_of(t, struct line, tasklet);

	l->end(l);
}
SYSCALL_DEFINE1(go, int, n)
{
	struct line *l = kmalloc(sizeof(*l), 0);

	l->end = near_end;
	ARM
	return 0;
}
"""


@pytest.mark.parametrize(
    ("arm", "function"),
    [
        ("setup_timer(&l->timer, by_number, (unsigned long)l);", "by_number"),
        ("l->timer.data = (long)l; l->timer.function = &by_number;", "by_number"),
        ("INIT_WORK(&l->work, by_pointer, l);", "by_pointer"),
        ("tasklet_init(&l->tasklet, by_number, (unsigned long)l);", "by_number"),
        ("tasklet_setup(&l->tasklet, by_member);", "by_member"),
    ],
)
def test_what_runs_later_is_given_what_was_put_beside_it(
    tmp_path: Path, arm: str, function: str
) -> None:
    path = played(tmp_path, BESIDE.replace("ARM", arm), later=True)
    assert calls(path) == {f"{function}: l->end": "bound: near_end"}
