"""Archives of a kernel: read once from front to back, and only what is source.

Nothing in an archive decides where anything is written: members with an absolute
path or with ``..`` are left out, and no link is ever made.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from xref.errors import SourceError
from xref.records import Progress
from xref.sources.blobs import is_source
from xref.sources.cache import (
    CachedTree,
    NewTree,
    archive_source,
    cached_trees,
    new_tree,
)
from xref.sources.home import Home, reading
from xref.sources.streams import BROKEN, Part, Readable, decompressed
from xref.sources.tape import members
from xref.sources.trees import OnProgress

_log = logging.getLogger("xref.sources")
_LARGEST_BYTES = 64 << 20  # the largest header of Linux 6.12 has 15 MB


def unpacked_archive(path: Path, home: Home, on_progress: OnProgress) -> CachedTree:
    """Unpack an archive into the cache, unless that was done before.

    Args:
        path: a tar archive, plain or compressed by xz, gzip, bzip2 or zstd.
        home: the cache folder.
        on_progress: told how many bytes of the archive are read.
    """
    source = archive_source(path)
    known = (tree for tree in cached_trees(home) if source in tree.sources)
    found = next(known, None)
    if found is not None:
        return found
    with reading(path), path.open("rb") as file, new_tree(home) as tree:
        counted = Part(
            file,
            path.stat().st_size,
            lambda done, total: on_progress(Progress("unpack", done, total)),
        )
        unpack(counted, str(path), tree)
        return tree.finish(home, f"the archive {path}", source)


def unpack(stream: Readable, name: str, tree: NewTree) -> None:
    """Add the source files of an archive to a tree.

    Args:
        stream: the archive, from its first byte.
        name: of the archive, for messages.
        tree: takes the files.
    """
    with whole(name), decompressed(stream) as plain:
        for member in members(plain):
            path = _safe_path(member.name)
            if path is None or not is_source(path):
                continue
            if member.kind == "link":
                tree.copy(path, _safe_path(member.target) or "")
            elif member.size_bytes > _LARGEST_BYTES:
                _log.warning("left out for its size: %s", path)
            elif member.kind == "file":
                tree.add(path, member.read())


@contextmanager
def whole(name: str) -> Iterator[None]:
    """Report what the block raises when an archive is damaged or cut off."""
    try:
        yield
    except BROKEN as error:
        raise _damaged(name, error) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise _damaged(name, error) from error  # so says bz2


def _damaged(name: str, error: Exception) -> SourceError:
    """Make the error of an archive that is not as it was made."""
    why = f": {error}" if str(error) else ""
    return SourceError(f"{name} is damaged or cut off{why}", hint="fetch it again")


def _safe_path(name: str) -> str | None:
    """Bring a member's name to the form of a path; None when it leads outside."""
    parts = PurePosixPath(name).parts
    if name.startswith("/") or ".." in parts or not _is_text(name):
        _log.warning("left out for its name: %r", name)
        return None
    return "/".join(parts)


def _is_text(name: str) -> bool:
    """Tell whether a name is UTF-8 and fits a list."""
    return name.isascii() or name.encode("utf-8", "replace").decode() == name
