"""Processes that read files to rows: parse, extract, rows, one blob at a time."""

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ProcessPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from typing import Final, Protocol

from xref.errors import XrefError
from xref.extract.facts import facts_of
from xref.extract.plain import plain_facts
from xref.parse.c import parse
from xref.parse.clean import clean
from xref.parse.conflicts import merged
from xref.parse.lexicon import Lexicon, lexicon_of
from xref.pipeline.signals import uninterrupted
from xref.records import BlobFacts, Problem, SourceFile
from xref.sources.trees import BlobReader
from xref.store.rows import BlobRows, rows_of

Read = list[tuple[SourceFile, BlobRows]]

_WAITING: Final = 3
"""Tasks a process that are handed out ahead, so that none waits for work."""

_WATCH_SECONDS: Final = 1.0


class Readers(Protocol):
    """Who reads files to rows: processes of this machine, or a cluster."""

    def run(self, task: Callable[[], Sequence[SourceFile]]) -> Iterator[Read]:
        """Yield what was read, in any order, until `task` has no more files.

        Args:
            task: gives the files of the next task; it is asked again after each
                result, for a result may bring new files.
        """

    def close(self) -> None:
        """End the work; what is being done is lost."""


class Workers:
    """A pool of processes; see `Readers`."""

    def __init__(self, reader: BlobReader, lexicon_text: str, processes: int) -> None:
        self._limit = processes * _WAITING
        self._waiting: set[Future[Read]] = set()
        self._pool = ProcessPoolExecutor(
            processes, _context(), _start, (reader, lexicon_text, os.getpid())
        )

    def run(self, task: Callable[[], Sequence[SourceFile]]) -> Iterator[Read]:
        """Yield what was read; see `Readers`."""
        try:
            while True:
                while len(self._waiting) < self._limit and (files := task()):
                    with uninterrupted():
                        self._waiting.add(self._pool.submit(_read, files))
                if not self._waiting:
                    return
                done, self._waiting = wait(self._waiting, None, FIRST_COMPLETED)
                for future in done:
                    yield future.result()
        except BrokenProcessPool as error:
            raise XrefError(
                "a process that reads files was killed", hint="run the command again"
            ) from error

    def close(self) -> None:
        """End the processes; what they were doing is lost."""
        for future in self._waiting:
            future.cancel()
        self._pool.shutdown(wait=True, cancel_futures=True)


def read_here(
    reader: BlobReader, lexicon: Lexicon, files: Sequence[SourceFile]
) -> Read:
    """Read files in this process."""
    return [(file, rows_from(data, lexicon)) for file, data in reader.read(files)]


def rows_from(data: bytes, lexicon: Lexicon) -> BlobRows:
    """The rows of one content."""
    return rows_of(facts_of_content(data, lexicon), data)


def _context() -> multiprocessing.context.BaseContext:
    """Forking is quickest, and safe only while there is one thread."""
    methods = multiprocessing.get_all_start_methods()
    is_alone = threading.active_count() == 1
    return multiprocessing.get_context(
        "fork" if "fork" in methods and is_alone else "spawn"
    )


def facts_of_content(data: bytes, lexicon: Lexicon) -> BlobFacts:
    """What one content says."""
    plain = plain_facts(data)
    if plain is not None:
        return plain
    data = merged(data)
    try:
        return facts_of(data, clean(data, lexicon), parse)
    except RecursionError:
        # Nesting that deep is no code that a person wrote; the file stays known.
        lines = data.count(b"\n") + 1
        problem = Problem(1, lines, "nesting", "expressions are nested too deeply")
        return BlobFacts(len(data), len(data), *((),) * 10, problems=(problem,))


_state: list[tuple[BlobReader, Lexicon]] = []


def _start(reader: BlobReader, lexicon_text: str, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Facts are trees of lists by the million and have no cycles: looking for some
    # while they are made takes a fifth of the time.
    gc.disable()
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    _state.append((reader, lexicon_of(lexicon_text)))


def _watch(parent: int) -> None:
    """End this process when the one that gives it work was killed."""
    while os.getppid() == parent:
        time.sleep(_WATCH_SECONDS)
    os._exit(1)


def _read(files: Sequence[SourceFile]) -> Read:
    read = read_here(*_state[0], files)
    gc.collect(0)
    return read
