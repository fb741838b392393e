"""What became of the path of a system call between two kernels."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from xref.analyse.diff.merge import Merger, merged
from xref.analyse.diff.pairs import (
    THRESHOLD,
    Codes,
    Group,
    Side,
    is_same_code,
    pairs_of,
    side_of,
)
from xref.analyse.diff.places import Places, places_of
from xref.analyse.diff.routes import Both, both_of
from xref.analyse.graph import graph_of
from xref.answers import CallPath, Reading
from xref.changes import ChangeKind, Hop, Limits, PathDiff, Whole

ALL: Final = Limits("", (0, 0), 0)
"""All of two paths, by text."""


@dataclass(frozen=True, slots=True)
class Place:
    """One side of a comparison."""

    path: CallPath
    reading: Reading
    codes: Codes


def path_diff(
    old: Place, new: Place, *, threshold: float = THRESHOLD, limits: Limits = ALL
) -> PathDiff:
    """Compare two paths.

    What a line says is decided by the whole of both paths; which lines there are, by
    what a reader of either would see.

    Args:
        old: one side.
        new: the other.
        threshold: see `pairs_of`.
        limits: what of them was compared, and how.
    """
    before, after = _side(old), _side(new)
    pairs = pairs_of(before, after, threshold)
    both = both_of(
        places_of(before, old.reading.root),
        places_of(after, new.reading.root),
        pairs,
    )
    root = merged(Merger(both))
    hops = list(hops_of(root))
    return PathDiff(
        entry=new.path.entry,
        old_kernel=old.path.kernel,
        new_kernel=new.path.kernel,
        arch=new.path.arch,
        old_number=old.path.number,
        new_number=new.path.number,
        scenario=new.path.scenario,
        bound=new.path.bound,
        root=root,
        old_hops=_n_hops(both.old, both.new, pairs.old_of),
        new_hops=_n_hops(both.new, both.old, pairs.new_of),
        counts=tuple(_counts(hops)),
        whole=_whole(both),
        limits=limits,
        unindexed=tuple(_unread(old.path, new.path)),
    )


def _side(place: Place) -> Side:
    return side_of(graph_of(place.path), place.codes, place.reading.shown)


def hops_of(hop: Hop) -> Iterator[Hop]:
    """A hop and all below it, in reading order."""
    yield hop
    for inner in hop.hops:
        yield from hops_of(inner)


def changed_hops(hop: Hop) -> Iterator[tuple[Hop, Hop | None]]:
    """Each function that has changed, once, with what calls it, in reading order."""
    seen: set[str] = set()
    for each, above in _with_callers(hop, None):
        side = each.new or each.old
        if side and each.kinds and not each.is_mention and side.node.id not in seen:
            seen.add(side.node.id)
            yield each, above


def name_of(hop: Hop | None) -> str:
    """What a hop is called, in the new kernel where it is there; "" for none."""
    side = hop and (hop.new or hop.old)
    return side.node.name if side else ""


def _with_callers(hop: Hop, above: Hop | None) -> Iterator[tuple[Hop, Hop | None]]:
    yield hop, above
    for inner in hop.hops:
        yield from _with_callers(inner, hop)


def _n_hops(places: Places, other: Places, partner: Mapping[Group, Group]) -> int:
    """How many functions of one side have a line in either reading."""
    seen = {partner[group] for group in other.homes if group in partner}
    return len(seen | places.homes.keys())


def _counts(hops: list[Hop]) -> Iterator[tuple[ChangeKind, int]]:
    """How many functions changed in each way, each counted once a way."""
    found: dict[ChangeKind, set[str]] = defaultdict(set)
    for hop in hops:
        side = hop.new or hop.old
        what = side.node.id if side else f"{hop.targets}"
        for kind in hop.kinds:
            found[kind].add(what)
    yield from ((kind, len(found[kind])) for kind in ChangeKind if kind in found)


def _whole(both: Both) -> Whole:
    """Counts over both graphs, macros and what has no body left out.

    What is a function on one side and a macro on the other has changed.
    """
    sides = both.old.side, both.new.side
    old, new = (list(_functions(side)) for side in sides)
    new_of, old_of = both.pairs.new_of, both.pairs.old_of
    common = {(group, new_of[group]) for group in old if group in new_of}
    common |= {(old_of[group], group) for group in new if group in old_of}
    return Whole(
        old=len(old),
        new=len(new),
        added=sum(group not in old_of for group in new),
        gone=sum(group not in new_of for group in old),
        body=sum(is_same_code(*sides, *pair) is False for pair in common),
    )


def _functions(side: Side) -> Iterator[Group]:
    for group, idents in side.groups.items():
        if side.graph.nodes[idents[0]].kind in {"function", "syscall", "tracepoint"}:
            yield group


def _unread(old: CallPath, new: CallPath) -> Iterator[str]:
    for path, other in ((old, new), (new, old)):
        for part in path.unindexed:
            if part not in other.unindexed:
                yield f"{part} of {path.kernel}"
