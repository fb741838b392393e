"""Places that hold kernels, one class a kind, all with the same three methods."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from xref.errors import SourceError
from xref.sources.archive import unpacked_archive
from xref.sources.cache import CachedTree, open_cached
from xref.sources.clone import clone_of, fetch_tag, is_address, offered_tags
from xref.sources.folder import folder_version, open_folder
from xref.sources.git import git_dir_of, open_commit, tags_of
from xref.sources.home import Home
from xref.sources.package import Package, offered_packages, unpacked_package
from xref.sources.trees import KernelTree, OnProgress
from xref.sources.versions import is_point_release, is_same_release, newest


class Place(Protocol):
    """Where kernels may be found."""

    @property
    def label(self) -> str:
        """Say what it is, for the user."""

    def versions(self) -> Sequence[str]:
        """List what it offers; may ask a network."""

    def open(self, asked: str) -> KernelTree | None:
        """Open exactly what is asked for; None when it is not there."""


def place_of(text: str, home: Home, on_progress: OnProgress) -> Place:
    """Find out what kind of place the user means.

    Args:
        text: a folder, a repository, an archive, or the address of a repository.
        home: the cache folder.
        on_progress: told of unpacking and fetching.
    """
    if text.startswith("-"):
        raise SourceError(f"{text!r} is no place: it looks like an option")
    if is_address(text):
        return ClonePlace(text, home, on_progress)
    if "://" in text or "::" in text:
        raise SourceError(
            f"{text} is no address that xref fetches from",
            hint="use one that begins with https:// git:// ssh:// or file://",
        )
    path = Path(text).expanduser().absolute()
    if path.is_file():
        return ArchivePlace(path, home, on_progress)
    if not path.is_dir():
        raise SourceError(
            f"{text} does not exist", hint="give a folder, repository or archive"
        )
    git_dir = git_dir_of(path)
    if git_dir is None:
        return FolderPlace(path, home)
    return GitPlace(path, git_dir, home)


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A plain folder with one kernel."""

    path: Path
    home: Home

    @property
    def label(self) -> str:
        """Say what it is, for the user."""
        return f"the folder {self.path}"

    def versions(self) -> Sequence[str]:
        """List the one version that its Makefile names."""
        return (folder_version(self.path),)

    def open(self, asked: str) -> KernelTree | None:
        """Open it if it is what is asked for; "" is whatever it is."""
        tree = open_folder(self.path, self.home)
        if asked and not is_same_release(tree.version, asked):
            return None
        tree.asked = asked or tree.version
        return tree


@dataclass(frozen=True, slots=True)
class GitPlace:
    """A repository, and its work tree if it has one."""

    path: Path
    git_dir: Path
    home: Home

    @property
    def label(self) -> str:
        """Say what it is, for the user."""
        return f"the repository {self.path}"

    def versions(self) -> Sequence[str]:
        """List its tags."""
        return tags_of(self.git_dir)

    def open(self, asked: str) -> KernelTree | None:
        """Open a tag, branch or commit; "" is the work tree, or HEAD without one."""
        if asked:
            return open_commit(self.git_dir, asked, self.home)
        if (self.path / "Makefile").is_file():
            return FolderPlace(self.path, self.home).open("")
        tree = open_commit(self.git_dir, "HEAD", self.home)
        if tree is None:
            raise SourceError(
                f"{self.path} has no commit at HEAD",
                hint="say which version: --kernel v6.1",
            )
        tree.asked = tree.version
        return tree


@dataclass(frozen=True, slots=True)
class CachedPlace:
    """An unpacked tree in the cache."""

    tree: CachedTree

    @property
    def label(self) -> str:
        """Say what it is, for the user."""
        return self.tree.origin

    def versions(self) -> Sequence[str]:
        """List its one version."""
        return (self.tree.version,)

    def open(self, asked: str) -> KernelTree | None:
        """Open it if it is what is asked for; "" is whatever it is."""
        if asked and not is_same_release(self.tree.version, asked):
            return None
        return open_cached(self.tree, asked or self.tree.version)


@dataclass(frozen=True, slots=True)
class ArchivePlace:
    """An archive, unpacked into the cache when first asked."""

    path: Path
    home: Home
    on_progress: OnProgress

    @property
    def label(self) -> str:
        """Say what it is, for the user."""
        return f"the archive {self.path}"

    def versions(self) -> Sequence[str]:
        """List its one version."""
        return self.unpacked().versions()

    def open(self, asked: str) -> KernelTree | None:
        """Open it if it is what is asked for; "" is whatever it is."""
        return self.unpacked().open(asked)

    def unpacked(self) -> CachedPlace:
        """Unpack it, unless that was done before."""
        return CachedPlace(unpacked_archive(self.path, self.home, self.on_progress))


@dataclass(frozen=True, slots=True)
class FetchedPlace:
    """The tags that were fetched of a repository elsewhere."""

    url: str
    home: Home

    @property
    def label(self) -> str:
        """Say what it is, for the user."""
        return f"the clone of {self.url}"

    def versions(self) -> Sequence[str]:
        """List the tags; no network is asked."""
        folder = clone_of(self.url, self.home)
        return tags_of(folder) if folder.is_dir() else ()

    def open(self, asked: str) -> KernelTree | None:
        """Open a tag."""
        folder = clone_of(self.url, self.home)
        tree = open_commit(folder, asked, self.home) if folder.is_dir() else None
        if tree is not None:
            tree.origin = f"{tree.version} of {self.url}"
        return tree


@dataclass(slots=True)
class ClonePlace:
    """A repository elsewhere, of which the tags asked for are fetched."""

    url: str
    home: Home
    on_progress: OnProgress
    offered: tuple[str, ...] | None = None

    @property
    def label(self) -> str:
        """Say what it is, for the user."""
        return self.url

    def versions(self) -> Sequence[str]:
        """Ask for the tags it offers."""
        if self.offered is None:
            self.offered = offered_tags(self.url)
        return self.offered

    def open(self, asked: str) -> KernelTree | None:
        """Open a tag, fetched now if it was not before."""
        if not asked:
            raise SourceError(
                f"{self.url} has many versions", hint="say which: --kernel v6.1"
            )
        fetched = FetchedPlace(self.url, self.home)
        tree = fetched.open(asked)
        if tree is not None:
            return tree
        same = [tag for tag in self.versions() if is_same_release(tag, asked)]
        if not same:
            return None
        tag = asked if asked in same else same[0]
        fetch_tag(self.url, tag, self.home, self.on_progress)
        return fetched.open(tag)


@dataclass(slots=True)
class PackagePlace:
    """The source packages of the distribution."""

    home: Home
    on_progress: OnProgress
    offered: tuple[Package, ...] | None = None

    @property
    def label(self) -> str:
        """Say what it is, for the user."""
        return "the distribution's packages"

    def versions(self) -> Sequence[str]:
        """Ask for the versions it offers."""
        if self.offered is None:
            self.offered = offered_packages(self.home, self.on_progress)
        return tuple(package.release for package in self.offered)

    def open(self, asked: str) -> KernelTree | None:
        """Open a version, fetched and unpacked now if it was not before."""
        self.versions()
        for package in self.offered or ():
            if is_same_release(package.release, asked):
                tree = unpacked_package(package, self.home, self.on_progress)
                return open_cached(tree, asked)
        return None


def open_best(place: Place, asked: str) -> KernelTree | None:
    """Open what is asked for, or the newest release that may stand for it."""
    tree = place.open(asked)
    if tree is None and asked:
        may = (
            version for version in place.versions() if is_point_release(version, asked)
        )
        best = newest(may)
        tree = None if best is None else place.open(best)
    if tree is not None:
        tree.asked = asked or tree.version
    return tree
