"""Load what workers and the linker make."""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files as resources
from itertools import chain, count, groupby, islice, repeat
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from xref.records import SourceFile
from xref.store.database import faults, open_for_writing, pack, transaction
from xref.store.made import replace_made, unload_made
from xref.store.plain import list_plain
from xref.store.rows import COLUMNS, POSITION_BITS, BlobRows, Column

LINKS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    table: tuple((c[:-2], c[-1]) for c in columns.split())
    for table, columns in {
        "meaning": "name:n file:i rank:i function:f",
        "node": "id:i kind:t struct:n field:n function:f position:i",
        "site": "call:i node:i",
        "expanded": "id:i caller:f line:i kind:t callee:n function:f grade:t guard:n",
        "binding": "node:i function:f name:n object:n file:i line:i form:t guard:n",
        "held": "node:i name:n function:f",
        "unknown": "node:i reason:t file:i line:i",
        "stored": "node:i global:n file:i position:i target:i",
        "mention": "global:n function:f",
        "callback": "caller:f line:i name:n function:f struct:n field:n",
        "registry": "variable:n key:t value:t function:f file:i line:i",
        "untyped": "call:i reason:t",
        "seen": "file:i includes:t includers:t files:t",
    }.items()
}
"""Tables and columns of what the linker makes of one kernel, as in `rows.COLUMNS`;
``n`` is a name as text here, ``f`` a function, which a macro may define."""
OF_LINKS: Final = (*LINKS, "inlining", "answer")
"""Those, and what is made of them: what goes when a kernel is linked anew."""

_INSERT_FACT: Final = {
    table: f"insert into {table} ({', '.join(name for name, _ in columns)}) "  # noqa: S608  # constants
    f"values ({', '.join('?' * len(columns))})"
    for table, columns in COLUMNS.items()
}
_INSERT_LINK: Final = {
    table: f"insert into {table} (kernel, {', '.join(name for name, _ in columns)}) "  # noqa: S608  # constants
    f"values (?, {', '.join('?' * len(columns))})"
    for table, columns in LINKS.items()
}
_FACT_INDEXES: Final = (
    "function_name",
    "prototype_name",
    "struct_tag",
    "typedef_name",
    "object_name",
    "enumerator_name",
    "call_callee",
)
_LINK_INDEXES: Final = (
    "node_names",
    "site_node",
    "expanded_caller",
    "expanded_callee",
    "held_name",
    "unknown_node",
    "stored_global",
)
_REBUILD_SHARE = 0.3
"""A load of more than this share of what is there drops the indexes first."""
_PRELOADED_NAMES = 500_000
"""With more names than that, ids are looked up when they are needed."""
_ASKED_TOGETHER = 200
"""Names whose ids one statement looks up; SQLite of old takes 999."""

LinkRow = tuple[str | int | bytes, ...]
Links = Iterable[tuple[str, list[LinkRow]]]
"""Tables of `LINKS` and their rows, without ``kernel``, names as text; before them as
``made`` the functions that macros define, see `made.replace_made`."""


class Writer:
    """The one writer of an index in this process; a context manager."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = open_for_writing(path)
        self._names: dict[str, int] = {}
        self._known = -1
        """The greatest id of a name."""
        self._is_partial = False
        """Whether `_names` lacks some: they are too many to learn at once."""
        self.loaded = (0, 0, 0)
        """How many blobs were loaded, their bytes, and their rows."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def register(self, files: Iterable[SourceFile]) -> dict[str, int]:
        """Ids for the blobs of files, new ones made where needed."""
        wanted = {file.blob: file.size_bytes for file in files}
        with faults(self._path), transaction(self._connection):
            self._connection.executemany(
                "insert or ignore into blob (git, size_bytes, error_bytes, reader) "
                "values (?, ?, 0, 0)",
                wanted.items(),
            )
            rows = self._connection.execute("select git, id from blob")
            return {git: ident for git, ident in rows if git in wanted}

    def complete(self, reader: int) -> set[str]:
        """The blobs that this reader has read."""
        with faults(self._path):
            rows = self._connection.execute(
                "select git from blob where reader = ?", (reader,)
            )
            return {git for (git,) in rows}

    def includes(self, blob: int) -> list[tuple[str, int]]:
        """Target, and 1 for angle brackets, of each ``#include`` of a blob."""
        with faults(self._path):
            return self._connection.execute(
                "select text, system from include join name on name.id = target "
                "where include.id >= ? and include.id < ?",
                (blob << POSITION_BITS, (blob + 1) << POSITION_BITS),
            ).fetchall()

    def begin_load(self, size_bytes: int) -> None:
        """Prepare for blobs of that many bytes together."""
        with faults(self._path), transaction(self._connection):
            there = self._connection.execute(
                "select ifnull(sum(size_bytes), 0) from blob where reader <> 0"
            ).fetchone()[0]
            if size_bytes > _REBUILD_SHARE * there:
                # Of names, this process learns all before it writes.
                for index in ("name_text", *_FACT_INDEXES):
                    self._connection.execute(f"drop index if exists {index}")

    def load(self, blobs: Sequence[tuple[int, BlobRows]], reader: int) -> None:
        """Write blobs, each whole or not at all."""
        with faults(self._path), transaction(self._connection):
            self._sync_names()
            for blob, rows in blobs:
                self._load(blob, rows, reader)

    def index(self) -> None:
        """Build the indexes that loads left out."""
        with faults(self._path), transaction(self._connection):
            self._build_indexes()

    def list_plain(self, kernel: int) -> None:
        """Note which names the plain macros of a kernel have."""
        with faults(self._path), transaction(self._connection):
            list_plain(self._connection, kernel)

    def begin_kernel(
        self,
        row: tuple[str, str, str, str, str, int],
        files: Sequence[tuple[str, int]],
        parts: Mapping[str, Sequence[tuple[str | int, ...]]],
    ) -> int:
        """Enter a kernel with its files; it has no links until `link` is called.

        Args:
            row: name, source, key, arch, time, reader.
            files: path and id of the blob.
            parts: rows of ``scope`` (what was read in full), ``unread`` (what was not,
                as prefixes of paths) and ``syscall``, without the kernel.
        """
        execute = self._connection.execute
        with faults(self._path), transaction(self._connection):
            kernel: int = execute(
                "insert into kernel "
                "(name, source, key, arch, indexed_at, reader, linker) "
                "values (?, ?, ?, ?, ?, ?, 0) on conflict (name) do update set "
                "source = excluded.source, key = excluded.key, arch = excluded.arch, "
                "indexed_at = excluded.indexed_at, reader = excluded.reader, "
                "linker = 0 returning id",
                row,
            ).fetchone()[0]
            for table in ("file", *parts):
                execute(f"delete from {table} where kernel = ?", (kernel,))  # noqa: S608
            self._connection.executemany(
                "insert into file (kernel, path, blob) values (?, ?, ?)",
                ((kernel, *file) for file in files),
            )
            for table, rows in parts.items():
                for each in rows:
                    marks = ", ".join("?" * (len(each) + 1))
                    execute(f"insert into {table} values ({marks})", (kernel, *each))  # noqa: S608
        return kernel

    def link(self, kernel: int, links: Links, linker: int) -> None:
        """Replace the links of a kernel, which are taken from `links`; answers go.

        Nobody else writes from when the first of them comes.
        """
        execute = self._connection.execute
        come = iter(links)
        first = next(come, ("made", []))
        with faults(self._path), transaction(self._connection):
            self._sync_names()
            is_alone = execute("select count(*) = 1 from kernel").fetchone()[0]
            for index in _LINK_INDEXES if is_alone else ():
                execute(f"drop index if exists {index}")
            for table in OF_LINKS:
                execute(f"delete from {table} where kernel = ?", (kernel,))  # noqa: S608
            made: Mapping[int, int] = {}
            for table, rows in chain((first,), come):
                if table == "made":
                    made = replace_made(self._connection, kernel, rows, self._ids_of)
                else:
                    self._link(table, kernel, rows, made)
            self._build_indexes()
            execute(_resource("inlining.sql"), {"kernel": kernel})
            execute("update kernel set linker = ? where id = ?", (linker, kernel))

    def finish(self) -> None:
        """Tell the planner what there is, and fold the log into the file."""
        with faults(self._path):
            with transaction(self._connection):  # which waits for other writers
                self._connection.execute("analyze")
                kernels = self._connection.execute("select count(*) from kernel")
                is_alone = kernels.fetchone()[0] == 1
            if is_alone:
                pack(self._connection, self._path)
            # With another process at work the log stays: both would wait for both.
            self._connection.execute("pragma busy_timeout = 0")
            self._connection.execute("pragma wal_checkpoint(truncate)")

    def _build_indexes(self) -> None:
        for statement in _resource("indexes.sql").split(";"):
            self._connection.execute(statement)

    def _load(self, blob: int, rows: BlobRows, reader: int) -> None:
        execute = self._connection.execute
        there = execute("select reader from blob where id = ?", (blob,)).fetchone()[0]
        if there == reader:
            return  # another process was quicker
        if there:
            self._unload(blob)
        n_blobs, n_bytes, n_rows = self.loaded
        n_rows += sum(len(columns[0]) for columns in rows.tables.values())
        self.loaded = (n_blobs + 1, n_bytes + rows.size_bytes, n_rows)
        names = self._ids_of(rows.names)
        base = blob << POSITION_BITS
        for table, columns in rows.tables.items():
            kinds = (kind for _, kind in COLUMNS[table])
            loaded = map(_loaded, kinds, columns, repeat(names), repeat(base))
            self._connection.executemany(_INSERT_FACT[table], zip(*loaded, strict=True))
        execute(
            "insert into content values (?, ?, ?, ?)",
            (blob, rows.code, rows.stores, rows.uses),
        )
        execute("insert into word values (?, ?)", (blob, rows.words))
        if rows.plain:
            execute("insert into plain values (?, ?, ?)", (blob, *rows.plain))
        execute(
            "update blob set size_bytes = ?, error_bytes = ?, reader = ? where id = ?",
            (rows.size_bytes, rows.error_bytes, reader, blob),
        )

    def _unload(self, blob: int) -> None:
        """Remove what another reader made of a blob."""
        span = (blob << POSITION_BITS, (blob + 1) << POSITION_BITS)
        for table, columns in COLUMNS.items():
            self._connection.execute(
                f"delete from {table} where {columns[0][0]} >= ? "  # noqa: S608  # constants
                f"and {columns[0][0]} < ?",
                span,
            )
        for table in ("content", "word", "plain"):
            self._connection.execute(f"delete from {table} where blob = ?", (blob,))  # noqa: S608
        unload_made(self._connection, span)
        # What links say of the facts that go is wrong for every kernel that has them.
        self._connection.execute(
            "update kernel set linker = 0 "
            "where id in (select kernel from file where blob = ?)",
            (blob,),
        )

    def _link(
        self, table: str, kernel: int, rows: list[LinkRow], made: Mapping[int, int]
    ) -> None:
        if not rows:
            return
        columns = [
            self._ids_of(column)
            if kind == "n"
            else [made.get(cell, cell) for cell in column]
            if kind == "f" and made
            else column
            for (_, kind), column in zip(
                LINKS[table], zip(*rows, strict=True), strict=True
            )
        ]
        rows.clear()
        # In the order of the primary key, pages are filled one after the other.
        found = sorted(zip(repeat(kernel), *columns, strict=False))
        self._connection.executemany(
            # A store that stands in a macro may have been met twice.
            _INSERT_LINK[table],
            (row for row, _ in groupby(found)),
        )

    def _sync_names(self) -> None:
        """Learn the names that others have added; within a transaction only."""
        greatest = self._connection.execute("select max(id) from name").fetchone()[0]
        if greatest > self._known:
            is_few = greatest - self._known <= _PRELOADED_NAMES
            if is_few or not self._has_index("name_text"):
                rows = self._connection.execute(
                    "select text, id from name where id > ?", (self._known,)
                )
                self._names.update(rows)
            else:
                self._is_partial = True
            self._known = greatest

    def _has_index(self, name: str) -> bool:
        rows = self._connection.execute(
            "select 1 from sqlite_master where type = 'index' and name = ?", (name,)
        )
        return rows.fetchone() is not None

    def _ids_of(self, texts: Sequence[str]) -> list[int]:
        """Ids of names, new ones entered."""
        names = self._names
        missing = set(texts).difference(names)
        if missing and self._is_partial:
            # Sorted, as they stand in the index: neighbours share its pages.
            wanted = iter(sorted(missing))
            while few := list(islice(wanted, _ASKED_TOGETHER)):
                marks = ", ".join("?" * len(few))
                rows = self._connection.execute(
                    f"select text, id from name where text in ({marks})",  # noqa: S608
                    few,
                )
                names.update(rows)
            # `difference_update` would walk over all names that are known.
            missing = missing.difference(names)
        if missing:
            new = list(zip(missing, count(self._known + 1)))
            self._connection.executemany(
                "insert into name (text, id) values (?, ?)", new
            )
            names.update(new)
            self._known += len(new)
        return list(map(names.__getitem__, texts))


def _resource(name: str) -> str:
    return resources("xref.store").joinpath(name).read_text("utf-8")


def _loaded(
    kind: str, column: Column, names: Sequence[int], base: int
) -> Iterable[str | int | None]:
    """A column as the table holds it."""
    if kind == "n":
        return map(names.__getitem__, column)  # type: ignore[arg-type]
    if kind == "o":
        return map(base.__add__, column)  # type: ignore[arg-type]
    return column
