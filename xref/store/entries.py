"""Rows of functions and macros to the records that others see.

The columns: id, name, kind, line, end line, static, inline, type of what comes back,
parameters, variadic, guard, macro, form, text.
"""

from collections.abc import Sequence
from typing import Any

from xref.program import FunctionEntry, MacroEntry
from xref.records import FunctionKind, Parameter
from xref.store.plain import PlainMacro
from xref.store.rows import parameters_of_text


def function_entry(row: Sequence[Any], path: str) -> FunctionEntry:
    """A function, syscall or macro as what may be called."""
    is_macro = row[2] == FunctionKind.MACRO
    names = (row[8] or "").split(";") if is_macro else []
    return FunctionEntry(
        id=row[0],
        name=row[1],
        kind=FunctionKind(row[2]),
        path=path,
        line=row[3],
        end_line=row[4],
        static=bool(row[5]),
        inline=bool(row[6]),
        returns=row[7],
        parameters=(
            tuple(Parameter(name, "") for name in names if name)
            if is_macro
            else parameters_of_text(row[8])
        ),
        variadic=bool(row[9]),
        guard=row[10],
        macro=row[11],
        size=row[14],
    )


def macro_entry(row: Sequence[Any], path: str) -> MacroEntry:
    """A macro as what may be expanded."""
    parameters = row[8]
    return MacroEntry(
        id=row[0],
        name=row[1],
        parameters=None
        if parameters is None
        else tuple(filter(None, parameters.split(";"))),
        text=row[13],
        form=row[12],
        path=path,
        line=row[3],
        guard=row[10],
    )


def plain_entry(ident: int, macro: PlainMacro, path: str) -> MacroEntry:
    """A macro that is a number as what may be expanded."""
    return MacroEntry(
        id=ident,
        name=macro.name,
        parameters=None,
        text=macro.text,
        form="expr",
        path=path,
        line=macro.line,
        guard="",
    )


def plain_function(ident: int, macro: PlainMacro, path: str) -> FunctionEntry:
    """A macro that is a number as what may be called."""
    line = macro.line
    cells = (0, 0, "", None, 0, "", "", "", "", 0)
    row = (ident, macro.name, FunctionKind.MACRO, line, line, *cells)
    return function_entry(row, path)
