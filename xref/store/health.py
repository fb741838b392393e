"""Whether an index is sound: ids that lead nowhere, and how well a kernel was read."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from xref.store.database import faults, open_for_reading

_DANGLING: Final = {
    "files without content": "file where kernel = :kernel and not exists "
    "(select 1 from blob where blob.id = file.blob and blob.reader <> 0)",
    "contents without code": "file where kernel = :kernel and not exists "
    "(select 1 from content where content.blob = file.blob)",
    "meanings without function": "meaning where kernel = :kernel and not exists "
    "(select 1 from function where function.id = meaning.function)",
    "functions in slots that are none": "held where kernel = :kernel "
    "and function <> 0 and not exists "
    "(select 1 from function where function.id = held.function)",
    "calls through nothing": "site where kernel = :kernel and not exists "
    "(select 1 from node where node.kernel = site.kernel and node.id = site.node)",
    "calls of macros by nobody": "expanded where kernel = :kernel and not exists "
    "(select 1 from function where function.id = expanded.caller)",
    "stores in no file": "binding where kernel = :kernel and not exists "
    "(select 1 from file where file.id = binding.file)",
    "made functions without body": "made_in where kernel = :kernel and not exists "
    "(select 1 from made where made.function = made_in.function)",
}
"""Rows that must not be there, each as what stands behind ``from``."""

_SHARES: Final = {
    "bytes that could not be read": "select sum(error_bytes), sum(size_bytes) "
    "from blob where id in (select blob from file where kernel = :kernel)",
    "calls by name whose target is known": "select sum(callee in (select name "
    "from meaning where kernel = :kernel and file = 0) or exists (select 1 "
    "from meaning where meaning.kernel = :kernel and meaning.name = callee "
    "and meaning.file = file.id)), count(*) "
    "from file join call on call.id >= file.blob << 20 "
    "and call.id < file.blob + 1 << 20 where file.kernel = :kernel",
    "pointer calls whose receiver has a type": "select sum(not exists "
    "(select 1 from untyped where untyped.kernel = :kernel and call = pointer_call.id "
    "and reason <> '')), count(*) from file join pointer_call "
    "on pointer_call.id >= file.blob << 20 and pointer_call.id < file.blob + 1 << 20 "
    "where file.kernel = :kernel",
}
"""A part and the whole of it."""

_FOLDERS: Final = (
    "select path, "
    "(select count(*) from function where function.id >= file.blob << 20 "
    "and function.id < (file.blob << 20) + 262144 and kind <> 'macro') as functions, "
    "(select count(*) from call where call.id >= file.blob << 20 "
    "and call.id < file.blob + 1 << 20) as calls "
    "from file where kernel = :kernel and path like '%.c'"
)


def totals_of(path: Path, version: str) -> tuple[int, int, int]:
    """Files of a kernel, their bytes, and the bytes that could not be read."""
    with faults(path), closing(open_for_reading(path)) as connection:
        row: tuple[int, int, int] = connection.execute(
            "select count(*), ifnull(sum(size_bytes), 0), ifnull(sum(error_bytes), 0) "
            "from kernel join file on file.kernel = kernel.id "
            "join blob on blob.id = file.blob where kernel.name = ?",
            (version,),
        ).fetchone()
        return row


def damage_of(connection: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with the file itself."""
    rows = connection.execute("pragma quick_check(5)")
    return [text for (text,) in rows if text != "ok"]


def dangling_rows(connection: sqlite3.Connection, kernel: int) -> dict[str, int]:
    """How many rows of a kernel lead nowhere, by kind; each should be 0."""
    from sqlite_utils import Database  # noqa: PLC0415 - takes time, is needed only here

    database = Database(connection)
    found = {}
    for title, rows in _DANGLING.items():
        statement = f"select count(*) as n from {rows}"  # noqa: S608  # constants
        found[title] = sum(
            r["n"] for r in database.query(statement, {"kernel": kernel})
        )
    return found


def shares(connection: sqlite3.Connection, kernel: int) -> dict[str, tuple[int, int]]:
    """A part and the whole, for each thing that is told as a share."""
    found = {}
    for title, statement in _SHARES.items():
        part, whole = connection.execute(statement, {"kernel": kernel}).fetchone()
        found[title] = (part or 0, whole or 0)
    return found


def calls_by_file(
    connection: sqlite3.Connection, kernel: int
) -> list[tuple[str, int, int]]:
    """Path, functions and calls by name of each C file."""
    return connection.execute(_FOLDERS, {"kernel": kernel}).fetchall()


def defined_names(
    connection: sqlite3.Connection, kernel: int, names: Iterable[str]
) -> set[str]:
    """Those of some names that a function or macro of a kernel has."""
    return {name for name in names if _is_defined(connection, kernel, name)}


def _is_defined(connection: sqlite3.Connection, kernel: int, name: str) -> bool:
    row: Sequence[int] | None = connection.execute(
        "select 1 from name join function on function.name = name.id "
        "join file on file.blob = function.id >> 20 and file.kernel = ? "
        "where name.text = ? limit 1",
        (kernel, name),
    ).fetchone()
    return row is not None
