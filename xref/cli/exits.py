"""Exit codes and the one line that explains them."""

from enum import IntEnum
from typing import Final

STOPPED: Final = "xref: stopped; what is done is kept"
"""What is said after Ctrl-C."""


class Exit(IntEnum):
    """What a script can tell from the exit code."""

    COMPLETE = 0
    ERROR = 1
    USAGE = 2
    INCOMPLETE = 3
    NOTHING = 4
    DIFFERENT = 5
    STOPPED = 130


def hinted(message: str, hint: str) -> str:
    """A message and the next step, on one line."""
    line = f"{message}; {hint}" if hint else message
    return " ".join(line.split())
