"""Remove a kernel: from the index, and what was unpacked of it."""

from dataclasses import dataclass
from pathlib import Path

from xref.errors import NotFoundError
from xref.pipeline.questions import indexed
from xref.sources import Home, cached_versions, forget_cached, locked
from xref.sources.versions import near_versions
from xref.store.database import database_path
from xref.store.forgetting import Forgotten, forget_kernel


@dataclass(frozen=True, slots=True)
class Freed:
    """What went with a kernel."""

    blobs: int
    """Contents of the index that no other kernel has."""
    index_bytes: int
    source_bytes: int
    """Of the source that was unpacked into the cache folder."""


def forget(home: Path, version: str) -> Freed:
    """Remove a kernel; what other kernels share stays.

    Args:
        home: the cache folder.
        version: exact; nothing is taken for another here.

    Raises:
        NotFoundError: it is neither indexed nor unpacked; hints name near ones.
    """
    path = database_path(home)
    known = [str(row[0]) for row in indexed(home)]
    there = Home(home)
    cached = cached_versions(there)
    if version not in {*known, *cached}:
        near = near_versions(version, (*known, *cached))
        hint = f"there are {', '.join(near)}" if near else "see: xref kernels"
        raise NotFoundError(f"{version} is neither indexed nor unpacked", hint=hint)
    gone = Forgotten(0, 0)
    with locked(there, "index"):
        if version in known:
            gone = forget_kernel(path, version) or gone
        freed = forget_cached(there, version)
    return Freed(gone.blobs, gone.freed_bytes, freed)
