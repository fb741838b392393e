"""The ways from a system call to a function or slot, the likely ones before others.

Where only run time decides a call, the scenario still says something: which of the
stores that fill the slot are made on the path itself, and how near.  A packet that a
call sends over IPv4 has a route of IPv4, since it is such a route that the call makes.
The same holds for a function that is handed on as an argument: it is called where the
way leads through the place that hands it on.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
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


def ways_to(graph: Graph, to: str, makers: Makers, chosen: Container[str] = ()) -> Ways:
    """The nodes on ways to a name, those on the cheapest way first.

    Args:
        graph: the path.
        to: a function, a slot, or its field.
        makers: how the path gets to where the reasons of the edges stand.
        chosen: slots, or structs of tables, that the question decides.  Where a call
            through one leads to the name, the ways are those through such calls.

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
    gates = _gates(graph, chosen, costs)
    if gates:
        tree, costs = _through(graph, _Found(tree, costs, cost), gates)
    limit = min(costs.values()) + LONGER_BY
    ordered = sorted((n for n in costs if costs[n] <= limit), key=costs.__getitem__)
    return Ways(tree, tuple(ordered), frozenset(likely))


def leads_through(graph: Graph, to: str, chosen: Container[str]) -> bool:
    """Whether a call that the question decides leads to a name."""
    names = (edge for edges in graph.calls.values() for edge in edges)
    callers = {edge.source for edge in names if is_called(graph, edge, to)}
    return bool(_gates(graph, chosen, tree_to(graph, callers).cost))


def _gates(
    graph: Graph, chosen: Container[str], onward: Container[str]
) -> list[PathEdge]:
    """The calls that the question decides, between nodes that lead to a name."""
    return [
        edge
        for edges in graph.calls.values()
        for edge in edges
        if _is_chosen(edge, chosen) and edge.target in onward and edge.source in onward
    ]


def _is_chosen(edge: PathEdge, chosen: Container[str]) -> bool:
    struct = edge.slot.rpartition(".")[0]
    return is_hop(edge) and (edge.slot in chosen or (bool(struct) and struct in chosen))


@dataclass(frozen=True, slots=True)
class _Found:
    """The ways to a name, whatever they lead through."""

    tree: Tree
    costs: Mapping[str, float]
    """Of the cheapest way through a node."""
    cost: Callable[[PathEdge], float]

    def onward(self, node: str) -> float:
        """What the way from a node to the name costs."""
        return self.costs[node] - self.tree.cost[node]


def _through(
    graph: Graph, found: _Found, gates: Sequence[PathEdge]
) -> tuple[Tree, dict[str, float]]:
    """The ways that lead through the nearest of some calls, and what they cost."""

    def reach(edge: PathEdge) -> float:
        return found.tree.cost[edge.source] + found.cost(edge)

    gate = min(gates, key=lambda edge: reach(edge) + found.onward(edge.target))
    rest = reach(gate) - found.tree.cost[gate.source] + found.onward(gate.target)
    before = {
        node: ahead + found.tree.cost[node] + rest
        for node, ahead in tree_to(graph, [gate.source], found.cost).cost.items()
        if node in found.tree.cost
    }
    behind = tree_from(graph, [gate.target], found.cost)
    after = {
        node: reach(gate) + cost + found.onward(node)
        for node, cost in behind.cost.items()
        if node in found.costs
    }
    limit = before[gate.source] + LONGER_BY
    ways = {node: cost for node, cost in before.items() if cost <= limit}
    parents = {**found.tree.parent, **behind.parent, gate.target: gate}
    parents |= {n: e for n, e in found.tree.parent.items() if n in ways}
    cost = {
        **found.tree.cost,
        **{node: reach(gate) + cost for node, cost in behind.cost.items()},
    }
    cost |= {node: found.tree.cost[node] for node in ways}
    tree = Tree(parents, dict(sorted(cost.items(), key=lambda item: item[1])))
    return tree, {**after, **ways}


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
        is_handed = edges[0].grade is Grade.LOCAL
        slack = 0.0 if is_handed else AS_NEAR
        away = {id(edge): distance(edge) for edge in edges}
        nearest = min(away.values())
        first = [edge for edge in edges if away[id(edge)] <= nearest + slack]
        if nearest >= FORK_COST or len(first) > FORK:
            weights.update(_named_only(graph, edges))
            continue
        likely.update(id(edge) for edge in first if is_fork(graph, edge))
        for edge in edges:
            own = LIKELY_COST if id(edge) in likely else cost_of(graph, edge)
            extra = max(away[id(edge)] - nearest - slack, 0.0)
            extra = MOST_EXTRA if is_handed and extra else extra
            weights[id(edge)] = own + min(extra, MOST_EXTRA)
    return weights


def _named_only(graph: Graph, edges: Sequence[PathEdge]) -> dict[int, float]:
    """What targets cost that the source names at a call, and nothing near stores."""
    return {
        id(edge): cost_of(graph, edge) + MOST_EXTRA
        for edge in edges
        if edge.grade is Grade.NAMED
    }
