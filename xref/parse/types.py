"""Types as arguments of macros, made identifiers."""

import re
from typing import Final

from xref.parse.arguments import make_identifier
from xref.parse.draft import Draft
from xref.parse.places import Covered, Places
from xref.parse.scan import closing, is_word, opening_of, word_before

# Each begins with letters that are searched for fast.
_TAGGED: Final = tuple(
    re.compile(word + rb"\s++[\w \t]{1,90}+\s*+(?=[,)])")
    for word in (
        b"const",
        b"struct",
        b"un(?:ion|signed)",
        b"enum",
        b"long",
        b"signed",
        b"short",
    )
)
_STARS: Final = re.compile(rb"\*[\s*]{0,40}+(?:const\s*+)?(?=[,)])")
_TYPE_BEFORE: Final = re.compile(
    rb"(?<=[(,])\s*((?:(?:const|volatile|struct|union|enum|unsigned|signed|long|short)"
    rb"\s+)*\w+\s*)\Z"
)
_AUTO: Final = re.compile(rb"auto(?=[ \t]++\w++[ \t]*+=)")
_TYPEOF: Final = re.compile(rb"typeof\w*[ \t]*\(")
_OFFSETOF: Final = re.compile(rb"offsetof\s*\(\s*([^(),]{1,90}),\s*\w+\s*[^\s\w)]")
_ALIGNOF: Final = re.compile(
    rb"(?:__alignof(?:__)?|_Alignof)\s*\((?=\s*[*&]|[^()]{0,90}[.\[>])"
)
# ``struct UVC_HEADER_DESCRIPTOR(1) header``
_TAG_CALL: Final = re.compile(rb"struct(?<!\wstruct)[ \t]+([A-Z]\w*+\([^()\n]{0,90}\))")
_NOT_WORD: Final = re.compile(rb"\W")
_NATIVE: Final = frozenset(
    b"sizeof typeof __typeof__ offsetof __builtin_offsetof __alignof__ __alignof "
    b"_Alignof alignof return case if while for switch".split()
)
_WINDOW: Final = 90
"""The longest type, in bytes."""


def rewrite_types(draft: Draft, places: Places) -> None:
    """Make ``struct sock *`` in ``container_of(p, struct sock *, m)`` an identifier."""
    text = draft.text
    _rewrite_typeof(draft)
    _rewrite_auto(draft)
    _rewrite_native(draft)
    for match in draft.matches(_TAG_CALL):
        start, end = match.span(1)
        written = bytes(text[start:end])
        draft.put(start, _NOT_WORD.sub(b"_", written))
        draft.mark(start, "type", b"", "struct " + written.decode("ascii", "replace"))
    calls = Covered(sorted(draft.calls))
    for match in draft.matches(_STARS):
        start, end = match.span()
        if not (places.is_expression(start) or calls.end_around(start)):
            continue
        low = max(0, start - _WINDOW)
        kind = _TYPE_BEFORE.search(text[low:start])
        if kind:
            _rewrite_type(draft, low + kind.start(1), end)
    for pattern in _TAGGED:
        for match in draft.matches(pattern):
            start, end = match.span()
            is_whole = not (start and is_word(text[start - 1]))
            if is_whole and (places.is_expression(start) or calls.end_around(start)):
                _rewrite_type(draft, start, end)


def _rewrite_type(draft: Draft, start: int, end: int) -> None:
    """Rewrite the type if it is an argument of a macro, no cast and no parameter."""
    text = draft.text
    opening = opening_of(text, start)
    if opening < 0 or text.find(b";", opening, start) >= 0:
        return
    at = opening
    while at and text[at - 1] in b" \t":
        at -= 1
    name = word_before(text, at)
    if name and name not in _NATIVE:
        make_identifier(draft, start, end)


def _rewrite_typeof(draft: Draft) -> None:
    """Make ``typeof(*p)`` one identifier."""
    text = draft.text
    for match in draft.matches(_TYPEOF):
        start = match.start() - len(word_before(text, match.start()))
        close = closing(draft, match.end() - 1)
        written = bytes(text[start : close + 1])
        if close < 0 or b"\n" in written:
            continue
        draft.put(start, _NOT_WORD.sub(b"_", written))
        draft.mark(start, "type", b"", written.decode("ascii", "replace"))


def _rewrite_auto(draft: Draft) -> None:
    """Make ``auto x = y;`` a declaration: its value tells the type.  C23 6.7.9."""
    for match in draft.matches(_AUTO) if b"auto" in draft.words else ():
        start = match.start()
        if not (start and is_word(draft.text[start - 1])):
            draft.put(start, b"auto".upper())
            draft.mark(start, "type", b"", "typeof()")


def _rewrite_native(draft: Draft) -> None:
    """Keep tree-sitter's own rules off operands that they do not know."""
    text = draft.text
    for match in draft.matches(_OFFSETOF):
        start = match.start() - len(word_before(text, match.start()))
        name = bytes(text[start : match.start()]) + b"offsetof"
        draft.put(match.start(), b"offsetoF")
        draft.mark(start, "call", name)
        make_identifier(draft, *match.span(1))
    for match in draft.matches(_ALIGNOF):
        name = match[0].rstrip(b"( \t\r\n")
        draft.put(match.start(), name[:-1] + b"X")
        draft.mark(match.start(), "call", name)
