"""C as gcc takes it and tree-sitter-c does not."""

import re
from typing import Final

from xref.parse.bodies import open_block
from xref.parse.declarations import make_word
from xref.parse.draft import Draft
from xref.parse.places import Places
from xref.parse.scan import closing, last_code, last_ink, opening_of, word_before

_RANGE: Final = re.compile(rb"\.\.\.")
_CASE: Final = re.compile(rb"\bcase\b[^:;{}]*\Z")
_HEAD: Final = re.compile(rb"[ \t]*#[ \t]*(?:define[ \t]+\w+\Z|if|elif)")
_LABEL_END: Final = re.compile(rb":(?=\s*(?:\}|#[ \t]*(?:if|el|end|und|def)))")
_LABEL: Final = re.compile(rb"(?:\n|\A)[ \t]*(?!default\b)([A-Za-z_]\w*)[ \t]*\Z")
_GOTO: Final = re.compile(rb"goto[ \t]*\*")
_LEVEL: Final = re.compile(
    rb"KERN_[A-Z]++(?=\s++(?:\w++\(|[A-Z_][A-Z0-9_]*+\s*[\",)]))"
)
_SEMICOLON: Final = re.compile(rb";(?=\s*\)\s*;)")
# Behind a comma: nothing, an operator, or a member without a name (``u32 a:3, :5;``).
_EMPTY: Final = re.compile(
    rb",(?!\s*+[\w\"'({\[.])(?:(?P<last>(?:\s*+,){0,3}+\s*+)(?=\))"
    rb"|(?P<inner>[ \t]*+)(?=,)"
    rb"|(?P<nameless>\s*+:\s*+\w++(?=\s*[,;]))"
    rb"|[ \t]*+(?P<operator>[-<>=!&|+^*/%~](?:[ \t]*[-<>=!&|+^*/%~]){0,2})"
    rb"[ \t]*+(?=[,)]))"
)
_DESIGNATED: Final = re.compile(rb"\(\s*\.[a-z]\w*\s*=")
_DOT: Final = re.compile(rb"[(,]\s*(\.)[A-Za-z_]\w*\s*=")
_EMPTY_FIRST: Final = re.compile(rb"\(([ \t]*+),")
# Two macros before a string: KERN_INFO VERSION "x".
_BEFORE_STRING: Final = re.compile(rb"\"(?<=[A-Z0-9_\t ][ \t]\")(?!\")")
# A jump as an argument of a macro: IO_COND(addr, return f(port), return g(addr)).
_JUMP: Final = re.compile(
    rb",[\s\\]*+(?=[rgbc])(return|goto|break|continue)\b(\s*[,)])?"
)
_BLANKS: Final = re.compile(rb"[ \t]")
_CAPITAL: Final = re.compile(rb"[A-Z0-9_]")
_TWO_MACROS: Final = re.compile(
    rb"[(,=]\s*([A-Z_][A-Z0-9_]+(?:[ \t]+[A-Z_][A-Z0-9_]+)+)\Z"
)
# A call beside a string, as __stringify(X) is: both become one concatenation.
_STRING_AND_CALL: Final = re.compile(rb"\"[ \t]*(\w+\([^()\"\n]*\))")
_CALL_AND_STRING: Final = re.compile(rb"\)(?=\s*\"_*\")")


def rewrite_oddities(draft: Draft, places: Places) -> None:
    """Rewrite ranges of cases, labels without a statement, lists with gaps."""
    _rewrite_cases(draft)
    for match in draft.matches(_LABEL_END):
        if places.is_body(match.start()):
            _rewrite_label(draft, match.start())
    for match in draft.matches(_GOTO):
        # A computed goto stays as its expression.
        draft.blank(*match.span())
    for match in draft.matches(_SEMICOLON):
        _drop_semicolon(draft, match.start())
    for match in draft.matches(_DESIGNATED):
        if places.is_body(match.start()):
            _drop_dots(draft, match.start())
    for match in draft.matches(_JUMP):
        draft.put(match.start(1), (b"0" if match[2] else b"").ljust(len(match[1])))
    _fill_lists(draft)
    _join_strings(draft, places)


def _drop_semicolon(draft: Draft, at: int) -> None:
    """Make ``ASSERT(x, f(););`` a call, or a block if it has more statements."""
    text = draft.text
    opening = opening_of(text, at)
    name = word_before(text, last_ink(text, opening) + 1) if opening > 0 else b""
    if name in (b"", b"for"):
        return
    start = last_ink(text, opening) + 1 - len(name)
    close = closing(draft, opening)
    is_more = text.find(b";", opening, at) >= 0
    if not (is_more and close > at and open_block(draft, start, opening, close)):
        draft.blank(at, at + 1)


def _rewrite_cases(draft: Draft) -> None:
    """Make ``case A ... B`` the expression ``case A ?:  B``."""
    text = draft.text
    for match in draft.matches(_RANGE):
        at = match.start()
        if _CASE.search(text[max(0, at - 200) : at]):
            draft.put(at, b"?: ")
            draft.mark(at, "range", b"")


def _rewrite_label(draft: Draft, colon: int) -> None:
    """Make a label without a statement the statement ``out;``."""
    low = max(0, colon - 120)
    label = _LABEL.search(draft.text[low:colon])
    if label is None:
        return
    before = last_code(draft.text, low + label.start(1))
    if draft.text[before] in b";{}:)":
        draft.put(colon, b";")
        draft.mark(low + label.start(1), "label", bytes(label[1]))


def _drop_dots(draft: Draft, opening: int) -> None:
    """Make assignments of ``CONFIG(.event = 1, .mask = 2)``."""
    text = draft.text
    close = closing(draft, opening)
    if close < 0 or text.find(b"{", opening, close) >= 0:
        return
    for match in list(_DOT.finditer(bytes(text[opening:close]))):
        at = opening + match.start(1)
        draft.put(at, b" ")
        draft.mark(at + 1, "designator", b"")


def _fill_lists(draft: Draft) -> None:
    """Put something where arguments are empty or operators."""
    text = draft.text
    for match in draft.matches(_EMPTY):
        start = match.start("operator")
        if start >= 0:
            operator = match["operator"]
            draft.put(start, b"_" * len(operator))
            draft.mark(start, "operator", b"", operator.decode())
        elif match["inner"]:
            draft.put(match.start("inner"), b"0")
        elif match["last"] is not None or match["nameless"]:
            draft.blank(match.start(), match.end())
    for match in draft.matches(_EMPTY_FIRST):
        opening = match.start()
        name = word_before(text, opening)
        if match[1]:
            draft.put(opening + 1, b"0")
        elif len(name) > 1:
            # NAME(, x) becomes NAM(0, x).
            draft.mark(opening - len(name), "call", name)
            draft.put(opening - 1, b"(0")


def _join_strings(draft: Draft, places: Places) -> None:
    """Make one concatenation of strings, macros and calls beside them."""
    text = draft.text
    for match in draft.matches(_LEVEL):
        if text[last_ink(text, match.start())] in b"(,=":
            draft.blank(*match.span())
    for match in draft.matches(_BEFORE_STRING):
        end = last_ink(text, match.start()) + 1
        low = max(0, end - 80)
        macros = _CAPITAL.match(text, end - 1) and _TWO_MACROS.search(text[low:end])
        if macros:
            draft.put(low + macros.start(1), _BLANKS.sub(b"_", bytes(macros[1])))
    for match in draft.matches(_STRING_AND_CALL):
        make_word(draft, *match.span(1))
    for match in draft.matches(_CALL_AND_STRING):
        end = places.directive_end(match.start())
        if not end or draft.text.find(b'"', match.start()) < end:
            _join_call(draft, match.start())


def _join_call(draft: Draft, close: int) -> None:
    """Make the call that ends before a string a word."""
    text = draft.text
    opening = opening_of(text, close, 100)
    name = word_before(text, opening) if opening > 0 else b""
    if name and not _is_directive(text, opening):
        make_word(draft, opening - len(name), close + 1)


def _is_directive(text: bytearray, at: int) -> bool:
    """Whether the head of a directive stands here."""
    line = text.rfind(b"\n", 0, at) + 1
    return _HEAD.match(text, line, at) is not None
