"""The file scope: functions, declarations, and macros used there.  C11 6.9."""

import re

from tree_sitter import Node

from xref.extract.declarations import (
    declaration,
    parameter_scope,
    site_of,
    specifiers_of,
    type_definition,
)
from xref.extract.kinds import SKIPPED, number_of, numbers_of
from xref.extract.reader import Reader, enter_guards, note_depth, note_use
from xref.extract.structs import specified
from xref.extract.types import declared, parameters_of
from xref.records import Code, Function, FunctionKind, Parameter

_BLOCK = number_of("compound_statement")
_DECLARATION = number_of("declaration")
_INLINE = re.compile(r"inline")


def read_file(reader: Reader, node: Node) -> None:
    """Read all that stands at file scope under a root."""
    cursor = node.walk()
    is_more = cursor.goto_first_child()
    while is_more:
        child = cursor.node
        if child is not None:
            _read_item(reader, child)
        is_more = cursor.goto_next_sibling()


def _read_item(reader: Reader, node: Node) -> None:
    read = _SCOPE.get(node.kind_id)
    if read is None:
        return
    try:
        read(reader, node)
    except RecursionError:
        note_depth(reader, node)


def read_scope(reader: Reader, node: Node) -> None:
    """Read all that stands at file scope under a node."""
    for child in node.children:
        kind = child.kind_id
        if kind in SKIPPED:
            continue
        read = _SCOPE.get(kind)
        if read is not None:
            read(reader, child)


def conditional_group(reader: Reader, node: Node) -> None:
    """An arm of ``#if``; its condition is no code.  C11 6.10.1."""
    is_condition = False
    for child in node.children:
        kind = child.kind_id
        if kind in _CONDITIONS:
            is_condition = True
        elif kind == _NEWLINE:
            is_condition = False
        elif not is_condition and kind in _SCOPE:
            _SCOPE[kind](reader, child)


_CONDITIONS = numbers_of("'#if", "'#elif")
_NEWLINE = number_of("'\n")


def function_definition(reader: Reader, node: Node) -> None:
    """A function with its body.  C11 6.9.1."""
    specifiers = specifiers_of(reader, node)
    if not specifiers.declarators:
        read_scope(reader, node)
        return
    made = declared(reader, specifiers.declarators[-1], specifiers.base)
    if made.name is None or made.parameters is None:
        read_scope(reader, node)
        return
    parameters, is_variadic = parameters_of(reader, made.parameters)
    site, macro = site_of(reader, made.name, "function")
    body = _body(reader, node, parameters, site.name, made.type)
    is_syscall = "SYSCALL_DEFINE" in macro
    record = Function(
        name=site.name,
        kind=FunctionKind.SYSCALL if is_syscall else FunctionKind.FUNCTION,
        line=site.line,
        end_line=reader.line_at(node.end_byte + reader.delta),
        static="static" in specifiers.storage,
        inline=any(_INLINE.search(word) for word in specifiers.storage),
        returns=made.type,
        parameters=tuple(parameters),
        variadic=is_variadic,
        guard=site.guard,
        macro=macro,
        body=body,
    )
    reader.found.functions.append((site.byte, record))
    if macro and not is_syscall:
        # What else it defines is known when the macro is.
        name: Code = [["n", reader.slice(made.name)]]
        note_use(reader, made.name, ["call", ["n", macro], name, site.line])


def _body(
    reader: Reader, node: Node, parameters: list[Parameter], name: str, returns: str
) -> Code:
    """The statements of a function; K&R parameters get their types on the way."""
    body: Node | None = None
    for child in node.children:
        kind = child.kind_id
        if kind == _BLOCK:
            body = child
        elif kind == _DECLARATION:
            _old_parameters(reader, child, parameters)
    reader.function, reader.returns = name, returns
    reader.kept = set()
    enter_guards(reader, node)
    reader.scope = parameter_scope(parameters)
    statements: Code = []
    if body is not None:
        reader.statements[_BLOCK](reader, body, statements)
    reader.function, reader.returns, reader.scope = "", "", {}
    reader.guards = ()
    return statements


def _old_parameters(reader: Reader, node: Node, parameters: list[Parameter]) -> None:
    """K&R: ``int f(a) char *a; {...}``.  C11 6.9.1, 6."""
    specifiers = specifiers_of(reader, node)
    for declarator in specifiers.declarators:
        made = declared(reader, declarator, specifiers.base)
        if made.name is None or made.parameters is not None:
            continue
        name = reader.slice(made.name)
        for at, parameter in enumerate(parameters):
            if parameter.name == name:
                parameters[at] = Parameter(name, made.type)


def loose_type(reader: Reader, node: Node) -> None:
    """Read ``struct s {...};``."""
    specified(reader, node, "")


def loose_declaration(reader: Reader, node: Node) -> None:
    """A declaration at file scope."""
    declaration(reader, node, [])


def loose_typedef(reader: Reader, node: Node) -> None:
    """A typedef at file scope."""
    type_definition(reader, node, [])


def loose_expression(reader: Reader, node: Node) -> None:
    """Read a macro used at file scope: ``module_init(f);``."""
    for child in node.children:
        if child.kind_id not in SKIPPED:
            code = reader.expression(child)
            if code[0] == "call" and isinstance(code[1], list) and code[1][0] == "n":
                note_use(reader, child, code)


def loose_statement(reader: Reader, node: Node) -> None:
    """A statement at file scope: part of a function that could not be read."""
    code: Code = []
    reader.statements[node.kind_id](reader, node, code)


_STRAY = (
    "if_statement",
    "while_statement",
    "for_statement",
    "do_statement",
    "switch_statement",
    "case_statement",
    "return_statement",
    "labeled_statement",
    "compound_statement",
)
_SCOPE = {
    number: read
    for names, read in (
        (("function_definition",), function_definition),
        (("declaration",), loose_declaration),
        (("type_definition",), loose_typedef),
        (("struct_specifier", "union_specifier", "enum_specifier"), loose_type),
        (("expression_statement",), loose_expression),
        (("call_expression", "assignment_expression"), loose_expression),
        (("preproc_if", "preproc_elif"), conditional_group),
        (("preproc_ifdef", "preproc_else", "preproc_elifdef"), read_scope),
        (("linkage_specification", "declaration_list", "ERROR"), read_scope),
        (_STRAY, loose_statement),
    )
    for number in numbers_of(*names)
}
