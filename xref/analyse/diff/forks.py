"""Pointer calls with many targets, each one line of two readings."""

from xref.analyse.diff.pairs import Group, plain_slot
from xref.analyse.diff.places import Drawn, Places
from xref.analyse.diff.routes import Both
from xref.answers import LATER, Fork
from xref.changes import ChangeKind, Hop, Targets

Item = Drawn | Fork
Line = tuple[Item | None, Item | None]
"""What the old and the new reading draw in one place."""
Callers = tuple[Group | None, Group | None]
"""Below which functions; None where a side has no such function."""
End = tuple[Group, str]
"""A function and the slot that it calls through, "" for none."""
Ends = tuple[End | None, End | None]

_ONE_SIDED = {ChangeKind.CALL_ADDED, ChangeKind.CALL_GONE}


def fork_hop(both: Both, line: Line, callers: Callers) -> Hop | None:
    """A pointer call with many targets; None where there is nothing to say."""
    shown = next(item for item in line[::-1] if isinstance(item, Fork))
    ends = _ends(both, line, callers)
    old = _names(both.old, ends[0], line[0])
    new = _names(both.new, ends[1], line[1])
    if None in line and None not in callers and shown.slot and not (old or new):
        return None  # what it leads to is left out
    if line[1] is None and ends[1] and _is_told(both.new, callers[1], ends[1]):
        return None  # the line at its new place tells of it
    kinds, notes = _fork_routes(both, line, callers, ends)
    before, after = _count(old, line[0]), _count(new, line[1])
    gone, added = _without_pairs(both, old - new, new - old)
    if None not in callers:
        gone = _no_more(both.new, ends[1], gone)
        added = _no_more(both.old, ends[0], added)
    changed = bool(gone or added) or (not (old or new) and before != after)
    if None in ends or (_is_variable(shown) and not (old and new)):
        changed = False  # what a variable holds is the doing of all callers
    if not _ONE_SIDED.isdisjoint(kinds):
        changed = False
    return Hop(
        None,
        None,
        targets=Targets(
            shown.label,
            shown.slot,
            before,
            after,
            added,
            gone,
            shown.file,
            shown.line,
        ),
        kinds=(*kinds, ChangeKind.TARGETS) if changed else kinds,
        similarity=None,
        notes=notes,
        is_mention=False,
        hops=(),
    )


def _ends(both: Both, line: Line, callers: Callers) -> Ends:
    """What makes a call on either side, and the slot that it goes through.

    Where only one side has a line of it, the same function of the other may call the
    same targets through another slot, or another function of it may make the call.
    """
    slots = [plain_slot(item.slot) for item in line if isinstance(item, Fork)]
    one, other = (
        (caller, slot) if caller else None
        for caller, slot in zip(callers, (slots[0], slots[-1]), strict=True)
    )
    if line[0] is None and other and slots[0]:
        return _counterpart(both, one, other, is_old=True), other
    if line[1] is None and one and slots[0]:
        return one, _counterpart(both, other, one, is_old=False)
    return one, other


def _counterpart(
    both: Both, end: End | None, known: End, *, is_old: bool
) -> End | None:
    """What one side has in place of a call that only the other has a line of."""
    own, other = (both.old, both.new) if is_old else (both.new, both.old)
    partner = both.pairs.new_of if is_old else both.pairs.old_of
    group, slot = known
    if end is None:  # the call moved, where who made it calls who makes it now
        for caller in own.callers_through(slot):
            after = partner.get(caller)
            if (
                after
                and group in other.calls(after)
                and not _calls(other, (after, slot))
            ):
                return caller, slot
        return None
    if own.targets(*end):
        return end
    targets = _later(both, other.targets(*known), is_old=not is_old)
    for each in sorted(own.slots(end[0]) - other.slots(group)):
        names = _later(both, own.targets(end[0], each), is_old=is_old)
        if not targets.isdisjoint(names):
            return end[0], each
    helpers = (each for each in own.calls(end[0]) if each not in partner)
    return next(((each, slot) for each in helpers if slot in own.slots(each)), end)


def _is_told(places: Places, caller: Group | None, end: End) -> bool:
    """Whether a function that makes a call in place of another has a line of it."""
    items = places.items.get(end[0], ()) if end[0] != caller else ()
    return any(isinstance(i, Fork) and plain_slot(i.slot) == end[1] for i in items)


def _later(both: Both, names: set[str], *, is_old: bool) -> set[str]:
    """Names of functions as they are now."""
    if not is_old:
        return names
    return names.union(*(both.renamed.get(name, ()) for name in names))


def _is_variable(fork: Fork) -> bool:
    """Whether a call goes through a variable, and not a member."""
    return not fork.slot and fork.option != LATER


def _no_more(
    places: Places, end: End | None, names: tuple[str, ...]
) -> tuple[str, ...]:
    """Those of some targets that a function cannot have, whatever was evaluated."""
    may = _may_call(places, end) if end else set()
    return tuple(name for name in names if name not in may)


def _may_call(places: Places, end: End) -> set[str]:
    """What a function may call through a slot, without a scenario."""
    idents = places.side.groups.get(end[0], ())
    nodes = (places.side.graph.nodes[ident] for ident in idents)
    return {name for node in nodes for name in places.side.codes.may_call(node, end[1])}


def _count(names: set[str], item: Item | None) -> int:
    """How many targets: as the graph knows them, else as the line says."""
    return len(names) or (item.count if isinstance(item, Fork) else 0)


def _names(places: Places, end: End | None, item: Item | None) -> set[str]:
    if end is None:
        return set()
    if end[1]:
        return places.targets(*end)
    return set(item.names) if isinstance(item, Fork) else set()


def _fork_routes(
    both: Both, line: Line, callers: Callers, ends: Ends
) -> tuple[tuple[ChangeKind, ...], tuple[str, ...]]:
    """That the same functions are called through another slot, or on one side only."""
    old, new = ends
    if old is None or new is None:
        return (ChangeKind.CALL_GONE if new is None else ChangeKind.CALL_ADDED,), ()
    if line[0] is None and old == (callers[0], new[1]) and not _calls(both.old, old):
        return (ChangeKind.CALL_ADDED,), ()
    if line[1] is None and new == (callers[1], old[1]) and not _calls(both.new, new):
        return (ChangeKind.CALL_GONE,), ()
    note = _fork_note(line, callers, (old, new))
    return ((ChangeKind.REROUTED,), (note,)) if note else ((), ())


def _fork_note(line: Line, callers: Callers, ends: tuple[End, End]) -> str:
    """What else makes a call, or through which slot, on one of two sides."""
    old, new = ends
    if callers[0] != old[0]:
        return f"was called by {old[0][0]}"
    if callers[1] != new[0]:
        return f"now called by {new[0][0]}"
    if isinstance(line[0], Fork) and isinstance(line[1], Fork):
        is_same = (old[1] or line[0].label) == (new[1] or line[1].label)
        return "" if is_same else f"was {line[0].label} {line[0].slot}".rstrip()
    if old[1] == new[1]:
        return ""
    return f"was through {old[1]}" if line[0] is None else f"now through {new[1]}"


def _calls(places: Places, end: End) -> bool:
    """Whether a function has a call through a slot, whatever that leads to."""
    nodes = (places.side.graph.nodes[i] for i in places.side.groups.get(end[0], ()))
    field = end[1].rpartition(".")[2]
    return (
        not end[1]
        or bool(places.targets(*end))
        or any(field in places.side.codes.tokens(node) for node in nodes)
    )


def _without_pairs(
    both: Both, gone: set[str], added: set[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Leave out what has another name only."""
    renamed = {
        (name, new)
        for name in gone
        for new in both.renamed.get(name, ())
        if new in added
    }
    return (
        tuple(sorted(gone - {o for o, _ in renamed})),
        tuple(sorted(added - {n for _, n in renamed})),
    )


def with_forks(lines: list[Line]) -> list[Line]:
    """Join pointer calls that lead to the same functions through another slot."""
    news = [n for n, (old, new) in enumerate(lines) if not old and _is_fork(new)]
    for n, (old, _) in enumerate(lines):
        if not isinstance(old, Fork) or lines[n][1] is not None:
            continue
        for other in news:
            new = lines[other][1]
            if isinstance(new, Fork) and _are_alike(old, new):
                lines[other] = (old, new)
                lines[n] = (None, None)
                news.remove(other)
                break
    return lines


def _is_fork(item: Item | None) -> bool:
    return isinstance(item, Fork)


def _are_alike(old: Fork, new: Fork) -> bool:
    """Whether half of the targets of either are targets of the other."""
    one, other = set(old.names), set(new.names)
    return len(one & other) * 2 >= max(len(one), len(other), 1)
