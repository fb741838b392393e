"""Code as tokens: what a compiler reads, without comments, blanks and line breaks."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final, Protocol

Tokens = tuple[str, ...]

_LITERAL = r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
_COMMENT: Final = re.compile(rf"({_LITERAL})|/\*.*?(?:\*/|\Z)|//[^\n]*", re.DOTALL)
_SPLICE: Final = re.compile(r"\\[ \t]*\r?\n")
_BREAK: Final = re.compile(r"(?:\\[ \t]*\r?)?\n")
_TOKEN: Final = re.compile(
    rf"^[ \t]*#[ \t]*(?:define[ \t]+\w+\(?|\w*)|{_LITERAL}|[A-Za-z_$]\w*"
    r"|\.?\d(?:[eEpP][+-]|[\w.])*|\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|##"
    r"|[-+*/%&|^<>=!]=|&&|\|\||[^\s\\]",
    re.MULTILINE,
)
_DIRECTIVE: Final = re.compile(r"^[ \t]*#[^\n]*", re.MULTILINE)
_END: Final = "\x01"
"""Where a directive ends: there a line break is read (C11 6.10)."""
_HEAD: Final = re.compile(r"(?:[ \t]|/\*.*?\*/)*#")
_PIECE: Final = re.compile(rf"{_LITERAL}|\w+|\S")
_ATTRIBUTE: Final = re.compile(r"__\w*|asm|typeof|alignas|_Alignas")
"""What has arguments in front of a function's name and belongs to it."""
_BRACES: Final = {"{": 1, "}": -1}
_ENDED: Final = re.compile(r"[;}]")
_FOLLOW: Final = re.compile(r"[ \t]*(?:\(|$)")
_OPENING: Final = {"(": 1, ")": -1}

SELF: Final = "(self)"
"""In place of a function's own name: a rename alone makes no other body."""


def without_comments(text: str) -> str:
    """The text with blanks for comments; each line stays where it was.

    C11 5.1.1.2: comments are blanks before directives are read, so one of several
    lines does not end a directive.
    """
    pieces = []
    done = joined = 0
    for found in _COMMENT.finditer(text):
        if found[1]:
            continue
        pieces.append(text[done : found.start()])
        done = found.end()
        breaks = _BREAK.findall(found[0])
        if breaks and _is_within_directive(text, found.start(), joined):
            breaks, joined = ["\\\n"] * len(breaks), done
        pieces.append(f" {''.join(breaks)}")
    return "".join([*pieces, text[done:]])


def tokens_of(text: str) -> Tokens:
    """The tokens of code without comments, in order."""
    joined = _DIRECTIVE.sub(rf"\g<0> {_END}", _SPLICE.sub(" ", text))
    return tuple(_one(token) for token in _TOKEN.findall(joined))


class Definition(Protocol):
    """A function or macro in a file."""

    @property
    def name(self) -> str:
        """As it is known."""

    @property
    def line(self) -> int:
        """Of its name, from 1; the type may stand on lines above."""

    @property
    def end_line(self) -> int:
        """Of its closing brace."""

    @property
    def macro(self) -> str:
        """The macro that defines it, or ""."""


def definition_lines(lines: Sequence[str], what: Definition) -> tuple[int, int]:
    """First and last line of a definition, from 1, with what stands before its name.

    Args:
        lines: of a file, comments blanked.
        what: where its name stands in the line of it, else a macro makes it, and the
            lines above are of something else.
    """
    return _start(lines, what)[0], min(what.end_line, len(lines))


def span_of(lines: Sequence[str], what: Definition) -> str:
    """The text of a definition; "" where there are no lines."""
    return _text(lines, _span(lines, what))


def parts_of(
    lines: Sequence[str], whats: Sequence[Definition]
) -> tuple[list[str], str]:
    """The texts of some definitions, and what stands beside, without blank lines."""
    if not lines:
        return [""] * len(whats), ""
    left = list(lines)
    spans = [_span(lines, what) for what in whats]
    for (first, column), (last, end) in spans:
        rest = left[last - 1][end:] if first <= last else ""
        if first < last:
            left[first - 1] = left[first - 1][:column]
            left[first : last - 1] = [""] * (last - first - 1)
            left[last - 1] = rest.rjust(end + len(rest))
        elif first == last:
            left[first - 1] = left[first - 1][:column].ljust(end) + rest
    beside = (
        line
        for line, above in zip(left, ("", *left), strict=False)
        if above.endswith("\\") or (line and not line.isspace())
    )
    return [_text(lines, span) for span in spans], "\n".join(beside)


def similarity(one: Tokens, other: Tokens) -> float:
    """How much two codes have in common, from 0 to 1; the same both ways round."""
    if one == other:
        return 1.0
    first, second = sorted((one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def most_similarity(one: Tokens, other: Tokens) -> float:
    """What `similarity` can be at most; much quicker."""
    total = len(one) + len(other)
    shared = sum((Counter(one) & Counter(other)).values())
    return 2 * shared / total if total else 1.0


def _one(token: str) -> str:
    """A token as it is kept: blanks in the head of a directive say nothing."""
    if "#" not in token or token[0] in "\"'":
        return token
    return " ".join(token.replace("#", "# ").split())


_Span = tuple[tuple[int, int], tuple[int, int]]
"""Lines, from 1, and columns between which a definition stands."""


def _text(lines: Sequence[str], span: _Span) -> str:
    (first, column), (last, end) = span
    text = list(lines[first - 1 : last])
    if text:
        text[-1] = text[-1][:end]
        text[0] = text[0][column:]
    return "\n".join(text)


def _span(lines: Sequence[str], what: Definition) -> _Span:
    if what.macro and (use := _use(lines, what)):
        return use
    first, column = _start(lines, what)
    last = min(what.end_line, len(lines))
    if first > last:
        return (first, column), (first - 1, 0)
    return (first, column), (last, _end(lines[first - 1 : last], column))


def _use(lines: Sequence[str], what: Definition) -> _Span | None:
    """From the name to the last bracket of the macro that defines something.

    ``DEFINE_CALL(a, b)`` with whatever line breaks; None where a body follows, or
    where it stands in another line.
    """
    head = "".join(lines[what.line - 1 : what.line])
    name = re.search(rf"\b{re.escape(what.macro)}\b", head)
    if name is None:
        return None
    depth, end = 0, (what.line, -1)
    for number in range(what.line, len(lines) + 1):
        start = name.end() if number == what.line else 0
        for found in _PIECE.finditer(lines[number - 1], start):
            if end[1] >= 0 or (not depth and found[0] != "("):
                is_use = end[1] >= 0 and found[0] != "{"
                return ((what.line, name.start()), end) if is_use else None
            depth += _OPENING.get(found[0], 0)
            if not depth:
                end = number, found.end()
    return ((what.line, name.start()), end) if end[1] >= 0 else None


def _start(lines: Sequence[str], what: Definition) -> tuple[int, int]:
    """Where a definition begins: with what stands before its name."""
    if what.line > len(lines):
        return what.line, 0
    text = lines[what.line - 1]
    name = _place_of(what.name, text)
    if name is None or text.lstrip().startswith("#"):
        return what.line, 0
    before = [text[:name]]
    top = what.line
    while (
        top > 1 and not _ENDED.search(before[0]) and not _is_directive(lines, top - 1)
    ):
        top -= 1
        before.insert(0, lines[top - 1])
    return _first_of(before, top, (what.line, name))


def _place_of(name: str, line: str) -> int | None:
    """Where a line defines a name: before a parenthesis, or as its last word."""
    at = line.find(name)
    while at >= 0:
        end = at + len(name)
        if _FOLLOW.match(line, end) and not _is_word(line[at - 1 : at]):
            return at
        at = line.find(name, end)
    return None


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _is_directive(lines: Sequence[str], line: int) -> bool:
    """Whether a line is a directive or goes on with one."""
    if lines[line - 1].lstrip().startswith("#"):
        return True
    return line > 1 and lines[line - 2].rstrip().endswith("\\")


def _first_of(
    before: Sequence[str], top: int, name: tuple[int, int]
) -> tuple[int, int]:
    """Where the words, stars and attributes begin that lead to a name.

    C11 6.9.1: declaration-specifiers declarator; GNU attributes among them.
    """
    pieces = [
        (found[0], (number, found.start()))
        for number, line in enumerate(before, start=top)
        for found in _PIECE.finditer(line)
    ]
    at = len(pieces)
    while at and (size := _specifier(pieces, at)):
        at -= size
    return pieces[at][1] if at < len(pieces) else name


def _specifier(pieces: Sequence[tuple[str, object]], end: int) -> int:
    """Of how many pieces the last specifier before some place is; 0 for none."""
    piece = pieces[end - 1][0]
    if piece != ")":
        return int(piece in {"*", "("} or piece.replace("_", "a").isalnum())
    depth = 0
    for at in range(end - 1, 0, -1):
        depth -= _OPENING.get(pieces[at][0], 0)
        if not depth:
            return end - at + 1 if _ATTRIBUTE.fullmatch(pieces[at - 1][0]) else 0
    return 0


def _end(lines: Sequence[str], column: int) -> int:
    """The column behind the brace that ends a definition, in its last line.

    That of the line's end where no brace does: in a macro, or a use of one.
    """
    line = lines[-1]
    if "}" not in line or lines[0].lstrip().startswith("#"):
        return len(line)
    if line.count("}") == 1:
        return line.index("}") + 1
    start = column if len(lines) == 1 else 0
    depth = sum(
        _BRACES.get(found[0], 0)
        for number, text in enumerate(lines[:-1])
        for found in _PIECE.finditer(text, 0 if number else column)
    )
    for found in _PIECE.finditer(line, start):
        depth += _BRACES.get(found[0], 0)
        if found[0] == "}" and depth <= 0:
            return found.end()
    return line.rindex("}") + 1


def _is_within_directive(text: str, at: int, joined: int) -> bool:
    """Whether a place is in a directive; up to `joined` lines are known to go on."""
    start = text.rfind("\n", 0, at) + 1
    if start < joined or _HEAD.match(text, start, at):
        return True
    return text[max(start - 3, 0) : start].rstrip().endswith("\\")
