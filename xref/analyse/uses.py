"""Uses of one name in the text of a file, by what the line does with it.

A look at the text and not at a tree: quick enough for thousands of files.  What a
macro or a line break hides is ``other``.
"""

import re
from collections.abc import Iterator
from string import ascii_letters, digits
from typing import Final

DEFINING: Final = "definition"
"""The kind of a place where a tag gets its members."""
NAMING: Final = "naming"
"""The kind of a place where a name stands alone: it may mean a type or a function."""

_INNER: Final = frozenset(letter.encode() for letter in f"{ascii_letters}{digits}_")
"""What a word goes on with."""
_STORE: Final = re.compile(
    rb"\s*(?:\[[^\]\n]*\]\s*)?(?:[-+*/%&|^]|<<|>>)?=(?!=)|\s*(?:\+\+|--)"
)
_CALL: Final = re.compile(rb"\s*\(")
_TYPE: Final = re.compile(rb"\b(?:struct|union|enum)\s+(?:__\w+\s+)*$")
_MEMBERS: Final = re.compile(rb"\s*\{")
_INCLUDE: Final = re.compile(rb"\s*#\s*include\b")
_ADDRESS: Final = re.compile(
    # Of the name or of a member of that name; `a & b` has blanks, `(t *)&b` has none.
    rb"(?:^|[^&\w)\]\s]\s*|\b(?:return|case|else)\s+)&\s*(?:[\w.]|->|\[[^\]]*\])*$"
    rb"|\)\s*&(?:(?:[\w.]|->|\[[^\]]*\])*(?:->|\.))?$"
)
_THROUGH: Final = re.compile(rb"\s*->")
_ON: Final = re.compile(rb"\s*(?:->|\.)")
_MEMBER: Final = (b"->", b".")
"""What a name that is a member stands behind."""
_JUMP: Final = re.compile(rb"\bgoto\s+$")
_MARK: Final = re.compile(rb"\s*:(?!:)")
_STEP: Final = (b"++", b"--")


def uses_in(text: bytes, name: str) -> Iterator[tuple[int, str, str]]:
    """Line, kind and text of the line of each use of a name, in order.

    Args:
        text: a file of C.
        name: an identifier.

    Yields:
        ``call``, ``store``, ``address``, ``type``, ``other``, `DEFINING` or `NAMING`;
        what stands in comments, strings and names of headers is none.
    """
    line, counted = 1, 0
    looked, comment = 0, -1
    for start, end in _words(text, name.encode()):
        # Of comments, the last that begins before: what was looked at is not again.
        opened = text.rfind(b"/*", looked, start)
        if opened >= 0:
            comment = opened
        looked = start
        if comment >= 0 and text.find(b"*/", comment, start) >= 0:
            comment = -1
        begin = text.rfind(b"\n", 0, start) + 1
        before = text[begin:start]
        if comment >= 0 or _is_said(before):
            continue
        stop = text.find(b"\n", end)
        stop = len(text) if stop < 0 else stop
        line += text.count(b"\n", counted, start)
        counted = start
        shown = text[begin:stop].decode("utf-8", "replace").strip()
        yield line, _kind(before, text[end : min(stop + 80, len(text))]), shown


def _words(text: bytes, name: bytes) -> Iterator[tuple[int, int]]:
    """Where a name stands as a whole word; ten times as quick as an expression."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if (
            text[max(start - 1, 0) : start] not in _INNER
            and text[end : end + 1] not in _INNER
        ):
            yield start, end
        start = text.find(name, end)


def _is_said(before: bytes) -> bool:
    """Whether a place is in a string or behind ``//``, by what its line begins with."""
    if b"#" in before and _INCLUDE.match(before):
        return True
    if b"//" in before and not _is_string(before[: before.find(b"//")]):
        return True
    return _is_string(before)


def _is_string(before: bytes) -> bool:
    return (
        b'"' in before
        and before.replace(b'\\"', b"").replace(b"'\"'", b"").count(b'"') % 2 == 1
    )


def _kind(before: bytes, after: bytes) -> str:
    if (
        b"struct" in before or b"union" in before or b"enum" in before
    ) and _TYPE.search(before):
        return DEFINING if _MEMBERS.match(after) else "type"
    if (b"goto" in before and _JUMP.search(before)) or (
        _MARK.match(after) and not before.strip()
    ):
        return "other"
    if _CALL.match(after):
        return "call"
    last = before.rstrip()
    if _STORE.match(after) or last.endswith(_STEP):
        return "store"
    if b"&" in before and _ADDRESS.search(before) and not _THROUGH.match(after):
        return "address"
    return "other" if _ON.match(after) or last.endswith(_MEMBER) else NAMING
