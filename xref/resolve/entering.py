"""Going into a callee: the event of the call, its context, what comes back."""

from typing import Any

from xref.answers import Grade
from xref.program import FunctionEntry
from xref.resolve.contexts import run_function
from xref.resolve.layout import is_aggregate, pointee
from xref.resolve.machine import CallEvent, Frame, Machine, is_certain
from xref.resolve.tracepoints import is_tracepoint
from xref.resolve.values import TOP, UNKNOWN, Func, Ptr, Typed, Value, join
from xref.spelling import spelling_of

Node = list[Any]


def returns_of(type_: str) -> str:
    """The return type of a function (pointer) type."""
    return type_.partition("(")[0].strip() if "(" in type_ else ""


def ident_of(entry: FunctionEntry) -> str:
    """The id of a function's node, which tells it from others of its name."""
    return f"{entry.name}@{entry.path}:{entry.line}"


def event_of(machine: Machine, frame: Frame, code: Node, grade: Grade) -> CallEvent:
    """The event of this call in this context; made at its first evaluation."""
    del machine
    key = (id(code[1]), code[3], frame.inside, frame.line)
    event = frame.context.events.get(key)
    if not isinstance(event, CallEvent):
        direct = grade is Grade.EXACT
        event = CallEvent(
            frame.line or code[3],
            "" if direct else spelling_of(code[1]),
            "",
            grade,
            " && ".join(g for g in frame.guards if g),
        )
        if direct:
            event.expression = code[1][1]
        frame.context.events[key] = event
    elif event.stale:
        event.grade, event.stale = grade, False
    event.certain = is_certain(frame)
    return event


def enter(
    machine: Machine,
    frame: Frame,
    event: CallEvent,
    func: Func,
    arguments: list[Typed],
) -> Value:
    """Evaluate the callee with these arguments, one row of a table at a time."""
    results: list[Value] = []
    for entry in func.entries:
        _, contexts = event.targets.setdefault(ident_of(entry), (entry, {}))
        for one in _split(machine, arguments):
            site = (id(event), frame.context)
            context = None
            if _is_followed(machine, frame, entry):
                context = run_function(machine, entry, one, frame.context, site)
            if context is None:
                results.append(
                    _made(machine, frame, (entry.name, event.line), entry.returns)
                )
            else:
                contexts[context] = None
                context.callers[frame.context] = None
                _come_near(context.result, frame.context.far + 1)
                results.append(context.result)
    value = join(results)
    if value <= UNKNOWN and not arguments and not frame.context.boot:
        return the_one(machine, frame, func.name, func.entries[0].returns)
    return value or UNKNOWN


def _is_followed(machine: Machine, frame: Frame, entry: FunctionEntry) -> bool:
    """Say whether a callee is gone into: no failure leads there, no tracer waits."""
    if frame.cold and machine.focus is None:
        return False
    return not is_tracepoint(machine, entry)


def the_one(machine: Machine, frame: Frame, name: str, returns: str) -> Value:
    """What a function without arguments returns: ``get_current()`` is one thing."""
    inner = pointee(machine.layout.real(returns))
    if not is_aggregate(inner):
        return UNKNOWN
    key = ("the one", name)
    obj = machine.object_of(key, "sym", name, inner, frame.context.far + 1)
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
            rows.sort(key=lambda row: row.serial)  # as the table lists them
            head, tail = arguments[:number], arguments[number + 1 :]
            return [[*head, (frozenset((row,)), type_), *tail] for row in rows]
    return [arguments]


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
