"""The command line: reads options, prints answers, says what went wrong, exits."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the program and leave; a Ctrl-C while it is still being read is one, too."""
    try:
        from xref.cli.program import main as started  # noqa: PLC0415

        started()
    except KeyboardInterrupt:
        from xref.cli.exits import STOPPED, Exit  # noqa: PLC0415

        sys.stderr.write(f"{STOPPED}\n")
        sys.exit(Exit.STOPPED)
