"""Types as normalised strings (see ``records``), and what declarators make of them."""

import re
from typing import NamedTuple

from tree_sitter import Node

from xref.extract.kinds import (
    FIELD_IDENTIFIER,
    IDENTIFIER,
    TYPE_IDENTIFIER,
    number_of,
    numbers_of,
)
from xref.extract.reader import Mark, Reader
from xref.extract.values import type_of
from xref.records import Code, Parameter

TYPES = numbers_of(
    "primitive_type",
    "type_identifier",
    "sized_type_specifier",
    "struct_specifier",
    "union_specifier",
    "enum_specifier",
    "macro_type_specifier",
)
STRUCT, UNION = number_of("struct_specifier"), number_of("union_specifier")
ENUM = number_of("enum_specifier")
TAGGED = {STRUCT: "struct", UNION: "union", ENUM: "enum"}
_PRIMITIVE = number_of("primitive_type")
_SIZED = number_of("sized_type_specifier")
_DESCRIPTOR = number_of("type_descriptor")
_NAMES = frozenset({IDENTIFIER, FIELD_IDENTIFIER, TYPE_IDENTIFIER})
_POINTERS = numbers_of("pointer_declarator", "abstract_pointer_declarator")
_ARRAYS = numbers_of("array_declarator", "abstract_array_declarator")
_FUNCTIONS = numbers_of("function_declarator", "abstract_function_declarator")
_WRAPPERS = numbers_of(
    "parenthesized_declarator",
    "abstract_parenthesized_declarator",
    "attributed_declarator",
    "init_declarator",
)
DECLARATORS = _NAMES | _POINTERS | _ARRAYS | _FUNCTIONS | _WRAPPERS
_PARAMETERS = number_of("parameter_list")
_PARAMETER = number_of("parameter_declaration")
_VARIADIC = number_of("variadic_parameter")
_WORD = re.compile(r"\w+")


class Declared(NamedTuple):
    """What a declarator declares."""

    name: Node | None
    """The node of the name; None in an abstract declarator."""
    type: str
    """Of a function, that of what it returns."""
    parameters: Node | None
    """The list of parameters when a function is declared, not a pointer to one."""


def declared(reader: Reader, node: Node | None, base: str) -> Declared:
    """Read a declarator.  C11 6.7.6, from the outside to the name."""
    prefix, suffix = base, ""
    pending: Node | None = None
    while node is not None:
        kind = node.kind_id
        if kind in _NAMES:
            break
        if kind not in _WRAPPERS and pending is not None:
            suffix = f"({_listed(reader, pending)}){suffix}"
            pending = None
        if kind in _POINTERS:
            prefix, suffix = _pointed(prefix, suffix)
        elif kind in _ARRAYS:
            suffix = f"[]{suffix}"
        elif kind in _FUNCTIONS:
            pending = _child(node, _PARAMETERS)
        node = _inner(node)
    return Declared(node, f"{prefix}{suffix}", pending)


def name_of(node: Node | None) -> Node | None:
    """The node of the name that a declarator declares."""
    while node is not None and node.kind_id not in _NAMES:
        node = _inner(node)
    return node


def parameters_of(reader: Reader, node: Node) -> tuple[list[Parameter], bool]:
    """The parameters of a function and whether more may follow."""
    parameters = []
    is_variadic = False
    for child in node.named_children:
        kind = child.kind_id
        if kind == _PARAMETER:
            parameter = _parameter(reader, child)
            if parameter.name or parameter.type != "void":
                parameters.append(parameter)
        elif kind == _VARIADIC:
            is_variadic = True
        elif kind == IDENTIFIER:  # K&R, C11 6.9.1: an identifier list
            parameters.append(Parameter(reader.slice(child), "int"))
    return parameters, is_variadic


def described(reader: Reader, node: Node) -> str:
    """The type of a type name: ``struct sock *`` in a cast.  C11 6.7.7."""
    if node.kind_id != _DESCRIPTOR:
        return base_of(reader, node)
    base, inner = "?", None
    for child in node.children:
        kind = child.kind_id
        if kind in TYPES:
            base = base_of(reader, child)
        elif kind in DECLARATORS:
            inner = child
    type_ = declared(reader, inner, base)
    if type_.parameters is None:
        return type_.type
    return f"{type_.type}({_listed(reader, type_.parameters)})"


def base_of(reader: Reader, node: Node) -> str:
    """The type of a specifier; bodies of structs are not read here."""
    kind = node.kind_id
    if kind == TYPE_IDENTIFIER:
        mark = reader.mark(node, "type")
        return marked(reader, mark) if mark else reader.slice(node)
    if kind == _PRIMITIVE:
        return reader.slice(node)
    word = TAGGED.get(kind)
    if word is not None:
        name = _child(node, TYPE_IDENTIFIER)
        return f"{word} {reader.slice(name)}" if name else word
    if kind == _SIZED:
        return _sized(reader.slice(node))
    return _computed(reader, node)


def _sized(text: str) -> str:
    """The one spelling of ``long unsigned int``.  C11 6.7.2."""
    words = _WORD.findall(text)
    is_unsigned = "unsigned" in words
    rest = sorted(word for word in words if word in {"short", "long", "char", "double"})
    others = [word for word in words if word not in _SIGNS and word not in rest]
    size = " ".join(reversed(rest)) if "double" in rest else " ".join(rest)
    size = " ".join([size, *others]).strip() or "int"
    if size == "char" and "signed" in words:
        return "signed char"
    return f"unsigned {size}" if is_unsigned else size


_SIGNS = frozenset({"unsigned", "signed", "int", "const", "volatile", "__signed__"})


_STARS = re.compile(r"\s*\*")
_TYPEOF = re.compile(
    r"_*typeof\w*\s*\(\s*(?P<operator>[*&]?)\s*(?P<open>\(\s*)?"
    r"(?P<name>\w+)\s*(?(open)\)\s*)\)"
)


def marked(reader: Reader, mark: Mark) -> str:
    """The type that a mark of cleaning tells; of ``typeof`` where it is simple."""
    text = mark.text
    if "typeof" not in text:
        return _STARS.sub(" *", text)
    code = _asked(text)
    return type_of(code, reader.scope) if code else "?"


def _asked(text: str) -> Code:
    """What ``typeof(x)`` asks about where it is simple; [] where it is not."""
    match = _TYPEOF.fullmatch(text)
    if match is None:
        return []
    code: Code = ["n", match["name"]]
    return [match["operator"], code] if match["operator"] else code


def type_code(reader: Reader, mark: Mark) -> Code:
    """A type that a mark of cleaning tells, as an argument of a macro."""
    type_ = marked(reader, mark)
    asked = _asked(mark.text) if type_ in {"?", ""} else []
    return ["type", "?", asked] if asked else ["type", type_]


def _computed(reader: Reader, node: Node) -> str:
    """The type of ``typeof(x)`` where it is simple, else "?".  GNU C 6.7."""
    for child in node.children:
        if child.kind_id == _DESCRIPTOR:
            text = described(reader, child)
            base = text.rstrip(" *[]")
            local = reader.scope.get(base)
            if local is None:
                return text if " " in base else "?"
            return f"{local.type}{text[len(base) :]}"
    return "?"


def _pointed(prefix: str, suffix: str) -> tuple[str, str]:
    """A pointer to what was declared so far; the name stands between the two."""
    if not suffix:
        return f"{prefix} *", ""
    if suffix[0] == ")":
        return f"{prefix}*", suffix
    return f"{prefix} (*", f"){suffix}"


def _inner(node: Node) -> Node | None:
    for child in node.children:
        if child.kind_id in DECLARATORS:
            return child
    return None


def _child(node: Node, kind: int) -> Node | None:
    for child in node.children:
        if child.kind_id == kind:
            return child
    return None


def _listed(reader: Reader, node: Node) -> str:
    names = []
    for child in node.children:
        if child.kind_id == _PARAMETER:
            names.append(_parameter(reader, child).type)
        elif child.kind_id == _VARIADIC:
            names.append("...")
    return ", ".join(names)


_KNOWN: dict[str, Parameter] = {}
_KNOWN_AT_MOST = 1 << 16


def _parameter(reader: Reader, node: Node) -> Parameter:
    """A parameter; what is written alike is read once, which halves the time."""
    start, end = node.byte_range
    text = reader.text[start:end]
    known = _KNOWN.get(text)
    if known is None:
        known = _read_parameter(reader, node)
        if "(" not in text and "{" not in text:
            if len(_KNOWN) > _KNOWN_AT_MOST:
                _KNOWN.clear()
            _KNOWN[text] = known
    return known


def _read_parameter(reader: Reader, node: Node) -> Parameter:
    """Name and type of a parameter; a function is a pointer to it.  C11 6.7.6.3."""
    base, inner = "", None
    for child in node.children:
        kind = child.kind_id
        if kind in TYPES and not base:
            base = base_of(reader, child)
        elif kind in DECLARATORS:
            inner = child
    type_ = declared(reader, inner, base or "int")
    name = reader.slice(type_.name) if type_.name is not None else ""
    if type_.parameters is None:
        return Parameter(name, type_.type)
    return Parameter(name, f"{type_.type} (*)({_listed(reader, type_.parameters)})")
