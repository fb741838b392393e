"""The tree of a reading as rows, in reading order."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xref.answers import EdgeKind, Fork, PathEdge, Reading, Reason, Step, StepState
from xref.present.lines import Line, Style
from xref.present.rows import Row, row_lines

TREE_SHARE = 0.45
"""Share of the width that the deepest branch may take for its indentation."""

MOST_NAMES = 64
"""With nothing bound, targets are named up to this many."""

FEW_NAMES = 3
"""Targets of one pointer call are named in its line up to this many."""

MOST_REASONS = 4
"""Of one pointer call; --full gives all."""


@dataclass(frozen=True, slots=True)
class TreeWriter:
    """What the rows of one tree share."""

    indent: int
    """Columns of one level."""
    is_bound: bool
    """Whether the path has a scenario."""
    full: bool
    names: Mapping[str, str]
    """Of functions, by id."""
    given: set[Reason] = field(default_factory=set)
    """Reasons that have been printed: later rows only say so."""
    drawn: set[str] = field(default_factory=set)
    """Ids of functions that have been printed with what they call."""


def tree_lines(reading: Reading, *, width: int, full: bool) -> Iterator[Line]:
    """The tree of a reading: a line for each step, remarks below it."""
    indent = _indent(_height(reading.root), width)
    names = {node.id: node.name for node in reading.path.nodes}
    writer = TreeWriter(indent, bool(reading.path.bound), full, names)
    for row in _rows(writer, reading.root, "", ""):
        yield from row_lines(row, width)


def _rows(writer: TreeWriter, step: Step, first: str, rest: str) -> Iterator[Row]:
    """The row of a step, then those of what stands below it."""
    yield _row_of_step(writer, step, first, rest)
    below = () if _only_fork(step) else step.steps
    for position, item in enumerate(below, start=1):
        branch, onward = _branches(writer.indent, last=position == len(below))
        if isinstance(item, Fork):
            yield _row_of_fork(writer, item, rest + branch, rest + onward)
        else:
            yield from _rows(writer, item, rest + branch, rest + onward)


def _row_of_step(writer: TreeWriter, step: Step, first: str, rest: str) -> Row:
    """A function, how it is called and what is left out below it."""
    fork = _only_fork(step)
    call = step.calls[0] if step.calls else None
    hop = call is not None and call.kind in {EdgeKind.INDIRECT, EdgeKind.CALLBACK}
    marks = _marks(writer, step)
    if step.state in {StepState.OPEN, StepState.FOLDED}:
        writer.drawn.add(step.node.id)
    note = _fork_note(fork) if fork else ""
    if call is not None and hop:
        note = ", ".join(filter(None, (_slot(call.slot), call.grade.value)))
    inner = rest + ("│" if step.steps and not fork else "")
    return Row(
        first=first,
        rest=inner.ljust(len(rest) + 1),
        pointer=(call.expression or _slot(call.slot))
        if call is not None and hop
        else "",
        name=step.node.name,
        style=Style.NAME if hop or call is None else Style.PLAIN,
        marks=marks,
        note=note,
        needs_note=bool(fork) or (bool(note) and _tells_slot(step)),
        place=_place(step.node.path, step.node.line),
        remark=_because(writer, step) if hop else _leads(writer, step),
    )


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
        note=_fork_note(fork).partition(" targets ")[2],
        needs_note=True,
        place=_place(fork.file, fork.line),
        remark=names,
    )


def _targets(fork: Fork) -> str:
    """Names of a few targets, the number of many."""
    if len(fork.names) == fork.count <= FEW_NAMES:
        return ", ".join(fork.names)
    return f"{fork.count} targets"


def _fork_note(fork: Fork) -> str:
    """Number of targets, slot, how to see them."""
    slot = _slot(fork.slot) if fork.slot != fork.label else ""
    option = f"({fork.option})" if fork.option else ""
    text = " ".join(filter(None, (slot, option)))
    return f"{fork.count} targets {text}"


def _marks(writer: TreeWriter, step: Step) -> str:
    """Signs behind a name: calls at more places, drawn elsewhere, left out."""
    marks = f" ×{len(step.calls)}" if len(step.calls) > 1 else ""
    if step.state is StepState.RECURSION:
        return f"{marks} ↻"
    if step.state is StepState.SEEN:
        return f"{marks} {'↑' if step.node.id in writer.drawn else '↓'}"
    return f"{marks} +{step.hidden}" if step.hidden else marks


def _because(writer: TreeWriter, step: Step) -> str:
    """Why a pointer call goes there: what has not been said above."""
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
    return f"because {' → '.join(parts)}" if parts else ""


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
    return only if isinstance(only, Fork) else None


def _pointer(call: PathEdge) -> str:
    """A pointer call as it is written, or the slot that it reads."""
    return call.expression or _slot(call.slot)


def _slot(slot: str) -> str:
    """A slot without the numbers of the nameless structs that it is in."""
    return re.sub(r"(::\d+)+\.", ".", slot)


def _place(file: str, line: int) -> str:
    return f"{file}:{line}" if file else ""


def _branches(indent: int, *, last: bool) -> tuple[str, str]:
    """What leads to an item, and what goes down past it."""
    line = "─" * (indent - 2)
    corner = "└" if last else "├"
    onward = " " if last else "│"
    return (corner + line).ljust(indent), onward.ljust(indent)


def _indent(height: int, width: int) -> int:
    """Columns of one level, so that the deepest still has room for its text."""
    return max(1, min(3, int(width * TREE_SHARE) // max(height, 1)))


def _height(step: Step) -> int:
    return 1 + max((_height(item) for item in _steps(step.steps)), default=0)


def _steps(items: Sequence[Step | Fork]) -> Iterator[Step]:
    return (item for item in items if isinstance(item, Step))
