"""Initialised variables: their cells, read from the source at first use.

C11 6.7.9: designators, nested braces, positions; rows of arrays become ``[n]``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from xref.answers import Reason
from xref.program import FunctionEntry, MacroEntry
from xref.records import FunctionKind
from xref.resolve.dispatch import evaluate
from xref.resolve.layout import is_aggregate, is_function_pointer, pointee
from xref.resolve.machine import Context, Frame, Key, Machine
from xref.resolve.macros import put_in_place
from xref.resolve.values import TOP, Obj, Ptr
from xref.spelling import spelling_of

Node = list[Any]
_LONGEST_RANGE = 1024
_DEEPEST = 4
"""Macros in macros that write items."""
_PER_CPU = "PER_CPU"
"""In the name of the macros that define what each processor has of its own: what it
starts with (the idle task as the one that runs) is not what a program finds, but for
functions."""


def prepare(machine: Machine, obj: Obj) -> None:
    """Lay out the initialiser of a global, once; values are found when asked for."""
    if obj.ready:
        return
    obj.ready = True
    if obj.entry is not None:
        init = machine.program.init(obj.entry.id)
        if init:
            leaf = _remember_function if _PER_CPU in obj.entry.macro else _remember
            enter = Layer(machine, frame_of(machine, obj), leaf)
            lay(enter, (obj, (), ""), obj.type, (list(init), obj.entry.line))


Leaf = Callable[[Machine, Frame, Key, str, tuple[Node, int]], None]
"""What to do with the initialiser of one cell: cell, type, code and line."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Who lays out an initialiser, and what is done with its leaves."""

    machine: Machine
    frame: Frame
    leaf: Leaf


def _remember(
    machine: Machine, _frame: Frame, key: Key, _type: str, told: tuple[Node, int]
) -> None:
    machine.heap.lazy[key] = told
    machine.heap.of_object[key[0]][key] = None


def _remember_function(
    machine: Machine, frame: Frame, key: Key, type_: str, told: tuple[Node, int]
) -> None:
    if is_function_pointer(machine.layout.real(type_)):
        _remember(machine, frame, key, type_, told)


def lay(layer: Layer, at: Key, type_: str, told: tuple[Node, int]) -> None:
    """Go down an initialiser for the place `at` of a type to its leaves."""
    code, line = told
    real = layer.machine.layout.real(type_)
    if real.endswith("]") or is_aggregate(real):
        code = _written(layer, code, line)
    if code[0] == "init" and real.endswith("]"):
        _lay_rows(layer, at, pointee(real), code)
    elif code[0] == "init" and is_aggregate(real):
        _lay_fields(layer, at, real, code)
    elif not real.endswith("]"):
        if code[0] == "init" and len(code[2]) == 1:
            code = code[2][0][1]  # C11 6.7.9p11: a scalar may stand in braces
        key = (at[0], at[1], at[2] or ("" if is_aggregate(real) else "*"))
        layer.leaf(layer.machine, layer.frame, key, type_, (code, line))


def _lay_rows(layer: Layer, at: Key, row_type: str, code: Node) -> None:
    row = 0
    for item in _items(layer, code[2]):
        path, value = item[0], item[1]
        line = item[2] if len(item) > 2 else 0  # noqa: PLR2004 - the item's own line
        last = row
        if path and path[0][0] == "[]":
            row = last = _constant(layer, path[0][1], row)
            if len(path[0]) > 2:  # noqa: PLR2004 - GNU C: [low ... high]
                last = _constant(layer, path[0][2], row)
            path = path[1:]
        for number in range(row, min(last, row + _LONGEST_RANGE) + 1):
            to = (at[0], (*at[1], f"[{number}]"), "")
            _descend(layer, to, row_type, (path, value, line))
        row = last + 1


def _items(layer: Layer, items: list[Node], depth: int = 0) -> Iterator[Node]:
    """The items of an initialiser, with those that macros write in their places."""
    for item in items:
        made = [] if item[0] or depth > _DEEPEST else _made(layer, item)
        if made:
            yield from _items(layer, made, depth + 1)
        else:
            yield item


def _made(layer: Layer, item: Node) -> list[Node]:
    """The items that a macro stands for: ``IOCTL(A, f)`` for ``[A] = { .run = f }``."""
    form, body = _body_of(layer, item[1])
    if form != "items":
        return []
    line = item[2:]
    return [[path, _at_line(value, *line), *line] for path, value, *_ in body[2]]


def _written(layer: Layer, code: Node, line: int) -> Node:
    """An initialiser that a macro stands for: ``ROW(f)`` for ``{ .run = f }``."""
    form, body = _body_of(layer, code)
    return _at_line(body, line) if form == "expr" and body[0] == "init" else code


def _at_line(code: Node, line: int = 0) -> Node:
    """What a macro writes stands where it is used."""
    if code[0] != "init" or not line:
        return code
    items = [[path, _at_line(value, line), line] for path, value, *_ in code[2]]
    return ["init", code[1], items]


def _body_of(layer: Layer, use: Node) -> tuple[str, Node]:
    """Form and body of the macro that a use leads to, arguments in place; or ""."""
    form = ""
    for _ in range(_DEEPEST):
        named = use[1] if use[0] == "call" else use
        if use[0] not in {"call", "n"} or named[0] != "n":
            break
        macro = _macro_of(layer, named[1], with_arguments=use[0] == "call")
        if macro is None:
            break
        arguments = use[2] if use[0] == "call" else []
        given = dict(zip(macro.parameters or (), arguments, strict=False))
        body = list(layer.machine.program.macro_body(macro.id))
        form, use = macro.form, put_in_place(body, given)
    return form, use


def _macro_of(layer: Layer, name: str, *, with_arguments: bool) -> MacroEntry | None:
    """The macro for what an initialiser has that a name means."""
    program = layer.machine.program
    known = [
        macro
        for macro in program.macros(name)
        if macro.form in {"items", "expr"}
        and (macro.parameters is not None) == with_arguments
    ]
    return next(iter(program.pick(known, layer.frame.path)), None)


def _lay_fields(layer: Layer, at: Key, tag: str, code: Node) -> None:
    fields = layer.machine.layout.fields(tag)
    number = 0
    for item in _items(layer, code[2]):
        path, value = item[0], item[1]
        line = item[2] if len(item) > 2 else 0  # noqa: PLR2004 - the item's own line
        if path:
            names = [name for name, _ in fields]
            if path[0][0] == "." and path[0][1] in names:
                number = names.index(path[0][1])
        elif number < len(fields):
            name, type_ = fields[number]
            if not name:
                lay(layer, at, type_, (value, line))
                number += 1
                continue
            path = [[".", name]]
        number += 1
        _descend(layer, at, tag, (path, value, line))


def _descend(
    layer: Layer, at: Key, type_: str, item: tuple[list[Node], Node, int]
) -> None:
    """Follow designators down to what they initialise."""
    path, value, line = item
    for step in path:
        real = layer.machine.layout.real(type_)
        if step[0] == ".":
            found = layer.machine.layout.member(real, step[1])
            if found is None:
                return
            inner = layer.machine.layout.real(found.type)
            sub = is_aggregate(inner) or inner.endswith("]")
            if sub:
                where = at[1] if found.first else (*at[1], found.slot)
                at = (at[0], where, "")
            else:
                at = (at[0], at[1], found.slot)
            type_ = found.type
        else:
            number = _constant(layer, step[1], 0)
            at = (at[0], (*at[1], f"[{number}]"), "")
            type_ = pointee(real)
    lay(layer, at, type_, (value, line))


def _constant(layer: Layer, code: Node, default: int) -> int:
    value, _ = evaluate(layer.machine, layer.frame, code)
    numbers = [atom for atom in value if isinstance(atom, int)]
    return numbers[0] if len(numbers) == 1 == len(value) else default


def frame_of(machine: Machine, obj: Obj) -> Frame:
    """A frame without locals, to evaluate what stands at file scope."""
    return scope_frame(machine, obj.entry.path if obj.entry else "")


def scope_frame(machine: Machine, path: str) -> Frame:
    """A frame at the file scope of a file."""
    context: Context = machine.once("file scope", _file_scope)
    return Frame(context, path, {}, {})


def _file_scope() -> Context:
    entry = FunctionEntry(
        id=0,
        name="",
        kind=FunctionKind.FUNCTION,
        path="",
        line=0,
        end_line=0,
        static=True,
        inline=False,
        returns="",
        parameters=(),
        variadic=False,
        guard="",
        macro="",
        size=0,
    )
    return Context(entry, (), (), boot=True)


def fill(machine: Machine, key: Key) -> None:
    """Evaluate the initialiser of one cell."""
    code, line = machine.heap.lazy.pop(key)
    obj, path, slot = key
    if not slot:
        return  # a whole struct from a macro or a call: its fields stay unknown
    frame = frame_of(machine, obj)
    value, _ = evaluate(machine, frame, code)
    field = slot.rpartition(".")[2]
    steps = "".join(
        s if s.startswith("[") else f".{s.rpartition('.')[2]}" for s in path
    )
    name = f"{obj.name}{steps}" + (f".{field}" if field != "*" else "")
    file = obj.entry.path if obj.entry else ""
    reason = Reason(f"{name} = {spelling_of(code)}", file, line)
    atoms = [atom for atom in value if atom is not TOP]
    machine.heap.put(key, atoms, (reason,))
    for atom in atoms:
        if isinstance(atom, Ptr):
            machine.births[atom] = reason
