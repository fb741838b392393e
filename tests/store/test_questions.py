"""What is inlined is the same whether it is joined from the caller or the callee."""

from importlib.resources import files
from pathlib import Path

import pytest

from tests.trees import open_tree, write_tree
from xref.pipeline import IndexOptions, index
from xref.store.database import database_path, open_for_reading
from xref.store.questions import Rows, answered

CASE = """
//- v include/hook.h
void run(int n);
int other(int n);
static inline void hook(int n) { run(n); run(n); }
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
void use(int n) { twice(n); hook(n); SMALL(n); }
//- v kernel/b.c
#include <hook.h>
static int small(int n) { return other(n) - 1; }
void use_b(int n) { small(n); hook(n); }
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


def test_both_ways_of_joining_tell_the_same(database: Path) -> None:
    sql = files("xref.store").joinpath("inlined.sql").read_text("utf-8")
    connection = open_for_reading(database)
    from_callers = sorted(connection.execute(sql).fetchall())
    from_callees = sorted(connection.execute("select * from inlined").fetchall())
    connection.close()
    assert from_callers == from_callees
    assert {row[7] for row in from_callees} == {"small", "run", "twice"}


@pytest.mark.parametrize("kernel", ["", "6.2.0"])
@pytest.mark.parametrize("sql", ["select * from edges", "select * from inlined"])
def test_a_question_by_caller_has_the_rows_of_the_view(
    database: Path, sql: str, kernel: str
) -> None:
    with answered(database, sql, {}, kernel) as everything:
        column = everything.columns.index("caller")
        wanted = [row for row in rows_of(everything) if row[column] == "use"]
    by_caller = f"{sql} where caller = :name"
    with answered(database, by_caller, {"name": "use"}, kernel) as found:
        assert rows_of(found) == wanted
    assert wanted
