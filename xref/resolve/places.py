"""Places: which cells an expression names."""

from dataclasses import dataclass, replace
from typing import Any

from xref.answers import Reason
from xref.resolve.dispatch import evaluate
from xref.resolve.layout import is_aggregate, is_function_pointer, pointee
from xref.resolve.machine import Frame, Key, Machine
from xref.resolve.macros import written
from xref.resolve.names import meaning_of
from xref.resolve.statics import prepare
from xref.resolve.values import TOP, UNKNOWN, Atom, Beyond, Bound, Obj, Ptr, Sym, Value

Node = list[Any]


@dataclass(frozen=True, slots=True)
class Place:
    """What the left side of an assignment may be."""

    variable: str
    """A local variable that is no cell, or ""."""
    cells: tuple[Key, ...]
    """Slot "" stands for a whole struct or array."""
    type: str
    slot: str = ""
    """``struct.field`` when it is a member."""
    keyed: Reason | None = None
    """Of a row: what made its index the number that it is."""
    bound: bool = False
    """Of a row: the scenario decides its number."""


NOWHERE = Place("", (), "")
_LVALUES = frozenset(("*", "->", ".", "[]"))
_DEEPEST = 24
"""Macros in macros, at most."""


def locate(machine: Machine, frame: Frame, code: Node) -> Place:
    """The place that an expression names; NOWHERE when it names none."""
    rule = _PLACES.get(code[0]) if code else None
    return rule(machine, frame, code) if rule else NOWHERE


def _name(machine: Machine, frame: Frame, code: Node) -> Place:
    name = code[1]
    if frame.macro and name in frame.macro:
        argument, outer = frame.macro[name]
        if id(argument) in frame.made:
            argument = ["n", frame.made[id(argument)]]
        kept, frame.macro = frame.macro, outer
        place = locate(machine, frame, argument)
        frame.macro = kept
        return place
    if name in frame.cells:
        return whole(frame.cells[name], frame.types.get(name, ""), machine)
    if name in frame.types:
        return Place(name, (), frame.types[name])
    meaning = meaning_of(machine, frame.path, name)
    if meaning.obj:
        meaning.obj.far = min(meaning.obj.far, frame.context.far + 1)
        return whole(meaning.obj, meaning.type, machine)
    if meaning.macro:
        body = machine.program.macro_body(meaning.macro.id)
        if body and body != code and len(frame.inside) < _DEEPEST:
            around, frame.macro = frame.macro, None
            frame.inside = (*frame.inside, name)
            place = locate(machine, frame, body)
            frame.inside = frame.inside[:-1]
            frame.macro = around
            return place
    return NOWHERE


def whole(obj: Obj, type_: str, machine: Machine) -> Place:
    """The place of a variable."""
    real = machine.layout.real(type_)
    slot = "" if is_aggregate(real) or real.endswith("]") else "*"
    return Place("", ((obj, (), slot),), type_)


def _arrow(machine: Machine, frame: Frame, code: Node) -> Place:
    value, type_ = evaluate(machine, frame, code[1])
    return member(machine, frame, value, pointee(machine.layout.real(type_)), code[2])


def _dot(machine: Machine, frame: Frame, code: Node) -> Place:
    base = locate(machine, frame, code[1])
    if base is NOWHERE or base.variable:
        value, type_ = evaluate(machine, frame, code[1])
        return member(machine, frame, value, type_, code[2])
    pointers = frozenset(address_of(machine, key) for key in base.cells)
    return member(machine, frame, pointers, base.type, code[2])


def member(
    machine: Machine, frame: Frame, value: Value, type_: str, name: str
) -> Place:
    """The place of a field of what the pointers of a value lead to."""
    if frame.macro and name in frame.macro and frame.macro[name][0][0] == "n":
        name = frame.macro[name][0][1]
    tag = machine.layout.real(type_)
    found = machine.layout.member(tag, name)
    if found is None:
        return _macro_member(machine, frame, value, (tag, name))
    real = machine.layout.real(found.type)
    sub = is_aggregate(real) or real.endswith("]")
    cells: list[Key] = []
    for atom in value:
        if isinstance(atom, Ptr) and _fits(machine, atom, tag):
            path = atom.path
            if sub:
                path = path if found.first else (*path, found.slot)
                cells.append((atom.obj, path, ""))
            else:
                cells.append((atom.obj, path, found.slot))
    return Place("", tuple(cells), found.type, found.slot)


def _fits(machine: Machine, pointer: Ptr, tag: str) -> bool:
    """Say whether what a pointer leads to can be a struct of this tag."""
    if not pointer.path:
        if pointer.obj.given:
            return True  # memory of the program is what the kernel takes it for
        type_ = machine.layout.real(pointer.obj.type)
        while type_.endswith("]"):
            type_ = machine.layout.real(pointee(type_))
        return machine.layout.may_be(type_, tag)
    last = pointer.path[-1]
    if last[0] in "[@":
        return True
    struct, _, field = last.rpartition(".")
    found = machine.layout.member(f"struct {struct}", field)
    return found is None or machine.layout.may_be(
        machine.layout.real(found.type).rstrip("[] "), tag
    )


def _macro_member(
    machine: Machine, frame: Frame, value: Value, where: tuple[str, str]
) -> Place:
    """A field that an object-like macro stands for: ``sk_prot``."""
    tag, name = where
    meaning = meaning_of(machine, frame.path, name)
    body = machine.program.macro_body(meaning.macro.id) if meaning.macro else []
    steps: list[str] = []
    while body and body[0] == ".":
        steps.append(str(body[2]))
        body = body[1]  # type: ignore[assignment] # Code is a recursive list
    if not body or body[0] != "n" or (not steps and body[1] == name):
        bare = tag.partition(" ")[2] or tag
        return Place("", (), "", f"{bare}.{name}" if bare else "")
    steps.append(str(body[1]))
    place = NOWHERE
    for step in reversed(steps):
        place = member(machine, frame, value, tag, step)
        value = frozenset(address_of(machine, key) for key in place.cells)
        tag = place.type
    return place


def _element(machine: Machine, frame: Frame, code: Node) -> Place:
    value, type_ = evaluate(machine, frame, code[1])
    kept, frame.sources = frame.sources, {}
    index, _ = evaluate(machine, frame, code[2])
    keyed = next((frame.sources[a] for a in index if a in frame.sources), None)
    frame.sources = {**kept, **frame.sources}
    inner = pointee(machine.layout.real(type_))
    real = machine.layout.real(inner)
    slot = "" if is_aggregate(real) or real.endswith("]") else "*"
    moved = shift(machine, value, index, inner)
    cells = tuple((a.obj, a.path, slot) for a in moved if isinstance(a, Ptr))
    bound = bool(index) and all(isinstance(a, Bound) for a in index)
    return Place("", cells, inner, "", keyed if len(index) == 1 else None, bound)


def shift(machine: Machine, value: Value, index: Value, row: str) -> Value:
    """Pointers to rows of a type moved by an index; an unknown one leads to every row.

    Bytes and numbers in memory are not told apart: a pointer to them stays as it is,
    but for a few integers of the program and what is copied to them.
    """
    real = machine.layout.real(row)
    leads = is_aggregate(real) or pointee(real) or is_function_pointer(real)
    if not leads and (real != "int" or not _is_told_apart(value, index)):
        return value
    atoms: set[Atom] = set()
    for atom in value:
        if isinstance(atom, Ptr):
            for step in index or UNKNOWN:
                atoms.update(_moved(machine, atom, step))
        elif atom is TOP:
            atoms.add(TOP)
    return frozenset(atoms)


def _is_told_apart(value: Value, index: Value) -> bool:
    """Say whether these are numbers in memory of the program, or a local array."""
    return all(isinstance(i, int) for i in index) and all(
        isinstance(a, Ptr) and a.obj.kind in {"user", "frame"} for a in value
    )


def _moved(machine: Machine, pointer: Ptr, step: Atom) -> list[Ptr]:
    path = pointer.path
    last = path[-1] if path else ""
    row = last.startswith("[")
    if isinstance(step, int):
        if not row:
            if step == 0:
                return [pointer]
            return [machine.pool.pointer(pointer.obj, (*path, f"[{step}]"))]
        if last[1:-1].lstrip("-").isdigit():
            moved = f"[{int(last[1:-1]) + step}]"
            return [machine.pool.pointer(pointer.obj, (*path[:-1], moved))]
        return [pointer]
    base = path[:-1] if row else path
    is_open = step is TOP or isinstance(step, Beyond)
    name = f"[{step.name}]" if isinstance(step, Sym) and not is_open else "[*]"
    rows = _rows(machine, pointer.obj, base) if name == "[*]" else []
    return rows or [machine.pool.pointer(pointer.obj, (*base, name))]


def _rows(machine: Machine, obj: Obj, base: tuple[str, ...]) -> list[Ptr]:
    """The elements that the initialiser of a global array lists."""
    if obj.kind != "global":
        return []
    prepare(machine, obj)
    deep = len(base)
    names = {
        key[1][deep]: None
        for key in machine.heap.of_object[obj]
        if key[1][:deep] == base and len(key[1]) > deep and key[1][deep][0] == "["
    }
    return [machine.pool.pointer(obj, (*base, name)) for name in names]


def _indirection(machine: Machine, frame: Frame, code: Node) -> Place:
    value, type_ = evaluate(machine, frame, code[1])
    return behind(machine, value, type_)


def behind(machine: Machine, value: Value, type_: str) -> Place:
    """The place that the pointers of a value lead to."""
    inner = pointee(machine.layout.real(type_))
    real = machine.layout.real(inner)
    slot = "" if is_aggregate(real) or real.endswith("]") else "*"
    cells: list[Key] = []
    for atom in value:
        if not isinstance(atom, Ptr):
            continue
        if atom.path and atom.path[-1].startswith("@"):
            cells.append((atom.obj, atom.path[:-1], atom.path[-1][1:]))
        else:
            cells.append((atom.obj, atom.path, slot))
    return Place("", tuple(cells), inner)


def _cast(machine: Machine, frame: Frame, code: Node) -> Place:
    return replace(locate(machine, frame, code[2]), type=code[1])


def address_of(machine: Machine, key: Key) -> Ptr:
    """The pointer to a cell."""
    obj, path, slot = key
    if slot in {"", "*"}:
        return machine.pool.pointer(obj, path)
    return machine.pool.pointer(obj, (*path, "@" + slot))


def _through_call(machine: Machine, frame: Frame, code: Node) -> Place:
    """``per_cpu(x, cpu)`` and its like are the place of an argument."""
    callee = code[1]
    model = machine.models.get(callee[1]) if callee[0] == "n" else None
    if model and model.rule == "same" and len(code[2]) > model.numbers["value"]:
        return locate(machine, frame, code[2][model.numbers["value"]])
    body, macro = written(machine, frame, code)
    if body is not code and body[0] in _LVALUES:  # ``ACCESS_PRIVATE(p, m)``: p->m
        kept, frame.macro = frame.macro, macro
        place = locate(machine, frame, body)
        frame.macro = kept
        return place
    value, type_ = evaluate(machine, frame, code)
    if is_aggregate(machine.layout.real(type_)):
        cells = tuple((a.obj, a.path, "") for a in value if isinstance(a, Ptr))
        return Place("", cells, type_)
    return NOWHERE


def _literal(machine: Machine, frame: Frame, code: Node) -> Place:
    value, type_ = evaluate(machine, frame, code)
    cells = tuple((a.obj, a.path, "") for a in value if isinstance(a, Ptr))
    return Place("", cells, type_)


_PLACES = {
    "n": _name,
    "->": _arrow,
    ".": _dot,
    "[]": _element,
    "*": _indirection,
    "cast": _cast,
    "call": _through_call,
    "block": _literal,
    "init": _literal,
    "?:": _literal,
}
