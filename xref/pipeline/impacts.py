"""What a change of the source may reach: system calls, slots, bound paths."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from xref.analyse.diff.reach import (
    SLOT_COST,
    Nearest,
    entry_sets,
)
from xref.changes import Affected, FunctionChange, Reached, WayStep
from xref.pipeline.questions import indexed_state
from xref.pipeline.versions import fingerprint
from xref.program import Program
from xref.store.database import database_path, faults, open_for_reading
from xref.store.reach import Calls, calls_of_kernel

Callers = Mapping[str, frozenset[tuple[str, str]]]
"""Names and files of what calls a function, by its name."""

_MAKERS: Final = ("analyse/diff/reach.py", "pipeline/impacts.py", "store/reach.py")
_NOTHING: Final = Reached((), (), (), (), 0, ())
_FAR: Final = 1 << 30
_NO_CALLERS: Final[Callers] = {}


def affected(
    home: Path,
    program: Program,
    changes: Sequence[FunctionChange],
    callers: Callers = _NO_CALLERS,
) -> list[Affected]:
    """What may notice each change, whatever is bound.

    Args:
        home: the cache folder.
        program: the kernel whose functions the changes name.
        changes: of that kernel.
        callers: of functions that it lacks, by their names.
    """
    ways = {
        change.name: list(_known_callers(program, callers, change.name))
        for change in changes
        if change.id < 0
    }
    idents = [change.id for change in changes if change.id >= 0]
    idents += [ident for known in ways.values() for ident, _ in known]
    reached = _reached(home, program, list(dict.fromkeys(idents)))
    return [
        Affected(
            change,
            reached.get(change.id) or _through(reached, ways.get(change.name, ())),
            (),
        )
        for change in changes
    ]


def _known_callers(
    program: Program, callers: Callers, name: str
) -> Iterator[tuple[int, Sequence[str]]]:
    """Functions of the index that lead to a new one, with the new ones on the way."""
    seen = {name}
    left: list[tuple[str, Sequence[str]]] = [(name, (name,))]
    while left:
        at, way = left.pop(0)
        for caller, path in sorted(callers.get(at, ())):
            known = [e.id for e in program.functions(caller) if e.path == path]
            known += [e.id for e in program.macros(caller) if e.path == path]
            yield from ((ident, way) for ident in known if ident >= 0)
            if not known and caller not in seen:
                seen.add(caller)
                left.append((caller, (caller, *way)))


def _through(
    reached: Mapping[int, Reached], ways: Sequence[tuple[int, Sequence[str]]]
) -> Reached:
    """From where what others call can be reached: by the best of them."""
    found = [(reached[ident], way) for ident, way in ways if reached[ident].way]
    if not found:
        return _NOTHING
    best, way = min(found, key=lambda f: (f[0].n_slots, len(f[0].way) + len(f[1])))
    by_name = {name for each, _ in found for name in each.by_name}
    by_any = {name for each, _ in found for name in each.by_pointer}
    return Reached(
        tuple(sorted(by_name)),
        tuple(sorted(by_any - by_name)),
        best.nearest,
        (*best.way, *(WayStep(name, "") for name in way)),
        best.n_slots,
        (),
    )


def in_order(found: Iterable[Affected]) -> tuple[Affected, ...]:
    """Those on bound paths first, then the shortest evidence."""
    return tuple(sorted(found, key=_rank))


def _rank(each: Affected) -> tuple[object, ...]:
    way = each.reached.way
    return (
        not each.scenarios,
        each.reached.n_slots if way else _FAR,
        len(way),
        each.change.path,
        each.change.line,
        each.change.name,
    )


def _reached(home: Path, program: Program, idents: Sequence[int]) -> dict[int, Reached]:
    """From where functions can be reached; kept with the index."""
    key = f"reach {fingerprint(_MAKERS, ())}"
    kept = program.remembered(key)
    known: dict[str, Any] = kept if isinstance(kept, dict) else {"sets": [], "of": {}}
    missing = [ident for ident in idents if str(ident) not in known["of"]]
    if missing:
        reach = _Reach(home, program)
        # Thousands of functions share a few sets of system calls.
        sets = {tuple(names): n for n, names in enumerate(known["sets"])}
        for ident in missing:
            found = reach.of(ident)
            known["of"][str(ident)] = {
                "by_name": sets.setdefault(found.by_name, len(sets)),
                "by_pointer": sets.setdefault(found.by_pointer, len(sets)),
                "nearest": found.nearest,
                "way": [dataclasses.asdict(step) for step in found.way],
                "n_slots": found.n_slots,
                "slots": found.slots,
            }
        known["sets"] = list(sets)
        program.remember(key, known)
    names = [tuple(each) for each in known["sets"]]
    return {ident: _restored(known["of"][str(ident)], names) for ident in idents}


class _Reach:
    """What can reach what in one kernel."""

    def __init__(self, home: Path, program: Program) -> None:
        self._program = program
        self._calls = _calls(home, program.kernel)
        names = self._calls.entries
        # Of equally near ones that of the machine's own size says more.
        self._entries = sorted(
            names, key=lambda e: (names[e].startswith("compat_"), names[e], e)
        )
        edges, slots = self._calls.callees, self._calls.slots
        self._near = Nearest(edges, self._entries, slots)
        self._by_name = entry_sets(edges, self._entries, lambda at: at >= 0)
        self._by_any = entry_sets(edges, self._entries, lambda _: True)
        self._names_of: dict[int, tuple[str, ...]] = {}

    def of(self, ident: int) -> Reached:
        """From where one function can be reached."""
        by_name = self._by_name.get(ident, 0)
        others = self._by_any.get(ident, 0) & ~by_name
        near = self._near.of(ident)
        slots = self._calls.slots
        return Reached(
            self._names(by_name),
            self._names(others),
            tuple(dict.fromkeys(_plain(self._calls.entries[e]) for e in near.entries)),
            tuple(self._way(ident)) if near.costs else (),
            near.costs[0] // SLOT_COST if near.costs else 0,
            tuple(
                sorted(
                    slots[holder]
                    for holder in self._calls.holders.get(ident, ())
                    if "." in slots.get(holder, "")
                )
            ),
        )

    def _names(self, bits: int) -> tuple[str, ...]:
        """Names of system calls, without prefix, each once."""
        known = self._names_of.get(bits)
        if known is None:
            names = {
                _plain(self._calls.entries[entry])
                for number, entry in enumerate(self._entries)
                if bits >> number & 1
            }
            known = self._names_of[bits] = tuple(sorted(names))
        return known

    def _way(self, ident: int) -> list[WayStep]:
        """The way from the nearest system call, that first."""
        found: list[WayStep] = []
        at: int | None = ident
        while at is not None:
            before = self._near.of(at).before
            slot = ""
            if before is not None and before < 0:
                slot = self._calls.slots.get(before, "a pointer")
                before = self._near.of(before).before
            found.append(WayStep(self._program.function(at).name, slot))
            at = before
        return found[::-1]


def _calls(home: Path, kernel: str) -> Calls:
    path = database_path(home)
    state = indexed_state(home, kernel)
    if state is None:
        return Calls({}, {}, {}, {})
    with closing(open_for_reading(path)) as connection, faults(path):
        return calls_of_kernel(connection, state.id)


def _plain(name: str) -> str:
    return name.removeprefix("compat_").removeprefix("sys_")


def _restored(kept: dict[str, Any], names: Sequence[tuple[str, ...]]) -> Reached:
    return Reached(
        names[kept["by_name"]],
        names[kept["by_pointer"]],
        tuple(kept["nearest"]),
        tuple(WayStep(**step) for step in kept["way"]),
        kept["n_slots"],
        tuple(kept["slots"]),
    )
