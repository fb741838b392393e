"""The kernels that are known without asking a network, and making more so."""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from xref.errors import SourceError
from xref.sources.cache import cached_trees
from xref.sources.clone import STABLE, clone_of, is_address
from xref.sources.home import Home
from xref.sources.places import ArchivePlace, FetchedPlace, GitPlace, place_of
from xref.sources.registry import Registered, register, registered_places
from xref.sources.trees import OnProgress, no_progress
from xref.sources.versions import newest, release_of

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.+-]*")


@dataclass(frozen=True, slots=True)
class KnownKernel:
    """A place that a version can be had from."""

    version: str
    """The newest where there are several; "" where nothing is there."""
    versions: int
    """How many it has."""
    name: str
    """By which ``--kernel`` may call it, or ""."""
    origin: str
    """Where it comes from, for the user."""
    state: str
    """``registered``, ``cached``, or ``gone`` with a place that no longer exists."""
    path: Path | None
    """Where it lies; None for an address of which nothing was fetched."""
    size_bytes: int | None
    """Of its source files; None where they were not counted."""


def known_kernels(home: Home) -> list[KnownKernel]:
    """List what is registered, then what is cached."""
    found = [_registered(entry, home) for entry in registered_places(home)]
    stable = FetchedPlace(STABLE, home)
    if stable.versions():
        row = _repository(stable, "", clone_of(STABLE, home))
        found.append(replace(row, state="cached"))
    found += [
        KnownKernel(
            version=tree.version,
            versions=1,
            name="",
            origin=tree.origin,
            state="cached",
            path=tree.folder,
            size_bytes=tree.size_bytes,
        )
        for tree in cached_trees(home)
    ]
    return found


def add_kernel(
    place: str, *, home: Home, name: str = "", on_progress: OnProgress
) -> KnownKernel:
    """Register a place, after a look that a kernel is there.

    An archive is unpacked into the cache; of an address nothing is fetched yet.

    Args:
        place: a folder, repository, archive, or the address of a repository.
        home: the cache folder.
        name: by which ``--kernel`` may call it; "" for none.
        on_progress: told of unpacking.
    """
    if name and (not _NAME.fullmatch(name) or release_of(name)):
        raise SourceError(
            f"{name!r} cannot name a kernel",
            hint="use letters, digits, _ . + -, and nothing that looks like a version",
        )
    found = place_of(place, home, on_progress)
    if isinstance(found, ArchivePlace):
        found = found.unpacked()
    elif isinstance(found, GitPlace):
        _check_repository(found)
    elif not is_address(place):
        found.versions()
    where = place if is_address(place) else str(Path(place).expanduser().resolve())
    entry = Registered(where, name)
    register(entry, home)
    return _registered(entry, home)


def _check_repository(place: GitPlace) -> None:
    """Make sure that a repository holds a kernel."""
    best = newest(tag for tag in place.versions() if release_of(tag))
    if place.open("HEAD") is None and (best is None or place.open(best) is None):
        raise SourceError(
            f"{place.path} has no commit and no tag of a kernel",
            hint="fetch a tag of Linux into it first",
        )


def _registered(entry: Registered, home: Home) -> KnownKernel:
    """Describe a registered place as it is now."""
    if is_address(entry.place):
        clone = clone_of(entry.place, home)
        place = FetchedPlace(entry.place, home)
        return _repository(place, entry.name, clone if clone.is_dir() else None)
    path = Path(entry.place)
    try:
        found = place_of(entry.place, home, no_progress)
        if isinstance(found, GitPlace):
            return _repository(found, entry.name, path)
        versions = found.versions()
    except SourceError as error:
        return KnownKernel("", 0, entry.name, str(error), "gone", path, None)
    return KnownKernel(
        version=versions[0],
        versions=1,
        name=entry.name,
        origin=found.label,
        state="registered",
        path=path,
        size_bytes=None,
    )


def _repository(
    place: GitPlace | FetchedPlace, name: str, path: Path | None
) -> KnownKernel:
    """Describe a repository."""
    tags = [tag for tag in place.versions() if release_of(tag)]
    return KnownKernel(
        version=newest(tags) or "",
        versions=len(tags),
        name=name,
        origin=place.label,
        state="registered",
        path=path,
        size_bytes=None,
    )
