"""Statements as Code.  C11 6.8; each reader adds to a list of statements."""

from tree_sitter import Node

from xref.extract.ambiguous import pointers_of
from xref.extract.declarations import declaration, declare_local, type_definition
from xref.extract.groups import conditional_group, nested_function
from xref.extract.kinds import ERROR, IDENTIFIER, SKIPPED, number_of, numbers_of
from xref.extract.reader import Reader, note_problem
from xref.extract.sequences import block, nothing, other, sequence
from xref.extract.structs import specified
from xref.extract.values import note_return
from xref.records import CallKind, Code

_BLOCK = number_of("compound_statement")
_ELSE = number_of("else_clause")
_DECLARATION = number_of("declaration")
_CONDITIONAL = number_of("conditional_expression")
_ASM = number_of("gnu_asm_expression")
_COMMA = number_of("comma_expression")
_WORDS = numbers_of(
    "'if",
    "'while",
    "'for",
    "'do",
    "'switch",
    "'case",
    "'return",
    "'else",
    "'default",
    "':",
    "comment",
    "'(",
    "')",
    "';",
)
_CLOSE = number_of("')")
_SEMICOLON = number_of("';")
_COLON = number_of("':")


def expression_statement(reader: Reader, node: Node, out: Code) -> None:
    """Read ``x;``."""
    for child in node.children:
        kind = child.kind_id
        if kind in SKIPPED:
            continue
        if kind == _ASM:
            reader.expression(child)
            out.append(["asm", reader.line(child)])
            continue
        if kind == IDENTIFIER:
            mark = reader.mark(child, "label")
            if mark is not None:
                out.append(["label", reader.slice(child)])
                continue
        pointers = pointers_of(reader, child)
        for pointer in pointers:
            declare_local(reader, *pointer, out=out)
        if not pointers:
            out.append(["e", reader.expression(child), reader.line(child)])


def if_statement(reader: Reader, node: Node, out: Code) -> None:
    """``if (c) a else b``; a long ``else if`` chain is read without recursion."""
    for _ in range(_ELSE_AT_MOST):
        line = reader.line(node)
        condition, then, otherwise = _if_parts(reader, node)
        branch: Code = []
        out.append(["if", condition, then, branch, line])
        if otherwise is None:
            return
        if otherwise.kind_id != node.kind_id:
            _body(reader, otherwise, branch)
            return
        node, out = otherwise, branch
    rest: Node | None = node
    while rest is not None and rest.kind_id == node.kind_id:
        *_, rest = _if_parts(reader, rest)
    out.append(["?", "else if", reader.line(node)])
    note_problem(reader, node, "depth")


_ELSE_AT_MOST = 150
"""Deeper nesting is what readers of the Code, JSON among them, have no room for."""


def _if_parts(reader: Reader, node: Node) -> tuple[Code, Code, Node | None]:
    condition: Code | None = None
    then: Code = []
    otherwise: Node | None = None
    for child in node.children[1:]:
        kind = child.kind_id
        if kind in SKIPPED:
            continue
        if kind == _ELSE:
            parts = [part for part in child.children[1:] if part.kind_id not in SKIPPED]
            otherwise = parts[0] if parts else None
        elif condition is None:
            condition = reader.expression(child)
        else:
            _body(reader, child, then)
    return condition or ["x", ""], then, otherwise


def _body(reader: Reader, node: Node, out: Code) -> None:
    """A statement as the body of another; a block's braces are left out."""
    reader.statements.get(node.kind_id, other)(reader, node, out)


def while_statement(reader: Reader, node: Node, out: Code) -> None:
    """``while (c) x``, and what cleaning made one: ``for_each_x(a, b) x``."""
    parts = [child for child in node.children[1:] if child.kind_id not in SKIPPED]
    body: Code = []
    line = reader.line(node)
    mark = reader.mark(node, "walk")
    if mark is not None:
        reader.call(mark.start_byte, CallKind.DIRECT, mark.macro)
    condition = reader.expression(parts[0]) if parts else None
    for part in parts[1:]:
        _body(reader, part, body)
    if mark is None:
        out.append(["loop", "while", None, condition, None, body, line])
        return
    arguments: Code = [] if condition is None else [condition]
    if condition is not None and condition[0] == ",":
        arguments = condition[1]  # type: ignore[assignment]  # see records: ","
    out.append(["walk", mark.macro, arguments, body, line])


def do_statement(reader: Reader, node: Node, out: Code) -> None:
    """Read ``do x while (c);``."""
    body: Code = []
    line = reader.line(node)
    condition: Code | None = None
    is_body = True
    for child in node.children[1:]:
        if child.kind_id in _WORDS:
            is_body = is_body and child.type != "while"
        elif is_body:
            _body(reader, child, body)
        else:
            condition = reader.expression(child)
    out.append(["loop", "do", None, condition, None, body, line])


def for_statement(reader: Reader, node: Node, out: Code) -> None:
    """``for (a; b; c) x``; its names live as long as it does."""
    outer = reader.scope
    reader.scope = dict(outer)
    start: Code | None = None
    heads: list[Code | None] = [None, None, None]
    at = 0
    body: Code = []
    is_head = True
    for child in node.children[1:]:
        kind = child.kind_id
        if kind == _DECLARATION:
            start = []
            declaration(reader, child, start)
            at = 1
        elif not is_head and kind not in SKIPPED:
            _body(reader, child, body)
        elif kind == _CLOSE:
            is_head = False
        elif kind == _SEMICOLON:
            at += 1
        elif kind not in SKIPPED and at < len(heads):
            heads[at] = reader.expression(child)
    if heads[0] is not None:
        start = [["e", heads[0], reader.line(node)]]
    reader.scope = outer
    out.append(["loop", "for", start, heads[1], heads[2], body, reader.line(node)])


def switch_statement(reader: Reader, node: Node, out: Code) -> None:
    """Read ``switch (x) { ... }``."""
    parts = [child for child in node.children[1:] if child.kind_id not in SKIPPED]
    line = reader.line(node)
    nothing_read: Code = ["x", ""]
    value = reader.expression(parts[0]) if parts else nothing_read
    body: Code = []
    for part in parts[1:]:
        _body(reader, part, body)
    out.append(["switch", value, body, line])


def case_statement(reader: Reader, node: Node, out: Code) -> None:
    """``case A:`` and what follows; GNU C 6.30: ``case A ... B:``."""
    children = node.children
    low: Code | None = None
    high: Code | None = None
    at = 1
    while at < len(children) and children[at].kind_id != _COLON:
        child = children[at]
        at += 1
        if child.kind_id in SKIPPED:
            continue
        if child.kind_id == ERROR:
            named = [part for part in child.children if part.is_named]
            high = reader.expression(named[-1]) if named else None
        else:
            low, high = _range(reader, child)
    out.append(["default"] if low is None else ["case", low, high])
    sequence(reader, children[at + 1 :], out)


def _range(reader: Reader, node: Node) -> tuple[Code, Code | None]:
    """The ends of ``A ?: B``, which cleaning writes for ``A ... B``."""
    code = reader.expression(node)
    if node.kind_id == _CONDITIONAL and code[0] == "?:" and code[2] is None:
        for child in node.children:
            if reader.mark(child, "range") is not None:
                return code[1], code[3]  # type: ignore[return-value]  # see records
    return code, None


def return_statement(reader: Reader, node: Node, out: Code) -> None:
    """Read ``return x;``."""
    value: Code | None = None
    for child in node.children[1:]:
        if child.kind_id not in SKIPPED:
            value = reader.expression(child)
            note_return(reader, child, value)
    out.append(["return", value, reader.line(node)])


def break_statement(_reader: Reader, _node: Node, out: Code) -> None:
    """Read ``break;``."""
    out.append(["break"])


def continue_statement(_reader: Reader, _node: Node, out: Code) -> None:
    """Read ``continue;``."""
    out.append(["continue"])


def goto_statement(reader: Reader, node: Node, out: Code) -> None:
    """Read ``goto out;``; GNU C 6.3: ``goto *x;``."""
    for child in node.children[1:]:
        if child.kind_id not in SKIPPED:
            out.append(["goto", reader.slice(child)])
            return


def labeled_statement(reader: Reader, node: Node, out: Code) -> None:
    """Read ``out: x``."""
    children = [child for child in node.children if child.kind_id not in SKIPPED]
    out.append(["label", reader.slice(children[0])])
    sequence(reader, [c for c in children[1:] if c.kind_id != _COLON], out)


def loose_type(reader: Reader, node: Node, _out: Code) -> None:
    """Read ``struct s {...};`` in a function."""
    specified(reader, node, f"{reader.function}::")


def attributed(reader: Reader, node: Node, out: Code) -> None:
    """Read ``[[fallthrough]] x;``."""
    sequence(reader, node.children, out)


STATEMENTS = {
    number: read
    for names, read in (
        (("compound_statement",), block),
        (("expression_statement",), expression_statement),
        (("if_statement",), if_statement),
        (("while_statement",), while_statement),
        (("do_statement",), do_statement),
        (("for_statement",), for_statement),
        (("switch_statement",), switch_statement),
        (("case_statement",), case_statement),
        (("return_statement",), return_statement),
        (("break_statement",), break_statement),
        (("continue_statement",), continue_statement),
        (("goto_statement",), goto_statement),
        (("labeled_statement",), labeled_statement),
        (("attributed_statement",), attributed),
        (("declaration",), declaration),
        (("type_definition",), type_definition),
        (("struct_specifier", "union_specifier", "enum_specifier"), loose_type),
        (("function_definition",), nested_function),
        (("preproc_if", "preproc_ifdef"), conditional_group),
        (("preproc_def", "preproc_function_def"), nothing),
        (("preproc_call", "preproc_include", "preproc_directive"), nothing),
    )
    for number in numbers_of(*names)
}
