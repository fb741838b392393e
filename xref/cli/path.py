"""``xref path``: what a system call runs, and why."""

import click

from xref.analyse.folding import ReadingOptions
from xref.analyse.paths import depths_of, reading_of, selected
from xref.answers import CallPath
from xref.cli.exits import Exit
from xref.cli.options import debug_option, kernel_option, tree_option
from xref.cli.progress import reported
from xref.cli.terminal import columns, has_colour, write
from xref.present.as_json import render_path_json
from xref.present.as_text import render_reading

EXAMPLES = """\b
Examples:
  xref path connect --kernel v6.1                bound as for a TCP socket over IPv4
  xref path connect -k v6.1 --as udp4            another scenario: xref scenarios
  xref path socket --bind family=AF_UNIX --bind type=SOCK_DGRAM
  xref path socket --any                         nothing bound: all that can run
  xref path sendto --as udp4 --to ndo_start_xmit only ways that lead there
  xref path connect --full --format json         everything, for a program

\b
How to read it:
  a->b->f ⇒ g   a call through a pointer that goes to g; slot and grade follow
  because ...   the stores that make it so
  +N            N functions below it have no line of their own
  ↑ ↓ ↻         drawn above, drawn below, calls itself

\b
Grades, best first: exact, bound (the scenario decides), named (the source names
the candidates), local (followed through variables), slot (all that is stored there),
signature.  Exit codes: 0 complete, 3 something is unresolved, 4 nothing found.
"""


@click.command(epilog=EXAMPLES)
@click.argument("syscall")
@kernel_option
@tree_option
@click.option(
    "--as",
    "scenario",
    metavar="NAME",
    default="",
    help="Bind as in this scenario. Default: the first that makes the call.",
)
@click.option(
    "--bind",
    "bindings",
    metavar="NAME=VALUE",
    multiple=True,
    help="Bind one argument: family=AF_UNIX. May be given again.",
)
@click.option("--any", "unbound", is_flag=True, help="Bind nothing.")
@click.option("--to", metavar="NAME", default="", help="Only ways to a function or slot.")
@click.option(
    "--show",
    metavar="NAME",
    multiple=True,
    help="Unfold a function, or all targets of a slot. May be given again.",
)
@click.option("--depth", metavar="N", type=click.IntRange(0), help="Steps at most.")
@click.option("--full", is_flag=True, help="Fold nothing.")
@click.option(
    "--lines",
    metavar="N",
    type=click.IntRange(5),
    default=ReadingOptions.lines,
    show_default=True,
    help="About how long the tree may get.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@debug_option
def path(**options: object) -> int:
    """Show what the system call SYSCALL runs, in the order of the source."""
    return 0
