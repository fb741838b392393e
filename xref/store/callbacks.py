"""What functions of a kernel arm to run later."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from xref.program import CallbackEntry, FunctionEntry

_CALLBACKS = (
    "select caller, line, iif(function = 0, -1 - name, function), struct, field "
    "from callback where kernel = ? order by caller, line, 3"
)
_NAME = "select text from name where id = ?"

_Row = tuple[int, int, int, int, int]


class Callbacks:
    """The rows of one kernel, read at the first question."""

    def __init__(self, connection: sqlite3.Connection, kernel: int) -> None:
        self._connection = connection
        self._kernel = kernel
        self._rows: dict[int, list[_Row]] | None = None

    def of(
        self, caller: int, entries: Callable[[list[int]], Iterable[FunctionEntry]]
    ) -> Iterator[CallbackEntry]:
        """What a function arms; `entries` finds functions by id, if they are there."""
        if self._rows is None:
            rows = self._connection.execute(_CALLBACKS, (self._kernel,)).fetchall()
            self._rows = {at: list(some) for at, some in groupby(rows, itemgetter(0))}
        for _, line, function, struct, field in self._rows.get(caller, ()):
            slot = f"{self._name(struct)}.{self._name(field)}"
            yield from (CallbackEntry(line, slot, e) for e in entries([function]))

    def _name(self, ident: int) -> str:
        return str(self._connection.execute(_NAME, (ident,)).fetchone()[0])
