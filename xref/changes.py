"""What became of a path, a slot or a function between two places.

Records only, as in ``answers``.  Every comparison has an *old* and a *new* side;
exchanging them exchanges `ADDED` with `GONE` and changes nothing else.
"""

from dataclasses import dataclass
from enum import StrEnum

from xref.answers import PathEdge, PathNode


class ChangeKind(StrEnum):
    """What may have become of a hop; the value is the word in answers."""

    ADDED = "added"
    """The function is on the new path only."""
    GONE = "gone"
    """It is on the old path only."""
    CALL_ADDED = "call added"
    """It is on both; here it is called in the new one only."""
    CALL_GONE = "call gone"
    MOVED = "moved"
    """It stands in another file."""
    RENAMED = "renamed"
    """Another name in the same role, and a body that is alike."""
    RETARGETED = "re-targeted"
    """The same pointer call goes to another function."""
    REROUTED = "re-routed"
    """The function is on both paths and is reached another way."""
    EVIDENCE = "evidence"
    """The same pointer call goes there because of other stores."""
    REWRITTEN = "rewritten"
    """The call reads otherwise: ``READ_ONCE(sock->ops)->f`` for ``sock->ops->f``."""
    TARGETS = "targets"
    """A pointer call with many targets has others."""
    BODY = "body"
    """Other code under the same name."""


@dataclass(frozen=True, slots=True)
class HopSide:
    """A hop as it is on one side."""

    node: PathNode
    call: PathEdge | None
    """How the function above calls it; None for the entry."""
    through: tuple[str, ...]
    """Names of macros and wrappers between the two."""


@dataclass(frozen=True, slots=True)
class Targets:
    """A pointer call with many targets, on both sides."""

    label: str
    slot: str
    old_count: int
    new_count: int
    added: tuple[str, ...]
    gone: tuple[str, ...]
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Hop:
    """A function in the tree that two paths make together."""

    old: HopSide | None
    new: HopSide | None
    targets: Targets | None
    """For a line that stands for many functions; both sides are None then."""
    kinds: tuple[ChangeKind, ...]
    """None when nothing changed."""
    similarity: float | None
    """From 0 to 1, of the two bodies; for what was renamed or moved."""
    notes: tuple[str, ...]
    """What a reader must know beside the kinds."""
    is_mention: bool
    """What it calls stands at another line."""
    hops: tuple["Hop", ...]
    """What it calls, in reading order."""


@dataclass(frozen=True, slots=True)
class Whole:
    """Counts over all functions of two paths, those without a line included."""

    old: int
    new: int
    added: int
    gone: int
    body: int
    """Of those on both paths, with other code."""

    @property
    def changed(self) -> int:
        """All that are not the same."""
        return self.added + self.gone + self.body


@dataclass(frozen=True, slots=True)
class CodeChange:
    """How the text of one function changed."""

    name: str
    old_path: str
    new_path: str
    lines: tuple[str, ...]
    """Of a unified diff, from its first ``@@``, with the lines of the files."""


@dataclass(frozen=True, slots=True)
class Commit:
    """What the history says of a change."""

    hash: str
    date: str
    """Of the author: ``2023-06-24``."""
    subject: str
    is_old: bool
    """Only the old kernel has it: the new one is without what it did."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The commits between two kernels that touched one function."""

    name: str
    commits: tuple[Commit, ...]
    """The newest first."""
    shared: int
    """Others, which both kernels have under two ids."""
    above: str
    """What calls it on the path, and may say more; "" for the entry."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What of two paths was compared, and how."""

    compared: str
    """How bodies were compared, where not by their text; else ""."""
    open: tuple[int, int]
    """On each side: targets that are left out, being open beside bound ones."""
    stops: int
    """Functions below which only one side goes on; nothing below was compared."""


@dataclass(frozen=True, slots=True)
class PathDiff:
    """Two paths of one system call as one tree."""

    entry: str
    old_kernel: str
    new_kernel: str
    arch: str
    old_number: int | None
    new_number: int | None
    scenario: str
    bound: tuple[tuple[str, str], ...]
    root: Hop
    old_hops: int
    new_hops: int
    """Functions that have a line, on each side."""
    counts: tuple[tuple[ChangeKind, int], ...]
    """How many functions changed in each way, of those with a line."""
    whole: Whole
    limits: Limits
    unindexed: tuple[str, ...]
    """Parts that were not read on one side only, with that side's kernel."""


@dataclass(frozen=True, slots=True)
class FunctionChange:
    """A function that is not what it was."""

    id: int
    """In the index of the kernel that has it; of the new one where both do."""
    name: str
    kind: str
    """``function`` ``syscall`` ``macro``."""
    path: str
    line: int
    change: ChangeKind
    """`BODY`, `ADDED`, `GONE` or `MOVED`."""
    old_path: str
    """Where it was, for what moved."""


@dataclass(frozen=True, slots=True)
class WayStep:
    """A function on a way from a system call."""

    name: str
    slot: str
    """Through which the one before calls it; "" for a call by name."""


@dataclass(frozen=True, slots=True)
class Reached:
    """From where a function can be reached, without a scenario."""

    by_name: tuple[str, ...]
    """System calls from which calls by name alone lead there."""
    by_pointer: tuple[str, ...]
    """Others, with calls through slots, parameters and variables."""
    nearest: tuple[str, ...]
    """The few system calls with the shortest ways, the shortest first."""
    way: tuple[WayStep, ...]
    """The shortest: fewest slots, then fewest steps; empty when there is none."""
    n_slots: int
    """Slots on that way: each is one of all that is ever stored there."""
    slots: tuple[str, ...]
    """Slots that hold the function itself."""


@dataclass(frozen=True, slots=True)
class Affected:
    """A changed function and what may notice it."""

    change: FunctionChange
    reached: Reached
    scenarios: tuple[str, ...]
    """``tcp4 connect``: calls of scenarios whose bound paths hold it."""


@dataclass(frozen=True, slots=True)
class Late:
    """A call of a scenario that was given up."""

    scenario: str
    call: str
    behind: int
    """Other calls that need it, and were not begun."""
    seconds: float
    """Of processor time that it was given."""


@dataclass(frozen=True, slots=True)
class Impact:
    """What a change of the source may reach."""

    old: str
    new: str
    affected: tuple[Affected, ...]
    """The shortest evidence first; what nothing reaches last."""
    files: int
    """Changed files among those that are indexed."""
    beside: tuple[str, ...]
    """Files that changed outside of functions: tables, types, constants."""
    unknown: tuple[str, ...]
    """Files that one index lacks, and hunks of a patch that do not fit."""
    paths: int
    """Bound paths that were looked at."""
    unevaluated: tuple[tuple[str, int], ...]
    """Scenarios whose calls may lead to changed functions as well, and how many of
    these calls were not evaluated."""
    late: tuple[Late, ...]
    """Of these, what was begun and given up."""


@dataclass(frozen=True, slots=True)
class ListItem:
    """One thing of a list that is compared: a target, a field, a system call."""

    key: str
    """Equal on both sides for the same thing."""
    name: str
    state: str
    """What may be another on the other side; "" where nothing may."""
    place: str
    holds: tuple[str, ...]
    """What stands in it; of a target: the object that holds it."""
    callers: tuple[str, ...]
    """Who calls through it, with files."""


@dataclass(frozen=True, slots=True)
class ListChange:
    """What became of one thing of a list."""

    change: ChangeKind
    """`ADDED`, `GONE`, or `BODY` for another state."""
    old: ListItem | None
    new: ListItem | None


@dataclass(frozen=True, slots=True)
class ListDiff:
    """Two lists: who fills a slot, the fields of a struct, the system calls."""

    title: str
    """``slot proto_ops.connect``."""
    noun: str
    """Of one thing: ``target``."""
    old_kernel: str
    new_kernel: str
    old_count: int
    new_count: int
    changes: tuple[ListChange, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """Neighbouring kernels in which something is the same."""

    first: str
    last: str
    kernels: int
    state: str
    """Where and what it is; "" where it is not found."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """In which of the indexed kernels something exists."""

    title: str
    periods: tuple[Period, ...]
    """From the oldest kernel to the newest."""
