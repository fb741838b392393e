"""What in a body is no statement of C: arms of ``#if``, macros with a block."""

from tree_sitter import Node

from xref.extract.declarations import specifiers_of, variable_scope
from xref.extract.guards import guards_of
from xref.extract.kinds import TYPE_IDENTIFIER, number_of, numbers_of
from xref.extract.reader import Reader
from xref.extract.sequences import block, sequence
from xref.extract.types import declared, name_of, parameters_of
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
    bodies: list[Code] = []
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
        bodies.append(inner)
        group = following
    if not has_else:
        directives.append("#else")
        bodies.append([])
    arms: Code = [list(arm) for arm in zip(guards_of(directives), bodies, strict=True)]
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
    if made.name is None or made.parameters is None:
        _macro_block(reader, node, declarator, out)
        return
    parameters, _ = parameters_of(reader, made.parameters)
    inner: Code = []
    outer = reader.scope
    reader.scope = {**outer, **variable_scope(parameters)}
    _function_body(reader, node, inner)
    reader.scope = outer
    is_static = int("static" in specifiers.storage)
    listed: Code = [[parameter.name, parameter.type] for parameter in parameters]
    name, line = reader.slice(made.name), reader.line(made.name)
    out.append(["function", name, made.type, listed, inner, line, is_static])


def _macro_block(
    reader: Reader, node: Node, declarator: Node | None, out: Code
) -> None:
    """``for_each_x(a) {...}``, which reads like a function: type, declarator, body."""
    head = node.children[0]
    name = reader.slice(head)
    line = reader.line(head)
    arguments: Code = []
    inner: Code = []
    if head.kind_id == TYPE_IDENTIFIER and declarator is not None:
        reader.call(head.start_byte + reader.delta, CallKind.DIRECT, name)
        arguments = [["x", reader.slice(child)] for child in declarator.named_children]
        if len(declarator.named_children) == 1:
            argument = name_of(declarator)
            text = reader.slice(declarator).strip("() \t\n*")
            if argument is not None and text == reader.slice(argument):
                stars = reader.slice(declarator).count("*")
                arguments = [_starred(text, stars)]
    _function_body(reader, node, inner)
    out.append(["walk", name, arguments, inner, line])


def _starred(name: str, stars: int) -> Code:
    code: Code = ["n", name]
    for _ in range(stars):
        code = ["*", code]
    return code


def _function_body(reader: Reader, node: Node, out: Code) -> None:
    for child in node.children:
        if child.kind_id == _BLOCK:
            block(reader, child, out)
