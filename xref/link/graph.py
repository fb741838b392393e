"""What may hold a function, and how functions get from one such node to another."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from xref.link.structs import Struct
from xref.link.tables import Definition

FORM_COPY: Final = "copy"
"""How a function came to a slot when it was stored in another one first."""


class Origin(NamedTuple):
    """Where a function was put into the flow."""

    file: int
    line: int
    form: str
    guard: str
    object: str


Origins = Origin | dict[Origin, None]
"""The one place that puts a function into a node, as most have; else all."""
News = dict[int, tuple[Origin, ...]]
"""Functions that are new in a node, and where from."""


class Doubt(NamedTuple):
    """Why more may stand in a node than is known, and where."""

    reason: str
    file: int
    line: int


class Pointed(NamedTuple):
    """The type of a pointer to a function, and the file whose typedefs it means."""

    type: str
    file: int


Fits = Callable[[int, Pointed], bool]
"""Says whether a function can be what such a pointer is meant to call."""


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
        self.keys: list[tuple[Any, ...]] = []
        """What tells each node from all others."""
        self.held: dict[int, dict[int, Origins]] = defaultdict(dict)
        """By node and function: every place that puts it there."""
        self.externs: list[str] = []
        """Functions without a body that was read: -1 is the first."""
        self.doubts: dict[int, list[Doubt]] = defaultdict(list)
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._extern_numbers: dict[str, int] = {}
        self.flows: dict[int, int | set[int]] = {}
        """By source: the one target, as most have; else all."""
        self.narrow: dict[int, dict[tuple[int, Pointed], None]] = defaultdict(dict)
        """By source that holds anything: target, and what it takes of that."""

    def slot(self, struct: Struct, field: str) -> int:
        """The node of a member; arrays are one node."""
        return self.number((struct, field))

    def parameter(self, function: int, position: int) -> int:
        """The node of a parameter of a function or macro."""
        return self.number((function, position))

    def local(self, function: int, name: str) -> int:
        """The node of a local variable."""
        return self.number((function, name))

    def variable(self, ident: int, name: str) -> int:
        """The node of a variable at file scope, or of a function called by name."""
        return self.number(("global", ident, name))

    def key(self, name: str) -> int:
        """The node of a static call."""
        return self.number(("key", name))

    def result(self, function: int) -> int:
        """The node of what a function returns."""
        return self.number(("return", function))

    def slot_at(self, node: int) -> tuple[str, str] | None:
        """Tag without keyword and field of a node that is a slot."""
        first, *rest = self.keys[node - 1]
        return (first.name, rest[0]) if isinstance(first, Struct) else None

    def holder(self, node: int) -> HolderKey:
        """What a node is."""
        first, second, *rest = self.keys[node - 1]
        if isinstance(first, Struct):
            return HolderKey("slot", first.name, second, 0, 0)
        if first == "global":
            return HolderKey("global", "", rest[0], 0, 0)
        if first == "key":
            return HolderKey("key", "", second, 0, 0)
        if first == "return":
            return HolderKey("return", "", "", second, 0)
        if isinstance(second, int):
            return HolderKey("parameter", "", "", first, second)
        return HolderKey("local", "", second, first, 0)

    def parameters(self) -> Iterator[tuple[int, int, int]]:
        """Each node that is a parameter: its number, the function and the position."""
        for number, (first, second, *_) in enumerate(self.keys, 1):
            if type(first) is int and type(second) is int:
                yield number, first, second

    def extern(self, name: str) -> int:
        """The id of a function of which no body was read."""
        number = self._extern_numbers.get(name)
        if number is None:
            self.externs.append(name)
            number = self._extern_numbers[name] = -len(self.externs)
        return number

    def name_of(self, function: int, definitions: Mapping[int, Definition]) -> str:
        """The name of a function, with a body or without."""
        if function < 0:
            return self.externs[-function - 1]
        return definitions[function].name

    def put(self, node: int, function: int, origin: Origin) -> None:
        """A function is stored in a node."""
        there = self.held[node]
        known = there.get(function)
        if known is None:
            there[function] = origin
        elif isinstance(known, dict):
            known[origin] = None
        elif known != origin:
            there[function] = {known: None, origin: None}

    def put_named(self, node: int, function: int, file: int, line: int) -> None:
        """A function is called by its name, though in the form of a pointer."""
        self.put(node, function, Origin(file, line, "named", "", ""))

    def flow(self, source: int, target: int) -> None:
        """Whatever stands in one node may come to stand in another."""
        if source == target:
            return
        there = self.flows.setdefault(source, target)
        if isinstance(there, set):
            there.add(target)
        elif there != target:
            self.flows[source] = {there, target}

    def flow_narrow(self, source: int, target: int, pointed: Pointed) -> None:
        """Of what stands in a node, what a pointer may mean may come into another."""
        if source != target:
            self.narrow[source][target, pointed] = None

    def doubt(self, node: int, doubt: Doubt) -> None:
        """Something that could not be followed is stored in a node."""
        self.doubts[node].append(doubt)

    def close(self, fits: Fits) -> None:
        """Let functions and doubts flow until nothing changes."""
        news = {
            node: {function: each_of(origins) for function, origins in here.items()}
            for node, here in self.held.items()
            if self._leads_on(node)
        }
        while news:
            self._spread_functions(news, fits)
            news = self._widen(fits)
        self._spread_doubts()

    def number(self, key: tuple[Any, ...]) -> int:
        """The node that a key tells from all others, made when it is not there."""
        number = self._numbers.get(key)
        if number is None:
            self.keys.append(key)
            number = self._numbers[key] = len(self.keys)
        return number

    def _leads_on(self, node: int) -> bool:
        return node in self.flows or node in self.narrow

    def _targets(self, source: int) -> Iterable[int]:
        there = self.flows.get(source, ())
        return (there,) if isinstance(there, int) else sorted(there)

    def _flows(self, source: int, new: News, fits: Fits) -> Iterator[tuple[int, News]]:
        """Where a node leads, and what of its news comes there."""
        for target in self._targets(source):
            yield target, new
        for target, pointed in self.narrow.get(source, ()):
            yield target, {f: each for f, each in new.items() if fits(f, pointed)}

    def _spread_functions(self, news: dict[int, News], fits: Fits) -> None:
        """Hand on what is new of a node only, until nothing is."""
        while news:
            source, new = news.popitem()
            is_slot = isinstance(self.keys[source - 1][0], Struct)
            for target, taken in self._flows(source, new, fits):
                there = self.held[target]
                for function, origins in taken.items():
                    fresh = (
                        _copied(origins, there, function)
                        if is_slot
                        else _added(origins, there, function)
                    )
                    if fresh and self._leads_on(target):
                        next_ = news.setdefault(target, {})
                        waiting = next_.get(function)
                        next_[function] = waiting + fresh if waiting else fresh

    def _widen(self, fits: Fits) -> dict[int, News]:
        """Where nothing fits, the types tell nothing: all may come there.

        Returns:
            By node, what is to be handed on again.
        """
        found: dict[int, News] = {}
        for source, flows in self.narrow.items():
            here = self.held.get(source, {})
            for target, pointed in list(flows):
                if here and not any(fits(function, pointed) for function in here):
                    del flows[target, pointed]
                    self.flow(source, target)
                    found[source] = {f: each_of(origins) for f, origins in here.items()}
        return found

    def _spread_doubts(self) -> None:
        """One doubt is enough to make a node doubtful; it keeps its own place."""
        waiting = deque(node for node, doubts in self.doubts.items() if doubts)
        while waiting:
            source = waiting.popleft()
            narrow = [target for target, _ in self.narrow.get(source, ())]
            for target in (*self._targets(source), *narrow):
                if not self.doubts[target]:
                    self.doubts[target].append(self.doubts[source][0])
                    waiting.append(target)


def each_of(origins: Origins) -> tuple[Origin, ...]:
    """All of them; an `Origin` is a tuple itself."""
    return tuple(origins) if isinstance(origins, dict) else (origins,)


def _copied(
    origins: tuple[Origin, ...], there: dict[int, Origins], function: int
) -> tuple[Origin, ...]:
    """Out of another slot a function comes once: its origins can be asked for there."""
    if function in there:
        return ()
    copied = there[function] = origins[0]._replace(form=FORM_COPY)
    return (copied,)


def _added(
    origins: tuple[Origin, ...], there: dict[int, Origins], function: int
) -> tuple[Origin, ...]:
    """Add what is not there; what is new of it."""
    known = there.get(function)
    if known is None:
        there[function] = origins[0] if len(origins) == 1 else dict.fromkeys(origins)
        return origins
    if not isinstance(known, dict):
        if len(origins) == 1 and origins[0] == known:
            return ()
        known = there[function] = {known: None}
    fresh = tuple(origin for origin in origins if origin not in known)
    known.update(dict.fromkeys(fresh))
    return fresh


def distinct(origins: Iterable[Origin]) -> list[Origin]:
    """Stores without those that are known better: as the initialiser of an object.

    What a macro is given and writes into an object is found as both.
    """
    origins = list(origins)
    if len(origins) == 1:
        return origins
    written = {(o.file, o.line) for o in origins if o.form == "initializer"}
    return [
        origin
        for origin in origins
        if origin.form != "argument" or (origin.file, origin.line) not in written
    ]
