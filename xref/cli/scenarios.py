"""``xref scenarios``: what programs do that a path can be bound to."""

import click

from xref.cli.options import debug_option, format_option
from xref.cli.terminal import write_table
from xref.pipeline.paths import scenarios as all_scenarios
from xref.present.as_table import TableFormat


@click.command()
@format_option
@debug_option
def scenarios(*, form: str) -> None:
    """List what --as can bind: calls of a program, in order, with their constants."""
    rows = [
        (
            scenario.name,
            scenario.title,
            " ".join(dict.fromkeys(step.call for step in scenario.steps)),
        )
        for scenario in all_scenarios()
    ]
    write_table(("scenario", "title", "calls"), rows, TableFormat(form))
