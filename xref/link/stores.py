"""Store facts into the graph: what is put where, and what flows on."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from xref.link.expressions import Typer
from xref.link.graph import Doubt, Graph, Origin, Pointed
from xref.link.places import NO_NAMES, Place
from xref.link.tables import POSITION_BITS, Definition, Node, StoreRow, nodes_of
from xref.link.types import is_function, is_opaque, may_hold_function
from xref.link.values import Value, Values
from xref.spelling import spelling_of

_STORES: Final = frozenset(("store", "store_to", "key_store"))
_WRAPPERS: Final = frozenset(("[]", "*", "cast"))
_MEMBERS: Final = frozenset((".", "->"))
_ARGUMENT_LINES: Final = 4
"""Two arguments of one call are not farther apart."""
_ROOTS: Final = frozenset((".", "->", "[]", "{}", "*", "&"))
_NAMED: Final = frozenset(("n", "&", "[]"))
"""Forms of a value that may have a variable of the file scope in it."""
_ADDRESSES: Final = frozenset((".", "[]", "&"))
OWN_TARGET: Final = -1
"""The target stands in the store fact itself, not in another one's value."""

Numbered = Sequence[StoreRow] | dict[int, StoreRow]
"""Stores of a blob by their position."""


@dataclass(slots=True)  # not frozen: it is made by the million
class Target:
    """What a store stores into."""

    nodes: tuple[int, ...]
    type: str
    """Unfolded; "" when it is not known."""


@dataclass(frozen=True, slots=True)
class _Parameters:
    """The parameters that an argument goes to, of those that may hold a function."""

    targets: list[Target]
    model: Mapping[str, Any] | None
    """Of a macro that stores an argument into another one."""


@dataclass(slots=True)
class Stored:
    """Which store facts concern which node or variable: rows of the store."""

    in_slots: "array[int]" = field(default_factory=partial(array, "q"))
    """Node, file, position, position of the fact whose value is the target; then the
    next one: a million tuples would take three times the room."""
    in_globals: list[tuple[str, int, int, int]] = field(default_factory=list)
    """The same with the name of a variable at file scope instead of a node."""
    mentions: set[tuple[str, int]] = field(default_factory=set)
    """Name of a variable at file scope, and the function that hands it on."""
    registries: set[tuple[str, str, str, int, int, int]] = field(default_factory=set)
    """Name of a variable at file scope, key and value as C, function, file, line."""


class StoreReader:
    """Reads the stores of blobs into a graph."""

    def __init__(self, typer: Typer, values: Values, graph: Graph) -> None:
        self._typer = typer
        self._names = typer.names
        self._values = values
        self._graph = graph
        self.stored = Stored()
        self.deferred: frozenset[tuple[str, str]] = frozenset()
        """Slots that are called later: tag without keyword, and field."""
        self.deferring: set[int] = set()
        """Functions and macros that store into one of those."""
        self._deaf: dict[str, bool] = {}
        """Callees by name: whether their arguments are of no interest anywhere."""
        self._same: dict[tuple[str, int], _Parameters] = {}
        """Of other callees that mean one thing everywhere, by position."""

    def read(  # noqa: C901, PLR0912, PLR0915  # runs 600,000 times: calls are slow
        self, blob: int, rows: Numbered, *, of_macros: bool
    ) -> dict[int, StoreRow]:
        """Read the stores of a blob.

        Args:
            blob: which one.
            rows: its stores, or some of them, by position.
            of_macros: whether to read those in macros too.

        Returns:
            By position, those in macros that were not read: what they say is clear
            when the types of the parameters of all macros are known.
        """
        file = self._names.file_of_blob[blob]
        base = blob << POSITION_BITS
        pairs: dict[tuple[int, str], int] = {}
        places: dict[int, Place | None] = {}
        known: dict[tuple[str, int], _Parameters] = {}
        left: dict[int, StoreRow] = {}
        deaf, same, definitions = self._deaf, self._same, self._names.definitions
        numbered = rows.items() if isinstance(rows, dict) else enumerate(rows)
        for position, row in numbered:
            owner, line, form, target, value, guard = row
            if owner not in places:
                function = base + owner if owner >= 0 else -1
                is_read = of_macros or owner < 0 or not definitions[function].is_macro
                places[owner] = Place(file, function, NO_NAMES) if is_read else None
            place = places[owner]
            if place is None:
                left[position] = row
                continue
            if owner >= 0 and value[0] in _NAMED:
                self._mention(value, place.owner)
            if form == "argument":
                # Most stores are arguments, and most of these can hold no function.
                callee = target[1]
                if callee not in deaf:
                    deaf[callee] = self._is_deaf(callee, file)
                if deaf[callee]:
                    continue
                key = (target[1], target[2])
                found = same.get(key) or known.get(key)
                if found is None:
                    found = known[key] = self._parameters(*key, file)
                if found.model is not None:
                    self._modelled(found.model, rows, position, place, pairs)
                if found.targets:
                    origin = Origin(file, line, form, guard, "")
                    for each in found.targets:
                        self.put_into(each, value, place, origin)
            elif form == "return":
                self._return(value, place, line, guard)
            else:
                origin = Origin(file, line, form, guard, _object_of(form, target))
                self._store(target, value, place, origin, (position, OWN_TARGET))
        return left

    def target_of(self, code: Node, place: Place) -> Target:
        """The nodes and the type of what stands left of an assignment."""
        if code[0] in _MEMBERS:  # as most are: one look tells both
            found = self._typer.member(code, place)
            if found is not None:
                type_ = self._names.unfold(found[2], found[0].file)
                node = self._graph.slot(found[0], found[1])
                return Target((node,), self._names.unfold(type_, place.file))
        type_ = self._names.unfold(self._typer.type_of(code, place), place.file)
        core = code
        while core and core[0] in _WRAPPERS:
            core = core[2] if core[0] == "cast" else core[1]
        return Target(tuple(self._values.value_of(core, place).nodes), type_)

    def put(self, code: Node, value: Node, place: Place, origin: Origin) -> None:
        """Note a store that no fact tells: one that a macro makes."""
        target = self.target_of(code, place)
        if any(self._graph.slot_at(node) in self.deferred for node in target.nodes):
            self.deferring.add(place.owner)
        self.put_into(target, value, place, origin)

    def _register(
        self, root: str, code: Node, value: Node, place: Place, line: int
    ) -> None:
        """``table[p->key] = p``: a function that puts its parameter into a global."""
        if place.owner < 0 or not _is_parameter(value):
            return
        key = code
        while key[0] not in {"[]", "n"}:
            key = key[1]
        index = spelling_of(key[2]) if key[0] == "[]" else ""
        row = (root, index, spelling_of(value), place.owner, place.file, line)
        self.stored.registries.add(row)

    def _list(self, value: Node, place: Place, line: int) -> None:
        """``list_add(node, &list)`` with a list of the file scope."""
        root = _root_of(value, _ADDRESSES)
        definition = self._names.definitions.get(place.owner)
        if not root or definition is None or not definition.parameters:
            return
        if self._names.variable(root, place.file):
            row = (root, "", "", place.owner, place.file, line)
            self.stored.registries.add(row)

    def hand_on(
        self, callee: str, position: int, value: Node, place: Place, origin: Origin
    ) -> None:
        """Note an argument that no fact tells: one in a function that a macro made."""
        for target in self._parameters(callee, position, place.file).targets:
            self.put_into(target, value, place, origin)

    def _store(
        self,
        code: Node,
        value: Node,
        place: Place,
        origin: Origin,
        where: tuple[int, int],
    ) -> None:
        target = self.target_of(code, place)
        for node in target.nodes:
            slot = self._graph.slot_at(node)
            if slot:
                self.stored.in_slots.extend((node, place.file, *where))
                if place.owner >= 0 and slot in self.deferred:
                    self.deferring.add(place.owner)
        if origin.form != "initializer":
            root = _root_of(code, _ROOTS)
            if root and self._names.variable(root, place.file):
                self.stored.in_globals.append((root, place.file, *where))
                self._register(root, code, value, place, origin.line)
        self.put_into(target, value, place, origin)

    def put_into(
        self, target: Target, value: Node, place: Place, origin: Origin
    ) -> None:
        """Note a store of which the target is known."""
        if not target.nodes or not may_hold_function(target.type):
            return
        found = self._values.value_of(value, place)
        if found.unread:
            self._fit(found, target)
        is_narrow = found.nodes and self._is_narrow(target, value, place)
        for node in target.nodes:
            for function in found.functions:
                self._graph.put(node, function, origin)
            for source in found.nodes:
                if is_narrow:
                    pointed = Pointed(target.type, place.file)
                    self._graph.flow_narrow(source, node, pointed)
                else:
                    self._graph.flow(source, node)
            if found.unknown and target.type and not is_opaque(target.type):
                doubt = Doubt(found.unknown, origin.file, origin.line)
                self._graph.doubt(node, doubt)

    def _is_narrow(self, target: Target, value: Node, place: Place) -> bool:
        """Say whether a pointer to a function is read from what holds anything."""
        if not is_function(target.type):
            return False
        while value and value[0] == "cast":
            value = value[2]
        type_ = self._typer.type_of(value, place)
        return is_opaque(self._names.unfold(type_, place.file))

    def _fit(self, found: Value, target: Target) -> None:
        """A name that nothing is known of: where only a function fits, it is one."""
        if is_function(target.type) or found.is_pasted:
            found.functions.append(self._graph.extern(found.unread))
        else:
            found.unknown = found.unknown or f"{found.unread} was not read"

    def _parameters(self, callee: str, position: int, file: int) -> "_Parameters":
        """What an argument of a call goes to."""
        model = self._names.models.get(callee)
        meant = self._names.meaning(callee, file)
        targets = [
            Target((node,), type_)
            for definition in meant
            for node, type_ in self._parameter(definition, position, file, 0)
        ]
        is_store = model is not None and (
            model["rule"] in _STORES
            or (model["rule"] == "list_add" and model["head"] == position)
        )
        found = _Parameters(targets, model if is_store else None)
        if self._names.is_sole(callee) and not any(map(_is_alias, meant)):
            self._same[callee, position] = found
        return found

    def _is_deaf(self, callee: str, file: int) -> bool:
        """Say whether no argument of a callee can be a function, in whatever file."""
        names = self._names
        meant = names.meaning(callee, file)
        return (
            callee not in names.models
            and names.is_sole(callee)
            and not any(
                d.is_macro or may_hold_function(names.unfold(type_, names.file(d.id)))
                for d in meant
                for _, type_ in names.parameters(d) or (("", "?"),)
            )
        )

    def _parameter(
        self, definition: Definition, position: int, file: int, depth: int
    ) -> list[tuple[int, str]]:
        if _is_alias(definition):
            return self._alias(definition, position, file, depth)
        parameters = self._names.parameters(definition)
        if position >= len(parameters):
            return []
        type_ = self._names.unfold(
            parameters[position][1], self._names.file(definition.id)
        )
        if not may_hold_function(type_):
            return []
        return [(self._graph.parameter(definition.id, position), type_)]

    def _alias(
        self, macro: Definition, position: int, file: int, depth: int
    ) -> list[tuple[int, str]]:
        """A macro that is another name of a function."""
        body = self._names.expression(macro)
        if not body or body[0] != "n" or body[1] == macro.name or depth > 3:  # noqa: PLR2004  # names of names of names
            return []
        return [
            node
            for definition in self._names.meaning(body[1], file)
            for node in self._parameter(definition, position, file, depth + 1)
        ]

    def _return(self, value: Node, place: Place, line: int, guard: str) -> None:
        function = place.owner
        definition = self._names.definitions.get(function)
        if definition is None or definition.is_macro:
            return
        type_ = self._names.unfold(definition.returns, place.file)
        if may_hold_function(type_):
            origin = Origin(place.file, line, "return", guard, "")
            self.put_into(
                Target((self._graph.result(function),), type_), value, place, origin
            )

    def _modelled(
        self,
        model: Mapping[str, Any],
        rows: Numbered,
        position: int,
        place: Place,
        pairs: dict[tuple[int, str], int],
    ) -> None:
        """A store that a macro makes: ``rcu_assign_pointer(target, value)``.

        Each argument is a fact of its own; `pairs` has the last target of each macro.
        """
        owner, line, _, (_, callee, number), value, _ = rows[position]
        if model["rule"] == "list_add":
            self._list(value, place, line)
            return
        if number == model.get("target", model.get("key")):
            pairs[owner, callee] = position
        at = pairs.get((owner, callee), -1)
        is_value = number == model["value"] and at >= 0
        if is_value and line - rows[at][1] <= _ARGUMENT_LINES:
            self._pair(model, rows, (position, at), place)

    def _pair(
        self,
        model: Mapping[str, Any],
        rows: Numbered,
        where: tuple[int, int],
        place: Place,
    ) -> None:
        """The value of one argument goes to the target that another one names."""
        _, line, _, _, value, guard = rows[where[0]]
        code = rows[where[1]][4]
        origin = Origin(place.file, line, "assignment", guard, "")
        if model["rule"] == "key_store":
            target = Target((self._values.key_of(code, place),), "")
            self.put_into(target, value, place, origin)
            return
        if model["rule"] == "store_to":
            while code[0] == "cast":
                code = code[2]
            code = code[1] if code[0] == "&" else ["*", code]
        self._store(code, value, place, origin, where)

    def _mention(self, value: Node, function: int) -> None:
        root = _root_of(value, _ADDRESSES)
        if root and root in self._names.variables:
            self.stored.mentions.add((root, function))


def _is_alias(definition: Definition) -> bool:
    """Say whether a macro may be another name of what each file means by it."""
    return definition.is_macro and definition.parameters is None


def _is_parameter(value: Node) -> bool:
    """Say whether a value is a parameter, or the address of something in one."""
    if value[0] == "cast":
        return _is_parameter(value[2])
    if value[0] == "&":
        return any(part[0] == "p" for part in nodes_of(value))
    return bool(value[0] == "p")


def _root_of(code: Any, steps: frozenset[str]) -> str:  # noqa: ANN401  # Code
    """The name that an expression begins at, or ""."""
    while code and code[0] in steps:
        code = code[1]
    return code[1] if code and code[0] == "n" else ""


def _object_of(form: str, target: Node) -> str:
    """The variable whose initialiser a store is part of."""
    return _root_of(target, _ROOTS) if form == "initializer" else ""
