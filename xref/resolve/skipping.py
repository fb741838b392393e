"""What is left out of a function: calls that known values do not lead to."""

from collections.abc import Iterable
from typing import Any

from xref.resolve.decisions import Decision, Skip, SkipKey
from xref.resolve.machine import Frame
from xref.resolve.values import Named, Value
from xref.spelling import spelling_of

Node = list[Any]


def take(frame: Frame, decision: Decision) -> None:
    """Note code that is run: at another turn of a loop it may have been left out."""
    key = _key(frame, decision)
    frame.context.taken.add(key)
    frame.context.skips.pop(key, None)


def decide(
    frame: Frame, condition: Node, rest: Iterable[Node], *, holds: bool | None
) -> None:
    """Note what an operator leaves out when its first operand decides.

    Not within macros: which of its arguments one uses is no branch of the function.
    """
    if frame.line or frame.macro:
        return
    line = frame.now[1]
    if holds is None:
        take(frame, (condition, line, True))
        take(frame, (condition, line, False))
    else:
        take(frame, (condition, line, not holds))
        leave_out(frame, (condition, line, holds), rest)


def turn(frame: Frame, subject: Node, line: int, value: Value) -> Decision | None:
    """What a switch statement decides; None where another turn decides otherwise."""
    numbers = frozenset(atom for atom in value if isinstance(atom, int))
    at = frame.line or line, id(subject)
    context = frame.context
    others = [k for k in context.skips if k[:2] == at and k[2] != numbers]
    if others or not numbers or len(numbers) < len(value):
        context.taken.add((*at, False))
        context.skips = {k: s for k, s in context.skips.items() if k[:2] != at}
    return None if (*at, False) in context.taken else (subject, line, numbers)


def leave_out(frame: Frame, decision: Decision, code: Iterable[Node]) -> None:
    """Note the calls of code that a decision does not lead to.

    Args:
        frame: of the function.
        decision: what was decided.
        code: statements and expressions.
    """
    key = _key(frame, decision)
    if key in frame.context.taken:
        return
    calls: dict[int, int] = {}
    for part in code:
        _find_calls(part, calls)
    if not calls:
        return
    skip = frame.context.skips.get(key)
    if skip is None:
        skip = frame.context.skips[key] = _skip(frame, decision)
    skip.calls.update(calls)


def leave_out_dead(frame: Frame, statement: Node) -> None:
    """Note what stands behind the statement that ended the function, or its block."""
    if frame.ended is None:
        return
    match statement:
        case ["if" | "switch", condition, *_]:
            leave_out(frame, frame.ended, (condition,))
        case ["loop", _, init, condition, step, *_]:
            parts = (part for part in (init, condition, step) if part)
            leave_out(frame, frame.ended, parts)
        case ["label" | "case" | "default" | "{" | "cpp", *_]:
            pass  # what stands in it is looked at by itself
        case _:
            leave_out(frame, frame.ended, (statement,))


def _key(frame: Frame, decision: Decision) -> SkipKey:
    condition, line, holds = decision
    return frame.line or line, id(condition), holds


def _skip(frame: Frame, decision: Decision) -> Skip:
    condition, line, holds = decision
    text = spelling_of(condition)
    if isinstance(holds, bool):
        told = f"!({text})" if holds else text
        because = f"{text} is {'true' if holds else 'false'}"
    else:
        told = f"switch ({text})"
        because = f"{text} is {' or '.join(map(str, sorted(holds)))}"
    given = _is_given(frame, condition)
    return Skip(frame.line or line, told, because, {}, given=given)


def _find_calls(code: Node, found: dict[int, int]) -> None:
    if code and code[0] == "call":
        found[id(code)] = code[3]
    for part in code:
        if isinstance(part, list):
            _find_calls(part, found)


def _is_given(frame: Frame, condition: Node) -> bool:
    """Say whether a condition asks only for numbers that callers write out."""
    names: set[str] = set()
    if frame.line or not _names_only(condition, names):
        return False
    own = names & frame.types.keys()
    parameters = (parameter.name for parameter in frame.context.entry.parameters)
    arguments = (value for value, _ in frame.context.args)
    given = dict(zip(parameters, arguments, strict=False))
    return bool(own) and all(map(_is_written, map(given.get, own)))


def _is_written(value: Value | None) -> bool:
    """Say whether a value is numbers that stand in the source at a call."""
    return bool(value) and all(type(a) in {int, Named} for a in value or ())


def _names_only(code: Node, names: set[str]) -> bool:
    """Collect the names of an expression; say whether it reads nothing else."""
    if code and code[0] in {"call", "->", ".", "[]", "*", "&"}:
        return False
    if code and code[0] == "n":
        names.add(code[1])
        return True
    return all(_names_only(part, names) for part in code if isinstance(part, list))
