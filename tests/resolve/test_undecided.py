"""What no scenario decides is found once for all whole graphs of a kernel."""

from pathlib import Path

import pytest

from tests.resolve.playing import HEADERS, played, reached
from tests.trees import open_tree, write_tree
from xref.answers import CallPath
from xref.pipeline import IndexOptions, index
from xref.pipeline.paths import PathRequest, evaluated
from xref.pipeline.programs import open_program
from xref.program import CallEntry
from xref.resolve.steps import Scenario, Step
from xref.store.program import IndexedProgram

CODE = """
//- v a.c
#include <linux/kernel.h>
struct ops { int (*run)(int n); int (*halt)(void); };
int outside(void);
static int one(int n) { return n ? outside() : 0; }
static int two(int n) { return n; }
static struct ops first = { .run = one };
static struct ops second = { .run = two };
static struct ops *chosen;
static int hand(int (*call)(int n), struct ops *ops) { return call(1) + ops->run(2); }
static int few(int deep, struct ops *ops) { if (deep) two(4); return ops->run(deep); }
#define TWICE(f) f(1) + f(2)
static void below(void) { TWICE(two); chosen->run(3); chosen->halt(); one(1); two(1); }
static void beside(void) { below(); hand(two, chosen); few(1, chosen); }
SYSCALL_DEFINE0(go) { beside(); return 0; }
SYSCALL_DEFINE0(deep) { below(); beside(); return hand(one, &first) + few(0, &second); }
"""


@pytest.fixture
def program(tmp_path: Path) -> IndexedProgram:
    """The code, indexed; nothing was asked yet."""
    tree, home = write_tree(tmp_path / "tree", HEADERS + CODE), tmp_path / "home"
    with open_tree(tree, home) as kernel:
        index(home, kernel, IndexOptions(scopes=("all",), processes=1))
    return open_program(home, "6.1.0")


def _whole(program: IndexedProgram, call: str, *, later: bool = False) -> CallPath:
    request = PathRequest(call, "", {}, anything=False, full=True, later=later)
    steps = (Step(call, (), ""),)
    return evaluated(program, request, call, Scenario("", "", steps))


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("calls", [("go", "deep"), ("deep", "go"), ("go", "go")])
def test_what_was_asked_before_changes_no_answer(
    program: IndexedProgram,
    monkeypatch: pytest.MonkeyPatch,
    calls: tuple[str, str],
    *,
    later: bool,
) -> None:
    before, call = calls
    with monkeypatch.context() as patch:
        patch.setattr(program, "remember", lambda *_: None)
        alone = _whole(program, call, later=later)
    _whole(program, before)
    assert _whole(program, call, later=later) == alone
    assert {"two", "outside", "below"} <= reached(alone)
    assert alone.unresolved
    assert alone.folded


def test_what_is_known_is_not_looked_up_again(
    program: IndexedProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    _whole(program, "go")
    (known,) = {entry.id for entry in program.functions("below")}
    asked: list[int] = []
    calls_of = program.calls_of

    def noted(ident: int) -> tuple[CallEntry, ...]:
        asked.append(ident)
        return calls_of(ident)

    monkeypatch.setattr(program, "calls_of", noted)
    assert "below" in reached(_whole(program, "deep"))
    assert asked
    assert known not in asked


def test_a_function_that_a_macro_defines_in_each_branch_has_the_calls_of_all(
    tmp_path: Path,
) -> None:
    code = """
//- v a.c
#include <linux/kernel.h>
#ifdef CONFIG_FAST
#define MAKE(name) static void name(void) { fast(); }
#else
#define MAKE(name) static void name(void) { slow(); }
#endif
static void fast(void) { }
static void slow(void) { }
MAKE(made)
static void around(void) { made(); }
SYSCALL_DEFINE0(go) { around(); return 0; }
"""
    assert {"fast", "slow"} <= reached(played(tmp_path, code, full=True))
