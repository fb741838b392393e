"""Small looks around a place in the text, each with bounded work."""

import re
from typing import Final

from xref.parse.draft import Draft

_PARENTHESES: Final = re.compile(rb"[()]")
_INK: Final = re.compile(rb"\S")
_LIMIT: Final = 30_000
"""The longest argument list that is looked at, in bytes (trace events have 10 kB)."""
_WORK: Final = 40
"""All lists together: this many bytes per byte of the blob.  Real files need 3."""


def closing(draft: Draft, opening: int) -> int:
    """Where the parenthesis opened at `opening` closes, or -1."""
    if draft.scanned > _WORK * len(draft.text) + _LIMIT:
        return -1
    depth = 0
    at = opening
    for match in _PARENTHESES.finditer(draft.text, opening, opening + _LIMIT):
        at = match.start()
        depth += 1 if draft.text[at] == 0x28 else -1
        if depth == 0:
            draft.scanned += at - opening
            return at
    draft.scanned += _LIMIT
    return -1


def next_ink(code: bytes | bytearray, at: int) -> int:
    """The first place from `at` on that is not blank, or the text's length."""
    match = _INK.search(code, at)
    return match.start() if match else len(code)


def last_ink(code: bytes | bytearray, at: int) -> int:
    """The last place before `at` that is not blank, or -1."""
    width = 64
    while at > 0:
        low = max(0, at - width)
        left = code[low:at].rstrip()
        if left:
            return low + len(left) - 1
        at = low
        width *= 4
    return -1


_LISTS: Final = re.compile(rb"[(),{}\[\]]")


def arguments_of(draft: Draft, opening: int, close: int) -> list[int]:
    """Where the commas are that part the arguments of a call."""
    text = draft.text
    depth = 0
    commas = []
    for match in _LISTS.finditer(text, opening + 1, close):
        byte = text[match.start()]
        if byte == 0x2C:
            if depth == 0:
                commas.append(match.start())
        elif byte in b"([{":
            depth += 1
        else:
            depth -= 1
    return commas
