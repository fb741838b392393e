"""Many contents in one file, found by their ids.

``contents`` has them one behind the other.  ``index`` has a record of fixed length
for each, ordered by id: the id (20 bytes), where it begins and how long it is (8
bytes each, the most significant first).  So a reader needs no preparation.
"""

import mmap
import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from xref.errors import SourceError
from xref.records import SourceFile
from xref.sources.blobs import blob_id
from xref.sources.home import reading

_RECORD = struct.Struct(">20sQQ")


class ContentsWriter:
    """Appends contents; each once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = (folder / "contents").open("wb", buffering=0)
        self._places: dict[str, tuple[int, int]] = {}
        self._end = 0

    def append(self, blob: str, data: bytes) -> None:
        """Add a content under its id."""
        if blob in self._places:
            return
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]
        self._places[blob] = (self._end, len(data))
        self._end += len(data)

    def finish(self) -> None:
        """Write the index."""
        self._file.close()
        records = sorted(self._places.items())
        (self._folder / "index").write_bytes(
            b"".join(
                _RECORD.pack(bytes.fromhex(blob), *place) for blob, place in records
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


@dataclass(slots=True)
class ContentsReader:
    """Reads contents, and makes sure that they are what their ids say."""

    folder: Path
    _open: tuple[memoryview, memoryview] | None = field(default=None, init=False)

    def read(self, files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, bytes]]:
        """Yield each file with its content, in the order given."""
        for file in files:
            data = self._content(file.blob)
            if data is None or blob_id(data) != file.blob:
                raise SourceError(
                    f"{self.folder} is damaged: {file.path} is not as it was",
                    hint=f"run: rm -r {self.folder}",
                )
            yield file, data

    def close(self) -> None:
        """Let go of the files."""
        self._open = None

    def _content(self, blob: str) -> bytes | None:
        """Find a content by its id."""
        if self._open is None:
            with reading(self.folder):
                self._open = (
                    _mapped(self.folder / "index"),
                    _mapped(self.folder / "contents"),
                )
        index, contents = self._open
        wanted = bytes.fromhex(blob)
        size = _RECORD.size
        place = bisect_left(
            range(len(index) // size),
            wanted,
            key=lambda n: bytes(index[n * size : n * size + len(wanted)]),
        )
        if (place + 1) * size > len(index):
            return None
        found, start, length = _RECORD.unpack_from(index, place * size)
        return bytes(contents[start : start + length]) if found == wanted else None


def _mapped(path: Path) -> memoryview:
    """Map a file into memory; an empty one cannot be mapped."""
    with path.open("rb") as file:
        if path.stat().st_size == 0:
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
