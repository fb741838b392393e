"""Words that only compilers and checkers read: blanked."""

import re
from typing import Final

from xref.parse.draft import Draft
from xref.parse.lexicon import Lexicon
from xref.parse.scan import closing, next_ink

_UNDERSCORED: Final = re.compile(rb"(?<!\w)__\w++")
_WORD_BEFORE: Final = re.compile(rb"(\w+|\*)[ \t]*\Z")
_DEFINED_NAME: Final = re.compile(rb"(?:define|undef|ifdef|ifndef)[ \t]+\Z|defined[ (]*\Z")
# ``EXPORT_API const char *f(void)``: a type and a name must be left without it.
_CAPITALS_BEFORE: Final = re.compile(
    rb"^([A-Z][A-Z0-9_]{3,})[ \t]+(?=(?:(?:const|volatile|static|extern|inline)\s+)*+"
    rb"(?:(?:unsigned|signed|struct|union|enum|long|short)\s+)*+"
    rb"\w++(?:\s*\*[\s*]*+|\s++)[A-Za-z_]\w*+\s*[(;=\[])",
    re.MULTILINE,
)
_CAPITALS_BETWEEN: Final = re.compile(
    rb"^(?:(?:static|STATIC|extern|inline|const)[ \t]+)*(?:(?:struct|unsigned)[ \t]+)?"
    rb"(?:int|void|char|long|\w+_t)[\s*]+([A-Z][A-Z_]{2,})[ \t]+\w+[ \t]*[(;=\[]",
    re.MULTILINE,
)
_CAPITALS_BEHIND: Final = re.compile(
    rb"(?:\)\s*(?=__)|\]\s*)(_*[A-Z]+\([^()]*\))\s*[;={]"
)
_CALLING: Final = re.compile(rb"\(\s*([A-Z][A-Z0-9_]+)\s+\*\s*\w+\s*\)\s*\(")
_INLINE: Final = b"inline"
# Words after which a name is a name and no annotation.
_NOT_A_TYPE: Final = frozenset(
    b"struct union enum const volatile static extern register inline unsigned signed "
    b"typedef return case goto else do sizeof long short typeof __typeof__".split()
)


def blank_annotations(draft: Draft, lexicon: Lexicon) -> None:
    """Blank annotations with their arguments; what means ``inline`` becomes it."""
    text = draft.text
    unknown = []
    for match in _UNDERSCORED.finditer(bytes(text)):
        word = match[0]
        start, end = match.span()
        if word in lexicon.annotations:
            _blank_word(draft, start, end, inline=False)
        elif word in lexicon.inlines:
            _blank_word(draft, start, end, inline=True)
        elif word in lexicon.spellings:
            draft.put(start, lexicon.spellings[word].ljust(end - start))
        else:
            unknown.append((start, end))
    for words, inline in (
        (lexicon.plain_annotations, False),
        (lexicon.plain_inlines, True),
    ):
        for word in words:
            _blank_plain(draft, word, inline=inline)
    for start, end in unknown:
        if _looks_like_one(text, start, end):
            _blank_word(draft, start, end, inline=False)


def blank_capitals(draft: Draft, bare: bytes, start: int, end: int) -> None:
    """Blank words in capitals around declarations of the file scope.

    Args:
        bare: the text without any directives; looked at from `start` to `end`.
    """
    for match in _CAPITALS_BEFORE.finditer(bare, start, end):
        word = match[1]
        draft.put(match.start(1), (b"static" if word == b"STATIC" else b"").ljust(len(word)))
    for match in _CAPITALS_BETWEEN.finditer(bare, start, end):
        draft.blank(*match.span(1))
    for match in _CALLING.finditer(bare, start, end):
        draft.blank(*match.span(1))
    for match in _CAPITALS_BEHIND.finditer(bare, start, end):
        draft.blank(*match.span(1))


def _is_word(byte: int) -> bool:
    return byte == 0x5F or 0x30 <= byte <= 0x39 or 0x41 <= byte & 0xDF <= 0x5A


def _blank_plain(draft: Draft, word: bytes, *, inline: bool) -> None:
    """Blank one word wherever it stands on its own."""
    text = draft.text
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        if not (at and _is_word(text[at - 1])) and not _is_word(text[end : end + 1][0]
            if end < len(text) else 0):
            _blank_word(draft, at, end, inline=inline)
        at = text.find(word, end)


def _blank_word(draft: Draft, start: int, end: int, *, inline: bool) -> None:
    text = draft.text
    if _DEFINED_NAME.search(text[max(0, start - 24) : start]):
        return
    if inline:
        draft.put(start, _INLINE.ljust(end - start))
        return
    opening = next_ink(text, end)
    if text[opening : opening + 1] == b"(" and _has_arguments(text, end, opening):
        close = closing(draft, opening)
        line_break = text.find(b"\n", end, opening) >= 0
        if close >= 0 and not line_break:
            end = close + 1
    draft.blank(start, end)


def _has_arguments(text: bytearray, end: int, opening: int) -> bool:
    """Not what follows in ``int __must_check (*f)(void)``."""
    return opening == end or text[next_ink(text, opening + 1)] not in b"*^"


def _looks_like_one(text: bytearray, start: int, end: int) -> bool:
    """A lower-case ``__word`` between a type, or a star, and a name."""
    if not text[start : start + 3].islower():
        return False
    after = text[end : end + 40].lstrip(b" \t")[:1]
    if not after or not (_is_word(after[0]) or after == b"*"):
        return False
    before = _WORD_BEFORE.search(text[max(0, start - 60) : start])
    return bool(before) and before[1] not in _NOT_A_TYPE
