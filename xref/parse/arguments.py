"""Arguments of macros at file scope, made expressions."""

import re
from itertools import pairwise
from typing import Final

from xref.parse.draft import Draft
from xref.parse.endings import end_line
from xref.parse.scan import arguments_of, closing, last_ink, opening_of, word_before

_TWO_WORDS: Final = re.compile(rb"\s*([A-Za-z_]\w*(?:[ \t]+[A-Za-z_]\w*)+)\s*\Z")
_TYPED: Final = re.compile(
    rb"\s*((?:[A-Za-z_]\w*(?:\s+\w+)+|char|void|int|long)\s*\*[\s*]*\w+"
    rb"|[A-Za-z_]\w*(?:\s+\w+)*\s*\*[\s*]*)\s*\Z"
)
_NESTED: Final = re.compile(rb"\w[ \t]*\(")
_QUALIFIER: Final = re.compile(rb"\b(?:const|volatile)\b")
_BRACES: Final = re.compile(rb"(\{)[^{};]*(\})")
_POINTER: Final = re.compile(rb"[\w\s*]*\(\s*\*\s*\w*\s*\)\s*[(\[]")
_STATEMENTS: Final = re.compile(rb"[^(){};]*;[^(){}]*")
_SPACES: Final = re.compile(rb"\s+")
_FIRST: Final = re.compile(rb"\s*\w+(?:(?:->|\.)\w+)*(?:\(\w+\))?(?=,)")
_DECLARED: Final = re.compile(rb"\*\s*\w")
# An argument of two words, in the body of a macro.
_PAIR: Final = re.compile(
    rb"[(,][\s\\]*+(?!(?:struct|union|enum|unsigned|signed|const|volatile|sizeof|typeof"
    rb"|case|return|long|short|else|static|goto)\b)"
    rb"([a-z_]\w*[ \t]+[A-Za-z_]\w*)\s*(?=[,)])"
)
# An array type as an argument, in the body of a macro.
_ARRAY: Final = re.compile(
    rb"[(,][\s\\]*+((?:unsigned|signed|long|short|int|char)"
    rb"(?:[ \t]+(?:long|int|char|short))*)[ \t]*(\[[^][(){};,]*\])\s*(?=[,)])"
)
_CALLED: Final = re.compile(rb"[;{}(,\\)]\s*\Z")
_IF: Final = re.compile(rb"\s*if\s*\(")
_IF_ARGUMENT: Final = re.compile(rb",[\s\\]*if\s*\(")
# What follows the condition: ``{ f(); g(); }`` or ``f()``.
_NO_STATEMENT: Final = (
    rb"(?!\s*(?:return|goto|break|continue|if|for|while|do|switch)\b)"
)
_BODY: Final = re.compile(
    rb"[\s\\]*+(?:(\{)"
    + _NO_STATEMENT
    + rb"[^{}]*?(;?[\s\\]*\})|"
    + _NO_STATEMENT
    + rb"([^{};\s][^{};]*))[\s\\]*\Z"
)
_LONGEST: Final = 2_000
"""The longest argument of which an expression is made, in bytes."""
_DO: Final = re.compile(rb"\s*(do)\s*\{[^{}]*\}\s*(while\s*\([^()]*\))\s*\Z")
_NO_COMMA: Final = re.compile(
    rb"(?:\)|\w\s*\n)\s*[A-Za-z_]\w*\s*\(|[\w)]\s*\n\s*[A-Z]\w*\s*\n"
)


def rewrite_arguments(draft: Draft) -> list[tuple[int, int]]:
    """Make expressions of the arguments of calls at file scope, nested ones too.

    Returns the spans of arguments that are statements.
    """
    blocks: list[tuple[int, int]] = []
    for opening, close in draft.calls:
        _rewrite_call(draft, opening, close, blocks)
    return blocks


def join_conditions(draft: Draft) -> None:
    """Make ``(c)&&(f())`` of the argument ``if (c) { f(); }`` in macros' bodies."""
    for match, limit in draft.matches_in_directives(_IF_ARGUMENT):
        start = match.start()
        opening = opening_of(draft.text, start)
        close = closing(draft, opening) if opening >= 0 else -1
        if 0 < close < limit:
            commas = arguments_of(draft, opening, close)
            end = next((comma for comma in commas if comma > start), close)
            _join_condition(draft, match.end() - 1, end)


def join_pairs(draft: Draft) -> None:
    """Make one word of ``type name`` as the argument of a macro in a macro's body."""
    for match, _ in draft.matches_in_directives(_PAIR):
        start = match.start(1)
        opening = opening_of(draft.text, start)
        name = word_before(draft.text, opening) if opening > 0 else b""
        begin = opening - len(name)
        # Behind a type it is the head of a function.
        if name and _CALLED.search(draft.text[max(0, begin - 40) : begin]):
            make_identifier(draft, *match.span(1))


def join_arrays(draft: Draft) -> None:
    """Make a name of ``long long[2]`` as an argument in a macro's body."""
    for match, _ in draft.matches_in_directives(_ARRAY):
        draft.blank(*match.span(2))
        make_identifier(draft, *match.span(1))


def _join_condition(draft: Draft, opening: int, end: int) -> None:
    """Make an expression of the ``if`` whose condition opens at a place.

    Where that is not possible, the condition goes.

    Args:
        draft: the text.
        opening: the parenthesis behind the ``if``.
        end: of the argument that it is.
    """
    text = draft.text
    close = closing(draft, opening)
    start = text.rfind(b"if", 0, opening)
    body = None
    if 0 < close < end < opening + _LONGEST:
        body = _BODY.match(bytes(text[close + 1 : end]))
    if body is None or text.find(b"\n", start, close) >= 0:
        draft.blank(start, max(close + 1, start))
        return
    width = opening - start
    draft.blank(start, opening)
    draft.shift(opening, close + 1, -width)
    draft.put(close + 1 - width, b" " * width)
    first = close + 1 + body.start(1 if body[1] else 3)
    if body[1]:
        draft.put(first, b"(")
        last = close + 1 + body.start(2)
        draft.blank(last, close + 1 + body.end(2))
        draft.put(last, b")")
        draft.put(first + 1, bytes(text[first + 1 : last]).replace(b";", b","))
    draft.put(first - 2, b"&&")


def _rewrite_call(
    draft: Draft, opening: int, close: int, blocks: list[tuple[int, int]]
) -> None:
    text = draft.text
    for match in _within(draft, _QUALIFIER, opening, close):
        draft.blank(opening + match.start(), opening + match.end())
    _rewrite_level(draft, opening, close)
    done = opening
    for match in _within(draft, _NESTED, opening, close):
        inner = opening + match.end() - 1
        end = closing(draft, inner)
        if inner < done or not inner < end < close or text[inner] not in b"(":
            continue
        if text.find(b";", inner, end) >= 0:
            _open_block(draft, inner, end)
            blocks.append((inner, end))
            done = end
        elif _NO_COMMA.search(text, inner, end):
            draft.mark(inner, "items", b"")
            draft.blank(inner + 1, end)
        else:
            _rewrite_level(draft, inner, end)
    _rewrite_braces(draft, opening, close)


def _within(
    draft: Draft, pattern: re.Pattern[bytes], start: int, end: int
) -> list[re.Match[bytes]]:
    """Matches between two places, counted from the first."""
    return list(pattern.finditer(bytes(draft.text[start:end])))


def _rewrite_braces(draft: Draft, opening: int, close: int) -> None:
    """Make ``{ A, "a" }`` among the arguments an expression."""
    text = draft.text
    for match in _within(draft, _BRACES, opening, close):
        start = opening + match.start()
        if text[last_ink(text, start)] not in b"(,":
            continue
        if match[0][1:-1].isspace():
            draft.put(start + 1, b"0")
        draft.put(start, b"(")
        draft.put(opening + match.start(2), b")")


def _open_block(draft: Draft, opening: int, close: int) -> None:
    """Make ``TP_fast_assign(statements)`` a call with a block for an argument."""
    text = draft.text
    name = re.search(rb"(\w*)\s*\Z", text[max(0, opening - 80) : opening])
    has_room = text[close - 1] in b" \t"
    if not has_room or name is None or len(name[1]) < 2:  # noqa: PLR2004  # a letter
        draft.mark(opening, "items", b"")
        draft.blank(opening + 1, close)
        return
    first = _FIRST.match(bytes(text[opening + 1 : close]))
    if first:
        draft.put(opening + 1 + first.end(), b";")
    if text[opening - 1] not in b" \t":
        draft.mark(opening - len(name[0]), "call", name[1])
    draft.put(opening - 1, b"({")
    draft.put(close - 1, b"}")
    end_line(draft, last_ink(text, close - 1))


def make_identifier(draft: Draft, start: int, end: int) -> None:
    """Join the words of a type; its stars and qualifiers become blanks."""
    written = bytes(draft.text[start:end])
    stars = 0 if _DECLARED.search(written) else written.count(b"*")
    words = written.replace(b"*", b" ").rstrip()
    broken = words.rstrip().rfind(b"\n") + 1
    if broken:  # only the tag is on the last line
        tag = words[broken:].strip()
        at = start + words.index(tag, broken)
        draft.blank(start, at)
        draft.mark(at, "type", b"", _SPACES.sub(b" ", words.strip()).decode("latin-1"))
        return
    for qualifier in (b"const", b"volatile"):
        if qualifier in words:
            blanks = b" " * len(qualifier)
            words = re.sub(rb"\b" + qualifier + rb"\b", blanks, words)
    name_start = len(words) - len(words.lstrip())
    name = words.strip()
    if not name:
        return
    kind = _SPACES.sub(b" ", name) + (b" " + b"*" * stars if stars else b"")
    if not stars:
        kind = _SPACES.sub(b" ", written.strip())
    draft.blank(start, end)
    draft.put(start + name_start, _SPACES.sub(_underscores, name))
    draft.mark(start + name_start, "type", b"", kind.decode("ascii", "replace"))


def _underscores(match: re.Match[bytes]) -> bytes:
    return b"_" * len(match[0])


def _rewrite_level(draft: Draft, opening: int, close: int) -> None:
    """Make expressions of the arguments of one call."""
    edges = [opening, *arguments_of(draft, opening, close), close]
    is_only = len(edges) == len((opening, close))
    for before, after in pairwise(edges):
        start = before + 1
        argument = bytes(draft.text[start:after])
        typed = _TYPED.match(argument) or _TWO_WORDS.match(argument)
        loop = _DO.match(argument)
        condition = _IF.match(argument)
        if loop:
            draft.blank(start + loop.start(1), start + loop.end(1))
            draft.blank(start + loop.start(2), start + loop.end(2))
        elif condition:
            _join_condition(draft, before + condition.end(), after)
        elif typed:
            first, last = typed.span(1)
            make_identifier(draft, start + first, start + last)
        elif _POINTER.match(argument) or _STATEMENTS.fullmatch(argument):
            ink = after - len(argument.lstrip())
            draft.mark(ink, "items", b"")
            draft.blank(ink, after)
            draft.put(ink, b"0")
        elif argument.isspace() and not is_only and b" " in argument:
            draft.put(start + argument.rindex(b" "), b"0")
