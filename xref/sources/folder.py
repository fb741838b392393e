"""A plain folder of the user's: hashed as git does, only where it changed."""

import logging
import os
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import attrgetter
from pathlib import Path

from xref.errors import SourceError
from xref.records import SourceFile
from xref.sources.blobs import (
    blob_id,
    clean_scopes,
    is_hidden,
    is_source,
    is_source_name,
)
from xref.sources.home import Home, keep_file, reading
from xref.sources.trees import BlobReader, KernelTree
from xref.sources.versions import makefile_version

_log = logging.getLogger("xref.sources")
_UNSETTLED_NS = 2_000_000_000  # a file this young may change and keep its time stamp

# Size, times of change of content and of inode in ns, inode; id of the content; path.
_KEPT = re.compile(r"(\d+ \d+ \d+ \d+) ([0-9a-f]{40})\t([^\0]+)\0")


def open_folder(place: Path, home: Home) -> KernelTree:
    """Open a folder as it is now, uncommitted changes included."""
    root = place.resolve()
    version = folder_version(root)
    identity = sha256(os.fsencode(root)).hexdigest()[:16]
    return KernelTree(
        version=version,
        asked=version,
        origin=f"the folder {root}",
        key=f"folder-{identity}",
        is_fixed=False,
        content=FolderContent(root, home.listings / f"folder-{identity}"),
    )


def folder_version(root: Path) -> str:
    """Read the version of the kernel whose top folder this is."""
    makefile = root / "Makefile"
    version = None
    if makefile.is_file():
        with reading(makefile), makefile.open("rb") as file:
            version = makefile_version(file.read(4096))
    if version is None:
        raise SourceError(
            f"{root} is no kernel tree: no Makefile with VERSION and PATCHLEVEL",
            hint="give the top folder of the kernel's source",
        )
    return version


@dataclass(frozen=True, slots=True)
class FolderReader:
    """Reads files, and makes sure that they are still what was listed."""

    root: Path
    hint: str
    """What to do when they are not."""

    def read(self, files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, bytes]]:
        """Yield each file with its content, in the order given."""
        for file in files:
            path = f"{self.root}/{file.path}"
            with reading(path), open(path, "rb", buffering=0) as opened:  # noqa: PTH123 - 60,000 times; Path costs 10 us each
                data = opened.read()
            if blob_id(data) != file.blob:
                raise SourceError(
                    f"{path} has changed since it was listed", hint=self.hint
                )
            yield file, data

    def close(self) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class FolderContent:
    """The files of a folder; links are neither read nor followed."""

    root: Path
    kept: Path
    """Where the ids are kept with the stamps of the files."""

    def files(self, scopes: Sequence[str]) -> tuple[SourceFile, ...]:
        """List the files that xref reads, by path."""
        known = _read_stamps(self.kept)
        hashed_at = time.time_ns()
        found: list[SourceFile] = []
        fresh: dict[str, tuple[str, str]] = {}
        for path, status in self._statuses(clean_scopes(scopes)):
            stamp = _stamp(status)
            old = known.get(path)
            if old is not None and old[0] == stamp:
                found.append(SourceFile(path, old[1], status.st_size))
                continue
            file = self._hashed(path)
            found.append(file)
            changed_at = max(status.st_mtime_ns, status.st_ctime_ns)
            if changed_at < hashed_at - _UNSETTLED_NS:
                fresh[path] = (stamp, file.blob)
        if fresh:
            keep_file(self.kept, _render_stamps(known | fresh))
        return tuple(sorted(found, key=attrgetter("path")))

    def reader(self) -> BlobReader:
        """Make a reader of the folder."""
        return FolderReader(self.root, "run the command again")

    def _statuses(self, scopes: Sequence[str]) -> Iterator[tuple[str, os.stat_result]]:
        """Walk the folder, or the parts of it that are asked for."""
        for scope in scopes or ("",):
            start = self.root / scope
            if _is_behind_link(self.root, scope):
                _log.debug("not followed, being a link: %s", start)
            elif start.is_dir():
                yield from _walk(str(self.root), f"{scope}/" if scope else "")
            elif start.is_file() and is_source(scope):
                with reading(start):
                    yield scope, start.stat()

    def _hashed(self, path: str) -> SourceFile:
        """Read a file for its id."""
        full = self.root / path
        with reading(full):
            data = full.read_bytes()
        return SourceFile(path, blob_id(data), len(data))


def _walk(root: str, folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Find the source files below a folder; `folder` is "" or ends with a slash."""
    folders = [] if is_hidden(folder) else [folder]
    while folders:
        folder = folders.pop()
        place = f"{root}/{folder}"
        with reading(place), os.scandir(place) as entries:
            for entry in entries:
                name = entry.name
                if name[0] == ".":
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(f"{folder}{name}/")
                elif is_source_name(name) and entry.is_file(follow_symlinks=False):
                    path = folder + name
                    if path.isascii() or _is_utf8(path):
                        yield path, entry.stat(follow_symlinks=False)


def _is_utf8(path: str) -> bool:
    """Tell whether the name of a file can be kept."""
    if path.encode("utf-8", "replace").decode() == path:
        return True
    _log.warning("left out, for its name is not UTF-8: %r", path)
    return False


def _is_behind_link(root: Path, scope: str) -> bool:
    """Tell whether a link stands on the way from the root to a scope."""
    parts = scope.split("/")
    ways = (root.joinpath(*parts[: depth + 1]) for depth in range(len(parts)))
    return bool(scope) and any(way.is_symlink() for way in ways)


def _stamp(status: os.stat_result) -> str:
    """Take what changes when a file does."""
    size, inode = status.st_size, status.st_ino
    return f"{size} {status.st_mtime_ns} {status.st_ctime_ns} {inode}"


def _read_stamps(kept: Path) -> dict[str, tuple[str, str]]:
    """Read what `_render_stamps` wrote; nothing when there is no such."""
    found: dict[str, tuple[str, str]] = {}
    try:
        for stamp, blob, path in _KEPT.findall(kept.read_bytes().decode()):
            found[path] = stamp, blob
    except (OSError, ValueError) as error:
        _log.debug("hashing anew: %s", error)
        return {}
    return found


def _render_stamps(known: dict[str, tuple[str, str]]) -> bytes:
    """Write ids with the stamps under which they hold."""
    return b"".join(
        f"{stamp} {blob}\t{path}\0".encode() for path, (stamp, blob) in known.items()
    )
