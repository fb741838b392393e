"""Rows for the store of what is known before the stores are read."""

import zlib
from collections.abc import Iterable
from typing import Final, TypeAlias

from xref.link.made import Made
from xref.link.names import Names

Row: TypeAlias = tuple[str | int | bytes, ...]

EVERYWHERE: Final = -1
"""In place of a file: what every file sees."""


def made_rows(made: Iterable[Made]) -> list[Row]:
    """The functions that macros defined, each with its body."""
    return [
        (
            each.definition.id,
            each.definition.name,
            each.definition.line,
            each.definition.end_line,
            each.definition.static,
            each.definition.returns,
            each.definition.parameters or "",
            each.definition.guard,
            each.macro,
            each.code,
        )
        for each in made
    ]


def seen_rows(names: Names) -> list[Row]:
    """What each file sees; of a file that none includes, what it includes."""
    includes = names.includes
    rows: list[Row] = [(EVERYWHERE, "", "", _packed(includes.everywhere))]
    for number in range(len(names.paths)):
        bits = includes.closure(number)
        rows.append(
            (
                number,
                " ".join(map(str, includes.children.get(number, ()))),
                " ".join(map(str, includes.includers.get(number, ()))),
                b"" if bits is None else _packed(bits),
            )
        )
    return rows


def _packed(bits: int) -> bytes:
    return zlib.compress(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), 1)
