"""Where the mini kernel's versions are, and what tests of commands are given."""

from collections.abc import Callable
from pathlib import Path

MINI_KERNEL = Path(__file__).parents[2] / "data" / "mini-kernel"
V1, V2 = str(MINI_KERNEL / "v1"), str(MINI_KERNEL / "v2")
Golden = Callable[[str, str], None]
Xref = Callable[..., str]
