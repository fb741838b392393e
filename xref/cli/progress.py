"""How far a long piece of work is: bars on a terminal, else a line a stage."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import click

from xref.records import Progress

OnProgress = Callable[[Progress], None]

_OF_BYTES: Final = {"index", "unpack", "download"}
"""Stages whose progress is bytes."""
_REDRAW_SECONDS: Final = 0.1


@contextmanager
def reported() -> Iterator[OnProgress]:
    """A callback that draws on stderr while the block runs."""
    if sys.stderr.isatty():
        with _bars() as callback:
            yield callback
    else:
        yield _lines()


def _lines() -> OnProgress:
    """One line for each stage, as it begins."""
    begun: set[str] = set()

    def on_progress(progress: Progress) -> None:
        if progress.stage not in begun:
            begun.add(progress.stage)
            click.echo(f"xref: {progress.stage}", err=True)

    return on_progress


@contextmanager
def _bars() -> Iterator[OnProgress]:
    """A bar for each stage; gone when the work is done.

    Drawn when something is told and not by a thread: with one, this process could not
    be copied, and would do alone what two can (`xref.pipeline.beside`).
    """
    import rich.console  # noqa: PLC0415 - takes time, and is needed only here
    import rich.progress  # noqa: PLC0415
    import rich.text  # noqa: PLC0415

    class Rate(rich.progress.TransferSpeedColumn):
        """Bytes a second, for stages that count bytes."""

        def render(self, task: rich.progress.Task) -> rich.text.Text:
            is_of_bytes = task.description in _OF_BYTES
            return super().render(task) if is_of_bytes else rich.text.Text("")

    bars = rich.progress.Progress(
        rich.progress.TextColumn("{task.description}"),
        rich.progress.BarColumn(),
        rich.progress.TaskProgressColumn(),
        Rate(),
        rich.progress.TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        console=rich.console.Console(stderr=True),
        transient=True,
        auto_refresh=False,
    )
    drawn = 0.0
    tasks: dict[str, rich.progress.TaskID] = {}
    with bars:

        def on_progress(progress: Progress) -> None:
            nonlocal drawn
            total = progress.total or None
            is_new = progress.stage not in tasks
            if is_new:
                tasks[progress.stage] = bars.add_task(progress.stage, total=total)
            task = tasks[progress.stage]
            bars.update(task, completed=progress.done, total=total)
            now = time.monotonic()
            if is_new or progress.done == total or now - drawn > _REDRAW_SECONDS:
                drawn = now
                bars.refresh()

        yield on_progress
