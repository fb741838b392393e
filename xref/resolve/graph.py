"""From contexts to the records of a path."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from xref.answers import (
    Assumed,
    CallPath,
    EdgeKind,
    Folded,
    Grade,
    PathEdge,
    PathNode,
    Reason,
    Unresolved,
)
from xref.program import CallEntry, FunctionEntry, Program
from xref.records import FunctionKind
from xref.resolve.layout import is_function_pointer
from xref.resolve.machine import CallEvent, Context, Machine, StoreEvent
from xref.resolve.narrowing import chosen_targets, narrow
from xref.resolve.values import CALLBACK, Func, Obj, Ptr


@dataclass(slots=True)
class _Graph:
    program: Program
    machine: Machine
    nodes: dict[str, PathNode] = field(default_factory=dict)
    edges: dict[tuple[str, int, str, str], PathEdge] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    unresolved: dict[tuple[str, int, str], Unresolved] = field(default_factory=dict)
    folded: dict[tuple[str, int, str], Folded] = field(default_factory=dict)
    expanded: set[str] = field(default_factory=set)
    armed: set[str] = field(default_factory=set)
    """Functions that were played as what runs later."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, for the head of the answer."""

    call: str
    scenario: str
    bound: tuple[tuple[str, str], ...]
    full: bool
    """Also everything below calls that were not evaluated."""
    later: bool = False
    """Also what is armed to run later."""


def path_of(machine: Machine, context: Context, question: Question) -> CallPath:
    """The graph below one evaluated system call, with what it leaves open."""
    program = machine.program
    graph = _Graph(program, machine)
    narrow(machine, context)
    reached = list(_reached(context))
    _node(graph, context.entry)
    for one in reached:
        _add_context(graph, one)
    if question.later:
        for one in reached:
            _add_callbacks(graph, one.entry)
    if question.full:
        _close(graph, later=question.later)
    row = next(
        (r for r in program.syscalls(question.call) if r.abi in {"common", "64"}), None
    )
    return CallPath(
        kernel=program.kernel,
        entry=question.call,
        arch=row.arch if row else program.arch,
        number=row.number if row else None,
        bound=question.bound,
        scenario=question.scenario,
        nodes=tuple(graph.nodes.values()),
        edges=tuple(graph.edges.values()),
        unresolved=tuple(graph.unresolved.values()),
        folded=tuple(graph.folded.values()),
        assumed=tuple(_assumed(machine, reached)),
        state=tuple(_state(machine, reached)),
        unindexed=program.unread,
    )


def _reached(context: Context) -> Iterator[Context]:
    """The contexts that a call leads to, each once, in the order they are met."""
    seen = {context}
    stack = [context]
    while stack:
        one = stack.pop()
        yield one
        inner: list[Context] = []
        for event in one.events.values():
            if isinstance(event, CallEvent):
                for _, contexts in event.targets.values():
                    inner.extend(c for c in contexts if c not in seen)
                    seen.update(contexts)
        stack.extend(reversed(inner))


def _ident(entry: FunctionEntry) -> str:
    return f"{entry.name}@{entry.path}:{entry.line}"


def _node(graph: _Graph, entry: FunctionEntry) -> str:
    ident = _ident(entry)
    if ident not in graph.nodes:
        graph.nodes[ident] = PathNode(
            ident,
            entry.name,
            entry.kind.value,
            entry.path,
            entry.line,
            graph.program.fan_in(entry.name),
        )
    return ident


def _extern(graph: _Graph, name: str) -> str:
    """The node of a function whose body was not read."""
    ident = f"{name}@"
    if ident not in graph.nodes:
        graph.nodes[ident] = PathNode(
            ident, name, "extern", "", 0, graph.program.fan_in(name)
        )
    return ident


def _add_context(graph: _Graph, context: Context) -> None:
    source = _node(graph, context.entry)
    graph.expanded.add(source)
    for event in context.events.values():
        if isinstance(event, CallEvent):
            _add_event(graph, source, context.entry, event)
    for skip in context.skips.values():
        key = (source, skip.line, skip.condition)
        graph.folded.setdefault(
            key,
            Folded(
                source,
                context.entry.path,
                skip.line,
                skip.condition,
                skip.calls,
                skip.because,
                "--any",
            ),
        )


def _add_event(
    graph: _Graph, source: str, entry: FunctionEntry, event: CallEvent
) -> None:
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
        _edge(graph, source, entry, event, _node(graph, target))
        if event.later and contexts:
            graph.armed.add(_ident(target))
    if event.grade is Grade.SLOT and len(event.targets) > 1:
        graph.folded.setdefault(
            place,
            Folded(
                source,
                entry.path,
                event.line,
                event.slot or event.expression,
                len(event.targets),
                "which one is decided at run time",
                "--full",
            ),
        )


def _edge(
    graph: _Graph, source: str, entry: FunctionEntry, event: CallEvent, target: str
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
        why=tuple(r for r in event.why if r.line),
        guard=event.guard,
        candidates=max(1, len(event.targets)),
        unbound=event.unbound,
    )


def _kind_of(event: CallEvent) -> EdgeKind:
    if event.later:
        return EdgeKind.CALLBACK
    return EdgeKind.DIRECT if event.grade is Grade.EXACT else EdgeKind.INDIRECT


def _add_callbacks(graph: _Graph, entry: FunctionEntry) -> list[FunctionEntry]:
    """What the index knows that a function arms; what was played is known better."""
    source = _node(graph, entry)
    known = graph.armed
    added: list[FunctionEntry] = []
    for callback in graph.program.callbacks_of(entry.id):
        event = CallEvent(callback.line, "", callback.slot, Grade.LOCAL, later=True)
        if _ident(callback.function) not in known:
            event.targets[_ident(callback.function)] = (callback.function, {})
            added.append(callback.function)
            _add_event(graph, source, entry, event)
    return added


def _close(graph: _Graph, *, later: bool) -> None:
    """Add all that is reached from calls that were not evaluated, from the facts."""
    work = [n for n in graph.nodes if n not in graph.expanded]
    entries: dict[str, FunctionEntry] = {}
    while work:
        ident = work.pop()
        if ident in graph.expanded:
            continue
        graph.expanded.add(ident)
        entry = entries.get(ident) or _entry(graph, ident)
        if entry is None:
            continue
        for call in graph.program.calls_of(entry.id):
            work.extend(_add_fact(graph, ident, entry, call, entries))
        for function in _add_callbacks(graph, entry) if later else ():
            entries[_ident(function)] = function
            work.append(_ident(function))


def _entry(graph: _Graph, ident: str) -> FunctionEntry | None:
    node = graph.nodes[ident]
    for entry in graph.program.functions(node.name):
        if _ident(entry) == ident:
            return entry
    return None


def _add_fact(
    graph: _Graph,
    ident: str,
    entry: FunctionEntry,
    call: CallEntry,
    entries: dict[str, FunctionEntry],
) -> list[str]:
    direct = call.kind.value == "direct"
    event = CallEvent(
        call.line,
        call.callee if direct else call.expression,
        "" if direct else call.callee,
        Grade.EXACT if direct else Grade(call.grade or "slot"),
        call.guard,
    )
    added: list[str] = []
    chosen = None if direct else chosen_targets(graph.machine, call.callee)
    if chosen:
        event.grade, event.unbound = Grade.BOUND, len(call.targets)
        event.why.update(dict.fromkeys(chosen.why))
    for target in chosen.functions if chosen else call.targets:
        if target.kind is FunctionKind.MACRO and not target.id:
            continue
        event.targets[_ident(target)] = (target, {})
        entries[_ident(target)] = target
        added.append(_ident(target))
    if not direct and not event.targets:
        event.problem = "nothing is known to be stored in it"
    _add_event(graph, ident, entry, event)
    return added


def _assumed(machine: Machine, reached: list[Context]) -> Iterator[Assumed]:
    """The stores into slots that bind this answer which the scenario does not make."""
    for slot, places in _binding_slots(reached).items():
        struct, _, name = slot.rpartition(".")
        if not struct:
            continue
        for store in machine.program.slot_stores(struct, name):
            if store.form != "assignment" or (store.path, store.line) in places:
                continue
            who = store.function.name if store.function else "an initialiser"
            yield Assumed(f"{slot} is not set by {who}", store.path, store.line)


def _binding_slots(reached: list[Context]) -> dict[str, set[tuple[str, int]]]:
    """The slots that bound calls went through, and the places that filled them."""
    taken: dict[str, set[tuple[str, int]]] = {}
    for context in reached:
        for event in context.events.values():
            if isinstance(event, CallEvent) and event.grade is Grade.BOUND:
                places = {(r.file, r.line) for r in event.why}
                for slot in (event.receiver, event.slot):
                    taken.setdefault(slot, set()).update(places)
    return taken


def _state(machine: Machine, reached: list[Context]) -> list[Reason]:
    """Tables, then functions, that the call leaves in the objects it made."""
    found: dict[Reason, bool] = {}
    for context in reached:
        for event in context.events.values():
            if not isinstance(event, StoreEvent):
                continue
            if not _is_own(event.key[0], context):
                continue
            atoms = [atom for atom in event.atoms if _decides(machine, atom)]
            if atoms:
                is_table = any(isinstance(atom, Ptr) for atom in atoms)
                found.setdefault(_telling(event.reason, atoms), is_table)
    return sorted(found, key=lambda reason: not found[reason])


def _is_own(holder: Obj, context: Context) -> bool:
    """Say whether an object is one that the call itself makes or is about."""
    if holder.far or holder.kind not in {"heap", "sym"}:
        return False
    return context.far <= (CALLBACK if holder.kind == "heap" else 0)


def _telling(reason: Reason, atoms: Sequence[object]) -> Reason:
    """A store as written, with what it stores where the text does not say it."""
    names = [f"&{a.obj.name}" for a in atoms if isinstance(a, Ptr)]
    names += [a.name for a in atoms if isinstance(a, Func)]
    unsaid = [name for name in dict.fromkeys(names) if name not in reason.text]
    text = f"{reason.text} ({', '.join(unsaid)})" if unsaid else reason.text
    return Reason(text, reason.file, reason.line)


def _decides(machine: Machine, atom: object) -> bool:
    """Say whether an atom is a function, or a table that is mostly functions."""
    if isinstance(atom, Func):
        return True
    if not isinstance(atom, Ptr) or atom.obj.kind != "global":
        return False
    tag = machine.layout.real(atom.obj.type).removesuffix("[]").rstrip()
    fields = machine.layout.fields(tag)
    functions = [t for _, t in fields if is_function_pointer(machine.layout.real(t))]
    return len(functions) * 3 >= max(1, len(fields))
