"""Two lists of things with names to what came, went and is another."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from xref.changes import ChangeKind, ListChange, ListItem, Period


def list_changes(
    old: Iterable[ListItem], new: Iterable[ListItem]
) -> tuple[ListChange, ...]:
    """What changed, by name; places and users alone make no difference."""
    before = {item.key: item for item in old}
    after = {item.key: item for item in new}
    keys = sorted(before.keys() | after.keys())
    return tuple(_changes((before.get(key), after.get(key)) for key in keys))


def periods_of(states: Sequence[tuple[str, str]]) -> tuple[Period, ...]:
    """Neighbours with one state made one.

    Args:
        states: kernel and state, in the order of the kernels.
    """
    found = []
    for state, group in groupby(states, key=lambda each: each[1]):
        kernels = [kernel for kernel, _ in group]
        found.append(Period(kernels[0], kernels[-1], len(kernels), state))
    return tuple(found)


def _changes(
    both: Iterable[tuple[ListItem | None, ListItem | None]],
) -> Iterator[ListChange]:
    for old, new in both:
        if old is None:
            yield ListChange(ChangeKind.ADDED, old, new)
        elif new is None:
            yield ListChange(ChangeKind.GONE, old, new)
        elif old.state != new.state:
            yield ListChange(ChangeKind.BODY, old, new)
