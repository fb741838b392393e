"""What runs when the scope of a variable ends, as an attribute of it says."""

from tree_sitter import Node

from xref.extract.reader import Reader
from xref.extract.values import json_of
from xref.records import CallKind, Code


def note_cleanup(reader: Reader, node: Node, out: Code) -> None:
    """Add the call that an attribute of a variable asks for, if one does.

    ``T x own(f)`` is read as a call of ``own(f)`` with the variable's address: what
    that is, the macro's definition tells.

    Args:
        reader: the walk.
        node: of the variable's name.
        out: the statements.
    """
    mark = reader.mark(node, "cleanup")
    if mark is None:
        return
    byte = node.start_byte + reader.delta
    callee: Code = ["n", mark.macro or mark.text]
    line = reader.call(byte, CallKind.DIRECT, str(callee[1]))
    if mark.macro and mark.text:
        callee = ["call", callee, [["n", mark.text]], line]
        if "##" not in mark.text:  # else only a use of the macro around tells
            reader.call(byte, CallKind.POINTER, json_of(callee, reader.scope))
    call: Code = ["call", callee, [["&", ["n", reader.slice(node)]]], line]
    out.append(["cleanup", call, line])
