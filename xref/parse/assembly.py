"""Inline assembly: its template goes, what tree-sitter-c cannot read too."""

import re
from typing import Final

from xref.parse.draft import Draft
from xref.parse.places import Covered, Places
from xref.parse.scan import closing, is_after_else, last_ink, opening_of, word_before

_ASM: Final = re.compile(rb"asm(?:__|(_inline))?(?!\w)(?:[\s\\]++\w++){0,4}+[\s\\]*+\(")
_UNKNOWN: Final = re.compile(
    rb"(?!__[\s(]|(?:(?:__)?volatile(?:__)?|goto|inline)\b)(?:_inline|\b\w+)"
)
"""What may stand before the parenthesis and is no word of assembly."""
_OPERAND: Final = (
    rb"\s*(?:\[\w+\]\s*)?\"[^\"]*\"\s*"
    rb"\((?>[^()]|\((?>[^()]|\((?>[^()]|\([^()]*+\))*+\))*+\))*+\)\s*"
)
_OPERANDS: Final = re.compile(
    rb"(?::(?:" + _OPERAND + rb"(?:," + _OPERAND + rb")*+|\s*)){1,2}+"
    rb"(?::\s*(?:\"[^\"]*\"\s*,?\s*)*+)?(?::[\w\s,]*)?\Z"
)
_LOOSE_OPERANDS: Final = (
    re.compile(rb"\"[ \t]*+\("),
    re.compile(rb",\s*+:\s*+\""),
)
_LONGEST: Final = 20_000


def empty_assembly(draft: Draft, places: Places) -> None:
    """Make each template an empty string; drop operands that are no C.

    Also drops the register of ``register int r0 asm("r0")``.
    """
    text = draft.text
    operands: list[tuple[int, int]] = []
    for match in draft.matches(_ASM):
        start, opening = match.start(), match.end() - 1
        prefix = word_before(text, start)
        if prefix not in (b"", b"__"):
            continue
        start -= len(prefix)
        close = closing(draft, opening)
        if close < 0 or close - opening < len('("")') - 1:
            continue
        if _is_register(text, start, places):
            draft.blank(start, close + 1)
            continue
        body = bytes(text[opening + 1 : min(close, opening + _LONGEST)])
        colon = body.find(b":")
        end = close
        has_operands = (
            colon > 1
            and b"\\" not in body[colon:]
            and _OPERANDS.match(body, colon) is not None
        )
        if has_operands:
            close = opening + 1 + colon
        for word in _UNKNOWN.finditer(match[0], len(b"asm")):
            draft.blank(match.start() + word.start(), match.start() + word.end())
        if has_operands:
            operands.append((opening, end))
        _empty_template(draft, opening + 1, close)
    _blank_operands(draft, Covered(operands))


def _blank_operands(draft: Draft, kept: Covered) -> None:
    """Blank the arguments of macros that hand operands on: f("=a" (x))."""
    text = draft.text
    found = [
        match.start()
        for pattern in _LOOSE_OPERANDS
        for match in pattern.finditer(bytes(text))
    ]
    for at in found:
        opening = opening_of(text, at, 2000)
        if kept.end_around(at) or opening < 0:
            continue
        name = word_before(text, opening)
        close = closing(draft, opening)
        if name and close > 0:
            draft.mark(opening - len(name), "items", name)
            draft.blank(opening + 1, close)


def _is_register(text: bytearray, start: int, places: Places) -> bool:
    """Whether the asm stands behind a declarator: C11 J.5.10 and gcc's manual."""
    before = last_ink(text, start)
    byte = bytes(text[max(0, before) : before + 1])
    if byte == b")":
        return not places.is_body(before)
    return (byte.isalnum() or byte in (b"]", b"_")) and not is_after_else(text, before)


def _empty_template(draft: Draft, start: int, end: int) -> None:
    """Put an empty string in place of all but the directives."""
    draft.drop_strings(start, end)
    text = draft.text
    at = start
    place = start if bytes(text[start : start + 2]) in (b'""', b"  ") else -1
    for other, other_end in [*draft.directives_within(start, end), (end, end)]:
        draft.blank(at, max(at, other))
        if place < 0:
            place = text.find(b"  ", at, other)
        at = other_end
    if place >= 0:
        draft.put(place, b'""')
