"""The calls of a path as a graph, and the cheapest ways through it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import heapify, heappop, heappush
from math import inf, log2

from xref.answers import CallPath, EdgeKind, Grade, PathEdge, PathNode

Site = tuple[str, str, int, str, str]
"""A pointer call: source, file, line, slot, expression."""

FORK = 4
"""A pointer call with more targets than this has one line, counted."""

FORK_COST = 100.0
"""Of a way through such a call: any other way is better."""


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


@dataclass(frozen=True, slots=True)
class Tree:
    """One way to every node that can be reached."""

    parent: Mapping[str, PathEdge]
    """The call that leads to a node; none leads to a start."""
    cost: Mapping[str, float]
    """Of the way to a node; in the order of the cost."""


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
    """Whether the scenario decided where a call through a slot goes."""
    return edge.grade is Grade.BOUND and is_hop(edge) and bits_of(edge) > 0


def bits_of(edge: PathEdge) -> float:
    """How much the scenario decided: 1 for one of two targets, 2 for one of four.

    Nothing where a slot has one target anyway, or where a caller passes the function
    as an argument: that is hardly more than a call by name.
    """
    if not edge.slot or edge.unbound <= edge.candidates:
        return 0.0
    return log2(edge.unbound / max(edge.candidates, 1))


def site_of(edge: PathEdge) -> Site:
    """Where a pointer call stands: edges of one call have this in common."""
    return (edge.source, edge.file, edge.line, edge.slot, edge.expression)


def targets_of(graph: Graph, edge: PathEdge) -> list[PathEdge]:
    """The edges to all targets of a pointer call."""
    site = site_of(edge)
    return [
        other
        for other in graph.calls[edge.source]
        if is_hop(other) and site_of(other) == site
    ]


def is_fork(graph: Graph, edge: PathEdge) -> bool:
    """Whether a pointer call has more targets than a reader can follow.

    Those that the source names at the call are told from what else may be there.
    """
    if not is_hop(edge) or edge.grade is Grade.NAMED:
        return False
    return graph.targets[site_of(edge)] > FORK


def is_silent(graph: Graph, node: PathNode) -> bool:
    """Whether a call by name says nothing to a reader.

    An inline function that calls nothing takes a value from a struct; a name without
    a body is a builtin, or a macro that could not be looked through.
    """
    is_inline = node.path.endswith(".h") and not graph.calls.get(node.id)
    is_inline = is_inline and node.kind != "tracepoint"
    return is_inline or node.kind == "extern"


def commonness(node: PathNode) -> float:
    """How little a call of this function says: 0 for one that nothing else calls."""
    return log2(1 + node.fan_in)


def cost_of(graph: Graph, edge: PathEdge) -> float:
    """What one more call costs a way; what the whole kernel calls costs most."""
    if is_fork(graph, edge):
        return FORK_COST
    if is_hop(edge):
        return 1.0 if is_bound(edge) else 3.0
    node = graph.nodes[edge.target]
    return commonness(node) + (node.kind != "macro")


def links(graph: Graph, source: str) -> list[Link]:
    """The calls of a function in reading order, macros looked through.

    What a macro calls is listed at its first use in the function only.
    """
    found: list[Link] = []
    seen: set[str] = set()
    stack = [Link(edge, (), edge) for edge in reversed(graph.calls.get(source, ()))]
    while stack:
        link = stack.pop()
        node = graph.nodes[link.edge.target]
        if node.kind != "macro":
            found.append(link)
        elif node.id not in seen:
            seen.add(node.id)
            through = (*link.through, node)
            edges = reversed(graph.calls.get(node.id, ()))
            stack.extend(Link(edge, through, link.first) for edge in edges)
    return found


Cost = Callable[[PathEdge], float]
"""What one more call costs a way."""


def tree_from(graph: Graph, starts: Iterable[str], cost: Cost | None = None) -> Tree:
    """The cheapest way to every node from the nearest of the starts.

    What a call costs is as `cost_of` says, unless it is said otherwise.
    """

    def onward(node: str) -> Iterable[tuple[str, PathEdge]]:
        return ((edge.target, edge) for edge in graph.calls.get(node, ()))

    return _cheapest(starts, onward, cost or partial(cost_of, graph))


def tree_to(graph: Graph, goals: Iterable[str], cost: Cost | None = None) -> Tree:
    """The cheapest way from every node to the nearest of the goals, as `tree_from`.

    Here ``parent`` of a node is the call that leads on from it.
    """
    callers: dict[str, list[PathEdge]] = defaultdict(list)
    for edges in graph.calls.values():
        for edge in edges:
            callers[edge.target].append(edge)

    def back(node: str) -> Iterable[tuple[str, PathEdge]]:
        return ((edge.source, edge) for edge in callers.get(node, ()))

    return _cheapest(goals, back, cost or partial(cost_of, graph))


def _cheapest(
    starts: Iterable[str],
    next_of: Callable[[str], Iterable[tuple[str, PathEdge]]],
    cost_of_edge: Cost,
) -> Tree:
    """Dijkstra; equal ways are told by order, so the tree is always the same."""
    parent: dict[str, PathEdge] = {}
    cost: dict[str, float] = {}
    best: dict[str, float] = dict.fromkeys(starts, 0.0)
    heap = [(0.0, turn, start) for turn, start in enumerate(best)]
    heapify(heap)
    turn = len(heap)
    while heap:
        at_cost, _, at = heappop(heap)
        if at in cost:
            continue
        cost[at] = at_cost
        for node, edge in next_of(at):
            node_cost = at_cost + cost_of_edge(edge)
            if node_cost < best.get(node, inf):
                best[node] = node_cost
                parent[node] = edge
                turn += 1
                heappush(heap, (node_cost, turn, node))
    return Tree(parent, cost)


def _order(edge: PathEdge) -> int:
    return edge.order
