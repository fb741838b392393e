"""Pointer calls with many targets, each one line of two readings."""

from dataclasses import replace

from xref.analyse.diff.pairs import Group, plain_slot
from xref.analyse.diff.places import Drawn, Places
from xref.analyse.diff.routes import Both
from xref.answers import LATER, Fork
from xref.changes import ChangeKind, Hop, Targets

Item = Drawn | Fork
Line = tuple[Item | None, Item | None]
"""What the old and the new reading draw in one place."""


def fork_hop(
    both: Both, line: Line, callers: tuple[Group | None, Group | None]
) -> Hop | None:
    """A pointer call with many targets; None where there is nothing to say."""
    shown = next(item for item in line[::-1] if isinstance(item, Fork))
    old = _names(both.old, callers[0], _fork_of(line[0], shown))
    new = _names(both.new, callers[1], _fork_of(line[1], shown))
    if None in line and None not in callers and shown.slot and not (old or new):
        return None  # what it leads to is left out
    kinds, notes = _fork_routes(line, callers)
    before, after = _count(old, line[0]), _count(new, line[1])
    gone, added = _without_pairs(both, old - new, new - old)
    if None not in callers:
        gone = _no_more(both.new, callers[1], shown.slot, gone)
        added = _no_more(both.old, callers[0], shown.slot, added)
    changed = bool(gone or added) or (not (old or new) and before != after)
    if None in callers or (_is_variable(shown) and not (old and new)):
        changed = False  # what a variable holds is the doing of all callers
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


def _is_variable(fork: Fork) -> bool:
    """Whether a call goes through a variable, and not a member."""
    return not fork.slot and fork.option != LATER


def _no_more(
    places: Places, caller: Group | None, slot: str, names: tuple[str, ...]
) -> tuple[str, ...]:
    """Those of some targets that a function cannot have, whatever was evaluated."""
    idents = places.side.groups.get(caller, ()) if caller else ()
    nodes = (places.side.graph.nodes[ident] for ident in idents)
    may = {name for node in nodes for name in places.side.codes.may_call(node, slot)}
    return tuple(name for name in names if name not in may)


def _count(names: set[str], item: Item | None) -> int:
    """How many targets: as the graph knows them, else as the line says."""
    return len(names) or (item.count if isinstance(item, Fork) else 0)


def _names(places: Places, caller: Group | None, fork: Fork) -> set[str]:
    if caller is None:
        return set()
    slot = plain_slot(fork.slot)
    return places.targets(caller, slot) if slot else set(fork.names)


def _fork_of(item: Item | None, shown: Fork) -> Fork:
    """The line of one side; the other's slot where it has none."""
    return item if isinstance(item, Fork) else replace(shown, names=())


def _fork_routes(
    line: Line, callers: tuple[Group | None, Group | None]
) -> tuple[tuple[ChangeKind, ...], tuple[str, ...]]:
    """That the same functions are called through another slot, or on one side only."""
    if None in callers:
        is_new = callers[0] is None
        return (ChangeKind.CALL_ADDED if is_new else ChangeKind.CALL_GONE,), ()
    old, new = line
    if not isinstance(old, Fork) or not isinstance(new, Fork):
        return (), ()
    if (plain_slot(old.slot) or old.label) == (plain_slot(new.slot) or new.label):
        return (), ()
    note = f"was {old.label} {old.slot}".rstrip()
    return (ChangeKind.REROUTED,), (note,)


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
