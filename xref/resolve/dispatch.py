"""Which function evaluates which form of Code; filled by the modules that do."""

from collections.abc import Callable
from typing import Any, Final

from xref.resolve.machine import Frame, Machine
from xref.resolve.skipping import leave_out_dead
from xref.resolve.values import UNKNOWN, Typed

Node = list[Any]
Expression = Callable[[Machine, Frame, Node], Typed]
Statement = Callable[[Machine, Frame, Node], None]

_EXPRESSIONS: Final[dict[str, Expression]] = {}
_STATEMENTS: Final[dict[str, Statement]] = {}


def expression(*forms: str) -> Callable[[Expression], Expression]:
    """Register a function as the evaluation of these forms."""

    def keep(function: Expression) -> Expression:
        _EXPRESSIONS.update(dict.fromkeys(forms, function))
        return function

    return keep


def statement(*forms: str) -> Callable[[Statement], Statement]:
    """Register a function as the execution of these forms."""

    def keep(function: Statement) -> Statement:
        _STATEMENTS.update(dict.fromkeys(forms, function))
        return function

    return keep


def evaluate(machine: Machine, frame: Frame, code: Node) -> Typed:
    """What an expression may be, and its static type ("" when unknown)."""
    rule = _EXPRESSIONS.get(code[0]) if code else None
    return rule(machine, frame, code) if rule else (UNKNOWN, "")


def execute(machine: Machine, frame: Frame, statements: list[Node]) -> None:
    """Run statements in order; those that no way leads to only at labels."""
    for code in statements:
        if frame.env is None:
            leave_out_dead(frame, code)
            if code[0] not in _REVIVING:
                continue
        else:
            frame.ended = None
        rule = _STATEMENTS.get(code[0])
        if rule:
            rule(machine, frame, code)


_REVIVING: Final = {"label", "case", "default", "{", "cpp", "if", "loop", "switch"}
"""Forms that may hold a label, so that dead code around them comes to life."""
