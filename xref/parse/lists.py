"""Commas that macros bring along, in initialisers and enums."""

import re
from typing import Final

from xref.parse.draft import Draft
from xref.parse.endings import end_statement, room_behind
from xref.parse.scan import is_word, last_ink, opening_of, word_before

# A line that does not end with a comma, and one word in capitals behind another.
_LINE_GAP: Final = re.compile(
    rb"\n(?<![,{;|&+=(*/<>?:-]\n)(?<![,{;|&+=(]\r\n)\s*+(?=[A-Za-z_\[]|\.\w|\"_*\"\s*,)"
)
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
    an item.

    Args:
        spans: initialisers and enums at file scope.
        bare: the text without any directives.
    """
    for start, end in spans:
        for match in _NO_EQUALS.finditer(bare, start, end):
            draft.put(match.start() + 1, b"=")
        for pattern in (_LINE_GAP, _WORD_GAP):
            for match in pattern.finditer(bare, start, end):
                _part(draft, bare, start, last_ink(bare, match.start() + 1))


def _part(draft: Draft, bare: bytes, start: int, at: int) -> None:
    """Put a comma behind the item that ends at `at`, if it is one."""
    if bare[at] == 0x29:  # noqa: PLR2004  # ")"
        if _ends_call(bare, at):
            end_statement(draft, at, at, b"", b",")
        return
    if not is_word(bare[at]):
        return
    word = word_before(bare, at + 1)
    if word.isdigit():
        draft.put(at + 1, b"*" if draft.text[at + 1] in b" \t" else b"")
        return
    if at - len(word) > start and word not in _WORDS and not _after_tag(bare, at, len(word)):
        room = room_behind(draft.text, at + 1)
        if room >= 0:
            draft.put(room, b",")


def _after_tag(bare: bytes, at: int, width: int) -> bool:
    before = last_ink(bare, at - width + 1)
    return word_before(bare, before + 1) in (b"struct", b"union", b"enum")


def _ends_call(bare: bytes, close: int) -> bool:
    """Whether a parenthesis closes the arguments of a macro."""
    opening = opening_of(bare, close)
    if opening < 0:
        return False
    name = word_before(bare, last_ink(bare, opening) + 1)
    return bool(name) and name not in _WORDS
