"""Statements that leave: where they lead, and whether a call that succeeds comes by."""

from typing import Any

from xref.resolve.dispatch import evaluate, statement
from xref.resolve.flow import merged
from xref.resolve.machine import Frame, Machine
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
