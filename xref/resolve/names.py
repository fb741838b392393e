"""What a name means in a file of the program."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xref.program import FunctionEntry, MacroEntry, ObjectEntry, Program
from xref.records import Code
from xref.resolve.layout import is_function
from xref.resolve.machine import Frame, Machine
from xref.resolve.values import FAR, Func, Obj

Node = list[Any]


@dataclass(frozen=True, slots=True)
class Meaning:
    """One of the four, or none of them: a name that no read file defines."""

    constant: Node | None = None
    macro: MacroEntry | None = None
    obj: Obj | None = None
    function: Func | None = None
    type: str = ""


_NONE = Meaning()


def meaning_of(machine: Machine, path: str, name: str) -> Meaning:
    """What a name at file scope means, seen from a file."""
    found: Meaning = machine.once(
        ("meaning", path, name), lambda: _look_up(machine, path, name)
    )
    return found


def _look_up(machine: Machine, path: str, name: str) -> Meaning:
    program = machine.program
    macros = program.pick(
        [m for m in program.macros(name) if m.parameters is None], path
    )
    for macro in macros:
        if macro.form == "expr" and macro.text != name:
            return Meaning(macro=macro)
    constants = program.pick(program.constants(name), path)
    if constants:
        return Meaning(constant=list(constants[0].value), type="int")
    obj = _object(machine, path, name)
    function = function_of(machine, path, name)
    if obj and function:
        both: list[Any] = [*program.functions(name), *program.objects(name)]
        meant = program.pick(both, path)
        obj = obj if meant and meant[0] not in function.entries else None
    if obj:
        return Meaning(obj=obj, type=obj.type)
    if function:
        return Meaning(function=function, type=f"{function.entries[0].returns}()")
    return _NONE


def _object(machine: Machine, path: str, name: str) -> Obj | None:
    real = machine.layout.real
    entries = machine.program.pick(
        [
            o
            for o in machine.program.objects(name)
            if not o.function and not is_function(real(o.type))
        ],
        path,
    )
    if not entries:
        return None
    # C11 6.9.2p2: a tentative definition may stand before the one with a value.
    defined = [e for e in entries if not e.extern]
    valued = (e for e in defined if machine.program.init(e.id))
    return object_of_entry(machine, next(valued, (defined or list(entries))[0]))


def object_of_entry(machine: Machine, entry: ObjectEntry) -> Obj:
    """The memory of a variable at file scope."""
    key = ("global", entry.id)
    obj = machine.object_of(key, "global", entry.name, entry.type, FAR)
    if obj.entry is None:
        obj.entry = entry
        obj.known = machine.layout.is_table(entry.type) and bool(
            machine.program.init(entry.id)
        )
    return obj


def function_of(machine: Machine, path: str, name: str) -> Func | None:
    """The function that a name in a file calls, with its twins under ``#if``."""
    entries = machine.program.pick(machine.program.functions(name), path)
    if not entries:
        return None
    key = (name, entries[0].path)
    func = machine.functions.get(key)
    if func is None:
        func = machine.functions[key] = Func(
            name, tuple(_without_stubs(machine.program, entries))
        )
    return func


_STUB_SIZE = 80
"""Of code: that of a function which returns a constant at most is smaller."""


def _without_stubs(
    program: Program, entries: Sequence[FunctionEntry]
) -> Sequence[FunctionEntry]:
    """The twins of a function under ``#if``, without the one that does nothing.

    A kernel without the feature has the stub; the answer is for one that has it.
    """
    if len(entries) == 1:
        return entries
    return [e for e in entries if not _does_nothing(program, e)] or entries[:1]


def _does_nothing(program: Program, entry: FunctionEntry) -> bool:
    """Whether a body is empty, or returns a constant or what it is given."""
    if entry.size > _STUB_SIZE:
        return False
    body = program.body(entry.id)
    return not body or (len(body) == 1 and _is_constant_return(body[0]))


def _is_constant_return(code: Code | str | int | None) -> bool:
    if not isinstance(code, list) or code[0] != "return":
        return False
    value = code[1]
    while isinstance(value, list) and value[0] in {"op1", "cast"}:
        value = value[2]
    return value is None or (isinstance(value, list) and value[0] in {"i", "n"})


@dataclass(frozen=True, slots=True)
class Callee:
    """What a name that is called may mean: the two are twins under ``#if``."""

    macro: MacroEntry | None
    function: Func | None


def callee_of(machine: Machine, path: str, name: str) -> Callee:
    """The function-like macro, the function, or both that a call in a file means."""
    found: Callee = machine.once(
        ("callee", path, name), lambda: _callee(machine, path, name)
    )
    return found


def _callee(machine: Machine, path: str, name: str) -> Callee:
    macros = [m for m in machine.program.macros(name) if m.parameters is not None]
    if not macros:
        return Callee(None, function_of(machine, path, name))
    both: list[Any] = [*machine.program.functions(name), *macros]
    meant = machine.program.pick(both, path)
    useful = [m for m in meant if isinstance(m, MacroEntry) and m.form in _USEFUL]
    others = [m for m in meant if isinstance(m, MacroEntry)]
    macro = next(iter(useful or others), None)
    open_ = len(others) > 1 or any(m.guard for m in others)
    if macro is None or open_ or len(others) < len(meant):
        return Callee(macro, function_of(machine, path, name))
    return Callee(macro, None)


_USEFUL = {"expr", "statements"}


def static_local(machine: Machine, frame: Frame, name: str) -> Obj | None:
    """A static variable of the function that is being run."""
    entry = frame.context.entry
    for found in machine.program.objects(name):
        if found.function == entry.name and found.path == entry.path:
            obj = machine.object_of(
                ("global", found.id), "global", name, found.type, frame.context.far
            )
            obj.entry = found
            return obj
    return None


def calls_named(code: Node, callee: str) -> list[Node]:
    """The calls of a name in a body, in the order in which they stand."""
    found: list[Node] = []
    if code and code[0] == "call" and code[1] == ["n", callee]:
        found.append(code)
    for part in code:
        if isinstance(part, list):
            found.extend(calls_named(part, callee))
    return found


def is_assigned(code: Node, name: str) -> bool:
    """Say whether a body gives a variable another value, or hands out its address."""
    variable = ["n", name]
    match code:
        case ["=", _, left, *_] if left == variable:
            return True
        case ["op1", "++" | "--", inner, *_] | ["&", inner] if inner == variable:
            return True
        case ["walk", _, arguments, *_] if variable in arguments:
            return True
    return any(is_assigned(part, name) for part in code if isinstance(part, list))
