"""``xref diff``: what became of a path between two kernels."""

import click

from xref.analyse.diff.pairs import THRESHOLD
from xref.analyse.folding import LINES, ReadingOptions
from xref.cli.exits import Exit
from xref.cli.options import debug_option
from xref.cli.sides import compared
from xref.cli.terminal import columns, has_colour, write
from xref.pipeline.diffs import DiffRequest, diff_paths
from xref.pipeline.paths import PathRequest
from xref.present.diff_text import MAIL_COLUMNS, DiffLook, render_path_diff

EXAMPLES = """\b
Examples:
  xref diff connect v6.1 v6.12            what became of the path of connect()
  xref diff sendto v6.1 v6.12 --as udp4   bound to another scenario: xref scenarios
  xref diff connect v6.1 ~/src/vendor     a side may be a place that holds a kernel
  xref diff socket v6.1 v6.2 --tree ~/src/linux    both are in this repository
  xref diff connect v6.1 v6.12 --format mail       72 plain columns

\b
How to read it: the tree is that of both paths together, in the order of the source.
  +  added, or called here now          -  gone, or not called here any more
  ~  the same name with other code      !  moved, renamed, re-targeted (the same
     (comments and line breaks do          pointer call goes elsewhere), re-routed
     not count)                            (reached another way), other stores
  a → b → c    nothing changed in them, and each leads to the next only
  N the same   functions in which nothing changed have no line of their own

\b
Whether a function is added or gone is decided by the whole of both paths, not by what
has a line.  Exit codes: 0 no difference, 5 differences, 4 nothing found.
"""


@click.command(epilog=EXAMPLES)
@click.argument("syscall")
@click.argument("old")
@click.argument("new")
@click.option(
    "--tree",
    metavar="PLACE",
    default="",
    help="Take both from here: a git repository or URL.",
)
@click.option(
    "--as",
    "scenario",
    metavar="NAME",
    default="",
    help="Bind as in this scenario. Default: the first that makes the call.",
)
@click.option(
    "--alike",
    metavar="SHARE",
    type=click.FloatRange(0, 1),
    default=THRESHOLD,
    show_default=True,
    help="What two bodies have in common, at least, that are one under two names.",
)
@click.option("--full", is_flag=True, help="Fold nothing, also not what is the same.")
@click.option(
    "--lines",
    metavar="N",
    type=click.IntRange(5),
    default=LINES,
    show_default=True,
    help="About how long the tree of either may get.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mail"]),
    default="text",
    show_default=True,
    help="For a terminal, or 72 plain columns for a mail.",
)
@debug_option
def diff(  # noqa: PLR0913 - one for each option of the command
    *,
    syscall: str,
    old: str,
    new: str,
    tree: str,
    scenario: str,
    alike: float,
    full: bool,
    lines: int,
    form: str,
) -> int:
    """Compare what the system call SYSCALL runs in two kernels, OLD and NEW.

    Each is a version, as --kernel takes it, or a place, as --tree does.
    """
    request = DiffRequest(
        PathRequest(syscall, scenario, {}, anything=False, full=full),
        ReadingOptions(full=full, lines=lines),
        alike,
    )
    with compared(old, new, tree) as sides:
        answer = diff_paths(*sides, request)
    mail = form == "mail"
    width = MAIL_COLUMNS if mail else columns()
    look = DiffLook(width, has_colour() and not mail, mail, full)
    write(render_path_diff(answer, look))
    return Exit.DIFFERENT if answer.counts else Exit.COMPLETE
