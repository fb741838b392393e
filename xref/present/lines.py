"""Lines of styled text: measured as plain text, coloured at the end."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Style(StrEnum):
    """What a piece of a line is; the value is its ANSI code."""

    PLAIN = ""
    TITLE = "1"
    DIM = "2"
    POINTER = "1;36"
    NAME = "1;32"
    MARK = "33"
    WARN = "1;33"
    ADDED = "32"
    GONE = "31"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in one style."""

    text: str
    style: Style = Style.PLAIN


Line = Sequence[Piece]

TO_ASCII = str.maketrans(
    {
        "├": "|",
        "└": "`",
        "│": "|",
        "─": "-",
        "⇒": "=>",
        "→": "->",
        "…": "...",
        "↑": "^",
        "↓": "v",
        "↻": "@",
        "×": "x",
        "·": "-",
    }
)
"""For an output that cannot hold the signs."""


def length_of(line: Line) -> int:
    """Columns of a line."""
    return sum(len(piece.text) for piece in line)


def painted(lines: Iterable[Line], *, colour: bool) -> str:
    """The lines as one text that ends in a line feed."""
    return "".join(f"{_painted(line, colour=colour)}\n" for line in lines)


def shortened(text: str, width: int) -> str:
    """The text, its middle left out if need be; its end says most.

    The last member of an expression stays whole: names are never cut.
    """
    if len(text) <= width:
        return text
    tail = text[max(text.rfind("->"), text.rfind("."), 0) :]
    kept = max(width - len(tail) - 1, 0)
    return f"{text[:kept]}…{tail}" if kept else tail


def wrapped(text: str, first: str, rest: str, width: int) -> list[str]:
    """The text in lines that begin with `first`, then `rest`; words stay whole."""
    return textwrap.wrap(
        text,
        max(width, len(rest) + 20),
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def narrowed(text: str, width: int) -> str:
    """The lines of a text in ASCII, those that are wider in as many as they take.

    They are broken at blanks, and within a word only where it is as wide by itself.
    """
    lines = text.translate(TO_ASCII).splitlines()
    return "".join(f"{part}\n" for line in lines for part in _narrow(line, width))


def _narrow(line: str, width: int) -> Sequence[str]:
    if len(line) <= width:
        return [line]
    branches = _BRANCHES.match(line)
    before = branches[0].replace("`", " ") if branches else ""
    if before.startswith(("+", "~", "!")):
        before = f" {before[1:]}"  # it is told once, in the first line
    rest = f"{before[: width // 2].replace('-', ' ')}  "
    return textwrap.wrap(line, width, subsequent_indent=rest, break_on_hyphens=False)


_BRANCHES: Final = re.compile(r"(?:[+~!-] )?[ |`-]*")
"""What stands in front of a row of a tree."""


def _painted(line: Line, *, colour: bool) -> str:
    if not colour:
        return "".join(piece.text for piece in line).rstrip()
    return "".join(
        f"\033[{piece.style}m{piece.text}\033[0m" if piece.style else piece.text
        for piece in line
    ).rstrip()
