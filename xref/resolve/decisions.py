"""Conditions that known values decide, and the code that they do not lead to."""

from dataclasses import dataclass
from typing import Any

Node = list[Any]

Decision = tuple[Node, int, bool | frozenset[int]]
"""A condition that known values decide, its line, and whether it holds; of a switch
statement, the numbers that its subject may be."""


SkipKey = tuple[int, int, bool | frozenset[int]]
"""A line, the `id` of a condition there, and what it was."""


@dataclass(slots=True)
class Skip:
    """Code that the known values do not lead to."""

    line: int
    condition: str
    because: str
    calls: dict[int, int]
    """The lines of the calls in it, by `id` of each call."""
    given: bool
    """Numbers that callers write out decide it: others may write others."""
