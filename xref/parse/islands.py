"""The main text with one arm of each broken group, and the others as islands."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Final

from xref.parse.conditions import Plan, arms_of
from xref.parse.draft import BLANKS, Draft
from xref.parse.outline import Group, Outline
from xref.parse.scan import last_ink
from xref.parse.records import Guard, Island

_SPACES: Final = re.compile(r"(?:\s|\\(?=\s))+")
_COST: Final = 64
"""What choosing an arm of one group counts as, in bytes."""
_REACH: Final = 20_000
"""How far behind a group the item around it may end, in bytes."""
_BUDGET: Final = 8
"""Islands hold at most this many bytes for each byte of the blob (and 64 kB)."""


@dataclass(frozen=True, slots=True)
class _Item:
    """Something at file scope that has broken groups."""

    start: int
    end: int
    groups: list[int]


def apply_plan(
    draft: Draft, outline: Outline, plan: Plan, whole: bytes, bare: bytes
) -> tuple[bytes, list[Guard], list[Island]]:
    """Blank what the plan says.

    Args:
        whole: the text with all that was rewritten, and its strings.
        bare: the text without directives and strings.
    """
    text = bytearray(whole)
    for start, end in plan.blanks:
        text[start:end] = text[start:end].translate(BLANKS)
    for comma in plan.commas:
        text[comma] = 0x2C
    guards = [
        Guard(*span, _chain(draft, group, arm))
        for group in plan.lists
        for arm, span in enumerate(arms_of(group))
    ]
    base = bytes(text)
    choice = {number: group.kept for number, group in plan.ones.items()}
    for number, group in plan.ones.items():
        _choose(text, group, choice[number])
        arms = arms_of(group)
        if group.kept < len(arms):
            chain = _chain(draft, group, group.kept)
            guards.append(Guard(*arms[group.kept], chain))
    islands: list[Island] = []
    budget = _BUDGET * len(whole) + 65_536
    for item in _items(_Scope(draft, outline, plan, bare)):
        budget = _add_islands(draft, plan, item, base, islands, budget)
    guards.sort(key=lambda guard: (guard.start_byte, -guard.end_byte))
    return bytes(text), guards, islands


def _chain(draft: Draft, group: Group, arm: int) -> tuple[str, ...]:
    return tuple(
        _SPACES.sub(" ", draft.text[d.start : d.end].decode("latin-1")).strip()
        for d in group.directives[: arm + 1]
    )


def _choose(text: bytearray, group: Group, chosen: int, offset: int = 0) -> None:
    """Blank the directives and all arms but one; `text` begins at `offset`."""
    arms = arms_of(group)
    for directive in group.directives:
        _blank(text, directive.start - offset, directive.end - offset)
    for arm, (start, end) in enumerate(arms):
        if arm != chosen:
            _blank(text, start - offset, end - offset)


def _blank(text: bytearray, start: int, end: int) -> None:
    start, end = max(0, start), min(end, len(text))
    if start < end:
        text[start:end] = text[start:end].translate(BLANKS)


class _Scope:
    """What bounds the items of the file scope."""

    def __init__(self, draft: Draft, outline: Outline, plan: Plan, bare: bytes) -> None:
        self.ones = plan.ones
        self.bare = bare
        self.blocks = outline.blocks
        self.opens = [block.open for block in outline.blocks]
        gone = set(plan.blanks)
        gone.update(
            (d.start, d.end) for group in plan.ones.values() for d in group.directives
        )
        spans = {*draft.others, *((d.start, d.end) for d in draft.conditions)}
        self.directives = sorted(spans - gone)
        """Those that stay: no item begins before one that stands before it."""

    def behind_directives(self, start: int, head: int) -> int:
        """Where an item that stands at `head` begins at the earliest."""
        n = bisect_left(self.directives, (head, 0)) - 1
        return max(start, self.directives[n][1]) if n >= 0 else start


def _items(scope: _Scope) -> list[_Item]:
    """The items of the file scope around the broken groups, in their order."""
    items: list[_Item] = []
    for number, group in scope.ones.items():
        start, end = _extent(scope, group)
        if items and start < items[-1].end:
            last = items.pop()
            items.append(
                _Item(
                    min(start, last.start), max(end, last.end), [*last.groups, number]
                )
            )
        else:
            items.append(_Item(start, end, [number]))
    return items


def _extent(scope: _Scope, group: Group) -> tuple[int, int]:
    """Where the item around a group begins and ends."""
    first, last = group.directives[0].start, group.directives[-1].end
    blocks, opens, bare = scope.blocks, scope.opens, scope.bare
    at = bisect_right(opens, first) - 1
    block = blocks[at] if at >= 0 and blocks[at].close > first else None
    head = block.open if block else first
    before = blocks[at - 1 if block else at].close + 1 if at - bool(block) >= 0 else 0
    start = max(before, bare.rfind(b";", before, head) + 1)
    start = scope.behind_directives(start, head)
    end = block.close + 1 if block else last
    ends_within = bare[last_ink(bare, last)] in b";}"
    if (not block and not ends_within) or end < last:
        end = max(end, last)
        semicolon = bare.find(b";", end, end + _REACH)
        n_next = bisect_right(opens, end)
        follow = blocks[n_next] if n_next < len(blocks) else None
        if follow is not None and (semicolon < 0 or follow.open < semicolon):
            end = follow.close + 1
        elif semicolon >= 0:
            end = semicolon + 1
    elif block:
        semicolon = bare.find(b";", end, end + _REACH)
        if semicolon >= 0 and not bare[end:semicolon].strip():
            end = semicolon + 1
    return start, end


def _add_islands(
    draft: Draft,
    plan: Plan,
    item: _Item,
    base: bytes,
    islands: list[Island],
    budget: int,
) -> int:
    size = item.end - item.start
    for number in item.groups:
        group = plan.ones[number]
        for arm, (start, end) in enumerate(arms_of(group)):
            if arm == group.kept or not base[start:end].strip():
                continue
            chain = _chain(draft, group, arm)
            budget -= size + _COST * len(item.groups)
            if budget < 0:
                islands.append(Island(start, end, chain, base[start:end], start))
                continue
            text = _reading(draft, plan, item, base, (number, arm))
            islands.append(Island(start, end, chain, text, item.start))
    return budget


def _reading(
    draft: Draft, plan: Plan, item: _Item, base: bytes, chosen: tuple[int, int]
) -> bytes:
    """The item with another arm of one group, and what goes with it."""
    number, arm = chosen
    choice = {n: plan.ones[n].kept for n in item.groups}
    condition = _chain(draft, plan.ones[number], 0)
    for other in item.groups:
        group = plan.ones[other]
        if _chain(draft, group, 0) == condition:
            choice[other] = arm
    choice[number] = arm
    group = plan.ones[number]
    while group.parent >= 0:
        if group.parent in choice:
            choice[group.parent] = group.parent_arm
        above = plan.ones.get(group.parent)
        if above is None:
            break
        group = above
    text = bytearray(base[item.start : item.end])
    for other in item.groups:
        _choose(text, plan.ones[other], choice[other], item.start)
    return bytes(text)
