"""What later calls find in an object: of stores made in turn, the last.

Memory only grows while a call is evaluated, in whatever order its functions are run.
When the call is over, its contexts say in which order it stores: a pointer that it is
sure to set and then sure to set again holds what was stored last.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from xref.resolve.machine import CallEvent, Context, Key, Machine, StoreEvent
from xref.resolve.values import NOTHING, Atom, Func, Obj, Ptr, Value

Effect = dict[Key, tuple[bool, Value]]
"""Of each cell: whether what it held before is gone, and what it may hold then."""
Event = CallEvent | StoreEvent


@dataclass(slots=True)
class _Search:
    """What is asked of the contexts of a call, and what was found so far."""

    makers: dict[Obj, Context]
    """Where the objects that the call made were allocated, given back or not."""
    wanted: dict[Key, Value]
    """The cells in them that hold more than one pointer, and all they hold."""
    parents: defaultdict[Context, list[Context]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """From where each context is called, once for each call."""
    reach: defaultdict[Context, set[Key]] = field(
        default_factory=lambda: defaultdict(set)
    )
    """The cells that a context or one below it stores to."""
    effects: dict[Context, Effect | None] = field(default_factory=dict)
    """None while it is in work."""


def forget_overwritten(machine: Machine, root: Context) -> None:
    """Leave in the objects that a call made only what it leaves there.

    Args:
        machine: with the call evaluated.
        root: the context of the call.
    """
    search = _search(machine)
    if not search.wanted:
        return
    _look_around(search, root)
    for key, (_, atoms) in _effect(search, root).items():
        cell = machine.heap.cells[key]
        left = {atom: why for atom, why in cell.items() if atom in atoms}
        if left and _is_made_once(search, search.makers[key[0]], root):
            machine.heap.cells[key] = left


def _search(machine: Machine) -> _Search:
    makers: dict[Obj, Context] = {
        obj: key[-1]
        for key, obj in machine.objects.items()
        if isinstance(key, tuple)
        and key[0] == "heap"
        and key[-1].step == machine.now.step
    }
    wanted = {
        key: frozenset(cell)
        for obj in makers
        for key in machine.heap.of_object.get(obj, ())
        if len(cell := machine.heap.cells[key]) > 1 and all(map(_is_code, cell))
    }
    return _Search(makers, wanted)


def _is_code(atom: Atom) -> bool:
    """Say whether an atom is a function, or a table in the source."""
    return isinstance(atom, Func) or (
        isinstance(atom, Ptr) and atom.obj.kind == "global"
    )


def _look_around(search: _Search, root: Context) -> None:
    """Find who calls whom, and who stores to what is wanted."""
    seen = {root}
    for one in (order := [root]):
        for event in one.events.values():
            if isinstance(event, StoreEvent) and event.key in search.wanted:
                search.reach[one].add(event.key)
            for inner in _contexts(event):
                search.parents[inner].append(one)
                if inner not in seen:
                    seen.add(inner)
                    order.append(inner)
    _spread(search)


def _spread(search: _Search) -> None:
    """Say of callers, too, what is stored to below them."""
    work = list(search.reach)
    while work:
        one = work.pop()
        for parent in search.parents[one]:
            if search.reach[one] - search.reach[parent]:
                search.reach[parent] |= search.reach[one]
                work.append(parent)


def _contexts(event: Event) -> Iterator[Context]:
    """The contexts that a call leads to now."""
    if isinstance(event, CallEvent) and not event.later:
        for _, contexts in event.targets.values():
            yield from contexts


def _is_made_once(search: _Search, maker: Context, root: Context) -> bool:
    """Say whether one call alone leads from the root to what allocates an object."""
    seen: set[Context] = set()
    while maker is not root:
        if len(search.parents[maker]) != 1 or maker in seen:
            return False
        seen.add(maker)
        maker = search.parents[maker][0]
    return True


def _effect(search: _Search, context: Context) -> Effect:
    """What a context leaves in the cells that are wanted."""
    known = search.effects.get(context, {})
    if known is None or not search.reach[context]:
        return {key: (False, search.wanted[key]) for key in search.reach[context]}
    if known:
        return known
    search.effects[context] = None
    whole: Effect = {}
    for event in sorted(context.events.values(), key=_line):
        is_once = not any(a <= _line(event) <= b for a, b in context.unsure)
        for key, (is_sure, atoms) in _step(search, context, event).items():
            before, held = whole.get(key, (False, NOTHING))
            if is_sure and is_once:
                whole[key] = (True, atoms)
            else:
                whole[key] = (before, held | atoms)
    search.effects[context] = whole
    return whole


def _line(event: Event) -> int:
    return event.reason.line if isinstance(event, StoreEvent) else event.line


def _step(search: _Search, context: Context, event: Event) -> Effect:
    """What a store or a call leaves: surely so when it is sure where it goes."""
    if isinstance(event, StoreEvent):
        if event.key not in search.wanted:
            return {}
        is_sure = event.certain and _is_one(search, context, event)
        return {event.key: (is_sure, event.atoms)}
    effects = [_effect(search, inner) for inner in _contexts(event)]
    if len(effects) == 1 and len(event.targets) == 1 and event.certain:
        return effects[0]
    both: Effect = {}
    for effect in effects:
        for key, (_, atoms) in effect.items():
            both[key] = (False, both.get(key, (False, NOTHING))[1] | atoms)
    return both


def _is_one(search: _Search, context: Context, store: StoreEvent) -> bool:
    """Say whether a store is to one thing, which may be made in one of several ways."""
    objects = {
        event.key[0]
        for event in context.events.values()
        if isinstance(event, StoreEvent)
        and (event.reason, event.key[1:]) == (store.reason, store.key[1:])
    }
    makers = {search.makers.get(obj) for obj in objects}
    maker = makers.pop()
    if len(objects) == 1 or makers or maker is None:
        return len(objects) == 1
    return objects <= {a.obj for a in maker.result if isinstance(a, Ptr)}
