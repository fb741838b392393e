"""Two readings as one tree, in the order of the new one, what went in its place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xref.analyse.diff.forks import Item, Line, fork_hop, with_forks
from xref.analyse.diff.pairs import Group, plain_slot
from xref.analyse.diff.places import Drawn, Places
from xref.analyse.diff.routes import (
    Both,
    Change,
    change_of_call,
    change_of_new,
    change_of_node,
    change_of_old,
    is_wrapped,
)
from xref.answers import Fork
from xref.changes import ChangeKind, Hop, HopSide

_LEAVING = (ChangeKind.REROUTED, ChangeKind.CALL_GONE)


@dataclass(frozen=True, slots=True)
class Merger:
    """What all parts of one merged tree need."""

    both: Both
    opened: set[tuple[Group | None, Group | None]] = field(default_factory=set)
    """Functions whose calls have been drawn."""


def merged(merger: Merger) -> Hop:
    """The tree of both readings from their entries on."""
    both = merger.both
    old, new = both.old.homes[both.old.root], both.new.homes[both.new.root]
    hop = _paired(merger, old, new)
    if hop is None:
        raise AssertionError
    return hop


def _below(merger: Merger, old: Group | None, new: Group | None) -> tuple[Hop, ...]:
    """What two functions call, that stand for each other."""
    merger.opened.add((old, new))
    both = merger.both
    before = [] if old is None else both.old.items.get(old, ())
    after = [] if new is None else both.new.items.get(new, ())
    lines = _retargeted(both, with_forks(_aligned(both, before, after)))
    hops = (_hop(merger, line, (old, new)) for line in lines)
    return tuple(hop for hop in hops if hop is not None)


def _aligned(both: Both, old: Sequence[Item], new: Sequence[Item]) -> list[Line]:
    """The lines of both, in the order of the new one, each old one in its place."""
    keys = [_key(both, item, is_old=True) for item in old]
    firsts = {key: place for place, key in reversed(list(enumerate(keys)))}
    lines: list[tuple[object, Line]] = []
    for item in new:
        key = _key(both, item, is_old=False)
        other = old[firsts[key]] if key in firsts else None
        lines.append((key, (other, item)))
    place = 0
    for key, item in zip(keys, old, strict=True):
        known = next((n for n, (k, _) in enumerate(lines) if k == key), None)
        if known is None:
            lines.insert(place, (key, (item, None)))
            place += 1
        else:
            place = max(place, known + 1)
    return [line for _, line in lines]


def _key(both: Both, item: Item, *, is_old: bool) -> object:
    """Equal for lines of both sides that stand for each other."""
    if isinstance(item, Fork):
        return plain_slot(item.slot) or item.label
    if is_old:
        return both.pairs.new_of.get(item.group, ("gone", item.group))
    return item.group


def _retargeted(both: Both, lines: list[Line]) -> Iterator[Line]:
    """Join what a pointer call led to with what it leads to now."""
    for old, new in lines:
        if old is None and isinstance(new, Drawn) and new.how[0]:
            yield both.retargeted.get(new.group), new
        elif not (new is None and isinstance(old, Drawn) and _is_replaced(both, old)):
            yield old, new


def _is_replaced(both: Both, old: Drawn) -> bool:
    """Whether the line of what took its place tells of it."""
    return old.how[0] and old.group in both.replaced


def _hop(
    merger: Merger, line: Line, callers: tuple[Group | None, Group | None]
) -> Hop | None:
    """One line of the merged tree; None where there is nothing to say."""
    old, new = line
    if isinstance(old, Fork) or isinstance(new, Fork):
        fork = new if isinstance(new, Fork) else old
        return fork_hop(merger.both, line, callers) if isinstance(fork, Fork) else None
    if old is not None and new is not None:
        if merger.both.pairs.new_of.get(old.group) == new.group:
            return _paired(merger, old, new)
        return _replaced(merger, old, new)
    if new is not None:
        return _new_only(merger, new)
    return None if old is None else _old_only(merger, old)


def _paired(merger: Merger, old: Drawn, new: Drawn) -> Hop | None:
    """A line of both readings."""
    both = merger.both
    change = change_of_call(both, old, new)
    has_home = old.is_home or new.is_home
    sides = _side_of(old), _side_of(new)
    groups = old.group, new.group
    return _known(merger, sides, groups, change, opens=has_home)


def _known(
    merger: Merger,
    sides: tuple[HopSide, HopSide],
    groups: tuple[Group, Group],
    change: Change,
    *,
    opens: bool,
) -> Hop | None:
    """A function that both paths have."""
    both = merger.both
    opens = opens and groups not in merger.opened
    if not opens and not change.kinds:
        return None
    kinds = change.kinds
    if opens:
        kinds = (*change_of_node(both, *groups), *kinds)
    share = both.pairs.similarity.get(groups[0]) if opens else None
    return Hop(
        *sides,
        targets=None,
        kinds=kinds,
        similarity=share,
        notes=change.notes,
        is_mention=not opens,
        hops=_below(merger, *groups) if opens else (),
    )


def _new_only(merger: Merger, new: Drawn) -> Hop | None:
    """A line of the new reading only."""
    both = merger.both
    change = change_of_new(both, new)
    old = both.pairs.old_of.get(new.group)
    if old is not None:
        sides = _undrawn(both.old, old), _side_of(new)
        opens = new.is_home and not (
            ChangeKind.CALL_ADDED in change.kinds and old in both.old.homes
        )
        return _known(merger, sides, (old, new.group), change, opens=opens)
    opens = new.is_home and (None, new.group) not in merger.opened
    if not opens and _is_named(both.old, both.pairs.old_of, new):
        return None
    return Hop(
        None,
        _side_of(new),
        targets=None,
        kinds=change.kinds,
        similarity=None,
        notes=_elsewhere(both.old, new.group),
        is_mention=not opens,
        hops=_below(merger, None, new.group) if opens else (),
    )


def _old_only(merger: Merger, old: Drawn) -> Hop | None:
    """A line of the old reading only."""
    both = merger.both
    change = change_of_old(both, old)
    new = both.pairs.new_of.get(old.group)
    if new is not None:
        sides = _side_of(old), _undrawn(both.new, new)
        leaves = any(kind in _LEAVING for kind in change.kinds)
        if leaves and new in both.new.homes:
            was_wrapped = is_wrapped(both.new, old.chain, both.pairs.new_of)
            if ChangeKind.REROUTED in change.kinds and not was_wrapped:
                return None  # the line at its new place tells of it
            opens = False
        else:
            opens = old.is_home
        return _known(merger, sides, (old.group, new), change, opens=opens)
    opens = old.is_home and (old.group, None) not in merger.opened
    if not opens and _is_named(both.new, both.pairs.new_of, old):
        return None
    return Hop(
        _side_of(old),
        None,
        targets=None,
        kinds=change.kinds,
        similarity=None,
        notes=_elsewhere(both.new, old.group),
        is_mention=not opens,
        hops=_below(merger, old.group, None) if opens else (),
    )


def _is_named(other: Places, partner: Mapping[Group, Group], drawn: Drawn) -> bool:
    """Whether the other kernel calls a function of that name there as well.

    That a name has a function more or less is told once, where that is drawn.
    """
    caller = partner.get(drawn.parent) if drawn.parent else None
    if caller is None or drawn.how[0]:
        return False
    return any(target[0] == drawn.group[0] for target in other.calls(caller))


def _replaced(merger: Merger, old: Drawn, new: Drawn) -> Hop:
    """One pointer call that leads to another function."""
    both = merger.both
    before, after = both.pairs.old_of.get(new.group), both.pairs.new_of.get(old.group)
    came = change_of_new(both, new).kinds
    hops: list[Hop] = []
    if before is None and after is None:
        hops += _below(merger, old.group, new.group)
    else:
        if (before, new.group) not in merger.opened:
            hops += _below(merger, before, new.group)
        is_elsewhere = after is not None and after in both.new.homes
        if not is_elsewhere and (old.group, after) not in merger.opened:
            hops += _below(merger, old.group, after)
    return Hop(
        _side_of(old),
        _side_of(new),
        targets=None,
        kinds=(ChangeKind.RETARGETED, *(k for k in came if k in _LEAVING)),
        similarity=None,
        notes=_still(both, (old.group, new.group), before=before, after=after),
        is_mention=False,
        hops=tuple(hops),
    )


def _still(
    both: Both,
    names: tuple[Group, Group],
    *,
    before: Group | None,
    after: Group | None,
) -> tuple[str, ...]:
    """That one of the two is on the other path as well."""
    notes = []
    if after is not None and both.new.callers(after):
        notes.append(f"{names[0][0]} is still on the path")
    if before is not None and both.old.callers(before):
        notes.append(f"{names[1][0]} was on the path before")
    return tuple(notes)


def _elsewhere(other: Places, group: Group) -> tuple[str, ...]:
    """Where the other kernel has a function of this name."""
    for same in other.named(group[0])[:1]:
        node = other.side.graph.nodes[other.side.groups[same][0]]
        if node.kind == "macro":
            return (f"a macro in the other: {node.path}:{node.line}",)
        callers = other.told_callers(same)
        by = f", called by {callers}" if callers else ""
        return (f"another one is on the other path: {node.path}:{node.line}{by}",)
    known = other.side.codes.defines(group[0])
    # Beside the function, a header may have a stub of it.
    for at in sorted(
        known, key=lambda at: (at.path != group[1], at.path.endswith(".h"))
    ):
        place = f"{at.path}:{at.line}"
        if at.words is not None:
            return (f"a macro in the other: {place}",)
        return (f"defined in the other at {place}, not on its path",)
    return ()


def _side_of(drawn: Drawn) -> HopSide:
    call = drawn.step.calls[0] if drawn.step.calls else None
    return HopSide(
        drawn.step.node, call, tuple(node.name for node in drawn.step.through)
    )


def _undrawn(places: Places, group: Group) -> HopSide:
    """A function that this reading draws elsewhere or not at all."""
    return HopSide(places.side.graph.nodes[places.side.groups[group][0]], None, ())
