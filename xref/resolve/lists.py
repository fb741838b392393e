"""Lists: what was put on them, and in which order as far as the source tells."""

from typing import Any

from xref.resolve.dispatch import evaluate
from xref.resolve.machine import Frame, Machine, Model
from xref.resolve.memory import reason_of, told_of
from xref.resolve.values import UNKNOWN, Ptr, Typed, Value

Node = list[Any]


def list_add(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
    """A node goes behind a head or another node, or to the end of the list."""
    tail = "tail" in model.numbers
    frame.sources = {}
    nodes, _ = evaluate(machine, frame, code[2][model.numbers["node"]])
    where, _ = evaluate(machine, frame, code[2][model.numbers["head"]])
    if frame.env is None:
        return UNKNOWN, "void"
    reason = reason_of(frame, (told_of(frame, code), code[3]))
    for head, places in _lists_of(machine, where).items():
        for node in nodes or UNKNOWN:
            if not isinstance(node, Ptr):
                _open(machine, head)
            elif node is not head:
                machine.births.setdefault(node, reason)
                _join(machine, frame, (head, places, tail), node)
    return UNKNOWN, "void"


def _lists_of(machine: Machine, where: Value) -> dict[Ptr, list[Ptr]]:
    """The lists that are meant by heads, or by nodes that are on them; the places."""
    lists: dict[Ptr, list[Ptr]] = {}
    for at in where:
        if isinstance(at, Ptr):
            for head in machine.heap.heads.get(at, (at,)):
                lists.setdefault(head, []).append(at)
    return lists


def _open(machine: Machine, head: Ptr) -> None:
    """What is not known joins a list, beside what is."""
    if head not in machine.heap.open:
        machine.heap.open.add(head)
        machine.renew(machine.heap.walkers.get(head, ()))


def splice(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
    """All nodes of a list join another one; which of them come first is not known."""
    frame.sources = {}
    lists, _ = evaluate(machine, frame, code[2][model.numbers["list"]])
    where, _ = evaluate(machine, frame, code[2][model.numbers["head"]])
    heap = machine.heap
    for source in lists:
        if not isinstance(source, Ptr) or frame.env is None:
            continue
        heap.walkers[source][frame.context] = None
        for head in where:
            for node in list(heap.lists.get(source, ())):
                if isinstance(head, Ptr) and head is not source:
                    heap.unordered.add(head)
                    _join(machine, frame, (head, [head], True), node)
    return UNKNOWN, "void"


def _join(
    machine: Machine, frame: Frame, where: tuple[Ptr, list[Ptr], bool], node: Ptr
) -> None:
    """Put a node in its place; note when the source does not say which that is.

    Who enters first is not known of two that start from different places, unless the
    code that enters them looks at what is there already.
    """
    head, places, tail = where
    heap = machine.heap
    members = heap.lists[head]
    if node in members:
        return
    order = list(members)
    sure = len(places) == 1 and (
        frame.context in heap.walkers.get(head, ())
        or all(heap.entered.get(other) == machine.root for other in order)
    )
    if not sure:
        heap.unordered.add(head)
    behind = places[0] if places[0] in members else None
    at = len(order) if tail else order.index(behind) + 1 if behind else 0
    heap.lists[head] = dict.fromkeys([*order[:at], node, *order[at:]])
    heap.heads.setdefault(node, {})[head] = None
    heap.entered.setdefault(node, machine.root)
    machine.renew(heap.walkers.get(head, ()))
