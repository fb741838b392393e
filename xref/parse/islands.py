"""The main text with one arm of each broken group, and the others as islands."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Final

from xref.parse.conditions import Plan, arms_of
from xref.parse.draft import BLANKS, Draft
from xref.parse.outline import Group, Outline
from xref.parse.records import Guard, Island
from xref.parse.scan import last_ink

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

    `whole` is the text with all that was rewritten, and its strings; `bare` is that
    without directives and strings.
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
    reader = _Reader(draft, plan, base)
    for item in _items(_Scope(draft, outline, plan, bare)):
        reader.read(item)
    guards.sort(key=lambda guard: (guard.start_byte, -guard.end_byte))
    return bytes(text), guards, reader.islands


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

    def end_behind(self, at: int, *, is_block: bool) -> int:
        """Where an item ends that reaches to `at`: with a block or a semicolon."""
        semicolon = self.bare.find(b";", at, at + _REACH)
        if is_block:
            is_empty = semicolon >= 0 and not self.bare[at:semicolon].strip()
            return semicolon + 1 if is_empty else at
        n = bisect_right(self.opens, at)
        follow = self.blocks[n] if n < len(self.blocks) else None
        if follow is not None and (semicolon < 0 or follow.open < semicolon):
            return follow.close + 1
        return semicolon + 1 if semicolon >= 0 else at


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
    blocks, bare = scope.blocks, scope.bare
    at = bisect_right(scope.opens, first) - 1
    block = blocks[at] if at >= 0 and blocks[at].close > first else None
    head = block.open if block else first
    above = at - 1 if block else at
    before = blocks[above].close + 1 if above >= 0 else 0
    start = max(before, bare.rfind(b";", before, head) + 1)
    start = scope.behind_directives(start, head)
    if block is None and bare[last_ink(bare, last)] in b";}":
        return start, last  # the arms themselves end it
    end = block.close + 1 if block else last
    return start, scope.end_behind(max(end, last), is_block=end > last)


class _Reader:
    """Makes the islands of one blob after the other."""

    def __init__(self, draft: Draft, plan: Plan, base: bytes) -> None:
        self.islands: list[Island] = []
        self._draft = draft
        self._ones = plan.ones
        self._base = base
        self._budget = _BUDGET * len(base) + 65_536

    def read(self, item: _Item) -> None:
        """Add an island for each arm of the item that is not kept."""
        base = self._base
        cost = item.end - item.start + _COST * len(item.groups)
        for number in item.groups:
            group = self._ones[number]
            for arm, (start, end) in enumerate(arms_of(group)):
                if arm == group.kept or not base[start:end].strip():
                    continue
                chain = _chain(self._draft, group, arm)
                self._budget -= cost
                text, text_start = base[start:end], start
                if self._budget >= 0:
                    text, text_start = self._text(item, number, arm), item.start
                self.islands.append(Island(start, end, chain, text, text_start))

    def _text(self, item: _Item, number: int, arm: int) -> bytes:
        """The item with another arm of one group, and what goes with it."""
        ones = self._ones
        choice = {n: ones[n].kept for n in item.groups}
        condition = _chain(self._draft, ones[number], 0)
        for other in item.groups:
            if _chain(self._draft, ones[other], 0) == condition:
                choice[other] = arm
        choice[number] = arm
        inner: Group | None = ones[number]
        while inner is not None and inner.parent in choice:
            choice[inner.parent] = inner.parent_arm
            inner = ones.get(inner.parent)
        text = bytearray(self._base[item.start : item.end])
        for other in item.groups:
            _choose(text, ones[other], choice[other], item.start)
        return bytes(text)
