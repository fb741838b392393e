"""Declarations that an attribute makes another name of a function.

GNU C: ``int f(int) __attribute__((alias("g")));`` defines f as g.  Kernels have a macro
for it.
"""

import re
from typing import Final

from xref.parse.draft import Draft
from xref.parse.scan import closing, last_ink, next_ink, opening_of, word_before

_OF_GNU: Final = re.compile(rb"\b(?:__alias__|alias)\s*\(\s*\"(\w+)\"\s*\)")
_ARGUMENT: Final = re.compile(rb"\s*(\w+)\s*\Z")
_BEHIND: Final = re.compile(rb"[\w\s*]*?(\w+)[ \t]*\(")
_REACH: Final = 200
"""How far behind an attribute the name of its function may stand: a line or two."""


def note_alias(draft: Draft, word: bytes, start: int, end: int) -> None:
    """Mark the name that an attribute makes an alias, if it does and names a function.

    The attribute stands behind the parameters of a declaration, or before all of it.
    """
    opening = next_ink(draft.text, end)
    close = closing(draft, opening) if draft.text[opening : opening + 1] == b"(" else -1
    if close < 0:
        return
    is_of_gnu = word.startswith(b"__attribute")
    given = draft.source[opening + 1 : close]
    found = _OF_GNU.search(given) if is_of_gnu else _ARGUMENT.match(given)
    if not found:
        return
    last = last_ink(draft.text, start)
    if draft.text[last : last + 1] == b")":
        before = last_ink(draft.text, opening_of(draft.text, last))
        name = word_before(draft.text, before + 1)
        place = before + 1 - len(name)
    else:
        behind = _BEHIND.match(draft.text, close + 1, close + 1 + _REACH)
        name, place = (behind[1], behind.start(1)) if behind else (b"", 0)
    if name:
        draft.mark(place, "alias", word, found[1].decode("ascii"))
