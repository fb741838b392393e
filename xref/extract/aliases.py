"""Functions that are other names of functions, as an attribute of them says."""

from dataclasses import replace

from tree_sitter import Node

from xref.extract.reader import Reader
from xref.records import CallKind, Code, Function, FunctionKind, Prototype


def note_alias(reader: Reader, node: Node, declared: Prototype) -> None:
    """Add what a declaration defines, if an attribute names another function.

    It reads like a function that calls that one with what it is given.

    Args:
        reader: the walk, at file scope.
        node: of the function's name.
        declared: the declaration.
    """
    mark = reader.mark(node, "alias")
    if mark is None:
        return
    parameters = tuple(
        replace(each, name=each.name or f"_{number}")
        for number, each in enumerate(declared.parameters, 1)
    )
    byte = node.start_byte + reader.delta
    reader.function = declared.name
    line = reader.call(byte, CallKind.DIRECT, mark.text)
    reader.function = ""
    given: Code = [["n", each.name] for each in parameters]
    call: Code = ["call", ["n", mark.text], given, line]
    record = Function(
        name=declared.name,
        kind=FunctionKind.FUNCTION,
        line=line,
        end_line=line,
        static=declared.static,
        inline=False,
        returns=declared.returns,
        parameters=parameters,
        variadic=declared.variadic,
        guard=declared.guard,
        macro=mark.macro,
        body=[["e" if declared.returns == "void" else "return", call, line]],
    )
    reader.found.functions.append((byte, record))
