"""What the terminal can show, and writing to it."""

import os
import shutil
import sys
import time
from collections.abc import Iterable, Sequence

import click

from xref.present.as_table import Cell, TableFormat, table_texts
from xref.present.lines import TO_ASCII

PIPE_COLUMNS = 100
FEWEST_COLUMNS = 60
_PAUSE_SECONDS = 0.05
"""Between two writes: each costs more than to make a line."""


def columns() -> int:
    """Columns of the terminal, or of a page where there is none."""
    if not sys.stdout.isatty():
        return PIPE_COLUMNS
    return max(shutil.get_terminal_size((PIPE_COLUMNS, 24)).columns, FEWEST_COLUMNS)


def has_colour() -> bool:
    """Whether to colour: on a terminal, unless the user says no (no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def write(text: str) -> None:
    """Write an answer; signs that the output cannot hold are spelled in ASCII."""
    click.echo(_held(text), nl=False, color=True)


def write_all(texts: Iterable[str]) -> None:
    """Write an answer as it comes; what comes quickly is written together."""
    held: list[str] = []
    written_at = -_PAUSE_SECONDS
    for text in texts:
        held.append(text)
        if time.monotonic() - written_at > _PAUSE_SECONDS:
            write("".join(held))
            held.clear()
            written_at = time.monotonic()
    write("".join(held))


def write_table(
    names: Sequence[str], rows: Iterable[Sequence[Cell]], form: TableFormat
) -> None:
    """Write rows; a table is cut to the width of a terminal, in a pipe it is whole."""
    width = columns() if sys.stdout.isatty() else None
    write_all(table_texts(names, rows, form, width))


def _held(text: str) -> str:
    encoding = sys.stdout.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(TO_ASCII).encode(encoding, "replace").decode(encoding)
    return text
