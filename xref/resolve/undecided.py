"""What functions call of which no scenario decides anything, told from the facts.

Most of a whole graph is this, and it is the same for every scenario: it is made at the
first question about a kernel, and taken over from there.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, TypeVar

from xref.answers import Folded, PathEdge, PathNode, Unresolved
from xref.program import FunctionEntry
from xref.records import CallKind
from xref.resolve.edges import Graph

_EXTERN: Final = "extern"
"""The kind of what has no body that could be followed."""
_MUCH: Final = 50
"""What is new is kept when it is more than one of so many."""
_Item = TypeVar("_Item", PathEdge, Unresolved, Folded)


@dataclass(frozen=True, slots=True)
class Followed:
    """A function whose calls are known from the facts; ids are those of nodes."""

    source: str
    onward: tuple[str, ...]
    """What is to be followed next, where its edges do not say it."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A node's function by its id in the index."""

    node: str
    function: int


@dataclass(frozen=True, slots=True)
class Undecided:
    """Functions of one kernel with what they call; each list by its function."""

    functions: tuple[Followed, ...] = ()
    nodes: tuple[PathNode, ...] = ()
    edges: tuple[PathEdge, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    folded: tuple[Folded, ...] = ()
    entered: tuple[Entered, ...] = ()


@dataclass(slots=True)
class Ledger:
    """What is kept of it from one question to the next."""

    known: Undecided = field(default_factory=Undecided)
    grown: Undecided | None = None
    """With what a question found, where that is worth keeping."""


class Shared:
    """The same while one path is made: what is known is taken, the rest is noted."""

    def __init__(self, graph: Graph, known: Undecided) -> None:
        self._graph = graph
        self._nodes = {node.id: node for node in known.nodes}
        self._onward = {each.source: each.onward for each in known.functions}
        self._edges = _by_source(known.edges)
        self._unresolved = _by_source(known.unresolved)
        self._folded = _by_source(known.folded)
        self._ids = {each.node: each.function for each in known.entered}
        self._special = set(graph.given)
        self._special.update(i for i in graph.evaluated if self._calls_on(i))
        self._fresh: dict[str, list[str]] = {}

    def take(self, source: str) -> Iterable[str] | None:
        """Add what is known of a function; what it leads to, or None if nothing is."""
        onward = self._onward.get(source)
        edges = self._edges.get(source, ())
        targets = [edge.target for edge in edges]
        if onward is None or not self._special.isdisjoint(targets):
            return None
        graph = self._graph
        for edge in edges:
            graph.edges[source, -1 - edge.order, "", edge.target] = edge
            if edge.target not in graph.nodes:
                graph.nodes[edge.target] = self._nodes[edge.target]
        graph.orders[source] = len(edges)
        for number, item in enumerate(self._unresolved.get(source, ())):
            graph.unresolved[source, -1 - number, ""] = item
        for number, fold in enumerate(self._folded.get(source, ())):
            graph.folded[source, -1 - number, ""] = fold
        return onward or _led(graph.nodes, edges)

    def entry(self, ident: str) -> FunctionEntry | None:
        """The function of a node that something known leads to."""
        number = self._ids.get(ident)
        return None if number is None else self._graph.program.function(number)

    def note(self, source: str, onward: list[str]) -> None:
        """Remember what the facts say of a function if they say it on every path."""
        if self._special.isdisjoint(onward):
            self._fresh[source] = onward

    def grown(self, entries: Mapping[str, FunctionEntry]) -> Undecided | None:
        """What is known now, if much of it is new.

        Args:
            entries: the functions of nodes that were met beside what was known.
        """
        if len(self._fresh) <= len(self._onward) // _MUCH:
            return None
        graph = self._graph
        fresh = self._fresh
        edges = self._edges | _by_source(_of(fresh, graph.edges.values()))
        unresolved = _by_source(_of(fresh, graph.unresolved.values()))
        folded = _by_source(_of(fresh, graph.folded.values()))
        nodes = self._nodes | graph.nodes
        ends = {edge.target for each in edges.values() for edge in each}
        onward = dict(self._onward)
        for source, led in fresh.items():
            is_plain = led == _led(nodes, edges.get(source, ()))
            onward[source] = () if is_plain else tuple(led)
        ids = self._ids | {node: entry.id for node, entry in entries.items()}
        return Undecided(
            tuple(Followed(*each) for each in onward.items()),
            tuple(node for ident, node in nodes.items() if ident in ends),
            tuple(chain.from_iterable(edges.values())),
            tuple(chain.from_iterable((self._unresolved | unresolved).values())),
            tuple(chain.from_iterable((self._folded | folded).values())),
            tuple(
                Entered(node, ids[node])
                for node in ids
                if node in ends or node in onward
            ),
        )

    def _calls_on(self, ident: str) -> bool:
        """Say whether a function that was evaluated calls what it is given."""
        entry = self._graph.branches[ident][0].entry
        names = {parameter.name for parameter in entry.parameters}
        return any(
            call.kind is CallKind.POINTER and call.callee in names
            for call in self._graph.program.calls_of(entry.id)
        )


def _led(nodes: Mapping[str, PathNode], edges: Iterable[PathEdge]) -> list[str]:
    """What is followed from a function, as its edges say."""
    return [edge.target for edge in edges if nodes[edge.target].kind != _EXTERN]


def _of(sources: Container[str], items: Iterable[_Item]) -> list[_Item]:
    return [item for item in items if item.source in sources]


def _by_source(items: Iterable[_Item]) -> dict[str, list[_Item]]:
    found: dict[str, list[_Item]] = {}
    for item in items:
        found.setdefault(item.source, []).append(item)
    return found
