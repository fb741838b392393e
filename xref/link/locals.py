"""What the local variables of Code are given."""

from collections import defaultdict

from xref.link.tables import Node, nodes_of

_PLAIN = frozenset(("n", "v", "p", "i", "s", ".", "->", "[]", "*", "&"))
"""Forms that a store fact tells of a local variable."""


def given_to_locals(body: Node) -> dict[str, list[Node]]:
    """By name, the values that declarations and assignments give a variable."""
    found: dict[str, list[Node]] = defaultdict(list)
    for node in nodes_of(body):
        if node[0] == "decl" and node[3]:
            found[node[1]].append(node[3])
        elif node[0] == "=" and node[1] == "=" and node[2][0] == "n":
            found[node[2][1]].append(node[3])
    return found


def one_of(values: list[Node]) -> Node:
    """One expression that may be each of these values."""
    if len(values) == 1:
        return values[0]
    return ["?:", ["i", 0], values[0], one_of(values[1:])]


def is_plain(value: Node) -> bool:
    """Say whether a store fact tells that a local variable is given a value."""
    while value and value[0] == "cast":
        value = value[2]
    return not value or value[0] in _PLAIN
