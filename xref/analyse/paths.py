"""A path to what a person reads: a tree in reading order, the rest counted."""

from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice

from xref.analyse.folding import ANY, ReadingOptions, Selection, select
from xref.analyse.graph import (
    Tree,
    graph_of,
    is_bound,
    is_fork,
    is_hop,
    is_silent,
    tree_from,
)
from xref.analyse.outline import Draft, Outliner, group_of, n_lines, outline
from xref.analyse.ways import is_called, leads_through, sources_near
from xref.answers import (
    CallPath,
    Folded,
    Fork,
    PathEdge,
    PathNode,
    Reading,
    Step,
    StepState,
)

BRANCH = "--any"
"""The option of a branch that is not taken; other folds are pointer calls."""

SPINE_SHARE = 0.6
"""Of the lines, for the ways to bound pointer calls."""

MAIN_SHARE = 0.85
"""The same with what is called beside the main one of them; the rest is for others."""

COMMON = 100
"""Where no pointer call leads the way, what more places call is not followed."""

MOST_HOPS = 3
"""Bound calls named at most where a function is folded that makes them."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """The nodes that have no line."""

    tree: Tree
    """How they are reached from those that have one."""
    by_owner: Mapping[str, list[str]]
    """Those that a node with a line reaches first, the nearest first."""


def reading_of(path: CallPath, options: ReadingOptions) -> Reading:
    """The tree that a person reads, and what it leaves out.

    Raises:
        NotFoundError: nothing on the path is called as ``options.to`` says.
    """
    graph = graph_of(path)
    left_open = _left_open(path)

    def drafted(selection: Selection) -> tuple[Outliner, Draft]:
        outliner = Outliner(graph, selection, options, left_open)
        return outliner, outline(outliner)

    def fits(selection: Selection, share: float) -> bool:
        few = len(selection.open) <= 20 * options.lines  # else no need to draw it
        return few and n_lines(drafted(selection)[1]) <= share * options.lines

    return _finished(
        path, *drafted(select(graph, frozenset(_makers(path)), options, fits))
    )


def selected(path: CallPath, options: ReadingOptions) -> CallPath:
    """The part of a path that a reading of it shows, for a program to read.

    With ``full`` that is all of it, down to ``depth`` calls.

    Raises:
        NotFoundError: nothing on the path is called as ``options.to`` says.
    """
    if options.full and options.depth is None and not options.to:
        return path
    if options.full and not options.to:
        depths = depths_of(path)
        near = {node for node, depth in depths.items() if depth <= (options.depth or 0)}
        return _narrowed(path, near, path.folded)
    reading = reading_of(path, options)
    return _narrowed(path, reading.shown, reading.folded)


def leads_to(path: CallPath, name: str, chosen: Collection[str] = ()) -> bool:
    """Whether a path calls a function, a slot or a slot's field of this name.

    Where the question chose slots or tables: through one of them, or by its own name.
    """
    graph = graph_of(path)
    calls = [edge for edge in path.edges if is_called(graph, edge, name)]
    if not chosen or any(edge.slot and name in edge.slot for edge in calls):
        return bool(calls)
    return leads_through(graph, name, chosen)


def undecided_near(path: CallPath, name: str) -> frozenset[str]:
    """Ids of the functions whose pointer calls decide how a path leads to a name.

    Raises:
        NotFoundError: nothing on the path is called so.
    """
    return sources_near(graph_of(path), name)


def depths_of(path: CallPath) -> dict[str, int]:
    """Calls between the entry and each node, on the shortest way."""
    graph = graph_of(path)
    depths = {graph.root: 0}
    queue = [graph.root]
    for node in queue:
        for edge in graph.calls.get(node, ()):
            if edge.target not in depths:
                depths[edge.target] = depths[node] + 1
                queue.append(edge.target)
    return depths


def _narrowed(
    path: CallPath, ids: Container[str], folded: tuple[Folded, ...]
) -> CallPath:
    """Only some nodes, and what belongs to them."""
    return replace(
        path,
        nodes=tuple(node for node in path.nodes if node.id in ids),
        edges=tuple(
            edge for edge in path.edges if edge.source in ids and edge.target in ids
        ),
        unresolved=tuple(item for item in path.unresolved if item.source in ids),
        folded=folded,
    )


def _makers(path: CallPath) -> list[str]:
    """The function that makes each store that the call leaves behind."""
    starts: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for node in path.nodes:
        starts[node.path].append((node.line, node.id))
    return [
        max(
            (at for at in starts[reason.file] if at[0] <= reason.line), default=(0, "")
        )[1]
        for reason in path.state
    ]


def _finished(path: CallPath, outliner: Outliner, draft: Draft) -> Reading:
    """Freeze a tree, with what is hidden counted at the step that reaches it."""
    hidden = _hidden(outliner)
    root = _step(draft, outliner, hidden)
    shown = frozenset(chain(outliner.placed, (node.id for node in _elided(root))))
    made = sorted(
        zip(_makers(path), path.state, strict=True),
        key=lambda made: made[0] not in shown,
    )
    far: tuple[Folded, ...] = ()
    if outliner.options.to and not outliner.options.full:
        beside = sum(maker not in shown for maker, _ in made)
        made = made[: len(made) - beside]
        why = f"made beside the ways to {outliner.options.to}"
        far = (Folded("", "", 0, "stores", beside, why, "--full"),) if beside else ()
    return Reading(
        path=replace(path, state=tuple(reason for _, reason in made)),
        root=root,
        shown=shown,
        unresolved=tuple(item for item in path.unresolved if item.source in shown),
        folded=(
            *(f for f in path.folded if f.source in shown or not f.source),
            *_summary(outliner, hidden),
            *far,
        ),
    )


def _hidden(outliner: Outliner) -> Hidden:
    """The nodes without a line, by the one with a line that reaches them first."""
    placed = outliner.placed
    tree = tree_from(outliner.graph, placed)
    owner: dict[str, str] = {}
    by_owner: dict[str, list[str]] = defaultdict(list)
    for node in tree.cost:
        if node not in placed:
            source = tree.parent[node].source
            owner[node] = owner.get(source, source)
            by_owner[owner[node]].append(node)
    return Hidden(tree, by_owner)


def _step(draft: Draft, outliner: Outliner, hidden: Hidden) -> Step:
    """Freeze a draft and what stands below it."""
    graph = outliner.graph
    own = draft.state in {StepState.OPEN, StepState.FOLDED}
    inside = hidden.by_owner.get(draft.node.id, ()) if own else ()
    hops = (edge for node in inside for edge in graph.calls.get(node, ()))
    step = Step(
        node=draft.node,
        calls=tuple(link.edge for link in draft.links),
        through=draft.links[0].through if draft.links else (),
        state=draft.state,
        hidden=sum(graph.nodes[node].kind != "macro" for node in inside),
        hidden_hops=tuple(islice(filter(is_bound, hops), MOST_HOPS)),
        steps=tuple(
            item if isinstance(item, Fork) else _step(item, outliner, hidden)
            for item in draft.items
        ),
    )
    return step if outliner.options.full else _lifted(step)


def _lifted(step: Step) -> Step:
    """The one call of a wrapper in place of the wrapper.

    A function in a header is inline, and one with a single call left to show is a
    wrapper; what a pointer calls keeps its own line.
    """
    inline = step.node.path.endswith(".h") and step.calls
    if not inline or len(step.steps) != 1 or is_hop(step.calls[0]):
        return step
    (inner,) = step.steps
    if isinstance(inner, Fork) or not (inner.steps or is_hop(inner.calls[0])):
        return step
    return replace(
        inner,
        through=(*step.through, step.node, *inner.through),
        hidden=inner.hidden + step.hidden,
        hidden_hops=(*step.hidden_hops, *inner.hidden_hops)[:MOST_HOPS],
    )


def _elided(step: Step) -> Iterator[PathNode]:
    """Macros and wrappers that stand between two lines."""
    yield from step.through
    for inner in step.steps:
        if isinstance(inner, Step):
            yield from _elided(inner)


def _left_open(path: CallPath) -> dict[str, list[Folded]]:
    """Pointer calls that the path does not follow: they have a line in the tree."""
    found: dict[str, list[Folded]] = defaultdict(list)
    for fold in path.folded:
        if fold.file and fold.option not in {BRANCH, ""}:
            found[fold.source].append(fold)
    for folds in found.values():
        folds.sort(key=lambda fold: (fold.file, fold.line))
    return found


def _summary(outliner: Outliner, hidden: Hidden) -> Iterator[Folded]:
    """How many functions have no line, by reason."""
    counts: Counter[str] = Counter()
    for owner, nodes in hidden.by_owner.items():
        reasons: dict[str, str] = {}
        for node in nodes:
            edge = hidden.tree.parent[node]
            reasons[node] = reasons.get(edge.source) or _reason(outliner, owner, edge)
            counts[reasons[node]] += outliner.graph.nodes[node].kind != "macro"
    groups = {each.title: f"--show {each.name}" for each in outliner.options.groups}
    for reason, count in counts.most_common():
        if count:
            option = groups.get(reason, "--full")
            yield Folded("", "", 0, "functions", count, reason, option)


def _reason(outliner: Outliner, owner: str, edge: PathEdge) -> str:
    """Why the first function on a way has no line."""
    limit = outliner.selection.context
    group = group_of(outliner, edge)
    is_open = owner in outliner.selection.open
    reasons = (
        (
            is_silent(outliner.graph, outliner.graph.nodes[edge.target]),
            "inline functions that call nothing, names without a body",
        ),
        (group is not None, group.title if group else ""),
        (
            is_fork(outliner.graph, edge),
            "targets of pointer calls with many, or below such",
        ),
        (
            bool(outliner.options.to),
            f"on longer ways to {outliner.options.to}, or on none",
        ),
        (owner in outliner.cut, f"deeper than {outliner.options.depth}"),
        (
            is_open and limit == ANY,
            "twins, for when something is configured out",
        ),
        (is_open and not limit, "beside the ways that are drawn, or below such"),
        (is_open, f"called from more than {_places(limit)}, or below such"),
        (True, "below functions with no bound pointer call near"),
    )
    return next(text for holds, text in reasons if holds)


def _places(count: int) -> str:
    return "one place" if count == 1 else f"{count} places"
