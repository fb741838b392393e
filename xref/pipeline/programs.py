"""Open an indexed kernel for the stages that ask."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from xref.errors import StoreError
from xref.link.scopes import Candidate, Scopes
from xref.pipeline.scopes import separate_folders
from xref.pipeline.versions import fingerprint
from xref.program import FunctionEntry, ObjectEntry, StructEntry
from xref.records import FunctionKind
from xref.store.database import database_path, faults, open_for_reading
from xref.store.program import IndexedProgram, Picker
from xref.store.reader import KernelState, SeenFiles, kernel_state

_MAKERS: Final = (
    "answers.py",
    "extract",
    "link",
    "parse",
    "pipeline/kept.py",
    "pipeline/paths.py",
    "pipeline/programs.py",
    "pipeline/scopes.py",
    "program.py",
    "records.py",
    "resolve",
    "spelling.py",
    "store/definitions.py",
    "store/entries.py",
    "store/program.py",
    "store/reader.py",
    "store/rows.py",
)
"""An answer that one of these modules may have shaped is old when it changes."""
_SURE_WEIGHT: Final = 1 << 20


def open_program(home: Path, version: str) -> IndexedProgram:
    """Open a kernel of the index.

    Args:
        home: the cache folder.
        version: exact, as ``kernels`` lists it.

    Raises:
        StoreError: there is no index, or this kernel is not in it.
    """
    path = database_path(home)
    with closing(open_for_reading(path)) as connection, faults(path):
        state = kernel_state(connection, version)
    if state is None or not state.linker:
        raise StoreError(
            f"{version} is not indexed", hint=f"run: xref index --kernel {version}"
        )
    maker = fingerprint(_MAKERS, ("models.toml", "scopes.toml"))
    return IndexedProgram(path, state, _picker, maker)


def _picker(seen: SeenFiles, state: KernelState) -> Picker:
    paths = seen.paths
    number_of = {path: n for n, path in enumerate(paths)}
    scopes = Scopes(
        paths, state.arch, separate_folders(paths), seen.sees, seen.includers
    )
    kept: dict[tuple[str, tuple[int, ...]], tuple[Any, ...]] = {}

    def candidate(entry: Any) -> Candidate:  # noqa: ANN401  # any of program.Entry
        return Candidate(
            number_of[entry.path],
            is_global=_is_global(entry),
            hides=not entry.guard and not getattr(entry, "extern", False),
            weight=_weight(entry),
            declares=getattr(entry, "extern", False),
        )

    def pick(entries: Sequence[Any], path: str) -> tuple[Any, ...]:
        # Entries live as long as the program, so their addresses stand for them.
        key = (path, tuple(map(id, entries)))
        found = kept.get(key)
        if found is None:
            numbers = scopes.pick([candidate(e) for e in entries], number_of[path])
            found = kept[key] = tuple(entries[n] for n in numbers)
        return found

    return pick


def _is_global(entry: object) -> bool:
    if isinstance(entry, FunctionEntry):
        return not entry.static and entry.kind is not FunctionKind.MACRO
    return isinstance(entry, ObjectEntry) and not (entry.static or entry.extern)


def _weight(entry: object) -> int:
    if isinstance(entry, FunctionEntry):
        return entry.size
    if isinstance(entry, ObjectEntry):
        return 0 if entry.extern else _SURE_WEIGHT
    return len(entry.fields) if isinstance(entry, StructEntry) else 0
