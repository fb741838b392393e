"""Rows of a question as a table, tsv, csv or JSON."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain
from typing import Final

Cell = str | int | float | None

_LONGEST_RULE: Final = 40
_GAP: Final = "  "
_LEAST: Final = 12
"""Columns that no text is cut below."""
_CONTROLS: Final = dict.fromkeys((*range(32), *range(127, 160)), "\N{MIDDLE DOT}")


class TableFormat(StrEnum):
    """How rows are written."""

    TABLE = "table"
    TSV = "tsv"
    CSV = "csv"
    JSON = "json"


def table_texts(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    form: TableFormat,
    width: int | None = None,
) -> Iterator[str]:
    """The rows as pieces of text, so that many need not be held at once.

    ``tsv`` has a header line, tabs and no quotes: a tab or line feed in a cell
    becomes a blank.  No value is "" in tsv, csv and table, null in JSON.

    Args:
        columns: their names.
        rows: a cell for each of them.
        form: how they are written.
        width: a table has its widest columns cut so that it fits, as far as they
            say anything then; None for as wide as it is.
    """
    if form is TableFormat.TABLE:
        return _aligned(columns, rows, width)
    writers = {TableFormat.TSV: _tsv, TableFormat.CSV: _csv, TableFormat.JSON: _json}
    return writers[form](columns, rows)


def _tsv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    for row in chain([columns], rows):
        yield "\t".join(_flat(cell) for cell in row) + "\n"


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    for row in chain([columns], rows):
        page = io.StringIO()
        csv.writer(page, lineterminator="\n").writerow(row)
        yield page.getvalue()


def _json(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    lead = "["
    for row in rows:
        named = dict(zip(columns, row, strict=True))
        yield f"{lead}\n  {json.dumps(named, ensure_ascii=False)}"
        lead = ","
    yield "[]\n" if lead == "[" else "\n]\n"


def _aligned(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]], width: int | None
) -> Iterator[str]:
    """Columns under their names; numbers to the right."""
    columns = list(map(_shown, columns))
    cells = list(zip(*rows, strict=True)) or [()] * len(columns)
    shown = list(map(_column, cells))
    widths = [
        max(map(len, (title, *column)))
        for title, column in zip(columns, shown, strict=True)
    ]
    right = [all(isinstance(c, int | float | None) for c in col) for col in cells]
    texts: Iterable[Sequence[str]] = zip(*shown, strict=True)
    if width is not None:
        widths = _fitting(widths, right, width)
        columns, *texts = (list(map(_cut, row, widths)) for row in (columns, *texts))
    head, body = _layout(widths, [False] * len(columns)), _layout(widths, right)
    yield head.format(*columns).rstrip() + "\n"
    # The last column may be as wide as a line of code: no rule is drawn so far.
    rules = [*widths[:-1], min(widths[-1], max(len(columns[-1]), _LONGEST_RULE))]
    yield head.format(*("-" * width for width in rules)).rstrip() + "\n"
    for text in texts:
        yield body.format(*text).rstrip() + "\n"


def _layout(widths: Sequence[int], right: Sequence[bool]) -> str:
    """What formats the cells of a row: quicker than to place one after the other."""
    return _GAP.join(
        f"{{:{'>' if is_right else '<'}{max(width, 1)}}}"
        for width, is_right in zip(widths, right, strict=True)
    )


def _fitting(widths: Sequence[int], right: Sequence[bool], width: int) -> list[int]:
    """The widths, the widest columns of text as narrow as it takes."""
    texts = [each for each, is_right in zip(widths, right, strict=True) if not is_right]
    room = width - (sum(widths) - sum(texts)) - len(_GAP) * (len(widths) - 1)
    most = max(texts, default=0)
    while most > _LEAST and sum(min(each, most) for each in texts) > room:
        most -= 1
    return [
        each if is_right else min(each, most)
        for each, is_right in zip(widths, right, strict=True)
    ]


def _cut(text: str, width: int) -> str:
    """What of a text says most: the end of a path, the beginning of all else."""
    if len(text) <= width:
        return text
    is_path = "/" in text and " " not in text
    return f"…{text[1 - width :]}" if is_path else f"{text[: width - 1]}…"


def _flat(cell: Cell) -> str:
    if cell is None:
        return ""
    return str(cell).replace("\t", " ").replace("\r", " ").replace("\n", " ")


def _column(cells: Sequence[Cell]) -> Sequence[str]:
    """The cells of a column of a table; most take one look and not a million."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) == len(cells) and "".join(texts).isprintable():
        return texts
    return list(map(_shown, cells))


def _shown(cell: Cell) -> str:
    """A cell of a table; what is printable has no tab and no line feed."""
    if isinstance(cell, str) and cell.isprintable():
        return cell
    return _printable(_flat(cell))


def _printable(text: str) -> str:
    """A text without what a terminal would obey."""
    return text if text.isprintable() else text.translate(_CONTROLS)
