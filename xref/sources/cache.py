"""Unpacked trees in the cache folder: complete ones only, each a few files.

``trees/VERSION-KEY/`` holds ``contents`` (all contents, one behind the other),
``index`` (where each is, by its id), ``listing`` (as ``git ls-tree`` prints it) and
``about.json``.  One file for all contents, for to make 61,000 files took 4 to 18 s
here and to append them 2 s; and some systems know no upper and lower case.
A tree is made in a folder whose name begins with ``.new-``, and gets its name when
it is complete.
"""

import json
import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from xref.errors import SourceError
from xref.records import SourceFile
from xref.sources.blobs import blob_id, clean_scopes, kept_files, render_listing
from xref.sources.contents import ContentsReader, ContentsWriter
from xref.sources.home import Home, reading, write_file, writing
from xref.sources.trees import BlobReader, KernelTree
from xref.sources.versions import makefile_version

_log = logging.getLogger("xref.sources")


@dataclass(frozen=True, slots=True)
class CachedTree:
    """What ``about.json`` says of an unpacked tree."""

    folder: Path
    version: str
    origin: str
    """Where it comes from, for the user."""
    sources: tuple[str, ...]
    """What it was made of, for finding it again; see `archive_source`."""
    key: str
    size_bytes: int


def cached_trees(home: Home) -> tuple[CachedTree, ...]:
    """List the trees in the cache, by name."""
    found = []
    for about in sorted(home.trees.glob("[!.]*/about.json")):
        try:
            found.append(_read_about(about))
        except (OSError, ValueError, TypeError, KeyError) as error:
            _log.warning("passed over: %s: %s", about, error)
    return tuple(found)


def cached_versions(home: Home) -> tuple[str, ...]:
    """The versions of the trees in the cache."""
    return tuple(tree.version for tree in cached_trees(home))


def forget_cached(home: Home, version: str) -> int:
    """Remove the trees of exactly this version; how many bytes that frees."""
    freed = 0
    for tree in cached_trees(home):
        if tree.version == version:
            gone = home.trees / f".new-gone-{os.getpid()}-{tree.folder.name}"
            with writing(home.trees):
                tree.folder.rename(gone)  # at once, so that nobody opens a half
                shutil.rmtree(gone)
            freed += tree.size_bytes
    return freed


def open_cached(cached: CachedTree, asked: str) -> KernelTree:
    """Open a tree of the cache."""
    return KernelTree(
        version=cached.version,
        asked=asked,
        origin=cached.origin,
        key=cached.key,
        is_fixed=True,
        content=CachedContent(cached.folder),
    )


@dataclass(frozen=True, slots=True)
class CachedContent:
    """The files of an unpacked tree, as its list says."""

    folder: Path

    def files(self, scopes: Sequence[str]) -> tuple[SourceFile, ...]:
        """List the files that xref reads, by path."""
        with reading(self.folder):
            listing = (self.folder / "listing").read_bytes()
        return tuple(kept_files(listing, clean_scopes(scopes)))

    def reader(self) -> BlobReader:
        """Make a reader of the tree."""
        return ContentsReader(self.folder)


@dataclass(slots=True)
class NewTree:
    """A tree that is being unpacked."""

    folder: Path
    contents: ContentsWriter
    _files: dict[str, SourceFile] = field(default_factory=dict)
    _versions: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, data: bytes) -> None:
        """Add a file; a later one of the same path replaces it.

        Args:
            path: a clean relative path that `is_source` accepts.
            data: its content.
        """
        top, _, name = path.rpartition("/")
        if name == "Makefile" and "/" not in top:
            version = makefile_version(data)
            if version is not None:
                self._versions[top] = version
        file = SourceFile(path, blob_id(data), len(data))
        with writing(self.folder):
            self.contents.append(file.blob, data)
        self._files[path] = file

    def copy(self, path: str, other: str) -> None:
        """Add a file with the content of another, if that one was added."""
        known = self._files.get(other)
        if known is None:
            _log.warning("left out, a link to what is not there: %s", path)
        else:
            self._files[path] = replace(known, path=path)

    def finish(self, home: Home, origin: str, source: str) -> CachedTree:
        """Give the complete tree its place in the cache.

        Args:
            home: the cache folder.
            origin: where it comes from, for the user.
            source: what it was made of, for finding it again.
        """
        if not self._versions:
            raise SourceError(
                f"{origin} holds no kernel: no Makefile with VERSION and PATCHLEVEL",
                hint="give an archive of the kernel's source",
            )
        top = min(self._versions)
        files = self._below(f"{top}/" if top else "")
        listing = render_listing(files)
        key = sha256(listing).hexdigest()[:40]
        about = CachedTree(
            folder=home.trees / f"{self._versions[top]}-{key[:12]}",
            version=self._versions[top],
            origin=origin,
            sources=(source,),
            key=key,
            size_bytes=sum(file.size_bytes for file in files),
        )
        with writing(home.trees):
            self.contents.finish()
            (self.folder / "listing").write_bytes(listing)
            (self.folder / "about.json").write_bytes(_render_about(about))
            return _placed(self.folder, about)

    def _below(self, prefix: str) -> list[SourceFile]:
        """List the files of the kernel itself, with paths from its top."""
        return sorted(
            (
                replace(file, path=path.removeprefix(prefix))
                for path, file in self._files.items()
                if path.startswith(prefix)
            ),
            key=lambda file: file.path,
        )


@contextmanager
def new_tree(home: Home) -> Iterator[NewTree]:
    """Make a folder to unpack into; what is not finished in the block is removed."""
    with writing(home.trees):
        home.trees.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(home)
        folder = home.trees / f".new-{os.getpid()}-{os.urandom(4).hex()}"
        folder.mkdir()
    try:
        with writing(folder):
            contents = ContentsWriter(folder)
        with contents:
            yield NewTree(folder, contents)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def archive_source(path: Path) -> str:
    """Identify a file by place, size and time, so that it is unpacked once."""
    with reading(path):
        status = path.stat()
    return f"archive:{path.resolve()}:{status.st_size}:{status.st_mtime_ns}"


def _placed(made: Path, about: CachedTree) -> CachedTree:
    """Move a tree to its name, unless the same content is there already."""
    try:
        made.rename(about.folder)
    except OSError:
        there = about.folder / "about.json"
        if not there.is_file():
            raise
        old = _read_about(there)
        sources = tuple(dict.fromkeys((*old.sources, *about.sources)))
        about = replace(old, sources=sources)
        write_file(there, _render_about(about))
    return about


def _read_about(about: Path) -> CachedTree:
    """Read what `_render_about` wrote."""
    facts = json.loads(about.read_bytes())
    facts["sources"] = tuple(facts["sources"])
    return CachedTree(folder=about.parent, **facts)


def _render_about(cached: CachedTree) -> bytes:
    """Write what is known of a tree, as JSON."""
    facts = asdict(cached)
    del facts["folder"]
    return json.dumps(facts, indent=1).encode()


def _remove_leftovers(home: Home) -> None:
    """Remove what processes left behind that were killed while unpacking."""
    for folder in home.trees.glob(".new-*"):
        process = folder.name.split("-")[1]
        if process.isdigit() and not _is_running(int(process)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: int) -> bool:
    """Tell whether a process exists."""
    with suppress(ProcessLookupError):
        try:
            os.kill(process, 0)
        except PermissionError:
            return True
        return True
    return False
