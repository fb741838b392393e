"""Function-like macros: their bodies are evaluated where they are used."""

from typing import Any

from xref.program import MacroEntry
from xref.resolve.dispatch import evaluate, execute
from xref.resolve.machine import Frame, Machine, MacroEnv
from xref.resolve.values import UNKNOWN, Typed

Node = list[Any]
_DEEPEST = 24


def expand(
    machine: Machine, frame: Frame, code: Node, macro: MacroEntry
) -> Typed | None:
    """The value of a use of a macro; None when its body cannot be evaluated."""
    body = machine.program.macro_body(macro.id)
    if not body or len(frame.inside) > _DEEPEST:
        return None
    bound: MacroEnv = {}
    names = macro.parameters or ()
    for number, name in enumerate(names):
        if name.endswith("..."):
            rest = code[2][number:]
            key = name[:-3].strip() or "__VA_ARGS__"
            bound[key] = (rest[0] if len(rest) == 1 else [",", rest], frame.macro)
        elif number < len(code[2]):
            bound[name] = (code[2][number], frame.macro)
    kept = frame.macro, frame.line
    if not frame.line:
        frame.line = code[3]
    frame.macro = bound
    frame.inside = (*frame.inside, code[1][1], code[3])
    answer: Typed = (UNKNOWN, "")
    if macro.form == "expr":
        answer = evaluate(machine, frame, body)
    elif macro.form == "statements":
        execute(machine, frame, body)
    frame.inside = frame.inside[:-2]
    frame.macro, frame.line = kept
    if not frame.line:
        frame.passed_in.clear()
    return answer if macro.form in {"expr", "statements", "empty"} else None
