"""Bytes and their cleaned text to the facts of one blob."""

from collections.abc import Callable, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Protocol, TypeVar

from tree_sitter import Tree

from xref.extract.definitions import read_file
from xref.extract.directives import (
    Conditions,
    Directive,
    conditions_of,
    directives_of,
    include_of,
    is_code_between,
)
from xref.extract.expressions import EXPRESSIONS
from xref.extract.islands import Island, read_islands
from xref.extract.macros import macros_of
from xref.extract.problems import note_conditions, note_items, note_problems
from xref.extract.reader import Guard, Mark, Reader
from xref.extract.statements import STATEMENTS
from xref.records import BlobFacts, Include

_Record = TypeVar("_Record")


class Cleaned(Protocol):
    """A blob's text, made readable for tree-sitter, of the same length."""

    @property
    def text(self) -> bytes:
        """What the main tree is made of."""

    @property
    def whole(self) -> bytes:
        """The same with all arms and directives: what macros are read from."""

    @property
    def marks(self) -> Sequence[Mark]:
        """What was rewritten."""

    @property
    def guards(self) -> Sequence[Guard]:
        """Arms that stay in place without their directives."""

    @property
    def islands(self) -> Sequence[Island]:
        """What was left out."""


def facts_of(
    source: bytes, cleaned: Cleaned, parse: Callable[[bytes], Tree]
) -> BlobFacts:
    """Read all facts of a blob.

    Args:
        source: the blob as it is.
        cleaned: its text after cleaning, with what cleaning has to say.
        parse: C to a tree.
    """
    original = source.decode("latin-1")
    directives = directives_of(original)
    conditions = conditions_of(directives)
    lines = _line_starts(source)
    marks = {mark.start_byte: mark for mark in cleaned.marks}
    tables = (EXPRESSIONS, STATEMENTS)
    text = cleaned.text.decode("latin-1")
    reader = Reader(text, lines, conditions, marks, tables)
    reader.all_guards = sorted(cleaned.guards, key=_guard_start)
    error_bytes = 0
    if is_code_between(original, directives):
        tree = parse(cleaned.text)
        read_file(reader, tree.root_node)
        error_bytes = note_problems(reader, tree.root_node, original)
        read_islands(reader, cleaned.islands, parse)
    note_items(reader, cleaned.marks)
    note_conditions(reader, conditions.deep, conditions.wide)
    reader.text = cleaned.whole.decode("latin-1")
    macros = macros_of(reader, original, directives, parse)
    found = reader.found
    return BlobFacts(
        size_bytes=len(source),
        error_bytes=error_bytes,
        functions=_in_order(found.functions),
        prototypes=_in_order(found.prototypes),
        macros=_in_order(macros),
        structs=_in_order(found.structs),
        typedefs=_in_order(found.typedefs),
        objects=_in_order(found.objects),
        enumerators=_in_order(found.enumerators),
        calls=_in_order(found.calls),
        stores=_in_order(found.stores),
        includes=_includes(reader, directives, conditions),
        problems=_in_order(found.problems),
        uses=_in_order(found.uses),
    )


def _guard_start(guard: Guard) -> int:
    return guard.start_byte


def _line_starts(source: bytes) -> list[int]:
    marked = source.replace(b"\0", b" ").replace(b"\n", b"\n\0")
    starts = list(accumulate(map(len, marked.split(b"\0")), initial=0))
    starts.pop()  # the end of the blob begins no line
    return starts


def _in_order(found: list[tuple[int, _Record]]) -> tuple[_Record, ...]:
    found.sort(key=itemgetter(0))
    return tuple(record for _, record in found)


def _includes(
    reader: Reader, directives: Sequence[Directive], conditions: Conditions
) -> tuple[Include, ...]:
    includes = []
    for directive in directives:
        read = include_of(directive) if directive.word == "include" else None
        if read is not None:
            line = reader.line_at(directive.start_byte)
            guard = conditions.at(directive.start_byte)
            includes.append(Include(*read, line, guard))
    return tuple(includes)
