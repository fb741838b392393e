"""The types of expressions."""

from collections.abc import Callable, Mapping
from typing import Any

from xref.link.names import Names
from xref.link.places import (
    DEPTH,
    NO_NAMES,
    Argument,
    Known,
    Local,
    Place,
    Rest,
    Words,
)
from xref.link.structs import Struct
from xref.link.tables import Definition, Node
from xref.link.types import (
    is_function,
    is_told_by_value,
    pointee,
    pointer_to,
    result_of,
)


class Typer:
    """Finds types; ``""`` where one is not known."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.words = Words(names)
        self._forms: dict[str, Callable[[Node, Place], str]] = {
            "n": self._name,
            "v": self._local,
            "p": self._parameter,
            "i": lambda _, __: "int",
            "s": lambda _, __: "char *",
            ".": self._member,
            "->": self._member,
            "[]": self._pointed,
            "{}": self._positional,
            "*": self._pointed,
            "&": lambda c, p: pointer_to(self.type_of(c[1], p)),
            "call": self._call,
            "cast": self._cast,
            "=": lambda c, p: self.type_of(c[2], p),
            "?:": self._choice,
            "op": self._operation,
            "op1": lambda c, p: self.type_of(c[2], p),
            "init": lambda c, _: c[1] or "",
            ",": lambda c, p: self.type_of(c[1][-1], p) if c[1] else "",
            "block": self._block,
            "sizeof": lambda _, __: "unsigned long",
            "offsetof": lambda _, __: "unsigned long",
            "generic": self._generic,
        }
        self.parameter_types: dict[tuple[int, int], str] = {}
        """Types of macros' parameters, as far as the macros' bodies tell."""

    def type_of(self, code: Node, place: Place) -> str:
        """The type of an expression, "" when it is not known."""
        form = self._forms.get(code[0]) if code else None
        return form(code, place) if form else ""

    def member(self, code: Node, place: Place) -> tuple[Struct, str, str] | None:
        """Struct, name and type of the member that a member expression names."""
        base = self.type_of(code[1], place)
        struct = self.names.struct(base, place.file) if base else None
        if struct is None:
            return None
        return self.member_of(struct, self.words.field(code[2], place), place)

    def member_of(
        self, struct: Struct, name: str, place: Place
    ) -> tuple[Struct, str, str] | None:
        """Find a member by name, or by a macro that stands for a way to one."""
        found = self.names.structs.member(struct, name)
        if found is not None:
            return found[0], name, found[1]
        way = self._field_macro(name, place)
        if way is not None:
            return self._along(struct, way, place)
        for other in self.names.structs.others(struct):
            found = self.names.structs.member(other, name)
            if found is not None:
                return found[0], name, found[1]
        return None

    def _field_macro(self, name: str, place: Place) -> Node | None:
        for macro in self.names.meaning(name, place.file):
            if macro.is_macro and macro.parameters is None:
                body = self.names.expression(macro)
                if body and body != ["n", name]:
                    return body
        return None

    def _along(
        self, struct: Struct, way: Node, place: Place
    ) -> tuple[Struct, str, str] | None:
        """Follow ``__sk_common.skc_prot`` from a struct."""
        if way[0] == "n":
            return self.member_of(struct, way[1], place)
        if way[0] == "[]":
            found = self._along(struct, way[1], place)
            return (found[0], found[1], pointee(found[2])) if found else None
        if way[0] not in {".", "->"}:
            return None
        inner = self._along(struct, way[1], place)
        next_ = self.names.struct(inner[2], inner[0].file) if inner else None
        return self.member_of(next_, way[2], place) if next_ else None

    def _name(self, code: Node, place: Place) -> str:
        name = code[1]
        if "##" in name:
            name = self.words.pasted(name, place)
        known = place.names.get(name)
        if isinstance(known, Local):
            return known.type
        if isinstance(known, Argument):
            return self.type_of(known.code, known.place)
        if name in self.names.constants:
            return "int"
        variable = self.names.variable(name, place.file)
        if variable is not None:
            return variable.type
        for definition in self.names.meaning(name, place.file):
            type_ = self._type_of_definition(definition, name, place)
            if type_:
                return type_
        returns = self.names.prototypes.get(name)
        return f"{returns[0]}()" if returns else ""

    def _type_of_definition(
        self, definition: Definition, name: str, place: Place
    ) -> str:
        if not definition.is_macro:
            return f"{definition.returns}()"
        if definition.parameters is not None or place.depth > DEPTH:
            return ""
        body = self.names.expression(definition)
        if not body or body == ["n", name]:
            return ""
        locals_ = {n: each for n, each in place.names.items() if type(each) is Local}
        inner = Place(place.file, place.owner, locals_ or NO_NAMES, place.depth + 1)
        return self.type_of(body, inner)

    def _local(self, code: Node, _: Place) -> str:
        return "" if code[1] == "?" else code[1]

    def _parameter(self, code: Node, place: Place) -> str:
        if code[1] not in {"?", ""}:
            return str(code[1])
        return self.parameter_types.get((place.owner, code[3]), "")

    def _member(self, code: Node, place: Place) -> str:
        found = self.member(code, place)
        if found is None:
            return ""
        return self._in_file(found[2], found[0].file)

    def _in_file(self, type_: str, file: int) -> str:
        """A type as its struct's file means it: typedefs of that file are unfolded."""
        return self.names.unfold(type_, file)

    def _pointed(self, code: Node, place: Place) -> str:
        type_ = self.type_of(code[1], place)
        return pointee(self.names.unfold(type_, place.file)) if type_ else ""

    def _positional(self, code: Node, place: Place) -> str:
        """An item without designator: a member by its position, or an element."""
        type_ = self.names.unfold(self.type_of(code[1], place), place.file)
        if type_.endswith("[]"):
            return pointee(type_)
        found = self.positional(code, place)
        return found[2] if found else type_

    def positional(self, code: Node, place: Place) -> tuple[Struct, str, str] | None:
        """Struct, name and type of the member at a position."""
        type_ = self.names.unfold(self.type_of(code[1], place), place.file)
        if type_.endswith(("*", "]", ")")):
            return None
        struct = self.names.struct(type_, place.file)
        if struct is None or code[2] >= len(struct.order):
            return None
        name, member_type = struct.order[code[2]]
        return struct.outer, name, self._in_file(member_type, struct.file)

    def _call(self, code: Node, place: Place) -> str:
        callee, arguments = code[1], code[2]
        if callee[0] != "n":
            return result_of(self.names.unfold(self.type_of(callee, place), place.file))
        name = callee[1]
        if "##" in name:
            name = self.words.pasted(name, place)
        known = place.names.get(name)
        if known is not None:
            return self._result_of_known(known, arguments, place)
        model = self.names.models.get(name)
        type_ = self._modelled(model, arguments, place) if model else ""
        return type_ or self._result_of_name(name, arguments, place)

    def _result_of_name(self, name: str, arguments: Node, place: Place) -> str:
        for definition in self.names.meaning(name, place.file):
            type_ = self._result_of_definition(definition, arguments, place)
            if type_:
                return type_
        declared = self.names.prototypes.get(name)
        if declared:
            return declared[0]
        variable = self.names.variable(name, place.file)
        return result_of(variable.type) if variable else ""

    def _result_of_known(self, known: Known, arguments: Node, place: Place) -> str:
        if isinstance(known, Local):
            return result_of(self.names.unfold(known.type, place.file))
        if isinstance(known, Rest):
            return ""
        if known.code and known.code[0] == "n":
            return self._call(["call", known.code, arguments, 0], known.place)
        return result_of(self.type_of(known.code, known.place))

    def _result_of_definition(
        self, definition: Definition, arguments: Node, place: Place
    ) -> str:
        if not definition.is_macro:
            return definition.returns
        if place.depth > DEPTH:
            return ""
        body = self.names.expression(definition)
        if not body:
            return ""
        if definition.parameters is None:
            if body[0] == "n" and body[1] != definition.name:
                inner = Place(place.file, place.owner, place.names, place.depth + 1)
                return self._call(["call", body, arguments, 0], inner)
            return ""
        return self.type_of(body, self.words.macro_place(definition, arguments, place))

    def _modelled(self, model: Mapping[str, Any], arguments: Node, place: Place) -> str:
        """What a model says comes back: see ``data/models.toml``."""
        rule = model["rule"]
        if rule in {"container", "first"}:
            at = model["type"]
            return pointer_to(self._named_type(arguments, at, place))
        at = model.get("value", -1)
        if rule not in {"same", "load"} or not 0 <= at < len(arguments):
            return ""
        type_ = self.type_of(arguments[at], place)
        if rule == "same":
            return type_
        return pointee(self.names.unfold(type_, place.file))

    def _named_type(self, arguments: Node, at: int, place: Place) -> str:
        if at >= len(arguments):
            return ""
        argument = arguments[at]
        if argument[0] == "type" and len(argument) > 2:  # noqa: PLR2004  # typeof(e)
            return self._asked(argument[2], place)
        if argument[0] == "type":
            return self._cast(["cast", argument[1], []], place)
        if argument[0] == "n":
            return self._cast(["cast", argument[1], []], place)
        if argument[0] == "call" and argument[1] == ["n", "typeof"] and argument[2]:
            return self.type_of(argument[2][0], place)
        return ""

    def _asked(self, code: Node, place: Place) -> str:
        """The type of an expression, or one that a macro was given in its place."""
        type_ = self.type_of(code, place)
        known = place.names.get(code[1]) if code[0] == "n" else None
        if not type_ and isinstance(known, Argument):
            return self._named_type([known.code], 0, known.place)
        return type_

    def _cast(self, code: Node, place: Place) -> str:
        """A type name; a parameter of a macro may stand in for the base of it."""
        type_ = code[1]
        if is_told_by_value(type_):
            return self.type_of(code[2], place) if code[2] else ""
        if not place.names:
            return str(type_)
        base = type_
        while base.endswith((" *", "[]")):
            base = base[:-2].rstrip()
        known = place.names.get(base)
        if not isinstance(known, Argument):
            return str(type_)
        suffix = type_[len(base) :]
        inner = self._named_type([known.code], 0, known.place)
        return f"{inner}{suffix}" if inner else ""

    def _choice(self, code: Node, place: Place) -> str:
        for part in (code[2], code[3], code[1]):
            type_ = self.type_of(part, place) if part else ""
            if type_ and type_ not in {"int", "void *"}:
                return type_
        return self.type_of(code[3], place)

    def _operation(self, code: Node, place: Place) -> str:
        if code[1] not in {"+", "-"}:
            return "int"
        left = self.type_of(code[2], place)
        if left.endswith(("*", "]", ")")):
            return left
        right = self.type_of(code[3], place)
        return right if right.endswith(("*", "]")) else left or right

    def _generic(self, code: Node, place: Place) -> str:
        for _, choice in code[2]:
            type_ = self.type_of(choice, place)
            if type_:
                return type_
        return ""

    def _block(self, code: Node, place: Place) -> str:
        """What the last statement of a statement expression gives.  GNU C 6.1."""
        statements = code[1]
        last = next((s for s in reversed(statements) if s[0] != "label"), None)
        if last is None or last[0] != "e":
            return ""
        names = dict(place.names)
        inner = Place(place.file, place.owner, names, place.depth + 1)
        for statement in statements:
            if statement[0] == "decl":
                names[statement[1]] = Local(self.declared(statement, inner), -1)
        return self.type_of(last[1], inner) if place.depth < DEPTH else ""

    def declared(self, statement: Node, place: Place) -> str:
        """The type of a declared variable; that of its value where it has none."""
        type_ = statement[2]
        if statement[3] and is_told_by_value(type_):
            return self.type_of(statement[3], place)
        type_ = self._cast(["cast", type_, []], place)
        if is_function(type_):
            return type_
        return type_
