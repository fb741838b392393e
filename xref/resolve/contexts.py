"""Functions evaluated in contexts: one for each set of arguments that matters."""

from collections.abc import Sequence
from typing import Any

from xref.program import FunctionEntry
from xref.resolve.dispatch import execute
from xref.resolve.flow import merged
from xref.resolve.layout import is_aggregate, pointee
from xref.resolve.machine import LINK, CallEvent, Context, Frame, Machine
from xref.resolve.values import (
    FAR,
    TOP,
    UNKNOWN,
    Bound,
    Number,
    Ptr,
    Typed,
    Value,
    distance,
    name_memory,
)

Site = tuple[object, object]
Group = tuple[int, bool, int, frozenset[int], frozenset[int]]
"""Function, boot, step, whose objects it gets (`_owned`), and which of its arguments
are numbers of the scenario (`_bound`)."""
_DEEPEST = 150


def run_function(
    machine: Machine,
    entry: FunctionEntry,
    arguments: Sequence[Typed],
    caller: Context,
    site: Site,
) -> Context | None:
    """The context of a call, evaluated; None when nothing that matters goes in or out.

    Of such a call only what it calls is known, from the facts, not what it returns.
    What fills a global matters with unknown arguments, too: there is more in it then.
    """
    if machine.focus is not None and entry.name not in machine.focus:
        return None
    has_given = any(
        isinstance(atom, Ptr) and atom.obj.given
        for value, _ in arguments
        for atom in value
    )
    args = _numbered(
        tuple(_relevant(machine, a, has_given=has_given) for a in arguments)
    )
    far = min((_reach(machine, caller, a) for a in args), default=FAR)
    if far > machine.limits.far and machine.focus is None:
        far = caller.far + 1
        if far > machine.limits.far or not _gives(machine, entry):
            return None
    chain = (site,) if entry.id in machine.fresh else ()
    context = _entered(machine, entry, args, (chain, caller, far))
    if not chain and entry.id in machine.fresh and not context.busy:
        # It has just been seen to hand out memory: one context for each call site.
        return _entered(machine, entry, args, ((site,), caller, far))
    return context


def _numbered(args: tuple[Typed, ...]) -> tuple[Typed, ...]:
    """Numbers that a call returned count beside memory that the scenario made."""
    has_memory = any(
        isinstance(a, Ptr) and a.obj.kind == "heap" for value, _ in args for a in value
    )
    if has_memory or not any(isinstance(a, Number) for value, _ in args for a in value):
        return args
    return tuple(
        (frozenset(TOP if isinstance(a, Number) else a for a in value), type_)
        for value, type_ in args
    )


def _entered(
    machine: Machine,
    entry: FunctionEntry,
    args: tuple[Typed, ...],
    how: tuple[tuple[Site, ...], Context, int],
) -> Context:
    """The context of these arguments, evaluated unless it is being so already."""
    chain, caller, far = how
    context = _context(machine, entry, args, (chain, caller.boot, machine.focus))
    context.far = min(context.far, far)
    if not (context.done or context.busy or machine.depth > _DEEPEST):
        evaluate_context(machine, context)
    return context


def _reach(machine: Machine, caller: Context, argument: Typed) -> int:
    """How far an argument is from what is bound; memory without a type is farther."""
    value, type_ = argument
    far = min(map(distance, value), default=FAR)
    if far == FAR and not caller.far:
        far = min((_local_far(machine, atom) for atom in value), default=FAR)
    if far < FAR and machine.layout.real(type_) == "void *":
        return max(far, caller.far) + 2
    return far


def _local_far(machine: Machine, atom: object) -> int:
    """A local struct with function pointers is near: it is handed on to be set up."""
    if not isinstance(atom, Ptr) or atom.obj.kind != "frame" or atom.path:
        return FAR
    return atom.obj.far if machine.layout.has_functions(atom.obj.type) else FAR


def _gives(machine: Machine, entry: FunctionEntry) -> bool:
    """Say whether a function returns something through which calls may go."""
    return machine.layout.leads_on(machine.layout.real(entry.returns)) or is_aggregate(
        machine.layout.real(entry.returns)
    )


def _relevant(machine: Machine, argument: Typed, *, has_given: bool) -> Typed:
    """An argument without what cannot decide which code runs.

    Beside memory of the program, local memory is what that is copied to.
    """
    value, type_ = argument
    real = machine.layout.real(type_)
    if type_ == "gfp_t":
        return UNKNOWN, type_
    leads = not real or machine.layout.leads_on(real) or not pointee(real)
    kept: Value = frozenset(
        atom
        for atom in value
        if _matters(machine, atom, leads=leads)
        or (has_given and isinstance(atom, Ptr) and atom.obj.kind == "frame")
    )
    return (kept if len(kept) == len(value) else kept | UNKNOWN), type_


def _matters(machine: Machine, atom: object, *, leads: bool) -> bool:
    if isinstance(atom, Ptr):
        model = machine.models.get(atom.obj.type)
        own_list = atom.obj.kind == "frame" and model is not None and model.rule == LINK
        is_near = atom.obj.far <= machine.limits.far
        return (leads or own_list or atom.obj.given) and is_near
    return True


def _context(
    machine: Machine,
    entry: FunctionEntry,
    args: tuple[Typed, ...],
    told: tuple[tuple[Site, ...], bool, frozenset[str] | None],
) -> Context:
    step = -1 if told[1] else machine.now.step
    key = (entry.id, step, tuple(value for value, _ in args), told)
    found = machine.contexts.get(key)
    if found:
        return found
    chain, boot, focus = told
    group = (entry.id, boot, step, _owned(machine, args), _bound(args))
    known = machine.per_function[group]
    most = machine.limits.contexts * (4 if chain else 1)
    if len(known) >= most and focus is None:
        return _joined(machine, entry, args, group)
    context = Context(
        entry, args, chain, far=FAR, boot=boot, focus=focus, step=machine.now.step
    )
    context.own = bool(group[3])
    if focus is None:
        known.append(context)
    machine.contexts[key] = context
    return context


def _owned(machine: Machine, args: tuple[Typed, ...]) -> frozenset[int]:
    """The calls whose objects are handed on: they stay apart from others."""
    if not machine.now.step:
        return frozenset()
    return frozenset(
        atom.obj.step
        for value, _ in args
        for atom in value
        if isinstance(atom, Ptr) and atom.obj.step < FAR
    )


def _bound(args: tuple[Typed, ...]) -> frozenset[int]:
    """The places of arguments that the scenario decides: they stay apart, too."""
    return frozenset(
        place
        for place, (value, _) in enumerate(args)
        if value and all(isinstance(atom, Bound) for atom in value)
    )


def _joined(
    machine: Machine, entry: FunctionEntry, args: tuple[Typed, ...], group: Group
) -> Context:
    """The context that takes all further sets of arguments of a group together."""
    _, boot, _, owned, _ = group
    context = machine.joined.get(group)
    if context is None:
        context = machine.joined[group] = Context(
            entry, args, (), far=FAR, boot=boot, step=machine.now.step
        )
        context.own = bool(owned)
        return context
    both = tuple(
        (a | b, t or u) for (a, t), (b, u) in zip(context.args, args, strict=False)
    )
    if len(both) == len(context.args) and both != context.args:
        if context.runs < machine.limits.runs:
            context.done = False
        else:
            names = (parameter.name for parameter in entry.parameters)
            grown = zip(names, context.args, both, strict=False)
            context.cut.update(name for name, old, new in grown if old != new)
        context.args = both
    return context


def evaluate_context(machine: Machine, context: Context) -> None:
    """Run a function's body with the arguments of a context."""
    context.busy = True
    context.runs += 1
    machine.depth += 1
    entry = context.entry
    frame = Frame(context, entry.path, {}, {})
    _bind(machine, frame, entry)
    env = frame.env
    body: list[Any] = list(machine.program.body(entry.id))
    for event in context.events.values():
        if isinstance(event, CallEvent):
            event.renew()
    execute(machine, frame, body)
    if frame.again:
        frame.passed.clear()
        frame.ways.clear()
        frame.cold, frame.left = 0, False
        frame.env = None if env is None else dict(env)
        execute(machine, frame, body)
    if frame.env is not None:
        frame.env = merged([frame.env])
    if frame.ends:
        _leave(machine, frame)
    machine.depth -= 1
    context.busy = False
    context.done = True
    _finish(machine, context, frame.result)


def _leave(machine: Machine, frame: Frame) -> None:
    """Run what is due when variables go out of scope, the last one first."""
    frame.env = dict(frame.env or {})
    frame.cold, frame.left = 0, True  # a way that ended before may not have come there
    execute(machine, frame, frame.ends[::-1])


def _bind(machine: Machine, frame: Frame, entry: FunctionEntry) -> None:
    for number, parameter in enumerate(entry.parameters):
        args = frame.context.args
        value = args[number][0] if number < len(args) else UNKNOWN
        real = machine.layout.real(parameter.type)
        if value == UNKNOWN and pointee(real):
            value = _something(machine, entry, number, pointee(real))
        name_memory(value, pointee(real))
        frame.types[parameter.name] = parameter.type
        if is_aggregate(real):
            pointers = [a for a in value if isinstance(a, Ptr)]
            if pointers:
                frame.cells[parameter.name] = pointers[0].obj
                continue
        if frame.env is not None:
            frame.env[parameter.name] = value


def _something(machine: Machine, entry: FunctionEntry, number: int, tag: str) -> Value:
    """What an unknown pointer argument leads to."""
    key = ("parameter", entry.id, number)
    name = entry.parameters[number].name
    obj = machine.object_of(key, "sym", name, tag, FAR)
    return frozenset((machine.pool.pointer(obj),))


def _finish(machine: Machine, context: Context, result: Value) -> None:
    fresh = any(
        isinstance(a, Ptr) and a.obj.kind == "heap" and not a.path for a in result
    )
    if (
        fresh
        and context.entry.id not in machine.fresh
        and _is_own(machine, context, result)
    ):
        machine.fresh.add(context.entry.id)
    if result - context.result:
        context.result |= result
        for caller in context.callers:
            if not caller.busy:
                machine.dirty[caller] = None


def _is_own(machine: Machine, context: Context, result: Value) -> bool:
    """Say whether a function returns memory that was not handed to it."""
    del machine
    given = {a.obj for value, _ in context.args for a in value if isinstance(a, Ptr)}
    return any(
        isinstance(a, Ptr) and a.obj.kind == "heap" and a.obj not in given
        for a in result
    )


def settle(machine: Machine) -> None:
    """Evaluate again what read memory that has grown since, until nothing does."""
    while machine.dirty:
        context = next(iter(machine.dirty))
        del machine.dirty[context]
        if context.runs < machine.limits.runs and not context.busy and context.entry.id:
            kept, machine.focus = machine.focus, context.focus
            evaluate_context(machine, context)
            machine.focus = kept
