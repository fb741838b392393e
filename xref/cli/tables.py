"""``xref sql`` and ``xref query``: questions over what is indexed."""

from collections.abc import Iterator, Mapping

import click

from xref.cli.exits import Exit
from xref.cli.options import debug_option, format_option
from xref.cli.terminal import write_table
from xref.errors import QueryError
from xref.pipeline.questions import (
    ask,
    filled,
    indexed_version,
    question,
    questions,
)
from xref.present.as_table import Cell, TableFormat
from xref.sources import home_of

which_kernel = click.option(
    "--kernel",
    "-k",
    metavar="VERSION",
    default="",
    help="Only this indexed kernel: v6.1, 6.1.192.",
)


@click.command(
    epilog="""\b
Examples:
  xref sql "select * from syscalls where name = 'connect'"
  xref sql "select path, line, target from bindings
            where struct = 'proto_ops' and field = 'connect'" --kernel v6.1
  xref sql "select slot, count(*) n from edges where kind = 'indirect'
            group by slot order by n desc limit 20" --format tsv
  xref sql "select name, sql from sqlite_schema where type = 'view'"

Views: kernels, files, functions, syscalls, calls, bindings, slots, edges, unresolved,
registries, inlined.  Without --kernel they show all kernels of the index.
"""
)
@click.argument("query")
@which_kernel
@format_option
@debug_option
def sql(*, query: str, kernel: str, form: str) -> None:
    """Ask the index QUERY, one statement of SQL; it cannot change anything."""
    version = indexed_version(home_of().path, kernel) if kernel else ""
    _answer(query, {}, version, form)


@click.command(
    epilog="""\b
Examples:
  xref query                                      what can be asked
  xref query slot struct=proto_ops field=connect  who fills that slot
"""
)
@click.argument("name", required=False)
@click.argument("parameters", metavar="[KEY=VALUE]...", nargs=-1)
@which_kernel
@format_option
@debug_option
def query(
    *, name: str | None, parameters: tuple[str, ...], kernel: str, form: str
) -> int:
    """Ask the shipped question NAME of the newest indexed kernel, or list all."""
    if name is None:
        rows = [(one.name, one.title, " ".join(one.parameters)) for one in questions()]
        columns = ("question", "asks", "parameters")
        write_table(columns, rows, TableFormat(form))
        return Exit.COMPLETE
    found = question(name)
    values = filled(found, _parameters(parameters))
    version = indexed_version(home_of().path, kernel)
    n_rows = _answer(found.sql, values, version, form)
    return Exit.COMPLETE if n_rows else Exit.NOTHING


def _answer(statement: str, values: Mapping[str, str], kernel: str, form: str) -> int:
    """Write the rows of a statement; how many there were."""
    n_rows = 0

    def counted(rows: Iterator[tuple[Cell, ...]]) -> Iterator[tuple[Cell, ...]]:
        nonlocal n_rows
        for row in rows:
            n_rows += 1
            yield row

    with ask(home_of().path, statement, values, kernel) as found:
        rows = counted(found.rows)
        write_table(found.columns, rows, TableFormat(form))
    return n_rows


def _parameters(words: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign:
            raise QueryError(
                f"{word!r} is not KEY=VALUE", hint="as in struct=proto_ops"
            )
        found[name] = value
    return found
