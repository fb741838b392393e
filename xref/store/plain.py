"""Macros that are numbers, of files that are lists of them: register headers.

A third of the bytes of a kernel are such lists.  As rows and names of their own they
would be half of the index, though hardly any is ever asked for.
"""

import json
import lzma
import sqlite3
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple

from xref.records import Macro

PLAIN_POSITION: Final = 1 << 18
"""From here on, up to those that are made, positions are those of plain macros."""
_FEWEST: Final = 128
"""A file with fewer is no list."""
_FEWEST_ALONE: Final = 50
"""The same for a file of nothing but macros."""
_PACKING: Final[Mapping[str, Any]] = {
    "format": lzma.FORMAT_RAW,
    "filters": [{"id": lzma.FILTER_LZMA2, "preset": 0}],
}
"""As quick as zlib for long lists of names that are alike, for half of the room."""


class PlainMacro(NamedTuple):
    """An object-like macro whose body is a number."""

    name: str
    line: int
    text: str
    value: int


def is_plain(ident: int) -> bool:
    """Say whether a function's id is that of a plain macro."""
    return ident >> 18 & 3 == 1


def parted(
    macros: Sequence[Macro], *, are_alone: bool
) -> tuple[list[Macro], list[PlainMacro]]:
    """Macros that become rows, and those that are only kept.

    Args:
        macros: of one file.
        are_alone: whether the file defines and declares nothing else.
    """
    plain = [m for m in macros if _is_number(m)][:PLAIN_POSITION]
    if len(plain) < (_FEWEST_ALONE if are_alone else _FEWEST):
        return list(macros), []
    kept = set(map(id, plain))
    return (
        [m for m in macros if id(m) not in kept],
        [PlainMacro(m.name, m.line, m.text, _value(m)) for m in plain],
    )


def packed(macros: Sequence[PlainMacro]) -> tuple[bytes, bytes]:
    """``plain.names``, and ``plain.macros`` in the order of the source.

    Column by column: names, texts, lines as steps, and the values that a text does not
    tell by itself, by position.  That takes a fifth of the room of rows.
    """
    keys = sorted({zlib.crc32(macro.name.encode()) for macro in macros})
    lines = [macro.line for macro in macros]
    columns = (
        [macro.name for macro in macros],
        [macro.text for macro in macros],
        [line - before for before, line in zip([0, *lines], lines, strict=False)],
        {n: m.value for n, m in enumerate(macros) if _number(m.text) != m.value},
    )
    text = json.dumps(columns, separators=(",", ":"))
    return array("I", keys).tobytes(), lzma.compress(text.encode(), **_PACKING)


def unpacked(content: bytes) -> list[PlainMacro]:
    """What `packed` was given."""
    names, texts, steps, odd = json.loads(lzma.decompress(content, **_PACKING))
    values = map(_number, texts)
    return [
        PlainMacro(name, line, text, odd.get(str(at), value))
        for at, (name, line, text, value) in enumerate(
            zip(names, accumulate(steps), texts, values, strict=True)
        )
    ]


def _number(text: str) -> int | None:
    """What a number means that is written as in C; None for most other texts."""
    try:
        return int(text.strip("()").rstrip("uUlL"), 0)
    except ValueError:
        return None


def list_plain(connection: sqlite3.Connection, kernel: int) -> None:
    """Write ``plain_of``: most names are those of no plain macro, which it tells."""
    keys: set[int] = set()
    for names in _names_of(connection, kernel).values():
        keys.update(names)
    connection.execute(
        "insert or replace into plain_of values (?, ?)",
        (kernel, array("I", sorted(keys)).tobytes()),
    )


class PlainMacros:
    """Those of one kernel, by name."""

    def __init__(self, connection: sqlite3.Connection, kernel: int) -> None:
        self._connection = connection
        self._kernel = kernel
        self._all: Sequence[int] | None = None
        self._names: dict[int, Sequence[int]] | None = None
        self._macros: dict[int, list[PlainMacro]] = {}

    def named(self, name: str) -> list[tuple[int, PlainMacro]]:
        """Id and macro of each of a name."""
        key = zlib.crc32(name.encode())
        if self._all is None:
            self._all = self._read_all()
        if not _has(self._all, key):
            return []
        if self._names is None:
            self._names = _names_of(self._connection, self._kernel)
        return [
            ((blob << 20) + PLAIN_POSITION + position, macro)
            for blob, keys in self._names.items()
            if _has(keys, key)
            for position, macro in enumerate(self._of_blob(blob))
            if macro.name == name
        ]

    def of(self, ident: int) -> PlainMacro:
        """The macro of an id."""
        return self._of_blob(ident >> 20)[ident & PLAIN_POSITION - 1]

    def _of_blob(self, blob: int) -> list[PlainMacro]:
        if blob not in self._macros:
            row = self._connection.execute(
                "select macros from plain where blob = ?", (blob,)
            ).fetchone()
            self._macros[blob] = unpacked(row[0])
        return self._macros[blob]

    def _read_all(self) -> Sequence[int]:
        row = self._connection.execute(
            "select names from plain_of where kernel = ?", (self._kernel,)
        ).fetchone()
        return memoryview(row[0] if row else b"").cast("I")


def _names_of(connection: sqlite3.Connection, kernel: int) -> dict[int, Sequence[int]]:
    rows: Iterable[tuple[int, bytes]] = connection.execute(
        "select blob, names from plain where blob in "
        "(select blob from file where kernel = ?)",
        (kernel,),
    )
    return {blob: memoryview(names).cast("I") for blob, names in rows}


def _has(keys: Sequence[int], key: int) -> bool:
    at = bisect_left(keys, key)
    return at < len(keys) and keys[at] == key


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
