"""Memory of the program: what the arguments of a call lead to."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from xref.answers import Reason
from xref.resolve.layout import is_aggregate, pointee
from xref.resolve.machine import Key, Machine
from xref.resolve.values import Number, Obj, Value

Node = list[Any]
Constant = Callable[[str], Value]
"""The value of a constant, a number, or a descriptor."""
_PART = re.compile(r"\s*(?:\.(?P<field>\w+)\s*=)?\s*(?P<value>[^,]+?)\s*(?:,|$)")
_SAID = (Reason("as the program says", "", 0),)


def is_memory(text: str) -> bool:
    """Say whether an argument is an initialiser of memory: ``{.fd = client}``."""
    return text.startswith("{") and text.endswith("}")


def memory_of(
    machine: Machine, text: str, where: tuple[object, str], value_of: Constant
) -> Value:
    """The address of memory with these contents, for a parameter of a type.

    Args:
        machine: the scenario so far.
        text: ``{.field = value, ...}`` or ``{value, ...}``.
        where: what tells it from other memory, and the parameter's type.
        value_of: what the words in it mean; nothing for one that the call gives.
    """
    who, type_ = where
    inner = pointee(machine.layout.real(type_))
    obj = machine.object_of(("user", who), "user", "user", inner, 0)
    obj.known = obj.given = True
    for number, part in enumerate(_PART.finditer(text[1:-1])):
        value = value_of(part["value"])
        for key in _cells(machine, obj, (inner, part["field"] or "", number)):
            machine.heap.put(key, value, _SAID)
    return frozenset((machine.pool.pointer(obj),))


def _cells(machine: Machine, obj: Obj, what: tuple[str, str, int]) -> list[Key]:
    """The cells of a part; a struct may be looked at as the row of an array, too."""
    inner, field, number = what
    if not field:
        return [(obj, (f"[{number}]",), "*")]
    tag = machine.layout.real(inner)
    found = machine.layout.member(tag, field) if is_aggregate(tag) else None
    if found is None:
        return []
    return [(obj, (), found.slot), (obj, ("[*]",), found.slot)]


def given(machine: Machine, text: str, who: object) -> Mapping[str, Value]:
    """The descriptors that a call put into memory, by their names in its text."""
    obj = machine.objects[("user", who)]
    found: dict[str, Value] = {}
    for number, part in enumerate(_PART.finditer(text[1:-1])):
        rows = [(f"[{number}]",)] if number else [(), ("[0]",)]
        cells = [machine.heap.cells.get((obj, row, "*"), {}) for row in rows]
        numbers = frozenset(a for c in cells for a in c if isinstance(a, Number))
        if numbers and not part["field"]:
            found[part["value"]] = numbers
    return found
