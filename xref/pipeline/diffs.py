"""Two kernels and a question to what changed between them."""

from dataclasses import dataclass

from xref.analyse.diff.pairs import THRESHOLD, Codes
from xref.analyse.diff.paths import Place, path_diff
from xref.analyse.diff.tokens import Tokens
from xref.analyse.folding import ReadingOptions
from xref.analyse.paths import reading_of
from xref.answers import CallPath, PathNode
from xref.changes import PathDiff
from xref.pipeline.paths import PathRequest, find_path
from xref.pipeline.texts import Texts
from xref.program import FunctionEntry, Program

FROM_INDEX = "as they were indexed: the source is not at hand"


@dataclass(frozen=True, slots=True)
class DiffRequest:
    """What is asked of two kernels."""

    path: PathRequest
    reading: ReadingOptions
    threshold: float = THRESHOLD


def diff_paths(old: Texts, new: Texts, request: DiffRequest) -> PathDiff:
    """Compare the paths of one system call in two kernels."""
    places = [_place(texts, request) for texts in (old, new)]
    compared = "" if old.has_source and new.has_source else FROM_INDEX
    return path_diff(*places, threshold=request.threshold, compared=compared)


def _place(texts: Texts, request: DiffRequest) -> Place:
    path = find_path(texts.program, request.path)
    return Place(
        path,
        reading_of(path, request.reading),
        _codes(texts, path),
    )


def _codes(texts: Texts, path: CallPath) -> Codes:
    """The code of all functions of a path."""
    entries = {
        node.id: entry
        for node in path.nodes
        if (entry := entry_of(texts, node)) is not None
    }
    digests = texts.digests(entries.values())

    def tokens(node: PathNode) -> Tokens:
        entry = entries.get(node.id)
        return texts.tokens(entry) if entry else ()

    return Codes(
        {ident: digests[e.id] for ident, e in entries.items() if e.id in digests},
        tokens,
        lambda name: _definition(texts.program, name),
    )


def entry_of(texts: Texts, node: PathNode) -> FunctionEntry | None:
    """The definition that a node stands for; None without a body."""
    for entry in texts.entries(node.name, node.path) if node.path else ():
        if entry.line == node.line and entry.id >= 0:
            return entry
    return None


def _definition(program: Program, name: str) -> str:
    """Where a kernel defines a function or macro of this name, the first place."""
    for entry in program.functions(name):
        if entry.id >= 0:
            return f"{entry.path}:{entry.line}"
    for macro in program.macros(name):
        return f"{macro.path}:{macro.line}"
    return ""
