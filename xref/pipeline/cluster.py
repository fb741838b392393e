"""A Dask cluster that reads files to rows; contents go there, and rows come back.

Its machines need no kernel and no folder in common, but this very xref.  A process that
cannot load what it is sent dies of it; so what is sent and what comes back are bytes,
and what a worker is asked to run is of Python's own library.
"""

import logging
import pickle
import re
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from xref.data_files import read_data
from xref.errors import QueryError, XrefError
from xref.parse.lexicon import Lexicon, lexicon_of
from xref.pipeline.memory import without_collector
from xref.pipeline.versions import fingerprint
from xref.pipeline.workers import Read, rows_from
from xref.records import SourceFile
from xref.sources.trees import BlobReader

if TYPE_CHECKING:
    from distributed import Client, Future

    from xref.store.rows import BlobRows

_log = logging.getLogger("xref.pipeline")

_ADDRESS: Final = re.compile(r"dask://([\w.-]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})", re.ASCII)
_CONNECT_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 2.0
"""How often to see how many workers there are."""
_PATIENCE_SECONDS: Final = 30.0
"""How long a cluster may be without any worker."""
_WAITING: Final = 3
"""Tasks a worker that are handed out ahead, so that none waits for work."""
_MODULES: Final = ("parse", "extract", "store", "pipeline", "records.py")
"""What a worker must have as we have it: the way there and back, too."""

_one_at_a_time = Lock()


def address_of(place: str) -> str:
    """The scheduler's address in Dask's own words, from ``dask://HOST:PORT``.

    Raises:
        QueryError: it is no such place.
    """
    found = _ADDRESS.fullmatch(place)
    if not found:
        raise QueryError(
            f"{place!r} is no cluster", hint="give dask://HOST:PORT of its scheduler"
        )
    return f"tcp://{found[1]}:{found[2]}"


class Cluster:
    """The workers of a cluster, as `workers.Workers` are those of this machine."""

    def __init__(self, reader: BlobReader, place: str) -> None:
        self._reader = reader
        self._place = place
        self._waiting: dict[Future[bytes], Sequence[SourceFile]] = {}
        self._seen_at = self._looked_at = time.monotonic()
        self._limit = 0
        self._client = _connected(place)

    def run(self, task: Callable[[], Sequence[SourceFile]]) -> Iterator[Read]:
        """Yield what was read; see `workers.Workers.run`."""
        self._look(is_due=True)
        while True:
            while len(self._waiting) < self._limit and (files := task()):
                self._submit(files)
            if not self._waiting and self._limit:
                return
            yield from self._finished()
            self._look()

    def close(self) -> None:
        """Take back what is waiting, and leave the cluster."""
        self._client.cancel(list(self._waiting))
        self._client.close()
        self._reader.close()

    def _submit(self, files: Sequence[SourceFile]) -> None:
        contents = [data for _, data in self._reader.read(files)]
        asked = pickle.dumps(_Asked(_ours(), contents))
        with self._faults():
            future = self._client.submit(pickle.loads, asked, pure=False)
        self._waiting[future] = files

    def _finished(self) -> Iterator[Read]:
        """What has come back by now, after a wait for it."""
        import distributed  # noqa: PLC0415 - takes time, and is needed only here

        if not self._waiting:
            time.sleep(_LOOK_SECONDS)
            return
        with self._faults(), suppress(TimeoutError):
            distributed.wait(list(self._waiting), _LOOK_SECONDS, "FIRST_COMPLETED")
        for future in [each for each in self._waiting if each.done()]:
            with self._faults():
                try:
                    answer = future.result(_LOOK_SECONDS)
                except TimeoutError:
                    continue  # its worker has just died, and another one does it
            if not answer:
                raise _foreign(self._place)
            rows: list[BlobRows] = _unpacked(answer)
            yield list(zip(self._waiting.pop(future), rows, strict=True))

    def _look(self, *, is_due: bool = False) -> None:
        """See how many workers there are; they may come and go."""
        now = time.monotonic()
        if not is_due and now - self._looked_at < _LOOK_SECONDS and self._limit:
            return
        self._looked_at = now
        with self._faults():
            self._limit = _WAITING * len(self._client.nthreads())
        if is_due and not self._limit:
            _log.warning("waiting for workers of %s", self._place)
        if self._limit:
            self._seen_at = now
        elif now - self._seen_at > _PATIENCE_SECONDS:
            raise XrefError(
                f"the cluster {self._place} has no workers",
                hint="start some: dask worker HOST:PORT --nthreads 1",
            )

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Say in our words what went wrong there."""
        from distributed import KilledWorker  # noqa: PLC0415
        from distributed.comm import CommClosedError  # noqa: PLC0415

        try:
            yield
        except KilledWorker as error:
            raise XrefError(
                f"the workers of {self._place} die one after the other",
                hint="they may lack memory; what is read is kept",
            ) from error
        except (CancelledError, CommClosedError, OSError) as error:
            raise XrefError(
                f"the cluster {self._place} is gone",
                hint="run the command again; what is read is kept",
            ) from error
        except (ImportError, AttributeError, TypeError, RuntimeError) as error:
            raise _foreign(self._place) from error


class _Asked:
    """A question to a worker: loading it is asking it."""

    def __init__(self, wanted: int, contents: list[bytes]) -> None:
        self._arguments = (wanted, _packed(contents))

    def __reduce__(self) -> tuple[Callable[..., bytes], tuple[int, bytes]]:
        return read_there, self._arguments


def read_there(wanted: int, packed: bytes) -> bytes:
    """Read contents in a process of a cluster.

    Args:
        wanted: what `fingerprint` says where the question comes from.
        packed: the contents.

    Returns:
        Rows for each, packed; nothing where this is another xref than that.
    """
    if wanted != _ours():
        return b""
    contents: list[bytes] = _unpacked(packed)
    with _one_at_a_time, without_collector():
        rows = [rows_from(data, _lexicon()) for data in contents]
    return _packed(rows)


def _packed(what: object) -> bytes:
    return zlib.compress(pickle.dumps(what), 1)


def _unpacked(data: bytes) -> Any:  # noqa: ANN401  # what was packed
    return pickle.loads(zlib.decompress(data))  # noqa: S301  # from our own workers


@cache
def _ours() -> int:
    return fingerprint(_MODULES, ("lexicon.toml",))


@cache
def _lexicon() -> Lexicon:
    return lexicon_of(read_data("lexicon.toml"))


def _connected(place: str) -> "Client":
    address = address_of(place)
    try:
        import distributed  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise XrefError(
            "Dask is not installed here", hint="run: pip install 'xref[dask]'"
        ) from error
    for name in logging.root.manager.loggerDict:
        if name.startswith("distributed"):  # what is wrong is said by us, in one line
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        return distributed.Client(address, timeout=_CONNECT_SECONDS, name="xref")
    except OSError as error:
        raise XrefError(
            f"no scheduler of Dask answers at {place}", hint="start one: dask scheduler"
        ) from error


def _foreign(place: str) -> XrefError:
    return XrefError(
        f"the cluster {place} has another xref than this one, or none",
        hint="install the same one on all its machines, and start it again",
    )
