"""What calls by name lead to, read file by file as far as they lead."""

import sqlite3
from collections.abc import Collection, Iterable
from typing import Final

from xref.store.rows import POSITION_BITS

_CALLS: Final = (
    "select distinct owner, callee from call where id >= ? and id < ? and owner >= 0"
)
_EXPANDED: Final = (
    "select function from expanded "
    "where caller = ? and kernel = ? and kind = 'direct' and function <> 0"
)
_MEANINGS: Final = (
    "select ifnull(file.blob, -1), function from meaning "
    "left join file on file.id = meaning.file where meaning.kernel = ? and name = ?"
)


def called_from(
    connection: sqlite3.Connection, kernel: int, functions: Iterable[int]
) -> Collection[int]:
    """Ids of functions and macros that some lead to by name, themselves included.

    Args:
        connection: to the index.
        kernel: its id there.
        functions: ids.
    """
    names = _Names(connection, kernel)
    found = set(functions)
    left = list(found)
    while left:
        for callee in names.called_by(left.pop()):
            if callee not in found:
                found.add(callee)
                left.append(callee)
    return found


class _Names:
    """What functions of one kernel call; each file and name is read once."""

    def __init__(self, connection: sqlite3.Connection, kernel: int) -> None:
        self._connection = connection
        self._kernel = kernel
        self._files: dict[int, dict[int, list[int]]] = {}
        self._meanings: dict[int, list[tuple[int, int]]] = {}

    def called_by(self, function: int) -> list[int]:
        """Functions and macros that one calls by name, those of its macros too."""
        blob = function >> POSITION_BITS
        owner = function - (blob << POSITION_BITS)
        rows = self._connection.execute(_EXPANDED, (function, self._kernel))
        found = [callee for (callee,) in rows]
        for name in self._called_in(blob).get(owner, ()):
            found += [f for b, f in self._meant(name) if b in {-1, blob}]
        return found

    def _called_in(self, blob: int) -> dict[int, list[int]]:
        """Names that the functions of a file call, by their place in it."""
        found = self._files.get(blob)
        if found is None:
            found = self._files[blob] = {}
            ends = blob << POSITION_BITS, (blob + 1) << POSITION_BITS
            for owner, name in self._connection.execute(_CALLS, ends):
                found.setdefault(owner, []).append(name)
        return found

    def _meant(self, name: int) -> list[tuple[int, int]]:
        """The file, -1 for all, and the function that a name means there."""
        found = self._meanings.get(name)
        if found is None:
            rows = self._connection.execute(_MEANINGS, (self._kernel, name))
            found = self._meanings[name] = rows.fetchall()
        return found
