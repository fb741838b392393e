"""What a change may reach, as a person reads it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from xref.changes import Affected, ChangeKind, Impact, Late, WayStep
from xref.present.lines import Line, Piece, Style, painted, wrapped

MOST_CALLS = 8
"""System calls named for one function; JSON has all."""

MOST_FILES = 12
"""Files named in one line."""

_WORDS = {
    ChangeKind.BODY: "other code",
    ChangeKind.ADDED: "added",
    ChangeKind.GONE: "gone",
    ChangeKind.MOVED: "moved",
}
_SUMMARY = {**_WORDS, ChangeKind.BODY: "with other code"}
_STYLES = {
    ChangeKind.BODY: Style.MARK,
    ChangeKind.ADDED: Style.ADDED,
    ChangeKind.GONE: Style.GONE,
    ChangeKind.MOVED: Style.WARN,
}


def render_impact(impact: Impact, *, width: int, colour: bool, full: bool) -> str:
    """Summary, one block a function, and what is not told of functions."""
    lines: list[Line] = [*_head(impact, width)]
    silent: list[Affected] = []
    for each in impact.affected:
        if each.reached.way or each.scenarios or full:
            lines += _block(each, width, full=full)
        else:
            silent.append(each)
    lines += _foot(impact, silent, width, full=full)
    return painted(lines, colour=colour)


def _head(impact: Impact, width: int) -> Iterator[Line]:
    counts = Counter(each.change.change for each in impact.affected)
    told = ", ".join(f"{counts[k]} {_SUMMARY[k]}" for k in _SUMMARY if counts[k])
    where = f"{impact.old} → {impact.new}" if impact.new else f"on {impact.old}"
    if not impact.affected:
        told = "no function changed"
    reached = sum(bool(each.reached.way) for each in impact.affected)
    by_name = sum(bool(each.reached.by_name) for each in impact.affected)
    bound = sum(bool(each.scenarios) for each in impact.affected)
    text = (
        f"impact {where}: {told}; {_n(impact.files, 'changed file')} in all; "
        f"{reached} reached from system calls, {by_name} by name alone; "
        f"{bound} on {_n(impact.paths, 'known bound path')}"
    )
    for line in wrapped(text, "", "  ", width):
        yield [Piece(line, Style.TITLE)]


def _block(each: Affected, width: int, *, full: bool) -> Iterator[Line]:
    """What is known of one function."""
    change, reached = each.change, each.reached
    yield []
    moved = change.old_path if change.old_path != change.path else ""
    words = f"  {_WORDS[change.change]}{f', from {moved}' if moved else ''}"
    yield [
        Piece(change.name, Style.NAME),
        Piece(words, _STYLES[change.change]),
        Piece(f"  {change.path}:{change.line}", Style.DIM),
    ]
    if each.scenarios:
        yield from _item("bound", ", ".join(each.scenarios), width)
    if reached.by_name:
        calls = _calls(reached.by_name, reached.nearest, full=full)
        yield from _item("by name", calls, width)
    if reached.by_pointer:
        calls = _calls(reached.by_pointer, reached.nearest, full=full)
        yield from _item("by pointer", calls, width)
    if reached.slots:
        yield from _item("slots", ", ".join(reached.slots), width)
    if reached.way:
        yield from _item("way", _way(reached.way), width)
    else:
        yield from _item("way", "no system call is known to lead here", width)


def _item(title: str, text: str, width: int) -> Iterator[Line]:
    margin = " " * 14
    first, *rest = wrapped(text, margin, margin, width)
    yield [Piece(f"  {title}".ljust(14), Style.DIM), Piece(first[len(margin) :])]
    yield from ([Piece(line)] for line in rest)


def _calls(names: Sequence[str], nearest: Sequence[str], *, full: bool) -> str:
    """System calls, the nearest first."""
    first = [name for name in nearest if name in names]
    told = [*first, *(name for name in names if name not in first)]
    most = len(told) if full else MOST_CALLS
    more = f" and {len(told) - most} more" if len(told) > most else ""
    return f"{', '.join(told[:most])}{more}"


def _way(steps: Sequence[WayStep]) -> str:
    """``sys_a → b ⇒ c (ops.f)``: through a pointer where the arrow is double."""
    first, *rest = steps
    text = first.name
    for step in rest:
        text += f" ⇒ {step.name} ({step.slot})" if step.slot else f" → {step.name}"
    return text


def _foot(
    impact: Impact, silent: Sequence[Affected], width: int, *, full: bool
) -> Iterator[Line]:
    yield []
    if silent:
        names = [each.change.name for each in silent]
        text = f"{len(silent)} that no system call is known to reach (--full): "
        yield from _told(text + _some(names, full=full), width)
    if impact.beside:
        text = f"{_n(len(impact.beside), 'file')} changed outside of functions: "
        yield from _told(text + _some(impact.beside, full=full), width)
    for item in impact.unknown:
        yield from _told(item, width)
    for late in impact.late:
        yield from _told(_given_up(late), width)
    if impact.unevaluated:
        yield from _told(_unevaluated(impact.unevaluated, full=full), width)


def _unevaluated(left: Sequence[tuple[str, int]], *, full: bool) -> str:
    """Which scenarios could say more, and what makes them."""
    n_calls = sum(count for _, count in left)
    names = _some([name for name, _ in left], full=full)
    return (
        f"not evaluated: {_n(n_calls, 'call')} of scenarios that may lead here, too: "
        f"{names} (--as {left[0][0]}, --as all)"
    )


def _given_up(late: Late) -> str:
    others = (
        f", and {_n(late.behind, 'call')} that it comes before" if late.behind else ""
    )
    return (
        f"given up after {late.seconds:g} s: {late.scenario} {late.call}{others} "
        "(--patience SECONDS)"
    )


def _told(text: str, width: int) -> Iterator[Line]:
    for line in wrapped(text, "", "  ", width):
        yield [Piece(line, Style.DIM)]


def _some(names: Sequence[str], *, full: bool) -> str:
    most = len(names) if full else MOST_FILES
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def _n(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
