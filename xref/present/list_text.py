"""Lists that are compared, and lifetimes, as text and as JSON."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from xref.changes import ChangeKind, Lifetime, ListChange, ListDiff, ListItem
from xref.present.lines import (
    TO_ASCII,
    Line,
    Piece,
    Style,
    narrowed,
    painted,
    wrapped,
)

MOST_USERS = 6
"""Of one thing, in one line; JSON has all."""

_SIGNS = {
    ChangeKind.ADDED: ("+", Style.ADDED),
    ChangeKind.GONE: ("-", Style.GONE),
    ChangeKind.BODY: ("~", Style.MARK),
}
_WORDS = {
    ChangeKind.ADDED: "added",
    ChangeKind.GONE: "gone",
    ChangeKind.BODY: "changed",
}


def render_list_diff(diff: ListDiff, *, width: int, colour: bool, mail: bool) -> str:
    """A summary, then a line for each thing that came, went or is another."""
    lines: list[Line] = [
        [Piece(_summary(diff), Style.TITLE)],
        [Piece(f"linux {diff.old_kernel} → {diff.new_kernel}", Style.DIM)],
    ]
    if diff.changes:
        lines.append([])
    for change in diff.changes:
        lines += _change(change, width, mail=mail)
    text = painted(lines, colour=colour)
    return narrowed(text, width) if mail else text


def render_list_diff_json(diff: ListDiff) -> str:
    """The same for a program."""
    said = {
        "what": diff.title,
        "old": {"kernel": diff.old_kernel, "count": diff.old_count},
        "new": {"kernel": diff.new_kernel, "count": diff.new_count},
        "changes": [
            {
                "change": _WORDS[change.change],
                "old": _item(change.old),
                "new": _item(change.new),
            }
            for change in diff.changes
        ],
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def render_lifetime(life: Lifetime, *, colour: bool) -> str:
    """A line for each period, the oldest kernel first."""
    lines: list[Line] = [[Piece(life.title, Style.TITLE)]]
    names = [
        f"{period.first} … {period.last}" if period.kernels > 1 else period.first
        for period in life.periods
    ]
    column = max(map(len, names))
    for name, period in zip(names, life.periods, strict=True):
        state = period.state or "not found"
        style = Style.PLAIN if period.state else Style.GONE
        count = f"({period.kernels} kernels)  " if period.kernels > 1 else ""
        lines.append([Piece(f"{name.ljust(column)}  {count}"), Piece(state, style)])
    return painted(lines, colour=colour)


def render_lifetime_json(life: Lifetime) -> str:
    """The same for a program."""
    periods = [
        {
            "first": period.first,
            "last": period.last,
            "kernels": period.kernels,
            "state": period.state or None,
        }
        for period in life.periods
    ]
    said = {"what": life.title, "periods": periods}
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _summary(diff: ListDiff) -> str:
    noun = diff.noun if diff.old_count == diff.new_count == 1 else f"{diff.noun}s"
    if not diff.changes:
        return f"{diff.title}: {diff.new_count} {noun}, no difference"
    counts = Counter(change.change for change in diff.changes)
    told = ", ".join(f"{counts[k]} {_WORDS[k]}" for k in _WORDS if counts[k])
    return f"{diff.title}: {diff.old_count} {noun} → {diff.new_count}; {told}"


def _change(change: ListChange, width: int, *, mail: bool) -> Iterator[Line]:
    sign, style = _SIGNS[change.change]
    item = change.new or change.old
    if item is None:
        return
    state = item.state
    if change.old and change.new:
        state = f"{change.old.state} → {change.new.state}"
    text = "  ".join(filter(None, (item.name, state, item.place)))
    if mail:
        text = text.translate(TO_ASCII)
    first, *rest = wrapped(text, "", "    ", width - 2)
    yield [Piece(f"{sign} ", style), Piece(first)]
    yield from ([Piece(f"  {line}")] for line in rest)
    users = "; ".join(_users(item))
    for line in wrapped(users, "      ", "      ", width) if users else ():
        yield [Piece(line, Style.DIM)]


def _users(item: ListItem) -> Iterator[str]:
    if item.holds:
        yield f"holds {_some(item.holds)}" if item.state else f"in {_some(item.holds)}"
    if item.callers:
        yield f"called by {_some(item.callers)}"


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_USERS} more" if len(names) > MOST_USERS else ""
    return f"{', '.join(names[:MOST_USERS])}{more}"


def _item(item: ListItem | None) -> dict[str, object] | None:
    if item is None:
        return None
    return {
        "name": item.name,
        "state": item.state,
        "place": item.place,
        "holds": list(item.holds),
        "callers": list(item.callers),
    }
