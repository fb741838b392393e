"""Functions that macros define: facts of a kernel, kept beside those of a blob.

What a macro makes of a use depends on the kernel's headers.  Kernels that share a blob
share such a function only where it is the same to the letter.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from xref.store.rows import MADE_POSITION, POSITION_BITS

_NAMES: Final = (1, 5, 7, 8)
"""Where names stand in a row."""
_KEPT: Final = (
    "select id, name, line, end_line, static, returns, parameters, guard, macro, code "
    "from made join function on id = function"
)
_ENTER: Final = (
    "insert into function values "
    "(?, ?, 0, ?, ?, ?, 0, 0, ?, ?, ?, ?, 0, '', 0, 0, 0, 0)"
)


def replace_made(
    connection: sqlite3.Connection,
    kernel: int,
    rows: Iterable[Sequence[str | int | bytes]],
    ids_of: Callable[[Sequence[str]], Sequence[int]],
) -> Mapping[int, int]:
    """Put the functions that the macros of a kernel define in place of the former.

    Args:
        connection: within a transaction.
        kernel: which.
        rows: id, name, line, end line, static, type of what comes back, parameters,
            guard, macro, body as JSON; ids may be those of another kernel's functions.
        ids_of: gives the ids of names.

    Returns:
        The ids that the functions have in the index, by those they came with.
    """
    execute = connection.execute
    execute("delete from made_in where kernel = ?", (kernel,))
    kept: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    last: dict[int, int] = {}
    for ident, *rest in execute(f"{_KEPT} order by id desc"):
        blob = ident >> POSITION_BITS
        kept[blob, *rest].append(ident)
        last.setdefault(blob, ident)
    ids: dict[int, int] = {}
    for row in rows:
        ident, *rest = _with_ids(row, ids_of)
        blob = ident >> POSITION_BITS
        same = kept.get((blob, *rest))
        if same:
            ids[ident] = same.pop()
            continue
        first = (blob << POSITION_BITS) + MADE_POSITION
        ids[ident] = last[blob] = last.get(blob, first - 1) + 1
        *cells, code = rest
        execute(_ENTER, (last[blob], *cells))
        execute("insert into made values (?, ?)", (last[blob], code))
    connection.executemany(
        "insert into made_in values (?, ?)", ((kernel, each) for each in ids.values())
    )
    drop_unused(connection)
    return ids


def is_of(connection: sqlite3.Connection, kernel: int, function: int) -> bool:
    """Say whether a kernel's macros define a function; true if no macro does."""
    return not function & MADE_POSITION or bool(
        connection.execute(
            "select 1 from made_in where kernel = ? and function = ?",
            (kernel, function),
        ).fetchone()
    )


def drop_unused(connection: sqlite3.Connection) -> None:
    """Remove the functions that no kernel's macros define any more."""
    unused = "select function from made except select function from made_in"
    connection.execute(f"delete from function where id in ({unused})")  # noqa: S608  # constants
    connection.execute(f"delete from made where function in ({unused})")  # noqa: S608  # constants


def unload_made(connection: sqlite3.Connection, span: tuple[int, int]) -> None:
    """Remove those of one blob, by the first id and the one behind the last."""
    for table in ("made", "made_in"):
        connection.execute(
            f"delete from {table} where function >= ? and function < ?",  # noqa: S608
            span,
        )


def _with_ids(
    row: Sequence[str | int | bytes], ids_of: Callable[[Sequence[str]], Sequence[int]]
) -> list[Any]:
    cells: list[Any] = list(row)
    for at, ident in zip(_NAMES, ids_of([str(row[at]) for at in _NAMES]), strict=True):
        cells[at] = ident
    return cells
