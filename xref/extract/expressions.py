"""Expressions as Code; calls and assignments are noted on the way.  C11 6.5."""

import re

from tree_sitter import Node

from xref.extract.constants import character_of, integer_of
from xref.extract.initialisers import read_items
from xref.extract.kinds import (
    ERROR,
    IDENTIFIER,
    SKIPPED,
    number_of,
    numbers_of,
)
from xref.extract.reader import Reader, unread
from xref.extract.types import TYPES, base_of, described
from xref.extract.values import json_of, note_argument, note_assignment, text_json
from xref.records import CallKind, Code

_FIELD = number_of("field_expression")
_PARENTHESES = number_of("parenthesized_expression")
_ARGUMENTS = number_of("argument_list")
_BINARY = number_of("binary_expression")
_BLOCK = number_of("compound_statement")
_LIST = number_of("initializer_list")
_DESCRIPTOR = number_of("type_descriptor")
_STRINGS = numbers_of("string_literal", "concatenated_string")
_STRING_PARTS = numbers_of("string_content", "escape_sequence")
_COMMA = numbers_of("',")
_SIGNS = frozenset({"-", "+", "*", "&"})
_TYPE_SHAPE = re.compile(r"(?:__)?[usbl]e?\d+|\w+_t|__\w+\d+|uint|ulong|ushort|uchar")


def identifier(reader: Reader, node: Node) -> Code:
    """A name."""
    start, end = node.byte_range
    mark = reader.marks.get(start + reader.delta)
    if mark is not None and mark.kind == "type":
        return ["type", mark.text]
    return ["n", reader.text[start:end]]


def call(reader: Reader, node: Node) -> Code:
    """A call, or what looks like one: a function-like macro, a cast ``(u8)(x)``."""
    callee, arguments = node.children[0], node.children[-1]
    kind = callee.kind_id
    if arguments.kind_id != _ARGUMENTS:
        return unread(reader, node)
    if kind == IDENTIFIER:
        return _named_call(reader, callee, arguments)
    if kind == _PARENTHESES:
        name = _lone_name(reader, callee)
        if name and name not in reader.scope:
            return ["cast", name, _joined(_arguments(reader, arguments, ""))]
    return _pointer_call(reader, callee, arguments)


def _named_call(reader: Reader, callee: Node, arguments: Node) -> Code:
    start, end = callee.byte_range
    name = reader.text[start:end]
    mark = reader.mark(callee, "call")
    if mark is not None:
        name = mark.macro
    local = reader.scope.get(name)
    if local is None:
        line = reader.call(callee, CallKind.DIRECT, name)
        return ["call", ["n", name], _arguments(reader, arguments, name), line]
    line = reader.call(callee, CallKind.POINTER, local.json)
    return ["call", ["n", name], _arguments(reader, arguments, ""), line]


def _pointer_call(reader: Reader, callee: Node, arguments: Node) -> Code:
    code = reader.expression(callee)
    member = _member(callee)
    kind = CallKind.MEMBER if member is not None else CallKind.POINTER
    line = reader.call(member or callee, kind, json_of(code, reader.scope))
    return ["call", code, _arguments(reader, arguments, ""), line]


def _member(callee: Node | None) -> Node | None:
    """The name of the member that is called, seen through ``(*p->f[i])``."""
    while callee is not None:
        kind = callee.kind_id
        if kind == _FIELD:
            return callee.child_by_field_name("field")
        if kind == _PARENTHESES or kind in _INDIRECT:
            named = [child for child in callee.children if child.is_named]
            callee = named[0] if named else None
        else:
            return None
    return None


_INDIRECT = numbers_of("pointer_expression", "subscript_expression")


def _arguments(reader: Reader, node: Node, callee: str) -> Code:
    arguments: Code = []
    for child in node.children:
        kind = child.kind_id
        if kind in SKIPPED:
            continue
        code = reader.expressions.get(kind, unread)(reader, child)
        if callee and kind != ERROR:
            note_argument(reader, child, callee, len(arguments), code)
        arguments.append(code)
    return arguments


def _lone_name(reader: Reader, node: Node) -> str:
    """The name in ``(name)``, or ""."""
    children = node.children
    if len(children) == 3 and children[1].kind_id == IDENTIFIER:  # noqa: PLR2004
        return reader.slice(children[1])
    return ""


def _joined(codes: Code) -> Code:
    if len(codes) == 1 and isinstance(codes[0], list):
        return codes[0]
    return [",", codes]


def member(reader: Reader, node: Node) -> Code:
    """``a.b``, ``a->b``."""
    children = node.children
    if len(children) != 3:  # noqa: PLR2004  # something unreadable in between
        return unread(reader, node)
    inner, operator, field = children
    start, end = field.byte_range
    is_arrow = operator.end_byte - operator.start_byte > 1
    return [
        "->" if is_arrow else ".",
        reader.expression(inner),
        reader.text[start:end],
    ]


def element(reader: Reader, node: Node) -> Code:
    """``a[i]``."""
    named = _named(node)
    if len(named) != 2:  # noqa: PLR2004
        return unread(reader, node)
    return ["[]", reader.expression(named[0]), reader.expression(named[1])]


def indirection(reader: Reader, node: Node) -> Code:
    """``*p``, ``&x``."""
    operator, inner = node.children[0], node.children[-1]
    return [reader.slice(operator), reader.expression(inner)]


def assignment(reader: Reader, node: Node) -> Code:
    """``a = b``, ``a += b``."""
    children = [child for child in node.children if child.kind_id not in SKIPPED]
    if len(children) != 3:  # noqa: PLR2004
        return unread(reader, node)
    left, right = reader.expression(children[0]), reader.expression(children[2])
    operator = reader.slice(children[1])
    if operator == "=":
        note_assignment(reader, node, left, right)
    return ["=", operator, left, right, reader.line(node)]


def update(reader: Reader, node: Node) -> Code:
    """``x++``, ``--x``."""
    operator = "+=" if "++" in {reader.slice(part) for part in node.children} else "-="
    named = _named(node)
    inner = reader.expression(named[0]) if named else ["x", ""]
    return ["=", operator, inner, ["i", 1], reader.line(node)]


def conditional(reader: Reader, node: Node) -> Code:
    """``a ? b : c``; GNU C 6.8: b may be absent."""
    named = [reader.expression(child) for child in _named(node)]
    if len(named) == 2:  # noqa: PLR2004
        return ["?:", named[0], None, named[1]]
    if len(named) != 3:  # noqa: PLR2004
        return ["x", reader.slice(node)[:200]]
    return ["?:", *named]


def binary(reader: Reader, node: Node) -> Code:
    """Binary operators; a long chain ``a | b | c`` is read without recursion."""
    chain: list[tuple[str, Node]] = []
    while node.kind_id == _BINARY:
        children = [child for child in node.children if child.kind_id not in SKIPPED]
        if len(children) != 3:  # noqa: PLR2004
            break
        chain.append((reader.slice(children[1]), children[2]))
        node = children[0]
    if not chain:
        return unread(reader, node)
    operator, right = chain.pop()
    code = _first(reader, node, operator, right)
    for operator, right in reversed(chain):
        code = ["op", operator, code, reader.expression(right)]
    return code


def _first(reader: Reader, left: Node, operator: str, right: Node) -> Code:
    """A binary expression, or a cast: ``(u32)-1`` is read as a difference."""
    if operator in _SIGNS and left.kind_id == _PARENTHESES:
        name = _lone_name(reader, left)
        if name and name not in reader.scope and _TYPE_SHAPE.fullmatch(name):
            inner = reader.expression(right)
            is_sign = operator in {"-", "+"}
            signed: Code = ["op1", operator, inner] if is_sign else [operator, inner]
            return ["cast", name, signed]
    return ["op", operator, reader.expression(left), reader.expression(right)]


def unary(reader: Reader, node: Node) -> Code:
    """``-x``, ``~x``, ``!x``, ``+x``."""
    operator, inner = node.children[0], node.children[-1]
    return ["op1", reader.slice(operator), reader.expression(inner)]


def parentheses(reader: Reader, node: Node) -> Code:
    """``(x)``, and GNU C 6.1: ``({ statements })``."""
    named = _named(node)
    if not named:
        return ["x", reader.slice(node)[:200]]
    if len(named) > 1:
        return unread(reader, node)
    if named[0].kind_id == _BLOCK:
        return ["block", reader.block(named[0])]
    return reader.expression(named[0])


def comma(reader: Reader, node: Node) -> Code:
    """``a, b, c``."""
    codes: Code = []
    while node.kind_id == _COMMA_EXPRESSION:
        named = _named(node)
        codes += [reader.expression(child) for child in named[:-1]]
        if not named:
            return unread(reader, node)
        node = named[-1]
    return [",", [*codes, reader.expression(node)]]


_COMMA_EXPRESSION = number_of("comma_expression")


def cast(reader: Reader, node: Node) -> Code:
    """``(type)x``."""
    named = _named(node)
    if len(named) != 2:  # noqa: PLR2004
        return unread(reader, node)
    return ["cast", described(reader, named[0]), reader.expression(named[1])]


def compound_literal(reader: Reader, node: Node) -> Code:
    """``(struct s){ .a = b }``.  C11 6.5.2.5."""
    named = _named(node)
    if len(named) != 2 or named[1].kind_id != _LIST:  # noqa: PLR2004
        return unread(reader, node)
    type_name = described(reader, named[0])
    target = f'["init",{text_json(type_name)},[]]'
    return ["init", type_name, read_items(reader, named[1], target, type_name)]


def loose_list(reader: Reader, node: Node) -> Code:
    """An initialiser list of nothing that is known by name."""
    return ["init", None, read_items(reader, node, "", "")]


def size(reader: Reader, node: Node) -> Code:
    """``sizeof``, ``alignof``: nothing in it is called."""
    calls, stores = len(reader.found.calls), len(reader.found.stores)
    code: Code = ["x", ""]
    for child in node.children[1:]:
        kind = child.kind_id
        if kind == _DESCRIPTOR:
            code = _type_or_name(reader, described(reader, child))
        elif kind not in SKIPPED:
            code = reader.expression(child)
            if kind == _PARENTHESES and code[0] == "n":
                code = _type_or_name(reader, str(code[1]))
    del reader.found.calls[calls:]
    del reader.found.stores[stores:]
    return ["sizeof", code]


def _type_or_name(reader: Reader, text: str) -> Code:
    """What ``sizeof(text)`` asks about: only scope and shape can tell."""
    if text in reader.scope or not text.replace("_", "a").isalnum():
        return ["n", text] if text in reader.scope else ["type", text]
    if _TYPE_SHAPE.fullmatch(text) or text in _BASIC:
        return ["type", text]
    return ["n", text]


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


def generic(reader: Reader, node: Node) -> Code:
    """``_Generic(x, int: f, default: g)``.  C11 6.5.1.1."""
    named = _named(node)
    if not named:
        return unread(reader, node)
    choices: Code = []
    type_name: str | None = None
    for child in named[1:]:
        if child.kind_id == _DESCRIPTOR:
            text = described(reader, child)
            type_name = None if text == "default" else text
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


def last(reader: Reader, node: Node) -> Code:
    """``__extension__ x``."""
    return reader.expression(node.children[-1])


def number(reader: Reader, node: Node) -> Code:
    """A number; one with a fraction is kept as text."""
    text = reader.slice(node)
    value = integer_of(text)
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


def type_name(reader: Reader, node: Node) -> Code:
    """A type as an argument of a macro."""
    return ["type", described(reader, node)]


def _named(node: Node) -> list[Node]:
    return [
        child
        for child in node.children
        if child.kind_id not in SKIPPED and child.is_named
    ]


EXPRESSIONS = {
    number: read
    for names, read in (
        (("identifier", "field_identifier", "statement_identifier"), identifier),
        (("true", "false", "null"), identifier),
        (("call_expression",), call),
        (("field_expression",), member),
        (("subscript_expression",), element),
        (("pointer_expression",), indirection),
        (("assignment_expression",), assignment),
        (("update_expression",), update),
        (("conditional_expression",), conditional),
        (("binary_expression",), binary),
        (("unary_expression",), unary),
        (("parenthesized_expression",), parentheses),
        (("comma_expression",), comma),
        (("cast_expression",), cast),
        (("compound_literal_expression",), compound_literal),
        (("initializer_list",), loose_list),
        (("sizeof_expression", "alignof_expression"), size),
        (("offsetof_expression",), offset),
        (("generic_expression",), generic),
        (("gnu_asm_expression",), assembly),
        (("extension_expression",), last),
        (("number_literal",), number),
        (("char_literal",), character),
        (("string_literal", "concatenated_string"), string),
        (("type_descriptor", "type_identifier", "primitive_type"), type_name),
        (("struct_specifier", "union_specifier", "enum_specifier"), type_name),
        (("sized_type_specifier", "macro_type_specifier"), type_name),
    )
    for number in numbers_of(*names)
}
