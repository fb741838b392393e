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


MAKER = """
//- v net/make.c
#define MAKE(x) static inline void common(void) { work(x); } int x##_made
static void work(int x) { }
MAKE(one);
"""
CALLER = """
//- v net/call.c
void call(void) { common(); }
"""


def test_what_macros_make_is_what_the_kernel_itself_calls(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for minor, code in ((1, MAKER + CALLER), (2, MAKER)):
        tree = write_tree(tmp_path / f"v{minor}", code, minor)
        with open_tree(tree, home) as kernel:
            index(home, kernel, IndexOptions(scopes=("all",), processes=1))
    made = [
        [f.path for f in open_program(home, f"6.{minor}.0").functions("common")]
        for minor in (1, 2)
    ]
    assert made == [["net/make.c"], []]
