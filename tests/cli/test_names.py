"""Definitions and uses of names, as the user reads them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.trees import write_tree
from xref.cli.program import run
from xref.pipeline.beside import apart

CASE = """
//- v include/linux/a.h
struct thing { int (*go)(int a); };
typedef struct thing thing_t;
int go_on(int a); // go_on is said here
extern struct thing one;
#define SIZE 4
enum { SIZE_MORE = SIZE + 1 };
//- v kernel/one.c
#include <linux/a.h>
/* go_on(1) is
 * not called by go_on(2) */
int go_on(int a)
{
        const char *text = "go_on(3)";
        return go_on(a - 1);
}
struct thing one = { .go = go_on };
thing_t *two = &one;
void change(void) { one.go = &go_on; one = *two; if (two == &one) two++; }
#define CALL(x) go_on(x)
//- v kernel/two.c
#include <linux/holder.h>
enum holding {
        HELD
};
struct holder { struct thing thing, *other; thing_t (*make)(void); };
static void *holder(struct holder *held, int flags)
{
        if (flags & HELD || held->thing.go(1))
                goto thing;
        take(&held->thing, (void *)&held, &thing[flags & HELD], held->holder);
thing:
        return &held->other[holding(holder)];
}
"""
Refs = Callable[..., list[tuple[str, ...]]]


@pytest.fixture
def ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Refs:
    """Run a command of names; its rows: kind, path, line, if whole within, text."""
    monkeypatch.setenv("XREF_HOME", str(tmp_path / "home"))
    tree = str(write_tree(tmp_path / "tree", CASE))
    assert run(["add", tree]) == 0
    assert run(["index", "--scope", "all", "--tree", tree]) == 0

    def rows(
        *arguments: str, code: int = 0, is_whole: bool = False
    ) -> list[tuple[str, ...]]:
        capsys.readouterr()
        assert run([*arguments, "--format", "tsv"]) == code
        lines = capsys.readouterr().out.splitlines()[1:]
        rows = [tuple(line.split("\t")) for line in lines]
        return [row if is_whole else (*row[:3], *row[4:]) for row in rows]

    return rows


def test_definitions_come_before_declarations(ask: Refs) -> None:
    assert ask("def", "go_on") == [
        ("function", "kernel/one.c", "4", "int go_on(int a)"),
        (
            *("declaration", "include/linux/a.h", "3"),
            "int go_on(int a); // go_on is said here",
        ),
    ]
    kinds = {name: ask("def", name)[0][0] for name in ("thing", "thing_t", "one")}
    assert kinds == {"thing": "type", "thing_t": "typedef", "one": "object"}
    assert [row[0] for row in ask("def", "SIZE")] == ["macro"]
    assert [row[0] for row in ask("def", "SIZE_MORE")] == ["constant"]
    ask("def", "nowhere", code=4)


def test_uses_by_kind_and_none_of_what_is_only_said(ask: Refs) -> None:
    found = [(kind, line) for kind, _, line, _ in ask("refs", "go_on")]
    assert found == [
        ("function", "4"),
        ("declaration", "3"),
        ("call", "7"),
        ("call", "12"),
        ("address", "9"),
        ("address", "11"),
    ]
    found = [(kind, line) for kind, _, line, _ in ask("refs", "one")][2:]
    assert found == [
        ("store", "11"),
        ("address", "10"),
        ("address", "11"),
        ("other", "11"),
    ]
    assert ask("refs", "two", "--kind", "store")[0][0] == "store"
    ask("refs", "nowhere", code=4)
    ask("refs", "go on", code=4)


def kinds_of(rows: list[tuple[str, ...]]) -> list[tuple[str, int]]:
    """Kind and line of what the second file has."""
    return [(row[0], int(row[2])) for row in rows if row[1] == "kernel/two.c"]


def test_a_name_may_be_a_tag_a_member_a_label_and_a_function(ask: Refs) -> None:
    assert kinds_of(ask("refs", "thing")) == [
        ("field", 5),
        ("address", 10),
        ("address", 10),
        ("type", 5),
        ("other", 8),
        ("other", 9),
        ("other", 11),
    ]
    assert kinds_of(ask("refs", "holder")) == [
        ("function", 6),
        ("type", 5),
        ("address", 12),
        ("type", 6),
        ("other", 10),
    ]
    assert kinds_of(ask("refs", "HELD")) == [
        ("constant", 3),
        ("other", 8),
        ("other", 10),
    ]
    assert kinds_of(ask("refs", "thing_t")) == [("type", 5)]
    assert ask("def", "holding") == [("type", "kernel/two.c", "2", "enum holding {")]


def test_a_field_is_told_with_its_struct_and_a_use_with_its_function(ask: Refs) -> None:
    assert ask("def", "other", is_whole=True)[0][3] == "struct holder"
    (use,) = ask("refs", "other", "--kind", "address", is_whole=True)
    assert use[1:4] == ("kernel/two.c", "12", "holder")


@pytest.mark.parametrize("name", ["thing", "go_on", "one"])
def test_two_processes_tell_what_one_tells(
    ask: Refs, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    alone = ask("refs", name, is_whole=True)
    monkeypatch.setattr("xref.pipeline.references._MANY_FILES", 2)
    begun: list[object] = []

    def counted(work: Callable[[], object]) -> Callable[[], object]:
        begun.append(work)
        return apart(work)

    monkeypatch.setattr("xref.pipeline.references.apart", counted)
    assert ask("refs", name, is_whole=True) == alone
    assert len(begun) == 1


def test_without_the_source_there_are_no_lines(
    ask: Refs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tree").rename(tmp_path / "elsewhere")
    assert ask("def", "go_on")[0] == ("function", "kernel/one.c", "4", "")
    capsys.readouterr()
    assert run(["refs", "go_on"]) == 3
    assert "2 files of 6.1.0 are not at hand as they were read;" in (
        capsys.readouterr().err
    )
    place = ("--tree", str(tmp_path / "elsewhere"))
    assert len(ask("refs", "go_on", *place)) == 6


def test_the_source_is_where_it_was_when_it_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XREF_HOME", str(tmp_path / "home"))
    tree = write_tree(tmp_path / "tree", CASE)
    assert run(["index", "--scope", "all", "--tree", str(tree)]) == 0
    capsys.readouterr()
    assert run(["refs", "go_on"]) == 0
    whole = capsys.readouterr().out
    assert "return go_on(a - 1);" in whole
    (tree / "include/linux/a.h").write_text("changed")
    assert run(["refs", "go_on"]) == 3
    out, err = capsys.readouterr()
    assert "return go_on(a - 1);" in out
    assert "xref: 1 files of 6.1.0 are not at hand" in err
