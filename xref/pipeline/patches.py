"""Which functions of an indexed kernel a patch changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from xref.analyse.diff.patch import FilePatch, file_patches, is_patch, patched_lines
from xref.analyse.diff.tokens import parts_of, without_comments
from xref.changes import ChangeKind, FunctionChange
from xref.data_files import read_data
from xref.errors import QueryError
from xref.parse.lexicon import lexicon_of
from xref.pipeline.changes import Changes, Functions
from xref.pipeline.scopes import CODE
from xref.pipeline.texts import Texts
from xref.pipeline.workers import facts_of_content
from xref.records import BlobFacts, FunctionKind, SourceFile
from xref.sources.blobs import blob_id
from xref.store.reach import DefinedFunction

_NEW: Final = -1
"""In place of the id of a function that the index lacks."""

UNINDEXED: Final = "is not in the index"
"""Why a file cannot be patched."""


@dataclass(frozen=True, slots=True)
class Patched:
    """What a patch does to an indexed kernel."""

    changes: tuple[FunctionChange, ...]
    callers: Mapping[str, frozenset[tuple[str, str]]]
    """By the name of a function that is added: names and files of what calls it."""
    files: int
    beside: tuple[str, ...]
    unknown: tuple[str, ...]


def patched(texts: Texts, patch: str) -> Patched:
    """The functions whose code a patch changes, adds or takes away.

    Raises:
        QueryError: the text holds no patch.
    """
    patches = file_patches(patch)
    if not is_patch(patch):
        raise QueryError("this is no patch", hint="give the output of git diff")
    code = [p for p in patches if (p.new or p.old).endswith(CODE)]
    known = [p for p in code if not p.old or p.old in texts.files]
    unknown = [f"{p.old} {UNINDEXED}" for p in code if p not in known]
    new = _PatchedTexts(texts, known)
    changes = Changes(_OldTexts(texts), new)
    found = [_with_id(texts, change) for change in changes.functions()]
    added = {c.name for c in found if c.change is ChangeKind.ADDED}
    return Patched(
        tuple(found),
        new.callers_of(added),
        len(changes.files),
        tuple(changes.beside),
        (*unknown, *new.missing),
    )


def _with_id(texts: Texts, change: FunctionChange) -> FunctionChange:
    """The change with the function that the index has; with none where it lacks it."""
    if change.id >= 0:
        return change
    for entry in texts.entries(change.name, change.old_path):
        if change.change is not ChangeKind.ADDED:
            return replace(change, id=entry.id)
    return change


def _nothing(paths: Iterable[str]) -> Mapping[str, str]:
    del paths
    return {}


class _OldTexts:
    """An indexed kernel, without the functions that uses of macros make.

    What they make of a patched file only linking would tell: as there, a use is code
    outside of functions.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self.files = texts.files
        self.load = texts.load
        self.unread = _nothing
        self.parts = texts.parts

    def defined(self, paths: Iterable[str]) -> Iterator[tuple[str, Functions]]:
        """The functions and macros of some files, by file."""
        for path, functions in self._texts.defined(paths):
            yield path, [f for f in functions if not f.is_made]


class _PatchedTexts:
    """What a patch makes of an indexed kernel."""

    def __init__(self, texts: Texts, patches: Sequence[FilePatch]) -> None:
        self._lexicon = lexicon_of(read_data("lexicon.toml"))
        self._lines: dict[str, list[str]] = {}
        self._bare: dict[str, list[str]] = {}
        self._facts: dict[str, BlobFacts] = {}
        self.files = dict(texts.files)
        self.missing: list[str] = []
        """Hunks that fit nowhere."""
        texts.load(patch.old for patch in patches if patch.old)
        for patch in patches:
            self._apply(texts, patch)

    def load(self, paths: Iterable[str]) -> None:
        """Nothing: what is patched is there."""

    def unread(self, paths: Iterable[str]) -> Mapping[str, str]:
        """Nothing: of a patch all files are read."""
        return _nothing(paths)

    def defined(self, paths: Iterable[str]) -> Iterator[tuple[str, Functions]]:
        """The functions and macros of some patched files, by file."""
        for path in paths:
            if path in self._lines:
                yield path, list(_functions(path, self._facts_of(path)))

    def parts(
        self, path: str, whats: Sequence[DefinedFunction]
    ) -> tuple[list[str], str]:
        """Definitions of a file without comments, and what it has beside them."""
        return parts_of(self._bare.get(path, []), whats)

    def callers_of(
        self, names: Iterable[str]
    ) -> Mapping[str, frozenset[tuple[str, str]]]:
        """What calls some functions in the patched files, by their names."""
        wanted = set(names)
        found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for path in self._lines if wanted else ():
            for call in self._facts_of(path).calls:
                if call.callee in wanted and call.caller:
                    found[call.callee].add((call.caller, path))
        return {name: frozenset(callers) for name, callers in found.items()}

    def _apply(self, texts: Texts, patch: FilePatch) -> None:
        """Make one file what the patch makes of it."""
        old = self._lines.get(patch.old) or texts.raw(patch.old) if patch.old else []
        lines, missing = patched_lines(old, patch.hunks)
        where = patch.old or patch.new
        self.missing += [f"{where}:{hunk.line} does not fit" for hunk in missing]
        if missing and not patch.new:
            return  # what is to go is not what is there
        if patch.old and patch.old != patch.new and not patch.is_copy:
            self.files.pop(patch.old, None)
            self._lines.pop(patch.old, None)
        if patch.new:
            text = "\n".join(lines)
            data = text.encode()
            file = SourceFile(patch.new, blob_id(data), len(data))
            self.files[patch.new] = file
            self._lines[patch.new] = lines
            self._bare[patch.new] = without_comments(text).split("\n")

    def _facts_of(self, path: str) -> BlobFacts:
        if path not in self._facts:
            data = "\n".join(self._lines[path]).encode()
            self._facts[path] = facts_of_content(data, self._lexicon)
        return self._facts[path]


def _functions(path: str, facts: BlobFacts) -> Iterator[DefinedFunction]:
    for each in facts.functions:
        yield DefinedFunction(
            _NEW,
            each.name,
            each.kind.value,
            path,
            each.line,
            each.end_line,
            is_constant=False,
            is_made=False,
            macro=each.macro,
        )
    for macro in facts.macros:
        yield DefinedFunction(
            _NEW,
            macro.name,
            FunctionKind.MACRO.value,
            path,
            macro.line,
            macro.end_line,
            is_constant=macro.parameters is None,
            is_made=False,
            macro="",
        )
