"""What changed between two indexed kernels, kept with the index of the new one."""

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from xref.changes import ChangeKind, FunctionChange
from xref.pipeline.changes import Changes
from xref.pipeline.questions import ask
from xref.pipeline.texts import Texts
from xref.pipeline.versions import fingerprint

_MAKERS: Final = (
    "analyse/diff/tokens.py",
    "pipeline/changes.py",
    "pipeline/texts.py",
    "pipeline/updates.py",
    "store/reach.py",
)
_INDEXED: Final = "select indexed_at from kernels"


@dataclass(frozen=True, slots=True)
class Update:
    """What became of the files of a kernel."""

    functions: tuple[FunctionChange, ...]
    """By path and line."""
    n_files: int
    """That changed and are in the index of both, or are no code of the other."""
    beside: tuple[str, ...]
    """Files that changed outside of functions."""
    unread: tuple[str, ...]
    """Files that changed, and that the index has of one kernel only."""


def update_between(home: Path, old: Texts, new: Texts) -> Update:
    """The functions of two kernels that are not the same.

    Texts are read and compared at the first time only; the answer belongs to the
    contents of both, and to the times when they were indexed.
    """
    changes = Changes(old, new)
    key = _key(home, (old, new), changes.files)
    kept: Any = new.program.remembered(key)
    if not isinstance(kept, dict):
        functions = changes.functions()
        kept = {
            "functions": [dataclasses.astuple(each) for each in functions],
            "beside": changes.beside,
        }
        new.program.remember(key, kept)
    return Update(
        tuple(map(_restored, kept["functions"])),
        len(changes.files),
        tuple(kept["beside"]),
        tuple(changes.unread),
    )


def _key(home: Path, sides: tuple[Texts, Texts], paths: Sequence[str]) -> str:
    digest = hashlib.sha1(usedforsecurity=False)
    for texts in sides:
        with ask(home, _INDEXED, {}, texts.program.kernel) as found:
            known = [texts.program.kernel, *map(list, found.rows)]
        files = (texts.files.get(path) for path in paths)
        known += [[file.path, file.blob] for file in files if file]
        digest.update(json.dumps(known).encode())
    return f"update {fingerprint(_MAKERS, ())} {digest.hexdigest()}"


def _restored(kept: Sequence[Any]) -> FunctionChange:
    ident, name, kind, path, line, change, old_path = kept
    return FunctionChange(ident, name, kind, path, line, ChangeKind(change), old_path)
