"""The main text with one arm of each broken group, and the others as islands."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from xref.parse.conditions import Plan, arms_of
from xref.parse.draft import BLANKS, Draft
from xref.parse.outline import Group, Outline
from xref.parse.records import Guard, Island
from xref.parse.scan import INK, Ink

_SPACES: Final = re.compile(r"(?:\s|\\(?=\s))+")
_COST: Final = 64
"""What choosing an arm of one group counts as, in bytes."""
_REACH: Final = 20_000
"""How far behind a group the item around it may end, in bytes."""
_BUDGET: Final = 8
"""Islands hold at most this many bytes for each byte of the blob (and 64 kB)."""
_CHAIN: Final = 250
"""Of so many arms the later ones know the conditions; real code has 60."""


@dataclass(slots=True)
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
    ones = list(plan.ones.values())
    _choose_all(text, ones, [group.kept for group in ones])
    for group in ones:
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
    before = group.directives[: min(arm, _CHAIN)]
    return tuple(
        _SPACES.sub(" ", draft.text[d.start : d.end].decode("latin-1")).strip()
        for d in (*before, group.directives[arm])
    )


def _choose(text: bytearray, group: Group, chosen: int, offset: int = 0) -> None:
    """Blank the directives and all arms but one; `text` begins at `offset`."""
    arms = arms_of(group)
    for directive in group.directives:
        _blank(text, directive.start - offset, directive.end - offset)
    for arm, (start, end) in enumerate(arms):
        if arm != chosen:
            _blank(text, start - offset, end - offset)


def _around(groups: Sequence[Group]) -> Iterator[tuple[int, int]]:
    """For each group the one around it, as an index or -1, and the arm of that.

    Groups come in the order of their beginnings.
    """
    opened: list[int] = []
    for number, group in enumerate(groups):
        start = group.directives[0].start
        while opened and groups[opened[-1]].directives[-1].end <= start:
            opened.pop()
        if opened:
            directives = groups[opened[-1]].directives
            arm = bisect_right(directives, start, key=attrgetter("start")) - 1
            yield opened[-1], arm
        else:
            yield -1, 0
        opened.append(number)


def _choose_all(
    text: bytearray, groups: Sequence[Group], choice: Sequence[int], offset: int = 0
) -> None:
    """Choose an arm of each group; what is in another one is blank with that."""
    there: list[bool] = []
    for number, (outer, arm) in enumerate(_around(groups)):
        there.append(outer < 0 or (there[outer] and choice[outer] == arm))
        if there[number]:
            _choose(text, groups[number], choice[number], offset)


def _blank(text: bytearray, start: int, end: int) -> None:
    start, end = max(0, start), min(end, len(text))
    if start < end:
        text[start:end] = text[start:end].translate(BLANKS)


class _Scope:
    """What bounds the items of the file scope."""

    def __init__(self, draft: Draft, outline: Outline, plan: Plan, bare: bytes) -> None:
        self.ones = plan.ones
        self.bare = bare
        self.ink = Ink(bytearray(bare))
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
            last = items[-1]
            last.start, last.end = min(start, last.start), max(end, last.end)
            last.groups.append(number)
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
    if block is None and bare[scope.ink.last(last)] in b";}":
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
        groups = [self._ones[number] for number in item.groups]
        whole: set[tuple[int, int]] = set()
        """Groups and arms that are islands as they stand, with all that is in them."""
        is_told: list[bool] = []
        for at, around in enumerate(_around(groups)):
            group = groups[at]
            is_told.append(around in whole or (around[0] >= 0 and is_told[around[0]]))
            for arm, (start, end) in enumerate(arms_of(group)):
                if arm == group.kept or is_told[at] or not INK.search(base, start, end):
                    continue
                self._budget -= cost
                text, text_start = base[start:end], start
                if self._budget >= 0:
                    text, text_start = self._text(item, at, arm), item.start
                else:
                    whole.add((at, arm))
                chain = _chain(self._draft, group, arm)
                self.islands.append(Island(start, end, chain, text, text_start))

    def _text(self, item: _Item, at: int, arm: int) -> bytes:
        """The item with another arm of one group, and what goes with it."""
        groups = [self._ones[number] for number in item.groups]
        conditions = [_chain(self._draft, group, 0) for group in groups]
        choice = {
            number: arm if condition == conditions[at] else group.kept
            for number, group, condition in zip(
                item.groups, groups, conditions, strict=True
            )
        }
        inner: Group | None = groups[at]
        while inner is not None and inner.parent in choice:
            choice[inner.parent] = inner.parent_arm
            inner = self._ones.get(inner.parent)
        text = bytearray(self._base[item.start : item.end])
        _choose_all(text, groups, list(choice.values()), item.start)
        return bytes(text)
