"""From which entries of a graph each vertex can be reached, and how best."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import Final

Vertex = int
Edges = Mapping[Vertex, Sequence[Vertex]]

NEAREST: Final = 4
"""Entries that are known by distance; of the others only that they lead there."""

SLOT_COST: Final = 1000
"""More than any way has steps: a way with fewer slots is the better evidence."""


@dataclass(frozen=True, slots=True)
class Near:
    """The entries nearest to a vertex."""

    costs: tuple[int, ...]
    entries: tuple[Vertex, ...]
    before: Vertex | None
    """The vertex before it on the way from the nearest; None at an entry."""


def nearest_entries(
    edges: Edges, entries: Sequence[Vertex], slots: Mapping[Vertex, str]
) -> dict[Vertex, Near]:
    """The few nearest entries of every vertex that one leads to.

    Args:
        edges: what each vertex calls.
        entries: where ways begin; of equally near ones the earlier is the nearer.
        slots: vertices that are slots: each on a way costs more than all steps.
    """
    found: dict[Vertex, list[tuple[int, int]]] = {}
    before: dict[Vertex, Vertex | None] = {}
    heap: list[tuple[int, int, Vertex, Vertex | None]] = [
        (0, rank, entry, None) for rank, entry in enumerate(entries)
    ]
    heapify(heap)
    while heap:
        cost, rank, at, source = heappop(heap)
        known = found.get(at)
        if known is None:
            found[at] = known = []
            before[at] = source
        elif len(known) == NEAREST or any(rank == other for _, other in known):
            continue
        known.append((cost, rank))
        for target in edges.get(at, ()):
            if len(found.get(target, ())) < NEAREST:
                step = SLOT_COST if target in slots else int(target >= 0)
                heappush(heap, (cost + step, rank, target, at))
    return {
        at: Near(
            tuple(cost for cost, _ in known),
            tuple(entries[rank] for _, rank in known),
            before[at],
        )
        for at, known in found.items()
    }


def entry_sets(
    edges: Edges, entries: Sequence[Vertex], follows: Callable[[Vertex], bool]
) -> dict[Vertex, int]:
    """From which entries each vertex can be reached, as bits of a number.

    Args:
        edges: what each vertex calls.
        entries: bit N stands for the N-th.
        follows: whether ways may lead through a vertex.
    """
    components = _components(edges, entries, follows)
    part_of = {at: number for number, part in enumerate(components) for at in part}
    bits = [0] * len(components)
    for number, entry in enumerate(entries):
        bits[part_of[entry]] |= 1 << number
    # What is called is complete before what calls it: backwards, callers come first.
    for number in range(len(components) - 1, -1, -1):
        for at in components[number]:
            for target in edges.get(at, ()):
                other = part_of.get(target)
                if other is not None and other != number:
                    bits[other] |= bits[number]
    return {at: bits[number] for at, number in part_of.items()}


def _components(  # noqa: C901, PLR0915 - Tarjan without recursion; a hot loop
    edges: Edges, entries: Iterable[Vertex], follows: Callable[[Vertex], bool]
) -> list[list[Vertex]]:
    """Strongly connected parts of what the entries reach, callees first (Tarjan)."""
    index: dict[Vertex, int] = {}
    low: dict[Vertex, int] = {}
    on_stack: set[Vertex] = set()
    stack: list[Vertex] = []
    parts: list[list[Vertex]] = []
    for entry in entries:
        if entry in index:
            continue
        work = [(entry, iter(edges.get(entry, ())))]
        index[entry] = low[entry] = len(index)
        stack.append(entry)
        on_stack.add(entry)
        while work:
            at, targets = work[-1]
            for target in targets:
                if target not in index:
                    if not follows(target):
                        continue
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(edges.get(target, ()))))
                    break
                if target in on_stack:
                    low[at] = min(low[at], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[at])
                if low[at] == index[at]:
                    start = stack.index(at) if stack[-1] != at else len(stack) - 1
                    part = stack[start:]
                    del stack[start:]
                    on_stack.difference_update(part)
                    parts.append(part)
    return parts
