"""Nodes and edges of a path: from what was evaluated, and from the facts."""

from dataclasses import dataclass, field

from xref.answers import (
    LATER,
    EdgeKind,
    Folded,
    Grade,
    PathEdge,
    PathNode,
    Reason,
    Unresolved,
)
from xref.program import FunctionEntry, Program
from xref.resolve.entering import ident_of
from xref.resolve.machine import CallEvent, Context, Machine
from xref.resolve.names import is_assigned
from xref.resolve.narrowing import Site, site_of
from xref.resolve.pointers import slot_functions
from xref.resolve.tracepoints import is_tracepoint
from xref.resolve.values import TOP, Sym


@dataclass(slots=True)
class Graph:
    """A path in the making; ids are those of the nodes."""

    program: Program
    machine: Machine
    nodes: dict[str, PathNode] = field(default_factory=dict)
    edges: dict[tuple[str, int, str, str], PathEdge] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    unresolved: dict[tuple[str, int, str], Unresolved] = field(default_factory=dict)
    folded: dict[tuple[str, int, str], Folded] = field(default_factory=dict)
    branches: dict[str, list[Context]] = field(default_factory=dict)
    """The contexts of each function."""
    expanded: set[str] = field(default_factory=set)
    armed: set[str] = field(default_factory=set)
    """Functions that were played as what runs later."""
    evaluated: set[str] = field(default_factory=set)
    """Functions whose calls are known from contexts."""
    given: dict[str, dict[tuple[str, int, str], set[int]]] = field(default_factory=dict)
    """Of functions, the branches not taken because of a number that each caller writes
    out: by their keys in `folded`, the lines of the calls in them."""
    own: set[tuple[str, int, str]] = field(default_factory=set)
    """Calls, with line and text, of functions that are given what the scenario made."""
    decided: frozenset[Site] = frozenset()
    """Calls that an object of the scenario decides."""


def node_of(graph: Graph, entry: FunctionEntry) -> str:
    """The id of a function's node, which is there from then on."""
    ident = ident_of(entry)
    if ident not in graph.nodes:
        graph.nodes[ident] = PathNode(
            ident,
            entry.name,
            "tracepoint" if is_tracepoint(graph.machine, entry) else entry.kind.value,
            entry.path,
            entry.line,
            graph.program.fan_in(entry.name),
        )
    return ident


def _extern(graph: Graph, name: str) -> str:
    """The node of a function whose body was not read."""
    ident = f"{name}@"
    if ident not in graph.nodes:
        graph.nodes[ident] = PathNode(
            ident, name, "extern", "", 0, graph.program.fan_in(name)
        )
    return ident


def add_context(graph: Graph, context: Context) -> None:
    """Add what a function was seen to call."""
    source = node_of(graph, context.entry)
    graph.expanded.add(source)
    graph.evaluated.add(source)
    is_asked = context.own or _is_open(context)
    for event in context.events.values():
        if isinstance(event, CallEvent):
            if context.cut:
                _complete(graph.machine, context, event)
            if context.own and event.targets:
                graph.own.add((source, event.line, event.expression))
            if is_asked or site_of(context, event) not in graph.decided:
                add_event(graph, source, context.entry, event)
            else:
                add_aside(graph, source, context.entry, event)
    graph.branches.setdefault(source, []).append(context)


def add_skips(graph: Graph) -> None:
    """Count the calls on branches that no context of a function takes.

    One that comes by a branch and does not skip it may take it.
    """
    for source, contexts in graph.branches.items():
        ends = [(_last_line(context), context.skips) for context in contexts]
        skips = [item for context in contexts for item in context.skips.items()]
        for key, skip in skips:
            taken = any(last > skip.line and key not in known for last, known in ends)
            place = (source, skip.line, skip.condition)
            if not taken and skip.given:
                lines = graph.given.setdefault(source, {}).setdefault(place, set())
                lines.update(skip.calls.values())
            if not taken and place not in graph.folded:
                graph.folded[place] = Folded(
                    source,
                    contexts[0].entry.path,
                    skip.line,
                    skip.condition,
                    len(skip.calls),
                    skip.because,
                    "--any",
                )


def _last_line(context: Context) -> int:
    """The last line where a function was seen to call something."""
    calls = (e for e in context.events.values() if isinstance(e, CallEvent))
    return max((event.line for event in calls), default=0)


def _complete(machine: Machine, context: Context, event: CallEvent) -> None:
    """Of a function that was given more than it was evaluated with: say no less.

    What the scenario decides stays; else the call may go wherever the slot leads, but
    where it goes through a parameter for which all was evaluated that was given.
    """
    is_partial = event.grade in {Grade.BOUND, Grade.SLOT} and event.slot
    if not is_partial or event.own or event.keyed:
        return
    if not _is_through_whole(machine, context, event):
        event.grade = Grade.SLOT
        event.why.clear()
        for entry in slot_functions(machine, event.slot):
            event.targets.setdefault(ident_of(entry), (entry, {}))


def _is_through_whole(machine: Machine, context: Context, event: CallEvent) -> bool:
    """Say whether a call is ``p->f()`` of a parameter that nothing is missing of."""
    name, _, field = event.expression.partition("->")
    names = {parameter.name for parameter in context.entry.parameters}
    if name not in names - context.cut or not field.isidentifier():
        return False
    return not is_assigned(list(machine.program.body(context.entry.id)), name)


def _is_open(context: Context) -> bool:
    """Say whether a function is given what the question leaves open: any family."""
    atoms = (atom for value, _ in context.args for atom in value)
    return any(type(atom) is Sym and atom is not TOP for atom in atoms)


def add_event(
    graph: Graph, source: str, entry: FunctionEntry, event: CallEvent
) -> None:
    """Add the targets of one call of a function, or why it has none."""
    direct = event.grade is Grade.EXACT
    place = (source, event.line, event.expression)
    if not event.targets:
        if direct:
            _edge(graph, source, entry, event, _extern(graph, event.expression))
        elif event.problem:
            graph.unresolved.setdefault(
                place,
                Unresolved(
                    source,
                    entry.path,
                    event.line,
                    event.expression,
                    event.slot,
                    event.problem,
                ),
            )
        return
    for target, contexts in event.targets.values():
        _edge(graph, source, entry, event, node_of(graph, target))
        if event.later and contexts:
            graph.armed.add(ident_of(target))
    if event.grade is Grade.SLOT and len(event.targets) > 1:
        why = "which one is decided at run time"
        _fold(graph, source, entry, event, (why, "--full"))


def add_aside(
    graph: Graph, source: str, entry: FunctionEntry, event: CallEvent
) -> None:
    """Count what a call may lead to with objects that are not the scenario's."""
    if event.grade is Grade.BOUND or not event.targets:
        add_event(graph, source, entry, event)
        return
    why = "other objects than the scenario's come by"
    _fold(graph, source, entry, event, (why, ""))


def _fold(
    graph: Graph,
    source: str,
    entry: FunctionEntry,
    event: CallEvent,
    told: tuple[str, str],
) -> None:
    """Count the targets of a call, with the reason and the option that shows them."""
    what = event.slot or event.expression
    graph.folded.setdefault(
        (source, event.line, event.expression),
        Folded(source, entry.path, event.line, what, len(event.targets), *told),
    )


def _edge(
    graph: Graph, source: str, entry: FunctionEntry, event: CallEvent, target: str
) -> None:
    key = (source, event.line, event.expression, target)
    old = graph.edges.get(key)
    if old and (old.grade is not Grade.SLOT or event.grade is Grade.SLOT):
        return
    direct = event.grade is Grade.EXACT
    order = old.order if old else graph.orders.get(source, 0)
    graph.orders[source] = max(graph.orders.get(source, 0), order + 1)
    graph.edges[key] = PathEdge(
        source=source,
        target=target,
        kind=_kind_of(event),
        slot=event.slot,
        grade=event.grade,
        file=entry.path,
        line=event.line,
        order=order,
        expression="" if direct else event.expression,
        # What is known of one object says nothing of the others that a slot may hold.
        why=() if event.grade is Grade.SLOT else _why(event, target),
        guard=event.guard,
        candidates=max(1, len(event.targets)),
        unbound=event.unbound,
    )


def _why(event: CallEvent, target: str) -> tuple[Reason, ...]:
    """What leads to one target."""
    return tuple(r for r in event.leads.get(target) or event.why if r.line)


def _kind_of(event: CallEvent) -> EdgeKind:
    if event.later:
        return EdgeKind.CALLBACK
    return EdgeKind.DIRECT if event.grade is Grade.EXACT else EdgeKind.INDIRECT


def add_callbacks(graph: Graph, entry: FunctionEntry) -> list[FunctionEntry]:
    """What the index knows that a function arms; what was played is known better."""
    source = node_of(graph, entry)
    known = graph.armed
    added: list[FunctionEntry] = []
    for callback in graph.program.callbacks_of(entry.id):
        event = CallEvent(callback.line, "", callback.slot, Grade.LOCAL, later=True)
        if ident_of(callback.function) not in known:
            event.targets[ident_of(callback.function)] = (callback.function, {})
            added.append(callback.function)
            add_event(graph, source, entry, event)
    return added


def note_callbacks(graph: Graph, entry: FunctionEntry) -> None:
    """Say what a function arms to run later, which was not asked for."""
    source = node_of(graph, entry)
    names: dict[tuple[int, str], dict[str, None]] = {}
    for callback in graph.program.callbacks_of(entry.id):
        site = (callback.line, callback.slot)
        names.setdefault(site, {})[callback.function.name] = None
    for (line, slot), armed in names.items():
        graph.folded[source, line, slot] = Folded(
            source,
            entry.path,
            line,
            slot,
            len(armed),
            "runs later",
            LATER,
            tuple(armed),
        )
