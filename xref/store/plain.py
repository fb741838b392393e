"""Macros that are numbers, of files that are lists of them: register headers.

A third of the bytes of a kernel are such lists.  As rows and names of their own they
would be half of the index, though hardly any is ever asked for.
"""

import json
import sqlite3
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from xref.records import Macro

PLAIN_POSITION: Final = 1 << 18
"""From here on, up to those that are made, positions are those of plain macros."""
_FEWEST: Final = 200
"""A file with fewer is no list."""
_HASH_BYTES: Final = 4


class PlainMacro(NamedTuple):
    """An object-like macro whose body is a number."""

    name: str
    line: int
    text: str
    value: int


def is_plain(ident: int) -> bool:
    """Say whether a function's id is that of a plain macro."""
    return ident >> 18 & 3 == 1


def parted(macros: Sequence[Macro]) -> tuple[list[Macro], list[PlainMacro]]:
    """Macros that become rows, and those that are only kept."""
    plain = [m for m in macros if _is_number(m)][:PLAIN_POSITION]
    if len(plain) < _FEWEST:
        return list(macros), []
    kept = set(map(id, plain))
    return (
        [m for m in macros if id(m) not in kept],
        [PlainMacro(m.name, m.line, m.text, _value(m)) for m in plain],
    )


def packed(macros: Sequence[PlainMacro]) -> tuple[bytes, bytes]:
    """``plain.names``, and ``plain.macros`` in the order of the source.

    In that order one line is like the next, and takes half the room.
    """
    keys = sorted({zlib.crc32(macro.name.encode()) for macro in macros})
    rows = json.dumps(macros, separators=(",", ":"))
    return array("I", keys).tobytes(), zlib.compress(rows.encode(), 1)


class PlainMacros:
    """Those of one kernel, by name."""

    def __init__(self, connection: sqlite3.Connection, kernel: int) -> None:
        self._connection = connection
        self._kernel = kernel
        self._names: dict[int, memoryview] | None = None
        self._macros: dict[int, list[PlainMacro]] = {}

    def named(self, name: str) -> list[tuple[int, PlainMacro]]:
        """Id and macro of each of a name."""
        if self._names is None:
            self._names = self._read_names()
        key = zlib.crc32(name.encode())
        found = []
        for blob, keys in self._names.items():
            at = bisect_left(keys, key)
            if at < len(keys) and keys[at] == key:
                first = (blob << 20) + PLAIN_POSITION
                found += [
                    (first + position, macro)
                    for position, macro in enumerate(self._of_blob(blob))
                    if macro.name == name
                ]
        return found

    def of(self, ident: int) -> PlainMacro:
        """The macro of an id."""
        return self._of_blob(ident >> 20)[ident & PLAIN_POSITION - 1]

    def _of_blob(self, blob: int) -> list[PlainMacro]:
        if blob not in self._macros:
            row = self._connection.execute(
                "select macros from plain where blob = ?", (blob,)
            ).fetchone()
            rows = json.loads(zlib.decompress(row[0]))
            self._macros[blob] = [PlainMacro(*each) for each in rows]
        return self._macros[blob]

    def _read_names(self) -> dict[int, memoryview]:
        rows: Iterable[tuple[int, bytes]] = self._connection.execute(
            "select blob, names from plain where blob in "
            "(select blob from file where kernel = ?)",
            (self._kernel,),
        )
        return {blob: memoryview(names).cast("I") for blob, names in rows}


def _is_number(macro: Macro) -> bool:
    return (
        macro.parameters is None
        and not macro.guard
        and macro.form == "expr"
        and macro.body[:1] == ["i"]
        and macro.line == macro.end_line
    )


def _value(macro: Macro) -> int:
    value = macro.body[1]
    return value if isinstance(value, int) else 0
