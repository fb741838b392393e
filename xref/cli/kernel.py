"""The kernel that a question is about: found, fetched, indexed, opened."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from xref.cli.progress import reported
from xref.pipeline import Indexed, IndexOptions, index, open_program
from xref.pipeline.choices import driver_places, has_device
from xref.pipeline.questions import indexed, version_for
from xref.pipeline.sides import tell_apart
from xref.program import Program
from xref.sources import Home, home_of, open_kernel, open_local


@contextmanager
def indexed_program(kernel: str, tree: str, device: str = "") -> Iterator[Program]:
    """A kernel ready for questions; what is missing in the index is read first.

    Args:
        kernel: as the user calls it; "" for the newest that is at hand.
        tree: a place to take it from; "" to search.
        device: the name of a driver that is needed, or "".
    """
    home = home_of()
    program = open_program(home.path, read_into_index(home, kernel, tree))
    if device and not has_device(program, device):
        asked = kernel if tree else program.kernel
        indexed_now(home, asked, tree, device=device)
        program = open_program(home.path, program.kernel)
    yield program


def read_into_index(
    home: Home, kernel: str, tree: str, options: IndexOptions | None = None
) -> str:
    """Bring a kernel into the index; its exact version, see `indexed_now`."""
    return indexed_now(home, kernel, tree, options)[0]


def indexed_now(
    home: Home,
    kernel: str,
    tree: str,
    options: IndexOptions | None = None,
    device: str = "",
) -> tuple[str, Indexed | None]:
    """Bring a kernel into the index; its exact version, and what was done.

    A kernel that is indexed and whose source is not at hand is left as it is.  Where a
    driver is asked for that the tree has, its folder or file is read, too.
    """
    versions = [str(row[0]) for row in indexed(home.path)]
    asked = kernel or ("" if tree else version_for("", versions))
    with reported() as on_progress:
        found = open_local(asked, home=home) if asked and not tree else None
        if found is None and not tree and (version := version_for(asked, versions)):
            return version, None
        with found or open_kernel(
            asked or None, home=home, tree=tree or None, on_progress=on_progress
        ) as source:
            for note in source.notes:
                click.echo(f"xref: {note}", err=True)
            if tree:
                tell_apart(home, source)
            if device:
                paths = [file.path for file in source.files()]
                places = driver_places(paths, device)
                options = IndexOptions(("core", *places)) if places else options
            done = index(home.path, source, options, on_progress)
            return source.version, done
