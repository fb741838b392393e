"""Declarations that read like calls: ``u8 (*rows)[4];``, ``done_t (*f)(ctx_t);``.

Only the names tell them from expressions, and types are not known in one blob.  A
statement that begins with such a shape would be an odd call: its result is indexed
or called again, and its argument is what a pointer points to.
"""

from typing import NamedTuple

from tree_sitter import Node

from xref.extract.kinds import IDENTIFIER, SKIPPED, number_of
from xref.extract.primary import is_type_shaped
from xref.extract.reader import Reader

_ASSIGNMENT = number_of("assignment_expression")
_CALL = number_of("call_expression")
_COMMA = number_of("comma_expression")
_ELEMENT = number_of("subscript_expression")
_INDIRECTION = number_of("pointer_expression")
_PARENTHESES = number_of("parenthesized_expression")
_INNER = frozenset({_CALL, _ELEMENT})
_FIRST = {
    _ASSIGNMENT: _INNER,
    _CALL: _INNER,
    _COMMA: frozenset({_ASSIGNMENT, _CALL, _ELEMENT}),
    _ELEMENT: _INNER,
}
"""What such an expression begins with, by its kind: most are told apart by it."""


class Pointer(NamedTuple):
    """A pointer to an array or to a function that is declared."""

    name: Node
    type: str
    value: Node | None


def pointers_of(reader: Reader, node: Node) -> list[Pointer]:
    """What an expression that is a statement declares; [] when it is none."""
    kind = node.kind_id
    start, end = node.byte_range
    if kind not in _FIRST or reader.text.find("(*", start, end) < 0:
        return []
    if node.children[0].kind_id not in _FIRST[kind]:
        return []
    parts = _parts(node)
    first = _pointer(reader, parts[0], "")
    if first is None:
        return []
    base = first.type.partition(" ")[0]
    others = [_pointer(reader, part, base) for part in parts[1:]]
    return [pointer for pointer in (first, *others) if pointer is not None]


def _parts(node: Node) -> list[Node]:
    """The operands of commas."""
    parts = []
    while node.kind_id == _COMMA and len(node.named_children) > 1:
        parts.append(node.named_children[0])
        node = node.named_children[-1]
    return [*parts, node]


def _pointer(reader: Reader, node: Node, base: str) -> Pointer | None:
    """Read one declarator; `base` is its type when that stands before another."""
    value = None
    if node.kind_id == _ASSIGNMENT and len(node.children) == 3:  # noqa: PLR2004  # a = b
        value = node.children[2]
        node = node.children[0]
    suffix = ""
    while node.kind_id in {_ELEMENT, _CALL} and _is_nested(node.children[0]):
        is_element = node.kind_id == _ELEMENT
        suffix = ("[]" if is_element else _parameters(reader, node)) + suffix
        node = node.children[0]
    if not suffix:
        return None
    if not base and node.kind_id == _CALL and _is_type(reader, node):
        base = reader.slice(node.children[0])
        node = node.children[1]
    inner = _only(node)
    if not base or inner is None or inner.kind_id != _INDIRECTION:
        return None
    name = inner.children[-1]
    if name.kind_id != IDENTIFIER or inner.children[0].type != "*":
        return None
    return Pointer(name, f"{base} (*){suffix}", value)


def _is_nested(node: Node) -> bool:
    return node.kind_id in {_ELEMENT, _CALL, _PARENTHESES}


def _only(node: Node) -> Node | None:
    parts = [child for child in node.children if child.kind_id not in SKIPPED]
    return parts[0] if len(parts) == 1 else None


def _is_type(reader: Reader, node: Node) -> bool:
    """Whether what seems to be called is a type: by its shape, or by a blank."""
    callee, arguments = node.children[0], node.children[-1]
    if callee.kind_id != IDENTIFIER:
        return False
    name = reader.slice(callee)
    if name in reader.scope or name.isupper():
        return False
    return arguments.start_byte > callee.end_byte or is_type_shaped(name)


def _parameters(reader: Reader, node: Node) -> str:
    arguments = node.children[-1]
    listed = [
        reader.slice(child)
        for child in arguments.children
        if child.kind_id not in SKIPPED
    ]
    return f"({', '.join(listed)})"
