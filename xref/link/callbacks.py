"""What is armed to run later: work items, timers, interrupts, callbacks of RCU.

Which slots are called later is told by ``data/models.toml``.  All else is read: a
function or macro that stores its parameter in such a slot sets up what runs; one that
puts its parameter on a list arms it.  What both say of one member of a struct, as in
``INIT_WORK(&foo->work, f)`` and ``schedule_work(&foo->work)``, belongs together.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from xref.link.addresses import Way, way_of, way_of_pointer
from xref.link.arming import Arm, Callback, Key, SetUp, uses_of_macros
from xref.link.bodies import Bodies
from xref.link.expressions import Typer
from xref.link.graph import Graph, each_of
from xref.link.places import Place
from xref.link.structs import Struct
from xref.link.substitution import place_of_use
from xref.link.tables import Definition, Node, nodes_of
from xref.link.values import Values
from xref.spelling import spelling_of

_LISTS: Final = frozenset(("list_add", "enqueue"))
_STORES: Final = frozenset(("store", "store_to"))
_NOWHERE: Final = -1
_POINTED: Final = re.compile(r"(?:struct|union) [\w:]+(?= \*)")
"""In types of parameters: structs that they point to."""


class CallbackReader:
    """Reads the functions that set up and arm."""

    def __init__(
        self,
        typer: Typer,
        values: Values,
        graph: Graph,
        deferred: Iterable[Mapping[str, Any]],
        users: Callable[[Iterable[str]], Iterable[int]],
    ) -> None:
        self._typer = typer
        self._names = typer.names
        self._values = values
        self._graph = graph
        self._users = users
        self._bodies = Bodies(typer)
        self._slots: dict[str, set[str]] = {}
        self._queued_tags: set[str] = set()
        """Structs that are put on a list to have what is in them run."""
        for model in deferred:
            fields = set(model["fields"])
            found = self._names.structs.find(model["struct"], 0)
            known = {
                f for f in fields if found and self._names.structs.member(found, f)
            }
            if known:
                self._slots[model["struct"]] = known
                if not model.get("completion"):
                    self._queued_tags.add(model["struct"])
        self._ways: dict[int, dict[SetUp | Arm, None]] = defaultdict(dict)
        self._known: dict[Key, dict[tuple[int, tuple[str, str]], set[int]]] = (
            defaultdict(lambda: defaultdict(set))
        )
        """What is set up, and in which files."""
        self._wrappers: set[str] = set()
        self._armed: list[tuple[int, int, Key]] = []
        self._found: dict[Callback, None] = {}
        self._open: Container[int] = ()

    def read(self, owners: Iterable[int], macros: Container[int]) -> list[Callback]:
        """What is armed, and where.

        Args:
            owners: functions and macros that store into slots of structs.
            macros: those of which it depends on their arguments what they store to.
        """
        self._open = macros
        self._declared()
        self._spread(sorted(set(owners)), self._set_up)
        tags = {*self._slots, *self._wrappers}
        takers = [
            d.id
            for d in self._names.definitions.values()
            if not d.is_macro
            and d.parameters
            and not tags.isdisjoint(_POINTED.findall(d.parameters))
        ]
        self._spread(takers, self._arm)
        raisers = [n for n, m in self._names.models.items() if m["rule"] == "raise"]
        for user in self._users(raisers):
            self._raise(user)
        for caller, line, key in self._armed:
            for function, slot in self._meant(key, caller):
                self._found[Callback(caller, line, function, slot)] = None
        return list(self._found)

    def _meant(self, key: Key, caller: int) -> Iterable[tuple[int, tuple[str, str]]]:
        """What is set up for a key: in the same file, else folder, else anywhere.

        Users of a struct that many share set up a member each for themselves.
        """
        if isinstance(key[0], Struct) and self._is_part(key[0]):
            return ()
        paths, file = self._names.paths, self._names.file(caller)
        folder = paths[file].rpartition("/")[0]
        known = self._known.get(key, {})
        own = [each for each, files in known.items() if file in files]
        near = [
            each
            for each, files in known.items()
            if any(paths[n].rpartition("/")[0] == folder for n in files)
        ]
        return own or near or known

    @property
    def slots(self) -> set[tuple[str, str]]:
        """The slots that are called later: tag without keyword, and field."""
        return {
            (tag.partition(" ")[2], each)
            for tag, fields in self._slots.items()
            for each in fields
        }

    def _declared(self) -> None:
        """Objects whose initialisers hold what runs."""
        slots = self.slots
        for number, held in self._graph.held.items():
            slot = self._graph.slot_at(number)
            if slot in slots:
                for function, origins in held.items():
                    for origin in each_of(origins):
                        if origin.form == "initializer" and origin.object:
                            variable = self._variable(origin.object, origin.file)
                            self._known[variable][function, slot].add(origin.file)

    def _spread(
        self, first: Iterable[int], read: Callable[[Definition, Node, Place], bool]
    ) -> None:
        """Read functions, then those that use one of which something new is known."""
        waiting = dict.fromkeys(first)
        while waiting:
            new = []
            for ident in waiting:
                definition = self._names.definitions[ident]
                body, place = self._bodies.of(ident)
                if body and read(definition, body, place):
                    new.append(definition.name)
            waiting = dict.fromkeys(self._users(sorted(set(new)))) if new else {}

    def _set_up(self, definition: Definition, body: Node, place: Place) -> bool:
        before = len(self._ways[definition.id])
        own = self._own(definition)
        written = [] if definition.is_macro else self._written(body, place)
        for node in (*nodes_of(body), *written):
            if node[0] == "=" and node[1] == "=":
                self._stored(node[2], node[3], (own, place, node[4]))
            for call, way in self._calls(node, place):
                if isinstance(way, SetUp):
                    self._handed(call, way, (own, place, node[3]))
        return len(self._ways[definition.id]) > before

    def _written(self, body: Node, place: Place) -> list[Node]:
        """What macros write that know nothing of the structs which they are given."""
        known = self._names, self._typer.words
        return [
            node
            for use in nodes_of(body)
            for node in uses_of_macros(use, known, place, self._open)
        ]

    def _stored(
        self, target: Node, value: Node, where: tuple[dict[str, int], Place, int]
    ) -> None:
        """``work->func = f``."""
        place = where[1]
        if target[0] == "call":
            target = place_of_use(target, self._names, self._typer.words, place)
        if target[0] not in {".", "->"}:
            return
        way = way_of(target)
        struct = self._typer.member(target, place)
        if struct is None or struct[1] not in self._slots.get(struct[0].tag, ()):
            return
        slot = (struct[0].name, struct[1])
        index = target[1][2] if target[1][0] == "[]" else []
        inner = Way(way.root, way.members[:-1], way.is_object)
        self._enter(slot, (inner, None), index, value, where)

    def _handed(
        self, call: Node, way: SetUp, where: tuple[dict[str, int], Place, int]
    ) -> None:
        """A call of a function that sets up."""
        arguments = call[2]
        if max(way.value, way.receiver, way.key) >= len(arguments):
            return
        inner = Way([], (), is_object=False)
        if way.receiver != _NOWHERE:
            outer = way_of_pointer(arguments[way.receiver])
            inner = Way(outer.root, (*outer.members, *way.members), outer.is_object)
        index = arguments[way.key] if way.key != _NOWHERE else []
        self._enter(way.slot, (inner, way.fixed), index, arguments[way.value], where)

    def _enter(
        self,
        slot: tuple[str, str],
        receiver: tuple[Way, Key | None],
        index: Node,
        value: Node,
        where: tuple[dict[str, int], Place, int],
    ) -> None:
        own, place, line = where
        inner, fixed = receiver
        while value and value[0] == "cast":
            value = value[2]
        if value and value[0] == "n" and value[1] in own:
            at = self._own_position(index, own)
            found = self._given(slot, own[value[1]], (inner, fixed), (own, place))
            self._ways[place.owner][replace(found, key=at)] = None
            return
        if self._names.definitions[place.owner].is_macro:
            return
        functions = self._values.value_of(value, place).functions
        keys = [
            fixed or self._key(inner, place),
            self._whole(inner, place),
            ("#", (spelling_of(index),)) if index else None,
        ]
        for function in functions:
            self._found[Callback(place.owner, line, function, slot)] = None
            for key in keys:
                if key is not None:
                    self._known[key][function, slot].add(place.file)
        if functions:
            self._note_wrappers(inner, place)

    def _given(
        self,
        slot: tuple[str, str],
        value: int,
        receiver: tuple[Way, Key | None],
        where: tuple[dict[str, int], Place],
    ) -> SetUp:
        """A parameter is set up, in what another one leads to or in what is known."""
        own, place = where
        inner, fixed = receiver
        position = self._own_position(inner.root, own)
        members = inner.members if position != _NOWHERE else ()
        is_macro = self._names.definitions[place.owner].is_macro
        if position == _NOWHERE and fixed is None and not is_macro:
            fixed = self._key(inner, place)
            self._note_wrappers(inner, place)
        return SetUp(slot, value, position, members, _NOWHERE, fixed)

    def _note_wrappers(self, way: Way, place: Place) -> None:
        """Structs that what runs lies in, as part of other structs.

        One that others begin with is no part of theirs: they are one of its kind.
        """
        struct = self._struct(way, place)
        for name in way.members[:-1]:
            is_first = struct is not None and name in dict(struct.order[:1])
            found = self._typer.member_of(struct, name, place) if struct else None
            struct = self._names.struct(found[2], found[0].file) if found else None
            if struct and not is_first:
                self._wrappers.add(struct.tag)

    def _arm(self, definition: Definition, body: Node, place: Place) -> bool:
        before = len(self._ways[definition.id])
        own = self._own(definition)
        for node in nodes_of(body):
            queued = self._queued(node)
            if queued is not None:
                self._queue(queued, own, place)
            for call, way in self._calls(node, place):
                if isinstance(way, Arm) and way.receiver < len(call[2]):
                    outer = way_of_pointer(call[2][way.receiver])
                    members = (*outer.members, *way.members)
                    inner = Way(outer.root, members, outer.is_object)
                    self._pass(inner, own, place, node[3])
        return len(self._ways[definition.id]) > before

    def _queued(self, node: Node) -> Node | None:
        """The pointer that a statement puts on a list or behind another one."""
        if node[0] == "=" and node[1] == "=" and node[2][0] == "*":
            return node[3]  # type: ignore[no-any-return]
        if node[0] != "call" or node[1][0] != "n":
            return None
        model = self._names.models.get(node[1][1])
        if model is None:
            return None
        at = model["node"] if model["rule"] in _LISTS else None
        if model["rule"] in _STORES and node[2] and node[2][0][0] == "*":
            at = model["value"]
        return node[2][at] if at is not None and at < len(node[2]) else None

    def _queue(self, pointer: Node, own: dict[str, int], place: Place) -> None:
        way = way_of_pointer(pointer)
        position = self._own_position(way.root, own)
        if position != _NOWHERE and self._tag_of(position, place) in self._queued_tags:
            self._ways[place.owner][Arm(position, ())] = None

    def _pass(self, inner: Way, own: dict[str, int], place: Place, line: int) -> None:
        """A function arms what is its parameter's, or something that it knows."""
        position = self._own_position(inner.root, own)
        is_macro = self._names.definitions[place.owner].is_macro
        if position != _NOWHERE:
            tag = self._tag_of(position, place)
            if is_macro or tag in self._queued_tags or tag in self._wrappers:
                self._ways[place.owner][Arm(position, inner.members)] = None
        if is_macro:
            return
        key = self._key(inner, place)
        if key is not None and isinstance(key[0], Struct) and self._is_part(key[0]):
            key = self._whole(inner, place)
        if key is not None:
            self._armed.append((place.owner, line, key))

    def _raise(self, user: int) -> None:
        """``raise_softirq(KEY)``."""
        body, _ = self._bodies.of(user)
        for node in nodes_of(body):
            if node[0] == "call" and node[1][0] == "n":
                model = self._names.models.get(node[1][1])
                if model and model["rule"] == "raise" and model["key"] < len(node[2]):
                    key = ("#", (spelling_of(node[2][model["key"]]),))
                    self._armed.append((user, node[3], key))

    def _calls(self, node: Node, place: Place) -> Iterator[tuple[Node, SetUp | Arm]]:
        """A call of what sets up or arms, with each way in which it does."""
        if node[0] == "call" and node[1][0] == "n" and node[1][1] not in place.names:
            for definition in self._names.meaning(node[1][1], place.file):
                for way in list(self._ways.get(definition.id, ())):
                    yield node, way

    def _key(self, way: Way, place: Place) -> Key | None:
        if way.is_object and way.root and way.root[0] == "n":
            name = way.root[1]
            if name in place.names:
                return (-2 - place.owner, (name, *way.members))
            if not way.members:
                return self._variable(name, place.file)
        struct = self._struct(way, place) if way.members else None
        return (struct, way.members) if struct else None

    def _whole(self, way: Way, place: Place) -> Key | None:
        """The variable at file scope that the way begins at."""
        name = way.root[1] if way.is_object and way.root[:1] == ["n"] else ""
        is_own = not name or name in place.names
        return None if is_own else self._variable(name, place.file)

    def _is_part(self, struct: Struct) -> bool:
        """Say whether what runs lies in such structs as a part of others."""
        return struct.tag in self._wrappers or struct.tag in self._slots

    def _variable(self, name: str, file: int) -> Key:
        variable = self._names.variable(name, file)
        is_own = variable is not None and variable.static
        return (file if is_own else -1, (name,))

    def _struct(self, way: Way, place: Place) -> Struct | None:
        type_ = self._typer.type_of(way.root, place) if way.root else ""
        return self._names.struct(type_, place.file) if type_ else None

    def _own(self, definition: Definition) -> dict[str, int]:
        return {
            name: position
            for position, (name, _) in enumerate(self._names.parameters(definition))
        }

    def _own_position(self, root: Node, own: dict[str, int]) -> int:
        is_own = root and root[0] == "n" and root[1] in own
        return own[root[1]] if is_own else _NOWHERE

    def _tag_of(self, position: int, place: Place) -> str:
        definition = self._names.definitions[place.owner]
        type_ = self._names.parameters(definition)[position][1]
        struct = self._names.struct(type_, place.file) if type_ else None
        return struct.tag if struct else ""
