"""What of two paths can be compared: not what says more of the evaluation."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from xref.analyse.diff.pairs import plain_slot, stands
from xref.answers import CallPath, Grade, PathEdge, PathNode, Reason

Group = tuple[str, str]
"""Name and path."""

Target = tuple[str, str]
"""A slot, "" for a call by name, and the name of what is called."""

_VARIABLE: Final = "*"
"""In place of a slot: what a variable holds is the doing of all callers."""

_UNSETTLED = {Grade.NAMED, Grade.LOCAL, Grade.SLOT, Grade.SIGNATURE}


def unsure_slots(path: CallPath) -> frozenset[tuple[Group, str]]:
    """Functions and slots of pointer calls that may lead elsewhere, too."""
    nodes = {node.id: node for node in path.nodes}
    sources = (
        (nodes[edge.source], plain_slot(edge.slot))
        for edge in path.edges
        if edge.grade in _UNSETTLED
    )
    return frozenset(((node.name, node.path), slot) for node, slot in sources)


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
    return with_edges(path, edges), len(path.edges) - len(edges)


@dataclass(frozen=True, slots=True)
class Calls:
    """What the functions of one kernel call, whether a path follows them or not."""

    codes: Mapping[str, str]
    """By id of the node: equal for equal code."""
    by_name: Callable[[PathNode], Collection[str]]
    """Names that the code of a function calls."""
    through: Callable[[PathNode, str], Collection[str]]
    """Names of what its code may call through a slot, without a scenario."""
    held: Callable[[PathNode, str], Collection[str]]
    """The same, where that it calls through the slot is known."""
    unsure: Collection[tuple[Group, str]]
    """Functions and slots of which its path does not know where they lead."""
    lines: Callable[[str], Sequence[str]]
    """The lines of a file without comments; none where the source is not at hand."""


def followed_alike(
    old: CallPath, new: CallPath, calls: tuple[Calls, Calls]
) -> tuple[CallPath, CallPath, int]:
    """Both paths without what only one of them follows.

    A path stops where nothing below can matter to what is bound, and what matters
    differs.  A function that calls something on one of them, and nothing on the
    other, is where one stopped: if its code is the same, all below is left out.
    What the code of a function calls by name in both kernels, and only one of the
    paths has there, says as little; and so does what it may call through a slot in
    both, where one of the paths does not know which, or knows of more by stores that
    both kernels have.

    Args:
        old: one side.
        new: the other.
        calls: of the functions of both.

    Returns:
        What is left of both, and how many functions one of them stops at.
    """
    moved = _moved(old, new)
    keys: tuple[Key, Key] = _key, lambda node: moved.get(_key(node), _key(node))
    sides = [
        _groups(path, known.codes, key)
        for path, known, key in zip((old, new), calls, keys, strict=True)
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
    same = {group: sides[0][group][0] == sides[1][group][0] for group in both}
    names = [{node.name for node in path.nodes} for path in (new, old)]
    one, lost = _cut(
        old, stops, _common(old, new, same, calls, keys), names[0], keys[0]
    )
    other, more = _cut(
        new, stops, _common(new, old, same, calls[::-1], keys[::-1]), names[1], keys[1]
    )
    return one, other, len(stops) + lost + more


def changed_ids(
    old: CallPath, new: CallPath, codes: tuple[Mapping[str, str], Mapping[str, str]]
) -> tuple[frozenset[str], frozenset[str]]:
    """Ids of the functions of both that have other code, or are on one path only."""
    sides = [
        _groups(path, known, _key)
        for path, known in zip((old, new), codes, strict=True)
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


Key = Callable[[PathNode], Group]


def _key(node: PathNode) -> Group:
    return node.name, node.path


def _moved(old: CallPath, new: CallPath) -> dict[Group, Group]:
    """Functions of the new path that are the only ones of a name of the old path."""
    before, after = (
        {_key(node) for node in path.nodes if node.kind != "macro"}
        for path in (old, new)
    )
    lost: dict[str, list[Group]] = {}
    for group in sorted(before - after):
        lost.setdefault(group[0], []).append(group)
    won: dict[str, list[Group]] = {}
    for group in sorted(after - before):
        won.setdefault(group[0], []).append(group)
    return {
        groups[0]: lost[name][0]
        for name, groups in won.items()
        if len(groups) == len(lost.get(name, ())) == 1
    }


def _groups(
    path: CallPath, codes: Mapping[str, str], key: Key
) -> dict[Group, tuple[list[str], bool]]:
    """By name and path: the codes, and whether anything is called."""
    callers = {edge.source for edge in path.edges}
    found: dict[Group, tuple[list[str], bool]] = {}
    for node in sorted(path.nodes, key=lambda node: node.line):
        known, calls = found.get(key(node), ([], False))
        code = codes.get(node.id)
        found[key(node)] = (
            sorted([*known, code]) if code else known,
            calls or node.id in callers,
        )
    return found


def _common(
    path: CallPath,
    other: CallPath,
    both: Mapping[Group, bool],
    calls: tuple[Calls, Calls],
    keys: tuple[Key, Key],
) -> Mapping[Group, Collection[Target]]:
    """What functions of a path call, and the other only by its code.

    Args:
        path: one of two.
        other: the other one.
        both: functions that both have, with code; whether it is the same.
        calls: of the functions of the path, and of the other.
        keys: what stands for the functions of both, wherever they stand.
    """
    own, others = calls
    unsure = {*own.unsure, *others.unsure}
    wanted, there = _targets(path, keys[0]), _targets(other, keys[1])
    stores = _stores(path, keys[0])
    nodes: dict[Group, list[PathNode]] = {}
    for node in other.nodes:
        nodes.setdefault(keys[1](node), []).append(node)
    found: dict[Group, set[Target]] = {}
    for group, is_same in both.items():
        mine, theirs = wanted.get(group, {}), there.get(group, {})
        called = {name for targets in theirs.values() for name in targets}
        for slot, targets in mine.items():
            names = targets - (theirs.get(slot, set()) if slot else called)
            is_known = slot and slot != _VARIABLE and slot in theirs
            if is_known and (group, slot) not in unsure:
                if not theirs[slot] < targets:
                    continue  # both know where the call goes
                names = {
                    name
                    for name in names
                    if (why := stores.get((group, slot, name)))
                    and all(stands(each, own.lines, others.lines) for each in why)
                }
            through = others.held if is_same or slot in theirs else others.through
            for node in nodes[group] if names else ():
                if slot == _VARIABLE:
                    known = others.held(node, "")
                else:
                    known = through(node, slot) if slot else others.by_name(node)
                found.setdefault(group, set()).update(
                    (slot, name) for name in names.intersection(known)
                )
    return found


def _targets(path: CallPath, key: Key) -> dict[Group, dict[str, set[str]]]:
    """By function and slot: names of what is called."""
    nodes = {node.id: node for node in path.nodes}
    found: dict[Group, dict[str, set[str]]] = {}
    for edge in path.edges:
        source, name = nodes[edge.source], nodes[edge.target].name
        slots = found.setdefault(key(source), {})
        slots.setdefault(_slot(edge), set()).add(name)
    return found


def _slot(edge: PathEdge) -> str:
    """Through which slot a call goes, "" by name; what a variable holds is one, too."""
    is_variable = edge.expression and not edge.slot
    return _VARIABLE if is_variable else plain_slot(edge.slot)


def _stores(path: CallPath, key: Key) -> dict[tuple[Group, str, str], set[Reason]]:
    """By function, slot and name of what is called: the stores that say its name."""
    nodes = {node.id: node for node in path.nodes}
    found: dict[tuple[Group, str, str], set[Reason]] = {}
    for edge in path.edges:
        source, name = nodes[edge.source], nodes[edge.target].name
        for reason in edge.why if edge.slot else ():
            if name in reason.text:
                place = key(source), plain_slot(edge.slot), name
                found.setdefault(place, set()).add(reason)
    return found


def _cut(
    path: CallPath,
    stops: Collection[Group],
    common: Mapping[Group, Collection[Target]],
    names: Collection[str],
    key: Key,
) -> tuple[CallPath, int]:
    """A path without what the other does not follow; and in how many functions."""
    nodes = {node.id: node for node in path.nodes}
    left: list[PathEdge] = []
    partly: set[Group] = set()
    for edge in path.edges:
        source = nodes[edge.source]
        group = key(source)
        target = _slot(edge), nodes[edge.target].name
        if target in common.get(group, ()):
            partly.add(group)
        elif group not in stops:
            left.append(edge)
    return with_edges(path, left, names), len(partly)


def with_edges(
    path: CallPath, edges: Collection[PathEdge], names: Collection[str] = ()
) -> CallPath:
    """The path with some of its edges, and what they reach.

    What another path has stays with all below, though nothing leads there any more:
    it is on both.

    Args:
        path: all of it.
        edges: those that stay.
        names: of the functions of the other path.
    """
    if len(edges) == len(path.edges):
        return path
    links = [(edge.source, edge.target) for edge in edges]
    left = reached([path.nodes[0].id], links)
    lost = (node.id for node in path.nodes if node.name in names)
    left |= reached((ident for ident in lost if ident not in left), links)
    return replace(
        path,
        nodes=tuple(node for node in path.nodes if node.id in left),
        edges=tuple(edge for edge in edges if edge.source in left),
    )


def _site(edge: PathEdge) -> tuple[str, str, int, str]:
    return edge.source, edge.file, edge.line, edge.slot


def reached(starts: Iterable[str], links: Iterable[tuple[str, str]]) -> set[str]:
    """Ids of what some nodes lead to, themselves included."""
    targets: dict[str, list[str]] = {}
    for source, target in links:
        targets.setdefault(source, []).append(target)
    found = set(starts)
    left = list(found)
    while left:
        for target in targets.get(left.pop(), ()):
            if target not in found:
                found.add(target)
                left.append(target)
    return found
