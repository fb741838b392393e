"""The state of one walk over a tree: where it stands, and what it has found."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from tree_sitter import Node

from xref.extract.directives import Conditions
from xref.records import (
    Call,
    CallKind,
    Code,
    Enumerator,
    Function,
    Object,
    Problem,
    Prototype,
    Store,
    Struct,
    Typedef,
    Use,
)


class Mark(Protocol):
    """Something that cleaning rewrote, at the token that carries the meaning."""

    @property
    def start_byte(self) -> int:
        """Of the token, in the blob."""

    @property
    def kind(self) -> str:
        """``function``, ``walk``, ``designator`` ...: see the marks of cleaning."""

    @property
    def macro(self) -> str:
        """The macro as written: ``SYSCALL_DEFINE3``."""

    @property
    def text(self) -> str:
        """What the macro makes: a name or a type; of an attribute, its argument."""


class Guard(Protocol):
    """Bytes that stay in place under a condition whose directives were blanked."""

    @property
    def start_byte(self) -> int:
        """In the blob."""

    @property
    def end_byte(self) -> int:
        """In the blob."""

    @property
    def directives(self) -> tuple[str, ...]:
        """Those of the group from its ``#if`` to the one that opens this arm."""


class Local(NamedTuple):
    """A local variable or parameter."""

    json: str
    """How facts name it: ``["v",TYPE,NAME]`` or ``["p",TYPE,NAME,POSITION]``."""
    type: str
    storage: str
    """``parameter`` ``static`` or ``auto``."""


class Found:
    """Records in the making, each with the byte where it stands."""

    __slots__ = (
        "calls",
        "enumerators",
        "functions",
        "objects",
        "problems",
        "prototypes",
        "stores",
        "structs",
        "typedefs",
        "uses",
    )

    def __init__(self) -> None:
        self.calls: list[tuple[int, Call]] = []
        self.enumerators: list[tuple[int, Enumerator]] = []
        self.functions: list[tuple[int, Function]] = []
        self.objects: list[tuple[int, Object]] = []
        self.problems: list[tuple[int, Problem]] = []
        self.prototypes: list[tuple[int, Prototype]] = []
        self.stores: list[tuple[int, Store]] = []
        self.structs: list[tuple[int, Struct]] = []
        self.typedefs: list[tuple[int, Typedef]] = []
        self.uses: list[tuple[int, Use]] = []


class Reader:
    """One walk.

    `text` holds one character a byte, so that a node's bytes slice it; `delta` is
    what makes a place in it one in the blob.
    """

    __slots__ = (
        "all_guards",
        "conditions",
        "delta",
        "expressions",
        "floor",
        "found",
        "function",
        "guards",
        "kept",
        "kinds",
        "lines",
        "marks",
        "objects",
        "outer",
        "returns",
        "scope",
        "statements",
        "text",
    )

    def __init__(
        self,
        text: str,
        lines: list[int],
        conditions: Conditions,
        marks: Mapping[int, Mark],
        tables: "Tables",
    ) -> None:
        self.text = text
        self.lines = lines
        self.conditions = conditions
        self.marks = marks
        self.kinds = frozenset(mark.kind for mark in marks.values())
        """The kinds of marks: most blobs have few."""
        self.expressions, self.statements = tables
        self.delta = 0
        self.all_guards: Sequence[Guard] = ()
        """In the order of their starts."""
        self.guards: Sequence[Guard] = ()
        """Those in the function that is read."""
        self.outer: list[int] = []
        """For each of these the one around it, or -1."""
        self.floor = 0
        """The guards that begin behind this byte are not yet in the Code."""
        self.found = Found()
        self.function = ""
        self.returns = ""
        self.scope: dict[str, Local] = {}
        self.objects: dict[str, str] = {}
        """The types of the objects at file scope so far, by their names."""
        self.kept: set[str] = set()
        """Locals of the function that hold what a store of it gave them."""

    def expression(self, node: Node) -> Code:
        """The expression of a node."""
        return self.expressions.get(node.kind_id, unread)(self, node)

    def silently(self, node: Node) -> Code:
        """The expression of a node that is not evaluated: nothing in it is noted."""
        calls, stores = len(self.found.calls), len(self.found.stores)
        code = self.expression(node)
        del self.found.calls[calls:]
        del self.found.stores[stores:]
        return code

    def block(self, node: Node) -> Code:
        """The statements of a node: a block's, or the one that it is."""
        statements: Code = []
        self.statements.get(node.kind_id, _loose)(self, node, statements)
        return statements

    def slice(self, node: Node) -> str:
        """The text of a node."""
        start, end = node.byte_range
        return self.text[start:end]

    def line(self, node: Node) -> int:
        """The line of a node's start."""
        return bisect_right(self.lines, node.start_byte + self.delta)

    def line_at(self, byte: int) -> int:
        """The line of a byte of the blob."""
        return bisect_right(self.lines, byte)

    def mark(self, node: Node, kind: str) -> Mark | None:
        """The mark of a kind at a node's start."""
        mark = self.marks.get(node.start_byte + self.delta)
        return mark if mark is not None and mark.kind == kind else None

    def call(self, byte: int, kind: CallKind, callee: str) -> int:
        """Note a call whose callee's name is at a byte; returns its line."""
        line = bisect_right(self.lines, byte)
        self.found.calls.append(
            (byte, Call(self.function, line, kind, callee, self.conditions.at(byte)))
        )
        return line

    def store(self, node: Node, form: str, target: str, value: str) -> None:
        """Note a store that is written at a node."""
        byte = node.start_byte + self.delta
        line = bisect_right(self.lines, byte)
        guard = self.conditions.at(byte)
        store = Store(self.function, line, form, target, value, guard)
        self.found.stores.append((byte, store))


def note_use(reader: Reader, node: Node, code: Code) -> None:
    """Note a macro that is used at file scope."""
    byte = node.start_byte + reader.delta
    line = bisect_right(reader.lines, byte)
    use = Use(code, line, reader.conditions.at(byte))
    reader.found.uses.append((byte, use))


def note_problem(reader: Reader, node: Node, kind: str) -> None:
    """Note what could not be read."""
    start, end = node.byte_range
    byte = start + reader.delta
    line, end_line = reader.line_at(byte), reader.line_at(end + reader.delta)
    reader.found.problems.append((byte, Problem(line, end_line, kind, "")))


def note_depth(reader: Reader, node: Node) -> None:
    """Note what is nested too deeply to be read, and forget what was begun."""
    note_problem(reader, node, "depth")
    reader.function, reader.returns, reader.scope = "", "", {}


Expressions = Mapping[int, Callable[[Reader, Node], Code]]
"""What reads each kind of node as an expression."""
Statements = Mapping[int, Callable[[Reader, Node, Code], None]]
"""What reads each kind of node as statements, which it adds to a list."""
Tables = tuple[Expressions, Statements]


def enter_guards(reader: Reader, node: Node) -> None:
    """Turn to a function, in which few guards stand or none."""
    start, end = node.byte_range
    start += reader.delta
    end += reader.delta
    first = bisect_left(reader.all_guards, start, key=_guard_start)
    last = bisect_left(reader.all_guards, end, key=_guard_start)
    reader.guards = reader.all_guards[first:last]
    reader.outer = []
    reader.floor = start - 1
    opened: list[int] = []
    for at, guard in enumerate(reader.guards):
        while opened and reader.guards[opened[-1]].end_byte <= guard.start_byte:
            opened.pop()
        reader.outer.append(opened[-1] if opened else -1)
        opened.append(at)


def guard_around(reader: Reader, node: Node) -> Guard | None:
    """The outermost guard around a node that the Code does not say yet."""
    start, end = node.byte_range
    start += reader.delta
    end += reader.delta
    found = None
    # All that begin before the node and end behind it are around the last of them.
    at = bisect_right(reader.guards, start, key=_guard_start) - 1
    while at >= 0 and reader.guards[at].start_byte > reader.floor:
        if end <= reader.guards[at].end_byte:
            found = reader.guards[at]
        at = reader.outer[at]
    return found


def _guard_start(guard: Guard) -> int:
    return guard.start_byte


def unread(reader: Reader, node: Node) -> Code:
    """What could not be read; expressions in it are read for the calls in them."""
    for child in node.children:
        if child.is_named:
            reader.expression(child)
    return ["x", " ".join(reader.slice(node).split())[:200]]


def _loose(reader: Reader, node: Node, out: Code) -> None:
    """Anything that is no statement where one is due."""
    if node.is_named:
        out.append(["e", reader.expression(node), reader.line(node)])
