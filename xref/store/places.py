"""Where a name is defined, by kind: for ``xref def`` and the head of ``xref refs``."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from xref.store.database import faults, open_for_reading
from xref.store.made import is_of
from xref.store.plain import PlainMacros
from xref.store.rows import MADE_POSITION
from xref.store.words import blobs_with

Place = tuple[str, str, int, str, int, str]
"""Kind, path, line; git's id and size of the file; of a field its struct, else ""."""

_TABLES: Final = (
    ("function", "name", "function.kind"),
    ("object", "name", "iif(extern, 'declaration', 'object')"),
    ("typedef", "name", "'typedef'"),
    ("enumerator", "name", "'constant'"),
    ("prototype", "name", "'declaration'"),
)
_TAGS: Final = (("struct", "tag", "'type'"),)
"""Table, its column of the name, and what a row of it is."""
_FIELDS: Final = (
    "select 'field', path, field.line, git, size_bytes, tag.text from field "
    "join file on file.blob = struct >> 20 and kernel = ? "
    "join blob on blob.id = file.blob join struct on struct.id = field.struct "
    "join name as tag on tag.id = struct.tag "
    "where field.name = (select id from name where text = ?)"
)
_LAST: Final = {"field": 1, "declaration": 2}
"""What comes behind other definitions."""
_FUNCTIONS: Final = (
    "select line, end_line, name from file "
    "join function on function.id >= blob << 20 and function.id < (blob << 20) + ? "
    "where kernel = ? and path = ? and line <= ? and end_line >= ?"
)


def definitions_of(path: Path, kernel: int, name: str) -> list[Place]:
    """Where a kernel defines or declares a name; definitions first, then by place."""
    with faults(path), closing(open_for_reading(path)) as connection:
        found: list[Place] = []
        for text, tables in (
            (name, _TABLES),
            (f"struct {name}", _TAGS),
            (f"union {name}", _TAGS),
        ):
            row = connection.execute(
                "select id from name where text = ?", (text,)
            ).fetchone()
            for table, column, kind in tables if row else ():
                rows = connection.execute(
                    f"select {kind}, path, line, git, size_bytes, '', {table}.id "  # noqa: S608  # constants
                    f"from {table} join file "
                    f"on file.blob = {table}.id >> 20 and file.kernel = ? "
                    f"join blob on blob.id = file.blob where {table}.{column} = ?",
                    (kernel, row[0]),
                )
                found += [
                    tuple(place)
                    for *place, ident in rows.fetchall()
                    if table != "function" or is_of(connection, kernel, ident)
                ]
        for ident, macro in PlainMacros(connection, kernel).named(name):
            rows = connection.execute(
                "select 'macro', path, ?, git, size_bytes, '' from file "
                "join blob on blob.id = blob where blob.id = ? and kernel = ?",
                (macro.line, ident >> 20, kernel),
            )
            found += rows.fetchall()
        found += connection.execute(_FIELDS, (kernel, name)).fetchall()
    return sorted(set(found), key=lambda place: (_LAST.get(place[0], 0), *place))


class FunctionsAround:
    """Which function, or macro of several lines, a line is in; close it after use."""

    def __init__(self, path: Path, kernel: int) -> None:
        self._path = path
        self._kernel = kernel
        self._connection = open_for_reading(path)

    def within(self, file: str, lines: Sequence[int]) -> list[int]:
        """The number of the name of the function that each line of a file is in, or 0.

        What the names are, `names` tells of all at once.
        """
        if not lines:
            return []
        with faults(self._path):
            spans = sorted(
                self._connection.execute(
                    _FUNCTIONS,
                    (MADE_POSITION, self._kernel, file, max(lines), min(lines)),
                )
            )
        return [_around(spans, line) for line in lines]

    def names(self, numbers: Iterable[int]) -> dict[int, str]:
        """Names by their numbers; "" by 0."""
        with faults(self._path):
            rows = self._connection.execute(
                "select id, text from name "
                "where id in (select value from json_each(?))",
                (json.dumps(sorted(numbers)),),
            )
            return {0: "", **dict(rows)}

    def close(self) -> None:
        """Let go of the index."""
        self._connection.close()


def _around(spans: Sequence[tuple[int, ...]], line: int) -> int:
    at = bisect_left(spans, (line + 1,))
    # The last that begins before may be a macro within a function.
    for _, end, name in reversed(spans[max(at - 9, 0) : at]):
        if line <= end:
            return name
    return 0


def files_with(path: Path, kernel: int, name: str) -> list[tuple[str, str, int]]:
    """Path, git's id and size of the files that may have a name, by path."""
    with faults(path), closing(open_for_reading(path)) as connection:
        return list(blobs_with(connection, kernel, name))
