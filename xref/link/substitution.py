"""A macro's body with the arguments of a use in place, as Code.  C11 6.10.3.1."""

import re
from collections.abc import Callable
from typing import Final

from xref.link.names import Names
from xref.link.places import Argument, Place, Rest, Words
from xref.link.tables import Node

_Form = Callable[["Substitution", Node], Node]

_LINES: Final = {
    "=": 4,
    "e": 2,
    "cleanup": 2,
    "if": 4,
    "loop": 6,
    "walk": 4,
    "switch": 3,
    "return": 2,
    "asm": 1,
    "?": 2,
    "cpp": 2,
}
"""Where the line stands in each form that has one."""
_DEEPEST: Final = 3
"""Macros of macros that write an lvalue."""
_DECLARED: Final = re.compile(r"(.+?)\s*(\**)\s*(\w+)(\[.*\])?")
_QUALIFIER: Final = re.compile(r"\b(?:const|volatile)\b\s*")


class Substitution:
    """Writes a macro's body anew for one use; all of it stands at the use's line."""

    def __init__(self, words: Words, place: Place, line: int) -> None:
        self._words = words
        self._place = place
        self._line = line

    def code(self, code: Node) -> Node:
        """An expression, a statement or a list of statements."""
        if not code or not isinstance(code[0], str):
            return [self._part(part) for part in code]
        own = _FORMS.get(code[0])
        if own is not None:
            return own(self, code)
        found = [code[0], *map(self._part, code[1:])]
        at = _LINES.get(code[0], len(found))
        if at < len(found):
            found[at] = self._line
        return found

    def type(self, text: str) -> str:
        """A type whose base may be an argument, or pasted together."""
        base = text
        while base.endswith((" *", "[]")):
            base = base[:-2].rstrip()
        known = self._place.names.get(base)
        if isinstance(known, Argument):
            code = known.code
            word = str(code[1]) if code[0] in {"type", "n"} else "?"
            if word in known.place.names:
                word = Substitution(self._words, known.place, self._line).type(word)
            return f"{word}{text[len(base) :]}"
        return f"{self.word(base)}{text[len(base) :]}"

    def parameters(self, listed: Node) -> list[tuple[str, str]]:
        """Name and type of the parameters of a function that the macro defines."""
        found: list[tuple[str, str]] = []
        for name, type_ in listed:
            known = self._place.names.get(type_)
            if isinstance(known, Rest):
                found += [self._given(argument) for argument in known.arguments]
            elif isinstance(known, Argument) and not name:
                found += map(self._given, self._words.listed(known))
            else:
                found.append((self.word(name), self.type(type_)))
        return found

    def _given(self, argument: Argument) -> tuple[str, str]:
        """Name and type of a parameter that is given as an argument."""
        name, type_ = _declared(argument.code)
        inner = Substitution(self._words, argument.place, self._line)
        return inner.word(name), inner.type(type_)

    def _part(self, part: object) -> object:
        return self.code(part) if isinstance(part, list) else part

    def word(self, word: str) -> str:
        """A name, which may be an argument or pasted together."""
        if "##" in word:
            return self._words.pasted(word, self._place)
        return self._words.field(word, self._place)

    def name(self, code: Node) -> Node:
        """A word, or the argument that it stands for."""
        if "##" in code[1]:
            return ["n", self._words.pasted(code[1], self._place)]
        known = self._place.names.get(code[1])
        if isinstance(known, Argument):
            return self._put(known)
        if isinstance(known, Rest) and known.arguments:
            parts = [self._put(each) for each in known.arguments]
            return parts[0] if len(parts) == 1 else [",", parts]
        return code

    def _put(self, argument: Argument) -> Node:
        """An argument, in whose own words may stand arguments of a macro around."""
        return Substitution(self._words, argument.place, self._line).code(argument.code)

    def call(self, code: Node) -> Node:
        """A call at the line of the use."""
        return ["call", self.code(code[1]), self._arguments(code[2]), self._line]

    def member(self, code: Node) -> Node:
        """A member, which an argument may name."""
        return [code[0], *map(self._part, code[1:-1]), self.word(code[-1])]

    def declaration(self, code: Node) -> Node:
        """A declared variable."""
        _, name, type_, value, _, static = code
        value = self._part(value)
        return ["decl", self.word(name), self.type(type_), value, self._line, static]

    def typed(self, code: Node) -> Node:
        """What begins with a type."""
        return [code[0], self.type(code[1]), *map(self._part, code[2:])]

    def _arguments(self, arguments: Node) -> Node:
        found: Node = []
        for argument in arguments:
            known = self._place.names.get(argument[1]) if argument[0] == "n" else None
            if isinstance(known, Rest):
                found += [self._put(each) for each in known.arguments]
            else:
                found.append(self.code(argument))
        return found


_FORMS: Final[dict[str, _Form]] = {
    "n": Substitution.name,
    "call": Substitution.call,
    ".": Substitution.member,
    "->": Substitution.member,
    "decl": Substitution.declaration,
    "cast": Substitution.typed,
    "type": Substitution.typed,
}
"""One table for all: of its own, each would be an object that refers to itself."""


def _declared(code: Node) -> tuple[str, str]:
    """Name and type of ``int fd`` as an argument; no name where there is one word."""
    if code[:2] == ["op", "*"] and code[2][0] == code[3][0] == "n":
        return code[3][1], f"{code[2][1]} *"  # ``u8 *p`` reads as a product
    text = _QUALIFIER.sub("", str(code[1])) if code[0] == "type" else ""
    match = _DECLARED.fullmatch(text)
    if match is None:
        return "", str(code[1]) if code[0] in {"type", "n"} else "?"
    stars = " *" * (len(match[2]) + bool(match[4]))
    return match[3], f"{match[1]}{stars}"


def place_of_use(code: Node, names: Names, words: Words, place: Place) -> Node:
    """What stands left of an assignment where a macro writes it.

    ``ACCESS_PRIVATE(timer, function) = f`` stores to ``timer->function``.
    """
    for _ in range(_DEEPEST):
        known = names.meaning(code[1][1], place.file) if _is_use(code) else ()
        body = names.expression(known[0]) if known and known[0].is_macro else None
        if not body:
            break
        where = words.macro_place(known[0], code[2], place)
        code = _behind(Substitution(words, where, code[3]).code(body))
    return code


def _is_use(code: Node) -> bool:
    return bool(code[0] == "call" and code[1][0] == "n")


def _behind(code: Node) -> Node:
    """The lvalue that ``*(T *)&x`` is: ``x``."""
    while code[0] == "*":
        inner = code[1]
        while inner[0] == "cast":
            inner = inner[2]
        if inner[0] != "&":
            break
        code = inner[1]
    return code
