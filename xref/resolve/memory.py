"""What places hold: reading them, and storing with evidence."""

from typing import Any

from xref.answers import Reason
from xref.resolve.layout import is_aggregate, is_function_pointer, pointee
from xref.resolve.machine import (
    Frame,
    Key,
    Machine,
    StoreEvent,
    is_certain,
)
from xref.resolve.narrowing import chosen_tables
from xref.resolve.places import Place
from xref.resolve.statics import fill, prepare
from xref.resolve.values import (
    TOP,
    UNKNOWN,
    Atom,
    Bound,
    Func,
    Named,
    Obj,
    Ptr,
    Typed,
    Value,
    is_number,
)
from xref.spelling import spelling_of

Node = list[Any]


def read(machine: Machine, frame: Frame, place: Place) -> Typed:
    """What a place may hold; a struct or array is its address."""
    if place.variable:
        env = frame.env or {}
        return env.get(place.variable, UNKNOWN), place.type
    values: set[Atom] = set()
    real = machine.layout.real(place.type)
    for key in place.cells:
        if not key[2]:
            path = (*key[1], "[0]") if real.endswith("]") else key[1]
            values.add(machine.pool.pointer(key[0], path))
        else:
            values.update(load(machine, frame, key, place.type))
    return frozenset(values) or UNKNOWN, place.type


def load(machine: Machine, frame: Frame, key: Key, type_: str) -> Value:
    """What a cell may hold."""
    heap = machine.heap
    heap.readers[key][frame.context] = None
    if key[0].kind == "global":
        prepare(machine, key[0])
    found: set[Atom] = set()
    for near in _keys_like(machine, key):
        if near in heap.lazy:
            fill(machine, near)
        cell = heap.cells.get(near, {})
        found.update(cell)
        frame.sources.update((atom, why[-1]) for atom, why in cell.items() if why)
    if found:
        is_local = key[0].kind == "frame" and not key[0].given
        if is_local and any(isinstance(a, int) for a in found):
            return UNKNOWN | frozenset(a for a in found if not isinstance(a, int))
        if len(found) > machine.limits.atoms:
            found = {a for a in found if _is_sure(a)} | {TOP}
        if found == {0} and key[0].kind == "heap" and not is_function_pointer(type_):
            found.add(TOP)  # what sets it may not have been evaluated
        return frozenset(_seen(key[0], atom) for atom in found)
    return _before(machine, frame, key, type_)


def _is_sure(atom: Atom) -> bool:
    """Say whether an atom stands in the source, not in memory of the scenario."""
    return not isinstance(atom, Ptr) or atom.obj.kind == "global"


def _seen(holder: Obj, atom: Atom) -> Atom:
    """An atom as read from an object: what a near one leads to is near."""
    if isinstance(atom, Ptr):
        atom.obj.far = min(atom.obj.far, holder.far)
    elif isinstance(atom, int) and not isinstance(atom, Bound) and holder.far <= 1:
        return Bound(atom)
    return atom


def _keys_like(machine: Machine, key: Key) -> list[Key]:
    """The cell itself, with the cells of rows that an unknown index may mean."""
    obj, path, slot = key
    row = next((n for n, step in enumerate(path) if step.startswith("[")), None)
    if row is None:
        return [key]
    step = path[row]
    if step != "[*]":
        same = [key, (obj, (*path[:row], "[*]", *path[row + 1 :]), slot)]
        if is_number(step):
            return same + _named_rows(machine, key, row)
        if key in machine.heap.cells:
            return same
    return [
        k
        for k in machine.heap.of_object[obj]
        if k[2] == slot and len(k[1]) == len(path) and k[1][:row] == path[:row]
    ] or [key]


def _named_rows(machine: Machine, key: Key, row: int) -> list[Key]:
    """The cells of rows with a name, which may be that of any number."""
    obj, path, slot = key
    if obj not in machine.heap.named:
        return []
    return [
        k
        for k in machine.heap.of_object[obj]
        if k[2] == slot
        and len(k[1]) == len(path)
        and (k[1][:row], k[1][row + 1 :]) == (path[:row], path[row + 1 :])
        and not (is_number(k[1][row]) or k[1][row] == "[*]")
    ]


def _before(machine: Machine, frame: Frame, key: Key, type_: str) -> Value:
    """What a cell holds that nothing in the scenario has stored to."""
    obj = key[0]
    real = machine.layout.real(type_)
    if obj.kind == "global":
        value = machine.at_start(machine, frame, key, real)
        if value is not None:
            return value
    if is_function_pointer(real) or not real.endswith(" *"):
        return UNKNOWN
    chosen = chosen_tables(machine, key, real) if machine.asked.choices else None
    if chosen:
        return chosen
    if obj.kind == "frame" or obj.depth >= machine.limits.depth:
        return UNKNOWN
    name = f"{obj.name}->{key[2].rpartition('.')[2] or '*'}"
    inner = machine.object_of(("sym", key), "sym", name, pointee(real), obj.far + 1)
    inner.depth = obj.depth + 1
    inner.step = obj.step
    return frozenset((machine.pool.pointer(inner),))


def write(
    machine: Machine, frame: Frame, place: Place, value: Value, told: tuple[str, int]
) -> None:
    """Put a value in a place; `told` is the store as text and its line."""
    if frame.env is None:
        return
    if place.variable:
        frame.env[place.variable] = value
        return
    reason = reason_of(frame, told)
    value = _remembered(machine, place, value)
    for key in place.cells:
        if place.keyed:
            machine.keyed.setdefault(key, place.keyed)
        if key[2]:
            put(machine, frame, key, value, reason)
        elif _is_worth_copying(machine, place.type, value):
            copy(machine, frame, (key, place.type), value, reason)


def _remembered(machine: Machine, place: Place, value: Value) -> Value:
    """What cells keep of a value: known pointers, numbers that say something."""
    if machine.layout.real(place.type).endswith("*"):
        return value - UNKNOWN
    if any(key[0].kind != "frame" for key in place.cells):
        return frozenset(map(_kept, value))
    return value


def _is_worth_copying(machine: Machine, type_: str, value: Value) -> bool:
    """Say whether a struct may hold what decides: pointers, numbers of the program."""
    real = machine.layout.real(type_)
    if not is_aggregate(real) or machine.layout.holds(real):
        return True
    return any(isinstance(a, Ptr) and a.obj.kind in {"user", "frame"} for a in value)


def reason_of(frame: Frame, told: tuple[str, int]) -> Reason:
    """A piece of evidence at its place; in a macro, at the use of the macro."""
    if frame.line:
        return Reason(told[0], frame.context.entry.path, frame.line)
    return Reason(told[0], frame.path, told[1])


def told_of(frame: Frame, code: Node) -> str:
    """A store by a macro as the reader finds it: the use of the macro that he sees."""
    return spelling_of(frame.used if frame.line and frame.used else code)


def _kept(atom: Atom) -> Atom:
    """What memory remembers: numbers that are decided elsewhere, not computed here."""
    if isinstance(atom, int) and not isinstance(atom, Bound | Named):
        return TOP
    return atom


def _decides(atom: Atom) -> bool:
    """Say whether a stored atom makes its holder worth following."""
    return isinstance(atom, Func) or (isinstance(atom, Ptr) and atom.obj.known)


def put(machine: Machine, frame: Frame, key: Key, value: Value, reason: Reason) -> None:
    """Add a value to a cell, with what shows where it came from."""
    atoms = value
    if not atoms:
        return
    heap = machine.heap
    if key[0].kind == "global":
        prepare(machine, key[0])
    grown = False
    for atom in atoms:
        source = frame.sources.get(atom) or machine.births.get(atom)
        why = (source, reason) if source and source != reason else (reason,)
        grown |= heap.put(key, (atom,), why)
    if not key[0].known and any(map(_decides, atoms)):
        key[0].known = True
    event = StoreEvent(key, atoms, is_certain(frame), reason)
    frame.context.events[(reason, key)] = event
    if grown:
        machine.touch(key)


def copy(
    machine: Machine,
    frame: Frame,
    to: tuple[Key, str],
    value: Value,
    reason: Reason,
) -> None:
    """Copy all that is known of a struct of a type into another."""
    key, type_ = to
    target_obj, target_path, _ = key
    for atom in value:
        if not isinstance(atom, Ptr) or (atom.obj, atom.path) == (
            target_obj,
            target_path,
        ):
            continue
        if atom.obj.kind == "global":
            prepare(machine, atom.obj)
        target_obj.given |= atom.obj.given
        if not machine.heap.has_grown(atom.obj, (frame.context, key, atom)):
            continue
        deep = len(atom.path)
        for source in list(machine.heap.of_object[atom.obj]):
            inner = source[1][deep:]
            if source[1][:deep] != atom.path or not _is_part(
                machine, "" if atom.obj.given else type_, (*inner, source[2])[0]
            ):
                continue
            held = load(machine, frame, source, "")
            if held - UNKNOWN:
                cell = (target_obj, (*target_path, *inner), source[2])
                put(machine, frame, cell, held, reason)


def _is_part(machine: Machine, type_: str, slot: str) -> bool:
    """Say whether a struct of a type has a slot, or what goes on behind it has.

    A part whose place was computed in bytes stands for the whole that it is in; memory
    of the program, without a type, is what the kernel takes it for.
    """
    struct, _, field = slot.rpartition(".")
    if not struct or not field or not type_:
        return True
    tag = f"struct {struct.partition('::')[0]}"
    return machine.layout.may_be(tag, machine.layout.real(type_))
