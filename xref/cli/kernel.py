"""The kernel that a question is about: found, fetched, indexed, opened."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from xref.cli.progress import reported
from xref.pipeline import IndexOptions, index, open_program
from xref.program import Program
from xref.sources import Home, home_of, open_kernel


@contextmanager
def indexed_program(kernel: str, tree: str) -> Iterator[Program]:
    """A kernel ready for questions; what is missing in the index is read first.

    Args:
        kernel: as the user calls it; "" for the newest that is at hand.
        tree: a place to take it from; "" to search.
    """
    home = home_of()
    version = read_into_index(home, kernel, tree)
    yield open_program(home.path, version)


def read_into_index(
    home: Home, kernel: str, tree: str, options: IndexOptions | None = None
) -> str:
    """Bring a kernel into the index; its exact version."""
    with (
        reported() as on_progress,
        open_kernel(
            kernel or None, home=home, tree=tree or None, on_progress=on_progress
        ) as found,
    ):
        for note in found.notes:
            click.echo(f"xref: {note}", err=True)
        index(home.path, found, options, on_progress)
        return found.version
