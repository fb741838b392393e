"""Whether a function can be what a pointer of some type is meant to call.

Whatever holds anything, as a ``void *`` does, says nothing of what it holds; the
pointer to a function that is read from it does.  Only what cannot go together counts:
too few arguments, a number for a pointer, pointers to different structs.
"""

from collections.abc import Mapping
from typing import Final

from xref.link.graph import Graph, Pointed
from xref.link.names import Names
from xref.link.types import parameters_of, pointee

_ANY: Final = "?"
"""Of a parameter: nothing is known of it."""
_POINTER: Final = "void *"
_ADDRESSES: Final = frozenset(("unsigned long", "long"))
"""Numbers that may be pointers: the kernel's own ``uintptr_t``."""


class Signatures:
    """Compares functions with the types of pointers."""

    def __init__(self, names: Names, graph: Graph, others: Mapping[str, str]) -> None:
        """Begin with nothing compared.

        Args:
            names: what is known of functions by id, and by declarations.
            graph: names of those that are not.
            others: parameters of such by name, as in `Definition`.
        """
        self._names = names
        self._graph = graph
        self._others = others
        self._kinds: dict[tuple[str, int], str] = {}
        self._of_functions: dict[int, tuple[str, ...] | None] = {}
        self._of_pointers: dict[Pointed, tuple[str, ...] | None] = {}

    def fits(self, function: int, pointed: Pointed) -> bool:
        """Say whether a function may be called through a pointer of a type."""
        if pointed not in self._of_pointers:
            self._of_pointers[pointed] = self._given(pointed)
        if function not in self._of_functions:
            self._of_functions[function] = self._taken(function, pointed.file)
        given, taken = self._of_pointers[pointed], self._of_functions[function]
        if given is None or taken is None:
            return True
        # What is given and not taken does no harm: stubs, and tables of system calls.
        return len(given) >= len(taken) and all(map(_go_together, given, taken))

    def _given(self, pointed: Pointed) -> tuple[str, ...] | None:
        """What a call gives; None when that is not known."""
        if pointed.type.endswith("()"):
            return None  # C11 6.7.6.3p14: no word of its parameters
        return self._each(parameters_of(pointed.type), pointed.file)

    def _taken(self, function: int, user: int) -> tuple[str, ...] | None:
        """What a function takes; None when that is not known.

        A declaration, or a macro, means by typedefs what the user's file does.
        """
        names = self._names
        if function > 0:
            definition = names.definitions[function]
            if definition.is_macro:
                return None
            types = [type_ for _, type_ in names.parameters(definition)]
            return self._each(types, names.file(function))
        name = self._graph.externs[-function - 1]
        declared = names.prototypes.get(name)
        known = declared[1] if declared else self._others.get(name)
        if known is None:
            return None
        parts = known.split(";") if known else []
        return self._each([part.rpartition(" ")[0] for part in parts], user)

    def _each(self, types: list[str], file: int) -> tuple[str, ...] | None:
        return None if "..." in types else tuple(self._kind(t, file) for t in types)

    def _kind(self, type_: str, file: int) -> str:
        """What of a parameter's type must be the same."""
        key = (type_, file)
        kind = self._kinds.get(key)
        if kind is None:
            kind = self._kinds[key] = self._read(type_, file)
        return kind

    def _read(self, type_: str, file: int) -> str:
        type_ = self._names.unfold(type_, file)
        if not type_.endswith((" *", "[]", ")")):
            return self._plain(type_)
        inner = self._names.unfold(pointee(type_), file)
        if inner.endswith((" *", "[]", ")")):
            return "* *"
        if inner == "void":
            return _POINTER
        plain = self._plain(inner)
        return _ANY if plain == _ANY else f"{plain} *"

    def _plain(self, type_: str) -> str:
        """A struct or union by its tag, any number as one; else `_ANY`."""
        if type_.startswith(("struct ", "union ")):
            return type_
        if type_ in _ADDRESSES:
            return "long"
        word = type_.partition(" ")[0]
        return "int" if word and word != "?" and self._names.is_type(word) else _ANY


def _go_together(given: str, taken: str) -> bool:
    if given == taken or _ANY in {given, taken}:
        return True
    if given.endswith("*") and taken.endswith("*"):
        return _POINTER in {given, taken}
    if "long" not in {given, taken}:
        return False
    other = taken if given == "long" else given
    return other == "int" or other.endswith("*")
