"""What the value of an expression may be, for calls through pointers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from xref.link.expressions import Typer
from xref.link.graph import Graph
from xref.link.places import Argument, Local, Place
from xref.link.tables import Definition, Node, Variable
from xref.link.types import may_hold_function

_DEPTH: Final = 12
_NO_VALUE: Final = frozenset(("error", "scalar", "check", "stop", "container", "first"))
"""Rules of models whose result is no function."""


@dataclass(slots=True)
class Value:
    """Functions by id, nodes whose content it is, and what is not known of it."""

    functions: list[int] = field(default_factory=list)
    nodes: list[int] = field(default_factory=list)
    unknown: str = ""
    unread: str = ""
    """A name that nothing is known of: a function if only that fits."""
    is_pasted: bool = False
    """Whether a macro pasted that name together."""

    @property
    def is_nothing(self) -> bool:
        """Whether it can be no function: NULL, a number, the address of an object."""
        return not (self.functions or self.nodes or self.unknown or self.unread)


class Values:
    """Reads expressions as values."""

    def __init__(self, typer: Typer, graph: Graph) -> None:
        self._typer = typer
        self._names = typer.names
        self.graph = graph
        self._forms: dict[str, Callable[[Node, Place, Value], None]] = {
            "n": self._name,
            "v": self._local,
            "p": self._parameter,
            ".": self._member,
            "->": self._member,
            "{}": self._positional,
            "[]": self._inner,
            "*": self._inner,
            "&": self._address,
            "cast": lambda c, p, v: self._read(c[2], p, v),
            "=": lambda c, p, v: self._read(c[3], p, v),
            "?:": self._choice,
            ",": lambda c, p, v: self._read(c[1][-1], p, v),
            "block": self._block,
            "call": self._call,
            "generic": self._generic,
            "x": self._unread,
        }

    def value_of(self, code: Node, place: Place) -> Value:
        """What an expression may be; as a target, the nodes that it stores into."""
        value = Value()
        self._read(code, place, value)
        return value

    def macro_of(self, callee: Node, place: Place) -> Definition | None:
        """The macro that a macro picks: ``PICK(__VA_ARGS__, b, a)(x)``."""
        if callee[0] != "call":
            return None
        name, where = self._typer.words.named(*self._picked(callee, place))
        return self.function_like(name, where.file)

    def declared_by(self, callee: Node, place: Place) -> tuple[str, ...] | None:
        """The functions that a macro which declares calls: ``guard(mutex)(&lock)``.

        The macro ends in ``T x = f``, so that what follows are the arguments of f; an
        attribute of the variable may name another one, which its scope ends with.

        Returns:
            None when it is no such macro, () when it ends in no name.
        """
        while callee and callee[0] == "call" and place.depth < _DEPTH:
            name, where = self._typer.words.named(callee[1], place)
            macro = self.function_like(name, where.file)
            if macro is None:
                return None
            body = self._names.body(macro)
            place = self._typer.words.macro_place(macro, callee[2], where)
            if body and isinstance(body[0], list):
                return tuple(filter(None, self._named_in(body, place)))
            callee = body
        return None

    def _named_in(self, body: Node, place: Place) -> Iterator[str]:
        """The functions that the last statements of a declaring macro name."""
        last: Node = next(
            (part for part in reversed(body) if part[0] != "cleanup"), [""]
        )
        if last[0] == "decl" and last[3]:
            yield self._typer.words.named(last[3], place)[0]
        for part in body:
            if part[0] == "cleanup":
                yield self._typer.words.named(*self._picked(part[1][1], place))[0]

    def pasted_by(self, callee: Node, place: Place) -> str:
        """The function that a macro names by its arguments: ``own(x)(&y)``, or ""."""
        core, where = self._picked(callee, place)
        if core is callee or not core or core[0] != "n":
            return ""
        name, where = self._typer.words.named(core, where)
        is_other = self._names.variable(name, where.file) or self.function_like(
            name, where.file
        )
        return "" if is_other else name

    def _picked(self, callee: Node, place: Place) -> tuple[Node, Place]:
        """What a macro that stands for a name stands for, and where that is written."""
        while callee and callee[0] == "call" and place.depth < _DEPTH:
            name, where = self._typer.words.named(callee[1], place)
            macro = self.function_like(name, where.file)
            if macro is None:
                break
            place = self._typer.words.macro_place(macro, callee[2], where)
            callee = self._names.expression(macro)
        return callee, place

    def function_like(self, name: str, file: int) -> Definition | None:
        """The macro with parameters that a name before brackets means in a file."""
        found = self._names.meaning(name, file) if name else ()
        is_macro = found and found[0].is_macro and found[0].parameters is not None
        return found[0] if is_macro else None

    def _read(self, code: Node, place: Place, value: Value) -> None:
        form = self._forms.get(code[0]) if code else None
        if form is not None:
            form(code, place, value)

    def _name(self, code: Node, place: Place, value: Value) -> None:
        name = code[1]
        if "##" in name:
            if not place.names:
                return  # a macro's own fact: it is read at each use
            name = self._typer.words.pasted(name, place)
            value.is_pasted = True
        known = place.names.get(name)
        if isinstance(known, Argument):
            self._read(known.code, known.place, value)
        elif isinstance(known, Local):
            value.nodes.append(self._node_of_local(name, known, place))
        elif name not in self._names.constants and name != "NULL":
            self._global(name, place, value)

    def _node_of_local(self, name: str, known: Local, place: Place) -> int:
        if known.position >= 0:
            return self.graph.parameter(place.owner, known.position)
        return self.graph.local(place.owner, name)

    def _global(self, name: str, place: Place, value: Value) -> None:
        variable = self._names.variable(name, place.file)
        meanings = self._names.meaning(name, place.file)
        if variable is not None and not self._is_hidden(variable, meanings, place):
            self._variable(variable, place, value)
            return
        for definition in meanings:
            if not definition.is_macro:
                value.functions.append(definition.id)
            else:
                self._macro_name(definition, place, value)
        if not meanings:
            if name in self._names.prototypes:
                value.functions.append(self.graph.extern(name))
            else:
                value.unread = name

    def _is_hidden(
        self, variable: Variable, meanings: Sequence[Definition], place: Place
    ) -> bool:
        """Say whether a function of the file itself has a variable's name."""
        if self._names.file(variable.id) == place.file:
            return False
        return any(
            not d.is_macro and self._names.file(d.id) == place.file for d in meanings
        )

    def _variable(self, variable: Variable, place: Place, value: Value) -> None:
        type_ = self._names.unfold(variable.type, place.file)
        while type_.endswith("[]"):
            type_ = self._names.unfold(type_[:-2].rstrip(), place.file)
        if may_hold_function(type_):
            value.nodes.append(self.node_of_variable(variable))

    def node_of_variable(self, variable: Variable) -> int:
        """The node of a variable; a declaration and its definition are one."""
        ident = self._names.file(variable.id) if variable.static else -1
        return self.graph.variable(ident, variable.name)

    def _macro_name(self, macro: Definition, place: Place, value: Value) -> None:
        if place.depth > _DEPTH or macro.parameters is not None:
            return
        body = self._names.expression(macro)
        if body and body != ["n", macro.name]:
            inner = Place(place.file, place.owner, {}, place.depth + 1)
            self._read(body, inner, value)

    def _local(self, code: Node, place: Place, value: Value) -> None:
        value.nodes.append(self.graph.local(place.owner, code[2]))

    def _parameter(self, code: Node, place: Place, value: Value) -> None:
        value.nodes.append(self.graph.parameter(place.owner, code[3]))

    def _member(self, code: Node, place: Place, value: Value) -> None:
        node = self.slot_of(code, place)
        if node:
            value.nodes.append(node)
        else:
            value.unknown = value.unknown or f"the type before {code[2]} is not known"

    def slot_of(self, code: Node, place: Place) -> int:
        """The slot of a member expression, 0 when its struct is not known."""
        found = self._typer.member(code, place)
        if found is not None:
            return self.graph.slot(found[0], found[1])
        # Members that an included file makes are in no list of members.
        base = self._typer.type_of(code[1], place)
        struct = self._names.struct(base, place.file) if base else None
        if struct is None:
            return 0
        return self.graph.slot(struct.outer, self._typer.words.field(code[2], place))

    def _positional(self, code: Node, place: Place, value: Value) -> None:
        found = self._typer.positional(code, place)
        if found is not None:
            value.nodes.append(self.graph.slot(found[0], found[1]))
        else:
            self._read(code[1], place, value)

    def _inner(self, code: Node, place: Place, value: Value) -> None:
        self._read(code[1], place, value)

    def _address(self, code: Node, place: Place, value: Value) -> None:
        """Of a function, it is the function; of a pointer to one, what is in that."""
        inner = code[1]
        type_ = self._typer.type_of(inner, place)
        if not type_ or may_hold_function(self._names.unfold(type_, place.file)):
            self._read(inner, place, value)

    def _choice(self, code: Node, place: Place, value: Value) -> None:
        self._read(code[2] or code[1], place, value)
        self._read(code[3], place, value)

    def _generic(self, code: Node, place: Place, value: Value) -> None:
        for _, choice in code[2]:
            self._read(choice, place, value)

    def _block(self, code: Node, place: Place, value: Value) -> None:
        """The last statement; a variable of the block is what it was declared as."""
        statements = code[1]
        if not statements or statements[-1][0] != "e" or place.depth > _DEPTH:
            return
        names = dict(place.names)
        inner = Place(place.file, place.owner, names, place.depth + 1)
        for statement in statements:
            if statement[0] == "decl" and statement[3]:
                outer = Place(place.file, place.owner, dict(names), place.depth + 1)
                names[statement[1]] = Argument(statement[3], outer)
        self._read(statements[-1][1], inner, value)

    def _call(self, code: Node, place: Place, value: Value) -> None:
        callee, arguments = code[1], code[2]
        if callee[0] != "n":
            value.unknown = value.unknown or "it is what a call through a pointer gives"
            return
        name = callee[1]
        known = place.names.get(name)
        if isinstance(known, Argument) and known.code and known.code[0] == "n":
            self._call(["call", known.code, arguments, 0], known.place, value)
            return
        model = self._names.models.get(name)
        if model is not None and self._modelled(model, arguments, place, value):
            return
        for definition in self._names.meaning(name, place.file):
            self._result(definition, arguments, place, value)

    def _modelled(
        self, model: Mapping[str, Any], arguments: Node, place: Place, value: Value
    ) -> bool:
        """What a model says comes back; False when it does not say."""
        rule = model["rule"]
        if rule in _NO_VALUE:
            return True
        at = model.get("key" if rule == "key" else "value", len(arguments))
        if rule not in {"same", "load", "key"} or at >= len(arguments):
            return False
        if rule == "key":
            key = self.key_of(arguments[at], place)
            if key:
                value.nodes.append(key)
            return bool(key)
        self._read(arguments[at], place, value)
        return True

    def key_of(self, code: Node, place: Place) -> int:
        """The node of the static call that an argument names, or 0."""
        name = self._typer.words.named(code, place)[0]
        return self.graph.key(name) if name else 0

    def _result(
        self, definition: Definition, arguments: Node, place: Place, value: Value
    ) -> None:
        if not definition.is_macro:
            type_ = self._names.unfold(definition.returns, place.file)
            if may_hold_function(type_):
                value.nodes.append(self.graph.result(definition.id))
            return
        if place.depth > _DEPTH:
            return
        body = self._names.expression(definition)
        if definition.parameters is not None:
            inner = self._typer.words.macro_place(definition, arguments, place)
            self._read(body, inner, value)
        elif body and body[0] == "n" and body[1] != definition.name:
            inner = Place(place.file, place.owner, place.names, place.depth + 1)
            self._call(["call", body, arguments, 0], inner, value)

    def _unread(self, code: Node, _: Place, value: Value) -> None:
        if code[1]:
            value.unknown = value.unknown or f"{code[1][:40]!r} could not be read"
