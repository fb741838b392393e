"""What the facts of a blob do not tell of pointer calls, read from function bodies.

A local variable that is called may hold what another call gave, as in
``fn = READ_ONCE(p->fn); fn(x)``.  And what a pointer call hands on goes to the
parameters of all that it may call.
"""

from dataclasses import dataclass
from typing import Final

from xref.link.expressions import Typer
from xref.link.graph import Graph, Origin
from xref.link.locals import given_to_locals, is_plain
from xref.link.places import NO_NAMES, Known, Local, Place
from xref.link.stores import StoreReader, Target
from xref.link.tables import Node, PointerCall, nodes_of
from xref.link.types import is_function, parameters_of
from xref.link.values import Value, Values

_WRAPPERS: Final = frozenset(("cast", "*", "[]"))


@dataclass(frozen=True, slots=True)
class _Handed:
    """A function that a pointer call hands on."""

    callees: tuple[int, ...]
    """Nodes."""
    position: int
    value: Value
    origin: Origin


class BodyReader:
    """Reads the bodies of functions that call through pointers."""

    def __init__(
        self, typer: Typer, values: Values, stores: StoreReader, graph: Graph
    ) -> None:
        self._typer = typer
        self._names = typer.names
        self._values = values
        self._stores = stores
        self._graph = graph
        self._handed: list[_Handed] = []
        self._done: set[tuple[int, str | int]] = set()
        self._bodies = Bodies(typer)

    def read(self, call: PointerCall, code: Node, nodes: list[int]) -> None:
        """Read what a pointer call needs of the body that it stands in.

        Args:
            call: the call.
            code: its callee.
            nodes: what it reads.
        """
        if call.owner < 0:
            return
        core = code
        while core[0] in _WRAPPERS:
            core = core[2] if core[0] == "cast" else core[1]
        if core[0] in {"v", "p"} and (call.owner, core[2]) not in self._done:
            self._done.add((call.owner, core[2]))
            self._local(call.owner, core)
        file = self._names.file(call.owner)
        type_ = self._typer.type_of(code, Place(file, call.owner, NO_NAMES))
        wanted = [
            position
            for position, each in enumerate(
                parameters_of(self._names.unfold(type_, file))
            )
            if is_function(self._names.unfold(each, file))
        ]
        if wanted and nodes:
            self._arguments(call, code, nodes, wanted)

    def hand_on(self) -> bool:
        """Let what calls hand on flow to what they may call; False if none is new."""
        is_new = False
        for number, handed in enumerate(self._handed):
            for callee in handed.callees:
                for function in list(self._graph.held.get(callee, ())):
                    if function > 0 and self._hand(number, handed, function):
                        is_new = True
        return is_new

    def _hand(self, number: int, handed: _Handed, function: int) -> bool:
        key = (function, number)
        definition = self._names.definitions[function]
        parameters = self._names.parameters(definition)
        if key in self._done or handed.position >= len(parameters):
            return False
        self._done.add(key)
        node = self._graph.parameter(function, handed.position)
        for each in handed.value.functions:
            self._graph.put(node, each, handed.origin)
        for source in handed.value.nodes:
            self._graph.flow(source, node)
        return True

    def _local(self, owner: int, core: Node) -> None:
        """What a variable is given by calls; the rest is known from facts."""
        body, place = self._bodies.of(owner)
        # ``typeof(hook) f``: it is called, so it is a pointer to some function.
        type_ = "" if core[1] == "?" else self._names.unfold(core[1], place.file)
        kind = (
            self._graph.local(owner, core[2])
            if core[0] == "v"
            else self._graph.parameter(owner, core[3])
        )
        for value in given_to_locals(body).get(core[2], ()):
            if not is_plain(value):
                line = self._names.definitions[owner].line
                origin = Origin(place.file, line, "assignment", "", "")
                self._stores.put_into(Target((kind,), type_), value, place, origin)

    def _arguments(
        self, call: PointerCall, code: Node, nodes: list[int], wanted: list[int]
    ) -> None:
        body, place = self._bodies.of(call.owner)
        callee = _named(code)
        for node in nodes_of(body):
            if node[0] == "call" and node[3] == call.line and node[1] == callee:
                for position in wanted:
                    if position < len(node[2]):
                        value = self._values.value_of(node[2][position], place)
                        origin = Origin(place.file, call.line, "argument", "", "")
                        handed = _Handed(tuple(nodes), position, value, origin)
                        self._handed.append(handed)


class Bodies:
    """The statements of functions and macros, and where they stand."""

    def __init__(self, typer: Typer) -> None:
        self._typer = typer
        self._names = typer.names
        self._last: tuple[int, Node, Place] = (-1, [], Place(0, -1, NO_NAMES))

    def of(self, owner: int) -> tuple[Node, Place]:
        """The body of a function or macro, and a place that knows its locals."""
        if self._last[0] != owner:
            self._last = (owner, *self._read(owner))
        return self._last[1], self._last[2]

    def _read(self, owner: int) -> tuple[Node, Place]:
        code = self._names.code(owner)
        known = self._typer.parameter_types
        names: dict[str, Known] = {
            name: Local(type_ or known.get((owner, position), ""), position)
            for position, (name, type_) in enumerate(
                self._names.parameters(self._names.definitions[owner])
            )
        }
        place = Place(self._names.file(owner), owner, names)
        for node in nodes_of(code):
            if node[0] == "decl":
                names[node[1]] = Local(self._typer.declared(node, place), -1)
        return code, place


def _named(code: Node) -> Node:
    """An expression of a fact as it stands in the body: locals by their names."""
    if code[0] in ("v", "p"):  # it may be a list
        return ["n", code[2]]
    return [_named(part) if isinstance(part, list) and part else part for part in code]
