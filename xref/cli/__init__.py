"""The command line: reads options, prints answers, says what went wrong, exits."""

from xref.cli.program import main

__all__ = ["main"]
