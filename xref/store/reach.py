"""The calls of one kernel as numbers, for questions about what can reach what."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from xref.store.rows import MADE_POSITION, POSITION_BITS

Vertex = int
"""The id of a function, or ``-1 - node`` for what holds functions."""

_CALLS: Final = (
    "select distinct (call.id >> 20 << 20) + call.owner, call.callee from file "
    "join call on call.id >= file.blob << 20 and call.id < (file.blob + 1) << 20 "
    "where file.kernel = ? and call.owner >= 0"
)
_MEANINGS: Final = (
    "select name, ifnull(file.blob, -1), function from meaning "
    "left join file on file.id = meaning.file where meaning.kernel = ?"
)
_EXPANDED: Final = (
    "select distinct caller, function from expanded "
    "where kernel = ? and kind = 'direct' and function <> 0"
)
# What a macro calls of its arguments is in `expanded`, for each of its users.
_SITES: Final = (
    "select caller.id, site.node from site "
    "join pointer_call on pointer_call.id = site.call and pointer_call.owner >= 0 "
    "join function as caller on caller.kind <> 'macro' "
    "and caller.id = (pointer_call.id >> 20 << 20) + pointer_call.owner "
    "where site.kernel = ?1 "
    "union select expanded.caller, site.node from site "
    "join expanded on expanded.kernel = ?1 and expanded.id = -1 - site.call "
    "join function as user on user.id = expanded.caller and user.kind <> 'macro' "
    "where site.kernel = ?1 and site.call < 0"
)
_HELD: Final = "select node, function from held where kernel = ? and function <> 0"
_SLOTS: Final = (
    "select node.id, case node.kind when 'slot' then struct.text || '.' || field.text "
    "when 'parameter' then 'a parameter of ' || owner.text else field.text end "
    "from node join name as struct on struct.id = struct "
    "join name as field on field.id = field "
    "left join function on function.id = node.function "
    "left join name as owner on owner.id = function.name "
    "where kernel = ? and node.kind in ('slot', 'parameter', 'global')"
)
_MAKERS: Final = (
    "select made.id, maker.id from function as made "
    "join file on file.blob = made.id >> 20 and file.kernel = ?1 "
    "join function as maker on maker.name = made.macro and maker.kind = 'macro' "
    "join file as other on other.blob = maker.id >> 20 and other.kernel = ?1 "
    "where made.macro <> 0"
)
_FUNCTIONS: Final = (
    "select function.id, name.text, kind, file.path, line, end_line, "
    "kind = 'macro' and parameters is null, ifnull(maker.text, '') from function "
    "join name on name.id = function.name "
    "left join name as maker on maker.id = function.macro "
    "join file on file.blob = function.id >> 20 and file.kernel = ?1 "
    "where function.id >= ?2 and function.id < ?3 and file.path = ?4 and "
    "(function.id & ?5 = 0 or exists (select 1 from made_in "
    "where made_in.kernel = ?1 and made_in.function = function.id)) "
    "order by function.id"
)
_ENTRIES: Final = (
    "select function.id, name.text from function "
    "join name on name.id = function.name "
    "join file on file.blob = function.id >> 20 and file.kernel = ?1 "
    "where kind = 'syscall' union "
    "select function.id, name.text from syscall "
    "join name on name.text = syscall.entry join function on function.name = name.id "
    "and function.kind = 'function' "
    "join file on file.blob = function.id >> 20 and file.kernel = ?1 "
    "where syscall.kernel = ?1"
)


@dataclass(frozen=True, slots=True)
class Calls:
    """What calls what in one kernel."""

    callees: dict[Vertex, list[Vertex]]
    entries: dict[Vertex, str]
    """Functions of system calls, with their names."""
    slots: dict[Vertex, str]
    """Of the vertices that many places may share: ``struct.field`` of slots, words
    for parameters, names of variables."""
    holders: dict[Vertex, list[Vertex]]
    """By function: what holds it."""


@dataclass(frozen=True, slots=True)
class DefinedFunction:
    """A function or macro of a file, by its lines."""

    id: int
    name: str
    kind: str
    path: str
    line: int
    end_line: int
    is_constant: bool
    """A macro without parameters."""
    is_made: bool
    """A use of a macro at file scope makes it."""
    macro: str
    """The macro that defines it, or ""."""


def calls_of_kernel(connection: sqlite3.Connection, kernel: int) -> Calls:
    """All calls of a kernel, those through pointers by way of what holds functions."""
    callees: defaultdict[Vertex, list[Vertex]] = defaultdict(list)
    holders: defaultdict[Vertex, list[Vertex]] = defaultdict(list)
    for caller, callee in _direct(connection, kernel):
        callees[caller].append(callee)
    for statement in (_EXPANDED, _MAKERS):
        for caller, callee in connection.execute(statement, (kernel,)):
            callees[caller].append(callee)
    for caller, node in connection.execute(_SITES, (kernel,)):
        callees[caller].append(-1 - node)
    for node, function in connection.execute(_HELD, (kernel,)):
        callees[-1 - node].append(function)
        holders[function].append(-1 - node)
    slots = {-1 - n: text for n, text in connection.execute(_SLOTS, (kernel,))}
    entries = dict(connection.execute(_ENTRIES, (kernel,)).fetchall())
    return Calls(dict(callees), entries, slots, dict(holders))


def answer_keys(connection: sqlite3.Connection, kernel: int) -> frozenset[str]:
    """Keys of the answers that are kept of a kernel, old ones too."""
    rows = connection.execute("select key from answer where kernel = ?", (kernel,))
    return frozenset(key for (key,) in rows)


def functions_of_files(
    connection: sqlite3.Connection, kernel: int, paths: Iterable[str]
) -> Iterator[tuple[str, Sequence[DefinedFunction]]]:
    """The functions and macros of some files, by file."""
    for path in paths:
        row = connection.execute(
            "select blob from file where kernel = ? and path = ?", (kernel, path)
        ).fetchone()
        if row is None:
            yield path, ()
            continue
        first, end = row[0] << POSITION_BITS, row[0] + 1 << POSITION_BITS
        values = (kernel, first, end, path, MADE_POSITION)
        rows = connection.execute(_FUNCTIONS, values)
        yield (
            path,
            [
                DefinedFunction(
                    ident,
                    name,
                    kind,
                    where,
                    line,
                    end,
                    is_constant=bool(is_constant),
                    is_made=bool(ident & MADE_POSITION),
                    macro=macro,
                )
                for ident, name, kind, where, line, end, is_constant, macro in rows
            ],
        )


def _direct(
    connection: sqlite3.Connection, kernel: int
) -> Iterator[tuple[Vertex, Vertex]]:
    """Calls by name: what a name means in the file, else what it means anywhere."""
    everywhere: defaultdict[int, list[int]] = defaultdict(list)
    inside: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for name, blob, function in connection.execute(_MEANINGS, (kernel,)):
        if blob < 0:
            everywhere[name].append(function)
        else:
            inside[name, blob].append(function)
    none: list[int] = []
    for caller, name in connection.execute(_CALLS, (kernel,)):
        found = everywhere.get(name) or inside.get(
            (name, caller >> POSITION_BITS), none
        )
        for function in found:
            yield caller, function
