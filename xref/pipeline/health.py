"""Whether an index is sound, and how well a kernel was read."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from xref.data_files import read_data
from xref.errors import StoreError
from xref.store.database import database_path, faults, open_for_reading
from xref.store.health import (
    calls_by_file,
    damage_of,
    dangling_rows,
    defined_names,
    shares,
)
from xref.store.reader import kernel_state

_LIMITS: Final[dict[str, tuple[float, float]]] = {
    "bytes that could not be read": (0.0, 0.03),
    "calls by name whose target is known": (0.7, 1.0),
    "pointer calls whose receiver has a type": (0.7, 1.0),
}
"""Least and greatest share: what a reader that went astray does not reach."""
_MODELS_LEAST: Final = 0.5
_FEW_FUNCTIONS: Final = 100
_FEW_CALLS: Final = 5
"""A folder whose functions call that many times less than those beside it is odd."""
_ODD_MOST: Final = 0.05
"""Some are rightly so, being tables: more are a sign that bodies were lost."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    kernel: str
    """"" for the file itself."""
    check: str
    found: str
    is_good: bool
    note: str


def checkup(home: Path, version: str) -> Iterator[Finding]:
    """Check an index, and one kernel of it.

    Args:
        home: the cache folder.
        version: exact; it may be unfinished.

    Raises:
        StoreError: there is no index, or this kernel is not in it.
    """
    path = database_path(home)
    with closing(open_for_reading(path)) as connection, faults(path):
        damage = damage_of(connection)
        size = f"{path.stat().st_size / 1e6:.0f} MB"
        yield Finding("", "the file is whole", size, not damage, "; ".join(damage))
        if damage:
            return
        state = kernel_state(connection, version)
        if state is None:
            raise StoreError(f"{version} is not indexed", hint="see: xref kernels")
        note = "" if state.linker else f"run: xref index --kernel {version}"
        parts = " ".join(state.scopes)
        yield Finding(version, "indexed to the end", parts, bool(state.linker), note)
        for title, count in dangling_rows(connection, state.id).items():
            yield Finding(version, f"no {title}", str(count), not count, "")
        for title, (part, whole) in shares(connection, state.id).items():
            least, most = _LIMITS[title]
            share = part / whole if whole else least
            wanted = f"{least:.0%} to {most:.0%} of {whole:,}"
            is_good = least <= share <= most
            yield Finding(version, title, f"{share:.1%}", is_good, wanted)
        models = _models()
        known = {name for names in models for name in names}
        missing = _without(models, defined_names(connection, state.id, known))
        found = f"{len(models) - len(missing)} of {len(models)}"
        is_good = len(missing) <= len(models) * (1 - _MODELS_LEAST)
        yield Finding(
            version, "models with an anchor", found, is_good, ", ".join(missing)
        )
        odd, n_folders = _odd_folders(calls_by_file(connection, state.id))
        found, is_good = f"{len(odd)} of {n_folders}", len(odd) <= n_folders * _ODD_MOST
        note = ", ".join(odd)
        yield Finding(version, "folders that call little", found, is_good, note)


def missing_models(home: Path, version: str) -> tuple[str, ...]:
    """The idioms of ``data/models.toml`` that a kernel defines nothing for.

    They explain nothing there; what the kernel has instead is read as it is written.
    Each is called by its first name.
    """
    path = database_path(home)
    models = _models()
    known = {name for names in models for name in names}
    with closing(open_for_reading(path)) as connection, faults(path):
        state = kernel_state(connection, version)
        if state is None:
            return ()
        return _without(models, defined_names(connection, state.id, known))


def _models() -> list[tuple[str, ...]]:
    """The names of each model; what compilers define needs no anchor."""
    return [
        tuple(model["names"])
        for model in tomllib.loads(read_data("models.toml"))["model"]
    ]


def _without(models: list[tuple[str, ...]], defined: set[str]) -> tuple[str, ...]:
    return tuple(names[0] for names in models if not defined.intersection(names))


def _odd_folders(files: list[tuple[str, int, int]]) -> tuple[tuple[str, ...], int]:
    """Folders whose functions call far less than their neighbours'; of how many."""
    functions: defaultdict[str, int] = defaultdict(int)
    calls: defaultdict[str, int] = defaultdict(int)
    for path, n_functions, n_calls in files:
        folder = path.rpartition("/")[0]
        functions[folder] += n_functions
        calls[folder] += n_calls
    shares: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for folder, many in functions.items():
        if many >= _FEW_FUNCTIONS:
            shares[folder.rpartition("/")[0]][folder] = calls[folder] / many
    odd = tuple(
        folder
        for beside in shares.values()
        for folder, share in beside.items()
        if share * _FEW_CALLS < median(beside.values())
    )
    return odd, sum(map(len, shares.values()))
