"""Expectations that stand under the code they speak of.

A line of the form ``//   ^^^^ expectation`` belongs to the nearest line above that is
not of this form; the carets stand under what it is about.  Several files in one case
are separated by lines ``//- VERSION PATH``.
"""

import re
from dataclasses import dataclass
from textwrap import dedent

_MARKER = re.compile(r"^(?P<before>\s*//\s*)(?P<carets>\^+)\s*(?P<expectation>.*)$")
_FILE = re.compile(r"^//- (\S+) (\S+)$")


@dataclass(frozen=True, slots=True)
class Marker:
    """One expectation."""

    line: int
    """Of the code, from 1, as it stands in the case with its markers."""
    column: int
    """Of the first caret, from 0."""
    text: str
    """What the carets underline."""
    expectation: str


def markers_of(code: str) -> list[Marker]:
    """Read the markers of one file."""
    markers = []
    above = (0, "")
    for number, line in enumerate(code.splitlines(), 1):
        match = _MARKER.match(line)
        if match is None:
            above = (number, line)
            continue
        column = len(match["before"])
        text = above[1][column : column + len(match["carets"])]
        markers.append(Marker(above[0], column, text, match["expectation"].strip()))
    return markers


def files_of(case: str) -> dict[tuple[str, str], str]:
    """Split a case into its files: (version, path) to code."""
    files: dict[tuple[str, str], list[str]] = {}
    lines: list[str] = []
    for line in dedent(case).splitlines():
        match = _FILE.match(line)
        if match is not None:
            lines = files.setdefault((match[1], match[2]), [])
        else:
            lines.append(line)
    return {place: "\n".join(lines) + "\n" for place, lines in files.items()}
