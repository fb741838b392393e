"""Questions in SQL over the public views; nothing can be changed by one."""

import difflib
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xref.errors import QueryError
from xref.store.database import (
    damage_at,
    fault_of,
    faults,
    is_of_the_file,
    open_for_reading,
)

Cell = str | int | float | None

VIEWS: Final = (
    "kernels",
    "files",
    "functions",
    "syscalls",
    "calls",
    "bindings",
    "slots",
    "edges",
    "unresolved",
    "registries",
    "inlined",
)
"""What the public may ask."""

_READING: Final = frozenset(
    (
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
    )
)
_TOLD: Final = frozenset(
    (
        "table_info",
        "table_xinfo",
        "table_list",
        "index_list",
        "index_info",
        "index_xinfo",
        "database_list",
    )
)
"""Pragmas that only tell what there is."""

_FIRST_USE: Final = "select 0 from json_each('[]'), json_tree('[]')"
"""SQLite declares these tables when a connection first reads them, which is more than a
question may do (https://www.sqlite.org/c3ref/declare_vtab.html)."""
_STEPS: Final = 100_000
"""SQLite's steps between two looks at whether the user has had enough."""


@dataclass(frozen=True, slots=True)
class Rows:
    """An answer: its columns, and its rows as they are found."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Cell, ...]]


@contextmanager
def answered(
    path: Path, sql: str, parameters: Mapping[str, str], kernel: str
) -> Iterator[Rows]:
    """Ask an index; rows can be read while the block lasts.

    Args:
        path: the database.
        sql: one statement that reads.
        parameters: values of its ``:name`` parameters.
        kernel: the views show this version alone; "" for all.

    Raises:
        StoreError: there is no index, or it has another schema.
        QueryError: the statement is wrong, or would change something.
    """
    with closing(open_for_reading(path)) as connection:
        if kernel:
            _narrow(connection, kernel)
        with _faults(path, connection):
            connection.execute(_FIRST_USE)
        connection.set_progress_handler(lambda: 0, _STEPS)  # lets Ctrl-C through
        connection.set_authorizer(_permission)
        with _faults(path, connection):
            cursor = connection.execute(sql, dict(parameters))
        if cursor.description is None:
            raise QueryError("this statement answers nothing", hint=_HINT)
        columns = tuple(column[0] for column in cursor.description)
        yield Rows(columns, _rows(path, connection, cursor))


def parameters_of(sql: str) -> tuple[str, ...]:
    """The names of the ``:name`` parameters of a statement, in order."""
    plain = re.sub(r"--[^\n]*|'(?:[^']|'')*'", "", sql)
    return tuple(dict.fromkeys(re.findall(r"(?<![:\w]):([a-z_]\w*)", plain)))


_HINT: Final = f"select from the views {', '.join(VIEWS)}"


def _narrow(connection: sqlite3.Connection, kernel: str) -> None:
    """Let each view show one kernel."""
    quoted = connection.execute("select quote(?)", (kernel,)).fetchone()[0]
    connection.execute("pragma query_only = off")
    for view in VIEWS:
        connection.execute(
            f"create temp view {view} as "  # noqa: S608 - our names, a quoted value
            f"select * from main.{view} where kernel = {quoted}"
        )
    connection.execute("pragma query_only = on")


def _permission(action: int, what: str | None, *_: str | None) -> int:
    """Say whether a statement may do something: read, and nothing else at all."""
    if action == sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK if what in _TOLD else sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY


def _rows(
    path: Path, connection: sqlite3.Connection, cursor: sqlite3.Cursor
) -> Iterator[tuple[Cell, ...]]:
    with _faults(path, connection):
        yield from cursor


@contextmanager
def _faults(path: Path, connection: sqlite3.Connection) -> Iterator[None]:
    """Say in our words what is wrong with a statement."""
    try:
        yield
    except UnicodeDecodeError as error:  # of what SQLite says of a broken schema
        raise damage_at(path, error) from error
    except (sqlite3.Error, sqlite3.Warning) as error:
        message = str(error)
        if message == "interrupted":
            raise KeyboardInterrupt from error
        if isinstance(error, sqlite3.Error) and is_of_the_file(error):
            raise fault_of(path, error) from error
        if re.search("authoriz|prohibited|readonly|cannot modify", message):
            raise QueryError("the index is read only", hint=_HINT) from error
        if "one statement" in message:
            raise QueryError("one statement at a time", hint=_HINT) from error
        with faults(path):
            hint = _hint(connection, message)
        raise QueryError(message, hint=hint) from error


def _hint(connection: sqlite3.Connection, message: str) -> str:
    """Names near one that does not exist, else the views."""
    found = re.search(r"no such (table|column): (?:\w+\.)?(\w+)", message)
    if not found:
        return _HINT
    known = list(VIEWS)
    if found[1] == "column":
        known = _columns(connection)
    near = difflib.get_close_matches(found[2], known, 3, 0.5)
    return f"near: {', '.join(near)}" if near else f"known: {', '.join(known)}"


def _columns(connection: sqlite3.Connection) -> list[str]:
    """The columns of all public views."""
    from sqlite_utils import Database  # noqa: PLC0415 - takes time, is seldom needed

    connection.set_authorizer(None)
    views = map(Database(connection).view, VIEWS)
    return sorted({column.name for view in views for column in view.columns})
