"""What an index holds beside a kernel makes no difference to its answers."""

from pathlib import Path

from tests.trees import open_tree, write_tree
from xref.pipeline import IndexOptions, index
from xref.pipeline.programs import open_program

LATER = """
//- v net/b.c
void enter(int *what);
static int one;
void set_up_b(void) { enter(&one); }
int *named_b(void) { return &table; }
"""
SOONER = """
//- v net/a.c
void enter(int *what);
static int two;
void set_up_a(void) { enter(&two); }
int *named_a(void) { return &table; }
"""
BOTH = """
//- v net/table.c
int table;
void enter(int *what) { table = *what; }
"""


def test_callers_stand_by_path_whatever_was_read_first(tmp_path: Path) -> None:
    """A file that an older kernel has, too, was read before those that are new."""
    home = tmp_path / "home"
    for minor, code in ((1, LATER + BOTH), (2, SOONER + LATER + BOTH)):
        tree = write_tree(tmp_path / f"v{minor}", code, minor)
        with open_tree(tree, home) as kernel:
            index(home, kernel, IndexOptions(scopes=("all",), processes=1))
    program = open_program(home, "6.2.0")
    callers = [caller.function.name for caller in program.callers("enter")]
    assert callers == ["set_up_a", "set_up_b"]
    mentions = [function.name for function in program.mentions("table")]
    assert mentions == sorted(mentions)
    assert {"named_a", "named_b"} <= {*mentions}
