"""A kernel tree that is open: what it is, its files, and reading them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from xref.errors import SourceError
from xref.records import Progress, SourceFile
from xref.sources.versions import is_same_release

OnProgress = Callable[[Progress], None]


class UnreachableError(SourceError):
    """A place cannot be asked now (no network, no apt); others are tried."""


class BlobReader(Protocol):
    """Reads contents; may be pickled before its first use and sent to a worker."""

    def read(self, files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, bytes]]:
        """Yield each file with its content, in the order given."""

    def close(self) -> None:
        """Let go of what reading needed; reading again is allowed."""


class Content(Protocol):
    """What is behind a tree: a commit, a folder, an unpacked archive."""

    def files(self, scopes: Sequence[str]) -> tuple[SourceFile, ...]:
        """List the files that xref reads, by path; no scope is the whole tree."""

    def reader(self) -> BlobReader:
        """Make a reader of these contents."""


@dataclass(slots=True)
class KernelTree:
    """A kernel that can be read."""

    version: str
    """Exact: a tag (``v6.1``), or what the top Makefile says (``6.1.192``)."""
    asked: str
    """What the user called it; the version where nothing was said."""
    origin: str
    """Where it comes from, for the user, without line breaks."""
    key: str
    """Its identity: the same key is the same content, if `is_fixed`."""
    is_fixed: bool
    """False for a folder of the user's, whose files may change at any time."""
    content: Content
    notes: tuple[str, ...] = ()
    """What the user should be told: places that could not be asked, a line each."""
    _reader: BlobReader | None = field(default=None, init=False)

    @property
    def is_substitute(self) -> bool:
        """Whether another version stands in for the one that was asked for."""
        return not is_same_release(self.version, self.asked)

    def files(self, scopes: Sequence[str] = ()) -> tuple[SourceFile, ...]:
        """List the files that xref reads, by path.

        Args:
            scopes: folders and files from the top of the tree (``net``,
                ``include/linux/net.h``); none is the whole tree.
        """
        return self.content.files(scopes)

    def reader(self) -> BlobReader:
        """Make a reader of its own for a worker process; it can be pickled."""
        return self.content.reader()

    def read(self, files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, bytes]]:
        """Yield each file with its content, in the order given."""
        if self._reader is None:
            self._reader = self.content.reader()
        return self._reader.read(files)

    def close(self) -> None:
        """Stop what reading has started."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def no_progress(progress: Progress) -> None:
    """Say nothing."""
