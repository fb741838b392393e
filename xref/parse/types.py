"""Types as arguments of macros, made identifiers."""

import re
from collections.abc import Callable
from typing import Final

from xref.parse.draft import Draft
from xref.parse.arguments import make_identifier, rewrite_arguments
from xref.parse.scan import closing

_TAGGED: Final = re.compile(
    rb"\b(?:struct|union|enum|unsigned|signed|long|short|const|volatile)[ \t]+"
    rb"[\w \t]*\w\s*(?:\*[\s*]*(?:const\s*)?)?(?=[,)])"
)
_STARRED: Final = re.compile(rb"[(,]\s*(\w+\s*\*[\s*]*)(?=[,)])")
_TYPEOF: Final = re.compile(rb"\b(?:__)?typeof\w*[ \t]*\(")
_OFFSETOF: Final = re.compile(rb"\boffsetof\s*\(\s*([^(),]+),\s*\w+\s*[^\s\w)]")
_ALIGNOF: Final = re.compile(rb"\b(?:__alignof__|_Alignof|__alignof)\s*\((?=\s*[*&]|[^()]*[.\[>])")
_NATIVE: Final = frozenset(
    b"sizeof typeof __typeof__ offsetof __builtin_offsetof __alignof__ __alignof "
    b"_Alignof alignof return case if while for switch".split()
)
_WORD_END: Final = re.compile(rb"(\w*)[ \t]*\Z")
_WINDOW: Final = 600
"""How far before a type its call may begin, in bytes."""


def rewrite_types(draft: Draft, is_expression: Callable[[int], bool]) -> None:
    """Make ``struct sock *`` in ``container_of(p, struct sock *, m)`` an identifier.

    Args:
        is_expression: whether expressions may stand at a place.
    """
    _rewrite_typeof(draft)
    _rewrite_native(draft)
    for opening, close in draft.calls:
        rewrite_arguments(draft, opening, close)
    text = draft.text
    for pattern, group in ((_TAGGED, 0), (_STARRED, 1)):
        for match in list(pattern.finditer(bytes(text))):
            start, end = match.span(group)
            if is_expression(start) and _is_macro_argument(text, start):
                make_identifier(draft, start, end)


def _is_macro_argument(text: bytearray, start: int) -> bool:
    """Whether what stands here is an argument of a macro, no cast and no parameter."""
    low = max(0, start - _WINDOW)
    before = bytes(text[low:start])
    depth = 0
    at = len(before)
    while True:
        close, opening = before.rfind(b")", 0, at), before.rfind(b"(", 0, at)
        if opening < 0 and close < 0:
            return False
        at = max(close, opening)
        if close > opening:
            depth += 1
        elif depth:
            depth -= 1
        else:
            break
    if b";" in before[at:]:
        return False
    word = _WORD_END.search(before[:at])
    name = word[1] if word else b""
    return bool(name) and name not in _NATIVE


def _rewrite_typeof(draft: Draft) -> None:
    """Make ``typeof(*p)`` one identifier."""
    text = draft.text
    for match in list(_TYPEOF.finditer(bytes(text))):
        close = closing(draft, match.end() - 1)
        if close < 0:
            continue
        written = bytes(text[match.start() : close + 1])
        if b"\n" in written:
            continue
        draft.put(match.start(), re.sub(rb"\W", b"_", written))
        draft.mark(match.start(), "type", b"", written.decode("ascii", "replace"))


def _rewrite_native(draft: Draft) -> None:
    """Keep tree-sitter's own rules off operands that they do not know."""
    text = bytes(draft.text)
    for match in list(_OFFSETOF.finditer(text)):
        draft.put(match.start(), b"offsetoF")
        draft.mark(match.start(), "call", b"offsetof")
        make_identifier(draft, *match.span(1))
    for match in list(_ALIGNOF.finditer(text)):
        name = match[0].rstrip(b"( \t\r\n")
        draft.put(match.start(), name[:-1] + b"X")
        draft.mark(match.start(), "call", name)
