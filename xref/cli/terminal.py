"""What the terminal can show, and writing to it."""

import os
import shutil
import sys
from collections.abc import Iterable

import click

from xref.present.lines import TO_ASCII

PIPE_COLUMNS = 100
FEWEST_COLUMNS = 60


def columns() -> int:
    """Columns of the terminal, or of a page where there is none."""
    if not sys.stdout.isatty():
        return PIPE_COLUMNS
    return max(shutil.get_terminal_size((PIPE_COLUMNS, 24)).columns, FEWEST_COLUMNS)


def table_columns() -> int | None:
    """Columns that a table may have on a terminal; a pipe gets all of every cell."""
    return columns() if sys.stdout.isatty() else None


def has_colour() -> bool:
    """Whether to colour: on a terminal, unless the user says no (no-color.org)."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def write(text: str) -> None:
    """Write an answer; signs that the output cannot hold are spelled in ASCII."""
    click.echo(_held(text), nl=False, color=True)


def write_all(texts: Iterable[str]) -> None:
    """Write an answer piece by piece."""
    for text in texts:
        write(text)


def _held(text: str) -> str:
    encoding = sys.stdout.encoding or "ascii"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(TO_ASCII).encode(encoding, "replace").decode(encoding)
    return text
