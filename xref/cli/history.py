"""``xref history``: in which kernels something exists."""

import click

from xref.cli.exits import Exit
from xref.cli.options import debug_option
from xref.cli.terminal import has_colour, write
from xref.pipeline.lists import lifetime
from xref.present.list_text import render_lifetime, render_lifetime_json
from xref.sources import home_of


@click.command(
    epilog="""\b
Examples:
  xref history tcp_sendmsg                a function, macro, object, struct or type
  xref history proto_ops.sendpage         a field, and how many functions it holds
  xref history "__sys_connect_file->security_socket_connect"
                                          a call, by name or through a slot

\b
A kernel that is not indexed is not asked: xref index --kernel v6.5 reads one more.
Exit codes: 0 found, 4 in none of them.
"""
)
@click.argument("what", metavar="SYMBOL|STRUCT.FIELD|A->B")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For a person, or for a program.",
)
@debug_option
def history(*, what: str, form: str) -> int:
    """Tell in which of the indexed kernels something exists, as intervals."""
    if not what.strip():
        raise click.UsageError("name a symbol, STRUCT.FIELD or A->B")
    found = lifetime(home_of().path, what.strip())
    if form == "json":
        write(render_lifetime_json(found))
    else:
        write(render_lifetime(found, colour=has_colour()))
    return Exit.COMPLETE
