"""The words that kernel C adds to C, read from ``data/lexicon.toml``."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by what they mean; all as ASCII bytes."""

    annotations: frozenset[bytes]
    """Macros that add nothing but attributes; with or without arguments."""
    inlines: frozenset[bytes]
    """Macros and keywords that mean ``inline``."""
    loops: frozenset[bytes]
    """Macros that end in a ``for`` or ``while`` and take a statement."""


def lexicon_of(toml_text: str) -> Lexicon:
    """Read the text of ``lexicon.toml``."""
    table = tomllib.loads(toml_text)
    return Lexicon(
        annotations=_words(table["annotations"]),
        inlines=_words(table["inlines"]),
        loops=_words(table["loops"]),
    )


def _words(words: Iterable[str]) -> frozenset[bytes]:
    return frozenset(word.encode("ascii") for word in words)
