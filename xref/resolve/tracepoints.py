"""Tracepoints: places where a tracer may hang something on, and mostly nobody does."""

from typing import Any

from xref.program import FunctionEntry
from xref.resolve.machine import STATE, Machine

Node = list[Any]


def is_tracepoint(machine: Machine, entry: FunctionEntry) -> bool:
    """Say whether a function is a tracepoint.

    A macro made it, and it asks the object of its name whether it is switched on.
    """
    if not entry.macro:
        return False
    answer: bool = machine.once(
        ("tracepoint", entry.name, entry.path), lambda: _asks_state(machine, entry)
    )
    return answer


def _asks_state(machine: Machine, entry: FunctionEntry) -> bool:
    program = machine.program
    prefixes = tuple(
        model.prefix
        for tag, model in machine.models.items()
        if model.rule == STATE and program.structs(tag)
    )
    return any(
        one.returns == "void"
        and any(
            part[0] == "if" and _names_one(part[1], prefixes)
            for part in _statements(program.body(one.id))
        )
        for one in program.functions(entry.name)
        if one.path == entry.path and one.macro
    )


def _statements(body: Node) -> list[Node]:
    return [part for part in body if isinstance(part, list) and part]


def _names_one(code: Node, prefixes: tuple[str, ...]) -> bool:
    if code and code[0] == "n":
        return str(code[1]).startswith(prefixes)
    return any(_names_one(part, prefixes) for part in code if isinstance(part, list))
