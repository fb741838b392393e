"""Arms of ``#if`` that break the structure: which groups, and what to do with each."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Final

from xref.parse.draft import BLANKS, Directive, Draft
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

    Args:
        bare: the text without any directives, all rewriting done.
    """
    plan = Plan([], [], {}, [])
    ink = Ink(bytearray(bare))
    kinds: dict[int, str] = {}
    for number, group in enumerate(outline.groups):
        if group.brace not in kinds:
            kinds[group.brace] = kind_of_brace(ink.code, group.brace)
        foreign = _foreign_arms(draft, group)
        if foreign:
            _blank_foreign(draft, group, foreign, plan, ink)
            continue
        way = _way_of(draft, group, kinds[group.brace], ink)
        if way == "list":
            plan.lists.append(group)
            plan.blanks += [(d.start, d.end) for d in group.directives]
            plan.commas += _commas_of(group, ink)
        elif way == "one":
            plan.ones[number] = group
    for start, end, brace in outline.inner:
        if brace not in kinds:
            kinds[brace] = kind_of_brace(ink.code, brace)
        if not _fits(draft, start, kinds[brace], ink):
            plan.blanks.append((start, end))
    plan.blanks += _within_expressions(draft, ink)
    return plan


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
    directives = group.directives
    return [(a.end, b.start) for a, b in zip(directives, directives[1:], strict=False)]


def _foreign_arms(draft: Draft, group: Group) -> list[int]:
    """The arms that are for an assembler or a C++ compiler."""
    first = group.directives[0]
    line = bytes(draft.text[first.start : first.end])
    match = _FOREIGN.match(line)
    n_arms = len(group.directives) - 1
    if match is None:
        return []
    is_not = match["word"] == b"ifndef" or bool(match["not"])
    if match["more"]:
        return []
    if is_not:
        return [1] if n_arms == 2 else []  # noqa: PLR2004  # the #else
    return [0]


def _blank_foreign(
    draft: Draft, group: Group, arms: list[int], plan: Plan, ink: Ink
) -> None:
    """Blank all but the directives in arms."""
    spans = arms_of(group)
    for arm in arms:
        start, end = spans[arm]
        ink.code[start:end] = ink.code[start:end].translate(BLANKS)
        at = start
        for other, other_end in _directives_within(draft, start, end):
            plan.blanks.append((at, other))
            at = other_end
        plan.blanks.append((at, end))


def _directives_within(draft: Draft, start: int, end: int) -> list[tuple[int, int]]:
    others, conditions = draft.others, draft.conditions
    first, last = bisect_left(others, (start, 0)), bisect_left(others, (end, 0))
    low = bisect_left(conditions, start, key=_start_of)
    high = bisect_left(conditions, end, key=_start_of)
    spans = [(directive.start, directive.end) for directive in conditions[low:high]]
    return sorted([*others[first:last], *spans])


def _start_of(directive: Directive) -> int:
    return directive.start


def _way_of(draft: Draft, group: Group, kind: str, ink: Ink) -> str:
    """``node`` (as it stands), ``list`` or ``one``."""
    before = ink.last(group.directives[0].start)
    byte = ink.code[before : before + 1] if before >= 0 else b";"
    if _is_empty(group, ink):
        if kind in ("list", "enum") or not _has_directives(draft, group):
            return "list"
        return "node" if byte in _STATEMENT_ENDS else "one"
    if kind in ("list", "enum"):
        fits = byte in b"{," and group.balanced and not _begins_else(group, ink)
        return "list" if fits else "one"
    if byte not in _STATEMENT_ENDS or not group.balanced:
        return "one"
    if byte == b":" and _is_choice(ink, before):
        return "one"
    if _begins_else(group, ink) or not _arms_end(group, ink):
        return "one"
    return "node"


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
        if last >= start and ink.code[last] != 0x2C:
            follow = ink.next(end)
            if ink.code[follow : follow + 1] not in (b"}", b",", b")"):
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
