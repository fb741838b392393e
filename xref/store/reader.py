"""Read an index: what kernels it holds, and the facts of one for linking."""

import json
import sqlite3
import zlib
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Any, Final

from xref.records import Code
from xref.store.rows import POSITION_BITS, stores_of

EVERYWHERE: Final = -1
"""In place of a file: what every file sees."""
_CONTENTS_KEPT: Final = 64
"""Blobs whose bodies stay uncompressed: neighbours are asked for together."""


@dataclass(frozen=True, slots=True)
class KernelState:
    """A kernel of an index."""

    id: int
    name: str
    source: str
    key: str
    arch: str
    reader: int
    linker: int
    scopes: tuple[str, ...]
    unread: tuple[str, ...]


def kernel_state(connection: sqlite3.Connection, name: str) -> KernelState | None:
    """Find a kernel by its exact version."""
    row = connection.execute(
        "select id, name, source, key, arch, reader, linker from kernel where name = ?",
        (name,),
    ).fetchone()
    if row is None:
        return None
    scopes = connection.execute(
        "select name from scope where kernel = ? order by name", row[:1]
    )
    unread = connection.execute(
        "select path from unread where kernel = ? order by path", row[:1]
    )
    lists = (
        tuple(scope for (scope,) in scopes),
        tuple(path for (path,) in unread),
    )
    return KernelState(*(*row, *lists))


def kernel_files(connection: sqlite3.Connection, kernel: int) -> dict[str, str]:
    """Path to git's id of the blob, for all files of a kernel."""
    return dict(
        connection.execute(
            "select path, git from file join blob on blob.id = blob where kernel = ?",
            (kernel,),
        )
    )


class Contents:
    """Bodies and initialisers by their place in a blob's container."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._kept: OrderedDict[int, bytes] = OrderedDict()

    def code(self, blob: int, start: int, length: int) -> Code:
        """Decode one of them; [] for what has none."""
        if not length:
            return []
        kept = self._kept
        text = kept.get(blob)
        if text is None:
            packed = self._connection.execute(
                "select code from content where blob = ?", (blob,)
            ).fetchone()
            text = kept[blob] = zlib.decompress(packed[0])
            if len(kept) > _CONTENTS_KEPT:
                kept.popitem(last=False)
        else:
            kept.move_to_end(blob)
        code: Code = json.loads(text[start : start + length])
        return code


class LinkReader:
    """The facts of one kernel, as bulk reads; rows have names as text.

    Every name is one string object, so that comparing names is comparing pointers.
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection], kernel: int) -> None:
        self._connect = connect
        self._kernel = kernel
        self._opened: list[sqlite3.Connection] = []
        self.reconnect()
        connection = self._connection
        greatest = connection.execute("select max(id) from name").fetchone()[0]
        self._names: list[str] = [""] * (greatest + 1)
        self._called: dict[int, str] | None = None
        for ident, text in connection.execute("select id, text from name"):
            self._names[ident] = text
        # A kernel's blobs are most often nearly all that there are: reading every
        # row and dropping some is quicker than a join.
        self._blobs = {
            blob
            for (blob,) in connection.execute(
                "select blob from file where kernel = ?", (kernel,)
            )
        }

    def reconnect(self) -> None:
        """Read on in a copy of the process: it may not share a connection."""
        self._connection = self._open()
        self._connection.execute("begin")  # what others write meanwhile is not seen
        self._contents = Contents(self._connection)
        self._indexed: sqlite3.Connection | None = None

    def close(self) -> None:
        """Read no more."""
        for connection in self._opened:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        self._opened.append(self._connect())
        return self._opened[-1]

    def files(self) -> list[tuple[int, str, int]]:
        """Id, path and blob, by path."""
        return self._connection.execute(
            "select id, path, blob from file where kernel = ? order by path",
            (self._kernel,),
        ).fetchall()

    def rows(
        self, table: str, columns: str, make: Callable[..., Any], where: str = "1"
    ) -> Iterator[Any]:
        """Rows of a fact table, by id.

        Args:
            table: its name.
            columns: their names, the id first; ``name:n`` for one that holds a name.
            make: called with the values of the columns.
            where: a condition on the row.
        """
        parts = [column.partition(":") for column in columns.split()]
        listed = ", ".join(name for name, _, _ in parts)
        names, blobs = self._names, self._blobs
        named = [at for at, (_, _, kind) in enumerate(parts) if kind == "n"]
        rows = self._connection.execute(
            # In the order of ids, whichever indexes there are.
            f"select {listed} from {table} not indexed where {where}"  # noqa: S608
        )
        for row in rows:
            if row[0] >> POSITION_BITS in blobs:
                cells = list(row)
                for at in named:
                    cells[at] = names[cells[at]]
                yield make(*cells)

    def callees(self) -> Iterator[tuple[int, list[str]]]:
        """By blob, the names that it calls, each once; no other names are known then.

        Most are of no use to a linker, and all together are large.
        """
        names, blobs = self._called_names(), self._blobs
        self._names = []
        # By blob: the index of callees, where there is one, would lead through names.
        rows = self._connection.execute("select id >> 20, callee from call not indexed")
        for blob, calls in groupby(rows, itemgetter(0)):
            if blob in blobs:
                yield blob, [names[callee] for callee in {c for _, c in calls}]

    def outside(self) -> Iterator[tuple[int, str, int]]:
        """Blob, name and line of each call by name that stands in no function."""
        names, blobs = self._names, self._blobs
        for blob, callee, line in self._connection.execute(
            "select id >> 20, callee, line from call where owner = -1"
        ):
            if blob in blobs:
                yield blob, names[callee], line

    def called(self) -> frozenset[str]:
        """The names that this kernel calls: what others do makes no difference."""
        return frozenset(self._called_names().values())

    def _called_names(self) -> dict[int, str]:
        """The same by id."""
        if self._called is None:
            rows = self._connection.execute(
                "select distinct callee from call "
                "where id >> 20 in (select blob from file where kernel = ?)",
                (self._kernel,),
            )
            self._called = {name: self._names[name] for (name,) in rows}
        return self._called

    def stores(
        self, begin: float, end: float
    ) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
        """Each blob with its stores, from one share of all bytes of them to another.

        Where a share ends is found now, in whichever process they are read then: while
        another process loads blobs, it shifts.
        """
        return self._stores((self._last_blob(begin), self._last_blob(end)))

    def _stores(
        self, span: tuple[int, int]
    ) -> Iterator[tuple[int, list[tuple[Any, ...]]]]:
        rows = self._connection.execute(
            "select blob, stores from content where blob > ? and blob <= ?", span
        )
        for blob, packed in rows:
            if blob in self._blobs:
                yield blob, stores_of(packed)

    def _last_blob(self, share: float) -> int:
        """The blob at which a share of the bytes of all stores ends."""
        if share in {0, 1}:
            return max(self._blobs, default=0) if share else -1
        sizes = self._connection.execute("select blob, length(stores) from content")
        rows = sizes.fetchall()
        until = list(accumulate(size for _, size in rows))
        at = bisect_left(until, until[-1] * share) if until else 0
        return rows[at][0] if rows else 0

    def uses(self) -> Iterator[tuple[int, str]]:
        """Each blob that uses macros at file scope, and the uses as JSON."""
        rows = self._connection.execute("select blob, uses from content")
        for blob, packed in rows:
            text = zlib.decompress(packed).decode() if blob in self._blobs else "[]"
            if text != "[]":
                yield blob, text

    def code(self, ident: int) -> Code:
        """The body of a function or macro, or an initialiser."""
        for table in ("function", "object"):
            row = self._connection.execute(
                f"select start, length from {table} where id = ?",  # noqa: S608
                (ident,),
            ).fetchone()
            if row:
                return self._contents.code(ident >> POSITION_BITS, *row)
        return []

    def users(self, names: Iterable[str]) -> Sequence[int]:
        """Ids of the functions and macros that call one of these names, sorted."""
        if self._indexed is None:  # it knows the indexes that were built meanwhile
            self._indexed = self._open()
        found: set[int] = set()
        for name in names:
            rows = self._indexed.execute(
                "select distinct (call.id >> 20 << 20) + owner from call "
                "where callee = (select id from name where text = ?) and owner >= 0",
                (name,),
            )
            found.update(ident for (ident,) in rows)
        return sorted(i for i in found if i >> POSITION_BITS in self._blobs)


class SeenFiles:
    """What each file of a kernel sees through ``#include``; read when asked for."""

    def __init__(self, connection: sqlite3.Connection, kernel: int) -> None:
        self._connection = connection
        self._kernel = kernel
        self.paths: list[str] = [
            path
            for (path,) in connection.execute(
                "select path from file where kernel = ? order by path", (kernel,)
            )
        ]
        self._bits: dict[int, int] = {}
        self._includers: dict[int, list[int]] = {}

    def sees(self, file: int, other: int) -> bool:
        """Say whether a file includes another one, directly or not, or is it."""
        return bool(self._seen(file) >> other & 1)

    def includers(self, file: int) -> Sequence[int]:
        """The files that include a file directly."""
        if file not in self._includers:
            self._seen(file)
        return self._includers.get(file, ())

    def _seen(self, file: int) -> int:
        bits = self._bits.get(file)
        if bits is None:
            self._bits[file] = 0
            bits = self._read(file)
            if file >= 0:
                bits |= self._seen(EVERYWHERE) | 1 << file
            self._bits[file] = bits
        return bits

    def _read(self, file: int) -> int:
        row = self._connection.execute(
            "select includes, includers, files from seen where kernel = ? and file = ?",
            (self._kernel, file),
        ).fetchone()
        if row is None:
            return 0
        includes, includers, packed = row
        self._includers[file] = [int(number) for number in includers.split()]
        if packed:
            return int.from_bytes(zlib.decompress(packed), "little")
        bits = 0
        for number in includes.split():
            bits |= self._seen(int(number))
        return bits
