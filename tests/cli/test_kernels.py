"""Kernels of the index: what is told of them, forgetting them, checking them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.trees import write_tree
from xref.cli.program import run
from xref.pipeline.questions import indexed
from xref.store.database import database_path

SHARED = """
//- v include/linux/a.h
#define DEFINE_GETTER(name) int get_##name(int a) { return name##_it(a); }
struct ops { int (*go)(int a); };
//- v kernel/one.c
#include <linux/a.h>
static int go(int a) { return a; }
struct ops one = { .go = go };
DEFINE_GETTER(one)
int use(struct ops *o) { return o->go(get_one(2)); }
"""
NEWER = SHARED.replace("return a;", "return a + 1;").replace("_it(a)", "_that(a)")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder with two kernels that share nothing but their includes."""
    monkeypatch.setenv("XREF_HOME", str(tmp_path / "home"))
    for minor, case in ((1, SHARED), (2, NEWER)):
        unread = f"//- v include/linux/unread.h\nint unread{minor};\n"
        tree = write_tree(tmp_path / f"tree{minor}", case + unread, minor)
        assert run(["index", "--scope", "kernel", "--tree", str(tree)]) == 0
    return tmp_path / "home"


def rows_of(home: Path, kernel: str) -> list[tuple[object, ...]]:
    """What the views say of a kernel."""
    with closing(sqlite3.connect(database_path(home))) as connection:
        return [
            row
            for view in ("files", "functions", "calls", "bindings", "edges")
            for row in sorted(
                connection.execute(f"select * from {view} where kernel = ?", (kernel,))  # noqa: S608
            )
        ]


def test_a_forgotten_kernel_leaves_the_other_as_it_was(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = rows_of(home, "6.2.0")
    size = database_path(home).stat().st_size
    capsys.readouterr()
    assert run(["forget", "6.1.0"]) == 0
    assert "6.1.0 is forgotten: 2 contents" in capsys.readouterr().out
    assert rows_of(home, "6.2.0") == before
    assert rows_of(home, "6.1.0") == []
    assert database_path(home).stat().st_size <= size
    assert run(["doctor", "--kernel", "6.2.0"]) in {0, 1}
    tree = str(tmp_path / "tree1")
    assert run(["index", "--scope", "kernel", "--tree", tree]) == 0
    assert len(rows_of(home, "6.1.0")) == len(before)


def test_after_the_last_kernel_nothing_is_left(home: Path) -> None:
    for version in ("6.1.0", "6.2.0"):
        assert run(["forget", version]) == 0
    with closing(sqlite3.connect(database_path(home))) as connection:
        tables = connection.execute(
            "select name from sqlite_schema where type = 'table' "
            "and name not like 'sqlite%' and name <> 'name'"
        ).fetchall()
        for (table,) in tables:
            count = connection.execute(f"select count(*) from {table}")  # noqa: S608
            assert count.fetchone() == (0,), table
        assert connection.execute("select text from name").fetchall() == [("",)]


def test_only_the_very_version_is_forgotten(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = rows_of(home, "6.1.0")
    assert run(["forget", "6.1.9"]) == 4
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith(
        "xref: 6.1.9 is neither indexed nor unpacked; there are 6.1"
    )
    assert rows_of(home, "6.1.0") == before


def test_kernels_tell_their_state_and_size(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(database_path(home))) as connection, connection:
        connection.execute("update kernel set linker = 0 where name = '6.2.0'")
    capsys.readouterr()
    assert run(["kernels", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    told = [(row["kernel"], row["state"], row["scopes"], row["files"]) for row in rows]
    assert told == [
        ("6.1.0", "indexed", "kernel", 2),
        ("6.2.0", "unfinished", "kernel", 2),
    ]


def checks(kernel: str, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The verdicts of the doctor."""
    capsys.readouterr()
    code = run(["doctor", "--kernel", kernel, "--format", "json"])
    found = {r["check"]: r["verdict"] for r in json.loads(capsys.readouterr().out)}
    assert code == int("BAD" in found.values())
    return found


def test_the_doctor_finds_what_leads_nowhere(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = checks("6.1.0", capsys)
    assert all(
        verdict == "good"
        for check, verdict in sound.items()
        if check.startswith(("no ", "the file", "indexed", "bytes", "pointer"))
    )
    with closing(sqlite3.connect(database_path(home))) as connection, connection:
        connection.execute("delete from node")
        connection.execute("delete from function where kind = 'function'")
        connection.execute("update blob set error_bytes = size_bytes")
    bad = {
        k
        for k, v in checks("6.1.0", capsys).items()
        if (v, sound[k]) == ("BAD", "good")
    }
    assert bad >= {
        "no calls through nothing",
        "no functions in slots that are none",
        "no meanings without function",
        "bytes that could not be read",
    }


def test_indexing_tells_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XREF_HOME", str(tmp_path / "home"))
    tree = str(write_tree(tmp_path / "tree", SHARED))
    assert run(["index", "--scope", "all", "--tree", tree]) == 0
    told = capsys.readouterr().err
    assert "xref: 2 files, 2 of them read now: " in told
    assert "idioms that this kernel has nothing of: READ_ONCE, " in told
    assert run(["index", "--scope", "all", "--tree", tree]) == 0
    assert capsys.readouterr().err == ""


def test_several_kernels_are_indexed_and_one_that_is_none_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XREF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", "")  # nothing can be fetched
    for minor, case in ((1, SHARED), (2, NEWER)):
        assert run(["add", str(write_tree(tmp_path / f"{minor}", case, minor))]) == 0
    capsys.readouterr()
    kernels = ("-k", "6.1.0", "-k", "v9.9", "-k", "6.2.0")
    assert run(["index", "--scope", "all", *kernels]) == 1
    out, err = capsys.readouterr()
    assert out == "6.1.0 is indexed\n6.2.0 is indexed\n"
    assert "xref: no kernel v9.9 is registered, cached or offered" in err


def test_two_trees_of_one_version_live_side_by_side(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = rows_of(home, "6.1.0")
    vendor = write_tree(tmp_path / "vendor", NEWER, 1)
    for _ in range(2):
        assert run(["index", "--scope", "all", "--tree", str(vendor)]) == 0
        assert capsys.readouterr().out.endswith("6.1.0@vendor is indexed\n")
    assert rows_of(home, "6.1.0") == before
    names = [row[0] for row in indexed(home)]
    assert sorted(map(str, names)) == ["6.1.0", "6.1.0@vendor", "6.2.0"]


def test_a_folder_that_was_indexed_is_found_again(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del home
    capsys.readouterr()
    assert run(["impact", "6.1.0", "6.2.0", "--format", "json"]) == 5
    answer = json.loads(capsys.readouterr().out)
    found = {each["name"]: each["change"] for each in answer["functions"]}
    assert found == {"DEFINE_GETTER": "body", "go": "body"}
    (tmp_path / "tree1").rename(tmp_path / "gone")
    assert run(["impact", "6.1.0", "6.2.0"]) == 1
    assert "the source of 6.1.0 is not at hand; give" in capsys.readouterr().err
