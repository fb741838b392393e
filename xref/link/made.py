"""Functions that macros define at file scope: ``DEFINE_CLASS(fd, fdget(fd), ...)``.

Each becomes a definition like any other, at the place of the use: its body is the one
in the macro with the arguments in place.  Where the macro could not be read as a whole,
the names that it makes and the calls among the arguments of the use are still known:
who calls such a function is said to make these calls.
"""

import json
import zlib
from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from xref.link.expressions import Typer
from xref.link.graph import Graph
from xref.link.places import NO_NAMES, Place
from xref.link.substitution import Substitution
from xref.link.tables import Definition, Node, nodes_of, parts_of
from xref.link.uses import Use

_DEPTH: Final = 4
_FEW: Final = 12
"""Functions of one use, most of which something is likely to need."""
_FIRST: Final = 1 << 19
"""Positions in a blob from here on are no facts of it: see ``made`` in the store."""


@dataclass(frozen=True, slots=True)
class Made:
    """A function that a macro defines."""

    definition: Definition
    macro: str
    code: str
    """Its statements, as JSON."""


class _Written(NamedTuple):
    """A function as a macro writes it, and where: the arguments are in the place."""

    code: Node
    place: Place


class MadeFunctions:
    """The functions that uses of macros define."""

    def __init__(self, typer: Typer, graph: Graph) -> None:
        self._words = typer.words
        self._names = typer.names
        self._graph = graph
        self._calls: dict[str, dict[int, None]] = defaultdict(dict)
        self._defining: dict[int, bool] = {}
        self._relevant: dict[int, list[Node]] = {}
        self._ids: set[int] = set()
        self.made: list[Made] = []
        self.signatures: dict[str, str] = {}
        """Parameters, as in `Definition`, of functions that were not entered."""

    def define(self, uses: Iterable[Use], called: Container[str]) -> None:
        """Enter the functions of macros that could be read as definitions.

        Args:
            uses: of macros at file scope.
            called: names that are called somewhere.  What a tracepoint defines by the
                dozen counts when it is; so does what has the same name at each use.
        """
        names = self._names
        for use in uses:
            functions = self._written(use)
            for written in functions:
                given = written.code[1]
                name = self._words.pasted(given, written.place)
                is_own = "##" in given or given in written.place.names
                is_wanted = (is_own and len(functions) <= _FEW) or name in called
                if is_wanted and not self._stands(name, use.file):
                    self._define(use, written)
        names.settle()

    def _stands(self, name: str, file: int) -> bool:
        """Say whether a file has a function of a name that no macro made.

        ``DEFINE_HANDLER(f) {...}`` stands in its file as ``f``, whatever else the
        macro calls it.
        """
        return any(
            self._names.file(d.id) == file and not d.is_macro and not d.id & _FIRST
            for d in self._names.defined(name)
        )

    def note_unread(self, uses: Iterable[Use]) -> None:
        """Take what is known of functions of macros that could not be read."""
        self._defining.clear()
        self._relevant.clear()
        for use in uses:
            called = [
                ident
                for argument in use.code[2]
                for node in nodes_of(argument)
                if node[0] == "call" and node[1][0] == "n"
                for ident in self._meant(node[1][1], use.file)
            ]
            for written in self._written(use) if called else ():
                name = self._words.pasted(written.code[1], written.place)
                if not self._names.meaning(name, use.file):
                    self._calls[name].update(dict.fromkeys(called))

    def note_signatures(self, uses: Iterable[Use]) -> None:
        """Take what functions that were not entered are given, if they stand anywhere.

        What a tracepoint defines by the dozen is put into slots by its name.
        """
        wanted = set(self._graph.externs) - self._names.prototypes.keys()
        for use in uses:
            for written in self._written(use):
                name = self._words.pasted(written.code[1], written.place)
                if name in wanted:
                    wanted.discard(name)
                    self.signatures[name] = self._parameters(use, written)

    def calls_of(self, name: str) -> tuple[int, ...]:
        """What a function of an unread macro calls, by id; () for others."""
        return tuple(self._calls.get(name, ()))

    def _written(self, use: Use) -> list[_Written]:
        found: list[_Written] = []
        self._collect(use.code, Place(use.file, -1, NO_NAMES), found)
        return found

    def _collect(self, call: Node, place: Place, found: list[_Written]) -> None:
        """The functions that a macro writes, and the macros that it uses for it."""
        name, where = self._words.named(call[1], place)
        for macro in self._names.meaning(name, where.file) if name else ():
            if not self._defines(macro) or place.depth > _DEPTH:
                continue
            inner = self._words.macro_place(macro, call[2], place)
            for part in self._relevant_parts(macro):
                if part[0] == "function":
                    found.append(_Written(part, inner))
                else:
                    self._collect(part, inner, found)

    def _defines(self, macro: Definition) -> bool:
        """Say whether a macro writes a function, or uses one that does."""
        known = self._defining.get(macro.id)
        if known is None:
            self._defining[macro.id] = False  # a macro does not use itself
            file = self._names.file(macro.id)
            known = self._defining[macro.id] = macro.is_macro and any(
                part[0] == "function"
                or any(map(self._defines, self._names.meaning(part[1][1], file)))
                for part in self._parts(macro)
            )
        return known

    def _parts(self, macro: Definition) -> list[Node]:
        """The functions that a macro's body defines, and the macros that it uses."""
        return [
            part
            for part in parts_of(self._names.body(macro))
            if part[0] == "function" or (part[0] == "call" and part[1][0] == "n")
        ]

    def _relevant_parts(self, macro: Definition) -> list[Node]:
        """Without the macros that write no function whatever they mean."""
        known = self._relevant.get(macro.id)
        if known is None:
            own = {name for name, _ in self._names.parameters(macro)}
            known = self._relevant[macro.id] = [
                part
                for part in self._parts(macro)
                if part[0] == "function"
                or part[1][1] in own
                or "##" in part[1][1]
                or any(map(self._defines, self._names.defined(part[1][1])))
            ]
        return known

    def _define(self, use: Use, written: _Written) -> None:
        _, name, returns, _, body, _, static = written.code
        line = use.code[3]
        substitution = Substitution(self._words, written.place, line)
        name = self._words.pasted(name, written.place)
        ident = self._new_id(use.base, name)
        definition = Definition(
            id=ident,
            name=name,
            kind="function",
            line=line,
            end_line=line,
            static=static,
            returns=substitution.type(returns),
            parameters=self._parameters(use, written),
            guard=use.guard,
            form="",
        )
        code = json.dumps(substitution.code(body), separators=(",", ":"))
        self._names.add(definition, code)
        self.made.append(Made(definition, use.code[1][1], code))

    def _parameters(self, use: Use, written: _Written) -> str:
        """As in `Definition`."""
        substitution = Substitution(self._words, written.place, use.code[3])
        given = substitution.parameters(written.code[3])
        return ";".join(f"{type_} {name}" for name, type_ in given)

    def _new_id(self, base: int, name: str) -> int:
        """The same for the same name whatever else a version's macros make."""
        position = zlib.crc32(name.encode()) % _FIRST
        while base + _FIRST + position in self._ids:
            position = (position + 1) % _FIRST
        self._ids.add(base + _FIRST + position)
        return base + _FIRST + position

    def _meant(self, name: str, file: int) -> list[int]:
        found = [definition.id for definition in self._names.meaning(name, file)]
        return found or [self._graph.extern(name)]
