"""How far a long piece of work is: bars on a terminal, else a line a stage."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import click

from xref.records import Progress

OnProgress = Callable[[Progress], None]

_OF_BYTES: Final = {"index", "unpack", "download"}
"""Stages whose progress is bytes."""


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
    """A bar for each stage; gone when the work is done."""
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
    )
    tasks: dict[str, rich.progress.TaskID] = {}
    with bars:

        def on_progress(progress: Progress) -> None:
            total = progress.total or None
            if progress.stage not in tasks:
                tasks[progress.stage] = bars.add_task(progress.stage, total=total)
            task = tasks[progress.stage]
            bars.update(task, completed=progress.done, total=total)

        yield on_progress
