"""What crosses from the stages that resolve and analyse to those that show.

Records only, as in ``records``; ids are unique within one answer.
"""

from dataclasses import dataclass
from enum import StrEnum

LATER = "--async"
"""The option that shows what is armed to run later."""


class EdgeKind(StrEnum):
    """How a caller gets to a callee."""

    DIRECT = "direct"
    MACRO = "macro"
    INDIRECT = "indirect"
    CALLBACK = "callback"
    ASM = "asm"
    INLINED = "inlined"
    """Through a small function of the same file, which a compiler may put here."""


class Grade(StrEnum):
    """On which rung of the ladder an edge stands (DESIGN: best first)."""

    EXACT = "exact"
    BOUND = "bound"
    NAMED = "named"
    LOCAL = "local"
    SLOT = "slot"
    SIGNATURE = "signature"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: a store, a row, a registration, a constant."""

    text: str
    """As it reads in the source, on one line: ``sock->ops = answer->ops``."""
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class PathNode:
    """A function, syscall or macro on a path."""

    id: str
    name: str
    kind: str
    """``function`` ``syscall`` ``macro``; ``extern``: called, no body in the index;
    ``tracepoint``: a function that does nothing unless a tracer waits for it."""
    path: str
    line: int
    fan_in: int
    """How many places of the index call this name: infrastructure has many."""


@dataclass(frozen=True, slots=True)
class PathEdge:
    """One call on a path, at one place."""

    source: str
    target: str
    kind: EdgeKind
    slot: str
    """``proto_ops.connect``, or "" for a call by name."""
    grade: Grade
    file: str
    line: int
    order: int
    """Position among the edges of its source, in reading order, from 0."""
    expression: str
    """A pointer call as written, ``sock->ops->connect``; else ""."""
    why: tuple[Reason, ...]
    guard: str
    candidates: int
    """How many targets the site has in this answer."""
    unbound: int
    """How many it has when nothing is bound; 0 for a call by name."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A pointer call of which no target, or not every target, is known."""

    source: str
    file: str
    line: int
    expression: str
    slot: str
    reason: str


@dataclass(frozen=True, slots=True)
class Folded:
    """A part of the answer that is left out on purpose, counted."""

    source: str
    file: str
    line: int
    what: str
    """What is folded, e.g. ``net_device_ops.ndo_start_xmit`` or ``if (kern)``."""
    count: int
    reason: str
    option: str
    """The option that unfolds it, e.g. ``--full``; "" when none does."""
    names: tuple[str, ...] = ()
    """Of the functions in it, where they are few and known."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """What the answer takes for granted, with the place that could break it."""

    text: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class CallPath:
    """What one system call runs: a graph; the first node is the entry."""

    kernel: str
    entry: str
    """Name of the system call, without prefix."""
    arch: str
    number: int | None
    bound: tuple[tuple[str, str], ...]
    """Names and values, as the scenario writes them; empty when nothing is bound."""
    scenario: str
    nodes: tuple[PathNode, ...]
    edges: tuple[PathEdge, ...]
    unresolved: tuple[Unresolved, ...]
    folded: tuple[Folded, ...]
    assumed: tuple[Assumed, ...]
    state: tuple[Reason, ...]
    """What the call leaves for later ones: ``file->f_op = &socket_file_ops``."""
    unindexed: tuple[str, ...]
    """Parts of the tree that were not read, so what they hold cannot be known."""


class StepState(StrEnum):
    """Why a step of a reading has the steps below it that it has."""

    OPEN = "open"
    """What it calls stands below it, less what is counted in `hidden`."""
    FOLDED = "folded"
    """What it calls is left out."""
    SEEN = "seen"
    """What it calls stands at another mention."""
    RECURSION = "recursion"
    """It calls itself, here."""


@dataclass(frozen=True, slots=True)
class Step:
    """A function in the tree that a reader follows; drawn as one line."""

    node: PathNode
    calls: tuple[PathEdge, ...]
    """Where the step above calls it, in reading order; none for the entry."""
    through: tuple[PathNode, ...]
    """Macros and wrappers between the two that have no line of their own."""
    state: StepState
    hidden: int
    """Functions that are reached here and have no line anywhere."""
    hidden_hops: tuple[PathEdge, ...]
    """Bound pointer calls among what is hidden."""
    steps: tuple["Step | Fork", ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Calls through the fields of one table, told as one: see data/choices.toml."""

    name: str
    """Behind ``--show``."""
    title: str
    """As they are counted."""
    struct: str
    """Tag of the table, without keyword."""


@dataclass(frozen=True, slots=True)
class Fork:
    """A pointer call with many targets, or one left open: one line, counted."""

    label: str
    """The call as written, or the slot where that is not known."""
    slot: str
    grade: str
    names: tuple[str, ...]
    """Of the targets, where they are known."""
    count: int
    """Targets."""
    file: str
    line: int
    option: str
    """What unfolds it; "" when nothing does."""
    kind: str = "targets"
    """What is counted: ``LSM hooks`` where a group of calls has a name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A path as a person reads it: a tree, and what it leaves out."""

    path: CallPath
    root: Step
    shown: frozenset[str]
    """Ids of the nodes that have a line or stand in `through`."""
    unresolved: tuple[Unresolved, ...]
    """Those in functions that are shown."""
    folded: tuple[Folded, ...]
    """By reason, with counts; those of `path` first."""
