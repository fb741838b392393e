"""Items of initialisers that a macro writes: ``LSM_HOOK_INIT(name, function)``.

The facts of a blob tell what stands in an initialiser by name; what a macro puts
there is known when the macro is.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from xref.link.expressions import Typer
from xref.link.graph import Graph, Origin
from xref.link.places import NO_NAMES, Argument, Place
from xref.link.stores import StoreReader, Target
from xref.link.structs import Struct
from xref.link.tables import Definition, Node, Variable, nodes_of
from xref.link.types import may_hold_function, pointee

_DEPTH: Final = 8


class InitialiserReader:
    """Walks initialisers that use macros."""

    def __init__(self, typer: Typer, stores: StoreReader, graph: Graph) -> None:
        self._typer = typer
        self._names = typer.names
        self._stores = stores
        self._graph = graph
        self._listing: dict[str, bool] = {}
        self._naming: dict[str, bool] = {}
        self.named: dict[str, set[int]] = defaultdict(set)
        """Slots by the words that macros take to fill them."""

    def is_item(self, callee: str, file: int) -> bool:
        """Say whether a macro of that name writes items of an initialiser."""
        return bool(self._items(callee, file))

    def is_list(self, name: str) -> bool:
        """Say whether a name may be a macro without arguments that writes items."""
        known = self._listing.get(name)
        if known is None:
            known = self._listing[name] = any(
                macro.parameters is None and self._has_items(macro)
                for macro in self._names.defined(name)
            )
        return known

    def names_functions(self, name: str) -> bool:
        """Say whether a macro writes functions that its user does not name."""
        known = self._naming.get(name)
        if known is None:
            known = self._naming[name] = any(
                macro.parameters is not None
                and self._has_items(macro)
                and self._has_functions(macro)
                for macro in self._names.defined(name)
            )
        return known

    def _has_functions(self, macro: Definition) -> bool:
        """Say whether a body has names of functions."""
        return any(
            node[0] == "n"
            and any(not each.is_macro for each in self._names.defined(node[1]))
            for node in nodes_of(self._names.body(macro))
        )

    def _has_items(self, macro: Definition) -> bool:
        return (
            macro.is_macro
            and macro.form in {"expr", "items", "other"}
            and bool(body := self._names.body(macro))
            and body[0] in ("init", "call")
        )

    def read(self, variables: Iterable[Variable]) -> None:
        """Read the initialisers of variables, what macros write in them."""
        for variable in variables:
            file = self._names.file(variable.id)
            place = Place(file, -1, NO_NAMES)
            code = self._names.code(variable.id)
            origin = Origin(file, variable.line, "initializer", "", variable.name)
            self._read(code, variable.type, place, origin, is_made=False)

    def read_made(self, code: Node, type_: str, place: Place, origin: Origin) -> None:
        """Read an initialiser, or an item of one, that stands in a macro's body."""
        self._read(code, type_, place, origin, is_made=True)

    def _items(self, name: str, file: int) -> list[Definition]:
        return list(filter(self._has_items, self._names.meaning(name, file)))

    def _read(
        self, code: Node, type_: str, place: Place, origin: Origin, *, is_made: bool
    ) -> None:
        """Read a value; `is_made` when a macro made it."""
        if not code or place.depth > _DEPTH:
            return
        if code[0] == "init":
            self._list(code[2], code[1] or type_, place, origin, is_made=is_made)
            return
        known = place.names.get(code[1]) if code[0] == "n" else None
        if isinstance(known, Argument):
            self._read(known.code, type_, known.place, origin, is_made=True)
            return
        if code[0] == "call" and not is_made:
            origin = origin._replace(line=code[3])
        for body, inner in self._written(code, place):
            self._read(body, type_, inner, origin, is_made=True)

    def _written(self, code: Node, place: Place) -> Iterator[tuple[Node, Place]]:
        """The bodies that a use of a macro stands for, and where their words stand."""
        if code[0] == "call" and code[1][0] == "n":
            for macro in self._items(code[1][1], place.file):
                inner = self._typer.words.macro_place(macro, code[2], place)
                yield self._names.body(macro), inner
        elif code[0] == "n":
            for macro in self._listed(code[1], place.file):
                inner = Place(place.file, place.owner, NO_NAMES, place.depth + 1)
                yield self._names.body(macro), inner

    def _list(
        self,
        items: Sequence[Node],
        type_: str,
        place: Place,
        origin: Origin,
        *,
        is_made: bool,
    ) -> None:
        type_ = self._names.unfold(type_, place.file)
        position = 0
        for item in items:
            path, value = item[0], item[1]
            if not path and self._spreads(value, place):
                # The macro writes several members, not the value of one.
                where = origin if is_made else origin._replace(line=item[2])
                self._read(value, type_, place, where, is_made=is_made)
                continue
            way = path or [[".", position]]
            position += 1
            node, inner = self._target(way, type_, place)
            if is_made and node and value[0] != "init":
                target = Target((node,), self._names.unfold(inner, place.file))
                self._stores.put_into(target, value, place, origin)
            if inner:
                has_line = is_made or value[0] != "n"
                where = origin if has_line else origin._replace(line=item[2])
                self._read(value, inner, place, where, is_made=is_made)

    def _spreads(self, value: Node, place: Place) -> bool:
        """Say whether a value is items: ``#define OPS .open = f``, or uses such."""
        if value[0] == "n":
            found = self._listed(value[1], place.file)
        elif value[0] == "call" and value[1][0] == "n":
            found = self._items(value[1][1], place.file)
        else:
            return False
        return any(
            macro.form == "items"
            or (place.depth < _DEPTH and self._spreads_on(macro, place))
            for macro in found
        )

    def _spreads_on(self, macro: Definition, place: Place) -> bool:
        body = self._names.body(macro)
        inner = Place(place.file, place.owner, NO_NAMES, place.depth + 1)
        return body[0] == "call" and self._spreads(body, inner)

    def _listed(self, name: str, file: int) -> list[Definition]:
        """The macros without arguments that write items."""
        if not self.is_list(name):
            return []
        return [macro for macro in self._items(name, file) if macro.parameters is None]

    def _target(self, way: Node, type_: str, place: Place) -> tuple[int, str]:
        """The slot that designators lead to, 0 for an element, and its type."""
        node = 0
        for step in way:
            type_ = self._names.unfold(type_, place.file)
            if step[0] == "[]" or type_.endswith("[]"):
                type_ = pointee(type_)
                if step[0] == "[]" or isinstance(step[1], int):
                    continue
            struct = self._names.struct(type_, place.file)
            if struct is None:
                return 0, ""
            if isinstance(step[1], int):
                if step[1] >= len(struct.order):
                    return 0, ""
                name, type_ = struct.order[step[1]]
                node = self._graph.slot(struct.outer, name) if name else 0
                continue
            node, type_ = self._member(struct, step[1], place)
        return node, type_

    def _member(self, struct: Struct, word: str, place: Place) -> tuple[int, str]:
        """The slot of a member, which an argument of a macro may name, and its type."""
        name = self._typer.words.field(word, place)
        found = self._typer.member_of(struct, name, place)
        if found is None:
            # Members that an included file makes are in no list of members.
            node, type_ = self._graph.slot(struct.outer, name), ""
        else:
            node, type_ = self._graph.slot(found[0], found[1]), found[2]
        if name != word and may_hold_function(self._names.unfold(type_, place.file)):
            self.named[name].add(node)
        return node, type_
