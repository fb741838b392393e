"""The ways from a system call to a function or slot, the likely ones before others.

Where only run time decides a call, the scenario still says something: which of the
stores that fill the slot are made on the path itself, and how near.  A packet that a
call sends over IPv4 has a route of IPv4, since it is such a route that the call makes.
The same holds for a function that is handed on as an argument: it is called where the
way leads through the place that hands it on.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

from xref.analyse.graph import (
    FORK,
    FORK_COST,
    Graph,
    Site,
    Tree,
    cost_of,
    is_bound,
    is_fork,
    is_hop,
    site_of,
    tree_from,
    tree_to,
)
from xref.answers import Grade, PathEdge, Reason
from xref.errors import NotFoundError

LONGER_BY = 8.0
"""A way is drawn that costs so much more than the cheapest one: twins of a part do."""

NEAR = 2.0
"""What is looked into to weigh ways: up to so many times the cost of the cheapest."""

LIKELY_COST = 4.0
"""Of a call with many targets, to the one that is stored nearest."""

AS_NEAR = 15.0
"""Of two stores, one is not nearer when the ways to both cost that much the same."""

MOST_EXTRA = 20.0
"""Of a target that is stored farther away than another."""

CALL_COST = 3.0
"""Of a call that a path does not show, about."""

ROUNDS = 2
"""What is handed on is weighed by the ways to what hands it on, weighed before."""

Makers = Mapping[Reason, Mapping[str, int]]
"""The functions of a path that lead to the place of a reason; calls between them."""


@dataclass(frozen=True, slots=True)
class Ways:
    """The functions on ways to a goal, and how to go."""

    tree: Tree
    """The cheapest way to every node, as the stores weigh it."""
    ordered: tuple[str, ...]
    """Nodes on ways that are drawn, those on the cheapest first."""
    likely: frozenset[int]
    """By `id`, the edges to those of many targets that are stored nearest."""


def sources_near(graph: Graph, to: str) -> frozenset[str]:
    """The functions whose pointer calls decide which way to a name is likely.

    Raises:
        NotFoundError: nothing on the path is called so.
    """

    def cost(edge: PathEdge) -> float:
        return LIKELY_COST if is_fork(graph, edge) else cost_of(graph, edge)

    costs = _costs(graph, tree_from(graph, [graph.root], cost), to, cost)
    limit = NEAR * min(costs.values())
    return frozenset(node for node, cost in costs.items() if cost <= limit)


def ways_to(graph: Graph, to: str, makers: Makers) -> Ways:
    """The nodes on ways to a name, those on the cheapest way first.

    Args:
        graph: the path.
        to: a function, a slot, or its field.
        makers: how the path gets to where the reasons of the edges stand.

    Raises:
        NotFoundError: nothing on the path is called so.
    """
    onward = tree_to(graph, _callers_of(graph, to)).cost
    tree = tree_from(graph, [graph.root])
    likely: set[int] = set()
    weights: Mapping[int, float] = {}

    def cost(edge: PathEdge) -> float:
        return weights.get(id(edge)) or cost_of(graph, edge)

    for _ in range(ROUNDS):
        likely.clear()
        weights = _weights(graph, (tree, onward), makers, likely)
        tree = tree_from(graph, [graph.root], cost)
    costs = _costs(graph, tree, to, cost)
    limit = min(costs.values()) + LONGER_BY
    ordered = sorted((n for n in costs if costs[n] <= limit), key=costs.__getitem__)
    return Ways(tree, tuple(ordered), frozenset(likely))


def is_called(graph: Graph, edge: PathEdge, name: str) -> bool:
    """Whether a name is that of a call's target, of its slot, or of its field."""
    struct, _, field = edge.slot.partition(".")
    return name in {graph.nodes[edge.target].name, edge.slot, field, struct} - {""}


def _costs(
    graph: Graph, tree: Tree, to: str, cost: Callable[[PathEdge], float]
) -> dict[str, float]:
    """What the cheapest way to a name costs that leads through a node."""
    onward = tree_to(graph, _callers_of(graph, to), cost)
    return {
        node: ahead + tree.cost[node]
        for node, ahead in onward.cost.items()
        if node in tree.cost
    }


def _callers_of(graph: Graph, to: str) -> frozenset[str]:
    """The functions that call what is named."""
    found = frozenset(
        edge.source
        for edges in graph.calls.values()
        for edge in edges
        if is_called(graph, edge, to)
    )
    if not found:
        raise NotFoundError(
            f"{graph.nodes[graph.root].name} does not lead to {to}",
            hint="--to takes a function, a slot such as struct.field, or its field",
        )
    return found


def _weights(
    graph: Graph, reach: tuple[Tree, Container[str]], makers: Makers, likely: set[int]
) -> Mapping[int, float]:
    """The costs of calls with several targets, by `id`, where reasons tell them apart.

    Args:
        graph: its edges say where their targets come from.
        reach: the ways from the entry by structure alone; what leads to the goal.
        makers: how the path gets to where they stand.
        likely: filled with the ids of what `Ways.likely` says.
    """

    def distance(edge: PathEdge) -> float:
        found = (
            tree.cost[at] + CALL_COST * calls
            for reason in edge.why
            for at, calls in makers.get(reason, {}).items()
            if at in tree.cost
        )
        return min(found, default=FORK_COST)

    tree, onward = reach
    sites: dict[tuple[Site, Grade], list[PathEdge]] = defaultdict(list)
    for edges in graph.calls.values():
        for edge in edges:
            if is_hop(edge) and not is_bound(edge) and edge.target in onward:
                sites[site_of(edge), edge.grade].append(edge)
    weights: dict[int, float] = {}
    for edges in sites.values():
        # One place hands on one function; stores may all be made on the way.
        slack = 0.0 if edges[0].grade is Grade.LOCAL else AS_NEAR
        away = {id(edge): distance(edge) for edge in edges}
        nearest = min(away.values())
        first = [edge for edge in edges if away[id(edge)] <= nearest + slack]
        if nearest >= FORK_COST or len(first) > FORK:
            continue
        likely.update(id(edge) for edge in first if is_fork(graph, edge))
        for edge in edges:
            own = LIKELY_COST if id(edge) in likely else cost_of(graph, edge)
            extra = max(away[id(edge)] - nearest - slack, 0.0)
            weights[id(edge)] = own + min(extra, MOST_EXTRA)
    return weights
