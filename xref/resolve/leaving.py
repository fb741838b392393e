"""Statements that leave: where they lead, and whether a call that succeeds comes by."""

from typing import Any

from xref.resolve.dispatch import evaluate, execute, statement
from xref.resolve.flow import merged
from xref.resolve.machine import Frame, Machine
from xref.resolve.macros import Source, variable_of, word_of, written
from xref.resolve.values import NOTHING, Value

Node = list[Any]


@statement("return")
def _return(machine: Machine, frame: Frame, code: Node) -> None:
    value: Value = NOTHING
    if code[1] is not None:
        frame.now, frame.sources = (code[1], code[2]), {}
        value = evaluate(machine, frame, code[1])[0]
    frame.result |= value
    frame.left |= bool(frame.uncertain) and not (frame.cold or _is_error(value))
    frame.env = None
    frame.returned = True


def _is_error(value: Value) -> bool:
    """Say whether a number tells of a failure, as after ``if (err)``."""
    return 0 not in value and any(isinstance(a, int) and a < 0 for a in value)


@statement("break")
def _break(_machine: Machine, frame: Frame, _code: Node) -> None:
    if frame.breaks and frame.env is not None:
        frame.breaks[-1].append(frame.env)
    frame.env = None


@statement("continue")
def _continue(_machine: Machine, frame: Frame, _code: Node) -> None:
    if frame.continues and frame.env is not None:
        frame.continues[-1].append(frame.env)
    frame.env = None


@statement("goto")
def _goto(_machine: Machine, frame: Frame, code: Node) -> None:
    label, env = code[1], frame.env
    if env is not None and isinstance(label, str):
        frame.gotos.setdefault(label, []).append(env)
        here = frame.now[1]
        if not (frame.failing or any(map(_is_error, env.values()))):
            frame.ways.setdefault(label, []).append(here)
            if label in frame.passed:
                frame.context.unsure[frame.passed[label], here] = None
        frame.again |= label in frame.passed
    frame.env = None
    frame.returned = False


@statement("label")
def _label(_machine: Machine, frame: Frame, code: Node) -> None:
    label, here = code[1], frame.now[1]
    frame.passed[label] = here
    if frame.env is None and frame.returned and not frame.breaks:
        frame.cold = 1  # behind the return: only gotos lead here
    else:
        frame.context.unsure.update(
            ((a, here), None) for a in frame.ways.get(label, ())
        )
    frame.env = merged([frame.env, *frame.gotos.get(label, [])])


@statement("cleanup")
def _cleanup(machine: Machine, frame: Frame, code: Node) -> None:
    """Note a call that is due when a variable goes out of scope.

    That is taken to be when the function is left: then all that was stored is known.
    """
    _, due, line = code
    name = word_of(*written(machine, frame, due[1]))
    variable = variable_of(frame, due[2][0][1][1])
    key = ("cleanup", frame.context, id(code), frame.inside, name, variable)
    at = frame.line or line
    call = ["call", ["n", name], [["&", ["n", variable]]], at]
    end: Node = machine.once(key, lambda: ["e", call, at])
    if end not in frame.ends:
        frame.ends.append(end)


def note_ends(machine: Machine, frame: Frame, source: Source, line: int) -> None:
    """Note what is due for the variables that a macro's body declares."""
    body, macro = source
    kept = frame.macro, frame.line
    frame.used = frame.used if frame.line else frame.now[0]
    frame.macro, frame.line = macro, frame.line or line
    execute(machine, frame, [part for part in body if part[0] == "cleanup"])
    frame.macro, frame.line = kept


def declare_for_body(machine: Machine, frame: Frame, code: Node) -> None:
    """What a loop macro declares for its body: ``while_held(lock) {...}``.

    Of ``for (T x own(f) = g(lock); ...)`` the calls of g and, in the end, of f.
    """
    inner, macro = written(machine, frame, code)
    if not isinstance(inner[0], list) or inner[0][0] != "loop":
        return
    init = inner[0][2] or []
    if not any(map(_declares, init)):
        return
    kept = frame.macro, frame.line, frame.inside
    frame.used = frame.used if frame.line else frame.now[0]
    frame.macro, frame.line = macro, frame.line or code[3]
    frame.inside = (*frame.inside, code[1][1], code[3])
    execute(machine, frame, init)
    frame.macro, frame.line, frame.inside = kept


def _declares(code: Node) -> bool:
    """Say whether a statement declares by a macro, or with something that ends it."""
    if code[0] == "call" and code[1][0] == "call":
        return True
    parts = [part for part in code if isinstance(part, list) and part]
    return code[0] == "cleanup" or any(map(_declares, parts))
