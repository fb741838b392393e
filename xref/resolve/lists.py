"""Lists: what was put on them, and in which order as far as the source tells."""

from typing import Any

from xref.resolve.dispatch import evaluate
from xref.resolve.machine import Frame, Machine, Model, Stranger
from xref.resolve.memory import reason_of, told_of
from xref.resolve.values import UNKNOWN, Atom, Ptr, Typed, Value, covers

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


def any_row(machine: Machine, head: Ptr) -> Ptr:
    """A head of a list with any rows in place of those of arrays that it stands in."""
    path = tuple("[*]" if step[0] == "[" else step for step in head.path)
    return head if path == head.path else machine.pool.pointer(head.obj, path)


def lists_like(machine: Machine, head: Atom) -> list[Ptr]:
    """The heads of the lists that one may be: the row of an array may not be known."""
    if not isinstance(head, Ptr):
        return []
    if all(step[0] != "[" for step in head.path):
        return [head]
    return [
        other
        for other in machine.heap.lists
        if other.obj is head.obj and covers(other.path, head.path)
    ] or [head]


def listed(machine: Machine, stranger: Stranger) -> set[tuple[str, str]]:
    """Names and files of the objects that a stranger on lists cannot be.

    Who is known to be on one list is no stranger on another: a link is on one list.
    """
    found: set[tuple[str, str]] = set()
    for node, heads in machine.heap.heads.items():
        entry = node.obj.entry
        if entry and node.path[-1:] == stranger.link:
            on = (_may_be(at, head) for at in stranger.heads for head in heads)
            if not any(on):
                found.add((entry.name, entry.path))
    return found


def _may_be(one: Ptr, other: Ptr) -> bool:
    """Say whether two heads may be one: what is known by the way to it may be any."""
    if one.obj is other.obj:
        return covers(one.path, other.path)
    if one.obj.kind == other.obj.kind == "global":
        return False
    return one.path[-1:] == other.path[-1:]


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
        machine.renew(machine.heap.walkers.get(any_row(machine, head), ()))


def splice(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
    """All nodes of a list join another one; which of them come first is not known."""
    frame.sources = {}
    lists, _ = evaluate(machine, frame, code[2][model.numbers["list"]])
    where, _ = evaluate(machine, frame, code[2][model.numbers["head"]])
    heap = machine.heap
    for source in lists:
        if not isinstance(source, Ptr) or frame.env is None:
            continue
        heap.walkers[any_row(machine, source)][frame.context] = None
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
        frame.context in heap.walkers.get(any_row(machine, head), ())
        or all(heap.entered.get(other) == machine.root for other in order)
    )
    if not sure:
        heap.unordered.add(head)
    behind = places[0] if places[0] in members else None
    at = len(order) if tail else order.index(behind) + 1 if behind else 0
    heap.lists[head] = dict.fromkeys([*order[:at], node, *order[at:]])
    heap.heads.setdefault(node, {})[head] = None
    heap.entered.setdefault(node, machine.root)
    if node.obj.kind == "sym":
        heap.strangers.setdefault(node.obj, Stranger(node.path[-1:]))
    machine.renew(heap.walkers.get(any_row(machine, head), ()))
