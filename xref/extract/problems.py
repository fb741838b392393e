"""What the parser could not read."""

from collections.abc import Iterable

from tree_sitter import Node

from xref.extract.reader import Mark, Reader
from xref.records import Problem

_SHOWN = 80


def note_problems(reader: Reader, root: Node, text: str) -> int:
    """Note the problems of a tree; returns the bytes in its outermost ERROR nodes.

    Args:
        reader: the walk.
        root: of the tree.
        text: the blob, one character a byte.
    """
    error_bytes = 0
    pending = [root] if root.has_error else []
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            problem = _problem(reader, node, text)
            reader.found.problems.append((node.start_byte, problem))
            error_bytes += node.end_byte - node.start_byte
            continue
        pending += [child for child in reversed(node.children) if child.has_error]
    return error_bytes


def note_items(reader: Reader, marks: Iterable[Mark]) -> None:
    """Note the macros whose members, enumerators or operands are not known here."""
    known = {(m.start_byte, m.macro) for m in marks if m.kind == "items" and m.macro}
    for byte, macro in sorted(known):
        line = reader.line_at(byte)
        reader.found.problems.append((byte, Problem(line, line, "items", macro)))


def note_conditions(reader: Reader, deep: Iterable[int], wide: Iterable[int]) -> None:
    """Note where conditions are not told: nested too deeply, or behind too many."""
    for kind, places in (("depth", deep), ("arms", wide)):
        for byte in places:
            line = reader.line_at(byte)
            reader.found.problems.append((byte, Problem(line, line, kind, "")))


def _problem(reader: Reader, node: Node, text: str) -> Problem:
    start, end = node.byte_range
    line, end_line = reader.line_at(start), reader.line_at(end)
    if node.is_missing:
        return Problem(line, end_line, "missing", node.type)
    shown = " ".join(text[start : min(end, start + 4 * _SHOWN)].split())
    return Problem(line, end_line, "error", shown[:_SHOWN])
