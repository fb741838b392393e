"""What of a path gets a line: by structure and count, never by name.

The path of one system call holds thousands of functions.  A reader wants its spine:
the ways to the pointer calls that the scenario decided.  Four things are drawn, each
while its share of the reader's lines lasts:

- the *main way*: through the nearest such call, then the chain with most of them;
- the other ways to such pointer calls, the cheapest first, those below the nearest one
  before others.  A way costs more the more places of the kernel call what it leads
  through: what the whole kernel shares says nothing about this call;
- the ways to functions that leave something behind for later calls;
- what is called beside these ways, with the fewest callers first, near the entry
  before elsewhere.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from math import log2

from xref.analyse.graph import (
    Graph,
    Tree,
    bits_of,
    commonness,
    cost_of,
    is_bound,
    is_fork,
    is_hop,
    site_of,
    tree_from,
)
from xref.analyse.ways import Makers, is_called, ways_to
from xref.answers import Group, PathEdge

LINES = 110
"""About how many lines a tree has unless the reader says otherwise."""

BOUND_WORTH = 1.0
FULL_BITS = 2.0
"""A bound call has its worth when it was one of four or more."""

HOP_WORTH = 0.5
FORK_WORTH = 0.25
MOST_FORK_WORTH = 1.5
"""A call that run time decides is worth the more, the more it may lead to: by bit."""

COMMON_WORTH = -0.1
"""By unit of `commonness`."""

MAIN_SHARE = 0.6
"""Of the lines, for the main way."""

SPINE_SHARE = 0.7
"""The same with the other ways."""

LEG_COST = 16.0
"""A bound call this far from the one before it is on no way that says something."""

OTHER_COST = 1.5
"""Not below the nearest bound call, ways are drawn up to so many times its cost."""

NEAR_PART = 4
"""One in so many of the open functions is near the entry."""

MAKER_SHARE = 0.75
"""The same with the ways to what leaves something behind."""

NEAR_SHARE = 0.9
"""The same with what is called beside them near the entry."""

ANY = 1 << 30
CONTEXTS = (100, 70, 50, 40, 30, 20, 15, 10, 7, 5, 4, 3, 2, 1, 0)
"""Limits tried for what is drawn beside the ways, by how many places call it."""

COMMON = 200
"""No way is followed into a function that more places call, unless by a pointer."""


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
    groups: tuple[Group, ...] = ()
    """Calls that are told as one until `show` has their name."""
    lines: int = LINES
    """About how many lines the tree should have."""
    makers: Makers = field(default_factory=dict)
    """How the path gets to where reasons stand, which weighs the ways `to` a name."""
    chosen: frozenset[str] = frozenset()
    """Slots, and structs of tables, that the question decides: the ways `to` a name
    lead through them where they can."""
    mark: frozenset[str] = frozenset()
    """Ids of functions that should have a line, near the ways and while there is room.
    """


@dataclass(frozen=True, slots=True)
class Selection:
    """Which functions are open, and where each has its place."""

    open: frozenset[str]
    tree: Tree
    context: int
    """Beside the ways, a function has a line when no more places call it."""
    near: frozenset[str] = frozenset()
    """The open functions that lie near the entry."""
    near_context: int = 0
    """The same limit for what those call."""
    marked: frozenset[str] = frozenset()
    """What has a line wherever an open function calls it."""
    likely: frozenset[int] = frozenset()
    """By `id`, edges to some of many targets that have a line all the same."""


Fits = Callable[[Selection, float], bool]
"""Whether the tree of a selection fits into a share of the reader's lines."""


def select(
    graph: Graph, makers: Collection[str], options: ReadingOptions, fits: Fits
) -> Selection:
    """Choose what shows the most and still fits.

    Args:
        graph: the path.
        makers: functions that leave something behind for later calls.
        options: what the reader asks for.
        fits: told a selection and a share of the lines.

    Raises:
        NotFoundError: nothing on the path is called as ``options.to`` says.
    """
    tree = tree_from(graph, [graph.root])
    whole = Selection(frozenset(tree.cost), tree, ANY)
    if options.full or (not options.to and fits(whole, 1.0)):
        return whole
    nothing = Selection(frozenset([graph.root]), tree, 0)
    if options.to:
        found = ways_to(graph, options.to, options.makers, options.chosen)
        nothing = replace(nothing, tree=found.tree, likely=found.likely)
        return _most(nothing, list(found.ordered), fits, 1.0)
    shown = [node for node in tree.cost if graph.nodes[node].name in options.show]
    own = _not_common(graph, tree)
    bound = [node for node in own if any(map(is_bound, graph.calls.get(node, ())))]
    asked = [node for node in own if _is_asked(graph, node, options)]
    if not bound:
        # No pointer call says where this goes: what is nearest comes first.
        spine = _most(nothing, [*shown, *asked, *own], fits, SPINE_SHARE)
        return _with_context(spine, fits)
    way = main_way(graph, tree, own)
    spine = _most(nothing, [*shown, *way], fits, MAIN_SHARE)
    inside = _below(tree, way[0])
    limit, leg = OTHER_COST * tree.cost[bound[0]], _legs(graph, tree)

    def is_near(node: str) -> bool:
        return leg[node] <= LEG_COST if node in inside else tree.cost[node] <= limit

    near = sorted(filter(is_near, bound), key=lambda node: node not in inside)
    near = [*filter(is_near, asked), *near]
    spine = _most(spine, [*shown, *near], fits, SPINE_SHARE)
    wanted = {*makers, *options.mark}
    marked = [node for node in own if node in wanted and is_near(node)]
    spine = replace(spine, marked=frozenset(marked))
    ways = [tree.parent[node].source for node in marked if node in tree.parent]
    return _with_context(_most(spine, ways, fits, MAKER_SHARE), fits)


def _is_asked(graph: Graph, node: str, options: ReadingOptions) -> bool:
    """Say whether a function makes pointer calls that are to be unfolded."""
    structs = {group.struct for group in options.groups if group.name in options.show}
    return any(
        edge.slot.partition(".")[0] in structs
        or any(is_called(graph, edge, name) for name in options.show)
        for edge in graph.calls.get(node, ())
        if is_hop(edge)
    )


def _legs(graph: Graph, tree: Tree) -> dict[str, float]:
    """What the way to each node costs since the last pointer call."""
    legs: dict[str, float] = {}
    for node in tree.cost:
        edge = tree.parent.get(node)
        ahead = 0.0 if edge is None or is_hop(edge) else cost_of(graph, edge)
        legs[node] = ahead + (legs[edge.source] if edge and ahead else 0.0)
    return legs


def _below(tree: Tree, top: str) -> frozenset[str]:
    """A node and all that is reached through it."""
    found = {top}
    for node in tree.cost:  # what leads to a node stands before it
        if node in tree.parent and tree.parent[node].source in found:
            found.add(node)
    return frozenset(found)


def _not_common(graph: Graph, tree: Tree) -> list[str]:
    """The nodes that can be reached without what many places call, nearest first."""
    found: dict[str, None] = {graph.root: None}
    for node in tree.cost:
        edge = tree.parent.get(node)
        few = graph.nodes[node].fan_in <= COMMON
        if edge and edge.source in found and (few or is_hop(edge)):
            found[node] = None
    return list(found)


def _with_context(spine: Selection, fits: Fits) -> Selection:
    """The same with as much as fits of what is called beside the ways."""
    ordered = [node for node in spine.tree.cost if node in spine.open]
    near = frozenset(ordered[: len(ordered) // NEAR_PART + 1])
    choices = (replace(spine, near=near, near_context=many) for many in CONTEXTS)
    spine = next((choice for choice in choices if fits(choice, NEAR_SHARE)), spine)
    choices = (replace(spine, context=many) for many in CONTEXTS)
    return next((choice for choice in choices if fits(choice, 1.0)), spine)


def _most(base: Selection, nodes: list[str], fits: Fits, share: float) -> Selection:
    """The selection with as many of the nodes opened, in their order, as fit."""

    def first(count: int) -> Selection:
        return replace(base, open=base.open | closed(base.tree, nodes[:count]))

    low, high = 0, len(nodes) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if fits(first(middle), share):
            low = middle
        else:
            high = middle
    return first(low)


def main_way(graph: Graph, tree: Tree, own: list[str]) -> list[str]:
    """Through the bound call that is nearest, then the chain of most worth from there.

    It ends where it makes no more pointer calls.
    """
    worth, best = _worths(graph, tree, own)
    nearest = [
        edge.target
        for node in own
        for edge in graph.calls.get(node, ())
        if is_bound(edge) and tree.parent.get(edge.target) is edge
    ]
    if not nearest:
        return [graph.root]
    source = tree.parent[nearest[0]].source
    beside = [node for node in nearest if tree.parent[node].source == source]
    way = [max(beside, key=worth.__getitem__)]
    while way[-1] in best:
        way.append(best[way[-1]])
    while way and not any(map(is_hop, graph.calls.get(way[-1], ()))):
        way.pop()
    return way or [source]


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
    graph: Graph, tree: Tree, own: list[str]
) -> tuple[dict[str, float], dict[str, str]]:
    """Worth of the best chain from each node on, and the next node on it."""
    worth: dict[str, float] = {}
    best: dict[str, str] = {}
    below: dict[str, list[str]] = defaultdict(list)
    for node in reversed(own):
        onward = max(below[node], key=worth.__getitem__, default=None)
        worth[node] = _own_worth(graph, tree, node)
        if onward is not None and worth[onward] > 0:
            worth[node] += worth[onward]
            best[node] = onward
        if node in tree.parent:
            below[tree.parent[node].source].append(node)
    return worth, best


def _own_worth(graph: Graph, tree: Tree, node: str) -> float:
    """What a node adds to the worth of its chain."""
    worth = max((_fork_worth(graph, e) for e in graph.calls.get(node, ())), default=0.0)
    edge = tree.parent.get(node)
    if edge is None or is_fork(graph, edge):
        return worth - BOUND_WORTH
    if is_hop(edge):
        n_targets = graph.targets[site_of(edge)]
        decided = BOUND_WORTH * min(bits_of(edge) / FULL_BITS, 1.0)
        return worth + max(decided, HOP_WORTH / n_targets)
    return worth + COMMON_WORTH * commonness(graph.nodes[node])


def _fork_worth(graph: Graph, edge: PathEdge) -> float:
    """What a call that run time decides adds to the worth of its caller."""
    if not is_fork(graph, edge):
        return 0.0
    return min(FORK_WORTH * log2(graph.targets[site_of(edge)]), MOST_FORK_WORTH)
