"""``xref path``: what a system call runs, and why."""

from dataclasses import replace

import click

from xref.analyse.folding import LINES, ReadingOptions
from xref.analyse.paths import (
    depths_of,
    leads_to,
    reading_of,
    selected,
    undecided_near,
)
from xref.answers import Unresolved
from xref.cli.exits import Exit
from xref.cli.kernel import indexed_program
from xref.cli.options import debug_option, kernel_option, tree_option
from xref.cli.terminal import columns, has_colour, write
from xref.errors import QueryError
from xref.pipeline.choices import groups
from xref.pipeline.evidence import with_evidence, with_stores
from xref.pipeline.inlined import with_inlined
from xref.pipeline.memory import without_collector
from xref.pipeline.paths import PathRequest, chosen_slots, find_path
from xref.present.as_json import render_path_json
from xref.present.as_text import render_reading
from xref.sources import home_of

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
  → [1]         goes on below the tree, where [1] stands

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
    help="Bind an argument: family=AF_UNIX, or what run time decides: "
    "tcp_congestion_ops=OBJECT, Qdisc.enqueue=FUNCTION. May be given again.",
)
@click.option(
    "--dev",
    "device",
    metavar="DRIVER",
    default="",
    help="The network device: loopback, e1000e. Read if it is not yet.",
)
@click.option(
    "--async",
    "later",
    is_flag=True,
    help="Also what is armed to run later: work items, timers, softirqs.",
)
@click.option("--any", "unbound", is_flag=True, help="Bind nothing.")
@click.option(
    "--to", metavar="NAME", default="", help="Only ways to a function or slot."
)
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
    default=LINES,
    show_default=True,
    help="About how long the tree may get.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For a person, or for a program.",
)
@debug_option
def path(  # noqa: PLR0913 - one for each option of the command
    *,
    syscall: str,
    kernel: str,
    tree: str,
    scenario: str,
    bindings: tuple[str, ...],
    device: str,
    later: bool,
    unbound: bool,
    to: str,
    show: tuple[str, ...],
    depth: int | None,
    full: bool,
    lines: int,
    form: str,
) -> int:
    """Show what the system call SYSCALL runs, in the order of the source."""
    if unbound and (scenario or bindings):
        raise click.UsageError("--any binds nothing, so --as and --bind cannot stand")
    bound = _bindings(bindings)
    request = PathRequest(
        syscall,
        scenario,
        bound,
        anything=unbound,
        full=full,
        device=device,
        later=later,
    )
    options = ReadingOptions(full, depth, to, show, groups(), lines)
    with indexed_program(kernel, tree, device) as program, without_collector():
        answer = find_path(program, request)
        is_asked = to and (bound or device)
        chosen = chosen_slots(program, request) if is_asked else frozenset()
        if to and not full and not leads_to(answer, to, chosen):
            # What the scenario does not decide is left out unless it is asked for.
            answer = find_path(program, replace(request, full=True))
        if to and not full:
            near = undecided_near(answer, to)
            answer, makers = with_evidence(answer, program, near)
            options = replace(options, makers=makers, chosen=chosen)
        if full and form == "json":
            answer = with_stores(answer, program)
        if form == "json":
            part = selected(answer, options)
            if full:
                part = with_inlined(part, home_of().path)
            write(render_path_json(part, depths_of(answer), asked=kernel))
            return _exit_code(part.unresolved)
        reading = reading_of(answer, options)
        text = render_reading(
            reading, asked=kernel, width=columns(), colour=has_colour(), full=full
        )
        write(text)
        return _exit_code(reading.unresolved)


def _bindings(words: tuple[str, ...]) -> dict[str, str]:
    """Names and values of ``--bind``."""
    found: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not (name and sign and value):
            raise QueryError(
                f"--bind {word!r} is not NAME=VALUE", hint="as in --bind family=AF_UNIX"
            )
        found[name.strip()] = value.strip()
    return found


def _exit_code(unresolved: tuple[Unresolved, ...]) -> int:
    """Whether a pointer call of what is shown has an unknown target."""
    return Exit.INCOMPLETE if unresolved else Exit.COMPLETE
