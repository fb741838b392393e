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
_CONTROLS: Final = dict.fromkeys((*range(32), *range(127, 160)), "\N{MIDDLE DOT}")


class TableFormat(StrEnum):
    """How rows are written."""

    TABLE = "table"
    TSV = "tsv"
    CSV = "csv"
    JSON = "json"


def table_texts(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]], form: TableFormat
) -> Iterator[str]:
    """The rows as pieces of text, so that many need not be held at once.

    ``tsv`` has a header line, tabs and no quotes: a tab or line feed in a cell
    becomes a blank.  No value is "" in tsv, csv and table, null in JSON.
    """
    writers = {
        TableFormat.TABLE: _aligned,
        TableFormat.TSV: _tsv,
        TableFormat.CSV: _csv,
        TableFormat.JSON: _json,
    }
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


def _aligned(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Columns under their names; numbers to the right."""
    cells = [tuple(row) for row in rows]
    columns = [_printable(_flat(column)) for column in columns]
    texts = [[_printable(_flat(cell)) for cell in row] for row in cells]
    widths = [max(map(len, column)) for column in zip(columns, *texts, strict=True)]
    right = [
        all(isinstance(row[place], int | float | None) for row in cells)
        for place in range(len(columns))
    ]
    yield _row(columns, widths, [False] * len(columns))
    # The last column may be as wide as a line of code: no rule is drawn so far.
    rules = [*widths[:-1], min(widths[-1], max(len(columns[-1]), _LONGEST_RULE))]
    yield _row(["-" * width for width in rules], widths, [False] * len(columns))
    for text in texts:
        yield _row(text, widths, right)


def _row(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = (
        text.rjust(width) if is_right else text.ljust(width)
        for text, width, is_right in zip(texts, widths, right, strict=True)
    )
    return "  ".join(cells).rstrip() + "\n"


def _flat(cell: Cell) -> str:
    if cell is None:
        return ""
    return str(cell).replace("\t", " ").replace("\r", " ").replace("\n", " ")


def _printable(text: str) -> str:
    """A text without what a terminal would obey."""
    return text if text.isprintable() else text.translate(_CONTROLS)
