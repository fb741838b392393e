"""Calls: by name, through macros, through pointers; what they do with memory."""

from typing import Any

from xref.answers import Grade, Reason
from xref.program import FunctionEntry
from xref.records import FunctionKind
from xref.resolve.contexts import run_function
from xref.resolve.dispatch import evaluate, expression
from xref.resolve.idioms import apply_model
from xref.resolve.layout import is_aggregate, pointee
from xref.resolve.machine import CallEvent, Frame, Machine
from xref.resolve.macros import expand
from xref.resolve.memory import locate
from xref.resolve.names import Meaning, function_of, macro_of, meaning_of
from xref.resolve.render import text_of
from xref.resolve.values import (
    TOP,
    UNKNOWN,
    Bound,
    Named,
    Func,
    Ptr,
    Typed,
    Value,
    join,
)

Node = list[Any]


@expression("call")
def call(machine: Machine, frame: Frame, code: Node) -> Typed:
    """What a call may return; the call itself becomes an event of the context."""
    callee = code[1]
    if callee[0] == "n":
        name = callee[1]
        if frame.macro and name in frame.macro:
            argument, outer = frame.macro[name]
            if argument[0] == "n" and argument[1] not in frame.types:
                inner = [code[0], argument, code[2], code[3]]
                return _named(machine, frame, inner, argument[1])
            del outer
        elif name not in frame.types:
            return _named(machine, frame, code, name)
    return _through_pointer(machine, frame, code)


def _named(machine: Machine, frame: Frame, code: Node, name: str) -> Typed:
    model = machine.models.get(name)
    if model:
        answer = apply_model(machine, frame, model, code)
        if answer is not None:
            return answer
    if name.startswith("__builtin_"):
        for argument in code[2]:
            evaluate(machine, frame, argument)
        return UNKNOWN, ""
    func = function_of(machine, frame.path, name)
    macro = macro_of(machine, frame.path, name)
    if macro and (func is None or name not in frame.inside):
        answer = expand(machine, frame, code, macro)
        if answer is not None:
            return answer
    arguments = [_argument(machine, frame, a) for a in code[2]]
    memory = _allocated(machine, frame, code, func)
    if memory is not None:
        return memory
    if func:
        event = _event(machine, frame, code, Grade.EXACT)
        return _enter(machine, frame, event, func, arguments), func.entries[0].returns
    meaning = meaning_of(machine, frame.path, name)
    if meaning.obj or meaning.macro:
        return _through_pointer(machine, frame, code)
    return _outside(machine, frame, code, meaning)


def _argument(machine: Machine, frame: Frame, code: Node) -> Typed:
    """An argument; a constant that stands there by its name is known to be meant."""
    value, type_ = evaluate(machine, frame, code)
    if code[0] == "n" and code[1] not in frame.types and type_ != "gfp_t":
        value = frozenset(
            Named(a) if isinstance(a, int) and not isinstance(a, Bound) else a
            for a in value
        )
    return value, type_


def _allocated(
    machine: Machine, frame: Frame, code: Node, func: Func | None
) -> Typed | None:
    """Fresh memory, where the callee is an allocator by its shape.

    One that takes allocation flags and returns a pointer to void: what stands in the
    memory is what the scenario stores there.
    """
    known = func.entries if func else machine.program.prototypes(code[1][1])
    if not known or known[0].returns != "void *":
        return None
    if not any(p.type == "gfp_t" for p in known[0].parameters):
        return None
    event = _event(machine, frame, code, Grade.EXACT)
    for entry in func.entries if func else ():
        event.targets.setdefault(_key(entry), (entry, set()))
    key = ("heap", id(code[1]), code[3], frame.inside, frame.context)
    name = f"{frame.context.entry.name}()"
    obj = machine.object_of(key, "heap", name, "", frame.context.far)
    return frozenset((machine.pool.pointer(obj),)), "void *"


def _outside(machine: Machine, frame: Frame, code: Node, _meaning: Meaning) -> Typed:
    """A function without a body in the index: assembly, or a part not read."""
    name = code[1][1]
    known = machine.program.prototypes(name)
    event = _event(machine, frame, code, Grade.EXACT)
    event.problem = event.problem or ("" if known else "no definition was read")
    returns = known[0].returns if known else ""
    return made_up(machine, frame, code, returns), returns


def _through_pointer(machine: Machine, frame: Frame, code: Node) -> Typed:
    callee = code[1]
    while callee[0] == "*":
        callee = callee[1]
    frame.sources = {}
    value, type_ = evaluate(machine, frame, callee)
    slot = locate(machine, frame, callee).slot if callee[0] in {"->", ".", "[]"} else ""
    arguments = [_argument(machine, frame, a) for a in code[2]]
    functions = [atom for atom in value if isinstance(atom, Func)]
    event = _event(machine, frame, code, Grade.BOUND)
    event.slot = slot or event.slot
    if functions:
        _explain(machine, frame, event, callee, functions)
        if len(functions) > machine.limits.bound:
            return _several(machine, frame, code, event, functions)
        results = [_enter(machine, frame, event, f, arguments) for f in functions]
        return join(results), functions[0].entries[0].returns
    if value == frozenset((0,)):
        event.problem = "the pointer is null here"
        return UNKNOWN, _returns(type_)
    return _unbound(machine, frame, code, (event, type_, arguments))


def _several(
    machine: Machine, frame: Frame, code: Node, event: CallEvent, functions: list[Func]
) -> Typed:
    """A choice that run time makes among rows that are known."""
    event.grade = Grade.SLOT
    for func in functions:
        for entry in func.entries:
            event.targets.setdefault(_key(entry), (entry, set()))
    returns = functions[0].entries[0].returns
    return made_up(machine, frame, code, returns), returns


def _unbound(
    machine: Machine,
    frame: Frame,
    code: Node,
    what: tuple[CallEvent, str, list[Typed]],
) -> Typed:
    """A call whose receiver is not known here: all that the slot ever holds."""
    event, type_, arguments = what
    targets = slot_functions(machine, event.slot)
    grade = Grade.SLOT
    if not targets:
        targets, grade = _linked(machine, frame, code)
    event.grade = grade
    event.unbound = max(event.unbound, len(targets))
    if not targets:
        event.problem = "nothing is known to be stored in it"
    returns = _returns(type_)
    results: list[Value] = []
    for entry in targets:
        func = Func(entry.name, (entry,))
        if len(targets) <= machine.limits.follow:
            results.append(_enter(machine, frame, event, func, arguments))
        else:
            event.targets.setdefault(_key(entry), (entry, set()))
        returns = returns or entry.returns
    value = join(results)
    return value or made_up(machine, frame, code, returns), returns


def slot_functions(machine: Machine, slot: str) -> list[FunctionEntry]:
    """The functions that the whole index shows to be stored in a slot."""
    struct, _, field = slot.rpartition(".")
    if not struct:
        return []
    found: list[FunctionEntry] = machine.once(
        ("slot", slot),
        lambda: list(
            {
                t.function.id: t.function
                for t in machine.program.slot_targets(struct, field)
                if t.function.kind is not FunctionKind.MACRO
            }.values()
        ),
    )
    return found


def _linked(
    machine: Machine, frame: Frame, code: Node
) -> tuple[list[FunctionEntry], Grade]:
    """What linking found for a call of this line."""
    owner = frame.context.entry.id
    line = frame.line or code[3]
    if not owner:
        return [], Grade.SLOT
    text = text_of(code[1])
    sites = [
        s
        for s in machine.program.site_targets(owner, line)
        if s.function.kind is not FunctionKind.MACRO
    ]
    fitting = [s for s in sites if s.expression == text] or sites
    if not fitting:
        return [], Grade.SLOT
    grade = Grade(fitting[0].grade)
    return list({s.function.id: s.function for s in fitting}.values()), grade


def _returns(type_: str) -> str:
    """The return type of a function (pointer) type."""
    return type_.partition("(")[0].strip() if "(" in type_ else ""


def _key(entry: FunctionEntry) -> str:
    return f"{entry.name}@{entry.path}"


def _event(machine: Machine, frame: Frame, code: Node, grade: Grade) -> CallEvent:
    """The event of this call in this context; made at its first evaluation."""
    del machine
    key = (id(code[1]), code[3], frame.inside, frame.line)
    event = frame.context.events.get(key)
    if not isinstance(event, CallEvent):
        direct = grade is Grade.EXACT
        event = CallEvent(
            frame.line or code[3],
            "" if direct else text_of(code[1]),
            "",
            grade,
            " && ".join(g for g in frame.guards if g),
        )
        if direct:
            event.expression = code[1][1]
        frame.context.events[key] = event
    event.certain |= frame.uncertain == 0
    return event


def _enter(
    machine: Machine,
    frame: Frame,
    event: CallEvent,
    func: Func,
    arguments: list[Typed],
) -> Value:
    """Evaluate the callee with these arguments, one row of a table at a time."""
    results: list[Value] = []
    for entry in func.entries:
        _, contexts = event.targets.setdefault(_key(entry), (entry, set()))
        for one in _split(machine, arguments):
            site = (id(event), frame.context)
            context = run_function(
                machine, entry, one, frame.context, site, cold=bool(frame.cold)
            )
            if context is None:
                results.append(
                    _made(machine, frame, (entry.name, event.line), entry.returns)
                )
            else:
                contexts.add(context)
                context.callers.add(frame.context)
                _come_near(context.result, frame.context.far + 1)
                results.append(context.result)
    value = join(results)
    if value <= UNKNOWN and not arguments and not frame.context.boot:
        return _the_one(machine, frame, func.entries[0])
    return value or UNKNOWN


def _the_one(machine: Machine, frame: Frame, entry: FunctionEntry) -> Value:
    """What a function without arguments returns: ``get_current()`` is always the same."""
    inner = pointee(machine.layout.real(entry.returns))
    if entry.parameters or not is_aggregate(inner):
        return UNKNOWN
    obj = machine.object_of(
        ("the one", entry.id), "sym", entry.name, inner, frame.context.far + 1
    )
    return frozenset((machine.pool.pointer(obj),))


def _come_near(value: Value, far: int) -> None:
    """What a call hands back is as near as the call is."""
    for atom in value:
        if isinstance(atom, Ptr) and atom.obj.far > far:
            atom.obj.far = far


def _split(machine: Machine, arguments: list[Typed]) -> list[list[Typed]]:
    """Rows of a table go one by one, so that their fields stay together."""
    for number, (value, type_) in enumerate(arguments):
        rows = [a for a in value if isinstance(a, Ptr) and a.obj.kind == "global"]
        if 1 < len(rows) == len(value) <= machine.limits.split:
            head, tail = arguments[:number], arguments[number + 1 :]
            return [[*head, (frozenset((row,)), type_), *tail] for row in rows]
    return [arguments]


def _explain(
    machine: Machine,
    frame: Frame,
    event: CallEvent,
    callee: Node,
    functions: list[Func],
) -> None:
    """Collect the stores that make the pointer what it is, the receiver's first."""
    base = callee[1] if callee[0] in {"->", ".", "[]"} else None
    cells = [locate(machine, frame, callee)]
    if base and base[0] in {"->", ".", "n", "call", "[]", "*"}:
        cells.insert(0, locate(machine, frame, base))
        event.receiver = cells[0].slot or event.receiver
    wanted: set[Any] = set(functions)
    for place in cells:
        for key in place.cells:
            for atom, why in machine.heap.cells.get(key, {}).items():
                if atom in wanted or isinstance(atom, Ptr):
                    event.why.update(dict.fromkeys(why))
    for func in functions:
        birth = machine.births.get(func)
        if birth:
            event.why.setdefault(birth)
    if event.slot:
        event.unbound = max(event.unbound, len(slot_functions(machine, event.slot)))


def made_up(machine: Machine, frame: Frame, code: Node, type_: str) -> Value:
    """Something of a type that was there before: one for each call site."""
    return _made(machine, frame, (id(code[1]), code[3]), type_)


def _made(
    machine: Machine, frame: Frame, site: tuple[object, object], type_: str
) -> Value:
    real = machine.layout.real(type_)
    inner = pointee(real)
    if not inner or inner in {"void", "char"} or frame.context.boot:
        if real and not inner and "(" not in real and real != "void":
            return UNKNOWN
        return frozenset((TOP,))
    key = ("made", site, frame.context)
    obj = machine.object_of(
        key, "sym", inner.rpartition(" ")[2], inner, frame.context.far + 1
    )
    return frozenset((machine.pool.pointer(obj),))


__all__ = ["Reason", "call", "made_up", "slot_functions"]
