"""Arms of ``#if`` that break the structure: which groups, and what to do with each."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from xref.parse.draft import BLANKS, Draft
from xref.parse.outline import Group, Outline, kind_of_brace
from xref.parse.scan import Ink

_ELSE: Final = re.compile(rb"else\b")
_FOREIGN: Final = re.compile(
    rb"#[ \t]*(?P<word>if\w*)[ \t(]*(?P<not>!?)[ \t]*(?:defined\b[ \t(]*)?"
    rb"(?:__ASSEMBL(?:Y|ER)__|(?P<cpp>__cplusplus))\b(?P<more>[^\n]*(?:&&|\|\|))?"
)
_INCLUDE: Final = re.compile(rb"#[ \t]*include")
_STATEMENT_ENDS: Final = b";{}:"


@dataclass(slots=True)
class Plan:
    """What becomes of the directives."""

    blanks: list[tuple[int, int]]
    """Spans to blank in every reading."""
    commas: list[int]
    """Where a comma takes the place of a directive."""
    ones: dict[int, Group]
    """Groups of which only one arm is read at a time, by their index."""
    lists: list[Group]
    """Groups all arms of which stay in place without their directives."""


def plan_conditions(draft: Draft, outline: Outline, bare: bytes) -> Plan:
    """Find the groups that tree-sitter cannot read where they stand.

    `bare` is the text without any directives, all rewriting done.
    """
    plan = Plan([], [], {}, [])
    ink = Ink(bytearray(bare))
    kinds = _Kinds(ink.code)
    blank_to = 0
    for number, group in enumerate(outline.groups):
        foreign = _foreign_arm(draft, group)
        if foreign is not None:
            if foreign[1] > blank_to:  # else it is in another one
                _blank_foreign(draft, foreign, plan, ink)
                blank_to = foreign[1]
            continue
        way = _way_of(draft, group, kinds.of(group.brace), ink)
        if way == "list":
            plan.lists.append(group)
            plan.blanks += [(d.start, d.end) for d in group.directives]
            plan.commas += _commas_of(group, ink)
        elif way == "one":
            plan.ones[number] = group
    plan.blanks += [
        (start, end)
        for start, end, brace in outline.inner
        if not _fits(draft, start, kinds.of(brace), ink)
    ]
    plan.blanks += _within_expressions(draft, ink)
    return plan


class _Kinds:
    """What each brace begins, looked at once."""

    def __init__(self, code: bytearray) -> None:
        self._code = code
        self._known: dict[int, str] = {}

    def of(self, brace: int) -> str:
        kind = self._known.get(brace)
        if kind is None:
            kind = self._known[brace] = kind_of_brace(self._code, brace)
        return kind


def _within_expressions(draft: Draft, ink: Ink) -> list[tuple[int, int]]:
    """Directives at file scope between an operator and its operand."""
    spans = []
    done, fits = 0, True
    for start, end in draft.others:
        if ink.code[done:start].strip():
            last = ink.last(start)
            before = ink.code[last : last + 1]
            follow = ink.next(end)
            is_head = before == b")" and ink.code[follow : follow + 1] == b"{"
            fits = before not in b"=,(|&+?<" and not is_head
        if not fits:
            spans.append((start, end))
        done = end
    return spans


def arms_of(group: Group) -> list[tuple[int, int]]:
    """The spans between the directives of a group."""
    return [(a.end, b.start) for a, b in pairwise(group.directives)]


def _foreign_arm(draft: Draft, group: Group) -> tuple[int, int] | None:
    """The arm that is for an assembler or a C++ compiler; empty if there is none.

    None for a group that does not ask for either.
    """
    first = group.directives[0]
    match = _FOREIGN.match(bytes(draft.text[first.start : first.end]))
    if match is None or match["more"]:
        return None
    arms = arms_of(group)
    is_not = match["word"] == b"ifndef" or bool(match["not"])
    if not is_not:
        return arms[0]
    return arms[1] if len(arms) > 1 else (first.end, first.end)


def _blank_foreign(draft: Draft, arm: tuple[int, int], plan: Plan, ink: Ink) -> None:
    """Blank all but the directives in an arm."""
    start, end = arm
    ink.code[start:end] = ink.code[start:end].translate(BLANKS)
    at = start
    for other, other_end in draft.directives_within(start, end):
        plan.blanks.append((at, other))
        at = other_end
    plan.blanks.append((at, end))


def _way_of(draft: Draft, group: Group, kind: str, ink: Ink) -> str:
    """``node`` (as it stands), ``list`` or ``one``."""
    before = ink.last(group.directives[0].start)
    byte = bytes(ink.code[before : before + 1]) if before >= 0 else b";"
    is_list = kind in ("list", "enum")
    if _is_empty(group, ink):
        if is_list or not _has_directives(draft, group):
            return "list"
        return "node" if byte in _STATEMENT_ENDS else "one"
    if not group.balanced or _begins_else(group, ink):
        return "one"
    if is_list:
        return "list" if byte in b"{," else "one"
    is_choice = byte == b":" and _is_choice(ink, before)
    fits = byte in _STATEMENT_ENDS and not is_choice and _arms_end(group, ink)
    return "node" if fits else "one"


def _has_directives(draft: Draft, group: Group) -> bool:
    """Whether arms hold a ``#define`` or the like."""
    first = bisect_right(draft.others, (group.directives[0].end, 0))
    return (
        first < len(draft.others)
        and draft.others[first][0] < group.directives[-1].start
    )


def _is_choice(ink: Ink, colon: int) -> bool:
    """Whether a colon belongs to ``a ? b : c`` and ends no label."""
    low = max(0, colon - 400)
    begin = max(ink.code.rfind(end, low, colon) for end in (b";", b"{", b"}"))
    return ink.code.find(b"?", max(begin, low), colon) >= 0


def _is_empty(group: Group, ink: Ink) -> bool:
    last = ink.last(group.directives[-1].start)
    return last < group.directives[0].end


def _begins_else(group: Group, ink: Ink) -> bool:
    return any(
        _ELSE.match(ink.code, ink.next(directive.end)) for directive in group.directives
    )


def _arms_end(group: Group, ink: Ink) -> bool:
    """Whether each arm ends as a statement does."""
    for start, end in arms_of(group):
        last = ink.last(end)
        if last >= start and ink.code[last] not in _STATEMENT_ENDS:
            return False
    return True


def _commas_of(group: Group, ink: Ink) -> list[int]:
    """Where arms of items lack the comma that parts them from what follows."""
    commas = []
    for start, end in arms_of(group):
        last = ink.last(end)
        follow = ink.next(end)
        is_open = last >= start and ink.code[last : last + 1] != b","
        if is_open and bytes(ink.code[follow : follow + 1]) not in (b"}", b",", b")"):
            commas.append(end)
    return commas


def _fits(draft: Draft, start: int, kind: str, ink: Ink) -> bool:
    """Whether a ``#define`` or the like may stand where it stands."""
    if kind in ("list", "enum"):
        return False
    if kind == "type" and _INCLUDE.match(draft.text, start):
        return False
    before = ink.last(start)
    return before < 0 or ink.code[before] in b";{}:)"
