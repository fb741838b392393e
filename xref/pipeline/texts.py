"""Texts of functions: read from their source when they are compared."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Final

from xref.analyse.diff.tokens import (
    SELF,
    Tokens,
    definition_lines,
    parts_of,
    span_of,
    tokens_of,
    without_comments,
)
from xref.answers import PathNode
from xref.pipeline.questions import ask, indexed_state
from xref.pipeline.versions import fingerprint
from xref.program import FunctionEntry, Program
from xref.records import Code, FunctionKind, SourceFile
from xref.sources.trees import KernelTree
from xref.store.database import database_path, faults, open_for_reading
from xref.store.reach import DefinedFunction, functions_of_files

_FILES: Final = "select path, blob, bytes from files"
_FEW: Final = 300
"""To look for so many files is quicker than to list all."""
_BYTES: Final = 10
_MAKERS: Final = ("analyse/diff/tokens.py", "pipeline/texts.py")


class Texts:
    """Texts of the functions of one kernel."""

    def __init__(self, program: Program, tree: KernelTree | None, home: Path) -> None:
        self.program = program
        self.tree = tree
        self.home = home
        self.has_source = tree is not None
        """Whether texts are compared; else what was read of them."""
        self._lines: dict[str, tuple[list[str], list[str]]] = {}

    @cached_property
    def files(self) -> Mapping[str, SourceFile]:
        """The indexed files by path; a question about known code needs none."""
        return self._listed(_FILES, {})

    def load(self, paths: Iterable[str]) -> None:
        """Read some files at once."""
        if self.tree is None or not self.has_source:
            return
        wanted = [p for p in dict.fromkeys(paths) if p not in self._lines]
        known = self._known(wanted)
        files = [known[path] for path in sorted(wanted) if path in known]
        for file, data in self.tree.read(files):
            text = data.decode("utf-8", "replace")
            self._lines[file.path] = (
                text.split("\n"),
                without_comments(text).split("\n"),
            )

    def unread(self, paths: Iterable[str]) -> dict[str, str]:
        """Ids of the contents of files that the tree has and the index lacks."""
        wanted = [path for path in paths if path not in self.files]
        if self.tree is None or not wanted:
            return {}
        return {file.path: file.blob for file in self.tree.files(wanted)}

    def entries(self, name: str, path: str) -> tuple[FunctionEntry, ...]:
        """The functions and macros of a name in a file, in order of lines."""
        found = [f for f in self.program.functions(name) if f.path == path]
        found += [
            self.program.function(macro.id)
            for macro in self.program.macros(name)
            if macro.path == path
        ]
        return tuple(sorted(found, key=lambda entry: entry.line))

    def lines(self, entry: FunctionEntry) -> tuple[int, int]:
        """First and last line of a definition."""
        _, bare = self._of_file(entry.path)
        if not bare:
            return entry.line, entry.end_line
        return definition_lines(bare, entry)

    def text(self, entry: FunctionEntry) -> tuple[str, int]:
        """The text as it stands in the source, and its first line.

        The text is "" where the source is not at hand.
        """
        whole, _ = self._of_file(entry.path)
        first, last = self.lines(entry)
        return "\n".join(whole[first - 1 : last]), first

    def raw(self, path: str) -> list[str]:
        """The lines of a file as they stand in the source."""
        return self._of_file(path)[0]

    def bare(self, path: str) -> list[str]:
        """The lines of a file without comments."""
        return self._of_file(path)[1]

    def parts(
        self, path: str, whats: Sequence[DefinedFunction]
    ) -> tuple[list[str], str]:
        """Definitions of a file without comments, and what it has beside them."""
        return parts_of(self._of_file(path)[1], whats)

    def defined(
        self, paths: Iterable[str]
    ) -> Iterator[tuple[str, Sequence[DefinedFunction]]]:
        """The functions and macros of some files, by file."""
        place = database_path(self.home)
        state = indexed_state(self.home, self.program.kernel)
        if state is None:
            return
        with closing(open_for_reading(place)) as connection, faults(place):
            yield from functions_of_files(connection, state.id, paths)

    def tokens(self, entry: FunctionEntry) -> Tokens:
        """The code, the function's own name replaced."""
        _, bare = self._of_file(entry.path)
        if bare:
            found = tokens_of(span_of(bare, entry))
        else:
            found = _tokens_of_code(self.program, entry)
        return tuple(SELF if token == entry.name else token for token in found)

    def entry_of(self, node: PathNode) -> FunctionEntry | None:
        """The definition that a node stands for; None without a body."""
        for entry in self.entries(node.name, node.path) if node.path else ():
            if entry.line == node.line and entry.id >= 0:
                return entry
        return None

    def digests(self, nodes: Iterable[PathNode]) -> dict[str, str]:
        """A short name for the code of each function, by id of its node.

        Kept with the index; what has no body has none.
        """
        key = f"code {fingerprint(_MAKERS, ())} {self.has_source}"
        kept = self.program.remembered(key)
        known: dict[str, str] = kept if isinstance(kept, dict) else {}
        wanted = {node.id: node for node in nodes if node.path}
        missing = {i: self.entry_of(n) for i, n in wanted.items() if i not in known}
        if missing:
            found = {ident: entry for ident, entry in missing.items() if entry}
            self.load(entry.path for entry in found.values())
            known |= dict.fromkeys(missing, "")
            known |= {i: digest_of(self.tokens(entry)) for i, entry in found.items()}
            self.program.remember(key, known)
        return {ident: known[ident] for ident in wanted if known[ident]}

    def _known(self, paths: Sequence[str]) -> Mapping[str, SourceFile]:
        """The indexed ones of some files, by path, and maybe others."""
        if "files" in self.__dict__ or len(paths) > _FEW:
            return self.files
        words = {f"path{n}": path for n, path in enumerate(paths)}
        names = ", ".join(f":{word}" for word in words)
        return self._listed(f"{_FILES} where path in ({names})", words)

    def _listed(self, sql: str, parameters: Mapping[str, str]) -> dict[str, SourceFile]:
        with ask(self.home, sql, parameters, self.program.kernel) as found:
            return {
                str(path): SourceFile(str(path), str(blob), int(size or 0))
                for path, blob, size in found.rows
            }

    def _of_file(self, path: str) -> tuple[list[str], list[str]]:
        if path not in self._lines:
            self.load([path])
        return self._lines.get(path, ([], []))


def digest_of(tokens: Tokens) -> str:
    """Equal for equal code."""
    digest = hashlib.sha1("\0".join(tokens).encode(), usedforsecurity=False)
    return digest.hexdigest()[: 2 * _BYTES]


def _tokens_of_code(program: Program, entry: FunctionEntry) -> Tokens:
    """What was read of a function, without lines, as tokens."""
    if entry.kind is FunctionKind.MACRO:
        for macro in program.macros(entry.name):
            if macro.id == entry.id:
                return tokens_of(f"#define {macro.name}{macro.parameters} {macro.text}")
    head = f"{entry.returns} {entry.name} {entry.parameters} {entry.static}"
    return (*tokens_of(head), *_words(program.body(entry.id)))


def _words(code: Code | str | int | None) -> Iterator[str]:
    """The words of code; bare numbers in it are lines."""
    if isinstance(code, str):
        yield code
    elif isinstance(code, list):
        yield "("
        if code[:1] == ["i"]:
            yield str(code[1])
        else:
            for part in code:
                yield from _words(part)
        yield ")"
