"""The facts of one version to its links: rows for the store."""

import json
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from xref.link.blobs import BlobReader, Left
from xref.link.bodies import Bodies, BodyReader
from xref.link.callbacks import CallbackReader
from xref.link.expansion import Expanded, Expander
from xref.link.expressions import Typer
from xref.link.graph import Doubt, Graph, distinct, each_of
from xref.link.initialisers import InitialiserReader
from xref.link.macros import bodies_of_unread, dependent_macros, parameter_types
from xref.link.made import MadeFunctions
from xref.link.names import Names
from xref.link.objects import DeclaredObjects
from xref.link.places import NO_NAMES, Place
from xref.link.signatures import Signatures
from xref.link.stores import StoreReader
from xref.link.tables import (
    POSITION_BITS,
    Definition,
    Facts,
    Node,
    PointerCall,
)
from xref.link.toplevel import TopLevel
from xref.link.types import is_function
from xref.link.uses import Uses
from xref.link.values import Value, Values
from xref.link.written import Row, made_rows, seen_rows

Links = Iterator[tuple[str, list[Row]]]
"""Tables, each once, and their rows, names as text: what ``store.writer.Writer.link``
takes."""
END: Final[tuple[str, list[Row]]] = ("", [])
"""Comes last and is no table: behind it, gigabytes of objects are only set free."""

_T = TypeVar("_T")

AT_EACH_USE: Final = ""
"""In place of a reason: the call is resolved where its macro is used."""


def links_of(facts: Facts) -> Links:
    """Link one version: meanings, nodes, what they hold, and the calls of them.

    Yields:
        Each table as soon as it is complete, the functions that macros define first;
        then `END`.
    """
    return _Linker(facts).run()


class _Linker:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._names = Names(facts)
        self._graph = Graph()
        self._typer = Typer(self._names)
        self._values = Values(self._typer, self._graph)
        self._stores = StoreReader(self._typer, self._values, self._graph)
        self._items = InitialiserReader(self._typer, self._stores, self._graph)
        self._made = MadeFunctions(self._typer, self._graph)
        self._expander = Expander(self._typer, self._values, self._stores, self._made)
        self._bodies = BodyReader(self._typer, self._values, self._stores, self._graph)
        self._owners = Bodies(self._typer)
        self._callbacks = CallbackReader(
            self._typer, self._values, self._graph, facts.deferred, facts.users
        )
        self._stores.deferred = frozenset(self._callbacks.slots)
        self._aliases: dict[int, Definition] = {}
        """Macros without arguments that are called, by id."""
        self._rows: dict[str, list[Row]] = defaultdict(list)

    def run(self) -> Links:
        """Do all steps in their order; what no later one needs is let go."""
        yield from self._read()
        fits = Signatures(self._names, self._graph, self._made.signatures).fits
        self._graph.close(fits)
        while self._bodies.hand_on():
            self._graph.close(fits)
        self._graph.flows.clear()
        self._graph.narrow.clear()
        callbacks = self._apart(self._deferred)
        called = {node for _, node in self._rows["site"]}
        yield from self._complete("expanded", "site", "untyped")
        self._holders(called)
        yield from self._complete("node", "held", "binding", "unknown")
        self._stored()
        yield from self._complete("stored", "registry", "mention")
        yield "callback", callbacks()
        yield END

    def _read(self) -> Links:
        """Read all facts into the graph."""
        calls = list(self._facts.pointer_calls)
        uses = Uses(self._names, self._facts.uses)
        self._made.define(uses, self._facts.called)
        DeclaredObjects(self._names, self._typer.words).enter(uses)
        top = TopLevel(self._typer, self._items, uses)
        top.note_calls(self._facts.outside)
        left = BlobReader(self._names, self._stores, top, self._graph).read(
            self._facts, self._meanings()
        )
        self._rows["made"] = made_rows(self._made.made)
        self._rows["seen"] = seen_rows(self._names)
        yield from self._complete("made", "meaning", "seen")
        self._read_macros(top, left, uses, calls)
        self._made.note_signatures(uses)

    def _complete(self, *tables: str) -> Links:
        """Give tables away: nothing is added to them any more."""
        for table in tables:
            yield table, self._rows.pop(table, [])

    def _apart(self, work: Callable[[], _T]) -> Callable[[], _T]:
        return self._facts.apart(work) if self._facts.apart else work

    def _read_macros(
        self,
        top: TopLevel,
        left: Left,
        uses: Uses,
        calls: Sequence[PointerCall],
    ) -> None:
        """What macros store and call, and then all calls of pointers."""
        owned = [
            ((blob << POSITION_BITS) + row[0], row)
            for blob, rows in left
            for row in rows.values()
        ]
        self._names.supply(bodies_of_unread(self._names, owned))
        self._made.note_unread(uses)
        top.read()
        types = parameter_types(self._names, calls, owned)
        self._typer.parameter_types.update(types)
        for blob, rows in left:
            self._stores.read(blob, rows, of_macros=True)
        macros = dependent_macros(self._names, types, calls, owned)
        expanded = self._expander.expand(macros, self._facts.users, self._items.named)
        expanded += self._expander.walk_made(self._made.made)
        self._alias_calls()
        self._sites(calls, macros)
        for call in expanded:
            self._call(call)
        self._doubt_parameters()

    def _meanings(self) -> Iterator[int]:
        """What each called name means, once where all files agree; gives the blobs."""
        names = self._names
        rows = self._rows["meaning"]
        sole: set[str] = set()
        for blob, called in self._facts.callees:
            file = names.file_of_blob[blob]
            for name in called:
                if name in sole:
                    continue
                found = names.meaning(name, file)
                number = names.file_ids[file]
                if names.is_sole(name):
                    sole.add(name)
                    number = 0
                for rank, definition in enumerate(found):
                    rows.append((name, number, rank, definition.id))
                    if definition.is_macro and definition.parameters is None:
                        self._aliases[definition.id] = definition
            yield blob

    def _alias_calls(self) -> None:
        """A macro that is another name of a function calls it."""
        for macro in self._aliases.values():
            body = self._names.expression(macro)
            if body and body[0] == "n" and body[1] != macro.name:
                found = self._names.meaning(body[1], self._names.file(macro.id))
                for ident in [d.id for d in found] or [0]:
                    self._call(
                        Expanded(
                            macro.id, macro.line, "direct", body[1], ident, "exact", ()
                        )
                    )

    def _call(self, call: Expanded) -> None:
        rows = self._rows["expanded"]
        number = len(rows)
        rows.append(
            (
                number,
                call.caller,
                call.line,
                call.kind,
                call.callee,
                call.function,
                call.grade,
                "",
            )
        )
        if call.kind != "direct":
            self._site(-1 - number, call.nodes, "the type of the receiver is not known")

    def _site(self, call: int, nodes: Iterable[int], reason: str) -> None:
        found = set(nodes)
        for node in found:
            self._rows["site"].append((call, node))
        if not found:
            self._rows["untyped"].append((call, reason))

    def _sites(self, calls: Iterable[PointerCall], macros: Container[int]) -> None:
        for call in calls:
            if call.owner in macros:
                self._site(call.id, (), AT_EACH_USE)
                continue
            place = Place(self._names.file(call.id), call.owner, NO_NAMES)
            code = json.loads(call.expression)
            hidden = self._hidden(code, place)
            if hidden is not None:
                meant = hidden.name, hidden.id
                direct = Expanded(call.owner, call.line, "direct", *meant, "exact", ())
                self._call(direct)
                self._site(call.id, (), AT_EACH_USE)
            else:
                self._pointer_call(call, code, place)

    def _pointer_call(self, call: PointerCall, code: Node, place: Place) -> None:
        if pasted := self._values.pasted_by(code, place):
            self._made_calls(call, (pasted,), ())
            return
        value = self._values.value_of(code, place)
        if not value.nodes and not value.functions and self._begins_at_macro(code):
            # Its words may be those of the user: ``#define OPS (dev->ops)``.
            place = self._owners.of(call.owner)[1] if call.owner >= 0 else place
            value = self._values.value_of(code, place)
        nodes = list(value.nodes)
        for function in value.functions:
            name = self._graph.name_of(function, self._names.definitions)
            node = self._graph.variable(-2, name)
            self._graph.put_named(node, function, place.file, call.line)
            nodes.append(node)
        declared = self._values.declared_by(code, place)
        if declared is not None:
            self._made_calls(call, declared, nodes)
            return
        self._bodies.read(call, code, nodes)
        self._site(call.id, nodes, self._reason(code, value, place))

    def _begins_at_macro(self, code: Node) -> bool:
        """Say whether what a call goes through is a member of what a macro names."""
        is_member = False
        while code[0] in {"->", ".", "[]", "*", "cast"}:
            is_member |= code[0] in {"->", "."}
            code = code[2] if code[0] == "cast" else code[1]
        known = self._names.defined(code[1]) if code[0] == "n" else ()
        return is_member and any(each.is_macro for each in known)

    def _made_calls(
        self, call: PointerCall, names: Iterable[str], nodes: Iterable[int]
    ) -> None:
        for each in self._expander.made_calls(call.owner, call.line, names):
            self._call(each)
        self._site(call.id, nodes, AT_EACH_USE)

    def _reason(self, code: Node, value: Value, place: Place) -> str:
        """Why it is not known what a call calls."""
        core = code
        while core[0] == "cast":
            core = core[2]
        if core[0] == "n" and self._names.is_type(core[1]):
            return AT_EACH_USE  # it looks like a call and is a cast
        if core[0] == "call" and core[1][0] == "n":
            for macro in self._names.meaning(core[1][1], place.file):
                if macro.is_macro and not self._names.body(macro):
                    return f"the macro {macro.name} could not be read"
        return value.unknown or value.unread or "what is called is not known"

    def _hidden(self, code: Node, place: Place) -> Definition | None:
        """The macro that a call means although a variable has its name.

        A macro with parameters stands before brackets whatever is declared.
        """
        if code[0] in {".", "->"}:
            return self._hidden_member(code, place)
        if code[0] not in {"v", "p"} or code[1] in {"?", ""}:
            return None
        if is_function(self._names.unfold(code[1], place.file)):
            return None
        return self._values.function_like(code[2], place.file)

    def _hidden_member(self, code: Node, place: Place) -> Definition | None:
        """``#define row(n) rows[n]``: what looks like a call of a member is none."""
        if self._typer.member(code, place) is not None:
            return None
        return self._values.function_like(code[2], place.file)

    def _doubt_parameters(self) -> None:
        """What is stored may come from callers that were not read."""
        names = self._names
        for number, function, at in self._graph.parameters():
            definition = names.definitions[function]
            if definition.name in self._facts.called:
                continue
            parameters = names.parameters(definition)
            if at >= len(parameters):
                continue
            name, type_ = parameters[at]
            file = names.file(definition.id)
            if is_function(names.unfold(type_, file)):
                reason = f"no call of {definition.name} was read that gives {name}"
                self._graph.doubt(number, Doubt(reason, file, definition.line))

    def _holders(self, called: Container[object]) -> None:
        """Nodes that are slots or called, with what they hold."""
        graph, file_ids = self._graph, self._names.file_ids
        stored = set(self._stores.stored.in_slots[::4])
        for number in range(1, len(graph.keys) + 1):
            held = graph.held.get(number, {})
            doubts = graph.doubts.get(number, ())
            if number not in called and not (
                (held or doubts or number in stored) and graph.slot_at(number)
            ):
                continue
            key = graph.holder(number)
            self._rows["node"].append(
                (number, key.kind, key.struct, key.field, key.function, key.position)
            )
            for function, origins in held.items():
                name = graph.name_of(function, self._names.definitions)
                self._rows["held"].append((number, name, max(function, 0)))
                for origin in distinct(each_of(origins)):
                    self._rows["binding"].append(
                        (
                            number,
                            max(function, 0),
                            name,
                            origin.object,
                            file_ids[origin.file],
                            origin.line,
                            origin.form,
                            origin.guard,
                        )
                    )
            for doubt in dict.fromkeys(doubts):
                self._rows["unknown"].append(
                    (number, doubt.reason, file_ids[doubt.file], doubt.line)
                )

    def _deferred(self) -> list[Row]:
        """What is armed to run later."""
        name_of, definitions = self._graph.name_of, self._names.definitions
        return [
            (
                found.caller,
                found.line,
                name_of(found.function, definitions),
                max(found.function, 0),
                *found.slot,
            )
            for found in self._callbacks.read(
                self._stores.deferring, self._expander.dependent
            )
        ]

    def _stored(self) -> None:
        file_ids = self._names.file_ids
        slots = self._stores.stored.in_slots
        columns = (slots[first::4] for first in range(4))
        self._rows["stored"] = [
            (node, "", file_ids[file], position, target)
            for node, file, position, target in zip(*columns, strict=True)
        ]
        self._rows["stored"] += [
            (0, name, file_ids[file], position, target)
            for name, file, position, target in self._stores.stored.in_globals
        ]
        self._rows["registry"] = [
            (name, key, value, function, file_ids[file], line)
            for name, key, value, function, file, line in self._stores.stored.registries
        ]
        self._rows["mention"] = list(self._stores.stored.mentions)
