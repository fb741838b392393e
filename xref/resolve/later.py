"""What a call arms to run later, played with what it was armed with.

A function that is stored in a slot which is called later (``data/models.toml``) is
handed the struct that the slot lies in: so ``f`` of ``init_work(&file->work, f)`` is
played with ``&file->work``, and finds the file again.  Where such a function takes
something else, it is what was put beside it: ``timer->data``.
"""

from collections.abc import Iterator

from xref.answers import Grade, Reason
from xref.program import FunctionEntry
from xref.resolve.contexts import run_function, settle
from xref.resolve.entering import ident_of
from xref.resolve.layout import pointee
from xref.resolve.machine import CallEvent, Context, Frame, Key, Machine, StoreEvent
from xref.resolve.memory import read
from xref.resolve.places import member
from xref.resolve.values import Func, Ptr, Typed

_ROUNDS = 3
"""What runs later may itself arm something."""


def play_later(machine: Machine, root: Context) -> None:
    """Play what the last call of a scenario armed; events say where from.

    Its context is `root`, which is no other function's.
    What it arms in its turn is played as well; a function that was played before is
    not played again with what it armed itself.
    """
    done: set[tuple[object, ...]] = set()
    played: set[Func] = set()
    for _ in range(_ROUNDS):
        armed = [a for a in _armed(machine, root) if (a[2], a[1].key) not in done]
        for context, event, func in armed:
            done.add((func, event.key))
            _run(machine, context, event, func, again=func in played)
        settle(machine)
        played |= {func for _, _, func in armed}
        if not armed:
            break


def _armed(
    machine: Machine, root: Context
) -> Iterator[tuple[Context, StoreEvent, Func]]:
    contexts = (root, *machine.contexts.values(), *machine.joined.values())
    for context in contexts:
        if context.step != machine.now.step or context.boot:
            continue
        for event in list(context.events.values()):
            if (
                isinstance(event, StoreEvent)
                and _named(event.key[2]) in machine.asked.deferred
            ):
                for atom in event.atoms:
                    if isinstance(atom, Func):
                        yield context, event, atom


def _named(slot: str) -> str:
    """A slot by the struct that has a name: a field may lie in a union without one."""
    tag, _, name = slot.rpartition(".")
    return f"{tag.partition('::')[0]}.{name}"


def _run(
    machine: Machine,
    context: Context,
    stored: StoreEvent,
    func: Func,
    *,
    again: bool,
) -> None:
    reason: Reason = stored.reason
    slot = _named(stored.key[2])
    event = CallEvent(reason.line, "", slot, Grade.LOCAL, later=True)
    event.why[reason] = None
    context.events["later", func, stored.key] = event
    for entry in func.entries:
        ran = None
        if not again:
            argument = _given(machine, context, stored.key, entry)
            site = (id(event), context)
            ran = run_function(machine, entry, [argument], context, site)
        event.targets[ident_of(entry)] = (entry, {ran: None} if ran else {})


def _given(machine: Machine, context: Context, key: Key, entry: FunctionEntry) -> Typed:
    """What a function is given: the struct, or a field of it that was set for that.

    Linux kernel commit 354b46b1a0ad ("timer: Switch callback prototype to take struct
    timer_list * argument") (in v4.15).
    """
    slot = _named(key[2])
    struct = f"struct {slot.rpartition('.')[0]}"
    pointer: Ptr = machine.pool.pointer(key[0], key[1])
    name = machine.asked.deferred[slot]
    wanted = machine.layout.real(entry.parameters[0].type) if entry.parameters else ""
    if not name or pointee(wanted) == struct or not machine.layout.member(struct, name):
        return frozenset((pointer,)), f"{struct} *"
    frame = Frame(context, entry.path, {}, {})
    place = member(machine, frame, frozenset((pointer,)), struct, name)
    return read(machine, frame, place)[0], wanted
