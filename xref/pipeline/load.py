"""A tree's files to facts in the index: what is new is read, the rest is there."""

import time
from bisect import bisect_left
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

from xref.link.includes import FORCED, IncludePaths
from xref.parse.lexicon import lexicon_of
from xref.pipeline.scopes import CODE, Scope
from xref.pipeline.workers import Readers, Workers, read_here
from xref.records import Progress, SourceFile
from xref.sources.trees import KernelTree
from xref.store.rows import COLUMNS, BlobRows
from xref.store.writer import Writer

_TASK_BYTES: Final = 250_000
"""Small files travel to workers together."""
_LOAD_SECONDS: Final = 0.7
"""How often what workers sent is written: at most that much is lost by a stop."""
_HELD: Final = 300
"""So many blobs wait for those that stand before them, and no more."""
_TARGET, _SYSTEM = (
    [name for name, _ in COLUMNS["include"]].index(name)
    for name in ("target", "system")
)


@dataclass(slots=True)
class _Wanted:
    """Which files of a tree are read: seeds, and what is included on demand."""

    files: Sequence[SourceFile]
    paths: IncludePaths
    is_wanted: list[bool]
    fresh: deque[int] = field(default_factory=deque)
    """Wanted and not looked at yet."""

    def add(self, number: int | None) -> None:
        if number is not None and not self.is_wanted[number]:
            self.is_wanted[number] = True
            self.fresh.append(number)

    def included(self, path: str, lines: Iterable[tuple[str, int]]) -> None:
        for target, system in lines:
            self.add(self.paths.find(path, target, system))


def load(
    writer: Writer,
    tree: KernelTree,
    scope: Scope,
    how: "LoadOptions",
) -> Generator[Progress, None, list[tuple[SourceFile, int]]]:
    """Read the files of a scope that the index lacks.

    Yields:
        How many bytes are read.

    Returns:
        The files of the scope with the ids of their blobs, by path.
    """
    files = [f for f in tree.files(scope.places) if f.path.endswith(CODE)]
    wanted = _wanted(files, scope, how.arch)
    loader = _Loader(writer, tree, how, files, wanted)
    yield from loader.run()
    ids = loader.ids
    return [
        (file, ids[file.blob])
        for file, is_wanted in zip(files, wanted.is_wanted, strict=True)
        if is_wanted
    ]


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How to read."""

    arch: str
    lexicon: str
    """The text of ``lexicon.toml``."""
    reader: int
    """Which program reads: facts of another one are made anew."""
    processes: int
    cluster: str
    """``dask://HOST:PORT`` to read there; "" for this machine."""


def _wanted(files: Sequence[SourceFile], scope: Scope, arch: str) -> _Wanted:
    paths = IncludePaths([file.path for file in files], arch)
    wanted = _Wanted(files, paths, [False] * len(files))
    # In the order of their ids: rows are added at the end of tables, which is quick and
    # leaves no room in pages.
    for number, file in enumerate(files):
        if scope.wants(file.path):
            wanted.add(number)
    for path in FORCED:
        wanted.add(paths.number_of.get(path))
    return wanted


class _Loader:
    def __init__(
        self,
        writer: Writer,
        tree: KernelTree,
        how: LoadOptions,
        files: Sequence[SourceFile],
        wanted: _Wanted,
    ) -> None:
        self._writer = writer
        self._tree = tree
        self._how = how
        self._wanted = wanted
        self.ids = writer.register(files)
        self._known = writer.complete(how.reader)
        self._path_of = {file.blob: file.path for file in files}
        self._asked: set[str] = set()
        self._open: set[int] = set()
        """Ids of the blobs that are asked for and have not come."""
        self._batch: list[tuple[int, BlobRows]] = []
        self._done = self._total = 0
        self._loaded_at = time.monotonic()

    def run(self) -> Iterator[Progress]:
        """Read and write until nothing is wanted that is not there."""
        first = self._task()
        if not first:
            return
        self._writer.begin_load(sum(f.size_bytes for f in first))
        yield Progress("index", 0, self._total)
        for read in self._results(first):
            for file, rows in read:
                self._wanted.included(file.path, _include_lines(rows))
                self._batch.append((self.ids[file.blob], rows))
                self._open.discard(self.ids[file.blob])
                self._done += file.size_bytes
            if time.monotonic() - self._loaded_at > _LOAD_SECONDS:
                self._flush()
            yield Progress("index", self._done, self._total)
        self._flush()

    def _results(
        self, first: list[SourceFile]
    ) -> Iterator[list[tuple[SourceFile, BlobRows]]]:
        pending = [first]

        def task() -> list[SourceFile]:
            return pending.pop() if pending else self._task()

        if self._how.processes <= 1 and not self._how.cluster:
            with closing(self._tree.reader()) as reader:
                lexicon = lexicon_of(self._how.lexicon)
                while files := task():
                    yield read_here(reader, lexicon, files)
            return
        with closing(self._readers()) as readers:
            yield from readers.run(task)

    def _readers(self) -> Readers:
        how, reader = self._how, self._tree.reader()
        if not how.cluster:
            return Workers(reader, how.lexicon, how.processes)
        from xref.pipeline.cluster import Cluster  # noqa: PLC0415 - an extra

        return Cluster(reader, how.cluster)

    def _flush(self) -> None:
        """Write what came, but what has others to wait for that stand before it."""
        self._batch.sort(key=itemgetter(0))
        first = min(self._open, default=self._batch[-1][0] + 1 if self._batch else 0)
        end = bisect_left(self._batch, first, key=itemgetter(0))
        if not end and len(self._batch) > _HELD:
            end = len(self._batch)
        if end:
            self._writer.load(self._batch[:end], self._how.reader)
            del self._batch[:end]
        self._loaded_at = time.monotonic()

    def _task(self) -> list[SourceFile]:
        """Files to read next; what they include becomes wanted when they are read."""
        task: list[SourceFile] = []
        size = 0
        fresh = self._wanted.fresh
        while fresh and size < _TASK_BYTES:
            file = self._wanted.files[fresh.popleft()]
            if file.blob in self._known:
                lines = self._writer.includes(self.ids[file.blob])
                self._wanted.included(file.path, lines)
            elif file.blob not in self._asked:
                self._asked.add(file.blob)
                self._open.add(self.ids[file.blob])
                task.append(file)
                size += file.size_bytes
        self._total += size
        return task


def _include_lines(rows: BlobRows) -> Iterator[tuple[str, int]]:
    columns = rows.tables.get("include")
    if columns is None:
        return
    for target, system in zip(columns[_TARGET], columns[_SYSTEM], strict=True):
        if isinstance(target, int) and isinstance(system, int):
            yield rows.names[target], system
