"""What a store keeps: which values may matter for calls through pointers."""

import re
from collections.abc import Mapping
from json.encoder import encode_basestring

from tree_sitter import Node

from xref.extract.reader import Local, Reader
from xref.records import Code

# The basic types of C11 6.7.2, and the shapes of names that all C code gives to
# integers of a width: u8 __be32 uint64_t.  size_t, ssize_t and such end in "size_t".
_PLAIN = re.compile(
    r"(?:(?:unsigned|signed|short|long|int|char|float|double|bool|_Bool|void) ?)+"
    r"|enum\b[^(]*|(?:__)?[usbl]e?\d+|u?int\d+_t|s?size_t|__\w+128"
)
_CONSTANTS = frozenset({"NULL", "false", "true"})
_CONSTANT = re.compile(r"[A-Z0-9_]+")
text_json = encode_basestring
"""A string as JSON."""
ADDRESSLESS = frozenset(
    {"i", "s", "op", "op1", "sizeof", "offsetof", "type", "x", "block"}
)
"""What can hold no address that a name in it has."""
_PLAIN_KNOWN: dict[str, bool] = {}


def is_plain(type_name: str) -> bool:
    """Whether a type is an integer's, so that it carries no address."""
    known = _PLAIN_KNOWN.get(type_name)
    if known is None:
        known = _PLAIN_KNOWN[type_name] = bool(_PLAIN.fullmatch(type_name))
    return known


def json_of(code: Code, scope: Mapping[str, Local]) -> str:
    """An expression as JSON, locals replaced as the records say."""
    tag = code[0] if code else None
    if tag == "n":
        local = scope.get(code[1])  # type: ignore[arg-type]  # a name's second item
        return local.json if local else f'["n","{code[1]}"]'
    if (tag == "->" or tag == ".") and len(code) == 3:  # noqa: PLR1714, PLR2004  # hot
        return f'["{tag}",{json_of(code[1], scope)},"{code[2]}"]'  # type: ignore[arg-type]
    parts = []
    for item in code:
        if isinstance(item, list):
            parts.append(json_of(item, scope))
        elif isinstance(item, int):
            parts.append(str(item))
        else:
            parts.append("null" if item is None else text_json(item))
    return f"[{','.join(parts)}]"


def type_of(code: Code, scope: Mapping[str, Local]) -> str:
    """The type of an expression over locals, "?" when more must be known."""
    tag = code[0] if code else None
    if tag == "n":
        local = scope.get(code[1])  # type: ignore[arg-type]
        return local.type if local else "?"
    if tag == "cast":
        return str(code[1])
    if tag not in {"*", "[]", "&"} or not isinstance(code[1], list):
        return "?"
    inner = type_of(code[1], scope)
    if inner == "?" or inner.endswith(")"):
        return "?"
    if tag == "&":
        return f"{inner} *"
    return inner[:-2] if inner.endswith((" *", "[]")) else "?"


def note_argument(
    reader: Reader, node: Node, place: tuple[str, int], code: Code
) -> None:
    """Note an argument of a call by name, when it may be an address.

    Args:
        reader: the walk.
        node: of the argument.
        place: the callee's name and the position, from 0.
        code: the argument, of no tag in `ADDRESSLESS`.
    """
    tag = code[0]
    if tag == "n":
        if not _is_kept_name(reader, code, is_weak=True):
            return
    elif tag == "&":
        if _is_local_base(reader, code):
            return
    elif tag == "call":
        return
    for value in _values(code):
        if _is_kept(reader, value):
            target = f'["arg","{place[0]}",{place[1]}]'
            reader.store(node, "argument", target, json_of(value, reader.scope))


def note_assignment(reader: Reader, node: Node, left: Code, right: Code) -> None:
    """Note what an assignment with ``=`` stores."""
    if right[0] in ADDRESSLESS:
        return
    local = reader.scope.get(left[1]) if left[0] == "n" else None  # type: ignore[arg-type]
    if local is not None and is_plain(local.type):
        return
    target = ""
    for value in _values(right):
        if _is_kept(reader, value, is_call_kept=local is None):
            target = target or json_of(left, reader.scope)
            reader.store(node, "assignment", target, json_of(value, reader.scope))
            if local is not None:
                reader.kept.add(left[1])  # type: ignore[arg-type]


def note_initialiser(reader: Reader, node: Node, target: str, code: Code) -> bool:
    """Note the value of an object, a member or an element; False if none is kept."""
    if code[0] in ADDRESSLESS:
        return False
    is_noted = False
    for value in _values(code):
        if _is_kept(reader, value):
            reader.store(node, "initializer", target, json_of(value, reader.scope))
            is_noted = True
    return is_noted


def note_return(reader: Reader, node: Node, code: Code) -> None:
    """Note what a function returns."""
    if code[0] in ADDRESSLESS or is_plain(reader.returns):
        return
    for value in _values(code):
        if _is_kept(reader, value, is_call_kept=True):
            target = f'["ret","{reader.function}"]'
            reader.store(node, "return", target, json_of(value, reader.scope))


def _values(code: Code) -> list[Code]:
    """The values that an expression may have, choices apart."""
    tag = code[0]
    if tag == "?:":
        chosen = [item for item in code[2:] if isinstance(item, list)]
        if len(chosen) == 1 and isinstance(code[1], list):
            chosen.insert(0, code[1])
        return [value for choice in chosen for value in _values(choice)]
    if tag == "=" and isinstance(code[3], list):
        return _values(code[3])
    if tag == "," and isinstance(code[1], list) and isinstance(code[1][-1], list):
        return _values(code[1][-1])
    return [code]


def _is_kept(reader: Reader, code: Code, *, is_call_kept: bool = False) -> bool:
    tag = code[0]
    if tag == "n":
        return _is_kept_name(reader, code, is_weak=False)
    if tag == "&":
        return not _is_local_variable(reader, code)
    if tag == "cast" and isinstance(code[2], list):
        return _is_kept(reader, code[2], is_call_kept=is_call_kept)
    if tag == "call":
        return is_call_kept
    return tag in {"->", ".", "[]", "*", "init"}


def _is_kept_name(reader: Reader, code: Code, *, is_weak: bool) -> bool:
    name = str(code[1])
    local = reader.scope.get(name)
    if local is None:
        return name not in _CONSTANTS and not (is_weak and _CONSTANT.fullmatch(name))
    if local.storage == "parameter":
        return not is_plain(local.type)
    return name in reader.kept


def _is_local_variable(reader: Reader, code: Code) -> bool:
    """Whether ``&x`` or ``&x.y`` is in a local variable."""
    inner = code[1]
    while isinstance(inner, list) and inner[0] in {".", "[]"}:
        inner = inner[1]
    if not isinstance(inner, list) or inner[0] != "n":
        return False
    local = reader.scope.get(str(inner[1]))
    return local is not None and local.storage != "static"


def _is_local_base(reader: Reader, code: Code) -> bool:
    """Whether ``&x->y`` begins at a local variable or parameter."""
    inner = code[1]
    while isinstance(inner, list) and inner[0] in {".", "->", "[]", "*"}:
        inner = inner[1]
    return isinstance(inner, list) and inner[0] == "n" and inner[1] in reader.scope
