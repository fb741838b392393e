"""Commas that macros bring along, in initialisers and enums."""

import re
from typing import Final

from xref.parse.draft import Draft
from xref.parse.endings import end_statement, room_behind
from xref.parse.scan import last_ink

_GAP: Final = re.compile(rb"[\w)](\s++)(?=[A-Za-z_\[]|\.\w|\"_*\"\s*,)")
_CALL_END: Final = re.compile(rb"(\w+)\s*\(\Z")
_WORDS: Final = frozenset(
    b"sizeof struct union enum const unsigned signed long short volatile int char void "
    b"return typeof __typeof__ case static".split()
)
_WORD_END: Final = re.compile(rb"\w+\Z")


def part_items(draft: Draft, spans: list[tuple[int, int]], bare: bytes) -> None:
    """Put commas between items that stand next to each other.

    ``{ FOO(a) FOO(b) END }`` has commas when its macros are expanded; here each is
    an item.

    Args:
        spans: initialisers and enums at file scope.
        bare: the text without any directives.
    """
    for start, end in spans:
        done = 0
        for match in _GAP.finditer(bare, start, end):
            at = match.start()
            if at < done:
                continue
            if bare[at] == 0x29:
                if not _ends_call(bare, at):
                    continue
            else:
                word = _WORD_END.search(bare, max(start, at - 60), at + 1)
                if word is None or not _apart(word[0], match[1]) or word[0] in _WORDS or _after_tag(bare, at, len(word[0])):
                    continue
            if bare[at] == 0x29:
                end_statement(draft, at, at, b"", b",")
            else:
                room = room_behind(draft.text, at + 1)
                if room >= 0:
                    draft.put(room, b",")


def _apart(word: bytes, gap: bytes) -> bool:
    """Whether a word and the next may be two items."""
    return b"\n" in gap or word.isupper()


def _after_tag(bare: bytes, at: int, width: int) -> bool:
    before = last_ink(bare, at - width + 1)
    word = _WORD_END.search(bare, max(0, before - 20), before + 1)
    return word is not None and word[0] in (b"struct", b"union", b"enum")


def _ends_call(bare: bytes, close: int) -> bool:
    """Whether a parenthesis closes the arguments of a macro."""
    depth = 0
    at = close
    low = max(0, close - 600)
    while at >= low:
        opening, closing = bare.rfind(b"(", low, at + 1), bare.rfind(b")", low, at + 1)
        at = max(opening, closing)
        if at < 0:
            return False
        depth += 1 if closing > opening else -1
        if depth == 0:
            match = _CALL_END.search(bare, max(0, at - 80), at + 1)
            return match is not None and match[1] not in _WORDS
        at -= 1
    return False
