"""Calls through pointers: what the pointer is known to be, and why."""

from typing import Any

from xref.answers import Grade, Reason
from xref.program import FunctionEntry
from xref.records import FunctionKind
from xref.resolve.dispatch import evaluate
from xref.resolve.entering import enter, event_of, ident_of, made_up, returns_of
from xref.resolve.lists import listed
from xref.resolve.machine import CallEvent, Frame, Key, Machine, MacroEnv
from xref.resolve.macros import Source
from xref.resolve.narrowing import chosen_targets
from xref.resolve.places import Place, locate
from xref.resolve.values import FAR, TOP, UNKNOWN, Func, Ptr, Typed, Value, join
from xref.spelling import spelling_of

Node = list[Any]
_MEMBERS = {"->", ".", "[]", "call"}
_LONGEST_CHAIN = 16


def through_pointer(
    machine: Machine, frame: Frame, code: Node, arguments: list[Typed]
) -> Typed:
    """A call through a pointer: to what it is known to be, else to all it may be."""
    callee = code[1]
    while callee[0] == "*":
        callee = callee[1]
    frame.sources = {}
    value, type_ = evaluate(machine, frame, callee)
    functions = [atom for atom in value if isinstance(atom, Func)]
    event = event_of(machine, frame, code, Grade.BOUND)
    source = source_of(frame, callee, frame.macro)
    describe(machine, frame, event, source, functions)
    if frame.line and callee[0] == "call":
        _name_as_linked(machine, frame, event)
    if functions and may_be_another(machine, frame, source):
        return _unbound(machine, frame, code, (event, type_, arguments), source)
    if functions:
        event.own |= is_own(machine, frame, source)
        event.keyed |= any(p.bound for p in _places_of(machine, frame, source))
        if len(functions) > machine.limits.bound:
            return _several(machine, frame, code, event, functions)
        results = [enter(machine, frame, event, f, arguments) for f in functions]
        return join(results), functions[0].entries[0].returns
    if value == frozenset((0,)):
        event.own |= is_own(machine, frame, source)
        event.problem = "the pointer is null here"
        return UNKNOWN, returns_of(type_)
    return _unbound(machine, frame, code, (event, type_, arguments), source)


def _several(
    machine: Machine, frame: Frame, code: Node, event: CallEvent, functions: list[Func]
) -> Typed:
    """A choice that run time makes among rows that are known."""
    event.grade = Grade.SLOT
    for func in functions:
        for entry in func.entries:
            event.targets.setdefault(ident_of(entry), (entry, {}))
    returns = functions[0].entries[0].returns
    return made_up(machine, frame, code, returns), returns


def _unbound(
    machine: Machine,
    frame: Frame,
    code: Node,
    what: tuple[CallEvent, str, list[Typed]],
    source: Source,
) -> Typed:
    """A call whose receiver is not known here: all that the slot ever holds."""
    event, type_, arguments = what
    targets = slot_functions(machine, event.slot)
    event.unbound = max(event.unbound, len(targets))
    targets = _of_strangers(machine, frame, (event.slot, source), targets)
    chosen = chosen_targets(machine, event.slot)
    grade = Grade.BOUND if chosen else Grade.SLOT
    if chosen:
        targets = list(chosen.functions)
        event.why.update(dict.fromkeys(chosen.why))
    elif not targets:
        targets, grade = _linked(machine, frame, code, event)
        event.unbound = max(event.unbound, len(targets))
    event.grade = grade
    if not targets:
        event.problem = "nothing is known to be stored in it"
    returns = returns_of(type_)
    results: list[Value] = []
    for entry in targets:
        func = Func(entry.name, (entry,))
        if len(targets) <= machine.limits.follow:
            results.append(enter(machine, frame, event, func, arguments))
        else:
            event.targets.setdefault(ident_of(entry), (entry, {}))
        returns = returns or entry.returns
    value = join(results)
    return value or made_up(machine, frame, code, returns), returns


def _of_strangers(
    machine: Machine,
    frame: Frame,
    what: tuple[str, Source],
    targets: list[FunctionEntry],
) -> list[FunctionEntry]:
    """Of a slot's functions those that what is on lists and is not known may have."""
    slot, source = what
    places = _places_of(machine, frame, source)
    keys = {key for place in places[-1:] for key in place.cells}
    known = machine.heap.strangers
    strangers = {known[key[0]] for key in keys if key[0] in known}
    if not strangers or any(
        key[0] not in known and key not in machine.heap.cells for key in keys
    ):
        return targets
    struct, _, field = slot.rpartition(".")
    gone = set.intersection(*(listed(machine, one) for one in strangers))
    kept = {
        target.function.id
        for target in machine.program.slot_targets(struct, field)
        if (target.object, target.path) not in gone
    }
    return [entry for entry in targets if entry.id in kept]


def slot_functions(machine: Machine, slot: str) -> list[FunctionEntry]:
    """The functions that the whole index shows to be stored in a slot."""
    struct, _, field = slot.rpartition(".")
    if not struct:
        return []
    found: list[FunctionEntry] = machine.once(
        ("slot", slot),
        lambda: list(
            {
                t.function.id: t.function
                for t in machine.program.slot_targets(struct, field)
                if t.function.kind is not FunctionKind.MACRO
            }.values()
        ),
    )
    return found


def _linked(
    machine: Machine, frame: Frame, code: Node, event: CallEvent
) -> tuple[list[FunctionEntry], Grade]:
    """What linking found for a call of this line, and the slot where it is one.

    A static call goes where a slot says that is copied to its key.
    """
    owner = frame.context.entry.id
    line = frame.line or code[3]
    if not owner:
        return [], Grade.SLOT
    text = spelling_of(code[1])
    sites = [
        s
        for s in machine.program.site_targets(owner, line)
        if s.function.kind is not FunctionKind.MACRO
    ]
    fitting = [s for s in sites if s.expression == text] or sites
    if not fitting:
        return [], Grade.SLOT
    event.expression = fitting[0].expression
    slots = {s.slot for s in fitting}
    if len(slots) == 1:
        event.slot = event.slot or slots.pop()
    grade = Grade(fitting[0].grade)
    return list({s.function.id: s.function for s in fitting}.values()), grade


def _name_as_linked(machine: Machine, frame: Frame, event: CallEvent) -> None:
    """A call whose callee a macro pastes together has the words of its use instead."""
    owner = frame.context.entry.id
    sites = machine.program.site_targets(owner, frame.line) if owner else ()
    names = {site.expression for site in sites if site.slot == event.slot}
    if len(names) == 1:
        event.expression = names.pop()


def source_of(frame: Frame, code: Node, macro: MacroEnv | None) -> Source:
    """The expression that a callee stands for: through macros and local variables.

    ``fn`` after ``fn = ops->f`` and the ``f`` of ``INDIRECT_CALL_1(ops->f, g, x)`` are
    both ``ops->f``.
    """
    for _ in range(_LONGEST_CHAIN):
        if code[0] == "cast":
            code = code[2]
        elif code[0] == "n" and macro and code[1] in macro:
            code, macro = macro[code[1]]
        elif code[0] == "n" and code[1] in frame.origins:
            code, macro = frame.origins[code[1]]
        else:
            break
    return code, macro


def describe(
    machine: Machine,
    frame: Frame,
    event: CallEvent,
    source: Source,
    functions: list[Func],
) -> None:
    """Note slot, receiver and the stores that make the pointer what it is."""
    places = _places_of(machine, frame, source)
    if not places:
        if event.grade is Grade.BOUND:
            event.grade = Grade.LOCAL  # handed on as an argument, not by an object
        _add_evidence(machine, event, places, functions)
        return
    if places[1:]:
        event.receiver = places[0].slot or event.receiver
    code, _ = source
    event.slot = places[-1].slot or event.slot
    event.expression = spelling_of(code)
    _add_evidence(machine, event, places, functions)
    if event.slot and functions:
        event.unbound = max(event.unbound, len(slot_functions(machine, event.slot)))


def _places_of(machine: Machine, frame: Frame, source: Source) -> list[Place]:
    """The places of a pointer that is a member, and before it of its receiver."""
    code, macro = source
    if code[0] not in _MEMBERS:
        return []
    kept, frame.macro = frame.macro, macro
    places = [locate(machine, frame, code)]
    base = code[1] if code[0] != "call" else (code[2] or [code[1]])[0]
    if base[0] in {*_MEMBERS, "n", "*"}:
        origin, frame.macro = source_of(frame, base, macro)
        places.insert(0, locate(machine, frame, origin))
    frame.macro = kept
    return places


def _holders(machine: Machine, frame: Frame, source: Source) -> tuple[Key, ...]:
    """The cells that a receiver is read from; of the pointer where it has none."""
    places = _places_of(machine, frame, source)
    return tuple(next((place.cells for place in places if place.cells), ()))


def is_own(machine: Machine, frame: Frame, source: Source) -> bool:
    """Say whether a pointer is read from an object that the scenario made."""
    holders = _holders(machine, frame, source)
    return any(key[0].step < FAR for key in holders)


def may_be_another(machine: Machine, frame: Frame, source: Source) -> bool:
    """Say whether beside known objects stand others of which nothing is known.

    What the program made decides all the same: the path is that of its objects.
    """
    holders = _holders(machine, frame, source)
    if any(key[0].step < FAR for key in holders):
        return False
    known = [key[0].kind != "sym" or key in machine.heap.cells for key in holders]
    return any(known) and not (all(known) and _holds_known_only(frame, source))


def _holds_known_only(frame: Frame, source: Source) -> bool:
    """Say whether a local variable that is gone through holds known objects only."""
    code, macro = source
    is_local = code[0] == "->" and code[1][0] == "n" and not macro
    return not (is_local and TOP in (frame.env or {}).get(code[1][1], ()))


def _add_evidence(
    machine: Machine, event: CallEvent, places: list[Place], functions: list[Func]
) -> None:
    """The stores into the receiver first, then those into the slot itself."""
    for func in functions:
        found: dict[Reason, None] = {}
        for place in places:
            if place is places[-1] and not found:
                _add_table(machine, found, place, func)
            found.update(_stores_of(machine, place, _wanted(machine, places, func)))
        birth = machine.births.get(func)
        if birth:
            found.setdefault(birth)
        event.why.update(found)
        for entry in func.entries:
            event.leads.setdefault(ident_of(entry), {}).update(found)


def _wanted(machine: Machine, places: list[Place], func: Func) -> set[Any]:
    """A function, and the objects whose slot holds it."""
    cells, keys = machine.heap.cells, places[-1].cells
    holders = {key[0] for key in keys if func in cells.get(key, ())}
    return {func} | (holders or {key[0] for key in keys})


def _stores_of(machine: Machine, place: Place, wanted: set[Any]) -> dict[Reason, None]:
    """The stores that put into a place what is wanted, or a pointer into it."""
    found: dict[Reason, None] = {}
    for key in place.cells:
        for atom, why in machine.heap.cells.get(key, {}).items():
            if atom in wanted or (isinstance(atom, Ptr) and atom.obj in wanted):
                if key in machine.keyed:
                    found.setdefault(machine.keyed[key])
                found.update(dict.fromkeys(why))
    return found


def _add_table(
    machine: Machine, found: dict[Reason, None], place: Place, func: Func
) -> None:
    """How a table came to be known that was handed on as an argument."""
    for key in place.cells:
        obj, path, _ = key
        birth = machine.births.get(machine.pool.pointer(obj, path))
        holds = func in machine.heap.cells.get(key, ())
        if birth and holds and obj.kind == "global":
            found.setdefault(birth)
