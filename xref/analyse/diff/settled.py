"""What of two paths can be compared: not what says more of the evaluation."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from xref.answers import CallPath, Grade, PathEdge, PathNode

Group = tuple[str, str]
"""Name and path."""

_UNSETTLED = {Grade.NAMED, Grade.LOCAL, Grade.SLOT, Grade.SIGNATURE}


def settled(path: CallPath) -> tuple[CallPath, int]:
    """The path without what else may be called where a pointer call is bound.

    A function that is evaluated in several places may have a call bound in one and
    open in another.  Which places are open is no difference of two kernels.

    Returns:
        What is left of the path, and how many targets are left out.
    """
    bound = {_site(edge) for edge in path.edges if edge.grade is Grade.BOUND}
    edges = [
        edge
        for edge in path.edges
        if edge.grade not in _UNSETTLED or _site(edge) not in bound
    ]
    return _with_edges(path, edges), len(path.edges) - len(edges)


Called = Callable[[PathNode], Collection[str]]
"""Names that the code of a function calls, whether a path follows them or not."""


def followed_alike(
    old: CallPath,
    new: CallPath,
    codes: tuple[Mapping[str, str], Mapping[str, str]],
    called: tuple[Called, Called],
) -> tuple[CallPath, CallPath, int]:
    """Both paths without what only one of them follows.

    A path stops where nothing below can matter to what is bound, and what matters
    differs.  A function that calls something on one of them, and nothing on the
    other, is where one stopped: if its code is the same, all below is left out; else
    what the code calls in both kernels.

    Args:
        old: one side.
        new: the other.
        codes: of both, by id of the node: equal for equal code.
        called: by the code of a function of either.

    Returns:
        What is left of both, and how many functions one of them stops at.
    """
    sides = [
        _groups(path, known) for path, known in zip((old, new), codes, strict=True)
    ]
    stops: set[Group] = set()
    others: tuple[set[Group], set[Group]] = set(), set()
    for group in sides[0].keys() & sides[1].keys():
        (code, calls), (other, goes_on) = (side[group] for side in sides)
        if not code or not other or calls == goes_on:
            continue
        if code == other:
            stops.add(group)
        else:
            others[calls].add(group)
    return _stopped((old, new), stops, others, called)


def changed_ids(
    old: CallPath, new: CallPath, codes: tuple[Mapping[str, str], Mapping[str, str]]
) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of the functions of both that have other code, or are on one path only."""
    sides = [
        _groups(path, known) for path, known in zip((old, new), codes, strict=True)
    ]
    changed = {
        group
        for group in sides[0].keys() | sides[1].keys()
        if sides[0].get(group, _NOWHERE)[0] != sides[1].get(group, _NOWHERE)[0]
    }
    before, after = (
        frozenset(n.id for n in path.nodes if (n.name, n.path) in changed)
        for path in (old, new)
    )
    return before, after


_NOWHERE: Final[tuple[list[str], bool]] = ([""], False)


def _groups(
    path: CallPath, codes: Mapping[str, str]
) -> dict[Group, tuple[list[str], bool]]:
    """By name and path: the codes, and whether anything is called."""
    callers = {edge.source for edge in path.edges}
    found: dict[Group, tuple[list[str], bool]] = {}
    for node in sorted(path.nodes, key=lambda node: node.line):
        known, calls = found.get((node.name, node.path), ([], False))
        code = codes.get(node.id)
        found[node.name, node.path] = (
            sorted([*known, code]) if code else known,
            calls or node.id in callers,
        )
    return found


def _stopped(
    paths: tuple[CallPath, CallPath],
    stops: Collection[Group],
    others: tuple[Collection[Group], Collection[Group]],
    called: tuple[Called, Called],
) -> tuple[CallPath, CallPath, int]:
    """Both paths without what is below some functions.

    Args:
        paths: both.
        stops: functions below which nothing is compared.
        others: those with other code that only the old path stops at, and those that
            only the new one does.
        called: see `followed_alike`.
    """
    one, lost = _cut(paths[0], stops, _common(paths[1], others[1], called[1]))
    other, more = _cut(paths[1], stops, _common(paths[0], others[0], called[0]))
    return one, other, len(stops) + lost + more


def _common(
    path: CallPath, groups: Collection[Group], called: Called
) -> Mapping[Group, Collection[str]]:
    """What the code of functions that a path stops at calls, and it has nowhere."""
    known = {node.name for node in path.nodes}
    found: dict[Group, set[str]] = {}
    for node in path.nodes:
        if (node.name, node.path) in groups:
            found.setdefault((node.name, node.path), set()).update(
                name for name in called(node) if name not in known
            )
    return found


def _cut(
    path: CallPath, stops: Collection[Group], common: Mapping[Group, Collection[str]]
) -> tuple[CallPath, int]:
    """A path without what the other stops at; and at how many with other code."""
    nodes = {node.id: node for node in path.nodes}
    left: list[PathEdge] = []
    partly: set[Group] = set()
    for edge in path.edges:
        source = nodes[edge.source]
        group = source.name, source.path
        if nodes[edge.target].name in common.get(group, ()):
            partly.add(group)
        elif group not in stops:
            left.append(edge)
    return _with_edges(path, left), len(partly)


def _with_edges(path: CallPath, edges: Collection[PathEdge]) -> CallPath:
    """The path with some of its edges, and what they reach."""
    if len(edges) == len(path.edges):
        return path
    reached = _reached(path.nodes[0].id, edges)
    return replace(
        path,
        nodes=tuple(node for node in path.nodes if node.id in reached),
        edges=tuple(edge for edge in edges if edge.source in reached),
    )


def _site(edge: PathEdge) -> tuple[str, str, int, str]:
    return edge.source, edge.file, edge.line, edge.slot


def _reached(root: str, edges: Iterable[PathEdge]) -> set[str]:
    """Ids of what a node leads to, itself included."""
    targets: dict[str, list[str]] = {}
    for edge in edges:
        targets.setdefault(edge.source, []).append(edge.target)
    reached, left = {root}, [root]
    while left:
        for target in targets.get(left.pop(), ()):
            if target not in reached:
                reached.add(target)
                left.append(target)
    return reached
