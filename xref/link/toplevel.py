"""What macros write at file scope: objects, and items of initialisers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from xref.link.expressions import Typer
from xref.link.graph import Origin
from xref.link.initialisers import InitialiserReader
from xref.link.places import NO_NAMES, Place
from xref.link.tables import Definition, Node, StoreRow, Variable, parts_of
from xref.link.uses import Use, Uses

_DEPTH: Final = 6
"""Macros in macros at file scope."""
_ITEMS: Final = frozenset(("init", "call", "n"))
"""Forms of a value that may have items of an initialiser in it."""


class TopLevel:
    """Reads the uses of macros outside of functions."""

    def __init__(self, typer: Typer, items: InitialiserReader, uses: Uses) -> None:
        self._words = typer.words
        self._names = typer.names
        self._items = items
        self._uses = uses
        self.wanted: dict[int, Variable] = {}
        """Variables in whose initialisers macros write, by id."""
        self._writing: dict[int, bool] = {}
        self._relevant: dict[int, list[Node]] = {}
        self._variables: dict[int, list[Variable]] = defaultdict(list)
        for variables in self._names.variables.values():
            for variable in variables:
                if variable.length:
                    self._variables[self._names.file(variable.id)].append(variable)

    def note(self, file: int, rows: Sequence[StoreRow]) -> None:
        """Find the initialisers in which macros write items."""
        for owner, line, form, target, value, _ in rows:
            if owner < 0 and (
                self._items.is_item(target[1], file)
                if form == "argument"
                else value[0] == "n" and self._items.is_list(value[1])
            ):
                around = self._around(file, line)
                self.wanted.update((variable.id, variable) for variable in around)

    def note_calls(self, calls: Iterable[tuple[int, str, int]]) -> None:
        """Find the initialisers in which macros write functions that they name.

        Of ``ITEM("name", 3)`` there is no store: nothing that it is given is kept.
        """
        used = {use.code[1][1] for use in self._uses}
        for blob, name, line in calls:
            if name not in used and self._items.names_functions(name):
                around = self._around(self._names.file_of_blob[blob], line)
                self.wanted.update((variable.id, variable) for variable in around)

    def read(self) -> None:
        """Read what the uses write."""
        self._items.read(self.wanted.values())
        for use in self._uses:
            self._declared(use)
        for file, variables in self._variables.items():
            for line, header in self._names.includes.lines(file):
                for variable in variables:
                    if variable.line <= line <= variable.end_line:
                        self._included(variable, line, header)

    def _around(self, file: int, line: int) -> list[Variable]:
        return [v for v in self._variables[file] if v.line <= line <= v.end_line]

    def _declared(self, use: Use) -> None:
        """``DECLARE_WORK(name, function)``: a macro that writes an object."""
        outer = Place(use.file, -1, NO_NAMES)
        origin = Origin(use.file, use.code[3], "initializer", use.guard, "")
        self._write(use.code, outer, origin)

    def _write(self, call: Node, place: Place, origin: Origin) -> None:
        """Read the objects that a macro writes, or one that it uses for that."""
        name, where = self._words.named(call[1], place)
        for macro in self._names.meaning(name, where.file) if name else ():
            if place.depth > _DEPTH or not self._writes(macro):
                continue
            inner = self._words.macro_place(macro, call[2], place)
            for part in self._parts(macro):
                if part[0] == "call":
                    self._write(part, inner, origin)
                else:
                    made = origin._replace(object=self._words.pasted(part[1], inner))
                    self._items.read_made(part[3], part[2], inner, made)

    def _parts(self, macro: Definition) -> list[Node]:
        """What a macro's body has that may write an object."""
        known = self._relevant.get(macro.id)
        if known is None:
            own = {name for name, _ in self._names.parameters(macro)}
            known = self._relevant[macro.id] = [
                part
                for part in parts_of(self._names.body(macro))
                if _has_items(part)
                or (
                    part[0] == "call"
                    and part[1][0] == "n"
                    and (
                        part[1][1] in own
                        or "##" in part[1][1]
                        or any(map(self._writes, self._names.defined(part[1][1])))
                    )
                )
            ]
        return known

    def _writes(self, macro: Definition) -> bool:
        """Say whether a macro writes an object with a value, or uses one that does."""
        known = self._writing.get(macro.id)
        if known is None:
            self._writing[macro.id] = False  # a macro does not use itself
            file = self._names.file(macro.id)
            known = self._writing[macro.id] = macro.is_macro and any(
                _has_items(part)
                or (
                    part[0] == "call"
                    and part[1][0] == "n"
                    and any(map(self._writes, self._names.meaning(part[1][1], file)))
                )
                for part in parts_of(self._names.body(macro))
            )
        return known

    def _included(self, variable: Variable, line: int, header: int) -> None:
        """``#define ITEM(x) {x}``, ``#include "items.h"`` in an initialiser."""
        file = self._names.file(variable.id)
        type_ = variable.type.removesuffix("[]").rstrip()
        for use in self._uses.of(header):
            macro = self._last_before(use.code[1][1], file, line)
            if macro is None:
                continue
            outer = Place(file, -1, NO_NAMES)
            place = self._words.macro_place(macro, use.code[2], outer)
            body = self._names.body(macro)
            origin = Origin(file, line, "initializer", "", variable.name)
            if body and body[0] == "init":
                for item in body[2]:
                    self._items.read_made(item[1], type_, place, origin)

    def _last_before(self, name: str, file: int, line: int) -> Definition | None:
        """The definition of a macro that is in force at a line of its own file."""
        before = [
            d
            for d in self._names.meaning(name, file)
            if d.is_macro and self._names.file(d.id) == file and d.line < line
        ]
        return max(before, key=lambda d: d.line, default=None)


def _has_items(part: Node) -> bool:
    """Say whether a part of a macro declares an object with items that count."""
    return bool(part[0] == "decl" and part[3] and part[3][0] in _ITEMS)
