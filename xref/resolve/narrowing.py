"""What only run time decides, decided by the question: one object for a slot.

A choice says what a table of a struct is where the scenario does not say it:
the operations of a network device, a queue discipline, a congestion control.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from xref.answers import Grade, Reason
from xref.program import FunctionEntry, ObjectEntry, Program
from xref.resolve.layout import pointee
from xref.resolve.machine import CallEvent, Choice, Context, Key, Machine
from xref.resolve.names import object_of_entry
from xref.resolve.statics import fill, prepare
from xref.resolve.values import Func, Obj, Value
from xref.spelling import spelling_of

Node = list[Any]
Site = tuple[int, int, str]
"""Function, line and expression of a call."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The targets of a call that a choice decides."""

    functions: tuple[FunctionEntry, ...]
    why: tuple[Reason, ...]
    said: str


def chosen_targets(machine: Machine, slot: str) -> Chosen | None:
    """What a choice says about calls through a slot; None when it says nothing."""
    struct, _, field = slot.rpartition(".")
    for choice in machine.asked.choices if struct else ():
        if choice.slot == slot:
            return Chosen(choice.functions, _stores_of(machine, choice), choice.said)
        if choice.struct == struct:
            return _of_tables(machine, choice, field)
    return None


def site_of(context: Context, event: CallEvent) -> Site:
    """The place of a call, in whatever context."""
    return context.entry.id, event.line, event.expression


def sites_decided(contexts: Iterable[Context]) -> frozenset[Site]:
    """The calls that are bound by an object or a number of the scenario.

    The path is that of the program's objects.  Where others come by too, of which less
    is known, they do not take from what is known of these.
    """
    return frozenset(
        site_of(context, event)
        for context in contexts
        for event in context.events.values()
        if isinstance(event, CallEvent)
        and event.grade is Grade.BOUND
        and ((context.own and event.own) or event.keyed)
    )


def narrow(machine: Machine, root: Context) -> None:
    """Leave of the calls that a choice is about the targets that it names.

    Where the source knows several objects, such as all registered devices, and none
    of what was chosen is among them, it is not run time that decides: they stay.
    """
    sites: defaultdict[object, list[CallEvent]] = defaultdict(list)
    contexts = (root, *machine.contexts.values(), *machine.joined.values())
    for context in contexts if machine.asked.choices else ():
        for event in context.events.values():
            if isinstance(event, CallEvent) and event.slot:
                site = (context.entry.id, event.line, event.expression, event.slot)
                sites[site].append(event)
    for events in sites.values():
        chosen = chosen_targets(machine, events[0].slot)
        ids = {function.id for function in chosen.functions} if chosen else set()
        known = {t.id for event in events for t, _ in event.targets.values()}
        for event in events if ids & known else ():
            event.targets = {
                key: told for key, told in event.targets.items() if told[0].id in ids
            }


def chosen_tables(machine: Machine, key: Key, type_: str) -> Value | None:
    """The tables that a pointer of an unknown object holds by a choice, or None."""
    tag = machine.layout.real(pointee(type_)).partition(" ")[2]
    for choice in machine.asked.choices:
        if choice.struct == tag and tag and key[0].kind != "heap":
            tables = [object_of_entry(machine, entry) for entry in choice.objects]
            reasons = _stores_of(machine, choice)
            found = frozenset(machine.pool.pointer(table) for table in tables)
            for pointer, reason in zip(found, reasons, strict=False):
                machine.births.setdefault(pointer, reason)
            machine.heap.put(key, found, reasons[:1])
            return found
    return None


def _of_tables(machine: Machine, choice: Choice, field: str) -> Chosen:
    functions: dict[int, FunctionEntry] = {}
    why: dict[Reason, None] = dict.fromkeys(_stores_of(machine, choice))
    for entry in choice.objects:
        table = object_of_entry(machine, entry)
        for func, reason in _held(machine, table, f"{choice.struct}.{field}"):
            functions.update((one.id, one) for one in func.entries)
            why.update(dict.fromkeys(reason))
    return Chosen(tuple(functions.values()), tuple(why), choice.said)


def _held(
    machine: Machine, table: Obj, slot: str
) -> list[tuple[Func, tuple[Reason, ...]]]:
    """The functions of a table in a slot, with what puts them there."""
    prepare(machine, table)
    key = (table, (), slot)
    if key in machine.heap.lazy:
        fill(machine, key)
    cell = machine.heap.cells.get(key, {})
    return [(atom, why) for atom, why in cell.items() if isinstance(atom, Func)]


def _stores_of(machine: Machine, choice: Choice) -> tuple[Reason, ...]:
    """The places that put what was chosen where calls find it."""
    program = machine.program
    chosen: list[ObjectEntry | FunctionEntry] = [*choice.objects, *choice.functions]
    reasons: tuple[Reason, ...] = machine.once(
        ("puts", choice),
        lambda: tuple(chain.from_iterable(_uses_of(program, one) for one in chosen)),
    )
    return reasons


def _uses_of(program: Program, entry: ObjectEntry | FunctionEntry) -> list[Reason]:
    """The assignments and calls that hand on the address of one thing."""
    found: dict[Reason, None] = {}
    for function in program.mentions(entry.name):
        if function.path == entry.path or not entry.static:
            for code, line in _handing(list(program.body(function.id)), entry.name):
                found[Reason(spelling_of(code), function.path, line)] = None
    return list(found)


def _handing(code: Node, name: str) -> Iterator[tuple[Node, int]]:
    if code and code[0] == "=" and _is_address(code[3], name):
        yield code, code[4]
    if code and code[0] == "call" and any(_is_address(a, name) for a in code[2]):
        yield code, code[3]
    for part in code:
        if isinstance(part, list):
            yield from _handing(part, name)


def _is_address(code: Node, name: str) -> bool:
    return code in (["&", ["n", name]], ["n", name])
