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
    """``plain.names`` and ``plain.macros``; in both they have the same order."""
    keyed = sorted((zlib.crc32(m.name.encode()), m) for m in macros)
    names = array("I", (key for key, _ in keyed)).tobytes()
    rows = json.dumps([m for _, m in keyed], separators=(",", ":"))
    return names, zlib.compress(rows.encode(), 1)


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
            while at < len(keys) and keys[at] == key:
                ident = (blob << 20) + PLAIN_POSITION + at
                macro = self.of(ident)
                if macro.name == name:
                    found.append((ident, macro))
                at += 1
        return found

    def of(self, ident: int) -> PlainMacro:
        """The macro of an id."""
        blob = ident >> 20
        if blob not in self._macros:
            row = self._connection.execute(
                "select macros from plain where blob = ?", (blob,)
            ).fetchone()
            rows = json.loads(zlib.decompress(row[0]))
            self._macros[blob] = [PlainMacro(*each) for each in rows]
        return self._macros[blob][ident & PLAIN_POSITION - 1]

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
