"""Attributes that name what runs when a variable's scope ends.

GNU C: ``T x __attribute__((cleanup(f)))`` calls ``f(&x)`` then.  Kernels have macros
for it.
"""

import re
from typing import Final

from xref.parse.draft import Draft
from xref.parse.scan import closing, is_word, next_ink

_NAME: Final = rb"\w+(?:\s*##\s*\w+)*"
_ARGUMENT: Final = re.compile(rb"\s*(" + _NAME + rb")\s*")
_OF_GNU: Final = re.compile(
    rb"\(\s*\([^;{]*?\b(?:__cleanup__|cleanup)\s*\(\s*(" + _NAME + rb")\s*\)"
)
_VARIABLE: Final = re.compile(rb"(?<!\w)([A-Za-z_]\w*)(?:[ \t]*\[[^\][]*\])*[\s\\]*\Z")
_VARIABLE_BEHIND: Final = re.compile(rb"[\s*\\]*([A-Za-z_]\w*)")
_HEAD: Final = re.compile(rb"#[ \t]*define[ \t]+\w+(?:\([^()]*\))?[\s\\]*\Z")
_REACH: Final = 200
"""How far a variable or the head of a macro may stand before: a line or two."""
_ENDS: Final = frozenset(b"=;,):")


def is_kept(draft: Draft, word: bytes, start: int, end: int) -> bool:
    """Note an attribute; say whether it stays, as the body of a macro does.

    ``#define own(f) __attribute__((cleanup(f)))`` is read as ``#define own(f) f``: what
    a variable with this attribute calls is what the macro stands for.
    """
    opening = next_ink(draft.text, end)
    has_arguments = draft.text[opening : opening + 1] == b"("
    close = closing(draft, opening) if has_arguments else end - 1
    is_of_gnu = word.startswith(b"__attribute")
    where = _OF_GNU if is_of_gnu else _ARGUMENT
    at = opening + (not is_of_gnu)
    found = where.match(bytes(draft.text[at:close])) if has_arguments else None
    if close < 0 or (found is None and (is_of_gnu or has_arguments)):
        return False
    before = bytes(draft.text[max(0, start - _REACH) : start])
    if _HEAD.search(before):
        if is_of_gnu and found:
            draft.blank(start, at + found.start(1))
            draft.blank(at + found.end(1), close + 1)
        return True
    name = b"".join(found[1].split()) if found else b""
    _mark(draft, (start, close + 1), b"" if is_of_gnu else word, name)
    return False


def _mark(draft: Draft, span: tuple[int, int], macro: bytes, name: bytes) -> None:
    """Note it at the name of its variable, which mostly stands before."""
    start, end = span
    follow = next_ink(draft.text, end)
    byte = draft.text[follow] if follow < len(draft.text) else 0
    if is_word(byte) or byte == 0x2A:  # noqa: PLR2004  # "*"
        behind = _VARIABLE_BEHIND.match(bytes(draft.text[end : end + _REACH]))
        if behind:
            draft.mark(end + behind.start(1), "cleanup", macro, name.decode("ascii"))
    elif byte in _ENDS:
        first = max(0, start - _REACH)
        before = _VARIABLE.search(bytes(draft.text[first:start]))
        if before:
            draft.mark(first + before.start(1), "cleanup", macro, name.decode("ascii"))
