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


class Nearest:
    """The few nearest entries of every vertex that one leads to."""

    def __init__(
        self, edges: Edges, entries: Sequence[Vertex], slots: Mapping[Vertex, str]
    ) -> None:
        """Find them.

        Args:
            edges: what each vertex calls.
            entries: where ways begin; of equally near ones the earlier is the nearer.
            slots: vertices that are slots: each on a way costs more than all steps.
        """
        self._entries = entries
        self._costs: dict[Vertex, list[int]] = {}
        self._ranks: dict[Vertex, list[int]] = {}
        self._before: dict[Vertex, Vertex | None] = {}
        costs, ranks, before = self._costs, self._ranks, self._before
        heap: list[tuple[int, int, Vertex, Vertex | None]] = [
            (0, rank, entry, None) for rank, entry in enumerate(entries)
        ]
        heapify(heap)
        while heap:
            cost, rank, at, source = heappop(heap)
            known = ranks.get(at)
            if known is None:
                ranks[at], costs[at], before[at] = [rank], [cost], source
            elif len(known) == NEAREST or rank in known:
                continue
            else:
                known.append(rank)
                costs[at].append(cost)
            for target in edges.get(at, ()):
                others = ranks.get(target)
                if others is None or (len(others) < NEAREST and rank not in others):
                    step = SLOT_COST if target in slots else int(target >= 0)
                    heappush(heap, (cost + step, rank, target, at))

    def of(self, at: Vertex) -> Near:
        """The nearest entries of one vertex; without any where nothing leads there."""
        if at not in self._ranks:
            return Near((), (), None)
        entries = tuple(self._entries[rank] for rank in self._ranks[at])
        return Near(tuple(self._costs[at]), entries, self._before[at])


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
