"""Macros that call and store: what their parameters are, which depend on each use."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from xref.link.locals import given_to_locals
from xref.link.names import Names
from xref.link.tables import (
    Definition,
    Node,
    PointerCall,
    StoreRow,
    nodes_of,
)
from xref.link.types import is_opaque, pointee

_DEPTH: Final = 6
ParameterTypes = dict[tuple[int, int], str]
"""By macro and position."""
OwnedStore = tuple[int, StoreRow]
"""A store in a macro, and that macro."""


def parameter_types(
    names: Names,
    calls: Iterable[PointerCall],
    stores: Sequence[OwnedStore],
) -> ParameterTypes:
    """Types of the parameters of macros, from what their bodies do with them.

    ``__init_work(_work, 0)`` in a macro's body says what ``_work`` is.
    """
    owners = {call.owner for call in _of_macros(names, calls)}
    owners |= {owner for owner, _ in stores}
    expected = _Expected(names)
    found: ParameterTypes = {}
    for owner in sorted(owners):  # neighbours: their bodies are kept together
        macro = names.definitions[owner]
        for position in range(len(names.parameters(macro))):
            type_ = expected.parameter(macro, position, 0)
            if type_:
                found[owner, position] = type_
    return found


def dependent_macros(
    names: Names,
    types: ParameterTypes,
    calls: Iterable[PointerCall],
    stores: Sequence[OwnedStore],
) -> dict[int, set[int]]:
    """The macros of which a call or store depends on arguments, and on which ones."""
    found: dict[int, set[int]] = defaultdict(set)
    for call in _of_macros(names, calls):
        code = json.loads(call.expression)
        found[call.owner].update(_needed(names, types, call.owner, code))
        if code[0] == "p":
            found[call.owner].update(_given(names, types, call.owner, code[2]))
    for owner, row in stores:
        is_slot = row[2] == "assignment" and row[3][0] in {".", "->"}
        if is_slot and _may_be_function(names, owner, row[4]):
            found[owner].update(_needed(names, types, owner, row[3]))
    return {owner: positions for owner, positions in found.items() if positions}


def bodies_of_unread(
    names: Names, stores: Iterable[OwnedStore]
) -> dict[int, list[Node]]:
    """What is known of macros whose bodies could not be read: calls with names.

    Arguments that are no names are Code that could not be read.
    """
    found: dict[int, list[Node]] = defaultdict(list)
    for owner, (_, line, form, target, value, _) in stores:
        if form != "argument" or names.body(names.definitions[owner]):
            continue
        callee, position = target[1], target[2]
        body = found[owner]
        call: Node = body[-1][1] if body else ["call", ["n", ""], [], 0]
        if call[1][1] != callee or len(call[2]) > position:
            call = ["call", ["n", callee], [], line]
            body.append(["e", call, line])
        call[2].extend(["x", ""] for _ in range(position - len(call[2])))
        call[2].append(["n", value[2]] if value[0] == "p" else value)
    return found


def depended_on(
    names: Names, user: Definition, call: Node, needs: Mapping[int, set[int]]
) -> set[int]:
    """The parameters of a macro that what it has another one call depends on.

    Where it gives that one a macro to call, those are any that it hands on.

    Args:
        names: of the version.
        user: the macro.
        call: in its body, of one of `needs`.
        needs: macros, and the positions of arguments that their calls depend on.
    """
    file = names.file(user.id)
    positions: set[int] = set()
    for callee in names.meaning(call[1][1], file):
        positions |= needs.get(callee.id, set())
    given = (call[2][at] for at in positions if at < len(call[2]))
    if any(
        meant.id in needs
        for code in given
        if code[0] == "n"
        for meant in names.meaning(code[1], file)
    ):
        positions = set(range(len(call[2])))
    return _handed_on(names, user, call, positions)


def _handed_on(
    names: Names, macro: Definition, call: Node, positions: Iterable[int]
) -> set[int]:
    """The parameters of a macro that it hands on to these positions of a call."""
    own = {name: at for at, (name, _) in enumerate(names.parameters(macro))}
    found = set()
    for position in positions:
        if position < len(call[2]) and _is_way(call[2][position]):
            found |= {
                own[part[1]]
                for part in nodes_of(call[2][position])
                if part[0] == "n" and part[1] in own
            }
    return found


def _is_way(code: Node) -> bool:
    """Say whether an argument may be a function, a way to one, or a member's name."""
    if code[0] == "call":
        return not (code[1][0] == "n" and "typeof" in code[1][1])
    return code[0] in {"n", ".", "->", "[]", "*", "&", "cast", "?:"}


def _of_macros(names: Names, calls: Iterable[PointerCall]) -> Iterator[PointerCall]:
    for call in calls:
        if call.owner >= 0 and names.definitions[call.owner].is_macro:
            yield call


def _may_be_function(names: Names, owner: int, code: Node) -> bool:
    """Say whether a value is an argument of the macro, or a function."""
    while code[0] in {"cast", "&"}:
        code = code[-1]
    if code[0] == "n":
        found = names.meaning(code[1], names.file(owner))
        return "##" in code[1] or any(not each.is_macro for each in found)
    return bool(code[0] == "p")


def _needed(names: Names, types: ParameterTypes, owner: int, code: Node) -> set[int]:
    """The parameters without which an expression cannot be understood."""
    if code[0] == "p":
        return {code[3]}
    if code[0] == "v":
        return _needed_by_local(names, owner, code[2])
    if code[0] == "call":  # PICK(__VA_ARGS__, b, a)(x)
        return {part[3] for part in nodes_of(code) if part[0] == "p"}
    own = {
        name: at
        for at, (name, _) in enumerate(names.parameters(names.definitions[owner]))
    }
    found = set()
    for part in nodes_of(code):
        if part[0] == "p" and (owner, part[3]) not in types:
            found.add(part[3])
        elif part[0] in {".", "->"} and part[2] in own:
            found.add(own[part[2]])
    return found


def _given(names: Names, types: ParameterTypes, owner: int, callee: str) -> set[int]:
    """The parameters of a macro that it hands on to a function that it is given.

    ``run(x, p->call)``: what ``run`` is given is known where the type of ``p`` is.
    """
    macro = names.definitions[owner]
    own = {each: at for at, (each, _) in enumerate(names.parameters(macro))}
    return {
        own[part[1]]
        for node in nodes_of(names.body(macro))
        if node[0] == "call" and node[1] == ["n", callee]
        for argument in node[2]
        if argument[0] in {".", "->"}
        for part in nodes_of(argument)
        if part[0] == "n" and part[1] in own and (owner, own[part[1]]) not in types
    }


def _needed_by_local(names: Names, owner: int, name: str) -> set[int]:
    """The parameters of a macro that a variable in it is given."""
    macro = names.definitions[owner]
    own = {each: at for at, (each, _) in enumerate(names.parameters(macro))}
    return {
        own[part[1]]
        for value in given_to_locals(names.body(macro)).get(name, ())
        for part in nodes_of(value)
        if part[0] == "n" and part[1] in own
    }


class _Expected:
    """What the bodies of macros do with their parameters, each found once."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._known: dict[tuple[int, int, int], str] = {}

    def parameter(self, macro: Definition, position: int, depth: int) -> str:
        """The type of a parameter of a macro, or ""."""
        key = (macro.id, position, depth)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._parameter(macro, position, depth)
        return found

    def _parameter(self, macro: Definition, position: int, depth: int) -> str:
        names = self._names
        name = names.parameters(macro)[position][0]
        file = names.file(macro.id)
        for node in nodes_of(names.body(macro)):
            if node[0] == "call" and node[1][0] == "n":
                for at, argument in enumerate(node[2]):
                    type_ = ""
                    if argument == ["n", name]:
                        type_ = self._argument(node[1][1], at, file, depth)
                    elif argument == ["&", ["n", name]]:
                        type_ = pointee(self._argument(node[1][1], at, file, depth))
                    if type_ and not is_opaque(type_):
                        return type_
            elif node[0] == "decl" and node[3] == ["n", name] and " " in node[2]:
                return str(node[2])
        return ""

    def _argument(self, callee: str, position: int, file: int, depth: int) -> str:
        """The type that a function or macro expects at a position, or ""."""
        for definition in self._names.meaning(callee, file):
            parameters = self._names.parameters(definition)
            if position >= len(parameters):
                continue
            type_ = parameters[position][1]
            if definition.is_macro and depth < _DEPTH:
                type_ = self.parameter(definition, position, depth + 1)
            if type_:
                return type_
        return self._names.prototype_parameter(callee, position)
