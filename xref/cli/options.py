"""Options that several commands share."""

import click

debug_option = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    hidden=True,
    help="Show where in xref a fault arose.",
)
"""Read by ``program.run``, so that it may stand anywhere on the line."""

kernel_option = click.option(
    "--kernel",
    "-k",
    metavar="VERSION",
    default="",
    help="A tag, a version or a commit: v6.1, 6.1.192. Default: the newest indexed.",
)

tree_option = click.option(
    "--tree",
    metavar="PLACE",
    default="",
    help="Take the kernel from here: a git repository, folder, archive or URL.",
)

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["table", "tsv", "csv", "json"]),
    default="table",
    show_default=True,
    help="How rows are written: a table is cut to the width of a terminal, tsv has a "
    "header, tabs and no quotes.",
)
