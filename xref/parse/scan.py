"""Small looks around a place in the text, each with bounded work."""

import re
from collections import deque
from typing import Final

from xref.parse.draft import Draft

_PARENTHESES: Final = re.compile(rb"[()]")
_LISTS: Final = re.compile(rb"[(),{}\[\]]")
INK: Final = re.compile(rb"\S")
_CODE: Final = re.compile(rb"[^\s\\]")
_WORD_END: Final = re.compile(rb"\w+\Z")
_LIMIT: Final = 30_000
"""The longest argument list that is looked at, in bytes (trace events have 10 kB)."""
_LINES: Final = 12
"""How many directives `last_code` looks over."""
_GAPS: Final = 8
_GAP_BYTES: Final = 64
"""A shorter stretch of blanks is looked at again."""
_WORK: Final = 12
"""All lists together: this many bytes per byte of the blob.  Real files need 5."""


def is_word(byte: int) -> bool:
    """Whether a byte may stand in a name."""
    return byte == 0x5F or 0x30 <= byte <= 0x39 or 0x41 <= byte & 0xDF <= 0x5A  # noqa: PLR2004  # _ 0-9 A-Z a-z


def begins_name(byte: bytes) -> bool:
    """Whether one byte may begin a name."""
    return byte.isalpha() or byte == b"_"


def closing(draft: Draft, opening: int) -> int:
    """Where the parenthesis opened at `opening` closes, or -1."""
    text = draft.text
    if draft.scanned > _WORK * len(text) + _LIMIT:
        return -1
    depth = 0
    for match in _PARENTHESES.finditer(text, opening, opening + _LIMIT):
        at = match.start()
        depth += 1 if text[at] == 0x28 else -1  # noqa: PLR2004  # "("
        if depth == 0:
            draft.scanned += at - opening
            return at
    draft.scanned += _LIMIT
    return -1


def opening_of(text: bytes | bytearray, at: int, reach: int = 600) -> int:
    """The parenthesis that is open at a place, looking back `reach` bytes; or -1."""
    low = max(0, at - reach)
    depth = 0
    while True:
        opening, close = text.rfind(b"(", low, at), text.rfind(b")", low, at)
        at = max(opening, close)
        if at < 0:
            return -1
        if close > opening:
            depth += 1
        elif depth:
            depth -= 1
        else:
            return at


def arguments_of(draft: Draft, opening: int, close: int) -> list[int]:
    """Where the commas are that part the arguments of a call."""
    text = draft.text
    depth = 0
    commas = []
    for match in _LISTS.finditer(text, opening + 1, close):
        byte = match[0]
        if byte == b",":
            if depth == 0:
                commas.append(match.start())
        elif byte in b"([{":
            depth += 1
        else:
            depth -= 1
    return commas


def next_ink(code: bytes | bytearray, at: int) -> int:
    """The first place from `at` on that is not blank, or the text's length."""
    match = INK.search(code, at)
    return match.start() if match else len(code)


def next_code(text: bytes | bytearray, at: int) -> int:
    """As `next_ink`, over the backslashes of continued lines."""
    match = _CODE.search(text, at)
    return match.start() if match else len(text)


def last_ink(code: bytes | bytearray, at: int, begin: int = 0) -> int:
    """The last place before `at` that is not blank, or `begin` - 1."""
    width = 64
    while at > begin:
        low = max(begin, at - width)
        left = code[low:at].rstrip()
        if left:
            return low + len(left) - 1
        at = low
        width *= 4
    return begin - 1


class Ink:
    """`last_ink` and `next_ink` for places asked in order, in linear time.

    Groups within groups end in the reverse order of their beginnings: the last few
    stretches of blanks are remembered.  Ink may become blank meanwhile, never the
    reverse.
    """

    def __init__(self, code: bytearray) -> None:
        self.code = code
        self._last = -1
        self._blank_to = 0
        self._next = 0
        self._blank_from = 1
        self._gaps: deque[tuple[int, int]] = deque(maxlen=_GAPS)
        """Places with nothing but blanks between them."""

    def last(self, at: int) -> int:
        """The last place before `at` that is not blank, or -1."""
        if at <= self._last:
            return self._last_again(at)
        if at > self._blank_to:
            left = self.code[self._blank_to : at].rstrip()
            if left:
                self._last = self._blank_to + len(left) - 1
            self._blank_to = at
        return self._last

    def next(self, at: int) -> int:
        """The first place from `at` on that is not blank, or the text's length."""
        if not self._blank_from <= at <= self._next:
            self._next = self._next_again(at)
            self._blank_from = at
        return self._next

    def _last_again(self, at: int) -> int:
        gap, known = max(((b, a) for a, b in self._gaps if a + 1 < at), default=(0, -1))
        begin = min(gap, at)
        found = last_ink(self.code, at, begin)
        is_far = at - found > _GAP_BYTES
        if found < begin:
            is_far = at - begin > _GAP_BYTES
            found = self._last_again(known + 1) if known >= 0 else -1
        if is_far:
            self._gaps.append((found, at))
        return found

    def _next_again(self, at: int) -> int:
        size = len(self.code)
        gaps = ((a, b) for a, b in self._gaps if b > at)
        gap, known = min(gaps, default=(size, size))
        end = max(gap + 1, at)
        match = INK.search(self.code, at, end)
        if match:
            found = match.start()
        else:
            found = self._next_again(known) if known < size else size
        if min(found, end) - at > _GAP_BYTES:
            self._gaps.append((at - 1, found))
        return found


def last_code(text: bytes | bytearray, at: int) -> int:
    """As `last_ink`, over directives."""
    for _ in range(_LINES):
        at = last_ink(text, at)
        line = text.rfind(b"\n", 0, max(at, 0)) + 1
        while line > 1 and text[max(0, line - 3) : line - 1].rstrip(b"\r").endswith(
            b"\\"
        ):
            line = text.rfind(b"\n", 0, line - 1) + 1
        if at < 0 or text[line : at + 1].lstrip()[:1] != b"#":
            return at
        at = line
    return at


def word_before(text: bytes | bytearray, at: int) -> bytes:
    """The name that ends right before `at`, or nothing."""
    match = _WORD_END.search(text[max(0, at - 80) : at])
    return bytes(match[0]) if match else b""


def is_after_else(text: bytes | bytearray, at: int) -> bool:
    """Whether the place of the last ink ends ``else`` or ``do``."""
    return word_before(text, at + 1) in (b"else", b"do")
