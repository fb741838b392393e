"""``xref kernels``, ``add``, ``index``: what questions can be asked about."""

import click

from xref.cli.exits import Exit
from xref.cli.kernel import read_into_index
from xref.cli.options import debug_option, format_option, kernel_option, tree_option
from xref.cli.progress import reported
from xref.cli.terminal import write, write_all
from xref.pipeline import IndexOptions
from xref.pipeline.questions import indexed
from xref.present.as_table import Cell, TableFormat, table_texts
from xref.sources import add_kernel, home_of, known_kernels


@click.command(
    epilog="""\b
Examples:
  xref add ~/src/linux              a repository: every tag, branch and commit of it
  xref add linux-6.1.tar.xz         an archive: unpacked into the cache
  xref add ~/src/vendor --name box  a folder; asked for as --kernel box
"""
)
@click.argument("place")
@click.option("--name", metavar="NAME", default="", help="What --kernel may call it.")
@debug_option
def add(*, place: str, name: str) -> None:
    """Register PLACE: a git repository, folder, archive or address of a repository."""
    with reported() as on_progress:
        found = add_kernel(place, home=home_of(), name=name, on_progress=on_progress)
    many = f" and {found.versions - 1} more" if found.versions > 1 else ""
    write(f"{found.version or 'nothing fetched yet'}{many}  {found.origin}\n")


@click.command(
    epilog="""\b
Examples:
  xref index --kernel v6.1              what a path of a system call needs
  xref index --kernel v6.1 --scope all  the whole tree
  xref index --kernel v6.1 --scope core --scope drivers/net

A question indexes what it needs by itself; this does it ahead.  What a stopped run
has read is not read again.
"""
)
@kernel_option
@tree_option
@click.option(
    "--scope",
    "scopes",
    metavar="NAME",
    multiple=True,
    default=("core",),
    show_default=True,
    help="A named part of the tree, a folder or a file. May be given again.",
)
@debug_option
def index(*, kernel: str, tree: str, scopes: tuple[str, ...]) -> None:
    """Read a kernel into the index."""
    version = read_into_index(home_of(), kernel, tree, IndexOptions(scopes))
    write(f"{version} is indexed\n")


@click.command(
    epilog="""\b
A kernel that is registered or cached needs no network; one that is indexed answers at
once.  Others are fetched when they are asked for: xref path connect --kernel v6.1
"""
)
@format_option
@debug_option
def kernels(*, form: str) -> int:
    """List the kernels that are registered, cached or indexed."""
    home = home_of()
    ready = {str(row[0]): row for row in indexed(home.path)}
    rows: list[tuple[Cell, ...]] = []
    for known in known_kernels(home):
        _, _, n_files, since = ready.pop(known.version, (None, None, None, None))
        state = f"{known.state}, indexed" if n_files else known.state
        rows.append((known.version, known.name, state, n_files, since, known.origin))
    for version, origin, n_files, since in ready.values():
        rows.append((version, "", "indexed", n_files, since, origin))
    columns = ("kernel", "name", "state", "files", "indexed_at", "origin")
    write_all(table_texts(columns, rows, TableFormat(form)))
    return Exit.COMPLETE if rows else Exit.NOTHING
