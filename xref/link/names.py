"""What the names of one version mean in each of its files."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from xref.link.includes import Includes
from xref.link.kept import Kept
from xref.link.scopes import Candidate, Scopes
from xref.link.structs import Struct, Structs
from xref.link.tables import POSITION_BITS, Definition, Facts, Node, Variable
from xref.link.types import applied, is_plain_function, parameters_of, result_of

_Named = TypeVar("_Named", Definition, Variable)

_BASES = frozenset(
    (
        "struct",
        "union",
        "enum",
        "void",
        "char",
        "int",
        "long",
        "short",
        "unsigned",
        "?",
        "_Bool",
    )
)
_MANY = 100_000
"""So many answers of a kind are kept."""
_DEPTH = 8
"""Typedefs of typedefs are not deeper."""


class Names:
    """Indexes over the facts of a version, by name."""

    def __init__(self, facts: Facts) -> None:
        self._code, self.models = facts.code, facts.models
        self._made: dict[int, str] = {}  # as JSON, a tenth of what they take as Code
        self.paths: list[str] = []
        self.file_ids: list[int] = []
        self.file_of_blob: dict[int, int] = {}
        for number, (ident, path, blob) in enumerate(facts.files):
            self.paths.append(path)
            self.file_ids.append(ident)
            self.file_of_blob.setdefault(blob, number)
        file = self.file
        lines = (
            (file(ident), target, system, line)
            for ident, target, system, line in facts.includes
        )
        self.includes = Includes(self.paths, facts.arch, lines)
        self.scopes = Scopes(
            self.paths,
            facts.arch,
            facts.separate(self.paths),
            self.includes.sees,
            lambda number: self.includes.includers.get(number, ()),
        )
        self.structs = Structs(facts.structs, facts.fields, file, self.includes.sees)
        self.constants = frozenset(facts.constants)
        self.definitions: dict[int, Definition] = {d.id: d for d in facts.definitions}
        self._defined = _named(self.definitions.values())
        self.variables: dict[str, list[Variable]] = _by_name(facts.variables)
        self.prototypes: dict[str, tuple[str, str]] = {}
        for name, returns, parameters in facts.prototypes:
            self.prototypes.setdefault(name, (returns, parameters))
        self._declared = self._headers_of(facts.declared)
        self._typedefs = self._typedefs_of(facts.typedefs)
        self._part_functions()
        self._meanings: Kept[tuple[str, int], tuple[Definition, ...]] = Kept(_MANY)
        self._candidates: Kept[str, list[Candidate]] = Kept(_MANY // 4)
        self._sole: dict[str, tuple[Definition, ...]] = {}
        self._picked: Kept[tuple[str, int], Variable | None] = Kept(_MANY)
        self._unfolded: Kept[str | tuple[str, int], str] = Kept(_MANY)
        self._bodies: Kept[int, Node] = Kept(_MANY // 4)
        self._supplied: dict[int, Node] = {}
        self._parameters: Kept[int, list[tuple[str, str]]] = Kept(_MANY // 4)

    def code(self, ident: int) -> Node:
        """The body of a function or macro, the initialiser of a variable."""
        made = self._made.get(ident)
        return self._code(ident) if made is None else json.loads(made)

    def add(self, definition: Definition, code: str) -> None:
        """Enter a function that a macro defines; `settle` follows when all are.

        Args:
            definition: the function.
            code: its body, as JSON.
        """
        self.definitions[definition.id] = definition
        self._sole.pop(definition.name, None)
        known = self._defined.get(definition.name, ())
        self._defined[definition.name] = (*_each(known), definition)
        self._made[definition.id] = code

    def settle(self) -> None:
        """Forget what was said of names before all definitions were entered."""
        self._meanings.clear()
        self._candidates.clear()

    def declare(self, variable: Variable) -> None:
        """Enter an object that a macro declares, unless its file has one so called."""
        file = self.file(variable.id)
        known = self.variables[variable.name]
        if all(self.file(other.id) != file for other in known):
            known.append(variable)

    def file(self, ident: int) -> int:
        """The number of the file that a fact stands in."""
        return self.file_of_blob[ident >> POSITION_BITS]

    def meaning(self, name: str, file: int) -> tuple[Definition, ...]:
        """The functions and macros that a name can mean in a file, best first."""
        sole = self._sole.get(name)
        if sole is not None:
            return sole
        key = (name, file)
        found = self._meanings.get(key)
        if found is None:
            found = self._meanings[key] = self._meaning(name, file)
        return found

    def defined(self, name: str) -> tuple[Definition, ...]:
        """All functions and macros of a name, whoever can mean them."""
        return _each(self._defined.get(name, ()))

    def is_sole(self, name: str) -> bool:
        """Say whether a name means the same in every file; ask `meaning` first."""
        return name in self._sole

    def _meaning(self, name: str, file: int) -> tuple[Definition, ...]:
        known = self.defined(name)
        if not known:
            self._sole[name] = ()
            return ()
        if len(known) == 1:
            only = known[0]
            own = self.file(only.id)
            if self._is_global(only) or self.paths[own].endswith(".h"):
                self._sole[name] = known
                return known
            if own == file and not only.is_macro:
                return known
        candidates = self._candidates.get(name)
        if candidates is None:
            candidates = self._candidates[name] = [
                Candidate(
                    self.file(d.id),
                    self._is_global(d),
                    not d.guard,
                    d.end_line - d.line,
                    yields=bool(d.guard) and d.is_macro and d.parameters is None,
                )
                for d in known
            ]
        return tuple(known[n] for n in self.scopes.pick(candidates, file))

    def _typedefs_of(
        self, typedefs: Iterable[tuple[int, str, str]]
    ) -> dict[str, list[tuple[int, str]]]:
        """File and type, by name."""
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for ident, name, type_ in typedefs:
            found[name].append((self.file(ident), type_))
        return found

    def _part_functions(self) -> None:
        """Functions that are declared by a typedef are no objects: ``handler_t f;``.

        C11 6.7.6.3.
        """
        functions = {
            name: type_
            for name, known in self._typedefs.items()
            for _, type_ in known
            if is_plain_function(type_)
        }
        for name, known in self.variables.items():
            kept = [v for v in known if v.length or v.type not in functions]
            if len(kept) < len(known):
                type_ = functions[next(v.type for v in known if v not in kept)]
                parameters = ";".join(f"{each} " for each in parameters_of(type_))
                self.prototypes.setdefault(name, (result_of(type_), parameters))
                known[:] = kept

    def _headers_of(self, declared: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
        """The headers that declare a function as one that is not static, by name."""
        found: dict[str, list[int]] = defaultdict(list)
        for ident, name in declared:
            if self.paths[self.file(ident)].endswith(".h"):
                found[name].append(self.file(ident))
        return found

    def _is_global(self, definition: Definition) -> bool:
        """Say whether any file may mean a function.

        A macro may make it static in programs of its own only, ``STATIC int f(void)``:
        then a header that its file sees declares it all the same.
        """
        if definition.is_macro or not definition.static:
            return not definition.is_macro
        file = self.file(definition.id)
        headers = self._declared.get(definition.name, ())
        return any(self.includes.sees(file, header) for header in headers)

    def variable(self, name: str, file: int) -> Variable | None:
        """The object at file scope that a name means in a file."""
        known = self.variables.get(name)
        if not known:
            return None
        if len(known) == 1:
            only = known[0]
            return only if not only.static or self.file(only.id) == file else None
        key = (name, file)
        if key not in self._picked:
            candidates = [self._candidate(v) for v in known]
            found = self.scopes.pick(candidates, file)
            self._picked[key] = known[found[0]] if found else None
        return self._picked[key]

    def _candidate(self, variable: Variable) -> Candidate:
        return Candidate(
            self.file(variable.id),
            is_global=not variable.static and not variable.extern,
            hides=not variable.guard and not variable.extern,
            weight=1 - variable.extern,
            declares=bool(variable.extern),
        )

    def struct(self, type_: str, file: int) -> Struct | None:
        """The struct that a value of a type is, points to or holds."""
        return self.structs.sole.get(type_) or self._struct(type_, file)

    def _struct(self, given: str, file: int) -> Struct | None:
        type_ = self.unfold(given, file)
        while type_.endswith((" *", "[]")):
            type_ = self.unfold(type_[:-2].rstrip(), file)
        if not type_.startswith(("struct ", "union ")):
            return None
        found = self.structs.find(type_, file)
        if found and given.startswith(type_) and self.structs.is_sole(type_):
            self.structs.sole[given] = found
        return found or self._renamed(type_, file)

    def _renamed(self, type_: str, file: int) -> Struct | None:
        """A struct whose tag is a macro for another tag."""
        word, _, tag = type_.partition(" ")
        for macro in self.meaning(tag, file):
            if macro.is_macro and macro.parameters is None:
                body = self.expression(macro)
                if body and body[0] == "n" and body[1] != tag:
                    return self.structs.find(f"{word} {body[1]}", file)
        return None

    def is_type(self, name: str) -> bool:
        """Say whether a name is that of a type."""
        return name in self._typedefs or name in _BASES

    def unfold(self, type_: str, file: int) -> str:
        """A type with the typedef in front replaced, as far as it is known."""
        found = self._unfolded.get(type_)
        if found is not None:
            return found
        word = type_.partition(" ")[0]
        if word in _BASES:
            self._unfolded[type_] = type_
            return type_
        key = (type_, file) if len(self._typedefs.get(word, ())) > 1 else type_
        found = self._unfolded.get(key)
        if found is None:
            found = self._unfolded[key] = self._unfold(type_, file)
        return found

    def _unfold(self, type_: str, file: int) -> str:
        for _ in range(_DEPTH):
            end = 0
            while end < len(type_) and (type_[end].isalnum() or type_[end] == "_"):
                end += 1
            known = self._typedefs.get(type_[:end])
            if not known or type_[:end] in _BASES:
                break
            base = next(
                (t for f, t in known if self.includes.sees(file, f)), known[0][1]
            )
            if base == type_[:end] or type_[end : end + 2] == "::":
                break
            type_ = applied(base, type_[end:])
        return type_

    def body(self, macro: Definition) -> Node:
        """The body of a macro, kept."""
        found = self._supplied.get(macro.id) or self._bodies.get(macro.id)
        if found is None:
            found = self._bodies[macro.id] = self.code(macro.id)
        return found

    def supply(self, bodies: Mapping[int, Node]) -> None:
        """Bodies for macros of which none could be read."""
        self._supplied.update(bodies)

    def expression(self, macro: Definition) -> Node:
        """The body of a macro that is an expression or a type; [] for others.

        Of ``T: x``, which stands in a ``_Generic``, it is the expression.
        """
        body = self.body(macro)
        if len(body) == 2 and body[0][0] == "label" and body[1][0] == "e":  # noqa: PLR2004
            return list(body[1][1])
        if macro.form not in {"expr", "other", "type"}:
            return []
        return body if body and isinstance(body[0], str) else []

    def parameters(self, definition: Definition) -> list[tuple[str, str]]:
        """Name and type of each parameter; of a macro the type is ""."""
        found = self._parameters.get(definition.id)
        if found is None:
            text = definition.parameters or ""
            parts = text.split(";") if text else []
            if definition.is_macro:
                found = [
                    (part.removesuffix("...").strip() or "__VA_ARGS__", "")
                    for part in parts
                ]
            else:
                found = [
                    (name, type_)
                    for type_, _, name in (p.rpartition(" ") for p in parts)
                ]
            self._parameters[definition.id] = found
        return found

    def prototype_parameter(self, name: str, position: int) -> str:
        """The type of a parameter of a function that is only declared, or ""."""
        known = self.prototypes.get(name)
        parts = known[1].split(";") if known and known[1] else []
        return parts[position].rpartition(" ")[0] if position < len(parts) else ""


def _named(
    rows: Iterable[Definition],
) -> dict[str, Definition | tuple[Definition, ...]]:
    """By name; the one that most names have is in no tuple."""
    found: dict[str, Definition | tuple[Definition, ...]] = {}
    for row in rows:
        there = found.get(row.name)
        found[row.name] = row if there is None else (*_each(there), row)
    return found


def _each(known: Definition | tuple[Definition, ...]) -> tuple[Definition, ...]:
    """All of them; a `Definition` is a tuple itself."""
    return (known,) if isinstance(known, Definition) else known


def _by_name(rows: Iterable[_Named]) -> dict[str, list[_Named]]:
    found: dict[str, list[_Named]] = defaultdict(list)
    for row in rows:
        found[row.name].append(row)
    return found
