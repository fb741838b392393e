"""Calls as Code, noted as facts.  C11 6.5.2.2."""

from tree_sitter import Node

from xref.extract.kinds import COMMENT, IDENTIFIER, number_of, numbers_of
from xref.extract.reader import Reader, unread
from xref.extract.values import ADDRESSLESS, json_of, note_argument
from xref.records import CallKind, Code

_FIELD = number_of("field_expression")
_PARENTHESES = number_of("parenthesized_expression")
_ARGUMENTS = number_of("argument_list")
_CALL = number_of("call_expression")
_CAST = number_of("cast_expression")
_INDIRECT = numbers_of(
    "pointer_expression",
    "subscript_expression",
    "parenthesized_expression",
    "call_expression",
)


_NEVER_CALLED = frozenset({"s", "i", "x"})
"""Of an operand of assembly, ``"=r" (x)``, or of what could not be read."""


def call(reader: Reader, node: Node) -> Code:
    """A call, or what looks like one: a function-like macro, a cast ``(u8)(x)``."""
    children = node.children
    callee, arguments = children[0], children[-1]
    if arguments.kind_id != _ARGUMENTS:
        return unread(reader, node)
    kind = callee.kind_id
    if kind == IDENTIFIER:
        start, end = callee.byte_range
        name = reader.text[start:end]
        start += reader.delta
        mark = reader.marks.get(start)
        if mark is not None and mark.kind == "call":
            name = mark.macro
            if name == "offsetof":
                return _offset(reader, arguments)
        return _named_call(reader, start, name, arguments)
    if kind == _PARENTHESES:
        name = lone_name(reader, callee)
        if name and name not in reader.scope and name not in reader.objects:
            return ["cast", name, _joined(_arguments(reader, arguments, ""))]
    return _pointer_call(reader, callee, arguments)


def _offset(reader: Reader, arguments: Node) -> Code:
    """``offsetof(type, a.b[0])``, which cleaning makes a call of another name."""
    named = arguments.named_children
    if len(named) != 2:  # noqa: PLR2004
        return unread(reader, arguments)
    code = reader.silently(named[0])
    type_name = code[1] if code[0] in {"type", "n"} else "?"
    return ["offsetof", type_name, "".join(reader.slice(named[1]).split())]


def _named_call(reader: Reader, start: int, name: str, arguments: Node) -> Code:
    local = reader.scope.get(name)
    if local is None and not reader.objects.get(name, "").endswith(")"):
        line = reader.call(start, CallKind.DIRECT, name)
        return ["call", ["n", name], _arguments(reader, arguments, name), line]
    # A type by name may be that of a function, which is no pointer to one.
    json = f'["n","{name}"]' if local is None else local.json
    line = reader.call(start, CallKind.POINTER, json)
    return ["call", ["n", name], _arguments(reader, arguments, ""), line]


def _pointer_call(reader: Reader, callee: Node, arguments: Node) -> Code:
    code = reader.expression(callee)
    inner = code[2] if code[0] == "cast" else None
    is_name = isinstance(inner, list) and inner[0] == "n"
    if isinstance(inner, list) and is_name and inner[1] not in reader.scope:
        if _is_cast_in(callee):  # ((fn_t)f)(x)
            return _cast_call(reader, callee, code, arguments)
        # ``(u64)(be32)(x)``: C11 6.5.4, two casts, of which the grammar makes a call.
        value = _joined(_arguments(reader, arguments, ""))
        return ["cast", code[1], ["cast", inner[1], value]]
    if code[0] in _NEVER_CALLED:
        _arguments(reader, arguments, "")
        return ["x", " ".join(reader.slice(callee).split())[:200]]
    member = _member(callee)
    kind = CallKind.MEMBER if member is not None else CallKind.POINTER
    start = (member or callee).start_byte + reader.delta
    line = reader.call(start, kind, json_of(code, reader.scope))
    return ["call", code, _arguments(reader, arguments, ""), line]


def _is_cast_in(callee: Node) -> bool:
    inner = [child.kind_id for child in callee.children if child.is_named]
    return callee.kind_id == _PARENTHESES and inner == [_CAST]


def _cast_call(reader: Reader, callee: Node, code: Code, arguments: Node) -> Code:
    """A function that is called as one of another type."""
    name = str(code[2][1])  # type: ignore[index]  # a cast of a name
    start = callee.start_byte + reader.delta
    line = reader.call(start, CallKind.DIRECT, name)
    return ["call", code, _arguments(reader, arguments, name), line]


def _member(callee: Node | None) -> Node | None:
    """The name of the member that is called, seen through ``(*p->f[i])``.

    Also through ``READ_ONCE(p->f)``: what wraps a member names it as well.
    """
    while callee is not None:
        kind = callee.kind_id
        if kind == _FIELD:
            return callee.child_by_field_name("field")
        if kind == _CALL:  # READ_ONCE(p->f)(x)
            callee = callee.children[-1]
        if kind in _INDIRECT:
            named = [child for child in callee.children if child.is_named]
            callee = named[0] if named else None
        else:
            return None
    return None


def _arguments(reader: Reader, node: Node, callee: str) -> Code:
    arguments: Code = []
    expressions = reader.expressions
    for child in node.named_children:
        read = expressions.get(child.kind_id)
        if read is None:
            if child.kind_id != COMMENT:
                arguments.append(unread(reader, child))
            continue
        code = read(reader, child)
        if callee and code[0] not in ADDRESSLESS:
            note_argument(reader, child, (callee, len(arguments)), code)
        arguments.append(code)
    return arguments


def lone_name(reader: Reader, node: Node) -> str:
    """The name in ``(name)``, or ""."""
    children = node.children
    if len(children) == 3 and children[1].kind_id == IDENTIFIER:  # noqa: PLR2004
        return reader.slice(children[1])
    return ""


def _joined(codes: Code) -> Code:
    if len(codes) == 1 and isinstance(codes[0], list):
        return codes[0]
    return [",", codes]
