"""Arms of ``#if`` that the main text leaves out.

Each comes with the enclosing item of the file scope, which is read again with this
arm in place; what starts in the arm is new and joins the facts of the item.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from tree_sitter import Tree

from xref.extract.definitions import read_file
from xref.extract.guards import guard_of, joined, negated
from xref.extract.reader import Found, Reader
from xref.records import Code, Function, Object, Store, Struct

_Record = TypeVar("_Record")
_Put = tuple[int, str, str]
"""Where a store stands, its target and its value."""
_Places = dict[int, int]
"""Where records stand in their list, by the byte where they stand in the blob."""


class Island(Protocol):
    """An arm that the main text leaves out."""

    @property
    def start_byte(self) -> int:
        """Of the arm in the blob."""

    @property
    def end_byte(self) -> int:
        """Of the arm: only what starts in it is new."""

    @property
    def directives(self) -> tuple[str, ...]:
        """Those of its group from its ``#if`` to the one that opens it."""

    @property
    def text(self) -> bytes:
        """The enclosing item of the file scope with this arm in place."""

    @property
    def text_start(self) -> int:
        """Where `text` begins in the blob."""


def read_islands(
    reader: Reader, islands: Iterable[Island], parse: Callable[[bytes], Tree]
) -> None:
    """Add what islands hold to what the main text gave."""
    main = reader.found
    places = tuple(
        {byte: at for at, (byte, _) in enumerate(found)}
        for found in (main.functions, main.objects, main.structs)
    )
    known: set[_Put] = set()
    for island in islands:
        known = known or {_put_by(*each) for each in main.stores}
        reader.found = Found()
        reader.text = island.text.decode("latin-1")
        reader.delta = island.text_start
        read_file(reader, parse(island.text).root_node)
        other, reader.found, reader.delta = reader.found, main, 0
        main.stores += _values_of(island, other, known)
        _merge(reader, island, other, places)


def _put_by(byte: int, store: Store) -> _Put:
    return byte, store.target, store.value


def _values_of(
    island: Island, other: Found, known: set[_Put]
) -> list[tuple[int, Store]]:
    """Stores that begin before an arm and whose values stand in it."""
    guard = guard_of(island.directives)
    new = [
        (byte, store._replace(guard=joined([store.guard, guard])))
        for byte, store in other.stores
        if byte < island.start_byte and _put_by(byte, store) not in known
    ]
    known.update(_put_by(*each) for each in new)
    return new


def _merge(
    reader: Reader, island: Island, other: Found, places: tuple[_Places, ...]
) -> None:
    main = reader.found
    start, end = island.start_byte, island.end_byte
    renamed = [record.name for byte, record in other.functions if start <= byte < end]
    main.calls += [
        (byte, call)
        for byte, call in other.calls
        if start <= byte < end or call.caller in renamed
    ]
    main.stores += [
        (byte, store)
        for byte, store in other.stores
        if start <= byte < end or store.function in renamed
    ]
    main.problems += _within(other.problems, start, end)
    main.prototypes += _within(other.prototypes, start, end)
    main.typedefs += _within(other.typedefs, start, end)
    main.enumerators += _within(other.enumerators, start, end)
    main.uses += _within(other.uses, start, end)
    first, last = reader.line_at(start), reader.line_at(end)
    guard = guard_of(island.directives)
    functions, objects, structs = places
    _merge_functions(main, other, (first, last), guard, functions)
    _merge_objects(main, other, (first, last), objects)
    _merge_structs(main, other, (first, last), structs)


def _within(
    found: list[tuple[int, _Record]], start: int, end: int
) -> list[tuple[int, _Record]]:
    return [(byte, record) for byte, record in found if start <= byte < end]


def _merge_functions(
    main: Found, other: Found, lines: tuple[int, int], guard: str, places: _Places
) -> None:
    for byte, function in other.functions:
        at = places.get(byte)
        if at is None:
            if _is_in(function.line, lines):
                places[byte] = len(main.functions)
                main.functions.append((byte, function))
            continue
        known = main.functions[at][1]
        taken = _Taken(lines, {repr(each) for each in _simple(known.body)}, [], [], [])
        taken.look_in(function.body)
        new: Code = [*taken.parts, *taken.changed, *taken.begun]
        if new:
            leaves = any(each[:1] == ["return"] for each in taken.changed)
            arms: Code = [[guard, new], [negated(guard), []]]
            group: Code = ["cpp", arms, lines[0]]
            body = _put(known.body, group, before=leaves or bool(taken.parts))
            main.functions[at] = (byte, _longer(known, function, body))


def _put(body: Code, group: Code, *, before: bool) -> Code:
    """The statements with those of an arm where it stands, innermost.

    That is before what begins behind it; a ``return`` may stand there.  What is only
    a part of a statement stands `before` that one.
    """
    line = _line_of(group)
    at = next((n for n, each in enumerate(body) if _line_of(each) > line), len(body))
    around = next((n for n in range(at - 1, -1, -1) if _line_of(body[n])), -1)
    inner = _put_inside(body[around], group, before=before) if around >= 0 else None
    if inner is not None:
        return [*body[:around], inner, *body[around + 1 :]]
    at = around if before and around >= 0 else at
    return [*body[:at], group, *body[at:]]


def _put_inside(code: object, group: Code, *, before: bool) -> Code | None:
    """A statement with a group in one of its lists, where that reaches around it."""
    if not isinstance(code, list):
        return None
    line = _line_of(group)
    for at, part in enumerate(code):
        if not isinstance(part, list):
            continue
        if any(0 < _line_of(each) < line for each in part) and _last_line(part) > line:
            inner: Code | None = _put(part, group, before=before)
        else:
            inner = _put_inside(part, group, before=before)
        if inner is not None:
            return [*code[:at], inner, *code[at + 1 :]]
    return None


def _last_line(code: Code) -> int:
    """Where the last statement begins, however deep."""
    lines = (max(_line_of(p), _last_line(p)) for p in code if isinstance(p, list))
    return max(lines, default=0)


def _line_of(statement: object) -> int:
    """Where a statement begins; 0 where that is not known."""
    tag = statement[0] if isinstance(statement, list) and statement else None
    if not isinstance(statement, list) or not isinstance(tag, str):
        return 0
    line = statement[-2 if tag == "decl" else -1]
    return line if tag in _STATEMENTS and isinstance(line, int) else 0


def _longer(known: Function, function: Function, body: Code) -> Function:
    end_line = max(known.end_line, function.end_line)
    return replace(known, body=body, end_line=end_line)


@dataclass(slots=True)
class _Taken:
    """What an arm adds to the statements of a function."""

    lines: tuple[int, int]
    """Of the arm."""
    known: set[str]
    """The simple statements of the function without it."""
    parts: list[Code]
    """Calls in heads of statements that begin before the arm, as statements."""
    changed: list[Code]
    """Simple statements that begin before it."""
    begun: list[Code]
    """The outermost statements that begin in it."""

    def look_in(self, code: Code) -> None:
        """Take what is new in some code."""
        for item in code:
            if not isinstance(item, list):
                continue
            line = _line_of(item)
            if _is_in(line, self.lines):
                self.begun.append(item)
            elif item[:1] == ["call"] and _is_in(_line_of_call(item), self.lines):
                self.parts.append(["e", item, item[-1]])
            elif not _is_simple(item):
                self.look_in(item)
            elif 0 < line < self.lines[0] and repr(item) not in self.known:
                self.changed.append(item)


def _is_simple(statement: Code) -> bool:
    return bool(statement) and statement[0] in ("e", "decl", "return")


def _simple(code: Code) -> Iterator[Code]:
    """The statements without others in them, however deep."""
    for item in code:
        if isinstance(item, list):
            if _is_simple(item):
                yield item
            else:
                yield from _simple(item)


def _line_of_call(call: Code) -> int:
    return call[-1] if isinstance(call[-1], int) else 0


def _is_in(line: int, lines: tuple[int, int]) -> bool:
    return lines[0] <= line < lines[1]


_STATEMENTS = frozenset(
    {"e", "decl", "if", "loop", "walk", "switch", "return", "cpp", "asm", "?"}
    | {"cleanup"}
)


def _merge_objects(
    main: Found, other: Found, lines: tuple[int, int], places: _Places
) -> None:
    for byte, made in other.objects:
        at = places.get(byte)
        if at is None:
            if _is_in(made.line, lines):
                places[byte] = len(main.objects)
                main.objects.append((byte, made))
            continue
        known = main.objects[at][1]
        items = _items(known)
        new = _new_items(made, items, lines)
        if new and items:
            init = [*known.init[:2], [*items, *new]]
            main.objects[at] = (byte, replace(known, init=init))


def _items(made: Object) -> Code:
    """Those of an object's initialiser."""
    items = made.init[2] if made.init and made.init[0] == "init" else []
    return items if isinstance(items, list) else []


def _new_items(made: Object, known: Code, lines: tuple[int, int]) -> Code:
    """The items that stand within lines, or begin before with another value."""
    return [
        item
        for item in _items(made)
        if isinstance(item, list)
        and isinstance(item[-1], int)
        and (_is_in(item[-1], lines) or (item[-1] < lines[0] and item not in known))
    ]


def _merge_structs(
    main: Found, other: Found, lines: tuple[int, int], places: _Places
) -> None:
    for byte, struct in other.structs:
        at = places.get(byte)
        if at is None:
            if _is_in(struct.line, lines):
                places[byte] = len(main.structs)
                main.structs.append((byte, struct))
            continue
        known: Struct = main.structs[at][1]
        new = [field for field in struct.fields if _is_in(field.line, lines)]
        if new:
            fields = sorted([*known.fields, *new], key=lambda field: field.line)
            main.structs[at] = (byte, replace(known, fields=tuple(fields)))
