"""Statements in a row.  C11 6.8.2."""

from itertools import groupby
from operator import itemgetter

from tree_sitter import Node

from xref.extract.guards import guard_of, negated
from xref.extract.kinds import ERROR, SKIPPED, number_of
from xref.extract.reader import Reader, guard_around
from xref.records import CallKind, Code

_BLOCK = number_of("compound_statement")


def block(reader: Reader, node: Node, out: Code) -> None:
    """``{ ... }`` as the body of something: its statements."""
    outer = reader.scope
    reader.scope = dict(outer)
    sequence(reader, node.children, out)
    reader.scope = outer


def sequence(reader: Reader, nodes: list[Node], out: Code) -> None:
    """Read statements; those in arms whose directives were blanked are grouped."""
    if reader.guards:
        _guarded_sequence(reader, nodes, out)
    else:
        _plain_sequence(reader, nodes, out)


def _guarded_sequence(reader: Reader, nodes: list[Node], out: Code) -> None:
    """Statements of which some stand in arms whose directives were blanked."""
    around = [
        (guard_around(reader, node), node)
        for node in nodes
        if node.kind_id not in SKIPPED
    ]
    for guard, group in groupby(around, itemgetter(0)):
        run = [node for _, node in group]
        if guard is None:
            _plain_sequence(reader, run, out)
            continue
        outer, reader.floor = reader.floor, guard.start_byte
        inner: Code = []
        _guarded_sequence(reader, run, inner)
        reader.floor = outer
        condition = guard_of(guard.directives)
        line = reader.line_at(guard.start_byte)
        arms: Code = [[condition, inner], [negated(condition), []]]
        out.append(["cpp", arms, line])


def _plain_sequence(reader: Reader, nodes: list[Node], out: Code) -> None:
    statements = reader.statements
    for at, child in enumerate(nodes):
        kind = child.kind_id
        if kind in SKIPPED:
            continue
        if kind == _BLOCK:
            mark = reader.mark(child, "block") if "block" in reader.kinds else None
            if mark is not None:
                out.append(_statements_of(reader, child, mark.macro))
                continue
            inner: Code = []
            block(reader, child, inner)
            out.append(_walk(nodes[at - 1], inner, out) if at else ["{", inner])
        else:
            statements.get(kind, other)(reader, child, out)


def _statements_of(reader: Reader, node: Node, macro: str) -> Code:
    """``MACRO(statements)``, of which cleaning makes ``{statements}``."""
    line = reader.call(node.start_byte + reader.delta, CallKind.DIRECT, macro)
    inner: Code = []
    block(reader, node, inner)
    return ["walk", macro, [], inner, line]


def _walk(before: Node, inner: Code, out: Code) -> Code:
    """A block, or with the macro before it, ``for_each_x(a)`` without ";", a walk."""
    last = before.children[-1] if before.children else before
    statement = out[-1] if out else None
    is_open = last.is_missing or before.kind_id == ERROR
    if is_open and isinstance(statement, list) and statement[0] == "e":
        call = statement[1]
        if isinstance(call, list) and call[0] == "call":
            callee = call[1]
            if isinstance(callee, list) and callee[0] == "n":
                out.pop()
                return ["walk", callee[1], call[2], inner, statement[2]]
    return ["{", inner]


def other(reader: Reader, node: Node, out: Code) -> None:
    """What is no statement: what could be read of it counts."""
    if node.kind_id == ERROR:
        sequence(reader, [child for child in node.children if child.is_named], out)
    elif node.is_named and node.kind_id in reader.expressions:
        out.append(["e", reader.expression(node), reader.line(node)])


def nothing(_reader: Reader, _node: Node, _out: Code) -> None:
    """A directive: read elsewhere."""
