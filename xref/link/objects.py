"""Objects that macros declare at file scope: ``DEFINE_TABLE(fast) = {...}``.

Read without knowing the macro, that is a variable ``fast`` of a type ``DEFINE_TABLE``;
what it is called and which type it has, the macro's body tells.
"""

from collections.abc import Iterable, Iterator, Sequence

from xref.link.names import Names
from xref.link.places import NO_NAMES, Place, Words
from xref.link.substitution import Substitution
from xref.link.tables import Definition, Node, Variable
from xref.link.uses import Use

_DEPTH = 4


class DeclaredObjects:
    """Finds the declarations in the macros that are used at file scope."""

    def __init__(self, names: Names, words: Words) -> None:
        self._names = names
        self._words = words
        self._declaring: dict[int, Sequence[Node]] = {}

    def enter(self, uses: Iterable[Use]) -> None:
        """Give the names of a version the objects that uses of macros declare."""
        for variables in list(self._names.variables.values()):
            for number, variable in enumerate(variables):
                macro = self._macro(variable.type, self._names.file(variable.id))
                if macro is not None:
                    variables[number] = self._typed(variable, macro)
        for use in uses:
            macro = self._macro(use.code[1][1], use.file)
            for variable in self._variables(use, macro) if macro else ():
                self._names.declare(variable)

    def _macro(self, name: str, file: int) -> Definition | None:
        found = self._names.meaning(name, file) if name else ()
        is_macro = found and found[0].is_macro and found[0].parameters is not None
        return found[0] if is_macro else None

    def _typed(self, variable: Variable, macro: Definition) -> Variable:
        """A variable with the type and the name that a macro gives it.

        An initialiser behind the use belongs to what the macro leaves without one.
        """
        declared = self._declarations(macro)
        if variable.length:
            declared = [part for part in declared if not part[3]]
        if not declared:
            return variable
        use = ["call", ["n", macro.name], [["n", variable.name]], variable.line]
        substitution = self._substitution(use, self._names.file(variable.id), macro)
        _, name, type_, _, _, static = substitution.code(_bare(declared[-1]))
        found = variable._replace(type=type_, static=static)
        if name != variable.name:
            self._names.declare(found._replace(name=name, length=0))
        return found

    def _variables(self, use: Use, macro: Definition) -> Iterator[Variable]:
        for part in self._declarations(macro):
            substitution = self._substitution(use.code, use.file, macro)
            _, name, type_, _, line, static = substitution.code(_bare(part))
            if name.isidentifier():
                yield Variable(
                    use.base, name, type_, line, line, static, 0, use.guard, 0
                )

    def _substitution(self, use: Node, file: int, macro: Definition) -> Substitution:
        outer = Place(file, -1, NO_NAMES)
        place = self._words.macro_place(macro, use[2], outer)
        return Substitution(self._words, place, use[3])

    def _declarations(self, macro: Definition) -> Sequence[Node]:
        """The declarations of named objects that a macro's body writes."""
        found = self._declaring.get(macro.id)
        if found is None:
            is_list = macro.form in {"statements", "other"}
            body = self._names.body(macro) if is_list else []
            found = self._declaring[macro.id] = [
                part
                for part in body
                if isinstance(part, list) and part and part[0] == "decl"
            ]
        return found


def _bare(declaration: Node) -> Node:
    """A declaration without its initialiser."""
    return [*declaration[:3], [], *declaration[4:]]
