"""Code with other comments and blank lines: to a compiler the same."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

_LITERAL: Final = r'(?:u8|[LuU])?(?:"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')'
_TOKEN: Final = re.compile(
    rf"(?P<comment>/\*.*?(?:\*/|\Z)|//(?:\\\n|[^\n])*)|(?P<splice>\\[ \t]*\n)"
    rf"|(?P<line>\n)|(?P<blank>[ \t\r\f\v]+)|(?P<literal>{_LITERAL})"
    r"|(?P<word>[A-Za-z_$]\w*|\.?\d(?:[eEpP][+-]|[\w.])*)"
    r"|(?P<sign>\.\.\.|<<=|>>=|->|\+\+|--|<<|>>|##|[-+*/%&|^<>=!]=|&&|\|\||.)",
    re.DOTALL,
)
_BARE: Final = {"include", "include_next", "error", "warning", "pragma", "line"}
"""Directives in which not all is tokens (C11 6.10)."""
# With a blank in front: behind a slash a comment would be another one.
_SHORT: Final = (" /* new */", " /**/", ' /* it\'s "x" */ ', " /* { */ ")
_LONG: Final = (" /* new\n * (\n */", "\n/*\n * if (a) {\n\n */\n")
_ENDS: Final = (" // why\n", "\n\n")


def with_noise(text: str, seed: int, share: float = 0.2) -> str:
    """The same code, with comments gone, and new ones wherever one may stand.

    Args:
        text: code in C.
        seed: another one puts them elsewhere.
        share: of the places, where something is put.
    """
    chance = Random(seed)  # noqa: S311 - no secret
    return "".join(_parts(text, chance, share))


@dataclass(slots=True)
class _Line:
    """What is known of a line up to some place."""

    is_start: bool = True
    is_directive: bool = False
    is_spliced: bool = False
    words: list[str] = field(default_factory=list)
    """Of the directive that the line is."""

    def add(self, kind: str, text: str) -> None:
        """Go on behind a token."""
        self.is_spliced = kind == "splice"
        if kind == "sign" and text == "#" and self.is_start:
            self.is_directive = True
        elif self.is_directive and kind not in {"blank", "splice"}:
            self.words.append(text)
        self.is_start = self.is_start and kind == "blank"

    @property
    def is_bare(self) -> bool:
        """Whether the line is text and no code."""
        return not _BARE.isdisjoint(self.words[:1])

    @property
    def is_head(self) -> bool:
        """Whether a parenthesis that follows at once is that of a macro's parameters.

        C11 6.10.3: ``#define f(a)`` and ``#define f (a)`` are two things.
        """
        return self.words[:1] == ["define"] and len(self.words) == 2


def _parts(text: str, chance: Random, share: float) -> Iterator[str]:
    line = _Line()
    before = ""
    for found in _TOKEN.finditer(text):
        kind, part = found.lastgroup or "", found[0]
        if kind == "comment":
            part = _instead(part, line)
        elif _may_open(line, part, before) and chance.random() < share:
            yield _noise(chance, kind)
        yield part
        before = part
        if kind == "line":
            line = _Line()
        elif kind != "comment":
            line.add(kind, part)


def _may_open(line: _Line, part: str, before: str) -> bool:
    """Whether a comment may stand in front of a token."""
    touches = part == "(" and not before.isspace()
    return not (line.is_bare or line.is_spliced or (line.is_head and touches))


def _instead(comment: str, line: _Line) -> str:
    """What stands in place of a comment."""
    if line.is_bare:
        return comment
    return " " if line.is_directive else " " + "\n" * comment.count("\n")


def _noise(chance: Random, kind: str) -> str:
    """Something that says nothing."""
    if kind == "line":
        return chance.choice((*_SHORT, *_LONG, *_ENDS))
    return chance.choice(_SHORT)
