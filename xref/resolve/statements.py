"""The execution of statements, way by way."""

from typing import Any

from xref.resolve.decisions import Decision
from xref.resolve.dispatch import evaluate, execute, statement
from xref.resolve.expressions import initialise
from xref.resolve.flow import (
    assume,
    fails,
    is_dead,
    is_error,
    leaves,
    meet,
    merged,
    names_taken,
    weighs_local,
)
from xref.resolve.layout import is_aggregate, pointee
from xref.resolve.machine import Env, Frame, Machine, Switch
from xref.resolve.macros import passed, spelled, variable_of
from xref.resolve.memory import write
from xref.resolve.names import static_local
from xref.resolve.places import NOWHERE, locate
from xref.resolve.skipping import leave_out, take, turn
from xref.resolve.values import UNKNOWN, name_memory, truth

Node = list[Any]
_ALL_SIZES = 0x3FFF
"""What a size is in a command at most: include/uapi/asm-generic/ioctl.h."""
_LOOPS = 3
"""How often a loop's body is run to see what it makes of the locals."""


@statement("e")
def _expression(machine: Machine, frame: Frame, code: Node) -> None:
    frame.now = (code[1], code[2])
    frame.sources = {}
    evaluate(machine, frame, code[1])


@statement("decl")
def _declaration(machine: Machine, frame: Frame, code: Node) -> None:
    _, name, type_, init, line, static = code
    frame.sources = {}
    frame.now = _told(frame, init, line)
    name, type_ = variable_of(frame, name), spelled(frame, type_)
    if static:
        found = static_local(machine, frame, name)
        if found:
            frame.cells[name], frame.types[name] = found, type_
            return
    real = machine.layout.real(type_)
    in_memory = (
        is_aggregate(real) or real.endswith("]") or name in _taken(machine, frame)
    )
    if in_memory and _is_known(type_):
        key = ("local", frame.context, name)
        obj = machine.object_of(key, "frame", name, type_, frame.context.far + 1)
        frame.cells[name], frame.types[name] = obj, type_
        if init:
            slot = "" if is_aggregate(real) or real.endswith("]") else "*"
            initialise(machine, frame, (obj, (), slot), type_, (init, line))
        return
    frame.cells.pop(name, None)
    if _is_known(type_):  # C11 6.2.1p7: in scope in its own initialiser
        frame.types.setdefault(name, type_)
    value, found_type = evaluate(machine, frame, init) if init else (UNKNOWN, "")
    frame.types[name] = type_ if _is_known(type_) else found_type
    if init:
        frame.origins[name] = (init, frame.macro)
        name_memory(value, pointee(machine.layout.real(frame.types[name])))
    if frame.env is not None:
        frame.env[name] = value


def _told(frame: Frame, init: Node | None, line: int) -> tuple[Node, int]:
    """What is in work; where a macro keeps an argument, its use says more."""
    is_given = init is not None and passed(init, frame.macro)[0] is not init
    return frame.now if is_given else (init or [], line)


def _is_known(type_: str) -> bool:
    return (
        bool(type_)
        and "?" not in type_
        and "typeof" not in type_.lower()
        and (type_ != "__auto_type")
    )


def _taken(machine: Machine, frame: Frame) -> set[str]:
    ident = frame.context.entry.id
    found: set[str] = machine.once(
        ("taken", ident),
        lambda: (
            names_taken(list(machine.program.body(ident)), set()) if ident else set()
        ),
    )
    return found


@statement("if")
def _if(machine: Machine, frame: Frame, code: Node) -> None:
    _, condition, then, other, line = code
    if frame.env is None:
        _branches(machine, frame, [then, other])
        return
    frame.now = (condition, line)
    frame.sources = {}
    value, _ = evaluate(machine, frame, condition)
    holds = truth(value)
    if holds is not None:
        machine.decisions += weighs_local(frame, condition)
        _run_arm(machine, frame, (condition, line, holds), (then, other))
        return
    take(frame, (condition, line, True))
    take(frame, (condition, line, False))
    start = frame.env
    ends: list[Env | None] = []
    for arm, sense in ((then, True), (other, False)):
        frame.env = dict(start)
        assume(machine, frame, condition, holds=sense)
        certain = leaves(other if sense else then)
        cold = fails(arm) and not fails(other if sense else then)
        failing = sense and is_error(machine, condition)
        cold = cold or (leaves(arm) and failing)
        frame.uncertain += not certain
        frame.cold += cold
        frame.failing += failing
        execute(machine, frame, arm)
        frame.failing -= failing
        frame.cold -= cold
        frame.uncertain -= not certain
        ends.append(frame.env)
    frame.env = merged(ends)


def _run_arm(
    machine: Machine,
    frame: Frame,
    decision: Decision,
    arms: tuple[list[Node], list[Node]],
) -> None:
    """Run the arm that a condition leads to; what is left out is noted."""
    condition, line, holds = decision
    then, other = arms
    take(frame, (condition, line, not holds))
    _leave_out(machine, frame, other if holds else then, decision)
    execute(machine, frame, then if holds else other)
    if frame.env is None:
        frame.ended = decision


def _branches(machine: Machine, frame: Frame, arms: list[list[Node]]) -> None:
    """Arms of a dead statement: a label in them may bring them to life."""
    ends: list[Env | None] = []
    frame.uncertain += 1
    for arm in arms:
        frame.env = None
        execute(machine, frame, arm)
        ends.append(frame.env)
    frame.uncertain -= 1
    frame.env = merged(ends)


def _leave_out(
    machine: Machine, frame: Frame, arm: list[Node], decision: Decision
) -> None:
    """Note a branch that is not taken; look for labels in it all the same."""
    leave_out(frame, decision, arm)
    if any(part[0] in {"label", "{", "if", "loop"} for part in arm):
        kept, frame.env = frame.env, None
        frame.ended = None
        execute(machine, frame, arm)
        frame.env = merged((kept, frame.env))


@statement("loop")
def _loop(machine: Machine, frame: Frame, code: Node) -> None:
    _, kind, init, condition, step, body, line = code
    if frame.env is not None and init:
        execute(machine, frame, init)
    frame.breaks.append([])
    frame.uncertain += kind != "do"
    outs: list[Env | None] = []
    for _ in range(_LOOPS):
        before = frame.env
        frame.now, frame.sources = (condition or [], line), {}
        if kind != "do" and not _goes_on(machine, frame, condition, outs):
            leave_out(frame, (condition or [], line, False), body)
            break
        take(frame, (condition or [], line, False))
        _body(machine, frame, body)
        if frame.env is not None and step:
            evaluate(machine, frame, step)
        if kind == "do" and not _goes_on(machine, frame, condition, outs):
            break
        frame.env = merged((before, frame.env))
        if frame.env == before:
            break
    else:
        outs.append(frame.env if condition else None)
    frame.uncertain -= kind != "do"
    frame.env = merged([*outs, *frame.breaks.pop()])


def _goes_on(
    machine: Machine, frame: Frame, condition: Node | None, outs: list[Env | None]
) -> bool:
    """Evaluate a loop's condition; where it may fail, the locals go out."""
    if frame.env is None or not condition:
        return frame.env is not None or not condition
    holds = truth(evaluate(machine, frame, condition)[0])
    if holds is not True:
        outs.append(dict(frame.env))
    if holds is False:
        frame.env = None
    meet(frame, condition, holds=True)
    return holds is not False


def _body(machine: Machine, frame: Frame, body: list[Node]) -> None:
    frame.continues.append([])
    if frame.env is not None:
        frame.env = dict(frame.env)
    execute(machine, frame, body)
    frame.env = merged([frame.env, *frame.continues.pop()])


def run_rows(
    machine: Machine,
    frame: Frame,
    loop: tuple[Node, list[Any], list[Node]],
    *,
    ordered: bool,
) -> None:
    """A loop over rows that are known; in their order, the first that fits, leaves.

    Where a condition weighs a row against what is bound and is sure to leave the loop,
    later rows are not reached.  A body that leaves without such a condition takes what
    run time puts first: any of them.
    """
    entry, rows, body = loop
    frame.breaks.append([])
    place = locate(machine, frame, entry)
    for row in rows:
        if frame.env is None:
            break
        start, decisions = frame.env, machine.decisions
        frame.env = dict(start)
        if place is not NOWHERE:
            write(machine, frame, place, frozenset((row,)), ("", 0))
        _body(machine, frame, body)
        if is_dead(frame) and not (ordered and machine.decisions != decisions):
            frame.env = dict(start)
    if frame.env is not None and place.variable:
        frame.env[place.variable] = frozenset()
    frame.env = merged([frame.env, *frame.breaks.pop()])


def run_unknown(machine: Machine, frame: Frame, body: list[Node]) -> None:
    """A loop over what is not known: none, one or more times."""
    frame.breaks.append([])
    frame.uncertain += 1
    before = frame.env
    for _ in range(2):
        _body(machine, frame, body)
        frame.env = merged((before, frame.env))
    frame.uncertain -= 1
    frame.env = merged([frame.env, *frame.breaks.pop()])


@statement("switch")
def _switch(machine: Machine, frame: Frame, code: Node) -> None:
    _, subject, body, line = code
    if frame.env is None:
        execute(machine, frame, body)
        return
    frame.now, frame.sources = (subject, line), {}
    value, _ = evaluate(machine, frame, subject)
    cases: list[Node] = []
    _cases(body, cases)
    entry = frame.env or {}
    decision = turn(frame, subject, line, value)
    frame.switches.append(Switch(value, entry, decision, cases))
    frame.breaks.append([])
    frame.uncertain += 1
    frame.env, frame.ended = None, decision
    execute(machine, frame, body)
    frame.uncertain -= 1
    frame.switches.pop()
    ends = [frame.env, *frame.breaks.pop()]
    if not any(c[0] == "default" for c in cases):
        ends.append(entry)
    frame.env = merged(ends)


def _cases(body: list[Node], found: list[Node]) -> None:
    for part in body:
        if part[0] in {"case", "default"}:
            found.append(part)
        elif part[0] == "{":
            _cases(part[1], found)


@statement("case", "default")
def _case(machine: Machine, frame: Frame, code: Node) -> None:
    if not frame.switches:
        return
    switch = frame.switches[-1]
    numbers = [a for a in switch.value if isinstance(a, int)]
    taken = len(numbers) < len(switch.value)
    if not taken:
        if code[0] == "case":
            taken = any(_fits(machine, frame, code, n) is not False for n in numbers)
        else:
            cases = [c for c in switch.cases if c[0] == "case"]
            taken = any(
                all(_fits(machine, frame, case, n) is not True for case in cases)
                for n in numbers
            )
    if taken:
        frame.env = merged((frame.env, switch.env))
    elif frame.env is None:
        frame.ended = switch.decision


def _fits(machine: Machine, frame: Frame, case: Node, number: int) -> bool | None:
    """Say whether a number is one of a case; None when that is not known."""
    low = evaluate(machine, frame, case[1])[0]
    high = low if case[2] is None else evaluate(machine, frame, case[2])[0]
    bounds = [a for a in (*low, *high) if isinstance(a, int)]
    if len(bounds) == len(low) + len(high):
        return min(bounds) <= number <= max(bounds)
    differs = case[2] is None and not _may_be(machine, frame, case[1], number)
    return False if differs else None


def _may_be(machine: Machine, frame: Frame, code: Node, number: int) -> bool:
    """Say whether a number may be what code gives when sizes are not known.

    A command as ``_IOR('f', 1, struct s)`` makes it holds a size beside what tells it
    from others: with no bit of each size set, then with all, what differs is unknown.
    """
    found: list[int] = []
    for machine.size in (0, _ALL_SIZES):
        value, _ = evaluate(machine, frame, code)
        found += [a for a in value if isinstance(a, int)]
    machine.size = None
    if len(found) != 2:  # noqa: PLR2004 - one for each run
        return True
    none, every = found
    return not (number ^ none) & ~(none ^ every)


@statement("{")
def _compound(machine: Machine, frame: Frame, code: Node) -> None:
    execute(machine, frame, code[1])


@statement("cpp")
def _conditional(machine: Machine, frame: Frame, code: Node) -> None:
    start = frame.env
    ends: list[Env | None] = []
    kept = frame.guards
    for guard, arm in code[1]:
        frame.env = None if start is None else dict(start)
        frame.guards = (*kept, guard)
        execute(machine, frame, arm)
        ends.append(frame.env)
    frame.guards = kept
    frame.env = merged(ends)
