"""From what the user calls a kernel to a tree that can be read.

Asked in this order: what is registered, what is cached, the clones of registered
addresses, kernel.org's stable repository, the distribution's packages.  In each, the
very version first, then the newest point release of its series.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from xref.errors import SourceError
from xref.sources.cache import cached_trees
from xref.sources.clone import STABLE, is_address
from xref.sources.home import Home
from xref.sources.places import (
    ArchivePlace,
    CachedPlace,
    ClonePlace,
    FetchedPlace,
    FolderPlace,
    GitPlace,
    PackagePlace,
    Place,
    open_best,
    place_of,
)
from xref.sources.registry import registered_places
from xref.sources.trees import KernelTree, OnProgress, UnreachableError, no_progress
from xref.sources.versions import (
    is_point_release,
    near_versions,
    newest,
    release_of,
)

_log = logging.getLogger("xref.sources")
_ORIGIN = re.compile(r"the folder (/.+)|[^/]+ in the repository (/.+)")
_NAME = re.compile(r"[A-Za-z0-9_][\w./+~^@{}-]*", re.ASCII)


def open_kernel(
    asked: str | None, *, home: Home, tree: str | None = None, on_progress: OnProgress
) -> KernelTree:
    """Open a kernel; close it when it is read.

    Args:
        asked: a version (``v6.1``, ``6.1.192``), the name of a registered place, or
            in a repository any tag, branch or commit.  None is what `tree` holds, or
            the newest kernel that is registered or cached.
        home: the cache folder.
        tree: a place to use instead of searching; see `place_of`.
        on_progress: told of fetching and unpacking.

    Raises:
        SourceError: there is no such kernel, or it cannot be read.
    """
    if asked is not None and not _NAME.fullmatch(asked):
        raise SourceError(
            f"{asked!r} cannot be the name of a kernel",
            hint="give a version such as v6.1, a tag, branch or commit; "
            "a place goes behind --tree",
        )
    if tree is not None:
        return _open_given(place_of(tree, home, on_progress), asked or "")
    search = _Search(home, on_progress)
    if asked is None:
        asked = search.newest_local()
    return search.named(asked) or search.local(asked) or search.remote(asked)


def open_local(asked: str, *, home: Home) -> KernelTree | None:
    """Open a kernel that needs no network, or None; see `open_kernel`."""
    if not _NAME.fullmatch(asked):
        return None
    search = _Search(home, no_progress)
    return search.named(asked) or search.local(asked)


def open_origin(origin: str, version: str, *, home: Home) -> KernelTree | None:
    """Open a kernel where it once was, or None.

    Args:
        origin: of the tree that it was, see `KernelTree`; what is in the cache or needs
            a network is not found by it.
        version: exact.
        home: the cache folder.
    """
    found = _ORIGIN.fullmatch(origin)
    if found is None:
        return None
    with suppress(SourceError):  # it is gone, or holds another kernel now
        place = place_of(found[1] or found[2], home, no_progress)
        return _open_given(place, version)
    return None


def _open_given(place: Place, asked: str) -> KernelTree:
    """Open what is asked for in the place that the user has given."""
    tree = open_best(place, asked)
    if tree is None and isinstance(place, GitPlace):
        with suppress(SourceError):  # a work tree may hold what no commit does
            tree = open_best(FolderPlace(place.path, place.home), asked)
    if tree is not None:
        return tree
    versions = place.versions()
    near = near_versions(asked, versions)
    holds = f"it holds {versions[0]}" if len(versions) == 1 else "no such version"
    raise SourceError(
        f"no kernel {asked} in {place.label}: {holds}",
        hint=f"try --kernel {' or '.join(near)}" if near else "leave --kernel out",
    )


class _Search:
    """One search, which remembers what could not be asked."""

    def __init__(self, home: Home, on_progress: OnProgress) -> None:
        self.home, self.on_progress = home, on_progress
        self.faults: list[str] = []
        self.known: list[str] = []

    def newest_local(self) -> str:
        """Find the newest version that needs no network."""
        for place in self._local():
            with self._passing_over(SourceError):
                self.known += place.versions()
        best = newest(version for version in self.known if release_of(version))
        if best is None:
            raise SourceError("no kernel is known yet", hint="say which: --kernel v6.1")
        return best

    def named(self, asked: str) -> KernelTree | None:
        """Open the registered place of this name."""
        for entry in registered_places(self.home):
            if entry.name == asked:
                place = place_of(entry.place, self.home, self.on_progress)
                tree = place.open("")
                if tree is not None:
                    tree.asked = asked
                return tree
        return None

    def local(self, asked: str) -> KernelTree | None:
        """Find a version where no network is needed: the very one, or a point release.

        Of point releases the newest of all places is taken.
        """
        points: dict[str, Place] = {}
        for place in self._local():
            with self._passing_over(SourceError):
                tree = place.open(asked)
                if tree is not None:
                    return self._told(tree)
                for version in place.versions():
                    self.known.append(version)
                    if is_point_release(version, asked):
                        points.setdefault(version, place)
        best = newest(points)
        tree = None if best is None else points[best].open(best)
        if tree is not None:
            tree.asked = asked
            return self._told(tree)
        return None

    def remote(self, asked: str) -> KernelTree:
        """Find a version in repositories elsewhere and among packages."""
        for place in self._remote(asked):
            with self._passing_over(UnreachableError):
                tree = open_best(place, asked)
                if tree is not None:
                    return self._told(tree)
                self.known += place.versions()
        near = near_versions(asked, self.known)
        faults = "".join(f"; {fault}" for fault in self.faults)
        raise SourceError(
            f"no kernel {asked} is registered, cached or offered{faults}",
            hint=f"known are {', '.join(near)}; or give its place: --tree PATH"
            if near
            else "give its place: --tree PATH",
        )

    def _local(self) -> list[Place]:
        """List the places that need no network; note those that are gone."""
        found: list[Place] = []
        for entry in registered_places(self.home):
            with self._passing_over(SourceError):
                found += _places_at(entry.place, self.home)
        found += map(CachedPlace, cached_trees(self.home))
        found.append(FetchedPlace(STABLE, self.home))
        return found

    def _remote(self, asked: str) -> list[Place]:
        """List the places that are asked over a network."""
        entries = registered_places(self.home)
        urls = [entry.place for entry in entries if is_address(entry.place)]
        if release_of(asked) is None:
            return [ClonePlace(url, self.home, self.on_progress) for url in urls]
        urls = list(dict.fromkeys((*urls, STABLE)))
        clones = [ClonePlace(url, self.home, self.on_progress) for url in urls]
        return [*clones, PackagePlace(self.home, self.on_progress)]

    @contextmanager
    def _passing_over(self, kind: type[SourceError]) -> Iterator[None]:
        """Note an error of this kind, so that the search goes on behind the block."""
        try:
            yield
        except kind as error:
            self.faults.append(str(error))
            _log.info("passed over: %s", error)

    def _told(self, tree: KernelTree) -> KernelTree:
        """Hand on to the user what could not be asked."""
        tree.notes = tuple(dict.fromkeys(self.faults))
        return tree


def _places_at(place: str, home: Home) -> list[Place]:
    """List what a registered place offers without a network and without unpacking."""
    if is_address(place):
        return [FetchedPlace(place, home)]
    found = place_of(place, home, no_progress)
    return [] if isinstance(found, ArchivePlace) else [found]  # it is in the cache
