"""Initialiser lists as Code, with the stores that they are.  C11 6.7.9."""

from tree_sitter import Node

from xref.extract.kinds import COMMENT, ERROR, FIELD_IDENTIFIER, number_of
from xref.extract.reader import Reader
from xref.extract.values import json_of, note_initialiser, text_json
from xref.records import CallKind, Code

_LIST = number_of("initializer_list")
_NUMBER = number_of("number_literal")
_PAIR = number_of("initializer_pair")
_FIELD = number_of("field_designator")
_SUBSCRIPT = number_of("subscript_designator")
_RANGE = number_of("subscript_range_designator")


class _Position:
    """Where the next item without a designator goes."""

    __slots__ = ("base", "count", "field", "is_array")

    def __init__(self, *, is_array: bool) -> None:
        self.is_array = is_array
        self.base: Code | None = None
        self.field = ""
        self.count = 0

    def take(self, target: str) -> str:
        """The target of such an item; moves on."""
        count = self.count
        self.count += 1
        if self.field:
            return f'["{{}}",{target},{count},"{self.field}"]'
        if not self.is_array:
            return f'["{{}}",{target},{count}]'
        if self.base is None:
            return f'["[]",{target},["i",{count}]]'
        index: Code = ["op", "+", self.base, ["i", count]] if count else self.base
        return f'["[]",{target},{json_of(index, {})}]'

    def move(self, step: Code) -> None:
        """Go on behind a designated member or element."""
        index = step[-1]
        self.base, self.count = None, 1
        if isinstance(index, str):
            self.field = index
        elif isinstance(index, list):
            self.is_array = True
            is_number = index[0] == "i" and isinstance(index[1], int)
            if is_number and isinstance(index[1], int):
                self.count = index[1] + 1
            else:
                self.base = index


def read_items(reader: Reader, node: Node, target: str, type_name: str) -> Code:
    """Read a list as ``[[path, e, line]...]`` and note its stores.

    Args:
        reader: the walk.
        node: the list.
        target: what it initialises, as JSON; "" when that has no name.
        type_name: of the target, "" when not known: tells arrays from structs.
    """
    items: Code = []
    position = _Position(is_array=type_name.endswith("[]"))
    inner_type = type_name[:-2] if position.is_array else ""
    for child in node.named_children:
        kind = child.kind_id
        if kind == _NUMBER:  # tables of numbers are long
            position.count += 1
            items.append([[], reader.expression(child), reader.line(child)])
            continue
        if kind in {COMMENT, ERROR}:
            reader.expression(child)
            continue
        path: Code = []
        place, value = target, child
        if kind == _PAIR:
            path, place, value = _designated(reader, child, target)
            if len(path) == 1 and isinstance(path[0], list):
                position.move(path[0])
        elif target:
            place = position.take(target)
        is_element = not path or (len(path) == 1 and position.is_array)
        code = read_value(reader, value, place, inner_type if is_element else "", child)
        items.append([path, code, reader.line(child)])
    return items


def read_value(
    reader: Reader, node: Node, target: str, type_name: str, at: Node
) -> Code:
    """Read what initialises a target: a list or an expression."""
    if node.kind_id == _LIST:
        mark = reader.mark(node, "braces") if "braces" in reader.kinds else None
        if mark is not None:
            reader.call(node.start_byte + reader.delta, CallKind.DIRECT, mark.macro)
        return ["init", None, read_items(reader, node, target, type_name)]
    code = reader.expression(node)
    if target:
        note_initialiser(reader, at, target, code)
    return code


def _designated(reader: Reader, node: Node, target: str) -> tuple[Code, str, Node]:
    """Path, target and value of ``.a.b = x``, ``[K] = x`` or GNU ``a: x``."""
    path: Code = []
    for child in node.children[:-1]:
        kind = child.kind_id
        if kind == _FIELD:
            path.append([".", reader.slice(child)[1:].strip()])
        elif kind == FIELD_IDENTIFIER:
            path.append([".", reader.slice(child)])
        elif kind in {_SUBSCRIPT, _RANGE}:
            inner = [part for part in child.children if part.is_named]
            path.append(["[]", *(reader.expression(part) for part in inner)])
    for step in path:
        if target and isinstance(step, list):
            target = _stepped(reader, step, target)
    return path, target, node.children[-1]


def _stepped(reader: Reader, step: Code, target: str) -> str:
    """What a designator selects of a target."""
    rest = [
        json_of(part, reader.scope) if isinstance(part, list) else text_json(str(part))
        for part in step[1:]
    ]
    return f'["{step[0]}",{target},{",".join(rest)}]'
