"""Expressions as Code; calls and assignments are noted on the way.  C11 6.5."""

from tree_sitter import Node

from xref.extract.calls import call, lone_name
from xref.extract.initialisers import read_items
from xref.extract.kinds import COMMENT, OPERATORS, number_of, numbers_of
from xref.extract.primary import (
    assembly,
    character,
    generic,
    identifier,
    is_type_shaped,
    macro_type,
    number,
    offset,
    size,
    string,
    type_name,
)
from xref.extract.reader import Reader, unread
from xref.extract.types import described
from xref.extract.values import note_assignment, text_json
from xref.records import Code

_PARENTHESES = number_of("parenthesized_expression")
_BINARY = number_of("binary_expression")
_BLOCK = number_of("compound_statement")
_LIST = number_of("initializer_list")
_COMMA = number_of("comma_expression")
_ARROW = number_of("'->")
_EQUALS = number_of("'=")
_SIGNS = frozenset({"-", "+", "*", "&"})


def member(reader: Reader, node: Node) -> Code:
    """``a.b``, ``a->b``."""
    children = node.children
    if len(children) != 3:  # noqa: PLR2004  # something unreadable in between
        return unread(reader, node)
    inner, operator, field = children
    start, end = field.byte_range
    code = reader.expressions.get(inner.kind_id, unread)(reader, inner)
    tag = "->" if operator.kind_id == _ARROW else "."
    return [tag, code, reader.text[start:end]]


def element(reader: Reader, node: Node) -> Code:
    """``a[i]``."""
    named = _named(node)
    if len(named) != 2:  # noqa: PLR2004
        return unread(reader, node)
    return ["[]", reader.expression(named[0]), reader.expression(named[1])]


def indirection(reader: Reader, node: Node) -> Code:
    """``*p``, ``&x``."""
    operator, inner = node.children[0], node.children[-1]
    code = reader.expressions.get(inner.kind_id, unread)(reader, inner)
    return [OPERATORS.get(operator.kind_id, "*"), code]


def assignment(reader: Reader, node: Node) -> Code:
    """``a = b``, ``a += b``."""
    children = node.children
    if len(children) != 3:  # noqa: PLR2004
        return unread(reader, node)
    is_designated = "designator" in reader.kinds
    if is_designated and reader.mark(children[0], "designator") is not None:
        # The argument of a macro: ``CONFIG(.event = 1)``.
        field: Code = [[".", reader.slice(children[0])]]
        item: Code = [field, reader.expression(children[2]), reader.line(node)]
        return ["init", None, [item]]
    left, right = reader.expression(children[0]), reader.expression(children[2])
    operator = "="
    if children[1].kind_id == _EQUALS:
        note_assignment(reader, node, left, right)
    else:
        operator = OPERATORS.get(children[1].kind_id, "?")
    return ["=", operator, left, right, reader.line(node)]


def update(reader: Reader, node: Node) -> Code:
    """``x++``, ``--x``."""
    operator = "+=" if "++" in {reader.slice(part) for part in node.children} else "-="
    named = _named(node)
    nothing: Code = ["x", ""]
    inner = reader.expression(named[0]) if named else nothing
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
        children = node.children
        if len(children) != 3:  # noqa: PLR2004
            break
        chain.append((OPERATORS.get(children[1].kind_id, "?"), children[2]))
        node = children[0]
    if not chain:
        return unread(reader, node)
    chain.append(("", node))
    chain.reverse()
    if len(chain) > _LONG:
        return _long_chain(reader, chain)
    code, at = _operand(reader, chain, 0)
    while at < len(chain):
        operator = chain[at][0]
        right, at = _operand(reader, chain, at)
        code = ["op", operator, code, right]
    return code


_LONG = 64
_ASSOCIATIVE = frozenset({"|", "||", "&", "&&", "+", "^", "*"})


def _long_chain(reader: Reader, chain: list[tuple[str, Node]]) -> Code:
    """A long chain as a balanced tree, so that no reader of it has to go deep."""
    operators = {operator for operator, _ in chain[1:]}
    codes: list[Code] = []
    at = 0
    while at < len(chain):
        code, at = _operand(reader, chain, at)
        codes.append(code)
    operator = operators.pop()
    if operators or operator not in _ASSOCIATIVE:
        return ["x", f"{len(codes)} operands"]
    while len(codes) > 1:
        pairs: list[Code] = [
            ["op", operator, left, right]
            for left, right in zip(codes[::2], codes[1::2], strict=False)
        ]
        codes = pairs + codes[len(pairs) * 2 :]
    return codes[0]


def _operand(
    reader: Reader, chain: list[tuple[str, Node]], at: int
) -> tuple[Code, int]:
    """An operand of a chain and where the next is.

    ``(u32)-1`` is read as a difference: only the name tells that it is a cast.
    """
    node = chain[at][1]
    kind = node.kind_id
    if kind == _PARENTHESES and at + 1 < len(chain) and chain[at + 1][0] in _SIGNS:
        name = lone_name(reader, node)
        if name and name not in reader.scope and is_type_shaped(name):
            operator, right = chain[at + 1]
            inner = reader.expression(right)
            is_unary = operator in {"-", "+"}
            signed: Code = ["op1", operator, inner] if is_unary else [operator, inner]
            return ["cast", name, signed], at + 2
    return reader.expressions.get(kind, unread)(reader, node), at + 1


def unary(reader: Reader, node: Node) -> Code:
    """``-x``, ``~x``, ``!x``, ``+x``."""
    operator, inner = node.children[0], node.children[-1]
    code = reader.expressions.get(inner.kind_id, unread)(reader, inner)
    return ["op1", OPERATORS.get(operator.kind_id, "?"), code]


def parentheses(reader: Reader, node: Node) -> Code:
    """``(x)``, and GNU C 6.1: ``({ statements })``."""
    named = node.named_children
    if len(named) != 1:
        return unread(reader, node)
    inner = named[0]
    if inner.kind_id == _BLOCK:
        return ["block", reader.block(inner)]
    return reader.expressions.get(inner.kind_id, unread)(reader, inner)


def comma(reader: Reader, node: Node) -> Code:
    """``a, b, c``."""
    codes: Code = []
    while node.kind_id == _COMMA:
        named = _named(node)
        codes += [reader.expression(child) for child in named[:-1]]
        if not named:
            return unread(reader, node)
        node = named[-1]
    return [",", [*codes, reader.expression(node)]]


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


def last(reader: Reader, node: Node) -> Code:
    """``__extension__ x``."""
    return reader.expression(node.children[-1])


def _named(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.kind_id != COMMENT]


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
        (("sized_type_specifier",), type_name),
        (("macro_type_specifier",), macro_type),
    )
    for number in numbers_of(*names)
}
