"""What became of one call between two functions: kept, added, another way."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xref.analyse.diff.pairs import Group, Pairs, is_same_code, stands
from xref.analyse.diff.places import Chain, Drawn, How, Places
from xref.answers import PathEdge, Reason
from xref.changes import ChangeKind

Partner = Mapping[Group, Group]
"""By functions of one side, those of the other that stand for them."""


@dataclass(frozen=True, slots=True)
class Both:
    """Two readings, and what of one is what of the other."""

    old: Places
    new: Places
    pairs: Pairs
    retargeted: Mapping[Group, Drawn]
    """New functions that one pointer call leads to, with what it led to before."""
    replaced: frozenset[Group]
    """The same for what it led to."""
    renamed: Mapping[str, Sequence[str]]
    """Names that functions have now, by the names that they had."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a line, in kinds and words."""

    kinds: tuple[ChangeKind, ...] = ()
    notes: tuple[str, ...] = ()


def both_of(old: Places, new: Places, pairs: Pairs) -> Both:
    """Two readings as they are compared."""
    retargeted: dict[Group, Drawn] = {}
    replaced: set[Group] = set()
    after = new.held()
    for slot, groups in old.held().items():
        others = after.get(slot, set())
        lost = [group for group in groups if pairs.new_of.get(group) not in others]
        won = [group for group in others if pairs.old_of.get(group) not in groups]
        # Of several nobody can say which took the place of which.
        if len(lost) == len(won) == 1:
            was = [d for d in old.through.get(slot, ()) if d.group == lost[0]]
            now = [d for d in new.through.get(slot, ()) if d.group == won[0]]
            if was and now:
                retargeted[won[0]] = was[0]
                replaced.add(lost[0])
    renamed: dict[str, list[str]] = {}
    for (before, _), (later, _) in pairs.new_of.items():
        if before != later:
            renamed.setdefault(before, []).append(later)
    return Both(old, new, pairs, retargeted, frozenset(replaced), renamed)


def change_of_node(both: Both, old: Group, new: Group) -> tuple[ChangeKind, ...]:
    """What became of the function itself."""
    kinds = []
    if old[0] != new[0]:
        kinds.append(ChangeKind.RENAMED)
    if old[1] != new[1] and old[1] and new[1]:
        kinds.append(ChangeKind.MOVED)
    if is_same_code(both.old.side, both.new.side, old, new) is False:
        kinds.append(ChangeKind.BODY)
    return tuple(kinds)


def change_of_call(both: Both, old: Drawn, new: Drawn) -> Change:
    """What became of a call that both readings draw below the same function."""
    one, other = _calls(old), _calls(new)
    if not one or not other:
        return Change()
    if old.how != new.how:
        # Of a call that names its candidates a reading draws one way of two.
        hows = _hows(both.old, old), _hows(both.new, new)
        if hows[0].isdisjoint(hows[1]):
            was, now = (_told(min(how)) for how in hows)
            return Change((ChangeKind.REROUTED,), (f"called {was}, now {now}",))
    if not (_is_there(both, new) or _was_there(both, old)):
        return Change((ChangeKind.REROUTED,), _through(old, new))
    kinds, notes = [], []
    if _spelled(one) != _spelled(other):
        kinds.append(ChangeKind.REWRITTEN)
    before, after = _stores(one, other, (old.group[0], new.group[0]))
    lines = both.old.side.codes.lines, both.new.side.codes.lines
    lost = [_quoted(r) for r in before if not stands(r, *lines)]
    gained = [_quoted(r) for r in after if not stands(r, *lines[::-1])]
    if _is_handed_on(both, lost, gained):
        lost = gained = []
    # With stores on one side only, it is one of several ways that came or went.
    if lost and gained:
        kinds.append(ChangeKind.EVIDENCE)
        notes += [f"no more: {text}" for text in lost]
        notes += [f"now: {text}" for text in gained]
    return Change(tuple(kinds), tuple(notes))


def change_of_new(both: Both, drawn: Drawn) -> Change:
    """What it means that only the new reading draws this here."""
    old = both.pairs.old_of.get(drawn.group)
    if old is None:
        return Change((ChangeKind.ADDED,))
    if _is_there(both, drawn):
        return Change()
    is_below = not both.old.callers(old)  # where the old path ends, see ``ends``
    if is_below and _may_lead(both.old, old, drawn.how):
        return Change()
    if way := _another_way(both, drawn, is_new=True):
        return Change((ChangeKind.REROUTED,), (way,))
    if is_below or _share(both, old, drawn.group):
        return Change((ChangeKind.CALL_ADDED,))
    return Change(
        (ChangeKind.REROUTED,), (f"was called by {both.old.told_callers(old)}",)
    )


def change_of_old(both: Both, drawn: Drawn) -> Change:
    """What it means that only the old reading draws this here."""
    new = both.pairs.new_of.get(drawn.group)
    if new is None:
        return Change((ChangeKind.GONE,))
    if _was_there(both, drawn):
        return Change()
    is_below = not both.new.callers(new)
    if is_below and _may_lead(both.new, new, drawn.how):
        return Change()
    if way := _another_way(both, drawn, is_new=False):
        return Change((ChangeKind.REROUTED,), (way,))
    if is_below or _share(both, drawn.group, new):
        return Change((ChangeKind.CALL_GONE,))
    return Change(
        (ChangeKind.REROUTED,), (f"now called by {both.new.told_callers(new)}",)
    )


def _another_way(both: Both, drawn: Drawn, *, is_new: bool) -> str:
    """How else the other kernel comes to a call that only one reading draws, or ""."""
    own, other = (both.new, both.old) if is_new else (both.old, both.new)
    partner, back = both.pairs.new_of, both.pairs.old_of
    here, there = "was", "now"
    if is_new:
        partner, back, here, there = back, partner, there, here
    is_longer = _is_longer(other, drawn.chain, partner)
    if is_longer or is_wrapped(other, drawn.chain, partner):
        return f"{here} {_by(_wrappers(drawn))}"
    part = _part(own, other, (partner, back), drawn)
    return f"{there} called by {part[0]}" if part else ""


def _share(both: Both, old: Group, new: Group) -> bool:
    """Whether one caller of the old kernel is a caller in the new one."""
    before, after = both.old.callers(old), both.new.callers(new)
    if len(before) <= len(after):
        partners = (both.pairs.new_of.get(caller) for caller in before)
        return any(both.new.is_caller(partner, new) for partner in partners)
    partners = (both.pairs.old_of.get(caller) for caller in after)
    return any(both.old.is_caller(partner, old) for partner in partners)


def _is_there(both: Both, new: Drawn) -> bool:
    """Whether the old graph has the way that the new reading draws."""
    return _has_mapped(both.old, new.chain, both.pairs.old_of)


def _was_there(both: Both, old: Drawn) -> bool:
    return _has_mapped(both.new, old.chain, both.pairs.new_of)


def _is_longer(places: Places, chain: Chain, partner: Mapping[Group, Group]) -> bool:
    """Whether a graph has the last step of a way, and another way to where it begins.

    Then a wrapper between the functions that have a line came or went.
    """
    first, *between, last = (partner.get(group) for group in chain)
    if not between or first is None or last is None or between[-1] is None:
        return False
    if last not in places.calls(between[-1]):
        return False
    return places.leads(first, between[-1], len(chain))


def is_wrapped(places: Places, chain: Chain, partner: Mapping[Group, Group]) -> bool:
    """Whether a graph has a way between the ends of a way, with as many wrappers."""
    first, last = partner.get(chain[0]), partner.get(chain[-1])
    if len(chain) < 3 or first is None or last is None:  # noqa: PLR2004 - a wrapper
        return False
    return places.leads(first, last, len(chain) - 1)


def _part(
    own: Places, other: Places, partners: tuple[Partner, Partner], drawn: Drawn
) -> Group | None:
    """What makes a call on the other side, where part of a function became another.

    Args:
        own: the side that has the call.
        other: the one that has it elsewhere.
        partners: by functions of `own` those of `other`; and the way back.
        drawn: the line of the call.
    """
    partner, back = partners
    caller, target = drawn.chain[-2:]
    there, same = partner.get(target), partner.get(caller)
    if same is None:
        above = (each for each in own.callers(caller) if target not in own.calls(each))
        found = (partner.get(each) for each in above)
        return next((g for g in found if g and there in other.calls(g)), None)
    parts = (each for each in other.calls(same) if each not in back)
    return next((each for each in parts if there in other.calls(each)), None)


def _wrappers(drawn: Drawn) -> list[str]:
    return [group[0] for group in drawn.chain[1:-1]]


def _may_lead(places: Places, group: Group, how: How) -> bool:
    """Whether what a pointer call goes through may hold a function there as well."""
    node = places.side.graph.nodes[places.side.groups[group][0]]
    return bool(how[1]) and group[0] in places.side.codes.may_call(node, how[1])


def _has_mapped(places: Places, chain: Chain, partner: dict[Group, Group]) -> bool:
    """Whether a graph has a way that the other one has."""
    if not all(group in partner for group in chain):
        return False
    return places.has_chain(tuple(partner[group] for group in chain))


def _calls(drawn: Drawn) -> tuple[PathEdge, ...]:
    return drawn.step.calls


def _hows(places: Places, drawn: Drawn) -> set[How]:
    """All the ways in which one function calls another."""
    caller, target = drawn.chain[-2:]
    return {*places.calls(caller).get(target, ()), drawn.how}


def _told(how: How) -> str:
    is_pointer, slot = how
    return f"through {slot or 'a pointer'}" if is_pointer else "by name"


def _through(old: Drawn, new: Drawn) -> tuple[str, ...]:
    """The wrappers that came between or went."""
    was, now = _wrappers(old), _wrappers(new)
    return (f"{_by(was)}, now {_by(now)}",) if was != now else ()


def _by(names: list[str]) -> str:
    return f"through {' and '.join(names)}" if names else "called directly"


def _spelled(calls: Iterable[PathEdge]) -> set[str]:
    return {call.expression for call in calls}


def _stores(
    old: Sequence[PathEdge], new: Sequence[PathEdge], names: tuple[str, str]
) -> tuple[list[Reason], list[Reason]]:
    """The stores that bind on one side only; a rename alone makes no other store."""
    before = {reason.text: reason for call in old for reason in call.why}
    after = {reason.text: reason for call in new for reason in call.why}
    if not before or not after or any(call.candidates > 1 for call in (*old, *new)):
        return [], []  # the stores of several targets are not told apart
    known = {_renamed(text, *names) for text in before}
    later = {_renamed(text, *names) for text in after}
    lost = [r for text, r in before.items() if _renamed(text, *names) not in later]
    won = [r for text, r in after.items() if _renamed(text, *names) not in known]
    return lost, won


def _is_handed_on(both: Both, lost: Sequence[str], gained: Sequence[str]) -> bool:
    """Whether both tell of one object, which a function hands on in both kernels.

    Which of several functions an evaluation meets first is no difference of them.
    """
    one, other = (set(_ADDRESS.findall(" ".join(texts))) for texts in (lost, gained))
    sides = both.old.side.codes, both.new.side.codes
    return any(
        not {*sides[0].mentions(name)}.isdisjoint(sides[1].mentions(name))
        for name in one & other
    )


_ADDRESS = re.compile(r"&(\w+)")


def _renamed(text: str, old: str, new: str) -> str:
    """What a store says of the binding: one name for a function that has two.

    Of a call, what is handed on by its address: numbers beside it bind nothing, nor
    does its own name or what it is compared with.
    """
    text = _ARGUMENTS.sub(_addresses, text)
    text = _CALL.sub(r"\1", text)
    return text if old == new else re.sub(rf"\b{re.escape(old)}\b", new, text)


_ARGUMENTS = re.compile(r"\([^()]*&[^()]*\)")
_CALL = re.compile(r"^\w+(\(&[^()]*\))(?: (?:[<>]|[<>=!]=) \w+)?$")


def _addresses(arguments: re.Match[str]) -> str:
    return f"({', '.join(re.findall(r'&[^,)]*', arguments[0]))})"


def _quoted(reason: Reason) -> str:
    return f"{reason.text} ({reason.file.rpartition('/')[2]}:{reason.line})"
