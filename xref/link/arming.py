"""What functions and macros do with what runs later: see ``callbacks``."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Final

from xref.link.names import Names
from xref.link.places import Place, Words
from xref.link.substitution import Substitution
from xref.link.tables import Node, nodes_of

Key = tuple[object, tuple[str, ...]]
"""A struct and the way to a member; a file, -1 for any or the id of a function, and a
variable of it; "#" and the index of a table."""
_DEEPEST: Final = 4
"""Macros in macros."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """A function or macro puts an argument into a slot that is called later."""

    slot: tuple[str, str]
    value: int
    """Position of the function."""
    receiver: int
    """Position of the pointer to what the slot lies in, or to what that lies in."""
    members: tuple[str, ...]
    key: int
    """Position of the index of the table that the slot lies in."""
    fixed: Key | None
    """What it sets up itself, when that is no argument's."""


@dataclass(frozen=True, slots=True)
class Arm:
    """A function or macro puts what an argument points to on a list."""

    receiver: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Callback:
    """A function or macro arms another function."""

    caller: int
    line: int
    function: int
    slot: tuple[str, str]


def uses_of_macros(
    use: Node,
    known: tuple[Names, Words],
    place: Place,
    macros: Container[int],
    depth: int = 0,
) -> Iterator[Node]:
    """The code that a use of a macro stands for, if it is one of those given."""
    names, words = known
    if depth > _DEEPEST or use[0] != "call" or use[1][0] != "n":
        return
    for macro in names.meaning(use[1][1], place.file):
        if macro.id in macros and macro.parameters is not None:
            where = words.macro_place(macro, use[2], place)
            body = Substitution(words, where, use[3]).code(names.body(macro))
            for node in nodes_of(body):
                yield node
                yield from uses_of_macros(node, known, place, macros, depth + 1)
