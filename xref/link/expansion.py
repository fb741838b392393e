"""Calls and stores that a macro makes of its arguments, found at each use.

``INDIRECT_CALL_1(f, f1, ...)`` calls its first argument: which function that is, only
the use can tell.  So the body of such a macro is walked with the arguments in place,
as Code and not as text.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from xref.link.expressions import Typer
from xref.link.graph import Origin
from xref.link.locals import given_to_locals, one_of
from xref.link.macros import depended_on
from xref.link.made import Made, MadeFunctions
from xref.link.places import Argument, Known, Local, Place, spread
from xref.link.stores import StoreReader
from xref.link.tables import Definition, Node, nodes_of
from xref.link.types import is_function
from xref.link.values import Values
from xref.spelling import spelling_of

_DEPTH: Final = 12


@dataclass(frozen=True, slots=True)
class Expanded:
    """A call that a macro makes of its arguments."""

    caller: int
    line: int
    kind: str
    """``direct`` ``member`` ``pointer``."""
    callee: str
    """A name, or the callee as C."""
    function: int
    """Of a direct call: what it means; 0 when that was not read."""
    grade: str
    nodes: tuple[int, ...]
    """Of a pointer call."""


class Expander:
    """Walks the functions that use such macros."""

    def __init__(
        self, typer: Typer, values: Values, stores: StoreReader, made: MadeFunctions
    ) -> None:
        self._typer = typer
        self._made = made
        self._names = typer.names
        self._values = values
        self._stores = stores
        self._graph = values.graph
        self._needs: dict[int, set[int]] = {}
        """Macros, and the positions of the arguments that their calls depend on."""
        self._macros: set[str] = set()
        self._unrolled: set[str] = set()
        self._named_slots: Mapping[str, set[int]] = {}
        self._found: list[Expanded] = []
        self._use: list[Expanded] = []
        self._line = 0

    def expand(
        self,
        macros: Mapping[int, set[int]],
        users: Callable[[Iterable[str]], Iterable[int]],
        named_slots: Mapping[str, set[int]],
    ) -> list[Expanded]:
        """Find all uses of macros and what they call and store.

        Args:
            macros: those whose calls or stores depend on arguments, and on which.
            users: the functions and macros that use macros of these names.
            named_slots: nodes by the words that macros take to fill them:
                ``HOOK_INIT(open, f)`` for ``{ .hook.open = f }``.
        """
        self._needs = dict(macros)
        self._named_slots = named_slots
        self._read_macros(users)
        self._macros = {self._names.definitions[ident].name for ident in self._needs}
        self._unrolled = self._unrolling()
        self._macros |= self._unrolled
        for user in users(sorted(self._macros)):
            self._walk_user(self._names.definitions[user])
        return self._taken()

    @property
    def dependent(self) -> Container[int]:
        """The macros whose calls or stores depend on arguments, handed on or not."""
        return self._needs

    def made_calls(
        self, caller: int, line: int, names: Iterable[str]
    ) -> list[Expanded]:
        """Calls of functions that macros defined: they, and what they call."""
        called: list[tuple[str, int]] = []
        for name in names:
            called.append((name, 0))
            called += [
                (self._graph.name_of(ident, self._names.definitions), max(ident, 0))
                for ident in self._made.calls_of(name)
            ]
        return [
            Expanded(caller, line, "direct", text, ident, "exact", ())
            for text, ident in called
        ]

    def _read_macros(self, users: Callable[[Iterable[str]], Iterable[int]]) -> None:
        """Add the macros that hand their own parameters on to such macros."""
        fresh = set(self._needs)
        while fresh:
            wanted = sorted({self._names.definitions[ident].name for ident in fresh})
            fresh = set()
            for user in users(wanted):
                macro = self._names.definitions[user]
                needs = self._needs_of(macro) if macro.is_macro else set()
                if not needs <= self._needs.get(user, set()):
                    self._needs.setdefault(user, set()).update(needs)
                    fresh.add(user)

    def _needs_of(self, macro: Definition) -> set[int]:
        return {
            position
            for node in nodes_of(self._names.body(macro))
            if node[0] == "call" and node[1][0] == "n"
            for position in depended_on(self._names, macro, node, self._needs)
        }

    def walk_made(self, functions: Iterable[Made]) -> list[Expanded]:
        """What functions that macros defined call, and what they hand on."""
        for made in functions:
            code = self._names.code(made.definition.id)
            place = self._place(made.definition, code)
            self._line = made.definition.line
            self._use = []
            for node in nodes_of(code):
                if node[0] == "call":
                    self._made_call(node, place)
            self._found += dict.fromkeys(self._use)
        return self._taken()

    def _taken(self) -> list[Expanded]:
        found, self._found = self._found, []
        return found

    def _made_call(self, node: Node, place: Place) -> None:
        callee = node[1]
        if callee[0] != "n" or callee[1] in place.names:
            self._note(callee, place)
            return
        if callee[1] in self._macros:
            self._expand(node, place)
        meant = self._names.meaning(callee[1], place.file)
        for definition in meant:
            self._add(place, "direct", definition.name, definition.id, ())
        if not meant:
            self._add(place, "direct", callee[1], 0, ())
        origin = Origin(place.file, self._line, "argument", "", "")
        for position, argument in enumerate(node[2]):
            self._stores.hand_on(callee[1], position, argument, place, origin)

    def _place(self, user: Definition, code: Node) -> Place:
        """Where the statements of a function stand, with its locals."""
        names: dict[str, Known] = {
            name: Local(type_, position)
            for position, (name, type_) in enumerate(self._names.parameters(user))
        }
        place = Place(self._names.file(user.id), user.id, names)
        self._declare(code, place, names)
        return place

    def _walk_user(self, user: Definition) -> None:
        """Walk the uses in a function, or in a macro."""
        code = self._names.code(user.id)
        place = self._place(user, code)
        for node in _uses_in(code):
            if node[1][0] == "n" and node[1][1] in self._macros:
                self._line = node[3]
                self._use = []
                self._expand(node, place, user)
                self._unroll(node, place, user)
                self._found += self._graded()

    def _unrolling(self) -> set[str]:
        """Macros that have others repeat a macro whose calls depend on arguments.

        ``UNROLL(COUNT, CALL_ONE, hook, ...)`` counts what only a compiler counts.
        """
        repeated = {self._names.file(ident): set[str]() for ident in self._needs}
        for ident in self._needs:
            name = self._names.definitions[ident].name
            repeated[self._names.file(ident)].add(name)
        return {
            macro.name
            for macro in self._names.definitions.values()
            if macro.is_macro
            and macro.parameters
            and (words := repeated.get(self._names.file(macro.id)))
            and _hands_on(self._names.body(macro), words)
        }

    def _unroll(self, call: Node, place: Place, user: Definition) -> None:
        """Of a call that is repeated by counting, an argument names the slot."""
        if call[1][1] not in self._unrolled or user.is_macro:
            return
        if any(found.kind != "direct" for found in self._use):
            return
        for argument in call[2]:
            name = self._typer.words.named(argument, place)[0]
            nodes = tuple(sorted(self._named_slots.get(name, ())))
            if nodes and name not in place.names:
                self._add(place, "member", f"{call[1][1]}({name})", 0, nodes)

    def _graded(self) -> list[Expanded]:
        """Names beside a call through a pointer are candidates for it."""
        calls = list(dict.fromkeys(self._use))
        if all(call.kind == "direct" for call in calls):
            return calls
        return [_named(call) if call.kind == "direct" else call for call in calls]

    def _expand(self, call: Node, place: Place, user: Definition | None = None) -> None:
        """Walk the body of a macro at a use.

        Args:
            call: the use.
            place: where it stands.
            user: the macro that it is written in; what hands on that macro's own
                parameters is left to its users.
        """
        if place.depth > _DEPTH:
            return
        if user and user.is_macro and depended_on(self._names, user, call, self._needs):
            return
        for macro in self._names.meaning(call[1][1], place.file):
            if macro.id not in self._needs or macro.parameters is None:
                continue
            inner = self._typer.words.macro_place(macro, call[2], place)
            names = dict(inner.names)
            inside = Place(place.file, place.owner, names, inner.depth)
            body = self._names.body(macro)
            self._declare(body, inside, names)
            self._give(body, inside, names)
            self._walk(body, inside)

    def _declare(self, body: Node, place: Place, names: dict[str, Known]) -> None:
        for node in nodes_of(body):
            if node[0] == "decl":
                names.setdefault(node[1], Local("", -1))
                names[node[1]] = Local(self._typer.declared(node, place), -1)

    def _give(self, body: Node, place: Place, names: dict[str, Known]) -> None:
        """A variable of a macro stands for what it is given at this use.

        It may be given an argument of its own name: ``typeof(f) f = (f)``.
        """
        outer = Place(place.file, place.owner, dict(names), place.depth + 1)
        for name, values in given_to_locals(body).items():
            known = names.get(name)
            if isinstance(known, Local) and is_function(
                self._names.unfold(known.type, place.file)
            ):
                names[name] = Argument(one_of(values), outer)

    def _walk(self, body: Node, place: Place) -> None:
        for node in nodes_of(body):
            if node[0] == "call":
                self._call(node, place)
            elif node[0] == "walk":
                self._call(_as_use(node), place)
            elif node[0] == "=" and node[1] == "=":
                self._store(node, place)

    def _call(self, node: Node, place: Place) -> None:
        callee = node[1]
        if callee[0] != "n":
            self._note(callee, place)
            return
        known = place.names.get(callee[1])
        if isinstance(known, Argument):
            self._note(callee, place)
            self._hand_on(node, place)
        elif known is None and callee[1] in self._macros:
            self._expand(node, place)

    def _hand_on(self, node: Node, place: Place) -> None:
        """The arguments of a call of a function that a macro was given by name.

        A macro that it was given so is expanded here.
        """
        name, where = self._typer.words.named(node[1], place)
        if not name or name in where.names:
            return
        if name in self._macros:
            self._expand(["call", ["n", name], *node[2:]], place)
        origin = Origin(place.file, self._line, "argument", "", "")
        for position, given in enumerate(spread(node[2], place)):
            self._stores.hand_on(name, position, given.code, given.place, origin)

    def _note(self, callee: Node, place: Place) -> None:
        """Note a call through an argument, or through what a macro chooses."""
        chosen = self._values.macro_of(callee, place)
        if chosen is not None:
            self._add(place, "direct", chosen.name, chosen.id, ())
            return
        declared = self._values.declared_by(callee, place)
        if declared is not None:
            for call in self.made_calls(place.owner, self._line, declared):
                self._use.append(call)
            return
        code = self._substituted(callee, place)
        value = self._values.value_of(callee, place)
        for function in value.functions:
            name = self._graph.name_of(function, self._names.definitions)
            self._add(place, "direct", name, max(function, 0), ())
        if value.unread:
            self._add(place, "direct", value.unread, 0, ())
        if value.nodes:
            kind = "member" if code[0] in {".", "->"} else "pointer"
            self._add(place, kind, spelling_of(code), 0, tuple(value.nodes))
        elif not (value.functions or value.unread) and _is_callee(code):
            kind = "direct" if code[0] == "n" else "pointer"
            self._add(place, kind, spelling_of(code), 0, ())

    def _add(
        self, place: Place, kind: str, text: str, function: int, nodes: tuple[int, ...]
    ) -> None:
        self._use.append(
            Expanded(place.owner, self._line, kind, text, function, "exact", nodes)
        )

    def _substituted(self, code: Node, place: Place) -> Node:
        """Code with the arguments of a macro in place of its parameters."""
        if code[0] == "n":
            known = place.names.get(code[1])
            if isinstance(known, Argument):
                return self._substituted(known.code, known.place)
            return code
        found = [
            self._substituted(part, place)
            if isinstance(part, list) and part and isinstance(part[0], str)
            else part
            for part in code
        ]
        if code[0] in {".", "->"}:
            found[2] = self._typer.words.field(code[2], place)
        return found

    def _store(self, node: Node, place: Place) -> None:
        origin = Origin(place.file, self._line, "assignment", "", "")
        self._stores.put(node[2], node[3], place, origin)


def _uses_in(code: Node) -> Iterator[Node]:
    """The calls in a body, and what looks like one: ``while_held(lock) {...}``."""
    for node in nodes_of(code):
        if node[0] == "call":
            yield node
        elif node[0] == "walk":
            yield _as_use(node)


def _as_use(walk: Node) -> Node:
    _, name, arguments, _, line = walk
    return ["call", ["n", name], arguments, line]


def _is_callee(code: Node) -> bool:
    """Say whether a macro may call what it is given.

    ``T`` in ``(T)(x)`` may be a type, ``OP`` in ``(x) OP (y)`` an operator, and
    ``F`` in ``F(x)`` nothing: none of these is a call.
    """
    if code[0] == "x":
        return any(letter.isalnum() for letter in code[1])
    return code[0] not in {"type", "i", "s"}


def _hands_on(body: Node, words: Container[str]) -> bool:
    """Say whether one of these words is an argument of a call in a macro's body."""
    return any(
        argument[0] == "n" and argument[1] in words
        for node in nodes_of(body)
        if node[0] == "call"
        for argument in node[2]
        if argument
    )


def _named(call: Expanded) -> Expanded:
    return Expanded(
        call.caller, call.line, call.kind, call.callee, call.function, "named", ()
    )
