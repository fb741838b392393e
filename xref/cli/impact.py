"""``xref impact``: what a change of the source may reach."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from xref.changes import Affected, ChangeKind, FunctionChange, Impact, Late
from xref.cli.exits import Exit
from xref.cli.options import debug_option
from xref.cli.progress import reported
from xref.cli.sides import compared, opened
from xref.cli.terminal import columns, has_colour, write
from xref.errors import NotFoundError, SourceError
from xref.pipeline.bounds import PATIENCE_SECONDS, Wish, bound_paths, calls_to, chosen
from xref.pipeline.impacts import affected, in_order
from xref.pipeline.patches import UNINDEXED, patched
from xref.pipeline.texts import Texts
from xref.pipeline.updates import update_between
from xref.present.impact_json import render_impact_json
from xref.present.impact_text import render_impact
from xref.records import Progress
from xref.sources import home_of

_MOST_REASONS: Final = 3
"""Why a patch does not fit."""

EXAMPLES = """\b
Examples:
  xref impact v6.1.187 v6.1.192               what a stable update changes
  xref impact v6.1.187 v6.1.192 --only net/   of it what lies in some folder
  xref impact v6.1.187 v6.1.192 --function tcp_sendmsg
  xref impact v6.1.187 v6.1.192 --as tcp4     evaluate all paths of a scenario first
  xref impact --patch fix.patch v6.1.192      what a patch changes

\b
Under each changed function:
  bound        calls of scenarios whose paths hold it; of paths that were asked for
               before (xref path), and of scenarios that --as names; the last line
               says which were not evaluated
  by name      system calls from which calls by name alone lead there
  by pointer   others, with calls through slots, parameters and variables
  slots        slots that hold the function itself
  way          the shortest: fewest slots, then fewest steps; a ⇒ b (slot) is a call
               through a pointer that may lead elsewhere, too

\b
Comments, blanks and line breaks are no change.  Functions on bound paths come first,
then the shortest ways.  Exit codes: 0 nothing changed, 5 something did.
"""


@click.command(epilog=EXAMPLES)
@click.argument("kernels", nargs=-1, required=True, metavar="OLD NEW")
@click.option(
    "--patch",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    default=None,
    help="A patch against one kernel, in place of a second one; - for stdin.",
)
@click.option("--tree", metavar="PLACE", default="", help="Take the kernels from here.")
@click.option(
    "--only",
    metavar="DIR",
    multiple=True,
    help="Only what lies there. May be given again.",
)
@click.option("--function", "name", metavar="NAME", default="", help="Only this one.")
@click.option(
    "--as",
    "scenarios",
    metavar="NAME",
    multiple=True,
    help="Evaluate every call of this scenario first; all: of every one.",
)
@click.option(
    "--patience",
    metavar="SECONDS",
    type=click.FloatRange(0),
    default=PATIENCE_SECONDS,
    show_default=True,
    help="Of processor time for one path that --as evaluates; 0: no limit.",
)
@click.option("--full", is_flag=True, help="Every function and every system call.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For a person, or for a program.",
)
@debug_option
def impact(  # noqa: PLR0913 - one for each option of the command
    *,
    kernels: tuple[str, ...],
    patch: str | None,
    tree: str,
    only: tuple[str, ...],
    name: str,
    scenarios: tuple[str, ...],
    patience: float,
    full: bool,
    form: str,
) -> int:
    """Tell which functions changed from kernel OLD to NEW, and what can reach them."""
    wish = Wish(chosen(scenarios), patience)
    wanted = _Wanted(tuple(f"{folder.rstrip('/')}/" for folder in only), name)
    with reported() as on_progress:
        if patch is None:
            if len(kernels) != 2:  # noqa: PLR2004 - OLD NEW
                raise click.UsageError("give two kernels, or one and --patch FILE")
            with compared(*kernels, tree) as sides:
                answer = _of_kernels(sides, wanted, wish, on_progress)
        else:
            if len(kernels) != 1:
                raise click.UsageError("a patch changes one kernel: give one")
            with opened(kernels[0], tree) as texts:
                answer = _of_patch(texts, patch, wanted, wish)
    if form == "json":
        write(render_impact_json(answer))
    else:
        write(render_impact(answer, width=columns(), colour=has_colour(), full=full))
    return Exit.DIFFERENT if answer.affected or answer.beside else Exit.COMPLETE


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is asked for: all, or folders, or one function."""

    folders: tuple[str, ...]
    name: str

    def lies_there(self, path: str) -> bool:
        """Whether a file is in one of the folders, where some are named."""
        return not self.folders or f"{path}/".startswith(self.folders)

    def changes(self, found: Iterable[FunctionChange]) -> list[FunctionChange]:
        """The functions that are asked for."""
        there = (change for change in found if self.lies_there(change.path))
        return [c for c in there if not self.name or c.name == self.name]

    def beside(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Files that changed outside of functions, where these are asked for."""
        return () if self.name else tuple(filter(self.lies_there, paths))

    def validate(self, sides: Sequence[Texts]) -> None:
        """Say what no kernel has.

        Raises:
            NotFoundError: there is no such function or folder.
        """
        kernels = " nor ".join(texts.program.kernel for texts in sides)
        neither = f"{'neither ' if len(sides) > 1 else ''}{kernels}"
        for folder in self.folders:
            files = (path for texts in sides for path in texts.files)
            if not any(f"{path}/".startswith(folder) for path in files):
                raise NotFoundError(
                    f"{neither} has files in {folder}", hint="such as --only net/ipv4"
                )
        known = (
            texts.program.functions(self.name) or texts.program.macros(self.name)
            for texts in sides
        )
        if self.name and not any(known):
            raise NotFoundError(
                f"{neither} has the function {self.name}",
                hint="of a system call it is sys_NAME",
            )


def _validate_source(sides: Sequence[Texts]) -> None:
    for texts in sides:
        if texts.tree is None:
            raise SourceError(
                f"the source of {texts.program.kernel} is not at hand",
                hint="give its folder or repository in place of the version",
            )


def _of_kernels(
    sides: tuple[Texts, Texts],
    wanted: _Wanted,
    wish: Wish,
    on_progress: Callable[[Progress], None],
) -> Impact:
    """What changed between two kernels, and what can reach it in either."""
    home = home_of().path
    _validate_source(sides)
    wanted.validate(sides)
    update = update_between(home, *sides)
    found = wanted.changes(update.functions)
    affects: list[Affected] = []
    unevaluated: dict[str, int] = {}
    late: dict[Late, None] = {}
    n_paths = 0
    for texts, is_old in ((sides[0], True), (sides[1], False)):
        # What is gone can be reached in the old kernel only.
        own = [c for c in found if (c.change is ChangeKind.GONE) == is_old]
        if not own:
            continue
        on_progress(Progress("reach", 0, 0))
        reached = affected(home, texts.program, own)
        calls = calls_to(reached)
        paths = bound_paths(home, texts.program, wish, calls, on_progress)
        n_paths = max(n_paths, len(paths.functions))
        for name, count in paths.leading_to(reached):
            unevaluated[name] = max(count, unevaluated.get(name, 0))
        late |= dict.fromkeys(paths.late)
        affects += paths.marked(reached)
    return Impact(
        sides[0].program.kernel,
        sides[1].program.kernel,
        in_order(affects),
        update.n_files,
        wanted.beside(update.beside),
        tuple(f"{p} is in the index of one of them only" for p in update.unread),
        n_paths,
        tuple(unevaluated.items()),
        tuple(late),
    )


def _of_patch(texts: Texts, patch: str, wanted: _Wanted, wish: Wish) -> Impact:
    home = home_of().path
    _validate_source((texts,))
    with click.open_file(patch, encoding="utf-8", errors="replace") as file:
        text = file.read()
    done = patched(texts, text)
    if done.unknown and not done.changes and not done.beside:
        raise _unfitting(done.unknown, Path(patch).name, texts.program.kernel)
    found = wanted.changes(done.changes)
    with reported() as on_progress:
        on_progress(Progress("reach", 0, 0))
        reached = affected(home, texts.program, found, done.callers)
        calls = calls_to(reached)
        paths = bound_paths(home, texts.program, wish, calls, on_progress)
    return Impact(
        texts.program.kernel,
        Path(patch).name,
        in_order(paths.marked(reached)),
        done.files,
        wanted.beside(done.beside),
        done.unknown,
        len(paths.functions),
        paths.leading_to(reached),
        paths.late,
    )


def _unfitting(reasons: Sequence[str], patch: str, kernel: str) -> SourceError:
    """That nothing of a patch fits, and what to do."""
    is_unread = all(reason.endswith(UNINDEXED) for reason in reasons)
    hint = "give the kernel that it was made for"
    return SourceError(
        f"nothing of {patch} can be applied to {kernel}: "
        f"{', '.join(reasons[:_MOST_REASONS])}",
        hint=f"run: xref index --scope all --kernel {kernel}" if is_unread else hint,
    )
