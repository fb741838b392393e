"""Structs, unions and enums with their members.  C11 6.7.2.1, 6.7.2.2."""

from tree_sitter import Node

from xref.extract.kinds import (
    ERROR,
    FIELD_IDENTIFIER,
    IDENTIFIER,
    TYPE_IDENTIFIER,
    number_of,
    numbers_of,
)
from xref.extract.reader import Reader
from xref.extract.types import (
    DECLARATORS,
    ENUM,
    STRUCT,
    TAGGED,
    TYPES,
    UNION,
    base_of,
    declared,
    name_of,
    parameters_of,
)
from xref.records import Code, Enumerator, Field, Struct

_FIELDS = number_of("field_declaration_list")
_FIELD = number_of("field_declaration")
_ENUMERATORS = number_of("enumerator_list")
_ENUMERATOR = number_of("enumerator")
_CONDITIONAL = numbers_of(
    "preproc_if", "preproc_ifdef", "preproc_else", "preproc_elif", "preproc_elifdef"
)
_DESCRIPTOR = number_of("type_descriptor")


def specified(reader: Reader, node: Node, owner: str) -> str:
    """The type of a specifier; a body in it is read.

    Args:
        reader: the walk.
        node: a specifier.
        owner: the name for a struct without a tag (see ``records``).
    """
    kind = node.kind_id
    if kind in {STRUCT, UNION}:
        return _struct(reader, node, owner)
    if kind == ENUM:
        return _enum(reader, node)
    return base_of(reader, node)


def _struct(reader: Reader, node: Node, owner: str) -> str:
    word = TAGGED[node.kind_id]
    body = tag = None
    for child in node.named_children:
        if child.kind_id == _FIELDS:
            body = child
        elif child.kind_id == TYPE_IDENTIFIER:
            tag = child
    name = f"{word} {reader.slice(tag) if tag is not None else owner}"
    if body is None:
        return name
    fields: list[Field] = []
    _members(reader, body, _Parent(name.partition(" ")[2]), fields)
    byte = (tag or node).start_byte + reader.delta
    guard = reader.conditions.at(byte)
    struct = Struct(name, reader.line_at(byte), tuple(fields), guard)
    reader.found.structs.append((byte, struct))
    return name


class _Parent:
    """A struct whose members are read; counts those without a name."""

    __slots__ = ("anonymous", "tag")

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.anonymous = 0


def _members(reader: Reader, node: Node, parent: _Parent, out: list[Field]) -> None:
    for child in node.children:
        kind = child.kind_id
        if kind == _FIELD:
            _member(reader, child, parent, out)
        elif kind in _CONDITIONAL or kind == ERROR:
            _members(reader, child, parent, out)


def _member(reader: Reader, node: Node, parent: _Parent, out: list[Field]) -> None:
    base: Node | None = None
    declarators = []
    for child in node.children:
        kind = child.kind_id
        if kind in TYPES and base is None:
            base = child
        elif kind in DECLARATORS and not child.is_missing:
            declarators.append(child)
    if base is None:
        return
    names = [name_of(declarator) for declarator in declarators]
    first = next((reader.slice(name) for name in names if name is not None), "")
    if not first and base.kind_id in {STRUCT, UNION}:
        parent.anonymous += 1
    owner = f"{parent.tag}::{first or parent.anonymous}"
    type_name = specified(reader, base, owner)
    if not declarators:
        _unnamed(reader, base, type_name, out)
    for declarator in declarators:
        _named(reader, declarator, type_name, out)


def _unnamed(reader: Reader, base: Node, type_name: str, out: list[Field]) -> None:
    """An anonymous struct, or a macro that declares members: ``BITMAP(a, 3);``."""
    kind = base.kind_id
    if kind in {STRUCT, UNION}:
        out.append(_field(reader, base, "", type_name))
    elif kind != ENUM and base.children:
        for child in base.children:
            if child.kind_id == _DESCRIPTOR:
                out.append(_field(reader, child, reader.slice(child), "?"))
                break


def _named(reader: Reader, node: Node, base: str, out: list[Field]) -> None:
    member = declared(reader, node, base)
    if member.name is None:
        return
    type_name = member.type
    if member.parameters is not None:
        arguments = [p.type for p in parameters_of(reader, member.parameters)[0]]
        type_name = f"{type_name}({', '.join(arguments)})"
    out.append(_field(reader, member.name, reader.slice(member.name), type_name))


def _field(reader: Reader, node: Node, name: str, type_name: str) -> Field:
    byte = node.start_byte + reader.delta
    return Field(name, type_name, reader.line_at(byte), reader.conditions.at(byte))


def _enum(reader: Reader, node: Node) -> str:
    name = "enum"
    for child in node.children:
        kind = child.kind_id
        if kind == TYPE_IDENTIFIER:
            name = f"enum {reader.slice(child)}"
        elif kind == _ENUMERATORS:
            _enumerators(reader, child, "")
    return name


def _enumerators(reader: Reader, node: Node, previous: str) -> str:
    """Read enumerators; returns the name of the last."""
    for child in node.children:
        kind = child.kind_id
        if kind == _ENUMERATOR:
            previous = _enumerator(reader, child, previous)
        elif kind in _CONDITIONAL or kind == ERROR:
            previous = _enumerators(reader, child, previous)
    return previous


def _enumerator(reader: Reader, node: Node, previous: str) -> str:
    name = node.children[0]
    if name.kind_id not in {IDENTIFIER, FIELD_IDENTIFIER}:
        return previous
    value: Code = ["op", "+", ["n", previous], ["i", 1]] if previous else ["i", 0]
    if len(node.children) > 2:  # noqa: PLR2004  # name = value
        value = reader.expression(node.children[-1])
    byte = name.start_byte + reader.delta
    text = reader.slice(name)
    line, guard = reader.line_at(byte), reader.conditions.at(byte)
    reader.found.enumerators.append((byte, Enumerator(text, value, line, guard)))
    return text
