"""Slots of two kernels that are one slot."""

from pathlib import Path

from tests.trees import open_tree, write_tree
from xref.pipeline import IndexOptions, index
from xref.pipeline.diffs import slots_like
from xref.pipeline.programs import open_program

CODE = """
//- v include/buf.h
struct buf {
	union { int a; long b; };
	union {
		struct { int ref; void (*end)(struct buf *b); };
		int c;
	};
	void (*go)(void);
};
//- v a.c
#include "include/buf.h"
static void done(struct buf *b) { }
static void go(void) { }
void set(struct buf *b) { b->end = done; b->go = go; }
void call(struct buf *b) { b->end(b); b->go(); }
"""


def test_a_member_of_something_without_a_name_is_one_of_what_is_around(
    tmp_path: Path,
) -> None:
    tree, home = write_tree(tmp_path / "tree", CODE), tmp_path / "home"
    with open_tree(tree, home) as kernel:
        index(home, kernel, IndexOptions(scopes=("all",), processes=1))
    program = open_program(home, "6.1.0")
    assert slots_like(program, "buf::3::1.end") == [("buf", "end")]
    assert slots_like(program, "buf.go") == [("buf", "go")]
    assert slots_like(program, "buf::1.none") == []
