"""What macros write at file scope: objects, and items of initialisers.

A use at file scope is known by its arguments that are names; the others are not
facts, and are Code that could not be read here.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from xref.link.expressions import Typer
from xref.link.graph import Origin
from xref.link.initialisers import InitialiserReader
from xref.link.made import MadeFunctions
from xref.link.places import NO_NAMES, Place
from xref.link.tables import Definition, Node, StoreRow, Variable, nodes_of


class Use(NamedTuple):
    """A macro that is used at file scope, or in an initialiser there."""

    callee: str
    line: int
    arguments: list[Node]


class TopLevel:
    """Reads the uses of macros outside of functions."""

    def __init__(
        self, typer: Typer, items: InitialiserReader, made: MadeFunctions
    ) -> None:
        self._typer = typer
        self._made = made
        self._names = typer.names
        self._items = items
        self._uses: dict[int, list[Use]] = defaultdict(list)
        self._variables: dict[int, list[Variable]] = defaultdict(list)
        for variables in self._names.variables.values():
            for variable in variables:
                if variable.length:
                    self._variables[self._names.file(variable.id)].append(variable)

    def note(self, file: int, rows: Sequence[StoreRow]) -> None:
        """Remember the uses in a file; call for all files before `read`."""
        uses = self._uses[file]
        for owner, line, form, target, value, _ in rows:
            if owner >= 0 or form != "argument":
                continue
            callee, position = target[1], target[2]
            last = uses[-1] if uses else None
            if last is None or last.callee != callee or len(last.arguments) > position:
                last = Use(callee, line, [])
                uses.append(last)
            last.arguments.extend(
                ["x", ""] for _ in range(position - len(last.arguments))
            )
            last.arguments.append(value)

    def read(self) -> None:
        """Read what the uses write."""
        wanted: dict[int, Variable] = {}
        for file, uses in self._uses.items():
            for use in uses:
                if self._items.is_item(use.callee, file):
                    around = self._around(file, use.line)
                    wanted.update((variable.id, variable) for variable in around)
                self._declared(file, use)
                self._made.read(file, *use)
        self._items.read(wanted.values())
        for file, variables in self._variables.items():
            lines = self._names.includes.lines.get(file, ())
            for line, header in lines:
                for variable in variables:
                    if variable.line <= line <= variable.end_line:
                        self._included(variable, line, header)

    def _around(self, file: int, line: int) -> list[Variable]:
        return [v for v in self._variables[file] if v.line <= line <= v.end_line]

    def _declared(self, file: int, use: Use) -> None:
        """``DECLARE_WORK(name, function)``: a macro that writes an object."""
        for macro in self._names.meaning(use.callee, file):
            if not macro.is_macro or macro.form not in {"statements", "other"}:
                continue
            place = self._typer.words.macro_place(
                macro, use.arguments, Place(file, -1, NO_NAMES)
            )
            for node in nodes_of(self._names.body(macro)):
                if node[0] == "decl" and node[3]:
                    origin = Origin(file, use.line, "initializer", "", "")
                    self._items.read_made(node[3], node[2], place, origin)

    def _included(self, variable: Variable, line: int, header: int) -> None:
        """``#define ITEM(x) {x}``, ``#include "items.h"`` in an initialiser."""
        file = self._names.file(variable.id)
        type_ = variable.type.removesuffix("[]").rstrip()
        for use in self._uses.get(header, ()):
            macro = self._last_before(use.callee, file, line)
            if macro is None:
                continue
            place = self._typer.words.macro_place(
                macro, use.arguments, Place(file, -1, NO_NAMES)
            )
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
