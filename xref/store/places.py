"""Where a name is defined, by kind: for ``xref def`` and the head of ``xref refs``."""

from contextlib import closing
from pathlib import Path
from typing import Final

from xref.store.database import faults, open_for_reading
from xref.store.made import is_of
from xref.store.plain import PlainMacros
from xref.store.words import blobs_with

Place = tuple[str, str, int, str, int]
"""Kind, path, line; git's id and size of the file."""

_TABLES: Final = (
    ("function", "name", "function.kind"),
    ("object", "name", "iif(extern, 'declaration', 'object')"),
    ("typedef", "name", "'typedef'"),
    ("enumerator", "name", "'constant'"),
    ("prototype", "name", "'declaration'"),
)
_TAGS: Final = (("struct", "tag", "'type'"),)
"""Table, its column of the name, and what a row of it is."""


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
                    f"select {kind}, path, line, git, size_bytes, {table}.id "  # noqa: S608  # constants
                    f"from {table} join file "
                    f"on file.blob = {table}.id >> 20 and file.kernel = ? "
                    f"join blob on blob.id = file.blob where {table}.{column} = ?",
                    (kernel, row[0]),
                )
                found += [
                    (what, path, line, git, size)
                    for what, path, line, git, size, ident in rows.fetchall()
                    if table != "function" or is_of(connection, kernel, ident)
                ]
        for ident, macro in PlainMacros(connection, kernel).named(name):
            rows = connection.execute(
                "select 'macro', path, ?, git, size_bytes from file "
                "join blob on blob.id = blob where blob.id = ? and kernel = ?",
                (macro.line, ident >> 20, kernel),
            )
            found += rows.fetchall()
    return sorted(set(found), key=lambda place: (place[0] == "declaration", *place))


def files_with(path: Path, kernel: int, name: str) -> list[tuple[str, str, int]]:
    """Path, git's id and size of the files that may have a name, by path."""
    with faults(path), closing(open_for_reading(path)) as connection:
        return list(blobs_with(connection, kernel, name))
