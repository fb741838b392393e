"""Facts of one blob to columns that travel and load fast.

A worker makes them, the writer loads them.  They are columns and not rows, since a
column of numbers is one array: quick to send, and names are replaced by their ids
with one ``map``.
"""

import json
import zlib
from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from typing import Any, Final, TypeAlias

from xref.records import (
    BlobFacts,
    Call,
    CallKind,
    Code,
    Function,
    Macro,
    Object,
    Parameter,
)
from xref.spelling import spelling_of
from xref.store.plain import packed, parted
from xref.store.words import words_of

POSITION_BITS: Final = 20
"""An id of a fact is ``blob << POSITION_BITS`` plus its position in the blob."""
MADE_POSITION: Final = 1 << 19
"""From here on positions of functions are of those that macros make, see ``made``."""
_LEVEL: Final = 5
"""Of zlib: an eighth less room than 3 for a hundredth of the time of reading."""
FILE_SCOPE: Final = -1
"""The owner of what stands outside of every function."""

COLUMNS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    table: tuple((c[:-2], c[-1]) for c in columns.split())
    for table, columns in {
        "function": "id:o name:n sort:i line:i end_line:i static:i inline:i variadic:i "
        "returns:n parameters:t guard:n macro:n shape:i text:t start:i length:i "
        "first_call:i end_call:i",
        "prototype": "id:o name:n line:i returns:n parameters:t variadic:i static:i "
        "guard:n",
        "struct": "id:o tag:n line:i guard:n",
        "field": "struct:o position:i name:n type:n line:i guard:n",
        "typedef": "id:o name:n type:n line:i guard:n",
        "object": "id:o name:n type:n line:i end_line:i static:i extern:i function:n "
        "guard:n macro:n start:i length:i",
        "enumerator": "id:o name:n value:t line:i guard:n",
        "call": "id:o owner:i line:i callee:n guard:n",
        "pointer_call": "id:o owner:i line:i kind:t expression:n text:n guard:n",
        "include": "id:o target:n system:i line:i guard:n",
        "problem": "id:o line:i end_line:i kind:t text:t",
    }.items()
}
"""Column and kind of each table: ``o`` position in the blob, made an id by the writer;
``i`` number; ``n`` name, as index into `BlobRows.names`; ``t`` text."""

_SORTS: Final = ("function", "macro", "syscall")
_MACRO: Final = 1
_SHAPES: Final = ("", "expr", "statements", "empty", "items", "type", "other")
"""As the schema's ``function`` numbers them."""

Column: TypeAlias = "array[int] | list[str | None]"
Row = tuple[str | int | None, ...]

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, slots=True)
class BlobRows:
    """All rows of one blob, by table, as columns."""

    size_bytes: int
    error_bytes: int
    names: tuple[str, ...]
    tables: dict[str, tuple[Column, ...]]
    code: bytes
    """See ``content`` in the schema."""
    stores: bytes
    uses: bytes
    plain: tuple[bytes, bytes] | None
    words: bytes


def rows_of(facts: BlobFacts, text: bytes = b"") -> BlobRows:
    """Turn the facts of a blob into what the writer loads.

    Args:
        facts: of the blob.
        text: its content, for the words in it.
    """
    maker = _Maker(facts)
    return BlobRows(
        facts.size_bytes,
        facts.error_bytes,
        tuple(maker.names),
        {table: _columns(table, rows) for table, rows in maker.tables.items() if rows},
        zlib.compress("".join(maker.code).encode(), _LEVEL),
        zlib.compress(maker.stores.encode(), _LEVEL),
        zlib.compress(
            _encode([[u.code, u.guard] for u in facts.uses]).encode(), _LEVEL
        ),
        packed(maker.plain) if maker.plain else None,
        words_of(text),
    )


def stores_of(packed: bytes) -> list[tuple[Any, ...]]:
    """The stores of a blob, in the order of the source.

    Args:
        packed: ``content.stores``.

    Returns:
        Owner, line, form, target, value and guard of each.
    """
    owners, steps, *rest = json.loads(zlib.decompress(packed))
    return list(zip(owners, accumulate(steps), *rest, strict=True))


def parameters_as_text(parameters: Sequence[Parameter]) -> str:
    """``type name;type name``: a type holds no semicolon, a name no blank."""
    return ";".join(f"{p.type} {p.name}" for p in parameters)


def parameters_of_text(text: str | None) -> tuple[Parameter, ...]:
    """What `parameters_as_text` was given."""
    if not text:
        return ()
    parts = (part.rpartition(" ") for part in text.split(";"))
    return tuple(Parameter(name, type_) for type_, _, name in parts)


class _Maker:
    def __init__(self, facts: BlobFacts) -> None:
        self.names: dict[str, int] = {"": 0}
        self.tables: dict[str, list[Row]] = {table: [] for table in COLUMNS}
        self.code: list[str] = []
        self._length = 0
        self._owners: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
        self._definitions(facts)
        self._declarations(facts)
        self._structs(facts)
        self._calls(facts.calls)
        self._rest(facts)
        self.stores = self._stores(facts)

    def _name(self, text: str) -> int:
        return self.names.setdefault(text, len(self.names))

    def _kept(self, code: Code) -> tuple[int, int]:
        if not code:
            return 0, 0
        text = _encode(code)
        start = self._length
        self.code.append(text)
        self._length += len(text)
        return start, len(text)

    def _definitions(self, facts: BlobFacts) -> None:
        rows = self.tables["function"]
        objects = self.tables["object"]
        for function in facts.functions:
            self._own(function, len(rows))
            rows.append(self._function(function, len(rows)))
        others = (facts.functions, facts.prototypes, facts.structs, facts.typedefs)
        is_list = not any((*others, facts.enumerators, facts.objects))
        macros, self.plain = parted(facts.macros, are_alone=is_list)
        for macro in macros:
            self._own(macro, len(rows))
            rows.append(self._macro(macro, len(rows)))
        first = len(rows)
        for position, each in enumerate(facts.objects, first):
            objects.append(self._object(each, position))

    def _own(self, definition: Function | Macro, position: int) -> None:
        place = (definition.line, definition.end_line, position)
        self._owners[definition.name].append(place)

    def _owner(self, name: str, line: int) -> int:
        """The definition of a name that a line stands in: twins share a name."""
        places = self._owners.get(name)
        if not places:
            return FILE_SCOPE
        if len(places) > 1:
            for first, last, position in places:
                if first <= line <= last:
                    return position
        return places[0][2]

    def _function(self, function: Function, position: int) -> Row:
        name = self._name
        return (
            position,
            name(function.name),
            _SORTS.index(function.kind),
            function.line,
            function.end_line,
            function.static,
            function.inline,
            function.variadic,
            name(function.returns),
            parameters_as_text(function.parameters),
            name(function.guard),
            name(function.macro),
            0,
            "",
            *self._kept(function.body),
        )

    def _macro(self, macro: Macro, position: int) -> Row:
        name = self._name
        parameters = macro.parameters
        return (
            position,
            name(macro.name),
            _MACRO,
            macro.line,
            macro.end_line,
            0,
            0,
            0,
            0,
            None if parameters is None else ";".join(parameters),
            name(macro.guard),
            0,
            _SHAPES.index(macro.form),
            macro.text,
            *self._kept(macro.body),
        )

    def _object(self, each: Object, position: int) -> Row:
        name = self._name
        return (
            position,
            name(each.name),
            name(each.type),
            each.line,
            each.end_line,
            each.static,
            each.extern,
            name(each.function),
            name(each.guard),
            name(each.macro),
            *self._kept(each.init),
        )

    def _declarations(self, facts: BlobFacts) -> None:
        name = self._name
        self.tables["prototype"] = [
            (
                position,
                name(p.name),
                p.line,
                name(p.returns),
                parameters_as_text(p.parameters),
                p.variadic,
                p.static,
                name(p.guard),
            )
            for position, p in enumerate(facts.prototypes)
        ]
        self.tables["typedef"] = [
            (position, name(t.name), name(t.type), t.line, name(t.guard))
            for position, t in enumerate(facts.typedefs)
        ]
        self.tables["enumerator"] = [
            (position, name(e.name), _encode(e.value), e.line, name(e.guard))
            for position, e in enumerate(facts.enumerators)
        ]

    def _structs(self, facts: BlobFacts) -> None:
        name = self._name
        fields = self.tables["field"]
        for position, struct in enumerate(facts.structs):
            self.tables["struct"].append(
                (position, name(struct.tag), struct.line, name(struct.guard))
            )
            fields += [
                (position, at, name(f.name), name(f.type), f.line, name(f.guard))
                for at, f in enumerate(struct.fields)
            ]

    def _calls(self, calls: Sequence[Call]) -> None:
        """Calls in the order of their owners, so that those of one are a range."""
        name, owner = self._name, self._owner
        direct, pointer = self.tables["call"], self.tables["pointer_call"]
        owned = sorted(
            ((owner(c.caller, c.line), at, c) for at, c in enumerate(calls)),
            key=itemgetter(0, 1),
        )
        first: dict[int, int] = {}
        end: dict[int, int] = {}
        for position, (own, _, call) in enumerate(owned):
            first.setdefault(own, position)
            end[own] = position + 1
            place = (position, own, call.line)
            guard = name(call.guard)
            if call.kind is CallKind.DIRECT:
                direct.append((*place, name(call.callee), guard))
            else:
                text = spelling_of(json.loads(call.callee))
                callee = (name(call.callee), name(text))
                pointer.append((*place, str(call.kind), *callee, guard))
        functions = self.tables["function"]
        for own, row in enumerate(functions):
            functions[own] = (*row, first.get(own, 0), end.get(own, 0))

    def _rest(self, facts: BlobFacts) -> None:
        name = self._name
        self.tables["include"] = [
            (position, name(i.target), i.system, i.line, name(i.guard))
            for position, i in enumerate(facts.includes)
        ]
        self.tables["problem"] = [
            (position, p.line, p.end_line, p.kind, p.text)
            for position, p in enumerate(facts.problems)
        ]

    def _stores(self, facts: BlobFacts) -> str:
        """One JSON text, column by column; targets and values are JSON already.

        That takes a sixth less room than rows, and a third less time to read.
        """
        stores = facts.stores
        lines = [s.line for s in stores]
        columns = (
            [str(self._owner(s.function, s.line)) for s in stores],
            [str(line - last) for last, line in zip([0, *lines], lines, strict=False)],
            [f'"{s.form}"' for s in stores],
            [s.target for s in stores],
            [s.value for s in stores],
            [_encode(s.guard) if s.guard else '""' for s in stores],
        )
        return "[[" + "],[".join(",".join(cells) for cells in columns) + "]]"


def _columns(table: str, rows: list[Row]) -> tuple[Column, ...]:
    kinds = COLUMNS[table]
    return tuple(
        list(column) if kind == "t" else array("q", column)
        for (_, kind), column in zip(kinds, zip(*rows, strict=True), strict=True)
    )
