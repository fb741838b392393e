"""Which functions changed: between two kernels, or by a patch."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from xref.analyse.diff.tokens import Tokens, tokens_of
from xref.changes import ChangeKind, FunctionChange
from xref.pipeline.questions import indexed_state
from xref.pipeline.texts import Texts
from xref.store.database import database_path, faults, open_for_reading
from xref.store.reach import DefinedFunction, functions_of_files

Group = tuple[str, str]
"""Name and path: a function, or its twins under ``#if``."""

_CODE: Final = (".c", ".h")


class Changes:
    """The functions of two kernels that are not the same."""

    def __init__(self, home: Path, old: Texts, new: Texts) -> None:
        self._home = home
        self._old, self._new = old, new
        paths = sorted(old.files.keys() | new.files.keys())
        self.files: list[str] = [p for p in paths if self._has_changed(p)]
        self.beside: list[str] = []
        """Files that changed outside of functions."""

    def functions(self) -> list[FunctionChange]:
        """What changed, by path and line; functions that only moved come as moved."""
        old = self._defined(self._old)
        new = self._defined(self._new)
        for texts, paths in ((self._old, old), (self._new, new)):
            texts.load(paths)
        found: list[FunctionChange] = []
        gone: dict[Group, list[DefinedFunction]] = {}
        came: dict[Group, list[DefinedFunction]] = {}
        for path in self.files:
            before, after = old.get(path, []), new.get(path, [])
            if self._rest(self._old, path, before) != self._rest(
                self._new, path, after
            ):
                self.beside.append(path)
            ours, theirs = _by_name(before), _by_name(after)
            for name in ours.keys() | theirs.keys():
                if name not in theirs:
                    gone[name, path] = ours[name]
                elif name not in ours:
                    came[name, path] = theirs[name]
                elif self._differs(ours[name], theirs[name]):
                    found.append(_change(theirs[name][0], ChangeKind.BODY))
        found += self._moved(gone, came)
        found += [_change(each[0], ChangeKind.ADDED) for each in came.values()]
        found += [_change(each[0], ChangeKind.GONE) for each in gone.values()]
        return sorted(found, key=lambda change: (change.path, change.line))

    def _has_changed(self, path: str) -> bool:
        one, other = self._old.files.get(path), self._new.files.get(path)
        same = one is not None and other is not None and one.blob == other.blob
        return path.endswith(_CODE) and not same

    def _defined(self, texts: Texts) -> dict[str, Sequence[DefinedFunction]]:
        """The functions of the changed files; constants are none."""
        return {
            path: [f for f in functions if not f.is_constant]
            for path, functions in defined_functions(
                self._home, texts.program.kernel, self.files
            )
        }

    def _differs(
        self, old: Sequence[DefinedFunction], new: Sequence[DefinedFunction]
    ) -> bool:
        one = [self._old.span(f.path, f.line, f.end_line) for f in old]
        other = [self._new.span(f.path, f.line, f.end_line) for f in new]
        return one != other and _tokens(one) != _tokens(other)

    def _rest(
        self, texts: Texts, path: str, functions: Sequence[DefinedFunction]
    ) -> Tokens:
        """The code of a file that belongs to no function."""
        return tokens_of(texts.outside(path, [(f.line, f.end_line) for f in functions]))

    def _moved(
        self,
        gone: dict[Group, list[DefinedFunction]],
        came: dict[Group, list[DefinedFunction]],
    ) -> Iterator[FunctionChange]:
        """What stands in another file now; taken out of what is gone and what came."""
        places: defaultdict[str, list[Group]] = defaultdict(list)
        for group in came:
            places[group[0]].append(group)
        for group in list(gone):
            others = places.get(group[0], [])
            if len(others) == 1 and others[0] in came:
                old, new = gone.pop(group), came.pop(others[0])
                kind = ChangeKind.BODY if self._differs(old, new) else ChangeKind.MOVED
                yield _change(new[0], kind, old[0].path)


def defined_functions(
    home: Path, kernel: str, paths: Iterable[str]
) -> Iterator[tuple[str, Sequence[DefinedFunction]]]:
    """The functions and macros of some files of an indexed kernel."""
    path = database_path(home)
    state = indexed_state(home, kernel)
    if state is None:
        return
    with closing(open_for_reading(path)) as connection, faults(path):
        yield from functions_of_files(connection, state.id, paths)


def _by_name(
    functions: Sequence[DefinedFunction],
) -> Mapping[str, list[DefinedFunction]]:
    found: defaultdict[str, list[DefinedFunction]] = defaultdict(list)
    for function in sorted(functions, key=lambda f: f.line):
        found[function.name].append(function)
    return found


def _tokens(texts: Iterable[str]) -> list[Tokens]:
    """Twins in any order: which stands first says nothing."""
    return sorted(tokens_of(text) for text in texts)


def _change(
    function: DefinedFunction, kind: ChangeKind, old_path: str = ""
) -> FunctionChange:
    return FunctionChange(
        function.id,
        function.name,
        function.kind,
        function.path,
        function.line,
        kind,
        old_path or function.path,
    )
