"""Rows of a tree laid out in the width there is: text, note, place, remark."""

from collections.abc import Iterator
from dataclasses import dataclass

from xref.present.lines import Line, Piece, Style, length_of, shortened, wrapped

PLACE_SHARE = 0.56
"""Share of the width at which places begin, where the text before is shorter."""

GAP = 2
"""Blanks between the parts of a row, at least."""


@dataclass(frozen=True, slots=True)
class Row:
    """One step of a tree, before its width is known."""

    first: str
    """The branch in front of its first line."""
    rest: str
    """What stands in front of its further lines."""
    pointer: str
    """The pointer call as written; "" for a call by name."""
    name: str
    style: Style
    marks: str
    note: str
    needs_note: bool
    """Whether the note takes a line of its own where it does not fit."""
    place: str
    """``file:line``."""
    remark: str
    """Goes under the row, in as many lines as it takes."""


def row_lines(row: Row, width: int) -> Iterator[Line]:
    """A row as lines; names are never cut, all else gives way."""
    *before, left = _left(row, width)
    yield from before
    used = length_of(left)
    note, place = row.note, _fitting_place(row.place, width - used - GAP)
    remark = row.remark
    if note and used + 2 * GAP + len(note) + len(place) > width:
        short = _basename(place)
        if used + 2 * GAP + len(note) + len(short) <= width:
            place = short
        else:
            if remark or row.needs_note:
                remark = f"{note}{', ' if remark else ''}{remark}"
            note = ""
    line = [*left]
    if note:
        line += [Piece(" " * GAP), Piece(note, Style.DIM)]
    if place:
        gap = max(_place_column(width, len(place)) - length_of(line), GAP)
        line += [Piece(" " * gap), Piece(place, Style.DIM)]
    yield line
    lost = row.place if row.place and not place else ""
    text = "  ".join(filter(None, (lost, remark)))
    for more in wrapped(text, row.rest + "  ", row.rest + "    ", width):
        yield [Piece(row.rest), Piece(more[len(row.rest) :], Style.DIM)]


def _left(row: Row, width: int) -> Iterator[Line]:
    """The branch, the call and the name: in two lines where one is too short."""
    name = [Piece(row.name, row.style), Piece(row.marks, Style.MARK)]
    if not row.pointer:
        yield [Piece(row.first, Style.DIM), *name]
        return
    arrow = Piece(" ⇒ ", Style.POINTER)
    room = width - len(row.first) - length_of(name) - len(arrow.text)
    if len(row.pointer) <= room or room >= len(shortened(row.pointer, 0)) + 12:
        text = shortened(row.pointer, room)
        yield [Piece(row.first, Style.DIM), Piece(text), arrow, *name]
        return
    text = shortened(row.pointer, width - len(row.first))
    yield [Piece(row.first, Style.DIM), Piece(text)]
    yield [Piece(f"{row.rest}  ", Style.DIM), Piece("⇒ ", Style.POINTER), *name]


def _fitting_place(place: str, room: int) -> str:
    """The place, its folders left out if need be, or nothing."""
    if len(place) <= room:
        return place
    short = _basename(place)
    return short if len(short) <= room else ""


def _basename(place: str) -> str:
    return place.rpartition("/")[2]


def _place_column(width: int, length: int) -> int:
    return min(int(width * PLACE_SHARE), max(width - length, 0))
