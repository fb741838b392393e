"""Tracepoints: they are on a path, what a tracer may hang on them is not."""

from pathlib import Path

from tests.resolve.playing import calls, played
from xref.resolve.steps import Step

CODE = """
//- v include/linux/tracepoint.h
struct tracepoint { int key; int (*probe)(void *p); };
#define DECLARE_TRACE(name, proto, args) \\
	extern struct tracepoint __tracepoint_##name; \\
	static inline void trace_##name(proto) \\
	{ \\
		if (static_key_false(&__tracepoint_##name.key)) \\
			hang_on(args); \\
	} \\
	static inline void note_##name(proto) \\
	{ \\
		hang_on(args); \\
	}
#define TRACE_EVENT(name, proto, args) DECLARE_TRACE(name, proto, args)
//- v a.c
#include <linux/kernel.h>
#include <linux/tracepoint.h>
struct dev { int (*run)(struct dev *d); };
static int run(struct dev *d) { return 1; }
static struct dev mine = { .run = run };
static int hang_on(struct dev *d) { return d->run(d); }
TRACE_EVENT(dev_run, struct dev *d, d)
SYSCALL_DEFINE0(go)
{
	trace_dev_run(&mine);
	return run(&mine);
}
SYSCALL_DEFINE0(noted)
{
	note_dev_run(&mine);
	return 0;
}
"""


def test_a_tracepoint_is_marked_and_not_followed(tmp_path: Path) -> None:
    path = played(tmp_path, CODE)
    assert {node.name: node.kind for node in path.nodes} == {
        "sys_go": "syscall",
        "trace_dev_run": "tracepoint",
        "run": "function",
    }
    assert not calls(path)


def test_full_has_what_lies_below_a_tracepoint(tmp_path: Path) -> None:
    path = played(tmp_path, CODE, full=True)
    assert "hang_on" in {node.name for node in path.nodes}


def test_what_else_a_macro_makes_is_followed(tmp_path: Path) -> None:
    path = played(tmp_path, CODE, Step("noted", (), ""))
    assert "hang_on" in {node.name for node in path.nodes}
