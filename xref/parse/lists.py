"""Commas that macros bring along, in initialisers and enums."""

import re
from typing import Final

from xref.parse.draft import Draft
from xref.parse.endings import end_statement, room_behind
from xref.parse.scan import last_ink, next_ink, opening_of, word_before

# A line that does not end with a comma, and one word in capitals behind another.
_LINE_GAP: Final = re.compile(
    rb"\n(?<![,{;|&+=(*/<>?:-]\n)(?<![,{;|&+=(]\r\n)\s*+"
    rb"(?=[A-Za-z_\[]|\.\w|\"_*\"\s*,)"
)
_TOKEN: Final = re.compile(rb"[(){}]|\.[A-Za-z_]\w*\s*=")
# ``CHANNEL(1) = { ... }``
_ROW: Final = re.compile(rb"\)\s*(=)\s*\{")
# gcc takes ``[1] { ... }`` too.
_NO_EQUALS: Final = re.compile(rb"\][ \t]+\{")
_WORD_GAP: Final = re.compile(rb"(?<=[A-Z0-9_)])[ \t]++(?=&?[A-Z_]{2})")
_WORDS: Final = frozenset(
    b"sizeof struct union enum const unsigned signed long short volatile int char void "
    b"return typeof __typeof__ case static".split()
)


def part_items(draft: Draft, spans: list[tuple[int, int]], bare: bytes) -> None:
    """Put commas between items that stand next to each other.

    ``{ FOO(a) FOO(b) END }`` has commas when its macros are expanded; here each is
    an item.  The spans are those of initialisers and enums; `bare` is the text
    without any directives.
    """
    for start, end in spans:
        for match in _NO_EQUALS.finditer(bare, start, end):
            draft.put(match.start() + 1, b"=")
        for match in _ROW.finditer(bare, start, end):
            _drop_row(draft, bare, match)
        if bare.find(b"(", start, end) >= 0:
            _open_calls(draft, bare, start, end)
        for pattern in (_LINE_GAP, _WORD_GAP):
            for match in pattern.finditer(bare, start, end):
                _part(draft, bare, start, last_ink(bare, match.start() + 1))


def _open_calls(draft: Draft, bare: bytes, start: int, end: int) -> None:
    """Make ``CMD(A, .reg = { 1 })`` a list: ``{A, .reg = { 1 }}``."""
    stack: list[int] = []
    lists: set[int] = set()
    for match in _TOKEN.finditer(bare, start, end):
        at = match.start()
        token = bare[at : at + 1]
        around = stack[-1] if stack else -1
        is_argument = around >= 0 and bare[around : around + 1] == b"("
        if token in (b")", b"}"):
            if stack and stack.pop() in lists and token == b")":
                _open_call(draft, around, at)
        elif is_argument and (token == b"." or bare[last_ink(bare, at)] in b"(,"):
            lists.update(() if token == b"(" else (around,))
        if token in (b"(", b"{"):
            stack.append(at)


def _open_call(draft: Draft, opening: int, close: int) -> None:
    name = word_before(draft.text, opening)
    if name:
        draft.blank(opening - len(name), opening)
        draft.put(opening, b"{")
        draft.put(close, b"}")
        draft.mark(opening, "braces", name)


def _drop_row(draft: Draft, bare: bytes, match: re.Match[bytes]) -> None:
    """Leave of ``CHANNEL(1) = { ... }`` the braces."""
    opening = opening_of(bare, match.start())
    name = word_before(bare, opening) if opening > 0 else b""
    if name and draft.text[opening] == bare[opening]:
        start = opening - len(name)
        draft.mark(start, "items", name)
        draft.blank(start, match.end(1))


def _part(draft: Draft, bare: bytes, start: int, at: int) -> None:
    """Put a comma behind the item that ends at `at`, if it is one."""
    if draft.text[at] != bare[at]:
        return
    if bare[at : at + 1] == b")":
        _part_call(draft, bare, at)
        return
    word = word_before(bare, at + 1)
    is_item = at - len(word) > start and word not in _WORDS
    if not word or not is_item or _after_tag(bare, at, len(word)):
        return
    behind = next_ink(bare, at + 1)
    if bare[behind : behind + 1] == b'"':
        return  # a concatenation
    room = room_behind(draft.text, at + 1, over_directives=True)
    if room < 0:
        end_statement(draft, at + 1 - len(word), at, word, b",")
    else:
        draft.put(room, b"*" if word.isdigit() else b",")


def _part_call(draft: Draft, bare: bytes, close: int) -> None:
    opening = opening_of(bare, close)
    name = word_before(bare, opening) if opening > 0 else b""
    if not name or name in _WORDS:
        return
    start = opening - len(name)
    behind = next_ink(bare, close + 1)
    is_text = bare[behind : behind + 1] == b'"'
    if is_text and bare[last_ink(bare, start)] not in b"{,)":
        return  # a concatenation: NAME(X) "x"
    end_statement(draft, start, close, name, b",")


def _after_tag(bare: bytes, at: int, width: int) -> bool:
    before = last_ink(bare, at - width + 1)
    return word_before(bare, before + 1) in (b"struct", b"union", b"enum")
