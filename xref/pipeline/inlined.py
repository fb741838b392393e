"""Calls as a tracer sees them where a compiler has put a function into its caller."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from xref.answers import CallPath, EdgeKind, PathEdge, PathNode, Reason
from xref.pipeline.questions import ask

_QUESTION: Final = (
    "select distinct caller, path, through, callee from inlined "
    "where caller in (select value from json_each(:callers))"
)
_BY_NAME: Final = {EdgeKind.DIRECT, EdgeKind.MACRO}


def with_inlined(path: CallPath, home: Path) -> CallPath:
    """A path, and edges of the kind ``inlined`` beside those of the source.

    One goes from a function to what a small function of the same file calls, by name or
    through a pointer, or what two do that are small together, where the path has these
    calls: that of the small one directly or through functions of a header.

    Args:
        path: nodes and edges of one kernel.
        home: the cache folder, whose index has the kernel.

    Raises:
        StoreError: the index cannot be read.
    """
    calls = _Calls(path)
    found: dict[tuple[str, str], PathEdge] = {}
    callers = json.dumps(sorted({node.name for node in path.nodes}))
    with ask(home, _QUESTION, {"callers": callers}, path.kernel) as answer:
        for row in answer.rows:
            for edge in calls.inlined(*map(str, row)):
                found.setdefault((edge.source, edge.target), edge)
    return replace(path, edges=(*path.edges, *found.values()))


class _Calls:
    """The calls by name of a path, for quick questions."""

    def __init__(self, path: CallPath) -> None:
        self._nodes = {node.id: node for node in path.nodes}
        self._named: defaultdict[tuple[str, str], list[PathNode]] = defaultdict(list)
        for node in path.nodes:
            self._named[node.name, node.path].append(node)
        self._of: defaultdict[str, dict[str, PathEdge]] = defaultdict(dict)
        self._through: defaultdict[str, dict[str, PathEdge]] = defaultdict(dict)
        for edge in path.edges:
            if edge.kind in _BY_NAME:
                self._of[edge.source].setdefault(edge.target, edge)
            elif edge.kind is EdgeKind.INDIRECT:
                self._through[edge.source].setdefault(edge.target, edge)

    def inlined(
        self, caller: str, file: str, through: str, callee: str
    ) -> Iterator[PathEdge]:
        """The edges that one row of the view adds: such as are no calls by name."""
        for source in self._named.get((caller, file), ()):
            here = self._of[source.id]
            for call, small in self._smalls(source.id, through, file):
                for calls in (self._of, self._through):
                    for ident, inner in calls[small.id].items():
                        if self._nodes[ident].name == callee and ident not in here:
                            yield _edge(call, inner, small)

    def _smalls(
        self, source: str, through: str, file: str
    ) -> Iterator[tuple[PathEdge, PathNode]]:
        """Where the first of the small functions is called, and the last of them."""
        first, _, last = through.partition(", ")
        for small in self._named.get((first, file), ()):
            call = self._call(source, small.id)
            if call is not None and not last:
                yield call, small
            elif call is not None:
                for other in self._named.get((last, file), ()):
                    if other.id in self._of[small.id]:
                        yield call, other

    def _call(self, source: str, small: str) -> PathEdge | None:
        """Where the small function is called, or the one of a header that calls it.

        What a function is given to call may be told as a call of who gives it.
        """
        here = self._of[source]
        through = (edge for ident, edge in here.items() if self._leads(ident, small))
        given = self._through[source].get(small)
        return here.get(small) or next(through, None) or given

    def _leads(self, ident: str, small: str) -> bool:
        """Say whether a function of a header calls the small one, or one that does.

        It may be given that one to call.
        """
        return self._nodes[ident].path.endswith(".h") and (
            small in self._of[ident]
            or small in self._through[ident]
            or any(
                self._nodes[other].path == self._nodes[ident].path
                and small in self._of[other]
                for other in self._of[ident]
            )
        )


def _edge(call: PathEdge, inner: PathEdge, small: PathNode) -> PathEdge:
    text = f"{small.name} calls it, which a compiler may put into its caller"
    return replace(
        call,
        target=inner.target,
        kind=EdgeKind.INLINED,
        slot=inner.slot,
        grade=inner.grade,
        why=(Reason(text, inner.file, inner.line),),
        guard=inner.guard,
    )
