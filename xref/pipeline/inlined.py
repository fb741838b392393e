"""Calls as a tracer sees them where a compiler has put a function into its caller."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from xref.answers import CallPath, EdgeKind, PathEdge, PathNode, Reason
from xref.pipeline.questions import ask

_QUESTION: Final = "select caller, path, through, callee from inlined"


def with_inlined(path: CallPath, home: Path) -> CallPath:
    """A path, and edges of the kind ``inlined`` beside those of the source.

    One goes from a function to what a small function of the same file calls, where the
    path has the call of the small one, directly or through a function of a header.

    Args:
        path: nodes and edges of one kernel.
        home: the cache folder, whose index has the kernel.

    Raises:
        StoreError: the index cannot be read.
    """
    calls = _Calls(path)
    found: dict[tuple[str, str], PathEdge] = {}
    with ask(home, _QUESTION, {}, path.kernel) as answer:
        for row in answer.rows:
            for edge in calls.inlined(*map(str, row)):
                found.setdefault((edge.source, edge.target), edge)
    new = (edge for pair, edge in found.items() if pair[1] not in calls.by_id[pair[0]])
    return replace(path, edges=(*path.edges, *new))


class _Calls:
    """The calls by name of a path, for quick questions."""

    def __init__(self, path: CallPath) -> None:
        self.by_id: dict[str, dict[str, PathEdge]] = defaultdict(dict)
        for edge in path.edges:
            self.by_id[edge.source].setdefault(edge.target, edge)
        self._nodes = {node.id: node for node in path.nodes}
        self._named: Mapping[tuple[str, str], list[PathNode]] = defaultdict(list)
        for node in path.nodes:
            self._named[node.name, node.path].append(node)

    def inlined(
        self, caller: str, file: str, through: str, callee: str
    ) -> Iterator[PathEdge]:
        """The edges of the path that one row of the view is."""
        for source in self._named.get((caller, file), ()):
            for small in self._named.get((through, file), ()):
                call = self._call(source.id, small.id)
                for ident, inner in self.by_id[small.id].items() if call else ():
                    is_meant = self._nodes[ident].name == callee
                    if call and is_meant and inner.kind is not EdgeKind.INDIRECT:
                        yield _edge(call, inner, small)

    def _call(self, source: str, small: str) -> PathEdge | None:
        """Where the small function is called, or the one of a header that calls it."""
        here = self.by_id[source]
        if small in here:
            return here[small]
        return next(
            (edge for ident, edge in here.items() if small in self._of(ident)), None
        )

    def _of(self, ident: str) -> Mapping[str, PathEdge]:
        """The calls of a function of a header."""
        node = self._nodes[ident]
        return self.by_id.get(ident, {}) if node.path.endswith(".h") else {}


def _edge(call: PathEdge, inner: PathEdge, small: PathNode) -> PathEdge:
    text = f"{small.name} calls it, which a compiler may put into its caller"
    return replace(
        call,
        target=inner.target,
        kind=EdgeKind.INLINED,
        why=(Reason(text, inner.file, inner.line),),
        guard=inner.guard,
    )
