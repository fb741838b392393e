"""From files to a linked index: the same content whatever happens on the way."""

import multiprocessing
import os
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest

from tests.trees import open_tree, write_tree
from xref.errors import StoreError
from xref.extract.facts import facts_of
from xref.pipeline import IndexOptions, index, open_program, workers
from xref.records import BlobFacts, Progress
from xref.store.database import database_path, open_for_writing
from xref.store.questions import VIEWS
from xref.store.writer import Writer

CASE = """
//- v include/linux/a.h
#include <linux/b.h>
struct ops { int (*go)(int a); };
//- v include/linux/b.h
#define TWICE(x) (go_on(x) + (x))
//- v include/linux/unused.h
int unused(void);
//- v kernel/one.c
#include <linux/a.h>
static int go(int a) { return TWICE(a); }
struct ops one = { .go = go };
//- v kernel/two.c
#include <linux/a.h>
extern struct ops one;
int two(struct ops *o) { return o->go(2); }
//- v net/three.c
#include <linux/a.h>
#include "three.h"
int three(void) { return two(&one) + four(); }
//- v net/three.h
static inline int four(void) { return 4; }
//- v drivers/far.c
int far(void) { return 5; }
"""
CHANGED = """
//- v kernel/two.c
#include <linux/a.h>
int two(struct ops *o) { return o->go(3) + 1; }
"""
ALL = IndexOptions(("all",), processes=1)
Content = dict[str, list[tuple[Any, ...]]]


MAKING = """
//- v include/linux/getter.h
#define DEFINE_GETTER(name) int get_##name(int a) { return name##_WHAT(a); }
//- v kernel/user.c
#include <linux/getter.h>
DEFINE_GETTER(one)
DEFINE_GETTER(two)
int use(int a) { return get_one(a); }
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The folder of `CASE`."""
    return write_tree(tmp_path / "tree", CASE)


def content(home: Path, kernel: str = "6.1.0") -> Content:
    """What the public views say of a kernel, but when it was indexed."""
    with closing(sqlite3.connect(database_path(home))) as connection:
        found = {}
        for view in VIEWS:
            columns = "*" if view != "kernels" else "kernel, source, files, scopes"
            rows = connection.execute(
                f"select {columns} from {view} where kernel = ?",  # noqa: S608
                (kernel,),
            )
            found[view] = sorted(rows.fetchall())
        return found


def undisturbed(tree: Path, home: Path) -> Content:
    index(home, open_tree(tree, home), ALL)
    return content(home)


@pytest.fixture
def read_files(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the files that were read, in this process."""
    sizes: list[int] = []

    def counted(source: bytes, *rest: Any) -> BlobFacts:  # noqa: ANN401
        sizes.append(len(source))
        return facts_of(source, *rest)

    monkeypatch.setattr(workers, "facts_of", counted)
    return sizes


def test_calls_are_of_what_names_stand_for(tmp_path: Path) -> None:
    case = """
//- v include/linux/a.h
#define swap_it __swap_it
#define __swap_it(x) (-(x))
#define go_on __go_on
#define BIT(n) (1 << (n))
#define FLAG BIT(3)
#define STEP(x) (go_on(x) + BIT(2))
int __go_on(int a);
//- v kernel/one.c
#include <linux/a.h>
int one(int a) { return swap_it(a) + go_on(a) + BIT(1) + STEP(a) + FLAG; }
int table[] = { swap_it(1), BIT(1) };
"""
    home = tmp_path / "home"
    index(home, open_tree(write_tree(tmp_path / "tree", case), home), ALL)
    found = content(home)
    calls = [(caller, callee) for _, caller, _, _, _, callee, _ in found["calls"]]
    assert sorted(calls) == [
        ("", "BIT"),
        ("STEP", "__go_on"),
        ("one", "BIT"),
        ("one", "STEP"),
        ("one", "__go_on"),
    ]
    edges = {row[1:4:2] for row in found["edges"]}
    assert {("FLAG", "BIT"), ("one", "swap_it"), ("go_on", "__go_on")} <= edges


def test_indexing_twice_changes_nothing_and_reads_nothing(
    tree: Path, tmp_path: Path, read_files: list[int]
) -> None:
    first = undisturbed(tree, tmp_path / "home")
    assert len(read_files) == 8
    read_files.clear()
    assert undisturbed(tree, tmp_path / "home") == first
    assert read_files == []
    assert first["edges"]


def test_two_processes_give_what_one_gives(tree: Path, tmp_path: Path) -> None:
    home = tmp_path / "two"
    index(home, open_tree(tree, home), IndexOptions(("all",), processes=2))
    assert content(home) == undisturbed(tree, tmp_path / "one")


def test_a_second_version_costs_what_is_new_in_it(
    tree: Path, tmp_path: Path, read_files: list[int]
) -> None:
    home = tmp_path / "home"
    before = undisturbed(tree, home)
    read_files.clear()
    newer = write_tree(tmp_path / "newer", CASE, minor=2)
    write_tree(newer, CHANGED, minor=2)
    index(home, open_tree(newer, home), ALL)
    assert len(read_files) == 1
    assert content(home) == before
    assert len(content(home, "6.2.0")["functions"]) == len(before["functions"])


def test_what_macros_make_of_a_shared_file_belongs_to_the_version(
    tmp_path: Path,
) -> None:
    home = tmp_path / "home"
    trees = [
        write_tree(tmp_path / str(minor), MAKING.replace("WHAT", what), minor)
        for minor, what in enumerate(("old", "new", "old"), 1)
    ]
    before = undisturbed(trees[0], home)
    for tree in trees[1:]:
        index(home, open_tree(tree, home), ALL)
    assert content(home) == before
    for version, called in (("6.1.0", "old"), ("6.2.0", "new"), ("6.3.0", "old")):
        program = open_program(home, version)
        (made,) = program.functions("get_one")
        assert f"one_{called}" in str(program.body(made.id))
        program.close()
    functions = [row[1:] for row in before["functions"]]
    assert [row[1:] for row in content(home, "6.3.0")["functions"]] == functions
    write_tree(trees[1], MAKING.replace("WHAT", "newer"), 2)
    index(home, open_tree(trees[1], home), ALL)
    assert content(home) == before


def test_a_changed_folder_is_read_anew(
    tree: Path, tmp_path: Path, read_files: list[int]
) -> None:
    home = tmp_path / "home"
    undisturbed(tree, home)
    read_files.clear()
    write_tree(tree, CHANGED)
    assert undisturbed(tree, home) == undisturbed(tree, tmp_path / "other")
    assert len(read_files) == 1 + 8


def test_a_stop_is_taken_up_where_it_was(
    tree: Path, tmp_path: Path, read_files: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xref.pipeline.load._TASK_BYTES", 1)
    monkeypatch.setattr("xref.pipeline.load._LOAD_SECONDS", 0)
    seen = 0

    def stop(_: Progress) -> None:
        nonlocal seen
        seen += 1
        if seen == 4:
            raise KeyboardInterrupt

    home = tmp_path / "home"
    with pytest.raises(KeyboardInterrupt):
        index(home, open_tree(tree, home), ALL, stop)
    read = len(read_files)
    assert 0 < read < 8
    with pytest.raises(StoreError, match="not indexed"):
        open_program(home, "6.1.0")
    assert undisturbed(tree, home) == undisturbed(tree, tmp_path / "other")
    assert len(read_files) == 8 + 8


def test_reading_is_done_apart_and_can_be_stopped(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it leaves behind in a process is not there while a kernel is linked."""
    places = tmp_path / "places"
    # Other tests of this process may have left threads behind.
    monkeypatch.setattr("xref.pipeline.renewal.can_copy", lambda: True)
    monkeypatch.setattr("xref.pipeline.load._TASK_BYTES", 1)
    monkeypatch.setattr("xref.pipeline.load._LOAD_SECONDS", 0)
    load = Writer.load

    def noted(self: Writer, blobs: Any, reader: int) -> None:  # noqa: ANN401
        with places.open("a") as file:
            file.write(f"{os.getpid()}\n")
        load(self, blobs, reader)

    monkeypatch.setattr(Writer, "load", noted)
    stages: list[str] = []

    def stop(progress: Progress) -> None:
        stages.append(progress.stage)
        if len(stages) == 4:
            raise KeyboardInterrupt

    home = tmp_path / "home"
    options = IndexOptions(("all",), processes=2)
    with pytest.raises(KeyboardInterrupt):
        index(home, open_tree(tree, home), options, stop)
    indexed = index(home, open_tree(tree, home), options, stop)
    assert indexed is not None
    assert 0 < indexed.n_new <= 8
    assert stages[-2:] == ["link", "link"]
    there = set(places.read_text().split())
    assert there
    assert str(os.getpid()) not in there
    assert content(home) == undisturbed(tree, tmp_path / "other")


def _index(tree: Path, home: Path, processes: int) -> None:
    index(home, open_tree(tree, home), IndexOptions(("all",), processes=processes))


def test_two_that_index_at_once_make_one_index(tree: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=_index, args=(tree, home, 1)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    assert content(home) == undisturbed(tree, tmp_path / "other")


def test_who_waits_for_another_that_indexes_the_same_reads_nothing(
    tree: Path,
    tmp_path: Path,
    read_files: list[int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    home = tmp_path / "home"
    context = multiprocessing.get_context("fork")
    begun = context.Event()

    def first() -> None:
        index(home, open_tree(tree, home), ALL, lambda _: begun.set())

    process = context.Process(target=first)
    process.start()
    assert begun.wait(60)
    done = index(home, open_tree(tree, home), ALL)
    process.join(60)
    assert process.exitcode == 0
    assert read_files == []
    assert done is None
    assert content(home) == undisturbed(tree, tmp_path / "other")
    assert all("indexes 6.1.0" in message for message in caplog.messages)


def _hold(path: Path, begun: Event, seconds: float) -> None:
    """Be the one who writes, for a while."""
    with closing(open_for_writing(path)) as connection:
        connection.execute("begin immediate")
        begun.set()
        time.sleep(seconds)
        connection.execute("rollback")


def test_the_last_step_waits_for_another_that_writes(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes, too: what it tells the planner are rows."""
    monkeypatch.setattr("xref.store.database._GLANCE_SECONDS", 0.0)
    home = tmp_path / "home"
    index(home, open_tree(tree, home), ALL)
    context = multiprocessing.get_context("fork")
    begun = context.Event()
    process = context.Process(target=_hold, args=(database_path(home), begun, 0.3))
    process.start()
    assert begun.wait(60)
    with Writer(database_path(home)) as writer:
        writer.finish()
    process.join(60)
    assert process.exitcode == 0


def test_two_versions_that_are_indexed_at_once(tree: Path, tmp_path: Path) -> None:
    newer = write_tree(write_tree(tmp_path / "newer", CASE, 2), CHANGED, 2)
    home = tmp_path / "home"
    context = multiprocessing.get_context("fork")
    both = [
        context.Process(target=_index, args=(each, home, 1)) for each in (tree, newer)
    ]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    other = tmp_path / "other"
    index(other, open_tree(newer, other), ALL)
    assert undisturbed(tree, other) == content(home)
    assert content(other, "6.2.0") == content(home, "6.2.0")


def _die_at(statement: int, tree: Path, home: Path) -> None:
    """Index, and be killed when so many statements of SQL were begun."""
    begun = multiprocessing.get_context("fork").Value("i", 0)  # also in copies

    def opened(path: Path) -> sqlite3.Connection:
        def die(_: str) -> None:
            begun.value += 1
            if begun.value == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        connection = open_for_writing(path)
        connection.set_trace_callback(die)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("xref.store.writer.open_for_writing", opened)
        _index(tree, home, 2)


@pytest.mark.parametrize("n", [5, pytest.param(50, marks=pytest.mark.kernel)])
def test_a_kill_at_any_moment_breaks_nothing(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    statements = 0

    def counted(path: Path) -> sqlite3.Connection:
        def count(_: str) -> None:
            nonlocal statements
            statements += 1

        connection = open_for_writing(path)
        connection.set_trace_callback(count)
        return connection

    with monkeypatch.context() as patch:
        patch.setattr("xref.store.writer.open_for_writing", counted)
        expected = undisturbed(tree, tmp_path / "other")
    assert statements > 200
    for attempt in range(n):
        home = tmp_path / f"home{attempt}"
        moment = 1 + attempt * (statements - 1) // n
        process = multiprocessing.get_context("fork").Process(
            target=_die_at, args=(moment, tree, home)
        )
        process.start()
        process.join(60)
        # Killed itself, or told of the copy that was.
        assert process.exitcode in {-signal.SIGKILL, 1}
        assert undisturbed(tree, home) == expected, moment


@pytest.mark.parametrize("stage", ["index", "link"])
def test_a_cache_folder_that_goes_meanwhile_is_said(
    tree: Path, tmp_path: Path, stage: str
) -> None:
    home = tmp_path / "home"

    def remove(progress: Progress) -> None:
        if progress.stage == stage and home.exists():
            shutil.rmtree(home)

    with pytest.raises(StoreError, match="no index at"):
        index(home, open_tree(tree, home), ALL, remove)
    assert not home.exists()
    assert undisturbed(tree, home) == undisturbed(tree, tmp_path / "other")


def test_the_order_of_files_does_not_matter(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = undisturbed(tree, tmp_path / "one")

    def unsorted(numbers: range, **_: Any) -> list[int]:  # noqa: ANN401
        return list(numbers)

    monkeypatch.setattr("xref.pipeline.load.sorted", unsorted, raising=False)
    assert undisturbed(tree, tmp_path / "two") == first


def test_a_scope_reads_its_folders_and_what_they_include(
    tree: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    index(home, open_tree(tree, home), IndexOptions(("core",), processes=1))
    paths = [path for _, path, *_ in content(home)["files"]]
    assert paths == [
        "include/linux/a.h",
        "include/linux/b.h",
        "kernel/one.c",
        "kernel/two.c",
        "net/three.c",
        "net/three.h",
    ]
    program = open_program(home, "6.1.0")
    assert "drivers" in program.unread
    program.close()


def test_the_whole_tree_is_the_kernel_and_tools_when_asked(
    tree: Path, tmp_path: Path
) -> None:
    write_tree(tree, "//- v tools/own.c\nint own(void) { return 1; }\n")
    home = tmp_path / "home"
    for scopes, is_there in ((("all",), False), (("all", "tools"), True)):
        index(home, open_tree(tree, home), IndexOptions(scopes, processes=1))
        paths = [path for _, path, *_ in content(home)["files"]]
        assert "drivers/far.c" in paths
        assert ("tools/own.c" in paths) == is_there
    program = open_program(home, "6.1.0")
    assert program.unread == ()
    program.close()


def test_a_scope_is_added_to_what_is_there(tree: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    for scope in ("kernel", "drivers/far.c"):
        index(home, open_tree(tree, home), IndexOptions((scope,), processes=1))
    paths = [path for _, path, *_ in content(home)["files"]]
    assert "kernel/one.c" in paths
    assert "drivers/far.c" in paths
    assert "net/three.c" not in paths


def test_code_that_is_nested_too_deeply_is_a_problem_not_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deep(*_: Any) -> BlobFacts:  # noqa: ANN401
        raise RecursionError

    monkeypatch.setattr(workers, "facts_of", deep)
    tree = write_tree(tmp_path / "tree", CASE)
    found = undisturbed(tree, tmp_path / "home")
    assert len(found["files"]) == 8
    assert all(error == size for *_, size, error in found["files"])


def test_progress_counts_bytes_to_the_end(tree: Path, tmp_path: Path) -> None:
    told: list[Progress] = []
    home = tmp_path / "home"
    index(home, open_tree(tree, home), ALL, told.append)
    read = [each for each in told if each.stage == "index"]
    assert read[-1].done == read[-1].total
    assert [each.done for each in read] == sorted(each.done for each in read)


def test_a_large_index_is_written_anew_and_says_the_same(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = undisturbed(tree, tmp_path / "small")
    monkeypatch.setattr("xref.store.database._LARGE_BYTES", 0)
    assert undisturbed(tree, tmp_path / "packed") == there
    home = tmp_path / "read"
    with closing(open_for_writing(database_path(home))) as reader:
        reader.execute("begin")
        reader.execute("select count(*) from kernel").fetchone()
        assert undisturbed(tree, home) == there  # who reads makes it go without
    packed, read = (database_path(tmp_path / each) for each in ("packed", "read"))
    assert packed.stat().st_size <= read.stat().st_size
