"""Opening an index, and what goes wrong with its file."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from xref.errors import StoreError
from xref.pipeline import open_program
from xref.records import SourceFile
from xref.store.database import (
    database_path,
    open_for_reading,
    open_for_writing,
    schema_number,
    transaction,
)
from xref.store.writer import Writer

VIEWS = {
    "kernels": "kernel source files indexed_at",
    "files": "kernel path blob bytes error_bytes",
    "functions": "kernel name kind path line end_line static signature guard",
    "syscalls": "kernel arch abi nr name entry path line",
    "calls": "kernel caller path line kind callee guard",
    "bindings": "kernel struct field target object path line form guard",
    "slots": "kernel struct field targets sites open reason",
    "edges": "kernel caller caller_path callee callee_path path line kind slot grade",
    "unresolved": "kernel caller path line expression reason",
    "registries": "kernel variable key value function path line",
}


def test_the_public_views_have_their_columns(tmp_path: Path) -> None:
    with closing(open_for_writing(database_path(tmp_path))) as connection:
        for view, columns in VIEWS.items():
            cursor = connection.execute(f"select * from {view}")  # noqa: S608
            names = [column[0] for column in cursor.description]
            assert names[: len(columns.split())] == columns.split()
            assert cursor.fetchall() == []


def test_nothing_can_be_written_through_a_reader(tmp_path: Path) -> None:
    path = database_path(tmp_path)
    open_for_writing(path).close()
    with (
        closing(open_for_reading(path)) as connection,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        connection.execute("delete from kernel")


def test_there_may_be_no_index(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no index") as raised:
        open_for_reading(database_path(tmp_path))
    assert raised.value.hint.startswith("run: xref index")


def test_another_schema_is_said_in_one_line(tmp_path: Path) -> None:
    path = database_path(tmp_path)
    with closing(open_for_writing(path)) as connection:
        connection.execute("pragma user_version = 98")
    for opening in (open_for_reading, open_for_writing):
        with pytest.raises(StoreError, match="another xref") as raised:
            opening(path)
        assert "\n" not in f"{raised.value}{raised.value.hint}"
        assert "delete" in raised.value.hint


def test_the_schema_number_follows_the_schema() -> None:
    plain = "create table a (b integer not null) strict;"
    number = schema_number(plain)
    assert number == schema_number(plain.replace(" (", "  -- of letters\n  ("))
    assert number != schema_number(plain.replace("b", "c"))
    assert 0 < number < 1 << 31


@pytest.mark.parametrize("content", [b"no database at all " * 100, b"", b"x"])
def test_a_file_that_is_no_index(tmp_path: Path, content: bytes) -> None:
    path = database_path(tmp_path)
    path.write_bytes(content)
    with pytest.raises(StoreError):
        open_for_reading(path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as raised:
        open_for_writing(database_path(tmp_path / "file" / "home"))
    assert "XREF_HOME" in raised.value.hint


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    with closing(open_for_writing(database_path(tmp_path))) as connection:
        with pytest.raises(sqlite3.IntegrityError), transaction(connection):
            connection.executemany("insert into name values (1, ?)", ["a", "b"])
        assert connection.execute("select count(*) from name").fetchone() == (1,)


def test_a_full_disk_is_said_and_what_was_written_stays(tmp_path: Path) -> None:
    path = database_path(tmp_path)
    with Writer(path) as writer:
        connection = writer._connection  # noqa: SLF001  # a disk that is full
        connection.execute("pragma max_page_count = 60")
        files = [
            SourceFile(f"kernel/{number}.c", f"{number:040}", 1)
            for number in range(9_000)
        ]
        with pytest.raises(StoreError, match="disk is full"):
            writer.register(files)
        connection.execute("pragma max_page_count = 100000")
        assert len(writer.register(files)) == 9_000


def test_damage_is_found_when_it_is_met(indexed: Path, tmp_path: Path) -> None:
    path = database_path(tmp_path)
    content = bytearray(database_path(indexed).read_bytes())
    content[8192 * 2 :] = b"\xff" * (len(content) - 8192 * 2)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        open_program(tmp_path, "6.1.0").functions("open_it")


def test_an_index_that_others_made_meanwhile_stays(tmp_path: Path) -> None:
    path = database_path(tmp_path)
    with closing(open_for_writing(path)) as first:
        first.execute("insert into name values (1, 'a')")
        with closing(open_for_writing(path)) as second:
            assert second.execute("select count(*) from name").fetchone() == (2,)
