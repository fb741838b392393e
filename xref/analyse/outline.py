"""A selection to a tree of steps, in the order of the source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xref.analyse.folding import ReadingOptions, Selection
from xref.analyse.graph import (
    Graph,
    Link,
    is_bound,
    is_fork,
    is_hop,
    is_silent,
    links,
    site_of,
    targets_of,
)
from xref.analyse.ways import is_called
from xref.answers import (
    LATER,
    Folded,
    Fork,
    Group,
    PathEdge,
    PathNode,
    Reason,
    StepState,
)

REMARK_COLUMNS = 75
"""Of a line of reasons, about."""

REASON_COLUMNS = 25
"""Of a reason beside its text."""


@dataclass(slots=True)
class Draft:
    """A step in the making."""

    node: PathNode
    links: list[Link]
    """Where the function above calls it."""
    state: StepState
    items: list["Draft | Fork"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outliner:
    """What every part of one outline needs."""

    graph: Graph
    selection: Selection
    options: ReadingOptions
    left_open: Mapping[str, Sequence[Folded]]
    """Pointer calls that the path does not follow, by the function they stand in."""
    placed: dict[str, None] = field(default_factory=dict)
    """Ids of the nodes that have a line, in reading order."""
    cut: set[str] = field(default_factory=set)
    """Of those, the ones below which the depth ends."""


def outline(outliner: Outliner) -> Draft:
    """Draft the tree of a selection; fills ``placed``."""
    root = outliner.graph.nodes[outliner.graph.root]
    draft = Draft(root, [], StepState.OPEN)
    outliner.placed[root.id] = None
    _fill(outliner, draft, (root.id,))
    return draft


def n_lines(draft: Draft) -> int:
    """How many lines a draft will have, about."""
    given: set[Reason] = set()
    total, todo = 0, [draft]
    while todo:
        at = todo.pop()
        new = {reason for link in at.links[:1] for reason in link.edge.why} - given
        given |= new
        told = sum(len(reason.text) + REASON_COLUMNS for reason in new)
        total += 1 + (told + REMARK_COLUMNS - 1) // REMARK_COLUMNS
        todo += [item for item in reversed(at.items) if isinstance(item, Draft)]
        total += sum(isinstance(item, Fork) for item in at.items)
    return total


def _fill(outliner: Outliner, draft: Draft, above: tuple[str, ...]) -> None:
    """Give an open draft its items, and those theirs."""
    depth = outliner.options.depth
    if depth is not None and len(above) > depth:
        draft.state = StepState.FOLDED
        outliner.cut.add(draft.node.id)
        return
    called: dict[str, Draft] = {}
    for item in _items(outliner, draft.node.id):
        if isinstance(item, Fork):
            draft.items.append(item)
        elif item.edge.target in called:
            called[item.edge.target].links.append(item)
        elif _has_line(outliner, draft.node.id, item):
            node = outliner.graph.nodes[item.edge.target]
            new = Draft(node, [item], StepState.FOLDED)
            called[node.id] = new
            draft.items.append(new)
    for new in called.values():
        _enter(outliner, draft, new, above)
    draft.items = [item for item in draft.items if not _is_repeated(outliner, item)]


def _is_repeated(outliner: Outliner, item: Draft | Fork) -> bool:
    """Whether a line says only again that something stands beside the ways."""
    if isinstance(item, Fork) or outliner.options.full:
        return False
    return (
        item.state is StepState.SEEN
        and item.node.id not in outliner.selection.open
        and not is_hop(item.links[0].edge)
    )


def _enter(
    outliner: Outliner, caller: Draft, draft: Draft, above: tuple[str, ...]
) -> None:
    """Open a drafted call where its function has its place."""
    target = draft.node.id
    is_open = target in outliner.selection.open
    if target in above:
        draft.state = StepState.RECURSION
    elif target in outliner.placed or (
        is_open and _home(outliner, target) != caller.node.id
    ):
        draft.state = StepState.SEEN
    else:
        outliner.placed[target] = None
        if is_open:
            draft.state = StepState.OPEN
            _fill(outliner, draft, (*above, target))


def _items(outliner: Outliner, source: str) -> Iterator[Link | Fork]:
    """What a function calls, in order; calls with many targets made one."""
    graph = outliner.graph
    forks: set[object] = set()
    calls = links(graph, source)
    if not outliner.options.full:
        calls = _without_twins(graph, calls)
    hops = {(link.edge.file, link.edge.line) for link in calls if is_hop(link.edge)}
    left_open = [
        fold
        for fold in outliner.left_open.get(source, ())
        if fold.option == LATER or (fold.file, fold.line) not in hops
    ]
    for link in calls:
        while left_open and _stands_before(left_open[0], link.first):
            yield _fork_of_fold(left_open.pop(0))
        if not _is_one_line(outliner, link.edge):
            yield link
        elif (site := site_of(link.edge)) not in forks:
            forks.add(site)
            yield _fork(outliner, link.edge)
    yield from map(_fork_of_fold, left_open)


def _without_twins(graph: Graph, calls: list[Link]) -> list[Link]:
    """Of functions of one name that one place calls, the one that does most.

    A header has an empty twin of a function for when it is configured out.
    """
    best: dict[tuple[str, int, str], tuple[bool, int, str]] = {}
    for link in calls:
        if not is_hop(link.edge):
            node = graph.nodes[link.edge.target]
            rank = (
                not node.path.endswith(".h"),
                len(graph.calls.get(node.id, ())),
                node.id,
            )
            key = _call_key(graph, link)
            best[key] = max(best.get(key, rank), rank)
    return [
        link
        for link in calls
        if is_hop(link.edge) or link.edge.target == best[_call_key(graph, link)][2]
    ]


def _call_key(graph: Graph, link: Link) -> tuple[str, int, str]:
    """The place of a call by name, and the name."""
    return link.edge.source, link.edge.line, graph.nodes[link.edge.target].name


def _is_one_line(outliner: Outliner, edge: PathEdge) -> bool:
    """Whether all targets of a pointer call have one line together."""
    options, graph = outliner.options, outliner.graph
    group = group_of(outliner, edge)
    if not is_hop(edge) or options.full or (group and group.name in options.show):
        return False
    if graph.targets[site_of(edge)] == 1 and not group:
        return False
    if any(is_called(graph, edge, name) for name in options.show):
        return False
    if group and graph.nodes[edge.target].name != options.to:
        return True
    if is_fork(graph, edge):
        is_likely = id(edge) in outliner.selection.likely
        return not is_likely and graph.nodes[edge.target].name != options.to
    return not any(
        is_bound(other)
        or other.target in outliner.selection.open
        or graph.nodes[other.target].name == options.to
        for other in targets_of(graph, edge)
    )


def _has_line(outliner: Outliner, caller: str, link: Link) -> bool:
    """Whether a call is drawn."""
    options, graph, chosen = outliner.options, outliner.graph, outliner.selection
    target = graph.nodes[link.edge.target]
    names = (options.to, *options.show)
    if options.full or any(is_called(graph, link.edge, name) for name in names):
        return True
    if is_silent(graph, target) and not is_hop(link.edge):
        return False
    if options.to or target.id in chosen.open:
        return target.id in chosen.open
    if target.id in chosen.marked and target.id not in outliner.placed:
        return True
    limit = max(chosen.context, chosen.near_context * (caller in chosen.near))
    few = target.fan_in <= limit
    return is_hop(link.edge) or (few and target.id not in outliner.placed)


def _home(outliner: Outliner, node: str) -> str | None:
    """The function below which an open one is drawn in full."""
    parent = outliner.selection.tree.parent
    while node in parent:
        node = parent[node].source
        if outliner.graph.nodes[node].kind != "macro":
            return node
    return None


def _stands_before(fold: Folded, edge: PathEdge) -> bool:
    return fold.file == edge.file and fold.line < edge.line


def group_of(outliner: Outliner, edge: PathEdge) -> Group | None:
    """The group of calls that one through a pointer belongs to."""
    struct = edge.slot.partition(".")[0]
    groups = (g for g in outliner.options.groups if struct and g.struct == struct)
    return next(groups, None)


def _fork(outliner: Outliner, edge: PathEdge) -> Fork:
    """One line for a pointer call with many targets, less those that have their own."""
    group = group_of(outliner, edge)
    targets = targets_of(outliner.graph, edge)
    others = [other for other in targets if _is_one_line(outliner, other)]
    kind = "targets" if len(others) == len(targets) else "other targets"
    return Fork(
        label=edge.expression or edge.slot,
        slot=edge.slot,
        grade=edge.grade,
        names=tuple(outliner.graph.nodes[other.target].name for other in others),
        count=len(others),
        file=edge.file,
        line=edge.line,
        option=_option(edge, group),
        kind=group.title if group else kind,
    )


def _option(edge: PathEdge, group: Group | None) -> str:
    """What unfolds a pointer call."""
    name = group.name if group else edge.slot.rpartition(".")[2]
    return f"--show {name}" if name else "--full"


def _fork_of_fold(fold: Folded) -> Fork:
    """One line for a pointer call that the path does not follow."""
    later = fold.option == LATER
    return Fork(
        label=f"later: {fold.what}" if later else fold.what,
        slot="" if later else fold.what,
        grade="",
        names=fold.names,
        count=fold.count,
        file=fold.file,
        line=fold.line,
        option=fold.option,
    )
