"""The tree of a reading as rows, in reading order."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xref.answers import (
    LATER,
    EdgeKind,
    Fork,
    Grade,
    PathEdge,
    Reading,
    Reason,
    Step,
    StepState,
)
from xref.present.lines import Line, Piece, Style
from xref.present.rows import Row, row_lines

INDENT = 3
"""Columns of one level."""

TREE_SHARE = 0.42
"""Share of the width that the deepest branch may take for its indentation."""

SECTION_SHARE = 0.6
"""A pointer call at this share of the depth may begin a tree of its own."""

MOST_NAMES = 64
"""With nothing bound, targets are named up to this many."""

FEW_NAMES = 3
"""Targets of one pointer call are named in its line up to this many."""

NAMES_WIDTH = 48
"""And up to this many characters: a name is never cut, so a line could not end."""

TARGETS = "targets"
"""What is counted where calls have no name of their own."""

MOST_REASONS = 4
"""Of one pointer call; --full gives all."""


@dataclass(frozen=True, slots=True)
class TreeWriter:
    """What the rows of one tree share."""

    deepest: int
    """Levels that the width bears."""
    is_bound: bool
    """Whether the path has a scenario."""
    full: bool
    names: Mapping[str, str]
    """Of functions, by id."""
    given: set[Reason] = field(default_factory=set)
    """Reasons that have been printed: later rows only say so."""
    drawn: set[str] = field(default_factory=set)
    """Ids of functions that have been printed with what they call."""
    sections: list[Step] = field(default_factory=list)
    """What is drawn below the tree."""


def tree_lines(reading: Reading, *, width: int, full: bool) -> Iterator[Line]:
    """The tree of a reading: a line for each step, remarks below it.

    What lies too deep for the width is drawn below, as a tree of its own.
    """
    names = {node.id: node.name for node in reading.path.nodes}
    deepest = int(width * TREE_SHARE) // INDENT
    writer = TreeWriter(deepest, bool(reading.path.bound), full, names)
    for row in _rows(writer, reading.root, "", ""):
        yield from row_lines(row, width)
    for number, step in enumerate(writer.sections, start=1):
        yield []
        yield [Piece(f"[{number}] ", Style.POINTER), Piece(step.node.name, Style.NAME)]
        for row in _rows_below(writer, step, "    "):
            yield from row_lines(row, width)


def _rows(writer: TreeWriter, step: Step, first: str, rest: str) -> Iterator[Row]:
    """The row of a step, then those of what stands below it."""
    if _begins_section(writer, step, len(rest) // INDENT):
        writer.sections.append(step)
        marks = f"{_marks(writer, step)} → [{len(writer.sections)}]"
        yield replace(_row_of_step(writer, step, first, rest), marks=marks, rest=rest)
    else:
        yield _row_of_step(writer, step, first, rest)
        yield from _rows_below(writer, step, rest)


def _rows_below(writer: TreeWriter, step: Step, rest: str) -> Iterator[Row]:
    """The rows of what a step calls."""
    below = () if _only_fork(step) else step.steps
    for position, item in enumerate(below, start=1):
        last = position == len(below)
        branch = rest + ("└─ " if last else "├─ ")
        onward = rest + ("   " if last else "│  ")
        if isinstance(item, Fork):
            yield _row_of_fork(writer, item, branch, onward)
        else:
            yield from _rows(writer, item, branch, onward)


def _begins_section(writer: TreeWriter, step: Step, depth: int) -> bool:
    """Whether a step is drawn below: too deep, or a pointer call that is deep."""
    if not step.steps or _only_fork(step):
        return False
    is_hop = bool(step.calls) and bool(step.calls[0].expression)
    too_deep = depth + _height(step) > writer.deepest
    return depth >= writer.deepest or (
        too_deep and is_hop and depth >= SECTION_SHARE * writer.deepest
    )


def _row_of_step(writer: TreeWriter, step: Step, first: str, rest: str) -> Row:
    """A function, how it is called and what is left out below it."""
    fork = _only_fork(step)
    call = step.calls[0] if step.calls else None
    hop = call is not None and call.kind in {EdgeKind.INDIRECT, EdgeKind.CALLBACK}
    marks = _marks(writer, step)
    if step.state in {StepState.OPEN, StepState.FOLDED}:
        writer.drawn.add(step.node.id)
    note = _fork_note(fork) if fork else _kind_note(step)
    if call is not None and hop:
        note = ", ".join(filter(None, (_slot(call.slot), call.grade.value)))
    inner = rest + ("│" if step.steps and not fork else "")
    return Row(
        first=first,
        rest=inner.ljust(len(rest) + 1),
        pointer=_pointer(call) if call is not None and hop else "",
        name=step.node.name,
        style=Style.NAME if hop or call is None else Style.PLAIN,
        marks=marks,
        note=note,
        needs_note=bool(fork) or (bool(note) and _tells_slot(step)),
        place=_place(step.node.path, step.node.line),
        remark=_because(writer, step) if hop else _leads(writer, step),
    )


def _kind_note(step: Step) -> str:
    """What a function is beside a function."""
    return step.node.kind if step.node.kind == "tracepoint" else ""


def _tells_slot(step: Step) -> bool:
    """Whether the slot of a pointer call must be told: not where it was before."""
    return step.state is not StepState.SEEN and bool(step.calls[0].slot)


def _row_of_fork(writer: TreeWriter, fork: Fork, first: str, rest: str) -> Row:
    """A pointer call with its number of targets, or their names."""
    names = ""
    if not writer.is_bound and FEW_NAMES < fork.count <= MOST_NAMES:
        names = ", ".join(fork.names)
    return Row(
        first=first,
        rest=rest,
        pointer=fork.label,
        name=_targets(fork),
        style=Style.TITLE,
        marks="",
        note=_fork_how(fork),
        needs_note=True,
        place=_place(fork.file, fork.line),
        remark=names,
    )


def _targets(fork: Fork) -> str:
    """Names of a few targets, the number of many."""
    names = ", ".join(fork.names)
    if fork.kind != TARGETS:
        return _count(fork)
    if len(fork.names) == fork.count <= FEW_NAMES and len(names) <= NAMES_WIDTH:
        return names
    return _count(fork)


def _fork_note(fork: Fork) -> str:
    """Number of targets, slot, how to see them."""
    return f"{_count(fork)} {_fork_how(fork)}"


def _fork_how(fork: Fork) -> str:
    """Slot, and how to see the targets."""
    told = fork.slot != fork.label and fork.kind == TARGETS
    option = f"({fork.option})" if fork.option else ""
    return " ".join(filter(None, (_slot(fork.slot) if told else "", option)))


def _count(fork: Fork) -> str:
    """How many targets, by what they are called."""
    return f"{fork.count} {fork.kind[:-1] if fork.count == 1 else fork.kind}"


def _marks(writer: TreeWriter, step: Step) -> str:
    """Signs behind a name: calls at more places, drawn elsewhere, left out."""
    marks = f" ×{len(step.calls)}" if len(step.calls) > 1 else ""
    if step.state is StepState.RECURSION:
        return f"{marks} ↻"
    if step.state is StepState.SEEN:
        return f"{marks} {'↑' if step.node.id in writer.drawn else '↓'}"
    return f"{marks} +{step.hidden}" if step.hidden else marks


def _because(writer: TreeWriter, step: Step) -> str:
    """Why a pointer call goes there: what has not been said above.

    Where the scenario decides, one thing follows from another; else one of several
    stores is enough.
    """
    why = step.calls[0].why
    new = [reason for reason in why if reason not in writer.given]
    writer.given.update(new)
    most = len(new) if writer.full else MOST_REASONS
    parts = [
        f"{reason.text} ({reason.file.rpartition('/')[2]}:{reason.line})"
        for reason in new[:most]
    ]
    if len(new) > most:
        parts.append(f"{len(new) - most} more (--full)")
    if parts and len(new) < len(why):
        parts.append("the rest as above")
    joint = " → " if step.calls[0].grade is Grade.BOUND else " or "
    return f"because {joint.join(parts)}" if parts else ""


def _leads(writer: TreeWriter, step: Step) -> str:
    """Bound pointer calls below a function that is folded."""
    names = Counter(
        f"{hop.expression or hop.slot} ⇒ {writer.names[hop.target]}"
        for hop in step.hidden_hops
    )
    is_folded = step.state is StepState.FOLDED
    return f"leads to {', '.join(names)}" if names and is_folded else ""


def _only_fork(step: Step) -> Fork | None:
    """The one pointer call of a function that has nothing else to show."""
    if len(step.steps) != 1 or (step.calls and step.calls[0].slot):
        return None
    (only,) = step.steps
    return only if isinstance(only, Fork) and only.option != LATER else None


def _pointer(call: PathEdge) -> str:
    """A pointer call as it is written, or the slot that it reads."""
    if call.kind is EdgeKind.CALLBACK:
        return f"later: {_slot(call.slot)}"
    return call.expression or _slot(call.slot)


def _slot(slot: str) -> str:
    """A slot without the numbers of the nameless structs that it is in."""
    return re.sub(r"(::\d+)+\.", ".", slot)


def _place(file: str, line: int) -> str:
    return f"{file}:{line}" if file else ""


def _height(step: Step) -> int:
    return 1 + max((_height(item) for item in _steps(step.steps)), default=0)


def _steps(items: Sequence[Step | Fork]) -> Iterator[Step]:
    return (item for item in items if isinstance(item, Step))
