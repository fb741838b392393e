"""What in a body is no statement of C: arms of ``#if``, macros with a block."""

from tree_sitter import Node

from xref.extract.declarations import specifiers_of, variable_scope
from xref.extract.guards import guard_of
from xref.extract.kinds import COMMENT, number_of, numbers_of
from xref.extract.reader import Reader
from xref.extract.sequences import block, sequence
from xref.extract.types import TYPES, Declared, declared, parameters_of
from xref.records import CallKind, Code

_BLOCK = number_of("compound_statement")
_ELSES = numbers_of("preproc_else", "preproc_elif", "preproc_elifdef")
_DIRECTIVES = numbers_of(
    "'#if",
    "'#ifdef",
    "'#ifndef",
    "'#else",
    "'#elif",
    "'#elifdef",
    "'#elifndef",
    "'#endif",
    "'\n",
    "preproc_directive",
)


def conditional_group(reader: Reader, node: Node, out: Code) -> None:
    """``#if`` and its arms.  C11 6.10.1."""
    arms: Code = []
    directives: list[str] = []
    group: Node | None = node
    line = reader.line(node)
    has_else = False
    while group is not None:
        directives.append(_directive(reader, group))
        has_else = has_else or group.type == "preproc_else"
        inner: Code = []
        following: Node | None = None
        rest = []
        for child in group.children:
            if child.kind_id in _ELSES:
                following = child
            else:
                rest.append(child)
        sequence(reader, _arm(rest), inner)
        arms.append([guard_of(tuple(directives)), inner])
        group = following
    if not has_else:
        arms.append([guard_of((*directives, "#else")), []])
    out.append(["cpp", arms, line])


def _arm(children: list[Node]) -> list[Node]:
    """The statements of an arm, without the directive and its condition."""
    statements = []
    is_condition = False
    for child in children:
        if child.kind_id in _DIRECTIVES:
            word = child.type
            is_condition = word not in {"#else", "#endif", "\n"}
        elif is_condition:
            is_condition = False
        else:
            statements.append(child)
    return statements


def _directive(reader: Reader, node: Node) -> str:
    """The directive that opens an arm, as written."""
    start = node.start_byte
    end = reader.text.find("\n", start)
    while end > 0 and reader.text[end - 1] == "\\":
        end = reader.text.find("\n", end + 1)
    return reader.text[start : end if end >= 0 else None]


def nested_function(reader: Reader, node: Node, out: Code) -> None:
    """A function within another: in a macro that defines functions."""
    specifiers = specifiers_of(reader, node)
    declarator = specifiers.declarators[-1] if specifiers.declarators else None
    made = declared(reader, declarator, specifiers.base)
    inner: Code = []
    outer = reader.scope
    if made.name is None or made.parameters is None:
        _function_body(reader, node, inner)
        out.append(["{", inner])
        return
    name, line = reader.slice(made.name), reader.line(made.name)
    if not any(child.kind_id in TYPES for child in node.children):
        _macro_block(reader, node, made, out)
        return
    parameters, _ = parameters_of(reader, made.parameters)
    reader.scope = {**outer, **variable_scope(parameters)}
    _function_body(reader, node, inner)
    reader.scope = outer
    is_static = int("static" in specifiers.storage)
    listed: Code = [[parameter.name, parameter.type] for parameter in parameters]
    out.append(["function", name, made.type, listed, inner, line, is_static])


def _macro_block(reader: Reader, node: Node, made: Declared, out: Code) -> None:
    """``for_each_x(a, b) {...}``, which reads like a function without a type."""
    if made.name is None or made.parameters is None:
        return
    name = reader.slice(made.name)
    line = reader.call(made.name.start_byte + reader.delta, CallKind.DIRECT, name)
    arguments: Code = [
        reader.expression(child)
        for child in made.parameters.named_children
        if child.kind_id != COMMENT
    ]
    inner: Code = []
    _function_body(reader, node, inner)
    out.append(["walk", name, arguments, inner, line])


def _function_body(reader: Reader, node: Node, out: Code) -> None:
    for child in node.children:
        if child.kind_id == _BLOCK:
            block(reader, child, out)
