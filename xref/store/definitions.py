"""Definitions of one kernel by name, each with its path."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from xref.program import (
    ConstantEntry,
    FieldEntry,
    FunctionEntry,
    MacroEntry,
    ObjectEntry,
    PrototypeEntry,
    StructEntry,
    SyscallEntry,
    TypedefEntry,
)
from xref.records import Code, FunctionKind
from xref.store.database import damage_at, faults, open_for_reading
from xref.store.entries import (
    function_entry,
    macro_entry,
    plain_entry,
    plain_function,
)
from xref.store.made import is_of
from xref.store.plain import PlainMacros, is_plain
from xref.store.reader import Contents, KernelState
from xref.store.rows import MADE_POSITION, POSITION_BITS, parameters_of_text

_T = TypeVar("_T")

# The stubs that the macros of architectures make of SYSCALL_DEFINEn.
_STUB: Final = re.compile(
    r"__(?:x64|ia32|arm64|arm|riscv|s390x?|powerpc|se|do)_((?:compat_)?sys_\w+)"
)

_FUNCTION = (
    "select function.id, name.text, kind, line, end_line, static, inline, "
    "returns.text, "
    "parameters, variadic, guard.text, macro.text, form, function.text, length "
    "from function join name on name.id = function.name "
    "join name as returns on returns.id = returns "
    "join name as guard on guard.id = guard join name as macro on macro.id = macro "
)
_PROTOTYPE = (
    "select prototype.id, name.text, line, returns.text, parameters, variadic, static, "
    "guard.text from prototype join name on name.id = prototype.name "
    "join name as returns on returns.id = returns "
    "join name as guard on guard.id = guard where prototype.name = ?"
)
_OBJECT = (
    "select object.id, name.text, type.text, line, end_line, static, extern, "
    "function.text, guard.text, macro.text "
    "from object join name on name.id = object.name "
    "join name as type on type.id = type "
    "join name as function on function.id = object.function "
    "join name as guard on guard.id = guard join name as macro on macro.id = macro "
    "where object.name = ?"
)
_STRUCT = (
    "select struct.id, line, guard.text from struct "
    "join name as guard on guard.id = guard where tag = ?"
)
_FIELDS = (
    "select name.text, type.text, line, guard.text from field "
    "join name on name.id = field.name join name as type on type.id = field.type "
    "join name as guard on guard.id = guard where struct = ? order by position"
)
_TYPEDEF = (
    "select typedef.id, type.text, line, guard.text from typedef "
    "join name as type on type.id = typedef.type "
    "join name as guard on guard.id = guard where typedef.name = ?"
)
_CONSTANT = (
    "select enumerator.id, line, value, guard.text from enumerator "
    "join name as guard on guard.id = guard where enumerator.name = ?"
)
_SYSCALL = (
    "select arch, abi, nr, name, entry, path, line from syscall "
    "where kernel = ? and name = ? order by arch, abi, nr"
)
_SYSCALL_NAMES = (
    "select distinct name.text from function join name on name.id = function.name "
    "where kind = 'syscall' and function.id >> 20 in "
    "(select blob from file where kernel = ?) order by 1"
)


class Definitions:
    """What is defined; each answer is kept."""

    def __init__(self, path: Path, state: KernelState) -> None:
        self._database = path
        self._connection = open_for_reading(path)
        self._state = state
        self._contents = Contents(self._connection)
        self._plain = PlainMacros(self._connection, state.id)
        self._kept: dict[tuple[str, Any], Any] = {}
        self._paths: dict[int, str | None] = {}
        self._functions: dict[int, FunctionEntry] = {}
        self._macros: dict[int, MacroEntry] = {}

    @property
    def kernel(self) -> str:
        """Exact version."""
        return self._state.name

    @property
    def arch(self) -> str:
        """The folder under ``arch/`` that names mean first."""
        return self._state.arch

    @property
    def unread(self) -> tuple[str, ...]:
        """Parts of the tree that were not read."""
        return self._state.unread

    def functions(self, name: str) -> tuple[FunctionEntry, ...]:
        """See ``program.Program``."""
        found = self._once("functions", name, self._functions_of)
        stub = None if found else _STUB.fullmatch(name)
        return self.functions(stub[1]) if stub else found

    def function(self, ident: int) -> FunctionEntry:
        """See ``program.Program``."""
        entry = self._functions.get(ident)
        if entry is None:
            with faults(self._database):
                entry = self._functions[ident] = self._function_of(ident)
        return entry

    def body(self, ident: int) -> Code:
        """See ``program.Program``."""
        return self._once("body", ident, self._body)

    def prototypes(self, name: str) -> tuple[PrototypeEntry, ...]:
        """See ``program.Program``."""
        return self._once("prototypes", name, self._prototypes_of)

    def macros(self, name: str) -> tuple[MacroEntry, ...]:
        """See ``program.Program``."""
        return self._once("macros", name, self._macros_of)

    def macro_body(self, ident: int) -> Code:
        """See ``program.Program``."""
        return self._once("body", ident, self._body)

    def objects(self, name: str) -> tuple[ObjectEntry, ...]:
        """See ``program.Program``."""
        return self._once("objects", name, self._objects_of)

    def init(self, ident: int) -> Code:
        """See ``program.Program``."""
        return self._once("init", ident, self._init)

    def structs(self, tag: str) -> tuple[StructEntry, ...]:
        """See ``program.Program``."""
        return self._once("structs", tag, self._structs_of)

    def typedefs(self, name: str) -> tuple[TypedefEntry, ...]:
        """See ``program.Program``."""
        return self._once("typedefs", name, self._typedefs_of)

    def constants(self, name: str) -> tuple[ConstantEntry, ...]:
        """See ``program.Program``."""
        return self._once("constants", name, self._constants_of)

    def syscalls(self, name: str) -> tuple[SyscallEntry, ...]:
        """See ``program.Program``."""
        return self._once("syscalls", name, self._syscalls_of)

    def syscall_names(self) -> tuple[str, ...]:
        """See ``program.Program``."""
        return self._once("syscall_names", "", self._syscall_names)

    def _syscall_names(self, _: str) -> tuple[str, ...]:
        rows = self._connection.execute(_SYSCALL_NAMES, (self._state.id,))
        return tuple(name for (name,) in rows)

    def _once(self, kind: str, key: Any, make: Callable[[Any], _T]) -> _T:  # noqa: ANN401  # a name or an id
        found = self._kept.get((kind, key))
        if found is None:
            with faults(self._database):
                found = self._kept[kind, key] = make(key)
        return found

    def _one(self, statement: str, *values: int | str) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = self._connection.execute(
            statement, values
        ).fetchone()
        if row is None:
            raise damage_at(self._database, LookupError(f"nothing has {values}"))
        return row

    def _name(self, text: str) -> int:
        """The id of a name, -1 when no fact has it."""
        return self._once("name", text, self._name_of)

    def _name_of(self, text: str) -> int:
        row = self._connection.execute(
            "select id from name where text = ?", (text,)
        ).fetchone()
        return row[0] if row else -1

    def _path(self, ident: int) -> str | None:
        """The first path of a fact's blob in this kernel; None when it has none."""
        blob = ident >> POSITION_BITS
        if blob not in self._paths:
            row = self._connection.execute(
                "select min(path) from file where blob = ? and kernel = ?",
                (blob, self._state.id),
            ).fetchone()
            self._paths[blob] = row[0]
        return self._paths[blob]

    def _placed(self, statement: str, text: str) -> list[tuple[str, tuple[Any, ...]]]:
        """Rows of a name with their paths, those of other kernels dropped."""
        rows = self._connection.execute(statement, (self._name(text),))
        placed = [(self._path(row[0]), row) for row in rows]
        found = [(path, row) for path, row in placed if path is not None]
        return sorted(found, key=lambda each: (each[0], each[1][0]))

    def _functions_of(self, name: str) -> tuple[FunctionEntry, ...]:
        rows = self._placed(
            f"{_FUNCTION} where function.name = ? and kind <> 'macro'", name
        )
        return tuple(
            self._entry(row, path)
            for path, row in rows
            if is_of(self._connection, self._state.id, row[0])
        )

    def _entry(self, row: Sequence[Any], path: str) -> FunctionEntry:
        return self._functions.setdefault(row[0], function_entry(row, path))

    def _function_of(self, ident: int) -> FunctionEntry:
        if ident < 0:
            return self._extern(ident)
        if is_plain(ident):
            return plain_function(ident, self._plain.of(ident), self._path(ident) or "")
        row = self._one(f"{_FUNCTION} where function.id = ?", ident)
        return function_entry(row, self._path(ident) or "")

    def _syscalls_of(self, name: str) -> tuple[SyscallEntry, ...]:
        rows = self._connection.execute(_SYSCALL, (self._state.id, name))
        return tuple(SyscallEntry(*row) for row in rows)

    def _extern(self, ident: int) -> FunctionEntry:
        """A function of which no body was read, at its first declaration."""
        name = self._one("select text from name where id = ?", -1 - ident)[0]
        declared = self.prototypes(name)
        first = (
            declared[0]
            if declared
            else PrototypeEntry(
                name, "", 0, "", (), variadic=False, static=False, guard=""
            )
        )
        return FunctionEntry(
            id=ident,
            name=name,
            kind=FunctionKind.FUNCTION,
            path=first.path,
            line=first.line,
            end_line=first.line,
            static=first.static,
            inline=False,
            returns=first.returns,
            parameters=first.parameters,
            variadic=first.variadic,
            guard=first.guard,
            macro="",
            size=0,
        )

    def _macros_of(self, name: str) -> tuple[MacroEntry, ...]:
        rows = self._placed(
            f"{_FUNCTION} where function.name = ? and kind = 'macro'", name
        )
        found = [macro_entry(row, path) for path, row in rows]
        for ident, macro in self._plain.named(name):
            found.append(plain_entry(ident, macro, self._path(ident) or ""))
        return tuple(found)

    def _body(self, ident: int) -> Code:
        if ident < 0:
            return []
        if ident & MADE_POSITION:
            made: Code = json.loads(
                self._one("select code from made where function = ?", ident)[0]
            )
            return made
        if is_plain(ident):
            return ["i", self._plain.of(ident).value]
        row = self._one("select start, length from function where id = ?", ident)
        return self._contents.code(ident >> POSITION_BITS, *row)

    def _init(self, ident: int) -> Code:
        row = self._one("select start, length from object where id = ?", ident)
        return self._contents.code(ident >> POSITION_BITS, *row)

    def _prototypes_of(self, name: str) -> tuple[PrototypeEntry, ...]:
        return tuple(
            PrototypeEntry(
                text,
                path,
                line,
                returns,
                parameters_of_text(parameters),
                bool(variadic),
                bool(static),
                guard,
            )
            for path, (
                _,
                text,
                line,
                returns,
                parameters,
                variadic,
                static,
                guard,
            ) in self._placed(_PROTOTYPE, name)
        )

    def _objects_of(self, name: str) -> tuple[ObjectEntry, ...]:
        entries = [
            ObjectEntry(
                ident,
                text,
                type_,
                path,
                line,
                end_line,
                bool(static),
                bool(extern),
                function,
                guard,
                macro,
            )
            for path, (
                ident,
                text,
                type_,
                line,
                end_line,
                static,
                extern,
                function,
                guard,
                macro,
            ) in self._placed(_OBJECT, name)
        ]
        return tuple(sorted(entries, key=lambda entry: entry.extern))

    def _structs_of(self, tag: str) -> tuple[StructEntry, ...]:
        return tuple(
            StructEntry(
                tag,
                path,
                line,
                tuple(
                    FieldEntry(*f) for f in self._connection.execute(_FIELDS, (ident,))
                ),
                guard,
            )
            for path, (ident, line, guard) in self._placed(_STRUCT, tag)
        )

    def _typedefs_of(self, name: str) -> tuple[TypedefEntry, ...]:
        return tuple(
            TypedefEntry(name, type_, path, line, guard)
            for path, (_, type_, line, guard) in self._placed(_TYPEDEF, name)
        )

    def _constants_of(self, name: str) -> tuple[ConstantEntry, ...]:
        return tuple(
            ConstantEntry(name, path, line, json.loads(value), guard)
            for path, (_, line, value, guard) in self._placed(_CONSTANT, name)
        )
