"""What a call arms to run later, played with what it was armed with.

A function that is stored in a slot which is called later (``data/models.toml``) is
handed the struct that the slot lies in: so ``f`` of ``init_work(&file->work, f)`` is
played with ``&file->work``, and finds the file again.
"""

from collections.abc import Iterator

from xref.answers import Grade, Reason
from xref.resolve.contexts import run_function, settle
from xref.resolve.entering import key_of
from xref.resolve.machine import CallEvent, Context, Machine, StoreEvent
from xref.resolve.values import Func, Ptr, Typed

_ROUNDS = 3
"""What runs later may itself arm something."""


def play_later(machine: Machine) -> None:
    """Play what the last call of a scenario armed; events say where from.

    What it arms in its turn is played as well; a function that was played before is
    not played again with what it armed itself.
    """
    done: set[tuple[object, ...]] = set()
    played: set[Func] = set()
    for _ in range(_ROUNDS):
        armed = [a for a in _armed(machine) if (a[2], a[1].key) not in done]
        for context, event, func in armed:
            done.add((func, event.key))
            _run(machine, context, event, func, again=func in played)
        settle(machine)
        played |= {func for _, _, func in armed}
        if not armed:
            break


def _armed(machine: Machine) -> Iterator[tuple[Context, StoreEvent, Func]]:
    contexts = (*machine.contexts.values(), *machine.joined.values())
    for context in contexts:
        if context.step != machine.now.step or context.boot:
            continue
        for event in list(context.events.values()):
            if isinstance(event, StoreEvent) and event.key[2] in machine.asked.deferred:
                for atom in event.atoms:
                    if isinstance(atom, Func):
                        yield context, event, atom


def _run(
    machine: Machine,
    context: Context,
    stored: StoreEvent,
    func: Func,
    *,
    again: bool,
) -> None:
    obj, path, slot = stored.key
    pointer: Ptr = machine.pool.pointer(obj, path)
    struct = slot.rpartition(".")[0]
    reason: Reason = stored.reason
    event = CallEvent(reason.line, "", slot, Grade.LOCAL, later=True)
    event.why[reason] = None
    context.events["later", func, stored.key] = event
    for entry in func.entries:
        argument: Typed = (frozenset((pointer,)), f"struct {struct} *")
        ran = None
        if not again:
            site = (id(event), context)
            ran = run_function(machine, entry, [argument], context, site)
        event.targets[key_of(entry)] = (entry, {ran: None} if ran else {})
