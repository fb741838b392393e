"""What of a path gets a line: by structure and count, never by name.

The path of one system call holds thousands of functions.  A reader wants its spine:
the ways to the pointer calls that the scenario decided.  The path is cut into
*chains*, each from where it leaves another to its last such call.  A pointer call
adds to the worth of a chain, a function that many places of the kernel call takes
from it: what the whole kernel shares says nothing about this call.  The chain of the
most worth is drawn first, then the next, while the reader's lines bear it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from xref.analyse.graph import (
    Graph,
    Tree,
    commonness,
    is_bound,
    is_fork,
    is_hop,
    site_of,
    tree_to,
)
from xref.answers import PathEdge
from xref.errors import NotFoundError

LINES = 100
"""About how many lines a tree has unless the reader says otherwise."""

BOUND_WORTH = 1.0
HOP_WORTH = 0.5
FORK_WORTH = 0.3
COMMON_WORTH = -0.1
"""By unit of `commonness`: a function called from 1,000 places takes away a hop."""


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What a reader asks for."""

    full: bool = False
    """Everything that the path holds."""
    depth: int | None = None
    """Steps below the entry that are shown at most."""
    to: str = ""
    """A function, slot or slot's field: only ways that lead there."""
    show: tuple[str, ...] = ()
    """Functions, slots or fields that are unfolded all the same."""
    lines: int = LINES
    """About how many lines the tree should have."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which functions are open, and where each has its place."""

    open: frozenset[str]
    tree: Tree
    context: int
    """Beside the ways, a function has a line when no more places call it."""
    main: frozenset[str] = frozenset()
    """The way of most worth, and what leads to it."""
    near: int = 0
    """The same limit for what the main way calls."""


def chains(graph: Graph, tree: Tree, show: Iterable[str]) -> list[tuple[str, ...]]:
    """The tree cut into chains worth a line, the worthiest first.

    A chain stands behind the one that it leaves.
    """
    worth, best = _worths(graph, tree, frozenset(show))
    below = _below(tree)
    found: list[tuple[str, ...]] = []
    heap = [(0.0, 0, graph.root)]
    turn = 0
    while heap:
        chain = tuple(_follow(best, heappop(heap)[2]))
        found.append(chain)
        for node in chain:
            for inner in below.get(node, ()):
                if worth[inner] > 0 and inner != best.get(node):
                    turn += 1
                    heappush(heap, (-worth[inner], turn, inner))
    return found


def ways_to(graph: Graph, tree: Tree, to: str) -> list[str]:
    """The nodes on ways to a name, those on the cheapest way first.

    Raises:
        NotFoundError: nothing on the path is called so.
    """
    goals = {
        edge.source
        for edges in graph.calls.values()
        for edge in edges
        if is_called(graph, edge, to)
    }
    if not goals:
        raise NotFoundError(
            f"{graph.nodes[graph.root].name} does not lead to {to}",
            hint="--to takes a function, a slot such as struct.field, or its field",
        )
    onward = tree_to(graph, goals)
    ways = {
        node: cost + tree.cost[node]
        for node, cost in onward.cost.items()
        if node in tree.cost
    }
    return sorted(ways, key=ways.__getitem__)


def is_called(graph: Graph, edge: PathEdge, name: str) -> bool:
    """Whether a name is that of a call's target, of its slot, or of its field."""
    struct, _, field = edge.slot.partition(".")
    return name in {graph.nodes[edge.target].name, edge.slot, field, struct} - {""}


def closed(tree: Tree, nodes: Iterable[str]) -> frozenset[str]:
    """The nodes and all that the tree leads through to them."""
    found: set[str] = set()
    for node in nodes:
        at = node
        while at not in found:
            found.add(at)
            if at not in tree.parent:
                break
            at = tree.parent[at].source
    return frozenset(found)


def _worths(
    graph: Graph, tree: Tree, show: frozenset[str]
) -> tuple[dict[str, float], dict[str, str]]:
    """Worth of the best chain from each node on, and its next node."""
    worth: dict[str, float] = {}
    best: dict[str, str] = {}
    below = _below(tree)
    for node in reversed(list(tree.cost)):
        inner = below.get(node, ())
        onward = max(inner, key=worth.__getitem__, default=None)
        worth[node] = _own_worth(graph, tree, node, show)
        if onward is not None and worth[onward] > 0:
            worth[node] += worth[onward]
            best[node] = onward
    return worth, best


def _own_worth(graph: Graph, tree: Tree, node: str, show: frozenset[str]) -> float:
    """What a node adds to the worth of its chain."""
    forks = any(is_fork(graph, edge) for edge in graph.calls.get(node, ()))
    worth = FORK_WORTH * forks
    edge = tree.parent.get(node)
    if graph.nodes[node].name in show:
        return worth + BOUND_WORTH
    if edge is None or is_fork(graph, edge):
        return worth - BOUND_WORTH
    if is_hop(edge):
        n_targets = graph.targets[site_of(edge)]
        return worth + (BOUND_WORTH if is_bound(edge) else HOP_WORTH / n_targets)
    return worth + COMMON_WORTH * commonness(graph.nodes[node])


def _below(tree: Tree) -> dict[str, list[str]]:
    below: dict[str, list[str]] = defaultdict(list)
    for node in tree.cost:
        if node in tree.parent:
            below[tree.parent[node].source].append(node)
    return below


def _follow(best: Mapping[str, str], node: str) -> Iterable[str]:
    yield node
    while node in best:
        node = best[node]
        yield node
