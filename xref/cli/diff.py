"""``xref diff``: what became of a path, a slot or a struct between two kernels."""

from collections.abc import Sequence
from dataclasses import dataclass

import click

from xref.analyse.diff.pairs import THRESHOLD
from xref.analyse.folding import LINES, ReadingOptions
from xref.changes import Cause, CodeChange, PathDiff
from xref.cli.exits import Exit, hinted
from xref.cli.options import debug_option
from xref.cli.sides import compared
from xref.cli.terminal import columns, has_colour, write
from xref.errors import SourceError
from xref.pipeline.causes import causes
from xref.pipeline.codes import code_changes
from xref.pipeline.diffs import DiffRequest, diff_paths
from xref.pipeline.lists import diff_slot, diff_struct, diff_syscalls
from xref.pipeline.paths import PathRequest
from xref.pipeline.texts import Texts
from xref.present.diff_code import render_causes, render_codes
from xref.present.diff_json import render_path_diff_json
from xref.present.diff_text import MAIL_COLUMNS, DiffLook, render_path_diff
from xref.present.list_text import render_list_diff, render_list_diff_json
from xref.sources import home_of
from xref.sources.history import history_of

_SYSCALLS = "syscalls"
_LISTS = {"slot": diff_slot, "struct": diff_struct}
"""Words in front of a name that make it no system call."""

EXAMPLES = """\b
Examples:
  xref diff connect v6.1 v6.12            what became of the path of connect()
  xref diff sendto v6.1 v6.12 --as udp4   bound to another scenario: xref scenarios
  xref diff connect v6.1 ~/src/vendor     a side may be a place that holds a kernel
  xref diff socket v6.1 v6.2 --tree ~/src/linux --why
                                          both are in this repository; which commits
  xref diff connect v6.1 v6.12 --code     with unified diffs of what has other code
  xref diff connect v6.1 v6.12 --format mail       72 plain columns
  xref diff slot proto_ops.connect v6.1 v6.12      who joined and who left
  xref diff struct proto_ops v6.1 v6.12            fields, and who used them
  xref diff syscalls v6.1 v6.12                    added, gone, another number

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


@dataclass(frozen=True, slots=True)
class _How:
    """What is written, and how."""

    form: str
    code: bool
    why: bool
    full: bool


@click.command(epilog=EXAMPLES)
@click.argument("what", nargs=-1, required=True, metavar="SYSCALL OLD NEW")
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
@click.option("--code", is_flag=True, help="Unified diffs of what has other code.")
@click.option(
    "--why", is_flag=True, help="The commits that touched what changed, from git."
)
@click.option("--full", is_flag=True, help="Fold nothing, also not what is the same.")
@click.option(
    "--show",
    metavar="NAME",
    multiple=True,
    help="Unfold a function, or all targets of a slot. May be given again.",
)
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
    type=click.Choice(["text", "json", "mail"]),
    default="text",
    show_default=True,
    help="For a terminal, for a program, or 72 plain columns for a mail.",
)
@debug_option
def diff(  # noqa: PLR0913 - one for each option of the command
    *,
    what: tuple[str, ...],
    tree: str,
    scenario: str,
    alike: float,
    code: bool,
    why: bool,
    full: bool,
    show: tuple[str, ...],
    lines: int,
    form: str,
) -> int:
    """Compare what a system call runs in two kernels, OLD and NEW.

    Each is a version, as --kernel takes it, or a place, as --tree does.
    In place of SYSCALL may stand slot STRUCT.FIELD, struct NAME or syscalls.
    """
    *kind, syscall, old, new = _words(what)
    if kind or syscall == _SYSCALLS:
        return _list_diff((*kind, syscall), (old, new), tree, form)
    request = DiffRequest(
        PathRequest(syscall, scenario, {}, anything=False, full=full),
        ReadingOptions(full=full, lines=lines, show=show),
        alike,
    )
    codes: Sequence[CodeChange] = ()
    commits: Sequence[Cause] | None = None
    missing = ""
    with compared(old, new, tree) as sides:
        answer = diff_paths(*sides, request)
        if code:
            codes = tuple(code_changes(*sides, answer))
        if why:
            commits, missing = _causes(sides, answer)
    _write(answer, codes, commits, _How(form, code, why, full))
    if missing:
        click.echo(f"xref: --why: {missing}", err=True)
    is_same = not answer.counts and not answer.whole.changed
    return Exit.COMPLETE if is_same else Exit.DIFFERENT


def _causes(
    sides: tuple[Texts, Texts], answer: PathDiff
) -> tuple[Sequence[Cause] | None, str]:
    """The commits behind an answer; None where there is no history, and why."""
    try:
        history = history_of(sides[0].tree, sides[1].tree)
    except SourceError as error:
        return None, hinted(str(error), error.hint)
    return tuple(causes(history, *sides, answer)), history.limits


def _words(what: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a question, as many as its kind needs."""
    n_words = 4 if what[0] in _LISTS else 3
    if len(what) != n_words:
        kind = f"{what[0]} NAME" if what[0] in _LISTS else "SYSCALL"
        asked = f"{_SYSCALLS if what[0] == _SYSCALLS else kind} OLD NEW"
        raise click.UsageError(f"give what to compare and two kernels: {asked}")
    return what


def _list_diff(
    what: tuple[str, ...], kernels: tuple[str, str], tree: str, form: str
) -> int:
    """Compare who fills a slot, the fields of a struct, or the system calls."""
    home = home_of().path
    with compared(*kernels, tree) as sides:
        programs = sides[0].program, sides[1].program
        if what[0] == _SYSCALLS:
            answer = diff_syscalls(home, *programs)
        else:
            answer = _LISTS[what[0]](home, *programs, what[1])
    if form == "json":
        write(render_list_diff_json(answer))
    else:
        mail = form == "mail"
        width = MAIL_COLUMNS if mail else columns()
        colour = has_colour() and not mail
        write(render_list_diff(answer, width=width, colour=colour, mail=mail))
    return Exit.DIFFERENT if answer.changes else Exit.COMPLETE


def _write(
    answer: PathDiff,
    codes: Sequence[CodeChange],
    commits: Sequence[Cause] | None,
    how: _How,
) -> None:
    if how.form == "json":
        write(render_path_diff_json(answer, codes, commits))
        return
    mail = how.form == "mail"
    colour = has_colour() and not mail
    width = MAIL_COLUMNS if mail else columns()
    look = DiffLook(width=width, colour=colour, mail=mail, full=how.full)
    write(render_path_diff(answer, look))
    if commits is not None:
        narrow = MAIL_COLUMNS if mail else None
        write(render_causes(commits, colour=colour, mail_columns=narrow))
    write(render_codes(codes, colour=colour))
