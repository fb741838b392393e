"""What stands in bodies and is no C statement: loop macros, ranges, labels, asm."""

import re
from collections.abc import Callable
from typing import Final

from xref.parse.declarations import declare
from xref.parse.draft import Draft
from xref.parse.endings import end_statement, room_behind
from xref.parse.lexicon import Lexicon
from xref.parse.scan import arguments_of, closing, last_ink

_CALL: Final = re.compile(
    rb"^([ \t]*+)(?:\}[ \t]*+)?(?:(?:else|do)[ \t]++)?([A-Za-z_]\w*+)[ \t]*+\("
    rb"(?![^\n]*;[ \t\r\\]*$)",
    re.M,
)
_FOR_EACH: Final = re.compile(rb"for_?each\w*+")
_NEXT: Final = re.compile(rb"[^\s\\]")
_LOCAL: Final = re.compile(rb"((?:\bstatic\s++)?)\b((?:DEFINE|DECLARE)_\w++)\(")
_DO_WHILE: Final = re.compile(rb"\}[\s\\]*+(while_\w+)[ \t]*\(")
_CAPITALS_CALL: Final = re.compile(rb"[ \t]+[A-Z][A-Z0-9_]*\(")
_KEYWORDS: Final = frozenset(
    b"if for while switch return sizeof do else typeof __typeof__ asm __asm__ defined "
    b"case goto __attribute__ define undef ifdef ifndef elif include error".split()
)
_WORD_END: Final = re.compile(rb"\w*\Z")
_LABEL: Final = re.compile(
    rb"^[ \t]*(?!default\b)([A-Za-z_]\w*)[ \t]*:(?=\s*(?:\}|#[ \t]*(?:if|el|end)))",
    re.M,
)
_CASE_BEFORE: Final = re.compile(rb"\bcase\b[^:;{}]*\Z")
_OPERATOR: Final = re.compile(rb",[ \t]*([-<>=!&|+^*/%~]{1,3})[ \t]*(?=[,)])")
_EMPTY: Final = re.compile(rb"[(,]([ \t]*+)(?=,)|,(\s*+)(?=\))")
_LEVEL: Final = re.compile(rb"[(,]\s*(KERN_[A-Z]+)(?=\s+\w+\()")
_LAST_STATEMENT: Final = re.compile(rb";(?=\s*\)\s*;)")
# KERN_INFO VERSION "x": two macros cannot begin a concatenation.
_TWO_MACROS: Final = re.compile(rb"[(,]\s*[A-Z_][A-Z0-9_]+([ \t]+)[A-Z_][A-Z0-9_]+\s*\"")
# A call next to a string, as __stringify(X) is: both become one concatenation.
_WITH_STRING: Final = re.compile(
    rb"\"[ \t]*(\w+\([^()\"\n]*\))|(\b\w+\([^()\"\n]*\))(?=\s*\"_*\")"
)
_ASM: Final = re.compile(
    rb"\b(?:asm|__asm__|__asm)\b(?:\s|__?volatile(?:__)?|volatile|goto|inline)*+\("
)
_OPERAND: Final = (
    rb"\s*(?:\[\w+\]\s*)?\"[^\"]*\"\s*\((?>[^()]|\((?>[^()]|\((?>[^()]|\([^()]*+\))*+\))*+\))*+\)\s*"
)
_OPERANDS: Final = re.compile(
    rb"(?::(?:" + _OPERAND + rb"(?:," + _OPERAND + rb")*+|\s*)){1,2}+"
    rb"(?::\s*(?:\"[^\"]*\"\s*,?\s*)*+)?(?::[\w\s,]*)?\Z"
)


def rewrite_statements(
    draft: Draft, lexicon: Lexicon, is_body: Callable[[int], bool], define_end: Callable[[int], int]
) -> None:
    """Rewrite in function bodies and macro bodies.

    Args:
        is_body: whether a place is in a body; asked in ascending order.
        define_end: the end of the directive around a place, or 0.
    """
    _rewrite_calls(draft, lexicon, is_body, define_end)
    _rewrite_for_each(draft, lexicon)
    _rewrite_locals(draft, lexicon, is_body)


def _rewrite_locals(draft, lexicon, is_body) -> None:
    text = draft.text
    for match in list(_LOCAL.finditer(bytes(text))):
        if not is_body(match.start()):
            continue
        opening = match.end() - 1
        close = closing(draft, opening)
        if close < 0:
            continue
        shape = lexicon.objects.get(match[2], "")
        commas = arguments_of(draft, opening, close) if shape else []
        call = (match.start(2), opening, close)
        if not declare(draft, call, commas, shape) and match[1]:
            draft.blank(*match.span(1))


def _rewrite_calls(draft, lexicon, is_body, define_end) -> None:
    text = draft.text
    found = list(_CALL.finditer(bytes(text)))
    for match in found:
        name = match[2]
        if name in _KEYWORDS or not is_body(match.start(2)):
            continue
        close = closing(draft, match.end() - 1)
        if close < 0:
            continue
        follow_match = _NEXT.search(text, close + 1)
        follow = follow_match.start() if follow_match else len(text)
        byte = bytes(text[follow : follow + 1])
        if byte == b";" and text.find(b";", match.end(), close) >= 0:
            _open_block(draft, match.start(2), match.end() - 1, close)
        is_loop = name in lexicon.loops or b"for_each" in name
        if byte in (b";,)&|.?:=[<>!%^/]" if is_loop else b";,)&|.-+?:=[<>!%^/]\"") and byte:
            continue
        if byte.isalpha() and name.isupper() and text.find(b"\n", close, follow) < 0:
            _part_line(draft, close)
            continue
        end = define_end(close)
        if end and follow >= end:
            continue
        start = match.start(2)
        before = last_ink(text, start)
        if before >= 0 and text[before] not in b";{})\\:" and not _after_else(text, before) :
            if not _is_after_directive(draft, before):
                continue
        if byte == b"{" or is_loop:
            _rewrite_walk(draft, start, name)
            continue
        line_break = text.rfind(b"\n", close, follow)
        if line_break < 0:
            continue
        indent = len(match[1].expandtabs())
        next_indent = len(bytes(text[line_break + 1 : follow]).expandtabs())
        if next_indent > indent and byte.isalpha():
            _rewrite_walk(draft, start, name)
        elif byte.isalpha() or byte in b"_}*#":
            end_statement(draft, start, close, name)


def _open_block(draft: Draft, start: int, opening: int, close: int) -> None:
    """Make ``D1(statements);`` the block ``{statements};``."""
    text = draft.text
    if text.find(b"({", opening, close) >= 0 or text[last_ink(text, start)] not in b";{}":
        return
    draft.mark(start, "block", text[start:opening].strip())
    for comma in arguments_of(draft, opening, close):
        draft.put(comma, b";")
    draft.blank(start, opening)
    draft.put(opening, b"{")
    draft.put(close, b"}")


def _part_line(draft: Draft, close: int) -> None:
    """Put semicolons into ``N(UP) N(DOWN)``."""
    text = draft.text
    while True:
        follow = _CAPITALS_CALL.match(text, close + 1)
        room = room_behind(text, close + 1)
        if room < 0:
            return
        draft.put(room, b";")
        if follow is None:
            return
        close = closing(draft, follow.end() - 1)
        behind = _NEXT.search(text, close + 1)
        if close < 0 or behind is None or not (behind[0].isalpha() or behind[0] == b"}"):
            return


def _after_else(text: bytearray, at: int) -> bool:
    word = _WORD_END.search(text[max(0, at - 8) : at + 1])
    return word is not None and word[0] in (b"else", b"do")


def _is_after_directive(draft: Draft, at: int) -> bool:
    line = draft.text.rfind(b"\n", 0, at) + 1
    return draft.text[line : at + 1].lstrip()[:1] == b"#"


def _rewrite_walk(draft: Draft, start: int, name: bytes) -> None:
    if len(name) < 5:
        return
    draft.put(start, b"while".ljust(len(name)))
    draft.mark(start, "walk", name)
    opening = start + len(name)
    if draft.text[opening : opening + 2] == b"()":
        draft.put(opening - 1, b"(0")


def _rewrite_for_each(draft: Draft, lexicon: Lexicon) -> None:
    """Loop macros that do not begin a line, and the ends of ``do`` macros."""
    text = draft.text
    for match in list(_FOR_EACH.finditer(bytes(text))):
        opening_match = _NEXT.search(text, match.end())
        if opening_match is None or opening_match[0] != b"(":
            continue
        opening = opening_match.start()
        head = _WORD_END.search(text[max(0, match.start() - 60) : match.start()])
        start = match.start() - len(head[0] if head else b"")
        name = bytes(text[start : match.end()])
        close = closing(draft, opening)
        if close < 0:
            continue
        follow_match = _NEXT.search(text, close + 1)
        if follow_match is None or not (follow_match[0].isalpha() or follow_match[0] in b"{_+-*("):
            continue
        before = last_ink(text, start)
        if before < 0 or text[before] not in b";{}):" and not _after_else(text, before):
            continue
        _rewrite_walk(draft, start, name)
    for match in list(_DO_WHILE.finditer(bytes(text))):
        _rewrite_walk(draft, match.start(1), match[1])


def rewrite_oddities(draft: Draft, is_body: Callable[[int], bool]) -> None:
    """Ranges of cases, labels without a statement, computed gotos, asm."""
    text = draft.text
    at = text.find(b"...")
    while at >= 0:
        line = text.rfind(b"\n", max(0, at - 200), at) + 1
        case = _CASE_BEFORE.search(text[line:at])
        if case:
            draft.put(at, b"?: ")
            draft.mark(at, "range", b"")
        at = text.find(b"...", at + 3)
    for match in list(_LABEL.finditer(bytes(text))):
        if is_body(match.start()):
            draft.put(match.end() - 1, b";")
            draft.mark(match.start(1), "label", match[1])
    at = text.find(b"goto *")
    while at >= 0:
        draft.blank(at, at + 6)
        at = text.find(b"goto *", at + 6)
    _empty_asm(draft, is_body)
    for match in list(_LEVEL.finditer(bytes(text))):
        draft.blank(*match.span(1))
    for match in list(_LAST_STATEMENT.finditer(bytes(text))):
        _drop_semicolon(draft, match)
    for match in list(_OPERATOR.finditer(bytes(text))):
        draft.put(match.start(1), b"_" * len(match[1]))
        draft.mark(match.start(1), "operator", b"", match[1].decode())
    for match in list(_EMPTY.finditer(bytes(text))):
        n = 1 if match[2] is None else 2
        if n == 2:
            draft.blank(match.start(), match.end())
        elif match[n]:
            draft.put(match.start(n), b"0")
    for match in list(_TWO_MACROS.finditer(bytes(text))):
        draft.put(match.start(1), b"_" * len(match[1]))
    for match in list(_WITH_STRING.finditer(bytes(text))):
        n = 1 if match[1] else 2
        draft.put(match.start(n), re.sub(rb"\W", b"_", match[n]))
        draft.mark(match.start(n), "type", b"", match[n].decode("ascii", "replace"))


def _drop_semicolon(draft: Draft, match: re.Match[bytes]) -> None:
    """Make ``ASSERT(x, f(););`` the call ``ASSERT(x, f() );``."""
    before = draft.text[max(0, match.start() - 600) : match.start()]
    depth = 0
    for at in range(len(before) - 1, -1, -1):
        byte = before[at]
        if byte == 0x29:
            depth += 1
        elif byte == 0x28:
            if depth == 0:
                word = _WORD_END.search(before[:at].rstrip())
                if word and word[0] not in (b"for", b""):
                    draft.blank(match.start(), match.start() + 1)
                return
            depth -= 1


def _empty_asm(draft: Draft, is_body: Callable[[int], bool]) -> None:
    """Take the template out of an asm, and the operands if they are odd."""
    text = draft.text
    for match in list(_ASM.finditer(bytes(text))):
        opening = match.end() - 1
        close = closing(draft, opening)
        if close < 0 or close - opening < 3:
            continue
        before = last_ink(text, match.start())
        byte = bytes(text[max(0, before) : before + 1])
        is_label = byte.isalnum() or byte == b"]" or (byte == b")" and not is_body(before))
        if is_label and not _after_else(text, before):
            draft.blank(match.start(), close + 1)
            continue
        body = bytes(text[opening + 1 : close])
        colon = body.find(b":")
        if colon >= 2 and _OPERANDS.match(body, colon) and b"\\" not in body[colon:]:
            close = opening + 1 + colon
        _empty_template(draft, opening, close)


def _empty_template(draft: Draft, opening: int, close: int) -> None:
    text = draft.text
    body = bytes(text[opening + 1 : close])
    first_line = body.split(b"\n", 1)[0]
    kept = bytes(0x5C if b == 0x5C and body[n+1:n+2] in (b"\n", b"\r") else (b if b in b"\r\n" else 32) for n, b in enumerate(body))
    draft.put(opening + 1, kept)
    place = opening + 1 if len(first_line) >= 2 else text.find(b"  ", opening, close)
    if place >= 0:
        draft.put(place, b'""')
