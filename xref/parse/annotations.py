"""Words that only compilers and checkers read: blanked."""

import re
from typing import Final

from xref.parse.aliases import note_alias
from xref.parse.cleanups import is_kept
from xref.parse.draft import Draft
from xref.parse.lexicon import Lexicon
from xref.parse.scan import closing, is_word, last_ink, next_ink

# Begins with letters that are searched for fast; what stands before the match is
# looked at afterwards.
_UNDERSCORED: Final = re.compile(rb"__\w++")
_MACRO_PARAMETERS: Final = re.compile(rb"___[A-Z]\w*+\(")
_WORD_BEFORE: Final = re.compile(rb"(\w+|\*)[ \t]*\Z")
_DEFINED_NAME: Final = re.compile(
    rb"(?:define|undef|ifdef|ifndef)[ \t]+\Z|defined[ (]*\Z"
)
_WORDS: Final = bytes(
    byte if is_word(byte) else 0x20  # for bytes.split
    for byte in range(256)
)
# C11 6.4.4.1 and 6.4.4.2; of a floating constant what stands before or after "." or
# a sign.
_NUMBER: Final = re.compile(
    rb"(?:0[xX][\da-fA-F]*(?:[pP]\d*)?|0[bB][01]+|\d+(?:[eE]\d*)?)[uUlLzZfF]*"
)
# ``10baseT``, but not ``a##3args``, which is part of a name.
_DIGITS: Final = re.compile(rb"(?<![\w.#])([0-9]++)\w++")
_TAG: Final = rb"[ \t]*\(\s*(\w+)[^()]*\)(?=\s*[{;])"
_GAPS: Final = frozenset(b" \t*\r\n;")
_INLINE: Final = b"inline"
_ATTRIBUTES: Final = frozenset((b"__attribute__", b"__attribute"))
_TYPE_WORD: Final = re.compile(
    rb"[ \t]+(?:struct|union|enum|void|int|char|unsigned|bool|static)\b"
)
_PLAIN_TYPES: Final = (b"void", b"int", b"long", b"char", b"bool", b"unsigned")
# Words after which a name is a name and no annotation.
_NOT_A_TYPE: Final = frozenset(
    b"struct union enum const volatile static extern register inline unsigned signed "
    b"typedef return case goto else do sizeof long short typeof __typeof__ "
    b"__asm__ asm".split()
)


def blank_annotations(draft: Draft, lexicon: Lexicon) -> None:
    """Blank annotations with their arguments; what means ``inline`` becomes it."""
    unknown = _rewrite_known(draft, lexicon)
    draft.words = set(bytes(draft.text).translate(_WORDS).split())
    digits = [word for word in draft.words if word[0] < 0x3A]  # noqa: PLR2004  # ":"
    if any(map(_is_pasted, digits)):
        _name_numbers(draft)
    for word in draft.words & lexicon.plain_annotations:
        _find_word(draft, word, is_inline=False)
    for word in draft.words & lexicon.plain_inlines:
        _find_word(draft, word, is_inline=True)
    for word in draft.words & lexicon.structs:
        _name_structs(draft, word)
    for start, end in unknown:
        if _looks_like_one(draft.text, start, end):
            _blank_word(draft, start, end)
    for match in draft.matches(_MACRO_PARAMETERS):
        _blank_parameters(draft, match.start(), match.end() - 1)


def _rewrite_known(draft: Draft, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Rewrite what the lexicon has of ``__words``; where others may be annotations."""
    text = draft.text
    unknown = []
    named = {name for name in (b"cleanup", b"alias") if name in text}
    for match in draft.matches(_UNDERSCORED):
        start, end = match.span()
        word = match[0]
        if start and is_word(text[start - 1]):
            continue
        if word in lexicon.annotations:
            if not (_ends_name(text, start) or _is_kept(draft, lexicon, match, named)):
                _blank_word(draft, start, end)
        elif word in lexicon.inlines:
            _make_inline(draft, start, end)
        elif word in lexicon.spellings:
            draft.put(start, lexicon.spellings[word].ljust(end - start))
        elif _GAPS.issuperset(text[max(0, start - 1) : start] + text[end : end + 1]):
            unknown.append((start, end))
    return unknown


def _ends_name(text: bytearray, start: int) -> bool:
    """Whether a word is pasted behind another one: ``name ## __percpu``."""
    return bytes(text[max(0, start - 4) : start]).rstrip().endswith(b"##")


def _is_kept(
    draft: Draft, lexicon: Lexicon, match: re.Match[bytes], named: set[bytes]
) -> bool:
    """Note the function that an annotation names; whether it stays for that.

    What those of GNU C itself can name is looked for where `named` has the word.
    """
    word, (start, end) = match[0], match.span()
    of_gnu = named if word in _ATTRIBUTES else ()
    if word in lexicon.aliases or b"alias" in of_gnu:
        note_alias(draft, word, start, end)
    names = word in lexicon.cleanups or b"cleanup" in of_gnu
    return names and is_kept(draft, word, start, end)


def _find_word(draft: Draft, word: bytes, *, is_inline: bool) -> None:
    """Rewrite one word wherever it stands on its own."""
    text = draft.text
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        is_part = (at > 0 and is_word(text[at - 1])) or (
            end < len(text) and is_word(text[end])
        )
        if not is_part:
            (_make_inline if is_inline else _blank_word)(draft, at, end)
        at = text.find(word, end)


def _name_structs(draft: Draft, word: bytes) -> None:
    """Make ``context_lock_struct(mutex) {`` what it is: ``struct mutex {``."""
    for match in re.finditer(rb"\b" + word + _TAG, draft.text):
        start, end = match.span()
        if not _DEFINED_NAME.search(draft.text[max(0, start - 10) : start]):
            draft.blank(start, match.start(1))
            draft.put(start, b"struct")
            draft.blank(match.end(1), end)


def _is_pasted(word: bytes) -> bool:
    """Whether a word begins with digits and is no number."""
    return word[:1].isdigit() and not _NUMBER.fullmatch(word)


def _name_numbers(draft: Draft) -> None:
    """Make names of words that begin with digits, which macros paste: 10baseT."""
    for match in draft.matches(_DIGITS):
        if _is_pasted(match[0]):
            draft.put(match.start(), b"_" * len(match[1]))


def _is_named_by_directive(text: bytearray, start: int) -> bool:
    return _DEFINED_NAME.search(text[max(0, start - 24) : start]) is not None


def _make_inline(draft: Draft, start: int, end: int) -> None:
    if not _is_named_by_directive(draft.text, start):
        draft.put(start, _INLINE.ljust(end - start))


def _blank_word(draft: Draft, start: int, end: int) -> None:
    text = draft.text
    if _is_named_by_directive(text, start):
        return
    opening = next_ink(text, end)
    if text[opening : opening + 1] == b"(" and _has_arguments(text, end, opening):
        close = closing(draft, opening)
        if close >= 0 and text.find(b"\n", end, opening) < 0:
            end = close + 1
    draft.blank(start, end)


def _has_arguments(text: bytearray, end: int, opening: int) -> bool:
    """Not what follows in ``int __must_check (*f)(void)``."""
    inner = next_ink(text, opening + 1)
    return opening == end or bytes(text[inner : inner + 1]) not in (b"*", b"^")


def _looks_like_one(text: bytearray, start: int, end: int) -> bool:
    """A lower-case ``__word`` between a type, or a star, and a name."""
    after = bytes(text[end : end + 40]).lstrip(b" \t")[:1]
    if not text[start : start + 3].islower() or not after:
        return False
    if after in (b"=", b";"):  # int a[2] __word = { 1 };  int f(void) __word;
        before = last_ink(text, start)
        line = text.rfind(b"\n", 0, start) + 1
        wanted = b"]" if after == b"=" else b")"
        return text[before : before + 1] == wanted and text[line] not in b" \t"
    found = _WORD_BEFORE.search(text[max(0, start - 60) : start])
    word = bytes(found[1]) if found else b""
    if after in (b"\n", b"\r"):
        follow = next_ink(text, end)
        return word in _PLAIN_TYPES and text[follow : follow + 1] != b"("
    if not (is_word(after[0]) or after == b"*"):
        return False
    if _TYPE_WORD.match(text, end):
        return True
    return bool(word) and word not in _NOT_A_TYPE


def _blank_parameters(draft: Draft, start: int, opening: int) -> None:
    """Blank a macro that adds parameters: ``int f(int a ___ARCH_SI(int b))``."""
    before = last_ink(draft.text, start)
    close = closing(draft, opening)
    if close < 0 or before < 0 or _is_named_by_directive(draft.text, start):
        return
    if is_word(draft.text[before]) and before < start - 1:
        draft.blank(start, close + 1)
