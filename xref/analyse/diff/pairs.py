"""Which function of one path is which of another: by name, place, role and body.

A *group* is what has one name in one file: a function, or its twins under ``#if``.
A *role* is how a group is called: by which group, through which slot.
"""

import re
from collections import defaultdict
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from typing import Final

from xref.analyse.diff.tokens import Tokens, most_similarity, similarity
from xref.analyse.graph import Graph
from xref.answers import PathNode, Reason

THRESHOLD: Final = 0.6
"""Bodies that have less in common are not one function under two names."""

SHORT_TOKENS: Final = 40
SHORT_THRESHOLD: Final = 0.9
"""Wrappers and accessors of few tokens are alike by their form."""

WRAPPED_PART: Final = 0.5
"""Of the threshold for two names of which one is a macro around the other, in one of
the kernels: what is not even so alike is the body of another function."""

Group = tuple[str, str]
"""Name and path."""


@dataclass(frozen=True, slots=True)
class Defined:
    """Where a kernel defines a function or macro."""

    path: str
    line: int
    is_shared: bool
    """Whether other files mean it, too, by its name."""
    words: frozenset[str] | None = None
    """Of a macro: what stands in its body; None for a function."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The code of the functions of one path."""

    digests: Mapping[str, str]
    """By id of the node: equal for equal code; none for what has no body."""
    tokens: Callable[[PathNode], Tokens]
    """Read when it is asked for."""
    defines: Callable[[str], Sequence[Defined]]
    """Where its kernel defines what has this name."""
    may_call: Callable[[PathNode, str], Collection[str]]
    """What a function may call through a slot, without a scenario: names; without a
    slot, what it arms to run later."""
    lines: Callable[[str], Sequence[str]]
    """The lines of a file without comments; none where the source is not at hand."""
    mentions: Callable[[str], Collection[Group]]
    """The functions that store, pass or return an object or its address."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two paths."""

    graph: Graph
    codes: Codes
    shown: Collection[str]
    """Ids of the nodes that have a line."""
    groups: Mapping[Group, tuple[str, ...]]
    """Ids of each group, in order of lines."""
    callers: Mapping[Group, frozenset[tuple[Group, str]]]
    """Roles: calling group and slot."""


@dataclass(slots=True)
class Pairs:
    """Which group of the old side is which of the new one."""

    new_of: dict[Group, Group] = field(default_factory=dict)
    old_of: dict[Group, Group] = field(default_factory=dict)
    similarity: dict[Group, float] = field(default_factory=dict)
    """By the old group, where it was measured."""

    def add(self, old: Group, new: Group) -> None:
        """Make two groups one."""
        self.new_of[old] = new
        self.old_of[new] = old


def side_of(graph: Graph, codes: Codes, shown: Collection[str]) -> Side:
    """A path as it is compared."""
    groups: dict[Group, list[PathNode]] = defaultdict(list)
    for node in graph.nodes.values():
        groups[group_of(node)].append(node)
    callers: dict[Group, set[tuple[Group, str]]] = defaultdict(set)
    for source, edges in graph.calls.items():
        caller = group_of(graph.nodes[source])
        for edge in edges:
            callers[group_of(graph.nodes[edge.target])].add(
                (caller, plain_slot(edge.slot))
            )
    return Side(
        graph,
        codes,
        shown,
        {
            group: tuple(n.id for n in sorted(nodes, key=lambda n: n.line))
            for group, nodes in groups.items()
        },
        {group: frozenset(roles) for group, roles in callers.items()},
    )


def plain_slot(slot: str) -> str:
    """A slot as C reads it: members without a name are not told.

    ``s::3::1.f`` is ``s.f`` in either kernel, whatever stands before it in ``s``.
    """
    return _UNNAMED.sub("", slot)


Lines = Callable[[str], Sequence[str]]
"""The lines of a file by its path."""


def stands(reason: Reason, own: Lines, other: Lines) -> bool:
    """Whether the other kernel has the line of a store, too: it binds there as well.

    Which of several stores an evaluation meets first is no difference of kernels.
    """
    mine, theirs = own(reason.file), other(reason.file)
    if not 0 < reason.line <= len(mine):
        return False
    line = mine[reason.line - 1].split()
    return bool(line) and any(each.split() == line for each in theirs)


_UNNAMED: Final = re.compile(r"::\d+\b")


def group_of(node: PathNode) -> Group:
    """Name and path of a function."""
    return node.name, node.path


def pairs_of(old: Side, new: Side, threshold: float) -> Pairs:
    """Pair the groups of two paths.

    Args:
        old: one side.
        new: the other.
        threshold: how much two bodies have in common, at least, that are taken for
            one function under two names or in two files.
    """
    pairs = Pairs()
    for group in old.groups:
        if group in new.groups:
            pairs.add(group, group)
    _pair_entries(old, new, pairs)
    _pair_moved(old, new, pairs, threshold)
    while _pair_renamed(old, new, pairs, threshold):
        _pair_moved(old, new, pairs, threshold)
    return pairs


def is_same_code(old: Side, new: Side, one: Group, other: Group) -> bool | None:
    """Whether two groups have the same code; None where one has no body."""
    first, second = _digests(old, one), _digests(new, other)
    return first == second if first and second else None


def _digests(side: Side, group: Group) -> list[str]:
    found = (side.codes.digests.get(ident) for ident in side.groups[group])
    return sorted(filter(None, found))


def _pair_entries(old: Side, new: Side, pairs: Pairs) -> None:
    """The entries of one system call are one function, whatever they are called."""
    first = group_of(old.graph.nodes[old.graph.root])
    second = group_of(new.graph.nodes[new.graph.root])
    if first not in pairs.new_of and second not in pairs.old_of:
        pairs.add(first, second)


def _pair_moved(old: Side, new: Side, pairs: Pairs, threshold: float) -> None:
    """Functions of one name in other files, where no other has that name."""
    left = _by_name(old, pairs.new_of)
    right = _by_name(new, pairs.old_of)
    both = [
        (left[name][0], right[name][0])
        for name in left.keys() & right.keys()
        if len(left[name]) == len(right[name]) == 1
    ]
    moved = both
    while moved:  # a pair may give what it calls the same role: in rounds, not in order
        moved = [pair for pair in both if _is_moved(old, new, pairs, pair, threshold)]
        for one, other in moved:
            pairs.add(one, other)
        both = [pair for pair in both if pair not in moved]
    for name in sorted(left.keys() & right.keys()):
        if max(len(left[name]), len(right[name])) > 1:
            _pair_twins(old, new, pairs, (left[name], right[name]), threshold)


def _pair_twins(
    old: Side,
    new: Side,
    pairs: Pairs,
    groups: tuple[Sequence[Group], Sequence[Group]],
    threshold: float,
) -> None:
    """Pair what has one name in several files of a kernel, the most alike first."""
    found = []
    for one in groups[0]:
        for other in groups[1]:
            is_same = is_same_code(old, new, one, other)
            share = 1.0 if is_same else _measured(old, new, (one, other), threshold)
            if share:
                found.append((-share, sorted((one[1], other[1])), one, other))
    for share, _, one, other in sorted(found, key=lambda each: each[:2]):
        if one not in pairs.new_of and other not in pairs.old_of:
            pairs.add(one, other)
            pairs.similarity[one] = -share


def _by_name(
    side: Side, partners: Mapping[Group, Group]
) -> dict[tuple[str, bool], list[Group]]:
    """Groups without a partner by their names; a macro is no function."""
    found: dict[tuple[str, bool], list[Group]] = defaultdict(list)
    for group in side.groups:
        if group not in partners:
            found[group[0], _is_macro(side, group)].append(group)
    return found


def _is_moved(
    old: Side, new: Side, pairs: Pairs, both: tuple[Group, Group], threshold: float
) -> bool:
    """Same role, or a body that is alike; what has no body has its name only."""
    one, other = both
    same = is_same_code(old, new, one, other)
    if same is None or same or _has_same_role(old, new, pairs, both):
        return True
    return _is_one_for_all(old, new, both) or bool(_measured(old, new, both, threshold))


def _is_one_for_all(old: Side, new: Side, both: tuple[Group, Group]) -> bool:
    """Whether either is what all files of its kernel mean by the name."""
    (name, one), (_, other) = both
    before, after = old.codes.defines(name), new.codes.defines(name)
    return (
        bool(before and after)
        and all(each.is_shared for each in (*before, *after))
        and all(each.path != other for each in before)
        and all(each.path != one for each in after)
    )


def _has_same_role(
    old: Side, new: Side, pairs: Pairs, both: tuple[Group, Group]
) -> bool:
    roles = old.callers.get(both[0], frozenset())
    others = new.callers.get(both[1], frozenset())
    return any((pairs.new_of.get(caller), slot) in others for caller, slot in roles)


def _pair_renamed(old: Side, new: Side, pairs: Pairs, threshold: float) -> bool:
    """Pair what is called in the same way and is alike, the most alike first."""
    found: list[tuple[float, list[str], Group, Group]] = []
    for one, other, is_same_role in _candidates(old, new, pairs):
        pair = one, other
        floor = threshold if is_same_role else max(threshold, SHORT_THRESHOLD)
        least = WRAPPED_PART * threshold if _is_wrapped(old, new, pair) else 0.0
        share = _measured(old, new, pair, 0.0 if least else floor)
        if share >= least and share:
            # The names in order, so that exchanging the sides changes nothing.
            found.append((-share, sorted((*one, *other)), one, other))
    found.sort(key=lambda each: each[:2])
    some = False
    for share, _, one, other in found:
        if one not in pairs.new_of and other not in pairs.old_of:
            pairs.add(one, other)
            pairs.similarity[one] = -share
            some = True
    return some


def _is_wrapped(old: Side, new: Side, both: tuple[Group, Group]) -> bool:
    """Whether one name is a macro now, or was, that leads to the other."""
    (was, _), (now, _) = both
    return any(
        found and all(each.words and name in each.words for each in found)
        for found, name in (
            (new.codes.defines(was), now),
            (old.codes.defines(now), was),
        )
    )


def _candidates(
    old: Side, new: Side, pairs: Pairs
) -> Iterator[tuple[Group, Group, bool]]:
    """Groups without a partner that have a role in common, one of them with a line.

    Called through another slot by the same function is a role that is less sure.
    """
    came: dict[tuple[Group, str], list[Group]] = defaultdict(list)
    for group in _unpaired(new, pairs.old_of, old):
        for role in _roles(new.callers[group]):
            came[role].append(group)
    for group in _unpaired(old, pairs.new_of, new):
        others: dict[Group, bool] = {}
        for caller, slot in _roles(old.callers[group]):
            for other in came.get((pairs.new_of.get(caller, ("", "")), slot), ()):
                others[other] = others.get(other, False) or slot != _ANY_SLOT
        for other in sorted(others):
            if _may_be_one(old, new, group, other):
                yield group, other, others[other]


_ANY_SLOT: Final = "*"


def _roles(callers: Iterable[tuple[Group, str]]) -> Iterator[tuple[Group, str]]:
    for caller, slot in callers:
        yield caller, slot
        if slot:
            yield caller, _ANY_SLOT


def _unpaired(
    side: Side, partners: Mapping[Group, Group], other: Side
) -> Iterator[Group]:
    """What has no partner, and is no function of the other kernel by its own name."""
    for group in side.callers:
        is_left = group not in partners and _has_body(side, group)
        if is_left and all(e.words is not None for e in other.codes.defines(group[0])):
            yield group


def _may_be_one(old: Side, new: Side, one: Group, other: Group) -> bool:
    """Whether one of two has a line, and none alone is a macro."""
    is_shown = _is_shown(old, one) or _is_shown(new, other)
    return is_shown and _is_macro(old, one) is _is_macro(new, other)


def _is_macro(side: Side, group: Group) -> bool:
    return side.graph.nodes[side.groups[group][0]].kind == "macro"


def _is_shown(side: Side, group: Group) -> bool:
    return any(ident in side.shown for ident in side.groups[group])


def _has_body(side: Side, group: Group) -> bool:
    return any(ident in side.codes.digests for ident in side.groups[group])


def _measured(
    old: Side, new: Side, both: tuple[Group, Group], threshold: float
) -> float:
    """How alike two groups are; 0 when that is below the threshold."""
    one, other = _tokens(old, both[0]), _tokens(new, both[1])
    if threshold and min(len(one), len(other)) < SHORT_TOKENS:
        threshold = max(threshold, SHORT_THRESHOLD)
    if most_similarity(one, other) < threshold:
        return 0.0
    share = similarity(one, other)
    return share if share >= threshold else 0.0


def _tokens(side: Side, group: Group) -> Tokens:
    return tuple(
        token
        for ident in side.groups[group]
        for token in side.codes.tokens(side.graph.nodes[ident])
    )
