"""Types as arguments of macros, made identifiers."""

import re
from collections.abc import Callable
from typing import Final

from xref.parse.draft import Draft
from xref.parse.scan import closing

_TYPE: Final = re.compile(
    rb"(?<![\w])(?:(?:const|volatile|struct|union|enum|unsigned|signed|long|short)[ \t]++)*+"
    rb"(\w++)\s*+(\*[\s*]*+)?(?=[,)])"
)
_TAGGED: Final = re.compile(
    rb"\b(?:struct|union|enum|unsigned|signed|long|short|const|volatile)[ \t]+[\w \t]*\w\s*(?:\*[\s*]*(?:const\s*)?)?(?=[,)])"
)
_STARRED: Final = re.compile(rb"[(,]\s*(\w+\s*\*[\s*]*)(?=[,)])")
_PARAMETER: Final = re.compile(
    rb"[(,]\s*((?:const\s+)?(?:struct|union|enum)\s+\w+|unsigned\s+\w+|(?:const\s+)\w+)(?=\s+\*?\s*\w|\s*\*)"
)
_TYPEOF: Final = re.compile(rb"\b(?:__)?typeof(?:__|_unqual)?[ \t]*\(")
_OFFSETOF: Final = re.compile(rb"\boffsetof\s*\(\s*([^(),]+),\s*\w+\s*[^\s\w)]")
_NATIVE: Final = frozenset(
    b"sizeof typeof __typeof__ offsetof __builtin_offsetof __alignof__ __alignof alignof "
    b"_Alignof return case if while for switch".split()
)
_WORD_END: Final = re.compile(rb"(\w*)[ \t]*\Z")
_SPACES: Final = re.compile(rb"\s+")
_WINDOW: Final = 600


def rewrite_types(draft: Draft, is_body: Callable[[int], bool]) -> None:
    """Make ``struct sock *`` in ``container_of(p, struct sock *, m)`` one identifier."""
    _rewrite_typeof(draft)
    _rewrite_offsetof(draft)
    text = draft.text
    for pattern, group in ((_TAGGED, 0), (_STARRED, 1)):
        for match in list(pattern.finditer(bytes(text))):
            start, end = match.span(group)
            if is_body(start) and _is_macro_argument(text, start):
                _make_identifier(draft, start, end)


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
    if name in _NATIVE or not name:
        return False
    return True


def _make_identifier(draft: Draft, start: int, end: int) -> None:
    text = draft.text
    written = bytes(text[start:end])
    words = written.replace(b"*", b" ").rstrip()
    stars = written.count(b"*")
    if b"\n" in words:
        return
    for qualifier in (b"const", b"volatile"):
        words = re.sub(rb"\b" + qualifier + rb"\b", b" " * len(qualifier), words)
    name_start = len(words) - len(words.lstrip())
    name = words.strip()
    if not name:
        return
    kind = _SPACES.sub(b" ", name) + (b" " + b"*" * stars if stars else b"")
    new = words[:name_start] + re.sub(rb"\s", b"_", name)
    draft.blank(start, end)
    draft.put(start, new)
    draft.mark(start + name_start, "type", b"", kind.decode("ascii", "replace"))


def _rewrite_typeof(draft: Draft) -> None:
    """Make ``typeof(*p)`` one identifier."""
    text = draft.text
    for match in list(_TYPEOF.finditer(bytes(text))):
        close = closing(draft, match.end() - 1)
        if close < 0:
            continue
        written = bytes(text[match.start() : close + 1])
        if b"\n" in written or not written[0:1].isascii():
            continue
        draft.put(match.start(), re.sub(rb"\W", b"_", written))
        draft.mark(match.start(), "type", b"", written.decode("ascii", "replace"))


def _rewrite_offsetof(draft: Draft) -> None:
    """Keep tree-sitter's own rule off members that are no single name."""
    for match in list(_OFFSETOF.finditer(bytes(draft.text))):
        draft.put(match.start(), b"offsetoF")
        draft.mark(match.start(), "call", b"offsetof")
        _make_identifier(draft, *match.span(1))
