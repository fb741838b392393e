"""Macros among the members of a struct, and members without a name."""

import re
from collections.abc import Iterator
from typing import Final

from xref.parse.declarations import declare, make_word
from xref.parse.draft import Draft
from xref.parse.lexicon import Lexicon
from xref.parse.scan import arguments_of, begins_name, closing, last_ink, next_ink

_LONE_WORDS: Final = rb"(?:\s*+[A-Z_][A-Z0-9_]{3,}[ \t]*\r?\n)"
_CALL: Final = re.compile(
    rb"(?<=[;{})])" + _LONE_WORDS + rb"*+\s*+([A-Za-z_]\w*+)[ \t]*+\("
)
# ``unsigned int : 3;`` but not ``unsigned a : 3;``
_BARE_TYPE: Final = (
    rb"(?:(?:(?:unsigned|signed|const|volatile|long|short)\s+)*+"
    rb"(?:unsigned|signed|int|char|long|short)|\w+)"
)
_NAMELESS: Final = re.compile(
    rb"(?<=[;{])\s*+(" + _BARE_TYPE + rb"(?:\s*:[^;{}:?,]*,)*\s*:[^;{}:?,]*;)"
)
_FIRST_NAMELESS: Final = re.compile(
    rb"[;{]\s*" + _BARE_TYPE + rb"[ \t]+((?::\s*\w+\s*,\s*)+)(?=\w)"
)
_ASSERT: Final = re.compile(rb"_Static_assert|static_assert|BUILD_BUG\w*")
_VARIABLE: Final = re.compile(rb"[A-Za-z_]\w*\s*[;:,\[]")
_ITEM: Final = re.compile(rb"[A-Za-z_]\w*+[ \t]*+\(")
_WORD: Final = re.compile(
    rb"(?<=[;{}])(" + _LONE_WORDS + rb"+)(?!\s*(?:;|\w+\s*[;\[,:]))"
)
_CAPITALS_BEFORE: Final = re.compile(
    rb"(?<=[;{}])\s*+([A-Z][A-Z0-9_]{2,})(?:[ \t]+"
    rb"(?=(?:union|struct|enum|unsigned)\b|\w+[ \t]+[a-z_]\w*\s*[;:,\[])|\s*+(?=\}))"
)
# Quick looks for the slower patterns.
_CAPITALS: Final = re.compile(rb"\n[ \t]*+[A-Z][A-Z0-9_]++(?:[ \t]++[a-z]|\s*+\})")
_ALONE: Final = re.compile(rb"\n[ \t]*+[A-Za-z_]\w*+[ \t]*+\r?\n")
_NAME: Final = re.compile(rb"\w+")
_LONE: Final = re.compile(
    rb"(?<=[;{}])\s*+(?!(?:struct|union|enum|unsigned|signed|const|volatile)\b)"
    rb"([a-z_]\w*)[ \t]*\r?\n(?=\s*(?:\w+[ \t*]+\w[^;,]*;|\}))"
)
_EXTRA: Final = re.compile(rb";(?=\s*(;))")
_TYPED: Final = re.compile(
    rb"\s*(?:(?:(?:struct|union|enum|unsigned|const)\s+)*\w+[\s*]+\w|(?:struct|union)\s*\{)"
)
_TYPED_ALONE: Final = re.compile(
    rb"\s*(?:struct|union|enum|unsigned|const)\s[\w\s*]+\Z"
)
_KEYWORDS: Final = frozenset(b"struct union enum typeof __typeof__ void int".split())


def rewrite_fields(
    draft: Draft, lexicon: Lexicon, spans: list[tuple[int, int]], bare: bytes
) -> None:
    """Make members of what macros declare in structs.

    The spans are those of structs and unions at file scope; `bare` is the text
    without any directives.
    """
    for start, end in spans:
        if bare.find(b"(", start, end) >= 0:
            for match in _CALL.finditer(bare, start, end):
                _rewrite_call(draft, lexicon, bare, match)
        for pattern in _gone_in(bare, start, end):
            for match in pattern.finditer(bare, start, end + 1):
                draft.blank(*match.span(1))
                if pattern is _CAPITALS_BEFORE:
                    draft.mark(match.start(1), "items", match[1])
        if _ALONE.search(bare, start, end):
            _blank_words(draft, bare, start, end)


def _gone_in(bare: bytes, start: int, end: int) -> Iterator[re.Pattern[bytes]]:
    """What to look for and blank; each only where a quick look says so."""
    yield _EXTRA
    if bare.find(b":", start, end) >= 0:
        yield from (_NAMELESS, _FIRST_NAMELESS)
    if _CAPITALS.search(bare, start, end + 1):
        yield _CAPITALS_BEFORE


def _blank_words(draft: Draft, bare: bytes, start: int, end: int) -> None:
    """Blank macros that stand alone on their line."""
    for pattern in (_WORD, _LONE):
        for match in pattern.finditer(bare, start, end):
            for word in _NAME.finditer(bare, *match.span(1)):
                draft.mark(word.start(), "items", word[0])
                draft.blank(*word.span())


def _is_behind_call(draft: Draft, bare: bytes, start: int) -> bool:
    """Whether what stands before is the end of a call that was left as it is."""
    before = last_ink(bare, start)
    return bare[before : before + 1] == b")" == draft.text[before : before + 1]


def _rewrite_call(
    draft: Draft, lexicon: Lexicon, bare: bytes, match: re.Match[bytes]
) -> None:
    name = match[1]
    if name in _KEYWORDS or _is_behind_call(draft, bare, match.start(1)):
        return
    opening = match.end() - 1
    close = closing(draft, opening)
    if close < 0:
        return
    start = match.start(1)
    follow = next_ink(bare, close + 1)
    if name in lexicon.groups:
        _open_group(draft, lexicon.groups[name], start, opening, close)
    elif draft.text.find(b";", opening, close) >= 0:
        _open_members(draft, start, opening, close)
    elif bare[follow : follow + 1] != b";":
        _rewrite_open(draft, name, start, close, follow)
    elif _ASSERT.match(name):
        draft.blank(start, follow + 1)
    else:
        commas = arguments_of(draft, opening, close)
        shape = lexicon.objects.get(name, "member")
        if not declare(draft, (start, opening, close), commas, shape):
            draft.mark(start, "items", name)
            draft.blank(start, follow + 1)


def _rewrite_open(
    draft: Draft, name: bytes, start: int, close: int, follow: int
) -> None:
    """Rewrite a call without a semicolon: a type, or members unknown."""
    byte = bytes(draft.text[follow : follow + 1])
    if _VARIABLE.match(draft.text, follow):
        make_word(draft, start, close + 1)
    elif begins_name(byte) or byte == b"}":
        draft.mark(start, "items", name)
        draft.blank(start, close + 1)


def _open_group(
    draft: Draft, n_before: int, start: int, opening: int, close: int
) -> None:
    """Make ``struct_group(name, members);`` an anonymous struct."""
    commas = arguments_of(draft, opening, close)
    if len(commas) < n_before:
        return
    comma = commas[n_before - 1]
    draft.blank(start, comma)
    draft.put(start, b"struct")
    draft.put(comma, b"{")
    draft.put(close, b"}")


def _open_members(draft: Draft, start: int, opening: int, close: int) -> None:
    """Make ``OVERLAP(struct s, name, tail, members);`` an anonymous struct.

    What is declared before the members, by a type and a name, is one, too.
    """
    text = draft.text
    name = bytes(text[start:opening]).strip()
    commas = arguments_of(draft, opening, close)
    first = text.find(b";", opening)
    before = [comma for comma in commas if comma < first]
    # ``int a, b;``: only what begins with a type begins the members.
    while before and not _TYPED.match(text, before[-1] + 1):
        before.pop()
    if not commas or first < commas[0]:
        follow = next_ink(text, close + 1)
        is_ended = text[follow : follow + 1] == b";"
        draft.blank(start, opening + 1)
        draft.blank(close, follow + 1 if is_ended else close + 1)
        return
    if not before or opening - start < len(b"struct"):
        draft.mark(start, "items", name)
        draft.blank(start, close + 1)
        return
    is_member = len(before) > 1 and _TYPED_ALONE.match(text, opening + 1, before[0])
    draft.put(start, b"struct".ljust(opening - start) + b"{")
    draft.put(close, b"}")
    if is_member:
        draft.blank(before[0], before[0] + 1)
        draft.put(before[1], b";")
        draft.blank(before[1] + 1, before[-1] + 1)
    else:
        if len(before) > 1:
            draft.mark(start, "items", name)
        draft.blank(opening + 1, before[-1] + 1)


def blank_enumerator_calls(
    draft: Draft, spans: list[tuple[int, int]], bare: bytes
) -> None:
    """Blank macros that make enumerators: ``enum { FOR_ALL(NAME) LAST };``.

    The spans are those of enums at file scope; `bare` is the text without any
    directives.
    """
    for start, end in spans:
        at = done = start
        while bare.find(b"(", at, end) >= 0:
            match = _ITEM.search(bare, at, end)
            if match is None:
                break
            at = match.end()
            before = last_ink(bare, match.start())
            if before >= done and bare[before] not in b"{,":
                continue
            close = closing(draft, at - 1)
            if close < 0:
                continue
            follow = next_ink(bare, close + 1)
            if bare[follow : follow + 1] == b"=":
                make_word(draft, match.start(), close + 1)
                continue
            draft.mark(match.start(), "items", match[0].rstrip(b"( \t"))
            at = follow + 1 if bare[follow : follow + 1] == b"," else close + 1
            done = at
            draft.blank(match.start(), at)
