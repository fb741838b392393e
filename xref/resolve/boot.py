"""What globals hold before the scenario begins: the code that fills them.

A registry is filled by a function that stores its argument (``sock_register``), so
its callers are evaluated, each with the argument that it passes; nothing else of
what they call is followed.  The same rule finds what a global pointer was set to.
"""

from typing import Any

from xref.program import FunctionEntry
from xref.records import FunctionKind
from xref.resolve.contexts import evaluate_context
from xref.resolve.layout import is_aggregate, is_function_pointer, pointee
from xref.resolve.machine import Context, Frame, Key, Machine
from xref.resolve.names import calls_named
from xref.resolve.values import Atom, Named, Obj, Value, covers

Node = list[Any]
_HIGHEST = 3
"""How many callers up an argument is followed."""
_NULL: Value = frozenset((Named(0),))
"""What a row has where it names no function; copies of it are null, too."""
_MOST = 400
"""Functions evaluated for one global; beyond, the global is left open."""


def at_start(machine: Machine, frame: Frame, key: Key, type_: str) -> Value | None:
    """What a cell of a global held before the scenario; None when not known."""
    obj = key[0]
    wanted = type_ == "list" or _is_registry(machine, obj)
    if wanted or (_is_near(frame) and _is_set_once(machine, key)):
        fill_global(machine, obj)
    found: set[Atom] = set()
    obj_cells = machine.heap.of_object.get(obj, {})
    for near in obj_cells:
        if near[2] == key[2] and covers(near[1], key[1]):
            found.update(machine.heap.cells.get(near, ()))
    if found:
        return frozenset(found)
    if key in machine.heap.cells:
        return None  # it is initialised with what is not known
    if is_function_pointer(type_) and _is_laid_out(machine, obj):
        struct, _, field = key[2].rpartition(".")
        if struct and not _is_assigned(machine, struct, field):
            return _NULL
    return None


def _is_registry(machine: Machine, obj: Obj) -> bool:
    """Say whether a global is a table of what decides which code runs."""
    row = machine.layout.real(obj.type)
    if not row.endswith("]"):
        return False
    while row.endswith("]"):
        row = machine.layout.real(pointee(row))
    return is_function_pointer(row) or machine.layout.is_table(pointee(row) or row)


def _is_near(frame: Frame) -> bool:
    """Say whether a function is close to what the scenario binds."""
    return not frame.context.boot and frame.context.far <= 1


def _is_set_once(machine: Machine, key: Key) -> bool:
    """Say whether one function sets a global pointer, on whose tables calls depend."""
    obj = key[0]
    target = machine.layout.real(pointee(machine.layout.real(obj.type)))
    if key[1] or not is_aggregate(target) or not machine.layout.leads_to_table(target):
        return False
    return len(_storing(machine, obj)) == 1


def _is_laid_out(machine: Machine, obj: Obj) -> bool:
    """Say whether the source tells what an object holds, null where it names nothing.

    A static object without an initialiser is null all over (C11 6.7.9p10), unless it
    is a declaration of one that has one, or is filled as a whole later.
    """
    entry, program = obj.entry, machine.program
    if entry is None or program.init(entry.id):
        return entry is not None
    if not entry.static or entry.macro or obj.type.endswith("]"):
        return False
    twins = (o for o in program.objects(entry.name) if o.path == entry.path)
    has_other = any(o.id != entry.id for o in twins)
    return not (has_other or program.stores_to_global(entry.name))


def _is_assigned(machine: Machine, struct: str, field: str) -> bool:
    """Say whether a slot is ever stored to other than in an initialiser."""
    answer: bool = machine.once(
        ("assigned", struct, field),
        lambda: any(
            s.form != "initializer" for s in machine.program.slot_stores(struct, field)
        ),
    )
    return answer


def fill_global(machine: Machine, obj: Obj) -> None:
    """Evaluate the code that stores into a global, once."""
    entry = obj.entry
    if entry is None or entry.name in machine.booted or machine.focus is not None:
        return
    machine.booted.add(entry.name)
    kept = machine.focus, machine.target, machine.root
    machine.target = entry.name
    work: list[tuple[FunctionEntry, frozenset[str]]] = []
    for function in _storing(machine, obj):
        work.extend(_ways_in(machine, function, frozenset((function.name,)), 0))
    for function, focus in list(dict.fromkeys(work))[:_MOST]:
        _run(machine, function, focus)
    machine.focus, machine.target, machine.root = kept


def _storing(machine: Machine, obj: Obj) -> list[FunctionEntry]:
    """The functions that store into a global or put something on its lists."""
    entry = obj.entry
    if entry is None:
        return []
    found: dict[int, FunctionEntry] = {}
    for store in machine.program.stores_to_global(entry.name):
        if store.function and (not entry.static or store.path == entry.path):
            found[store.function.id] = store.function
    for function in machine.program.mentions(entry.name):
        if entry.static and function.path != entry.path:
            continue
        body: Node = list(machine.program.body(function.id))
        if _hands_out(body, entry.name, array=obj.type.endswith("]")):
            found[function.id] = function
    return list(found.values())


def _hands_out(code: Node, name: str, *, array: bool) -> bool:
    """Say whether code takes the address of a global, or passes an array on."""
    if code and code[0] == "&":
        inner = code[1]
        while inner and inner[0] in {".", "[]"}:
            inner = inner[1]
        if inner == ["n", name]:
            return True
    if array and code and code[0] == "call" and ["n", name] in code[2]:
        return True
    parts = [part for part in code if isinstance(part, list)]
    return any(_hands_out(part, name, array=array) for part in parts)


def _ways_in(
    machine: Machine, function: FunctionEntry, focus: frozenset[str], high: int
) -> list[tuple[FunctionEntry, frozenset[str]]]:
    """The functions to start from, so that arguments are known: callers, or itself."""
    is_macro = function.kind is FunctionKind.MACRO
    if high >= _HIGHEST or not (function.parameters or is_macro):
        return [] if is_macro else [(function, focus)]
    ways: list[tuple[FunctionEntry, frozenset[str]]] = []
    for caller in machine.program.callers(function.name):
        outer = caller.function
        if outer.name in focus:
            continue
        if outer.kind is FunctionKind.MACRO or _passes_on(
            machine, outer, function.name
        ):
            ways.extend(_ways_in(machine, outer, focus | {outer.name}, high + 1))
        else:
            ways.append((outer, focus))
        if len(ways) > _MOST:
            break
    return ways


def _passes_on(machine: Machine, caller: FunctionEntry, callee: str) -> bool:
    """Say whether a caller hands one of its own parameters to the callee."""
    names = {p.name for p in caller.parameters}
    return bool(names) and any(
        _mentions(argument, names)
        for call in calls_named(list(machine.program.body(caller.id)), callee)
        for argument in call[2]
    )


def _mentions(code: Node, names: set[str]) -> bool:
    if code and code[0] == "n":
        return code[1] in names
    return any(_mentions(part, names) for part in code if isinstance(part, list))


def _run(machine: Machine, function: FunctionEntry, focus: frozenset[str]) -> None:
    machine.focus, machine.root = focus, function.id
    key = ("boot", function.id, focus)
    context = machine.contexts.get(key)
    if context is None:
        context = machine.contexts[key] = Context(
            function, (), (), boot=True, focus=focus
        )
        evaluate_context(machine, context)
