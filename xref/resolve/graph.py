"""From contexts to the records of a path."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xref.answers import Assumed, CallPath, Folded, Grade, Reason
from xref.resolve.closing import close
from xref.resolve.edges import (
    Graph,
    add_callbacks,
    add_context,
    add_skips,
    node_of,
    note_callbacks,
)
from xref.resolve.layout import is_function_pointer
from xref.resolve.machine import CallEvent, Context, Machine, StoreEvent
from xref.resolve.narrowing import narrow, sites_decided
from xref.resolve.undecided import Ledger
from xref.resolve.values import CALLBACK, Func, Obj, Ptr


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


def path_of(
    machine: Machine, context: Context, question: Question, ledger: Ledger
) -> CallPath:
    """The graph below one evaluated system call, with what it leaves open.

    What no question decides is taken from the ledger where it is there.
    """
    program = machine.program
    graph = Graph(program, machine)
    narrow(machine, context)
    reached = list(_reached(context))
    graph.decided = sites_decided(reached)
    cut = {one.entry.id for one in reached if one.cut}
    if cut:
        graph.folded["", 0, ""] = Folded(
            "",
            "",
            0,
            "functions",
            len(cut),
            "evaluated with a part of what they may be given",
            "",
        )
    node_of(graph, context.entry)
    for one in reached:
        add_context(graph, one)
    add_skips(graph)
    for one in reached:
        if question.later:
            add_callbacks(graph, one.entry)
        else:
            note_callbacks(graph, one.entry)
    if question.full:
        close(graph, ledger, later=question.later)
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
