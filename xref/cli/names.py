"""``xref def`` and ``xref refs``: where a name is defined, and who uses it."""

import click

from xref.cli.exits import Exit, hinted
from xref.cli.options import debug_option, format_option, tree_option
from xref.cli.terminal import write_table
from xref.pipeline.memory import without_collector
from xref.pipeline.questions import indexed_state, indexed_version
from xref.pipeline.references import KINDS, Mention, definitions, references
from xref.present.as_table import TableFormat
from xref.sources import home_of

_COLUMNS = ("kind", "path", "line", "within", "text")

_kernel = click.option(
    "--kernel", "-k", metavar="VERSION", default="", help="Which indexed kernel."
)


@click.command(
    "def",
    epilog="""\b
Examples:
  xref def kfree
  xref def sock --kernel v6.1       the struct of that tag, and all else of that name
""",
)
@click.argument("name")
@_kernel
@tree_option
@format_option
@debug_option
def define(*, name: str, kernel: str, tree: str, form: str) -> None:
    """Show where NAME is defined, then where it is declared."""
    version = indexed_version(home_of().path, kernel)
    _write(definitions(home_of().path, version, name, tree), form)


globals()["def"] = define  # the word cannot be written as a name


@click.command(
    epilog="""\b
Examples:
  xref refs kfree
  xref refs sk_prot --kind store    only where something is put into it

\b
Kinds of uses: call, store, address, type, other.  A use is told by its line; what
stands in comments, strings and names of headers is none.  Under "within" stands the
function or macro that it is in; of a field, its struct.
"""
)
@click.argument("name")
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(KINDS),
    multiple=True,
    help="Only uses of this kind. May be given again.",
)
@_kernel
@tree_option
@format_option
@debug_option
def refs(
    *, name: str, kinds: tuple[str, ...], kernel: str, tree: str, form: str
) -> int:
    """Show where NAME is defined, then its uses by kind."""
    version = indexed_version(home_of().path, kernel)
    with without_collector():  # a common name has 100,000 lines, all kept to be told
        mentions = references(home_of().path, version, name, tree)
        _warn(version)
        _write([m for m in mentions.found if not kinds or m.kind in kinds], form)
    if not mentions.n_lost:
        return Exit.COMPLETE
    what = f"{mentions.n_lost} files of {version} are not at hand as they were read"
    click.echo(f"xref: {hinted(what, 'give their place: --tree PLACE')}", err=True)
    return Exit.INCOMPLETE


def _write(found: list[Mention], form: str) -> None:
    rows = [(e.kind, e.path, e.line, e.within, e.text) for e in found]
    write_table(_COLUMNS, rows, TableFormat(form))


def _warn(version: str) -> None:
    """What was not read cannot be found."""
    state = indexed_state(home_of().path, version)
    if state and "all" not in state.scopes:
        parts = " ".join(state.scopes)
        hint = f"for the whole: xref index --kernel {version} --scope all"
        click.echo(f"xref: of {version} only {parts} was read; {hint}", err=True)
