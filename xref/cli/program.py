"""The program ``xref``: its commands, and what becomes of a fault."""

import difflib
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from xref.cli.exits import STOPPED, Exit, hinted
from xref.errors import NotFoundError, QueryError, XrefError

COMMANDS = {
    "path": ("xref.cli.path", "What a system call runs, and why."),
    "diff": ("xref.cli.diff", "What changed on a path, in a slot, in a struct."),
    "history": ("xref.cli.history", "In which kernels something exists."),
    "impact": ("xref.cli.impact", "What a change of the source can reach."),
    "scenarios": ("xref.cli.scenarios", "What --as can bind a path to."),
    "query": ("xref.cli.tables", "Questions that are shipped: who fills a slot, ..."),
    "sql": ("xref.cli.tables", "Any question, in SQL."),
    "def": ("xref.cli.names", "Where a name is defined."),
    "refs": ("xref.cli.names", "Who uses a name, and how."),
    "kernels": ("xref.cli.kernels", "Kernels that are known and indexed."),
    "add": ("xref.cli.kernels", "Register a place that kernels can be had from."),
    "index": ("xref.cli.kernels", "Read a kernel before it is asked about."),
    "forget": ("xref.cli.kernels", "Remove a kernel from the index."),
    "doctor": ("xref.cli.kernels", "Whether the index is sound."),
}
"""Where each command stands and what it is for; read only when it is asked for."""

EXAMPLES = """\b
First steps:
  xref path connect --kernel v6.1             what connect() of a TCP socket runs
  xref path connect --kernel v6.1 --as udp4   the same for another socket
  xref path sendto --as udp4 --to ndo_start_xmit
                                              only the ways to the network device
  xref path socket --any                      nothing bound: every family

\b
Questions of one's own:
  xref query                                  questions that are shipped
  xref query slot struct=proto_ops field=connect
  xref sql "select * from syscalls limit 5"   plain SQL over documented views

\b
Exit codes: 0 complete, 3 answer incomplete, 4 nothing found, 2 usage, 1 error,
130 stopped.  XREF_HOME is the folder of kernels and index; NO_COLOR is honoured.
"""


class Commands(click.Group):
    """A group whose commands are read when they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Names in the order in which a reader needs them."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002
        cmd_name: str,
    ) -> click.Command | None:
        """Read the module of a command."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name)
        return found

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands without reading them: help is quick."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name near commands for one that is not there."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            near = difflib.get_close_matches(name, COMMANDS, n=3)
            raise click.UsageError(
                f"no command {name!r}" + (f"; near: {', '.join(near)}" if near else "")
            )
        return super().resolve_command(ctx, args)


@click.command(
    cls=Commands,
    epilog=EXAMPLES,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="xref")
@click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    help="Show where in xref a fault arose.",
)
@click.pass_context
def xref(context: click.Context) -> None:
    """What runs inside the Linux kernel for a system call, and why.

    Reads unbuilt kernel source, follows calls through function pointers as far as
    the arguments of the call decide them, and gives the place of every step.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main() -> NoReturn:
    """Run the program and leave with its exit code."""
    if sys.stdout is None:  # closed by who has started it
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - to the end
        click.echo("xref: there is no output to write to", err=True)
        sys.exit(Exit.ERROR)
    code = run(sys.argv[1:])
    # All is done and said: a Ctrl-C now would only spoil the exit code.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run the program; faults become one line on stderr and an exit code."""
    try:
        with xref.make_context("xref", list(arguments)) as context:
            code = xref.invoke(context)
            sys.stdout.flush()
        return int(code or Exit.COMPLETE)
    except click.exceptions.Exit as request:
        return request.exit_code
    except BrokenPipeError:
        _write_no_more()
        return Exit.COMPLETE  # the reader has seen enough
    except OSError as fault:  # each stage has an error of ours for its own
        if "--debug" in arguments:
            raise
        _write_no_more()
        what = fault.filename or "the answer cannot be written"
        click.echo(f"xref: {what}: {fault.strerror or fault}", err=True)
        return Exit.ERROR
    except (KeyboardInterrupt, click.Abort):
        click.echo(STOPPED, err=True)
        return Exit.STOPPED
    except (click.ClickException, XrefError) as fault:
        if "--debug" in arguments:
            raise
        click.echo(_one_line(fault), err=True)
        return _code_of(fault)


def _one_line(fault: click.ClickException | XrefError) -> str:
    """What went wrong and the next step."""
    if isinstance(fault, XrefError):
        return f"xref: {hinted(str(fault), fault.hint)}"
    message = fault.format_message().rstrip(".")
    command = getattr(getattr(fault, "ctx", None), "command_path", "xref")
    return f"xref: {hinted(message, f'run: {command} --help')}"


def _code_of(fault: click.ClickException | XrefError) -> int:
    if isinstance(fault, NotFoundError):
        return Exit.NOTHING
    if isinstance(fault, click.ClickException | QueryError):
        return Exit.USAGE
    return Exit.ERROR


def _write_no_more() -> None:
    """Let what is still to be written go nowhere: no message from Python at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
