"""What lies below calls that were not evaluated, from the facts."""

from collections.abc import Iterator, Sequence

from xref.answers import Grade
from xref.program import CallEntry, FunctionEntry
from xref.records import CallKind, FunctionKind
from xref.resolve.edges import Graph, add_callbacks, add_event
from xref.resolve.entering import ident_of
from xref.resolve.machine import CallEvent
from xref.resolve.names import calls_named
from xref.resolve.narrowing import chosen_targets
from xref.resolve.undecided import Ledger, Shared, Undecided


def close(graph: Graph, ledger: Ledger, *, later: bool) -> None:
    """Add all that is reached from calls that were not evaluated, from the facts.

    What is the same for every question is taken from the ledger, and what is new of it
    put there; a question that chooses what slots hold has all looked up for itself.
    """
    is_apart = bool(graph.machine.asked.choices)
    shared = Shared(graph, Undecided() if is_apart else ledger.known)
    work = [n for n in graph.nodes if n not in graph.expanded]
    entries: dict[str, FunctionEntry] = {}
    while work:
        ident = work.pop()
        if ident in graph.expanded:
            continue
        graph.expanded.add(ident)
        onward = shared.take(ident)
        entry = None
        if onward is None or later:
            entry = entries.get(ident) or shared.entry(ident) or _entry(graph, ident)
        if onward is None and entry is not None:
            onward = _followed(graph, ident, entry, entries)
            shared.note(ident, onward)
        work.extend(onward or ())
        for function in add_callbacks(graph, entry) if later and entry else ():
            entries[ident_of(function)] = function
            work.append(ident_of(function))
    if not (is_apart or later):
        ledger.grown = shared.grown(entries)


def _followed(
    graph: Graph, ident: str, entry: FunctionEntry, entries: dict[str, FunctionEntry]
) -> list[str]:
    """Add what the facts say that a function calls; what is to be followed next."""
    onward: list[str] = []
    for one in _twins(graph, entry):
        for call in graph.program.calls_of(one.id):
            if not _is_of_the_user(graph, one, call):
                onward.extend(_add_fact(graph, ident, one, call, entries))
    return onward


def _twins(graph: Graph, entry: FunctionEntry) -> Sequence[FunctionEntry]:
    """The functions that are one node: a use of a macro defines one in each ``#if``.

    Whichever a caller means, the node has the calls of all.
    """
    if not entry.macro:
        return (entry,)
    ident = ident_of(entry)
    known = graph.program.functions(entry.name)
    return [one for one in known if ident_of(one) == ident] or (entry,)


def _is_of_the_user(graph: Graph, entry: FunctionEntry, call: CallEntry) -> bool:
    """Say whether a macro calls what each place that uses it gives it.

    Its arguments, and variables that it makes of them, are others at each place: there
    the call is told.
    """
    if entry.kind is not FunctionKind.MACRO or call.kind is CallKind.DIRECT:
        return False
    is_slot = call.kind is CallKind.MEMBER
    return not is_slot and not graph.program.objects(call.callee)


def _entry(graph: Graph, ident: str) -> FunctionEntry | None:
    node = graph.nodes[ident]
    for entry in graph.program.functions(node.name):
        if ident_of(entry) == ident:
            return entry
    return None


def _add_fact(
    graph: Graph,
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
        event.targets[ident_of(target)] = (target, {})
        entries[ident_of(target)] = target
        added.append(ident_of(target))
        for function in _hand_on(graph, (entry, call.line), target):
            entries[ident_of(function)] = function
            added.append(ident_of(function))
        added.extend(_open_branches(graph, target, entries))
    if not direct and not event.targets:
        event.problem = "nothing is known to be stored in it"
    add_event(graph, ident, entry, event)
    return added


def _open_branches(
    graph: Graph, function: FunctionEntry, entries: dict[str, FunctionEntry]
) -> list[str]:
    """What an evaluated function calls on branches that only other callers take.

    Those that were evaluated all wrote out a number that does not lead there; what a
    caller writes that was not is not known.
    """
    ident = ident_of(function)
    added: list[str] = []
    for place, lines in graph.given.pop(ident, {}).items():
        graph.folded.pop(place, None)
        for call in graph.program.calls_of(function.id):
            if call.line in lines:
                added.extend(_add_fact(graph, ident, function, call, entries))
    return added


def _hand_on(
    graph: Graph, where: tuple[FunctionEntry, int], target: FunctionEntry
) -> list[FunctionEntry]:
    """Functions that a caller which was not evaluated names to one that was.

    That one was seen to call what others gave it; it calls these, too.
    """
    caller, line = where
    source = ident_of(target)
    if source not in graph.evaluated:
        return []
    names = [parameter.name for parameter in target.parameters]
    added: list[FunctionEntry] = []
    for site in graph.program.calls_of(target.id):
        if site.kind is not CallKind.POINTER or site.callee not in names:
            continue
        handed = names.index(site.callee)
        for name in _named_in(graph, caller, (target.name, line, handed)):
            known = graph.program.pick(graph.program.functions(name), caller.path)
            event = CallEvent(site.line, site.expression, "", Grade.LOCAL, site.guard)
            event.targets.update((ident_of(f), (f, {})) for f in known[:1])
            added.extend(known[:1])
            if (source, site.line, site.expression) in graph.own:
                # Not the scenario's: told where it is handed on, for this caller alone.
                event.line = line
                add_event(graph, ident_of(caller), caller, event)
            else:
                add_event(graph, source, target, event)
    return added


def _named_in(
    graph: Graph, caller: FunctionEntry, call: tuple[str, int, int]
) -> Iterator[str]:
    """The name that stands as an argument in a call, if one does."""
    callee, line, position = call
    for code in calls_named(list(graph.program.body(caller.id)), callee):
        arguments = code[2] if code[3] == line else []
        if position < len(arguments) and arguments[position][0] == "n":
            yield arguments[position][1]
