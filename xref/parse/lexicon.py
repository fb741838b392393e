"""The words that kernel C adds to C, read from ``data/lexicon.toml``."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DefinitionForm:
    """How a macro that is followed by a body defines a function."""

    match: re.Pattern[bytes]
    """Of the macro's whole name."""
    prefix: str
    """Before the name that the macro is given: ``sys_``."""
    form: str
    """``pairs``: the other arguments are type, name, type, name; ``params``: they
    are parameters as in C, or nothing of C."""
    returns: str
    """Its type, four letters at most."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words by what they mean; all as ASCII bytes."""

    annotations: frozenset[bytes]
    """Macros that add nothing but attributes; with or without arguments."""
    plain_annotations: frozenset[bytes]
    """Those that do not begin with two underscores."""
    cleanups: frozenset[bytes]
    """Of these, those that may name what runs when a variable's scope ends."""
    aliases: frozenset[bytes]
    """Of these, those that name the function which a declared one is a name of."""
    inlines: frozenset[bytes]
    """Macros and keywords that mean ``inline``."""
    plain_inlines: frozenset[bytes]
    spellings: dict[bytes, bytes]
    """Other spellings of keywords: ``__signed__`` is ``signed``."""
    loops: frozenset[bytes]
    """Macros that end in a ``for`` or ``while`` and take a statement."""
    functions: tuple[DefinitionForm, ...]
    objects: dict[bytes, str]
    """Macros that declare, and their shape: ``type name``, ``name[size]`` ..."""
    structs: frozenset[bytes]
    """Macros that stand for ``struct`` and the tag that they are given."""
    groups: dict[bytes, int]
    """Macros around members of a struct: how many arguments stand before them."""

    def function_form(self, name: bytes) -> DefinitionForm | None:
        """What is known of a macro that defines functions."""
        return next(
            (form for form in self.functions if form.match.fullmatch(name)), None
        )


def lexicon_of(toml_text: str) -> Lexicon:
    """Read the text of ``lexicon.toml``."""
    table = tomllib.loads(toml_text)
    cleanups, _ = _words(table["cleanups"])
    aliases, _ = _words(table["aliases"])
    annotations, plain_annotations = _words(table["annotations"])
    inlines, plain_inlines = _words(table["inlines"])
    return Lexicon(
        annotations=annotations | cleanups | aliases,
        plain_annotations=plain_annotations,
        cleanups=cleanups,
        aliases=aliases,
        inlines=inlines,
        plain_inlines=plain_inlines,
        spellings={
            name.encode("ascii"): word.encode("ascii")
            for name, word in table["spellings"].items()
        },
        loops=frozenset(word.encode("ascii") for word in table["loops"]),
        functions=tuple(
            DefinitionForm(
                match=re.compile(form["match"].encode("ascii")),
                prefix=form["prefix"],
                form=form["form"],
                returns=form["returns"],
            )
            for form in table["functions"]
        ),
        objects={
            name.encode("ascii"): shape
            for shape, names in table["objects"].items()
            for name in names
        },
        structs=frozenset(word.encode("ascii") for word in table["structs"]),
        groups={name.encode("ascii"): n for name, n in table["groups"].items()},
    )


def _words(words: Iterable[str]) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Those with two underscores in front, and the others."""
    encoded = {word.encode("ascii") for word in words}
    plain = {word for word in encoded if not word.startswith(b"__")}
    return frozenset(encoded - plain), frozenset(plain)
