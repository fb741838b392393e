"""Addresses in Code as ways through members: ``&foo->a.b`` is ``foo``, ``a``, ``b``."""

from dataclasses import dataclass

from xref.link.tables import Node


@dataclass(frozen=True, slots=True)
class Way:
    """From a pointer or a variable through members, arrays being one member."""

    root: Node
    members: tuple[str, ...]
    is_object: bool
    """Whether the root is a variable that the members lie in, and no pointer."""


def way_of_pointer(code: Node) -> Way:
    """The way to what a pointer points to."""
    while code and code[0] == "cast":
        code = code[2]
    if code and code[0] == "&":
        return way_of(code[1])
    return Way(code, (), is_object=False)


def way_of(code: Node) -> Way:
    """The way to a variable or member."""
    while code and code[0] in {"cast", "[]"}:
        code = code[2] if code[0] == "cast" else code[1]
    if code and code[0] == "->":
        outer = way_of_pointer(code[1])
        return Way(outer.root, (*outer.members, code[2]), outer.is_object)
    if code and code[0] == ".":
        outer = way_of(code[1])
        return Way(outer.root, (*outer.members, code[2]), outer.is_object)
    if code and code[0] == "*":
        return way_of_pointer(code[1])
    return Way(code, (), is_object=True)
