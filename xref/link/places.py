"""Where an expression stands, and what the words in it stand for there.

Facts name locals with their types (``["v", type, name]``); Code names them plainly
and an `Environment` says what they are.  The body of a macro is Code whose names are
looked up where the macro is used, as the preprocessor would have it.

The records here are made by the million: not being frozen makes that thrice as quick.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from xref.link.names import Names
from xref.link.tables import Definition, Node

DEPTH: Final = 12
"""Macros in macros: what is deeper has no meaning worth finding."""


@dataclass(slots=True)
class Local:
    """A variable or parameter of the function that Code stands in."""

    type: str
    position: int
    """Of a parameter; -1 for a variable."""


@dataclass(slots=True)
class Argument:
    """What a parameter of a macro stands for, and where that was written."""

    code: Node
    place: "Place"


@dataclass(frozen=True, slots=True)
class Rest:
    """What the last parameter of a variadic macro stands for."""

    arguments: tuple[Argument, ...]


Known = Local | Argument | Rest
Environment = Mapping[str, Known]


@dataclass(slots=True, eq=False)
class Place:
    """Where an expression stands."""

    file: int
    owner: int
    """The function or macro, -1 at file scope."""
    names: Environment
    depth: int = 0


NO_NAMES: Final[Environment] = {}


def spread(arguments: Node, place: Place) -> list[Argument]:
    """Arguments with ``__VA_ARGS__`` replaced by what it stands for."""
    given: list[Argument] = []
    for code in arguments:
        known = place.names.get(code[1]) if code and code[0] == "n" else None
        if isinstance(known, Rest):
            given += known.arguments
        else:
            given.append(Argument(code, place))
    return given


class Words:
    """Finds what the words in a macro's body are at a use."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def named(self, code: Node, place: Place) -> tuple[str, Place]:
        """The name that a macro's parameter stands for in the end, and where; or ""."""
        while code and code[0] == "n":
            if "##" in code[1]:
                return self.pasted(code[1], place), place
            known = place.names.get(code[1])
            if not isinstance(known, Argument):
                return ("", place) if known else (code[1], place)
            code, place = known.code, known.place
        return "", place

    def pasted(self, name: str, place: Place) -> str:
        """``name##_open`` with the arguments of a macro in place.  C11 6.10.3.3."""
        parts = []
        for part in name.split("##"):
            known = place.names.get(part)
            if isinstance(known, Argument):
                parts.append(self._token(known.code, known.place))
            elif not isinstance(known, Rest):
                parts.append(part)
        return "".join(parts)

    def field(self, name: str, place: Place) -> str:
        """The name of a member, which a parameter of a macro may give."""
        return self.named(["n", name], place)[0] or name

    def macro_place(self, macro: Definition, arguments: Node, place: Place) -> Place:
        """Where the body of a macro stands when it is used with arguments."""
        given = spread(arguments, place)
        parameters = self._names.parameters(macro)
        names: dict[str, Known] = {
            parameter[0]: each
            for parameter, each in zip(parameters, given, strict=False)
        }
        if parameters and macro.parameters and macro.parameters.endswith("..."):
            names[parameters[-1][0]] = Rest(tuple(given[len(parameters) - 1 :]))
        return Place(place.file, place.owner, names, place.depth + 1)

    def listed(self, argument: Argument) -> tuple[Argument, ...]:
        """What an argument stands for, which may be a list: ``PARAMS(int a, int b)``.

        Such a macro stands for its own arguments, however many.
        """
        code, place = argument.code, argument.place
        known = place.names.get(code[1]) if code and code[0] == "n" else None
        if isinstance(known, Argument):
            return self.listed(known)
        if not code or code[0] != "call" or place.depth > DEPTH:
            return (argument,)
        name, where = self.named(code[1], place)
        for macro in self._names.meaning(name, where.file) if name else ():
            inner = self.macro_place(macro, code[2], place)
            body = self._names.expression(macro) if macro.is_macro else []
            rest = inner.names.get(body[1]) if body and body[0] == "n" else None
            if isinstance(rest, Rest):
                return tuple(
                    each for given in rest.arguments for each in self.listed(given)
                )
        return (argument,)

    def _token(self, code: Node, place: Place) -> str:
        """The word or number that an argument is once its macros are expanded."""
        for _ in range(DEPTH):
            if not code or code[0] != "call":
                break
            name, where = self.named(code[1], place)
            macros = self._names.meaning(name, where.file) if name else ()
            if not macros or not macros[0].is_macro:
                return ""
            arguments, code = code[2], self._names.expression(macros[0])
            place = self.macro_place(macros[0], arguments, place)
            if (
                code
                and code[0] == "n"
                and isinstance(place.names.get(code[1]), Argument)
            ):
                known = place.names[code[1]]
                if isinstance(known, Argument):
                    code, place = known.code, known.place
        if code and code[0] == "n":
            return self.named(code, place)[0] or _word(code, place)
        if code and code[0] in {"v", "p"}:
            return str(code[2])  # pasting takes the word, whatever it names
        return str(code[1]) if code and code[0] == "i" else ""


def _word(code: Node, place: Place) -> str:
    """The word that a name is once arguments are in place, also that of a local."""
    known = place.names.get(code[1])
    while isinstance(known, Argument) and known.code and known.code[0] == "n":
        code, place = known.code, known.place
        known = place.names.get(code[1])
    if isinstance(known, Argument) and known.code and known.code[0] in {"v", "p"}:
        return str(known.code[2])
    return "" if isinstance(known, Argument | Rest) else str(code[1])
