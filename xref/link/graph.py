"""What may hold a function, and how functions get from one such node to another."""

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Final, NamedTuple

from xref.link.structs import Struct

FORM_COPY: Final = "copy"
"""How a function came to a slot when it was stored in another one first."""


class Origin(NamedTuple):
    """Where a function was put into the flow."""

    file: int
    line: int
    form: str
    guard: str
    object: str


class Doubt(NamedTuple):
    """Why more may stand in a node than is known, and where."""

    reason: str
    file: int
    line: int


@dataclass(frozen=True, slots=True)
class HolderKey:
    """What a node is: see the table ``node`` of the store."""

    kind: str
    struct: str
    """Of a slot: tag without keyword."""
    field: str
    function: int
    position: int


class Graph:
    """Nodes by number from 1, what stands in them, and the flow between them."""

    def __init__(self) -> None:
        self.keys: list[HolderKey] = []
        self.held: dict[int, dict[int, list[Origin]]] = defaultdict(dict)
        """By node and function: every place that puts it there."""
        self.doubts: dict[int, list[Doubt]] = defaultdict(list)
        self._numbers: dict[tuple[object, ...], int] = {}
        self._flows: dict[int, set[int]] = defaultdict(set)
        self._slots: set[int] = set()

    def slot(self, struct: Struct, field: str) -> int:
        """The node of a member; arrays are one node."""
        return self._number(
            (struct, field), HolderKey("slot", struct.name, field, 0, 0)
        )

    def parameter(self, function: int, position: int) -> int:
        """The node of a parameter of a function or macro."""
        return self._number(
            (function, position), HolderKey("parameter", "", "", function, position)
        )

    def local(self, function: int, name: str) -> int:
        """The node of a local variable."""
        return self._number((function, name), HolderKey("local", "", name, function, 0))

    def variable(self, ident: int, name: str) -> int:
        """The node of a variable at file scope, or of a function called by name."""
        return self._number(
            ("global", ident, name), HolderKey("global", "", name, 0, 0)
        )

    def result(self, function: int) -> int:
        """The node of what a function returns."""
        return self._number(
            ("return", function), HolderKey("return", "", "", function, 0)
        )

    def put(self, node: int, function: int, origin: Origin) -> None:
        """A function is stored in a node."""
        self.held[node].setdefault(function, []).append(origin)

    def put_named(self, node: int, function: int, file: int, line: int) -> None:
        """A function is called by its name, though in the form of a pointer."""
        self.held[node].setdefault(function, [Origin(file, line, "named", "", "")])

    def flow(self, source: int, target: int) -> None:
        """Whatever stands in one node may come to stand in another."""
        if source != target:
            self._flows[source].add(target)

    def doubt(self, node: int, doubt: Doubt) -> None:
        """Something that could not be followed is stored in a node."""
        self.doubts[node].append(doubt)

    def close(self) -> None:
        """Let functions and doubts flow until nothing changes."""
        self._spread_functions()
        self._spread_doubts()

    def _number(self, key: tuple[object, ...], holder: HolderKey) -> int:
        number = self._numbers.get(key)
        if number is None:
            self.keys.append(holder)
            number = self._numbers[key] = len(self.keys)
            if holder.kind == "slot":
                self._slots.add(number)
        return number

    def _spread_functions(self) -> None:
        waiting = deque(self.held)
        queued = set(waiting)
        while waiting:
            source = waiting.popleft()
            queued.discard(source)
            is_slot = source in self._slots
            here = self.held[source]
            for target in self._flows.get(source, ()):
                there = self.held[target]
                count = len(there)
                for function, origins in here.items():
                    if function not in there:
                        first = origins[0]
                        form = FORM_COPY if is_slot else first.form
                        there[function] = [first._replace(form=form)]
                if len(there) > count and target not in queued:
                    waiting.append(target)
                    queued.add(target)

    def _spread_doubts(self) -> None:
        """One doubt is enough to make a node doubtful; it keeps its own place."""
        waiting = deque(node for node, doubts in self.doubts.items() if doubts)
        while waiting:
            source = waiting.popleft()
            for target in self._flows.get(source, ()):
                if not self.doubts[target]:
                    self.doubts[target].append(self.doubts[source][0])
                    waiting.append(target)
