"""Definitions in a text that nobody has read: found by their heads.

For the many contents that a history holds of one file.  Top-level code begins in the
first column and its body ends with a brace there, as kernel style has it (Linux:
Documentation/process/coding-style.rst, "Placing Braces").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from xref.analyse.diff.tokens import (
    Tokens,
    definition_lines,
    tokens_of,
    without_comments,
)

_MOST_LINES_OF_HEAD: Final = 40
"""From a function's name to its brace: names, types, and arms of ``#if``."""

_NAME: Final = re.compile(r"(\w*[a-z]\w*)[ \t]*(?:\(|$)")
"""What is defined: macros that define something have names in capitals."""

_DEFINE: Final = r"[ \t]*#[ \t]*define[ \t]+"


@dataclass(frozen=True, slots=True)
class _Found:
    """A definition, see ``tokens.Definition``."""

    name: str
    line: int
    end_line: int
    macro: str


def head_of(line: str, name: str) -> str:
    """An expression for how a definition begins, from the line of its name.

    Args:
        line: as it stands in one version.
        name: of the function; where it is not in the line, a macro defines it, as in
            ``DEFINE_CALL3(name, ...)``: then that macro and its first argument do.
    """
    word = rf"\b{re.escape(name)}\b"
    if re.match(_DEFINE, line):
        return rf"^{_DEFINE}{word}.*"
    if re.search(word, line):
        return rf"^[A-Za-z_].*{word}.*|^{word}.*"
    start = re.match(r"\w+\s*\(\s*\w*", line)
    return rf"^{re.escape(start[0])}\b.*" if start else rf"^{re.escape(line)}$"


def codes_of(text: str, heads: Sequence[str]) -> list[Tokens]:
    """The code of the definitions with one of some heads, in any order: sorted."""
    found = re.finditer("|".join(heads), text, re.MULTILINE)
    places = [text.count("\n", 0, match.start()) + 1 for match in found]
    lines = text.split("\n") if places else []
    spans = (_span(lines, line) for line in places)
    return sorted(_code(lines[slice(*span)]) for span in spans if span)


def _span(lines: Sequence[str], line: int) -> tuple[int, int] | None:
    """Where the definition that begins in a line stands; None if none does."""
    if re.match(_DEFINE, lines[line - 1]):
        last = line
        while last < len(lines) and lines[last - 1].rstrip().endswith("\\"):
            last += 1
        return line - 1, last
    end = _end(lines, line)
    if end is None:
        return None
    name = _NAME.search(lines[line - 1])
    first, last = definition_lines(
        lines, _Found(name[1] if name else "", line, end, macro="")
    )
    return first - 1, last


def _end(lines: Sequence[str], line: int) -> int | None:
    """The line of the closing brace of a body; None for a declaration."""
    for number in range(line, min(line + _MOST_LINES_OF_HEAD, len(lines) + 1)):
        bare = without_comments(lines[number - 1]).rstrip()
        if "{" in bare:
            if bare.count("{") == bare.count("}"):
                return number
            later = range(number + 1, len(lines) + 1)
            return next((n for n in later if lines[n - 1].startswith("}")), None)
        if bare.endswith(";"):
            return None
    return None


def _code(lines: Sequence[str]) -> Tokens:
    return tokens_of(without_comments("\n".join(lines)))
