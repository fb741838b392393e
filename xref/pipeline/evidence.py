"""Where the targets of calls that a scenario does not decide come from.

A call that the scenario decides brings its reasons with it.  For others the facts know
them: the stores that put a function into a slot, and the calls that hand it on as an
argument.  They are looked up for what is shown, which is little of a path.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from xref.analyse.ways import Makers
from xref.answers import CallPath, EdgeKind, Grade, PathEdge, PathNode, Reason
from xref.program import FunctionEntry, Program, SlotTarget, StoreEntry
from xref.resolve.entering import ident_of
from xref.resolve.names import calls_named
from xref.spelling import spelling_of

_BY_SLOT: Final = {Grade.SLOT, Grade.NAMED}
_BY_NAME: Final = {EdgeKind.DIRECT, EdgeKind.MACRO}
_DEEP: Final = 4
"""Functions that call each other between two places, at most."""
_ON_CONDITION: Final = 6
"""Calls that a store on a condition counts for: it is made instead of another one."""
_FEW: Final = 30
"""What more places call is looked for on the path itself only."""


def with_stores(path: CallPath, program: Program) -> CallPath:
    """A path whose calls through slots all say where their targets were stored.

    Raises:
        StoreError: the index cannot be read.
    """
    stores = _Stores(path, program)
    edges = tuple(
        replace(edge, why=stores.of(edge)) if _lacks(edge, _BY_SLOT) else edge
        for edge in path.edges
    )
    return replace(path, edges=edges)


def with_evidence(
    path: CallPath, program: Program, sources: Collection[str]
) -> tuple[CallPath, Makers]:
    """A path whose pointer calls in some functions say where their targets come from.

    With it comes how the path gets to the places of these reasons.

    Args:
        path: of the program's kernel.
        program: what is known of it.
        sources: ids of the functions that make the calls.

    Raises:
        StoreError: the index cannot be read.
    """
    stores = _Stores(path, program)
    givers = _Givers(path, program)

    def reasons(edge: PathEdge) -> tuple[Reason, ...]:
        if _lacks(edge, _BY_SLOT):
            return stores.of(edge)
        if _lacks(edge, {Grade.LOCAL}):
            return tuple(dict.fromkeys(givers.of(edge)))
        return edge.why

    edges = tuple(
        replace(edge, why=reasons(edge)) if edge.source in sources else edge
        for edge in path.edges
    )
    above = _Above(path, program)
    makers = {
        reason: _farther(above.of(maker), _extra(program, maker, reason.line))
        for reason, maker in stores.makers.items()
    }
    handed = {reason: {maker: 0} for reason, maker in givers.makers.items()}
    return replace(path, edges=edges), {**makers, **handed}


def _lacks(edge: PathEdge, grades: Collection[Grade]) -> bool:
    return edge.kind is EdgeKind.INDIRECT and edge.grade in grades and not edge.why


def _farther(calls: Mapping[str, int], extra: int) -> Mapping[str, int]:
    return {ident: number + extra for ident, number in calls.items()}


def _extra(program: Program, maker: FunctionEntry, line: int) -> int:
    body = list(program.body(maker.id))
    return _ON_CONDITION if _is_on_condition(body, line) else 0


def _is_on_condition(code: list[Any], line: int) -> bool:
    """Say whether a statement of a body is made on a condition.

    That there is an object is none: ``if (p)`` asks whether it was made.
    """
    if code[:1] == ["if"]:
        condition = code[1]
        if condition[:2] == ["op1", "!"]:
            condition = condition[2]
        if condition[0] != "n" and _holds(code[2:4], line):
            return True
    if code[:1] in (["loop"], ["switch"], ["walk"]) and _holds(code, line):
        return True
    parts = (part for part in code if isinstance(part, list))
    return any(_is_on_condition(part, line) for part in parts)


def _holds(code: list[Any], line: int) -> bool:
    """Say whether a store of a line stands in a piece of a body."""
    if code[:1] == ["="] and code[-1] == line:
        return True
    return any(_holds(part, line) for part in code if isinstance(part, list))


class _Stores:
    """The stores that put a function into a slot, as they read in the source."""

    def __init__(self, path: CallPath, program: Program) -> None:
        self._program = program
        self._nodes = {node.id: node for node in path.nodes}
        self._kept: dict[str, dict[tuple[str, str, int], tuple[Reason, ...]]] = {}
        self.makers: dict[Reason, FunctionEntry] = {}
        """The functions that make the stores."""

    def of(self, edge: PathEdge) -> tuple[Reason, ...]:
        if edge.slot not in self._kept:
            self._kept[edge.slot] = self._targets(edge.slot)
        node = self._nodes[edge.target]
        return self._kept[edge.slot].get((node.name, node.path, node.line), ())

    def _targets(self, slot: str) -> dict[tuple[str, str, int], tuple[Reason, ...]]:
        struct, _, field = slot.rpartition(".")
        stores: dict[tuple[str, int, str], StoreEntry] = {}
        for store in self._program.slot_stores(struct, field) if struct else ():
            stores[store.path, store.line, _last_name(store)] = store
        found: defaultdict[tuple[str, str, int], dict[Reason, None]] = defaultdict(dict)
        for held in self._program.slot_targets(struct, field) if struct else ():
            function = held.function
            place = (held.path, held.line, function.name)
            written = stores.get(place)
            text = _text(written) if written else _plain_text(held, slot)
            reason = Reason(text, held.path, held.line)
            if written and written.function:
                self.makers[reason] = written.function
            found[function.name, function.path, function.line][reason] = None
        return {key: tuple(reasons) for key, reasons in found.items()}


class _Above:
    """The functions of a path that lead to one which it may not hold.

    A path is not followed below functions that are given nothing of the scenario's.
    """

    def __init__(self, path: CallPath, program: Program) -> None:
        self._program = program
        self._known = {node.id for node in path.nodes}
        self._kept: dict[str, Mapping[str, int]] = {}

    def of(self, function: FunctionEntry) -> Mapping[str, int]:
        """Ids of those that are nearest, with the calls between."""
        ident = ident_of(function)
        if ident not in self._kept:
            self._kept[ident] = self._nearest(function)
        return self._kept[ident]

    def _nearest(self, function: FunctionEntry) -> Mapping[str, int]:
        found: dict[str, int] = {}
        seen = {function.id}
        level = [function]
        for calls in range(_DEEP):
            known = [one for one in level if ident_of(one) in self._known]
            found.update((ident_of(one), calls) for one in known)
            above = [
                caller.function
                for one in level
                if one not in known and self._program.fan_in(one.name) <= _FEW
                for caller in self._program.callers(one.name)
            ]
            level = list({one.id: one for one in above if one.id not in seen}.values())
            seen.update(one.id for one in level)
        return found


def _last_name(store: StoreEntry) -> str:
    """The name that is stored, where it is one."""
    value: Any = store.value
    while value and value[0] in {"&", "cast"}:
        value = value[-1]
    return str(value[1]) if value and value[0] == "n" else ""


def _text(store: StoreEntry) -> str:
    return f"{spelling_of(store.target)} = {spelling_of(store.value)}"


def _plain_text(held: SlotTarget, slot: str) -> str:
    """A store as it is known where its text is another's: behind a macro or a copy."""
    field = slot.rpartition(".")[2]
    where = f"{held.object}.{field}" if held.object else slot
    return f"{where} = {held.function.name}"


@dataclass(frozen=True, slots=True)
class _Parameter:
    function: PathNode
    position: int


class _Givers:
    """The calls on a path that name a function as an argument."""

    def __init__(self, path: CallPath, program: Program) -> None:
        self._program = program
        self._nodes = {node.id: node for node in path.nodes}
        self.makers: dict[Reason, str] = {}
        """The ids of the functions that hand something on."""
        self._into: defaultdict[str, list[PathEdge]] = defaultdict(list)
        for edge in path.edges:
            if edge.kind in _BY_NAME:
                self._into[edge.target].append(edge)

    def of(self, edge: PathEdge) -> Iterator[Reason]:
        """The places that hand a call's target to the function that makes the call."""
        caller = self._nodes[edge.source]
        names = self._parameters(caller)
        if edge.expression not in names:
            return
        work = [_Parameter(caller, names.index(edge.expression))]
        target = self._nodes[edge.target].name
        seen = set(work)
        for _ in range(_DEEP):
            onward: list[_Parameter] = []
            for parameter in work:
                yield from self._handed(parameter, target, onward.append)
            work = [parameter for parameter in onward if parameter not in seen]
            seen.update(work)

    def _handed(
        self, at: _Parameter, target: str, onward: Callable[[_Parameter], None]
    ) -> Iterator[Reason]:
        """Calls that name the target there, and parameters that hold it in others."""
        for edge in self._into.get(at.function.id, ()):
            caller = self._nodes[edge.source]
            for code in self._calls(caller, at.function.name, edge.line):
                given = code[2][at.position] if at.position < len(code[2]) else []
                if given[:2] == ["n", target]:
                    reason = Reason(spelling_of(code), caller.path, edge.line)
                    self.makers[reason] = caller.id
                    yield reason
                elif given[:1] == ["n"] and given[1] in self._parameters(caller):
                    names = self._parameters(caller)
                    onward(_Parameter(caller, names.index(given[1])))

    def _parameters(self, node: PathNode) -> list[str]:
        entry = self._entry(node)
        return [parameter.name for parameter in entry.parameters] if entry else []

    def _calls(self, caller: PathNode, callee: str, line: int) -> Iterator[list[Any]]:
        entry = self._entry(caller)
        body = list(self._program.body(entry.id)) if entry else []
        return (code for code in calls_named(body, callee) if code[3] == line)

    def _entry(self, node: PathNode) -> FunctionEntry | None:
        known: Iterable[FunctionEntry] = self._program.functions(node.name)
        here = (e for e in known if (e.path, e.line) == (node.path, node.line))
        return next(here, None)
