"""One step further than a path goes, where another path's functions may be called."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from xref.answers import CallPath, EdgeKind, Grade, PathEdge, PathNode
from xref.pipeline.texts import Texts
from xref.program import CallEntry, FunctionEntry
from xref.records import CallKind, FunctionKind
from xref.resolve.entering import ident_of


def further(texts: Texts, path: CallPath, other: CallPath) -> CallPath:
    """The path, and what its last functions call by name of another path.

    A path ends at functions that cannot matter to what is bound.  Where the other one
    lacks such a function, but has what it calls, that is no longer called from where
    it was, and not gone.
    """
    known = {node.name for node in other.nodes}
    nodes = {node.id: node for node in path.nodes}
    edges = list(path.edges)
    for node in _ends(path, known):
        entry = texts.entry_of(node)
        calls = texts.program.calls_of(entry.id) if entry else ()
        for order, (call, target) in enumerate(_named(calls, known)):
            found = node_of(target)
            nodes.setdefault(found.id, found)
            edges.append(_edge(node, found, call, order))
    return replace(path, nodes=tuple(nodes.values()), edges=tuple(edges))


def _ends(path: CallPath, known: Collection[str]) -> Iterator[PathNode]:
    """What calls nothing, is called by something known, and is not known itself."""
    nodes = {node.id: node for node in path.nodes}
    callers = {edge.source for edge in path.edges}
    ends = dict.fromkeys(  # in the order of the path: what is equally near stays so
        edge.target
        for edge in path.edges
        if edge.target not in callers and nodes[edge.source].name in known
    )
    yield from (nodes[ident] for ident in ends if nodes[ident].name not in known)


def _named(
    calls: Collection[CallEntry], known: Collection[str]
) -> Iterator[tuple[CallEntry, FunctionEntry]]:
    for call in calls:
        if call.kind is CallKind.DIRECT and call.callee in known:
            yield from ((call, target) for target in call.targets[:1])


def node_of(entry: FunctionEntry) -> PathNode:
    """A function as a path has it."""
    kind = entry.kind.value
    return PathNode(ident_of(entry), entry.name, kind, entry.path, entry.line, fan_in=1)


def _edge(source: PathNode, target: PathNode, call: CallEntry, order: int) -> PathEdge:
    is_macro = target.kind == FunctionKind.MACRO
    return PathEdge(
        source.id,
        target.id,
        EdgeKind.MACRO if is_macro else EdgeKind.DIRECT,
        slot="",
        grade=Grade.EXACT,
        file=source.path,
        line=call.line,
        order=order,
        expression="",
        why=(),
        guard=call.guard,
        candidates=1,
        unbound=0,
    )
