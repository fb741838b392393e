"""What the views of calls tell, and that a question may begin at either end."""

from pathlib import Path

import pytest

from tests.trees import open_tree, write_tree
from xref.pipeline import IndexOptions, index
from xref.store.database import database_path
from xref.store.questions import Rows, answered

CASE = """
//- v include/hook.h
void run(int n);
int other(int n);
static inline void hook(int n) { run(n); run(n); }
static inline void outer_hook(int n) { hook(n); }
#define RUN(n) run(n)
static inline void given(int n, int (*okfn)(int n)) { okfn(n); }
struct ops { int (*in)(int n); };
#define SMALL(n) small(n)
//- v kernel/a.c
#include <hook.h>
int other(int n) { return n; }
static int small(int n)
{
#define inner(n) other(n)
	return other(n) + inner(n) + missing(n);
}
static int twice(int n) { return small(n) + small(n); }
void run(int n) { other(n); }
const struct ops one = { .in = other };
static int pointed(const struct ops *o) { return o->in(1); }
void use(int n) { twice(n); hook(n); SMALL(n); pointed(&one); }
//- v kernel/b.c
#include <hook.h>
static int small(int n) { return other(n) - 1; }
void use_b(int n) { small(n); hook(n); }
//- v kernel/c.c
#include <hook.h>
void run(int n) { other(n); }
void use_c(int n) { outer_hook(n); }
void use_d(int n) { RUN(n); }
static int passed(int n) { return other(n); }
static int spare(int n) { return other(n); }
void use_e(int n)
{
	given(n,
		passed);
}
void use_f(int n) { given(n, spare); }
static int reach(const struct ops *o) { return o->in(1); }
static int extend(const struct ops *o) { return reach(o); }
void use_g(const struct ops *o) { extend(o); }
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two kernels, which share most of their files."""
    home = tmp_path_factory.mktemp("home")
    for minor in (1, 2):
        case = CASE if minor == 1 else CASE.replace("- 1", "+ missing(n)")
        root = write_tree(tmp_path_factory.mktemp("tree"), case, minor)
        index(home, open_tree(root, home), IndexOptions(("all",), processes=1))
    return database_path(home)


def rows_of(found: Rows) -> list[tuple[object, ...]]:
    return sorted(found.rows)


def test_what_may_be_inlined_is_told_with_what_it_goes_through(
    database: Path,
) -> None:
    with answered(database, "select * from inlined", {}, "") as found:
        rows = rows_of(found)
    told = {(row[1], row[3], *row[7:]) for row in rows}
    assert {row[2] for row in told} == {
        "hook",
        "small",
        "run",
        "twice",
        "twice, small",
        "pointed",
        "passed",
        "spare",
        "reach",
        "extend",
        "extend, reach",
    }
    assert {
        ("use", "other", "twice, small", "", "exact"),
        ("use", "other", "pointed", "ops.in", "slot"),
        ("use_c", "other", "run", "", "exact"),
        ("use_d", "other", "run", "", "exact"),
        ("use_e", "other", "passed", "", "exact"),
        ("use_f", "other", "spare", "", "exact"),
        ("use_g", "other", "extend, reach", "ops.in", "slot"),
    } <= told
    assert ("use_f", "other", "passed", "", "exact") not in told


@pytest.mark.parametrize("kernel", ["", "6.2.0"])
@pytest.mark.parametrize("sql", ["select * from edges", "select * from inlined"])
@pytest.mark.parametrize(("side", "name"), [("caller", "use"), ("callee", "other")])
def test_a_question_by_either_end_has_the_rows_of_the_view(
    database: Path, sql: str, kernel: str, side: str, name: str
) -> None:
    with answered(database, sql, {}, kernel) as everything:
        column = everything.columns.index(side)
        wanted = [row for row in rows_of(everything) if row[column] == name]
    by_name = f"{sql} where {side} = :name"
    with answered(database, by_name, {"name": name}, kernel) as found:
        assert rows_of(found) == wanted
    assert wanted


NO_POINTERS = """
//- v kernel/a.c
#define CLASS(_name, var) class_##_name##_t var = class_##_name##_start
#define guard(_name) CLASS(_name, guard)
#define index(zone) ((zone) - 1)
typedef int class_lock_t;
static inline int class_lock_start(int *l) { return *l; }
struct ops { int (*in)(int n); };
void locked(int *l)
{
	guard(lock)(l);
}
int found(int zone)
{
	int index = index(zone);

	return index;
}
int asked(const struct ops *o) { return o->in(1); }
"""


def test_what_linking_knows_by_name_is_no_call_through_a_pointer(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("home")
    root = write_tree(tmp_path_factory.mktemp("tree"), NO_POINTERS)
    index(home, open_tree(root, home), IndexOptions(("all",), processes=1))
    question = "select caller, kind, callee from calls where kind <> 'direct'"
    with answered(database_path(home), question, {}, "") as found:
        assert rows_of(found) == [("asked", "member", "ops.in")]


def test_a_question_may_take_lists_apart(database: Path) -> None:
    sql = "select value from json_each(:names)"
    with answered(database, sql, {"names": '["a", "b"]'}, "") as found:
        assert rows_of(found) == [("a",), ("b",)]
