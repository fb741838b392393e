"""Which functions changed: between two kernels, or by a patch."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from xref.analyse.diff.tokens import Tokens, tokens_of
from xref.changes import ChangeKind, FunctionChange
from xref.pipeline.scopes import CODE
from xref.records import SourceFile
from xref.store.reach import DefinedFunction

Group = tuple[str, str]
"""Name and path: a function, or its twins under ``#if``."""

Functions = Sequence[DefinedFunction]
Known = tuple[DefinedFunction, str]
"""A function with its text."""


class Side(Protocol):
    """The files of one kernel and the functions in them."""

    @property
    def files(self) -> Mapping[str, SourceFile]:
        """By path."""

    def load(self, paths: Iterable[str]) -> None:
        """Read some files at once."""

    def unread(self, paths: Iterable[str]) -> Mapping[str, str]:
        """Ids of the contents of files that the tree has and the index lacks."""

    def defined(self, paths: Iterable[str]) -> Iterator[tuple[str, Functions]]:
        """The functions and macros of some files, by file."""

    def parts(self, path: str, whats: Functions) -> tuple[list[str], str]:
        """Definitions of a file without comments, and what it has beside them."""


class Changes:
    """The functions of two kernels that are not the same."""

    def __init__(self, old: Side, new: Side) -> None:
        self._old, self._new = old, new
        paths = sorted(old.files.keys() | new.files.keys())
        changed = [p for p in paths if self._has_changed(p)]
        unread = {**new.unread(changed), **old.unread(changed)}
        self.files: list[str] = [p for p in changed if p not in unread]
        self.beside: list[str] = []
        """Files that changed outside of functions."""
        self.unread: list[str] = [p for p in unread if self._is_other(p, unread[p])]
        """Files that changed, and that the index has of one kernel only."""

    def functions(self) -> list[FunctionChange]:
        """What changed, by path and line; functions that only moved come as moved."""
        old = self._defined(self._old)
        new = self._defined(self._new)
        for side, paths in ((self._old, old), (self._new, new)):
            side.load(paths)
        found: list[FunctionChange] = []
        gone: dict[Group, list[Known]] = {}
        came: dict[Group, list[Known]] = {}
        for path in self.files:
            ours, rest = _known(self._old, path, old.get(path, []))
            theirs, others = _known(self._new, path, new.get(path, []))
            if rest != others and tokens_of(rest) != tokens_of(others):
                self.beside.append(path)
            for name in ours.keys() | theirs.keys():
                if name not in theirs:
                    gone[name, path] = ours[name]
                elif name not in ours:
                    came[name, path] = theirs[name]
                elif _differs(ours[name], theirs[name]):
                    found.append(_change(theirs[name], ChangeKind.BODY))
        found += _moved(gone, came)
        found += [_change(each, ChangeKind.ADDED) for each in came.values()]
        found += [_change(each, ChangeKind.GONE) for each in gone.values()]
        return sorted(found, key=lambda each: (each.path, each.line, each.name))

    def _has_changed(self, path: str) -> bool:
        one, other = self._old.files.get(path), self._new.files.get(path)
        same = one is not None and other is not None and one.blob == other.blob
        return path.endswith(CODE) and not same

    def _is_other(self, path: str, blob: str) -> bool:
        """Whether a file that one index lacks is another there."""
        file = self._old.files.get(path) or self._new.files.get(path)
        return file is None or file.blob != blob

    def _defined(self, side: Side) -> dict[str, Functions]:
        """The functions of the changed files; constants are none."""
        return {
            path: [f for f in functions if not f.is_constant]
            for path, functions in side.defined(self.files)
        }


def _known(
    side: Side, path: str, functions: Functions
) -> tuple[Mapping[str, list[Known]], str]:
    """The functions of a file with their texts, by name, and what it has beside."""
    texts, rest = side.parts(path, functions)
    found: defaultdict[str, list[Known]] = defaultdict(list)
    for known in sorted(zip(functions, texts, strict=True), key=_line_of):
        found[known[0].name].append(known)
    return found, rest


def _line_of(known: Known) -> int:
    return known[0].line


def _differs(old: Sequence[Known], new: Sequence[Known]) -> bool:
    one, other = ([text for _, text in side] for side in (old, new))
    return one != other and _tokens(one) != _tokens(other)


def _moved(
    gone: dict[Group, list[Known]], came: dict[Group, list[Known]]
) -> Iterator[FunctionChange]:
    """What stands in another file now; taken out of what is gone and what came."""
    places: defaultdict[str, list[Group]] = defaultdict(list)
    for group in came:
        places[group[0]].append(group)
    for group in list(gone):
        others = places.get(group[0], [])
        if len(others) == 1 and others[0] in came:
            old, new = gone.pop(group), came.pop(others[0])
            kind = ChangeKind.BODY if _differs(old, new) else ChangeKind.MOVED
            yield _change(new, kind, group[1])


def _tokens(texts: Iterable[str]) -> list[Tokens]:
    """Twins in any order: which stands first says nothing."""
    return sorted(tokens_of(text) for text in texts)


def _change(
    twins: Sequence[Known], kind: ChangeKind, old_path: str = ""
) -> FunctionChange:
    function, _ = twins[0]
    return FunctionChange(
        function.id,
        function.name,
        function.kind,
        function.path,
        function.line,
        kind,
        old_path or function.path,
    )
