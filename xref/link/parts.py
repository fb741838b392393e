"""A graph that is filled by two: what one of them found goes into that of the other.

The one who reads the later part begins with a copy of the graph.  Nodes and functions
that both find are the same; others are numbered as if one had read everything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from xref.link.graph import Doubt, Graph, Origin, Pointed, each_of
from xref.link.structs import Struct


@dataclass(frozen=True, slots=True)
class Part:
    """What was added to a graph, as plain values: they travel fast."""

    first_node: int
    """How many nodes there were before."""
    first_extern: int
    nodes: list[tuple[Any, ...]]
    """What tells each new node apart."""
    externs: list[str]
    held: list[tuple[int, int, list[tuple[Any, ...]]]]
    """Node, function, origins."""
    flows: list[tuple[int, int | list[int]]]
    narrow: list[tuple[int, int, str, int]]
    """Source, target, type and file."""
    doubts: list[tuple[int, list[tuple[Any, ...]]]]


def begin_part(graph: Graph) -> tuple[int, int]:
    """Forget what stands in a graph, but not its nodes; how many there are."""
    graph.held.clear()
    graph.flows.clear()
    graph.narrow.clear()
    graph.doubts.clear()
    return len(graph.keys), len(graph.externs)


def part_of(graph: Graph, begun: tuple[int, int]) -> Part:
    """What a graph got since `begin_part`."""
    first_node, first_extern = begun
    return Part(
        first_node,
        first_extern,
        [_sent(key) for key in graph.keys[first_node:]],
        graph.externs[first_extern:],
        [
            (node, function, [tuple(origin) for origin in each_of(origins)])
            for node, held in graph.held.items()
            for function, origins in held.items()
        ],
        [
            (source, targets if isinstance(targets, int) else sorted(targets))
            for source, targets in graph.flows.items()
        ],
        [
            (source, target, *pointed)
            for source, flows in graph.narrow.items()
            for target, pointed in flows
        ],
        [(node, [tuple(d) for d in doubts]) for node, doubts in graph.doubts.items()],
    )


class Merge:
    """Adds a part to a graph."""

    def __init__(
        self, graph: Graph, part: Part, struct_at: Callable[[str, int], Struct]
    ) -> None:
        self._part = part
        self._nodes = [graph.number(_received(key, struct_at)) for key in part.nodes]
        self._externs = [graph.extern(name) for name in part.externs]
        function = self._function
        for number, ident, origins in part.held:
            node, own = self.node(number), function(ident)
            for origin in origins:
                graph.put(node, own, Origin(*origin))
        for source, targets in part.flows:
            for target in (targets,) if isinstance(targets, int) else targets:
                graph.flow(self.node(source), self.node(target))
        for source, target, type_, file in part.narrow:
            pointed = Pointed(type_, file)
            graph.flow_narrow(self.node(source), self.node(target), pointed)
        for number, doubts in part.doubts:
            graph.doubts[self.node(number)] += [Doubt(*doubt) for doubt in doubts]

    def node(self, number: int) -> int:
        """The number in the graph of a node of the part."""
        at = number - 1 - self._part.first_node
        return number if at < 0 else self._nodes[at]

    def _function(self, ident: int) -> int:
        at = -1 - ident - self._part.first_extern
        return ident if at < 0 else self._externs[at]


def _sent(key: tuple[Any, ...]) -> tuple[Any, ...]:
    first = key[0]
    return ((first.tag, first.file), *key[1:]) if isinstance(first, Struct) else key


def _received(
    key: tuple[Any, ...], struct_at: Callable[[str, int], Struct]
) -> tuple[Any, ...]:
    first = key[0]
    return (struct_at(*first), *key[1:]) if isinstance(first, tuple) else key
