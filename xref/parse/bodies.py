"""Macros in bodies that are no C statement: loops, and calls without semicolon."""

import re
from typing import Final

from xref.parse.declarations import declare, is_declaration, make_word
from xref.parse.draft import Draft
from xref.parse.endings import end_line, end_statement, room_behind
from xref.parse.lexicon import Lexicon
from xref.parse.places import Places
from xref.parse.scan import (
    arguments_of,
    begins_name,
    closing,
    is_after_else,
    last_code,
    last_ink,
    next_code,
    word_before,
)

# A call that begins a line which does not end with a semicolon.
_CALL: Final = re.compile(
    rb"\n([ \t]*+)(?:\}[ \t]*+)?(?:(?:else|do)[ \t]++)?"
    rb"(?!(?:if|for|while|switch|return)\b)([A-Za-z_]\w*+)[ \t]*+\("
    rb"(?![^\n]*;[ \t\r\\]*(?:\n|\Z))"
)
_FOR_EACH: Final = re.compile(rb"for_?each\w*+[ \t]*+\(")
_DEFINE_HEAD: Final = re.compile(rb"#[ \t]*define[ \t]+\w+\Z")
_IF: Final = re.compile(rb"\s*if\s*\(")
_EXPRESSION_BLOCK: Final = re.compile(rb"\(\s*\{")
_DO_WHILE: Final = re.compile(rb"\}[\s\\]*+(while_\w+)[ \t]*\(")
_DEFINE: Final = re.compile(rb"DE(?:FINE|CLARE)_\w*+\(")
_CAPITALS_CALL: Final = re.compile(rb"[ \t]+[A-Z][A-Z0-9_]*\(")
_CAPITALS: Final = re.compile(
    rb"\n[ \t]*+(_*+[A-Z][A-Z0-9_]++\w*+)(?:(?=\()|([ \t]*+\r?\n))"
)
# A declaration in a macro: IFDEBUG(struct sockaddr *sap);
_WRAPPED: Final = re.compile(rb"(\((?:struct|char|int|unsigned|const)[ \t][^;\n]*\));")
# PADDED(k, N) name;
_TYPED: Final = re.compile(rb"(\([^;()\n]*\))[ \t]+[a-z_]\w*[ \t]*[;=]")
_VARIABLE: Final = re.compile(rb"[A-Za-z_]\w*\s*[;=\[]")
_STATIC: Final = re.compile(rb"\bstatic\s+\Z")
_KEYWORDS: Final = frozenset(
    b"if for while switch return sizeof do else typeof __typeof__ asm __asm__ defined "
    b"case goto __attribute__ define undef ifdef ifndef elif include error".split()
)
# What goes on with an expression behind a call.
_GOES_ON: Final = b';,)&|.-+?:=[<>!%^/]"'
_GOES_ON_AFTER_LOOP: Final = b";,)&|.?:=[<>!%^/]"
_INDENTATION: Final = re.compile(rb"[ \t]*")
_WHILE: Final = b"while"
_FOR: Final = b"for"
_STATEMENT_ENDS: Final = b";{}:"


def rewrite_bodies(draft: Draft, lexicon: Lexicon, places: Places) -> None:
    """Make loops and statements of macros in bodies of functions and macros."""
    for match in draft.matches(_CALL):
        if match[2] not in _KEYWORDS and places.is_statement(match.start(2)):
            _rewrite_call(draft, lexicon, places, match)
    _rewrite_loops(draft)
    for match in draft.matches(_DEFINE):
        if places.is_body(match.start()):
            _rewrite_local(draft, lexicon, match)
    for match in draft.matches(_CAPITALS):
        if places.is_statement(match.start(1)):
            _rewrite_capitals(draft, places, match)


def _rewrite_call(
    draft: Draft, lexicon: Lexicon, places: Places, match: re.Match[bytes]
) -> None:
    text = draft.text
    name, start, opening = match[2], match.start(2), match.end() - 1
    close = closing(draft, opening)
    if close < 0 or not _begins_statement(draft, start):
        return
    follow = next_code(text, close + 1)
    byte = bytes(text[follow : follow + 1])
    is_loop = name in lexicon.loops or b"for_each" in name
    if byte == b"{" and text.find(b";", opening, close) >= 0:
        draft.put(start, _FOR.rjust(len(name)))
    elif not is_loop and open_block(draft, start, opening, close):
        return
    elif byte not in (_GOES_ON_AFTER_LOOP if is_loop else _GOES_ON):
        end = places.directive_end(close)
        if end and follow >= end:
            return
        if byte == b"{" or is_loop:
            _make_walk(draft, start, name)
        else:
            _rewrite_statement(draft, match, close, follow)


def _rewrite_statement(
    draft: Draft, match: re.Match[bytes], close: int, follow: int
) -> None:
    """Rewrite a call with neither a block nor a semicolon behind it."""
    text = draft.text
    name, start = match[2], match.start(2)
    line_break = text.rfind(b"\n", close, follow)
    byte = bytes(text[follow : follow + 1])
    if line_break < 0 and name.isupper() and byte.isupper():
        _part_line(draft, close)
    elif line_break < 0:
        if _VARIABLE.match(text, follow):  # PADDED(k, N) name;
            make_word(draft, start, close + 1)
    elif begins_name(byte) and _is_deeper(draft.source, start, follow):
        _make_walk(draft, start, name)
    elif begins_name(byte) or byte in b"}*#":
        end_statement(draft, start, close, name)


def _is_deeper(source: bytes, start: int, follow: int) -> bool:
    """Whether one line begins less far to the right than another, comments included.

    By more than the blank that a comment may add.
    """
    one, other = (
        _INDENTATION.match(source, source.rfind(b"\n", 0, at) + 1)
        for at in (start, follow)
    )
    if not one or not other:
        return False
    return len(one[0].expandtabs()) + 1 < len(other[0].expandtabs())


def _rewrite_capitals(draft: Draft, places: Places, match: re.Match[bytes]) -> None:
    """Rewrite a macro that begins a line and is no call that stands for itself."""
    start, end = match.span(1)
    wrapped = _WRAPPED.match(draft.text, end)
    typed = _TYPED.match(draft.text, end)
    if wrapped:
        opening, close = wrapped.span(1)
        if is_declaration(draft.text, opening, close - 1):
            draft.blank(start, opening + 1)
            draft.blank(close - 1, close)
    elif typed:
        make_word(draft, start, typed.end(1))
    elif match[2] is not None:
        _end_word(draft, places, match)


def _begins_statement(draft: Draft, start: int) -> bool:
    text = draft.text
    before = last_ink(text, start)
    is_continued = text[before : before + 1] == b"\\"
    while text[before : before + 1] == b"\\":
        before = last_ink(text, before)
    if not is_continued:
        before = last_code(text, start)
    if before < 0 or text[before] in b";{}):" or is_after_else(text, before):
        return True
    head = text[max(0, before - 80) : before + 1]
    return is_continued and _DEFINE_HEAD.search(head) is not None


def open_block(draft: Draft, start: int, opening: int, close: int) -> bool:
    """Make ``D1(statements);`` the block ``{statements};`` if it is such."""
    text = draft.text
    if text.find(b";", opening, close) < 0 and not _IF.match(text, opening + 1):
        return False
    if _EXPRESSION_BLOCK.search(text, opening, close):
        return False
    if text[last_ink(text, start)] not in _STATEMENT_ENDS:
        return False
    draft.mark(opening, "block", bytes(text[start:opening]).strip())
    for comma in arguments_of(draft, opening, close):
        draft.put(comma, b";")
    draft.blank(start, opening)
    draft.put(opening, b"{")
    draft.put(close, b"}")
    end_line(draft, last_ink(text, close))
    return True


def _part_line(draft: Draft, close: int) -> None:
    """Put semicolons into ``N(UP) N(DOWN)``."""
    text = draft.text
    while close >= 0:
        follow = _CAPITALS_CALL.match(text, close + 1)
        behind = next_code(text, close + 1)
        room = room_behind(text, close + 1)
        byte = bytes(text[behind : behind + 1])
        is_end = not (begins_name(byte) or byte == b"}")
        if room < 0 or is_end:
            return
        draft.put(room, b";")
        if follow is None:
            return
        close = closing(draft, follow.end() - 1)


def _make_walk(draft: Draft, start: int, name: bytes) -> None:
    """Make the name of a loop macro ``while``."""
    if len(name) < len(_WHILE) or name == _WHILE:
        return
    draft.put(start, _WHILE.ljust(len(name)))
    draft.mark(start, "walk", name)
    opening = start + len(name)
    if draft.text[opening : opening + 2] == b"()":
        draft.put(opening - 1, b"(0")


def _rewrite_loops(draft: Draft) -> None:
    for match in draft.matches(_FOR_EACH):
        _rewrite_for_each(draft, match)
    for match in draft.matches(_DO_WHILE):
        _make_walk(draft, match.start(1), match[1])


def _rewrite_for_each(draft: Draft, match: re.Match[bytes]) -> None:
    """Make a loop macro that does not begin a line a loop."""
    text = draft.text
    start = match.start() - len(word_before(text, match.start()))
    before = last_ink(text, start)
    if before < 0 or not (text[before] in b";{}):" or is_after_else(text, before)):
        return
    close = closing(draft, match.end() - 1)
    follow = next_code(text, close + 1)
    byte = bytes(text[follow : follow + 1])
    # do { ... } for_each_vma(vmi, vma);
    is_end = text[before : before + 1] == b"}" and text.find(b"\n", before, start) < 0
    is_loop = begins_name(byte) or (byte and byte in b"{+-*(")
    if close >= 0 and (is_loop or (is_end and byte == b";")):
        _make_walk(draft, start, bytes(text[start : match.end() - 1]).rstrip())


def _rewrite_local(draft: Draft, lexicon: Lexicon, match: re.Match[bytes]) -> None:
    """Make what DEFINE_X and DECLARE_X declare in a body a declaration."""
    text = draft.text
    start = match.start() - len(word_before(text, match.start()))
    opening = match.end() - 1
    static = _STATIC.search(text, max(0, start - 40), start)
    shape = lexicon.objects.get(bytes(text[start:opening]), "")
    close = closing(draft, opening)
    if close < 0:
        return
    follow = next_code(text, close + 1)
    if not shape and text[follow : follow + 1] == b"=":
        shape = "member"
    if not shape and static is None:
        return
    commas = arguments_of(draft, opening, close) if shape else []
    if not declare(draft, (start, opening, close), commas, shape) and static:
        draft.blank(*static.span())


def _end_word(draft: Draft, places: Places, match: re.Match[bytes]) -> None:
    """Give a macro that is a statement on its line a semicolon."""
    text = draft.text
    start, end = match.span(1)
    follow = next_code(text, end)
    byte = bytes(text[follow : follow + 1])
    limit = places.directive_end(start)
    if not _begins_statement(draft, start) or (limit and follow >= limit):
        return
    if begins_name(byte) or byte in (b"}", b"#"):
        end_statement(draft, start, end - 1, match[1])
