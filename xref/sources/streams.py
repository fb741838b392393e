"""Streams of bytes that are read once from front to back, and their decompression.

``xz`` in a process of its own uses all processors (3.8 s for a kernel here against
6.6 s in Python); where it is missing, Python does it.
"""

import bz2
import gzip
import lzma
import shutil
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Protocol

from xref.errors import SourceError


class DamagedError(Exception):
    """An archive is damaged or cut off; it does not leave this stage."""


BROKEN = (
    DamagedError,
    EOFError,
    lzma.LZMAError,
    zlib.error,
    gzip.BadGzipFile,
    ValueError,
    OverflowError,
)
"""What is raised for damaged data, here, in `tape` and by the decompressors."""


class Readable(Protocol):
    """What can be read from front to back."""

    def read(self, size: int = -1, /) -> bytes:
        """Read at most so many bytes; none is the end."""


_CHUNK = 1 << 20
_MAGIC = {
    b"\xfd7zXZ\0": "xz",
    b"\x1f\x8b": "gz",
    b"BZh": "bz2",
    b"\x28\xb5\x2f\xfd": "zst",
}
_COMMANDS = {"xz": ("xz", "-dc", "-T0"), "zst": ("zstd", "-dcq")}
_OPENERS: dict[str, Callable[..., Readable]] = {
    "xz": lzma.open,
    "gz": gzip.open,
    "bz2": bz2.open,
}


class Part:
    """The next bytes of a stream, as a stream."""

    def __init__(
        self,
        stream: Readable,
        size: int,
        on_bytes: Callable[[int, int], None] | None = None,
    ) -> None:
        self._stream, self._size, self._on_bytes = stream, size, on_bytes
        self.left = size

    def read(self, size: int = -1, /) -> bytes:
        """Read up to the end of the part."""
        wanted = self.left if size < 0 else min(size, self.left)
        data = self._stream.read(wanted)
        self.left -= len(data)
        if data and self._on_bytes is not None:
            self._on_bytes(self._size - self.left, self._size)
        return data


@contextmanager
def decompressed(raw: Readable) -> Iterator[Readable]:
    """Open what `raw` holds, compressed or not, for reading from front to back.

    The end of the block reads to the end: only then is it known to be whole.
    """
    stream = _Peeked(raw)
    head = stream.head
    kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")
    command = _COMMANDS.get(kind)
    if command is not None and shutil.which(command[0]):
        with _piped(command, stream) as plain:
            yield plain
            _read_out(plain)
    elif kind != "zst":
        plain = _OPENERS[kind](stream) if kind else stream
        yield plain
        _read_out(plain)
    else:
        raise SourceError("it is compressed with zstd", hint="install zstd")


class _Peeked:
    """A stream whose first bytes were looked at."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.head = stream.read(_CHUNK)
        self._waiting = self.head

    def read(self, size: int = -1, /) -> bytes:
        """Read on, from the first byte."""
        if not self._waiting:
            return self._stream.read(size)
        end = len(self._waiting) if size < 0 else size
        data, self._waiting = self._waiting[:end], self._waiting[end:]
        return data + self._stream.read(size - len(data) if size >= 0 else -1)


@contextmanager
def _piped(command: tuple[str, ...], stream: Readable) -> Iterator[Readable]:
    """Decompress in a process, fed by a thread."""
    faults: list[Exception] = []
    with subprocess.Popen(  # noqa: S603 - no shell, fixed words
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=_CHUNK,
    ) as process:
        output, target, said = process.stdout, process.stdin, process.stderr
        if output is None or target is None or said is None:  # pragma: no cover
            raise DamagedError("no pipe")
        feeder = threading.Thread(
            target=_feed, args=(stream, target, faults), daemon=True
        )
        feeder.start()
        try:
            yield output
            feeder.join()
            if process.wait() != 0 and not faults:
                raise DamagedError(said.read().decode("utf-8", "replace").strip())
        finally:
            process.kill()
            feeder.join()
    if faults:
        raise faults[0]


def _feed(stream: Readable, target: IO[bytes], faults: list[Exception]) -> None:
    """Copy until either side ends; keep what went wrong for the other thread."""
    try:
        with target:
            while chunk := stream.read(_CHUNK):
                target.write(chunk)
    except BrokenPipeError:
        pass  # the process has ended, and its exit code says why
    except Exception as error:  # noqa: BLE001 - raised again by the other thread
        faults.append(error)


def _read_out(stream: Readable) -> None:
    """Read to the end, where the checksum stands."""
    while stream.read(_CHUNK):
        pass
