"""Code as tokens: what a compiler reads, without comments, blanks and line breaks."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
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
_STARTED: Final = (";", "}", ":", "*/")
"""A line that ends so belongs to what stands before a definition."""
_TYPE: Final = re.compile(r"[A-Za-z_][\w\s*]*")
"""Words and stars: the type of a function whose name stands on a line below."""

SELF: Final = "(self)"
"""In place of a function's own name: a rename alone makes no other body."""


def without_comments(text: str) -> str:
    """The text with blanks for comments; each line stays where it was."""
    return _COMMENT.sub(_blanked, text)


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


def definition_lines(lines: Sequence[str], what: Definition) -> tuple[int, int]:
    """First and last line of a definition, from 1, with what stands before its name.

    Args:
        lines: of a file, comments blanked.
        what: where its name stands in the line of it, else a macro makes it, and the
            lines above are of something else.
    """
    first = what.line
    text = lines[first - 1]
    if re.search(rf"\b{re.escape(what.name)}[ \t]*(?:\(|$)", text) and not (
        text.lstrip().startswith("#")
    ):
        while above := _line_above(lines, first):
            first = above
    return first, min(what.end_line, len(lines))


def span_of(lines: Sequence[str], what: Definition) -> str:
    """The text of a definition; "" where there are no lines."""
    if not lines:
        return ""
    first, last = definition_lines(lines, what)
    return "\n".join(lines[first - 1 : last])


def outside_of(lines: Sequence[str], whats: Iterable[Definition]) -> str:
    """The text that stands beside some definitions, without blank lines."""
    left = list(lines)
    for what in whats if lines else ():
        first, last = definition_lines(lines, what)
        left[first - 1 : last] = [""] * (last - first + 1)
    return "\n".join(line for line in left if line and not line.isspace())


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


def _line_above(lines: Sequence[str], line: int) -> int:
    """The next line upwards that belongs to a definition; 0 if none does.

    Over blank lines, which may have been comments, only a type does.
    """
    above = line - 1
    while above and not lines[above - 1].strip():
        above -= 1
    if not above or not _belongs(lines[above - 1]):
        return 0
    if above > 1 and lines[above - 2].rstrip().endswith("\\"):
        return 0  # it goes on with a directive
    return above if above == line - 1 or _TYPE.fullmatch(lines[above - 1]) else 0


def _belongs(line: str) -> bool:
    """Whether a line is part of the definition that begins below it."""
    text = line.strip()
    return bool(text) and not text.startswith("#") and not text.endswith(_STARTED)


def _blanked(match: re.Match[str]) -> str:
    """A literal as it is, the line breaks of a comment; in a macro they are spliced."""
    return match[1] or " " + "".join(_BREAK.findall(match[0]))
