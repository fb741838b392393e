"""Functions that macros define at file scope: ``DEFINE_CLASS(fd, fdget(fd), ...)``.

Of such a function its name is known, and what it calls: the calls in the macro's body,
and those among the arguments of the use.  It has no place in the index of its own, so
who calls it is said to call what it calls, as if it were a macro.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

from xref.link.expressions import Typer
from xref.link.graph import Graph
from xref.link.places import NO_NAMES, Place
from xref.link.tables import Definition, Node, nodes_of

_DEPTH = 4
_MOST_LINES = 6
"""A use with its arguments is not longer, or what is on its lines is not its own."""


class MadeFunctions:
    """What functions call that uses of macros define, by name."""

    def __init__(
        self, typer: Typer, graph: Graph, loose: Iterable[tuple[int, int, str]]
    ) -> None:
        """Take the calls at file scope: file, line and name of each."""
        self._typer = typer
        self._names = typer.names
        self._graph = graph
        self._calls: dict[str, dict[int, None]] = defaultdict(dict)
        self._defining: dict[int, bool] = {}
        self._loose: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for file, line, name in loose:
            self._loose[file].append((line, name))
        for calls in self._loose.values():
            calls.sort()

    def calls_of(self, name: str) -> tuple[int, ...]:
        """What a made function calls: functions and macros by id; () for others."""
        return tuple(self._calls.get(name, ()))

    def read(
        self, file: int, callee: str, line: int, arguments: Sequence[Node]
    ) -> None:
        """Read a use at file scope of what may be such a macro."""
        place = Place(file, -1, NO_NAMES)
        found: list[tuple[str, Node, Place]] = []
        self._collect(["n", callee], list(arguments), place, found)
        if not found:
            return
        loose = self._called_at(file, callee, line)
        for name, body, inner in found:
            made = self._calls[name]
            for node in nodes_of(body):
                if node[0] == "call" and node[1][0] == "n":
                    called, where = self._typer.words.named(node[1], inner)
                    made.update(dict.fromkeys(self._meant(called, where.file)))
            for called in loose:
                made.update(dict.fromkeys(self._meant(called, file)))

    def _collect(
        self,
        callee: Node,
        arguments: Node,
        place: Place,
        found: list[tuple[str, Node, Place]],
    ) -> None:
        """The functions that a macro writes, and the macros that it uses for it."""
        words = self._typer.words
        name, where = words.named(callee, place)
        for macro in self._names.meaning(name, where.file) if name else ():
            if not self._defines(macro) or place.depth > _DEPTH:
                continue
            inner = words.macro_place(macro, arguments, place)
            for node in _parts(self._names.body(macro)):
                if node[0] == "function":
                    found.append((words.pasted(node[1], inner), node[4], inner))
                else:
                    self._collect(node[1], node[2], inner, found)

    def _defines(self, macro: Definition) -> bool:
        """Say whether a macro writes a function, or uses one that does."""
        known = self._defining.get(macro.id)
        if known is None:
            self._defining[macro.id] = False  # a macro does not use itself
            file = self._names.file(macro.id)
            known = self._defining[macro.id] = macro.is_macro and any(
                part[0] == "function"
                or any(map(self._defines, self._names.meaning(part[1][1], file)))
                for part in _parts(self._names.body(macro))
            )
        return known

    def _called_at(self, file: int, callee: str, line: int) -> list[str]:
        """The other names that are called on the lines of a use."""
        calls = self._loose.get(file, [])
        names = []
        for at in range(bisect_right(calls, (line, "")), len(calls)):
            there, name = calls[at]
            meant = self._names.meaning(name, file) if there > line else ()
            if there - line >= _MOST_LINES or any(map(self._defines, meant)):
                break
            if name != callee:
                names.append(name)
        return names

    def _meant(self, name: str, file: int) -> list[int]:
        if not name:
            return []
        found = [definition.id for definition in self._names.meaning(name, file)]
        return found or [self._graph.extern(name)]


def _parts(body: Node) -> list[Node]:
    """The functions that a macro's body defines, and the macros that it uses."""
    statements = [body] if body and isinstance(body[0], str) else body
    found = []
    for statement in statements:
        part = statement[1] if statement and statement[0] == "e" else statement
        is_use = part and part[0] == "call" and part[1][0] == "n"
        if is_use or (part and part[0] == "function"):
            found.append(part)
    return found
