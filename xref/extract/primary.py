"""Expressions that hold no other to be evaluated.  C11 6.5.1, 6.5.3.4."""

import re
from typing import Final

from tree_sitter import Node

from xref.extract.constants import character_of, integer_of
from xref.extract.kinds import COMMENT, IDENTIFIER, SKIPPED, number_of, numbers_of
from xref.extract.reader import Reader, unread
from xref.extract.types import described, type_code
from xref.records import CallKind, Code

_PARENTHESES = number_of("parenthesized_expression")
_DESCRIPTOR = number_of("type_descriptor")
_STRINGS = numbers_of("string_literal", "concatenated_string")
_STRING_PARTS = numbers_of("string_content", "escape_sequence")
_COMMA = numbers_of("',")


def identifier(reader: Reader, node: Node) -> Code:
    """A name."""
    start, end = node.byte_range
    mark = reader.marks.get(start + reader.delta)
    if mark is not None:
        if mark.kind == "type":
            return type_code(reader, mark)
        if mark.kind == "operator":
            return ["x", mark.text]
    return ["n", reader.text[start:end]]


def size(reader: Reader, node: Node) -> Code:
    """``sizeof``, ``alignof``: nothing in it is called."""
    code: Code = ["x", ""]
    for child in node.children[1:]:
        kind = child.kind_id
        if kind == _DESCRIPTOR:
            code = _type_or_name(reader, described(reader, child))
        elif kind not in SKIPPED:
            code = reader.silently(child)
            if kind == _PARENTHESES and code[0] == "n":
                code = _type_or_name(reader, str(code[1]))
    return ["sizeof", code]


def is_type_shaped(name: str) -> bool:
    """Whether a name looks like a type's: ``u8``, ``__be32``, ``size_t``."""
    return _TYPE_SHAPE.fullmatch(name) is not None


def _type_or_name(reader: Reader, text: str) -> Code:
    """What ``sizeof(text)`` asks about: only scope and shape can tell."""
    if text in reader.scope or not text.replace("_", "a").isalnum():
        return ["n", text] if text in reader.scope else ["type", text]
    if is_type_shaped(text) or text in _BASIC:
        return ["type", text]
    return ["n", text]


_TYPE_SHAPE = re.compile(r"(?:__)?[usbl]e?\d+|\w+_t|__\w+\d+|uint|ulong|ushort|uchar")


_BASIC = frozenset({"char", "int", "long", "short", "float", "double", "bool", "void"})


def offset(reader: Reader, node: Node) -> Code:
    """``offsetof(type, member)``; the member may be ``a.b[0]``."""
    type_name = "?"
    member_start = node.end_byte
    for child in node.children:
        if child.kind_id == _DESCRIPTOR:
            type_name = described(reader, child)
        elif child.kind_id in _COMMA and member_start == node.end_byte:
            member_start = child.end_byte
    text = reader.text[member_start : node.end_byte - 1]
    return ["offsetof", type_name, "".join(text.split())]


UNLABELLED: Final = "_"
"""Stands before an association of ``_Generic`` that a macro writes, label and all."""


def generic(reader: Reader, node: Node) -> Code:
    """``_Generic(x, int: f, default: g)``.  C11 6.5.1.1."""
    named = [child for child in node.named_children if child.kind_id != COMMENT]
    if not named:
        return unread(reader, node)
    choices: Code = []
    type_name: str | None = None
    for child in named[1:]:
        if child.kind_id == _DESCRIPTOR:
            text = described(reader, child)
            type_name = None if text in {"default", UNLABELLED} else text
        else:
            choices.append([type_name, reader.expression(child)])
    return ["generic", reader.expression(named[0]), choices]


def assembly(reader: Reader, node: Node) -> Code:
    """``asm(...)``: its operands are read for the calls in them."""
    for child in node.children:
        if child.is_named and child.kind_id not in _STRINGS:
            assembly_operand(reader, child)
    return ["x", "asm"]


def assembly_operand(reader: Reader, node: Node) -> None:
    """An operand, or a list of them."""
    value = node.child_by_field_name("value")
    if value is not None:
        reader.expression(value)
        return
    for child in node.children:
        if child.is_named and child.kind_id not in _STRINGS:
            assembly_operand(reader, child)


def number(reader: Reader, node: Node) -> Code:
    """A number; one with a fraction is kept as text."""
    text = reader.slice(node)
    value = integer_of(text)  # the grammar reads the sign of -1 as part of it
    return ["x", text] if value is None else ["i", value]


def character(reader: Reader, node: Node) -> Code:
    """``'c'``."""
    return ["i", character_of(reader.slice(node))]


def string(reader: Reader, node: Node) -> Code:
    """A string, or several in a row; names between are macros' and are kept."""
    parts: list[str] = []
    _collect(reader, node, parts)
    text = "".join(parts)
    if not text.isascii():
        text = text.encode("latin-1").decode("utf-8", "replace")
    return ["s", text]


def _collect(reader: Reader, node: Node, parts: list[str]) -> None:
    for child in node.children:
        kind = child.kind_id
        if kind in _STRINGS:
            _collect(reader, child, parts)
        elif kind in _STRING_PARTS or kind == IDENTIFIER:
            parts.append(reader.slice(child))


def macro_type(reader: Reader, node: Node) -> Code:
    """A use of a macro with a type as its only argument: ``f(int *)``."""
    head = node.children[0]
    name = reader.slice(head)
    described_types: Code = [
        ["type", described(reader, child)]
        for child in node.children
        if child.kind_id == _DESCRIPTOR
    ]
    if "typeof" in name:
        return ["type", "?"]
    line = reader.call(head.start_byte + reader.delta, CallKind.DIRECT, name)
    return ["call", ["n", name], described_types, line]


def type_name(reader: Reader, node: Node) -> Code:
    """A type as an argument of a macro."""
    return ["type", described(reader, node)]
