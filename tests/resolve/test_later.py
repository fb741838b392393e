"""What a call arms to run later: told, and played with what it was armed with."""

from pathlib import Path

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
