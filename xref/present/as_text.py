"""A path as a person reads it on a terminal."""

import textwrap
from collections.abc import Iterator, Sequence

from xref.answers import Assumed, CallPath, Folded, Reading, Unresolved
from xref.present.as_tree import tree_lines
from xref.present.lines import Line, Piece, Style, painted, wrapped

MOST_ITEMS = 8
"""Of each list under the tree; --full gives all."""

MOST_STATE = 14
"""The same of what the call leaves behind."""

REASON = 60
"""Columns of a condition."""

MOST_PLACES = 2
"""Of the places that could break one assumption."""

MOST_BRANCHES = 4
"""Of the branches that are not taken, named in the text."""

BRANCH = "--any"
"""The option of a branch that is not taken; other places have lines in the tree."""

SIGNS = (
    "+N: N functions below it have no line; ↑ ↓: drawn above, below; ↻: calls itself"
)


def render_reading(
    reading: Reading, *, asked: str, width: int, colour: bool, full: bool
) -> str:
    """The whole answer: header, tree, and what a reader must know about it.

    Args:
        reading: what to show.
        asked: the version as the user wrote it, "" for none.
        width: columns at most; names are not cut even so.
        colour: whether to put ANSI colours in.
        full: whether to give every reason and every item of the lists.
    """
    lines: list[Line] = [*_header(reading.path, asked, width)]
    lines += tree_lines(reading, width=width, full=full)
    lines.append([])
    for title, items in _lists(reading):
        most = MOST_STATE if title == "leaves" else MOST_ITEMS
        lines += _list(title, items, width, len(items) if full else most)
    return painted(lines, colour=colour)


def _header(path: CallPath, asked: str, width: int) -> Iterator[Line]:
    """System call, kernel, number, and what is bound."""
    kernel = f"linux {path.kernel}"
    if asked and asked != path.kernel:
        kernel += f", for {asked}"
    number = "" if path.number is None else f" nr {path.number}"
    title = f"{path.entry}(2)"
    text = "  ".join((title, kernel, f"{path.arch}{number}", _bound(path)))
    first, *rest = wrapped(text, "", "  ", width)
    yield [Piece(title, Style.TITLE), Piece(first[len(title) :])]
    yield from ([Piece(line)] for line in rest)


def _bound(path: CallPath) -> str:
    """What is bound and how to bind something else."""
    if not path.bound:
        return "nothing bound (--as NAME, --bind NAME=VALUE)"
    made = {name: value for name, value in path.bound if "(" in value}
    values = [
        _value(name, made.get(value, value))
        for name, value in path.bound
        if "(" not in value  # what a call returns stands with the argument that it is
    ]
    told = {value for name, value in path.bound}
    values += [
        f"with {name} of {text}" for name, text in made.items() if name not in told
    ]
    return f"bound: {' '.join(values)} ({path.scenario or 'given'}; --as NAME, --any)"


def _value(name: str, value: str) -> str:
    """A constant speaks for itself; a number or a descriptor needs its name."""
    if "(" in value:
        return f"{name} of {value}"
    return value if value[:1].isalpha() else f"{name} {value}"


def _lists(reading: Reading) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Title and items of each list under the tree."""
    path = reading.path
    yield "leaves", [(item.text, f"{item.file}:{item.line}") for item in path.state]
    yield "assumes", [*_assumed(path.assumed)]
    yield "unresolved", [_unresolved(item) for item in reading.unresolved]
    yield "not read", [(", ".join(path.unindexed), "")] if path.unindexed else []
    yield "folded", [*_folded(reading.folded)]


def _assumed(items: Sequence[Assumed]) -> Iterator[tuple[str, str]]:
    """What is taken for granted; places that could break one thing stand together."""
    together: dict[str, list[Assumed]] = {}
    for item in items:
        together.setdefault(item.text.partition(" by ")[0], []).append(item)
    for what, same in together.items():
        if len(same) == 1:
            yield same[0].text, f"{same[0].file}:{same[0].line}"
            continue
        told = [
            f"{item.text.partition(' by ')[2]} ({item.file.rpartition('/')[2]}"
            f":{item.line})"
            for item in same[:MOST_PLACES]
        ]
        more = f" and {len(same) - len(told)} more" if len(same) > len(told) else ""
        yield f"{what} by {', '.join(told)}{more}", ""


def _unresolved(item: Unresolved) -> tuple[str, str]:
    what = item.expression or item.slot
    return f"{what}: {item.reason}", f"{item.file}:{item.line}"


def _folded(folds: Sequence[Folded]) -> Iterator[tuple[str, str]]:
    """Counts by reason; branches that are not taken stand together."""
    branches = [fold for fold in folds if fold.file and fold.option == BRANCH]
    if branches:
        count = sum(fold.count for fold in branches)
        yield f"{_n(count, 'call')} on {_branches(branches)}", branches[0].option
    others = [fold for fold in folds if fold.file and not fold.option]
    if others:
        calls = _n(len(others), "pointer call")
        yield f"{calls}, made with other objects too: {_named(others)}", ""
    for fold in folds:
        if not fold.file:
            yield f"{_n(fold.count, fold.what)}: {fold.reason}", fold.option
    if any(not fold.file for fold in folds):
        yield SIGNS, ""


def _branches(folds: Sequence[Folded]) -> str:
    """The branches that bound values rule out, the first few by name."""
    told = [
        f"{textwrap.shorten(fold.reason, REASON, placeholder=' ...')} "
        f"({fold.file.rpartition('/')[2]}:{fold.line})"
        for fold in folds[:MOST_BRANCHES]
    ]
    if len(folds) > len(told):
        told.append(f"and {len(folds) - len(told)} more")
    return f"branches not taken: {', '.join(told)}"


def _named(folds: Sequence[Folded]) -> str:
    """The slots of some calls with their places, the first few."""
    told = [
        f"{fold.what} ({fold.file.rpartition('/')[2]}:{fold.line})"
        for fold in folds[:MOST_BRANCHES]
    ]
    if len(folds) > len(told):
        told.append(f"and {len(folds) - len(told)} more")
    return ", ".join(told)


def _n(count: int, what: str) -> str:
    """A count with its noun."""
    noun = what.removesuffix("s")
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _list(
    title: str, items: Sequence[tuple[str, str]], width: int, most: int
) -> Iterator[Line]:
    """A titled list, texts left and places behind them."""
    margin = " " * 12
    for position, (text, place) in enumerate(items[:most]):
        label = title if position == 0 else ""
        yield from _item(label.ljust(12), margin, f"{text}  {place}".rstrip(), width)
    if len(items) > most:
        yield [Piece(f"{margin}and {len(items) - most} more (--full)", Style.DIM)]


def _item(label: str, margin: str, text: str, width: int) -> Iterator[Line]:
    first, *rest = wrapped(text, margin, f"{margin}  ", width)
    yield [Piece(label, Style.TITLE), Piece(first[len(margin) :], Style.DIM)]
    yield from ([Piece(line, Style.DIM)] for line in rest)
