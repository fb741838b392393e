"""A kernel tree to a linked index."""

import re
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from xref.errors import NotFoundError
from xref.pipeline.memory import without_collector
from xref.pipeline.scopes import CODE, Scope, named_scopes, own_places, scope_of
from xref.pipeline.versions import fingerprint
from xref.records import Progress
from xref.sources.home import Home, locked
from xref.sources.trees import KernelTree, no_progress
from xref.store.database import database_path, faults, open_for_reading
from xref.store.health import totals_of
from xref.store.reader import KernelState, kernel_files, kernel_state

OnProgress = Callable[[Progress], None]

_READING: Final = (
    "parse",
    "extract",
    "records.py",
    "spelling.py",
    "store/plain.py",
    "store/rows.py",
    "store/words.py",
)
_CHOOSING: Final = ("link/includes.py", "pipeline/load.py")
"""What decides which headers are read, beside the scope."""
_LINKING: Final = ("link", "pipeline/linking.py")


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """How to index."""

    scopes: tuple[str, ...] = ("core",)
    """Names in ``data/scopes.toml``, folders, files; none is the whole tree."""
    arch: str = "x86"
    """The folder under ``arch/`` that names mean first."""
    processes: int = 2
    cluster: str = ""
    """``dask://HOST:PORT`` of the machines that read; "" for this one."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What indexing a kernel did."""

    n_files: int
    """Of the kernel, those that were there before too."""
    size_bytes: int
    error_bytes: int
    """Of these, within what could not be read."""
    n_new: int
    """Contents that were read now."""
    new_bytes: int
    n_facts: int
    """Rows that were written for them."""
    index_bytes: int
    """Of the whole index now."""
    seconds: float
    missing: tuple[str, ...]
    """Idioms that the kernel has nothing of, see `health.missing_models`."""


def index(
    home: Path,
    tree: KernelTree,
    options: IndexOptions | None = None,
    on_progress: OnProgress = no_progress,
) -> "Indexed | None":
    """Read, store and link what the index lacks of a kernel.

    What was written before a stop is not read again.  A kernel whose scopes are
    complete and whose content cannot have changed costs a look at the index.

    Args:
        home: the cache folder.
        tree: the kernel.
        options: which part of it.
        on_progress: told how many bytes are read, and the steps of linking.

    Returns:
        What was done; None when the index lacked nothing.

    Raises:
        SourceError: the tree cannot be read.
        StoreError: the index cannot be written.
        NotFoundError: the tree has no such folder or file.
    """
    options = _cleaned(options or IndexOptions(), tree)
    path = database_path(home)
    if _missing(path, tree, options).is_nothing:
        return None
    began = time.monotonic()
    there = Home(home)
    with (
        locked(there, "index", is_shared=True),
        locked(there, _lock_of(tree.version), f"indexes {tree.version}"),
    ):
        missing = _missing(path, tree, options)  # another process may have been at it
        if missing.is_nothing:
            return None
        # Both take time to load, and most questions lack nothing.
        from xref.pipeline.health import missing_models  # noqa: PLC0415
        from xref.pipeline.renewal import Wanted, renewed  # noqa: PLC0415

        wanted = Wanted(
            None if missing.is_read else missing.scope,
            *(options.arch, options.processes, options.cluster),
            *(_reader(), _chooser(), _linker()),
        )
        loaded = renewed(path, tree, wanted, on_progress)
        idle = missing_models(home, tree.version)
    n_files, size_bytes, error_bytes = totals_of(path, tree.version)
    return Indexed(
        n_files,
        size_bytes,
        error_bytes,
        *loaded,
        path.stat().st_size,
        time.monotonic() - began,
        idle,
    )


@dataclass(frozen=True, slots=True)
class _Missing:
    """What the index lacks of a kernel."""

    scope: Scope
    is_read: bool
    is_linked: bool

    @property
    def is_nothing(self) -> bool:
        return self.is_read and self.is_linked


def _missing(path: Path, tree: KernelTree, options: IndexOptions) -> _Missing:
    state = _state(path, tree.version)
    scope = scope_of(_names(state, options))
    if state is None or state.reader != _chooser():
        return _Missing(scope, is_read=False, is_linked=False)
    is_read = _is_same(path, state, tree, options, scope)
    return _Missing(scope, is_read, is_linked=state.linker == _linker())


def _lock_of(version: str) -> str:
    """The name of the lock for one kernel."""
    return f"index-{re.sub('[^-+.@_A-Za-z0-9]', '_', version)}"


def _reader() -> int:
    return fingerprint(_READING, ("lexicon.toml",))


def _chooser() -> int:
    return fingerprint((*_READING, *_CHOOSING), ("lexicon.toml",))


def _linker() -> int:
    return fingerprint((*_READING, *_LINKING), ("lexicon.toml", "models.toml"))


def _cleaned(options: IndexOptions, tree: KernelTree) -> IndexOptions:
    """The options with folders as paths; each must have something to read."""
    scopes = tuple(PurePosixPath(name).as_posix() for name in options.scopes)
    for place in own_places(scopes):
        if not any(file.path.endswith(CODE) for file in tree.files((place,))):
            raise NotFoundError(
                f"{tree.version} has no code in {place!r}",
                hint=f"scopes are {', '.join(named_scopes())} and folders: net/ipv4",
            )
    return replace(options, scopes=scopes)


def _state(path: Path, version: str) -> KernelState | None:
    if not path.exists():
        return None
    with closing(open_for_reading(path)) as connection, faults(path):
        return kernel_state(connection, version)


def _names(state: KernelState | None, options: IndexOptions) -> tuple[str, ...]:
    """The scopes that will be complete: what is there stays."""
    asked = options.scopes or ("all",)
    return tuple(sorted({*asked, *(state.scopes if state else ())}))


def _is_same(
    path: Path,
    state: KernelState,
    tree: KernelTree,
    options: IndexOptions,
    scope: Scope,
) -> bool:
    """Say whether the index holds what would be read now."""
    if state.arch != options.arch or set(state.scopes) != set(scope.names):
        return False
    if tree.is_fixed:
        return state.key == tree.key
    with closing(open_for_reading(path)) as connection, faults(path):
        known = kernel_files(connection, state.id)
    with without_collector():
        listed = {file.path: file.blob for file in tree.files(scope.places)}
    return all(listed.get(path) == blob for path, blob in known.items()) and not any(
        path.endswith(CODE) and scope.wants(path) for path in listed.keys() - known
    )
