"""Arms of ``#if`` that break the structure: which groups, and what to do with each."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from xref.parse.draft import BLANKS, Draft
from xref.parse.outline import Group, Outline, kind_of_brace
from xref.parse.scan import last_ink, next_ink

_ELSE: Final = re.compile(rb"else\b")
_FOREIGN: Final = re.compile(
    rb"#[ \t]*(?P<word>if\w*)[ \t(]*(?P<not>!?)[ \t]*(?:defined\b[ \t(]*)?"
    rb"(?:__ASSEMBL(?:Y|ER)__|(?P<cpp>__cplusplus))\b(?P<more>[^\n]*(?:&&|\|\|))?"
)
_NOT_ASSEMBLER: Final = re.compile(rb"!\s*defined\b[ \t(]*__ASSEMBL(?:Y|ER)__")
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
    kinds: dict[int, str] = {}
    for number, group in enumerate(outline.groups):
        if group.brace not in kinds:
            kinds[group.brace] = kind_of_brace(bare, group.brace)
        foreign = _foreign_arms(draft, group)
        if foreign:
            bare = _blank_foreign(draft, group, foreign, plan, bare)
            continue
        way = _way_of(draft, group, kinds[group.brace], bare)
        if way == "list":
            plan.lists.append(group)
            plan.blanks += [(d.start, d.end) for d in group.directives]
            plan.commas += _commas_of(group, bare)
        elif way == "one":
            plan.ones[number] = group
    for start, end, brace in outline.inner:
        if brace not in kinds:
            kinds[brace] = kind_of_brace(bare, brace)
        if not _fits(draft, start, kinds[brace], bare):
            plan.blanks.append((start, end))
    plan.blanks += _within_expressions(draft, bare)
    return plan


def _within_expressions(draft: Draft, bare: bytes) -> list[tuple[int, int]]:
    """Directives at file scope between an operator and its operand."""
    spans = []
    done, fits = 0, True
    for start, end in draft.others:
        if bare[done:start].strip():
            last = last_ink(bare, start)
            before = bare[last : last + 1]
            follow = next_ink(bare, end)
            is_head = before == b")" and bare[follow : follow + 1] == b"{"
            fits = before not in b"=,(|&+?<" and not is_head
        if not fits:
            spans.append((start, end))
        done = end
    return spans


def arms_of(group: Group) -> list[tuple[int, int]]:
    """The spans between the directives of a group."""
    directives = group.directives
    return [
        (a.end, b.start) for a, b in zip(directives, directives[1:], strict=False)
    ]


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
    draft: Draft, group: Group, arms: list[int], plan: Plan, bare: bytes
) -> bytes:
    """Blank all but the directives in arms."""
    spans = arms_of(group)
    result = bytearray(bare)
    for arm in arms:
        start, end = spans[arm]
        result[start:end] = result[start:end].translate(BLANKS)
        at = start
        for other, other_end in _directives_within(draft, start, end):
            plan.blanks.append((at, other))
            at = other_end
        plan.blanks.append((at, end))
    return bytes(result)


def _directives_within(draft: Draft, start: int, end: int) -> list[tuple[int, int]]:
    conditions = [(d.start, d.end) for d in draft.conditions]
    return sorted(
        span for span in [*draft.others, *conditions] if start <= span[0] < end
    )


def _way_of(draft: Draft, group: Group, kind: str, bare: bytes) -> str:
    """``node`` (as it stands), ``list`` or ``one``."""
    before = last_ink(bare, group.directives[0].start)
    byte = bare[before : before + 1] if before >= 0 else b";"
    if _is_empty(group, bare):
        if kind in ("list", "enum") or not _has_directives(draft, group):
            return "list"
        return "node" if byte in _STATEMENT_ENDS else "one"
    if kind in ("list", "enum"):
        fits = byte in b"{," and group.balanced and not _begins_else(group, bare)
        return "list" if fits else "one"
    if byte not in _STATEMENT_ENDS or not group.balanced:
        return "one"
    if byte == b":" and _is_choice(bare, before):
        return "one"
    if _begins_else(group, bare) or not _arms_end(group, bare):
        return "one"
    return "node"


def _has_directives(draft: Draft, group: Group) -> bool:
    """Whether arms hold a ``#define`` or the like."""
    first = bisect_right(draft.others, (group.directives[0].end, 0))
    return (
        first < len(draft.others)
        and draft.others[first][0] < group.directives[-1].start
    )


def _is_choice(bare: bytes, colon: int) -> bool:
    """Whether a colon belongs to ``a ? b : c`` and ends no label."""
    low = max(0, colon - 400)
    begin = max(bare.rfind(end, low, colon) for end in (b";", b"{", b"}"))
    return bare.find(b"?", max(begin, low), colon) >= 0


def _is_empty(group: Group, bare: bytes) -> bool:
    last = last_ink(bare, group.directives[-1].start)
    return last < group.directives[0].end


def _begins_else(group: Group, bare: bytes) -> bool:
    return any(
        _ELSE.match(bare, next_ink(bare, directive.end))
        for directive in group.directives
    )


def _arms_end(group: Group, bare: bytes) -> bool:
    """Whether each arm ends as a statement does."""
    for start, end in arms_of(group):
        last = last_ink(bare, end)
        if last >= start and bare[last] not in _STATEMENT_ENDS:
            return False
    return True


def _commas_of(group: Group, bare: bytes) -> list[int]:
    """Where arms of items lack the comma that parts them from what follows."""
    commas = []
    for start, end in arms_of(group):
        last = last_ink(bare, end)
        if last >= start and bare[last] != 0x2C:
            follow = next_ink(bare, end)
            if bare[follow : follow + 1] not in (b"}", b",", b")"):
                commas.append(end)
    return commas


def _fits(draft: Draft, start: int, kind: str, bare: bytes) -> bool:
    """Whether a ``#define`` or the like may stand where it stands."""
    if kind in ("list", "enum"):
        return False
    if kind == "type" and _INCLUDE.match(draft.text, start):
        return False
    before = last_ink(bare, start)
    return before < 0 or bare[before] in b";{}:)"
