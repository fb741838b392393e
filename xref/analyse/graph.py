"""The calls of a path as a graph: ways through it, and a tree that spans it."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from xref.answers import CallPath, EdgeKind, Grade, PathEdge, PathNode

Site = tuple[str, str, int, str, str]
"""A pointer call: source, file, line, slot, expression."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A path by id; made once, asked often."""

    root: str
    nodes: Mapping[str, PathNode]
    calls: Mapping[str, Sequence[PathEdge]]
    """By source, in the order of the source."""
    targets: Mapping[Site, int]
    """Of each pointer call: how many."""


@dataclass(frozen=True, slots=True)
class Link:
    """A call as a reader sees it: macros between the two are looked through."""

    edge: PathEdge
    """The last one: its target is what is called."""
    through: tuple[PathNode, ...]
    first: PathEdge
    """The one that stands in the caller itself."""


def graph_of(path: CallPath) -> Graph:
    """Index a path; its first node is the root."""
    calls: dict[str, list[PathEdge]] = defaultdict(list)
    targets: dict[Site, int] = defaultdict(int)
    for edge in path.edges:
        calls[edge.source].append(edge)
        if is_hop(edge):
            targets[site_of(edge)] += 1
    for edges in calls.values():
        edges.sort(key=_order)
    nodes = {node.id: node for node in path.nodes}
    return Graph(path.nodes[0].id, nodes, calls, targets)


def is_hop(edge: PathEdge) -> bool:
    """Whether a call goes through a pointer."""
    return edge.kind in {EdgeKind.INDIRECT, EdgeKind.CALLBACK}


def is_bound(edge: PathEdge) -> bool:
    """Whether the scenario decided where a pointer call goes."""
    return edge.grade is Grade.BOUND and is_hop(edge)


def site_of(edge: PathEdge) -> Site:
    """Where a pointer call stands: edges of one call have this in common."""
    return (edge.source, edge.file, edge.line, edge.slot, edge.expression)


def links(graph: Graph, source: str) -> list[Link]:
    """The calls of a function in reading order, macros looked through."""
    found: list[Link] = []
    _collect(graph, source, (), None, found)
    return found


def spanning_tree(
    graph: Graph,
    starts: Iterable[str],
    enters: Callable[[PathEdge], bool],
    taken: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The function or macro from which each one is reached first, breadth first.

    A macro costs no step, so that what it calls counts as called by its user.

    Args:
        graph: the whole path.
        starts: where to begin, nearest first.
        enters: whether to follow a call; what it leads to is left out if not.
        taken: what has its place already and is not entered again.
    """
    parent: dict[str, str] = {}
    seen = set(taken or ())
    queue = deque(starts)
    seen.update(queue)
    while queue:
        source = queue.popleft()
        near: list[str] = []
        for edge in graph.calls.get(source, ()):
            target = edge.target
            if target in seen or not enters(edge):
                continue
            seen.add(target)
            parent[target] = source
            if graph.nodes[target].kind == "macro":
                near.append(target)
            else:
                queue.append(target)
        queue.extendleft(reversed(near))
    return parent


def leading_to(graph: Graph, goals: Iterable[str]) -> frozenset[str]:
    """Every node from which one of the goals can be reached, goals included."""
    callers: dict[str, list[str]] = defaultdict(list)
    for source, edges in graph.calls.items():
        for edge in edges:
            callers[edge.target].append(source)
    seen = set(goals)
    queue = deque(seen)
    while queue:
        for source in callers[queue.popleft()]:
            if source not in seen:
                seen.add(source)
                queue.append(source)
    return frozenset(seen)


def _collect(
    graph: Graph,
    source: str,
    through: tuple[PathNode, ...],
    first: PathEdge | None,
    found: list[Link],
) -> None:
    for edge in graph.calls.get(source, ()):
        node = graph.nodes[edge.target]
        if node.kind != "macro":
            found.append(Link(edge, through, first or edge))
        elif node not in through:
            _collect(graph, node.id, (*through, node), first or edge, found)


def _order(edge: PathEdge) -> int:
    return edge.order
