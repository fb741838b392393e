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
    other, is where one stopped: if its code is the same, all below is left out.
    What the code of a function calls by name in both kernels, and only one of the
    paths has there, says as little.

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
    both = [
        group
        for group in sides[0].keys() & sides[1].keys()
        if sides[0][group][0] and sides[1][group][0]
    ]
    stops = {
        group
        for group in both
        if sides[0][group][0] == sides[1][group][0]
        and sides[0][group][1] != sides[1][group][1]
    }
    one, lost = _cut(old, stops, _common(old, new, both, called[1]))
    other, more = _cut(new, stops, _common(new, old, both, called[0]))
    return one, other, len(stops) + lost + more


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


def _common(
    path: CallPath, other: CallPath, both: Collection[Group], called: Called
) -> Mapping[Group, Collection[str]]:
    """What functions of a path call by name, and the other only by its code.

    Args:
        path: one of two.
        other: the other one.
        both: functions that both have, with code.
        called: by the code of a function of the other.
    """
    by_name = [edge for edge in path.edges if _is_by_name(edge)]
    wanted, there = _names_called(path, by_name), _names_called(other, other.edges)
    nodes: dict[Group, list[PathNode]] = {}
    for node in other.nodes:
        nodes.setdefault((node.name, node.path), []).append(node)
    found: dict[Group, Collection[str]] = {}
    for group in both:
        names = wanted.get(group, set()) - there.get(group, set())
        if names:
            names &= {name for node in nodes[group] for name in called(node)}
        if names:
            found[group] = names
    return found


def _names_called(path: CallPath, edges: Iterable[PathEdge]) -> dict[Group, set[str]]:
    """By function: names that some of the edges of a path lead to."""
    nodes = {node.id: node for node in path.nodes}
    found: dict[Group, set[str]] = {}
    for edge in edges:
        source = nodes[edge.source]
        names = found.setdefault((source.name, source.path), set())
        names.add(nodes[edge.target].name)
    return found


def _is_by_name(edge: PathEdge) -> bool:
    return not (edge.slot or edge.expression)


def _cut(
    path: CallPath, stops: Collection[Group], common: Mapping[Group, Collection[str]]
) -> tuple[CallPath, int]:
    """A path without what the other does not follow; and in how many functions."""
    nodes = {node.id: node for node in path.nodes}
    left: list[PathEdge] = []
    partly: set[Group] = set()
    for edge in path.edges:
        source = nodes[edge.source]
        group = source.name, source.path
        if _is_by_name(edge) and nodes[edge.target].name in common.get(group, ()):
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
