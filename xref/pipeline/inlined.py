"""Calls as a tracer sees them where a compiler has put a function into its caller."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

from xref.answers import CallPath, EdgeKind, PathEdge, PathNode, Reason
from xref.pipeline.questions import ask

_QUESTION: Final = (
    "select distinct caller, path, line, through, callee from inlined "
    "where caller in (select value from json_each(:callers)) "
    "order by instr(through, ',') > 0, path, line"
)
_Row = tuple[str, str, int, str, str]


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
            for edge in calls.inlined(cast("_Row", row)):
                found.setdefault((edge.source, edge.target), edge)
    return replace(path, edges=(*path.edges, *found.values()))


class _Calls:
    """The calls of a path, for quick questions."""

    def __init__(self, path: CallPath) -> None:
        self._nodes = {node.id: node for node in path.nodes}
        self._named: defaultdict[tuple[str, str], list[PathNode]] = defaultdict(list)
        for node in path.nodes:
            self._named[node.name, node.path].append(node)
        self._by_name: defaultdict[str, dict[str, PathEdge]] = defaultdict(dict)
        self._through: defaultdict[str, dict[str, PathEdge]] = defaultdict(dict)
        self._at: defaultdict[tuple[str, int], list[PathEdge]] = defaultdict(list)
        kinds = {
            EdgeKind.DIRECT: self._by_name,
            EdgeKind.MACRO: self._by_name,
            EdgeKind.INDIRECT: self._through,
        }
        for edge in path.edges:
            if (calls := kinds.get(edge.kind)) is not None:
                calls[edge.source].setdefault(edge.target, edge)
                self._at[edge.source, edge.line].append(edge)

    def inlined(self, row: _Row) -> Iterator[PathEdge]:
        """The edges that one row of the view adds: such as are no calls by name."""
        caller, file, line, through, callee = row
        for source in self._named.get((caller, file), ()):
            here = self._by_name[source.id]
            for call, small in self._smalls(source, line, through):
                for calls in (self._by_name, self._through):
                    for ident, inner in calls[small.id].items():
                        if self._nodes[ident].name == callee and ident not in here:
                            yield _edge(call, inner, small)

    def _smalls(
        self, source: PathNode, line: int, through: str
    ) -> Iterator[tuple[PathEdge, PathNode]]:
        """Where the first of the small functions is called, and the last of them."""
        first, _, last = through.partition(", ")
        for small in self._named.get((first, source.path), ()):
            call = self._call(source, line, small)
            if call is not None and not last:
                yield call, small
            elif call is not None:
                for other in self._named.get((last, source.path), ()):
                    if other.id in self._by_name[small.id]:
                        yield call, other

    def _call(self, source: PathNode, line: int, small: PathNode) -> PathEdge | None:
        """The call of a small function, or of what leads there from another file."""
        calls = self._at.get((source.id, line), ())
        itself = (edge for edge in calls if edge.target == small.id)
        leading = (
            edge for edge in calls if self._nodes[edge.target].path != source.path
        )
        return next(itself, None) or next(leading, None)


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
