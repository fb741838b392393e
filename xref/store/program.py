"""One indexed kernel for the stages that resolve and analyse: ``program.Program``.

Look-ups are by name, each a few statements the first time and a dictionary after.
"""

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from xref.program import (
    CallbackEntry,
    CallEntry,
    CallerEntry,
    Entry,
    FunctionEntry,
    OpenReason,
    SiteTarget,
    SlotTarget,
    StoreEntry,
)
from xref.records import CallKind
from xref.store.callbacks import Callbacks
from xref.store.database import fault_of, faults, transaction
from xref.store.definitions import Definitions
from xref.store.reader import KernelState, SeenFiles
from xref.store.rows import FILE_SCOPE, POSITION_BITS, stores_of

_REMEMBER_SECONDS: Final = 0.5
"""How long to wait for another process before an answer is not kept."""

_CALLERS = (
    "select (call.id >> 20 << 20) + owner, line, guard.text from call "
    "join name as guard on guard.id = guard where callee = ? and owner >= 0 "
    "union all select caller, line, guard.text from expanded "
    "join name as guard on guard.id = guard "
    "where kernel = ? and callee = ? and kind = 'direct' order by 1, 2"
)
_FAN_IN = (
    "select (select count(*) from call cross join file on file.blob = call.id >> 20 "
    "and file.kernel = ?1 where callee = ?2) + (select count(*) from expanded "
    "where kernel = ?1 and callee = ?2 and kind = 'direct')"
)
_MACROS_CALLING = (
    "select distinct name.text from call cross join function as user "
    "on user.id = (call.id >> 20 << 20) + call.owner and user.kind = 'macro' "
    "join file on file.blob = call.id >> 20 and file.kernel = ?1 "
    "join name on name.id = user.name where call.callee = ?2 and call.owner >= 0"
)
_MANY_CALLS = 100
"""A name that more places call is common; who they are does not matter."""
_SLOT_NAMES = (
    "select distinct struct.text || '.' || field.text from node "
    "join name as struct on struct.id = node.struct "
    "join name as field on field.id = node.field "
    "where node.kernel = ? and node.kind = 'slot' order by 1"
)
_NODES = (
    "select id from node indexed by node_names "
    "where kernel = ? and field = ? and struct = ? and kind = 'slot' order by id"
)
_SLOT = (
    "select iif(function = 0, -1 - binding.name, function), object.text, path, line, "
    "form, guard.text from binding "
    "join name as object on object.id = object join name as guard on guard.id = guard "
    "join file on file.id = file where binding.kernel = ? and node = ? "
    "order by path, line"
)
_OPEN = (
    "select reason, path, line from unknown join file on file.id = file "
    "where unknown.kernel = ? and node = ? order by path, line"
)
_STORED = (  # without its last condition, an index of some rows is not used
    "select path, blob, position, target from stored join file on file.id = file where "
    "stored.kernel = ? and {column} = ? and {column} <> 0 order by path, position"
)
_MENTIONS = "select function from mention where kernel = ? and global = ?"
_POINTER_CALLS = (
    "select pointer_call.id, line, kind, text.text, guard.text from pointer_call "
    "join name as text on text.id = pointer_call.text "
    "join name as guard on guard.id = guard "
    "where pointer_call.id >= ? and pointer_call.id < ?"
)
_CALLS = (
    "select call.id, line, callee, callee.text, guard.text from call "
    "join name as callee on callee.id = callee join name as guard on guard.id = guard "
    "where call.id >= ? and call.id < ?"
)
_EXPANDED = (
    "select expanded.id, line, kind, callee.text, function, grade, guard.text "
    "from expanded "
    "join name as callee on callee.id = callee join name as guard on guard.id = guard "
    "where caller = ? and kernel = ? order by expanded.id"
)
_MEANING = (
    "select function from meaning where kernel = ? and name = ? and file in (0, ?) "
    "order by rank"
)
_SITE = (
    "select node.id, node.kind, struct.text, field.text from site "
    "join node on node.kernel = site.kernel and node.id = site.node "
    "join name as struct on struct.id = struct join name as field on field.id = field "
    "where site.kernel = ? and call = ? order by node.id"
)
_HELD = (
    "select iif(function = 0, -1 - name, function) from held "
    "where kernel = ? and node = ?"
)


class IndexedProgram(Definitions):
    """See ``program.Program``; close it after use."""

    def __init__(
        self,
        path: Path,
        state: KernelState,
        pick: Callable[[SeenFiles, KernelState], "Picker"],
        maker: int,
    ) -> None:
        super().__init__(path, state)
        self._maker = maker
        self._make_picker = pick
        self._picker: Picker | None = None
        self._callbacks = Callbacks(self._connection, state.id)

    def close(self) -> None:
        """Let go of the index."""
        self._connection.close()

    def pick(self, entries: Sequence[Entry], path: str) -> tuple[Entry, ...]:
        """See ``program.Program``."""
        # Asked more often than anything else: a `with` would cost as much as it does.
        try:
            if self._picker is None:
                seen = SeenFiles(self._connection, self._state.id)
                self._picker = self._make_picker(seen, self._state)
            return self._picker(entries, path)
        except sqlite3.Error as error:
            raise fault_of(self._database, error) from error

    def callers(self, name: str) -> tuple[CallerEntry, ...]:
        """See ``program.Program``."""
        return self._once("callers", name, self._callers_of)

    def fan_in(self, name: str) -> int:
        """See ``program.Program``."""
        return self._once("fan_in", name, self._fan_in_of)

    def stores_to_global(self, name: str) -> tuple[StoreEntry, ...]:
        """See ``program.Program``."""
        return self._once("stores_to_global", name, self._stores_to_global)

    def mentions(self, name: str) -> tuple[FunctionEntry, ...]:
        """See ``program.Program``."""
        return self._once("mentions", name, self._mentions_of)

    def slot_targets(self, struct: str, field: str) -> tuple[SlotTarget, ...]:
        """See ``program.Program``."""
        return self._once("slot_targets", (struct, field), self._slot_targets)

    def callbacks_of(self, ident: int) -> tuple[CallbackEntry, ...]:
        """See ``program.Program``."""
        return self._once("armed", ident, self._callbacks_of)

    def _callbacks_of(self, ident: int) -> tuple[CallbackEntry, ...]:
        return tuple(self._callbacks.of(ident, self._entries))

    def slot_names(self) -> tuple[str, ...]:
        """See ``program.Program``."""
        rows = self._connection.execute(_SLOT_NAMES, (self._state.id,))
        return tuple(name for (name,) in rows)

    def slot_open(self, struct: str, field: str) -> tuple[OpenReason, ...]:
        """See ``program.Program``."""
        return self._once("slot_open", (struct, field), self._slot_open)

    def slot_stores(self, struct: str, field: str) -> tuple[StoreEntry, ...]:
        """See ``program.Program``."""
        return self._once("slot_stores", (struct, field), self._slot_stores)

    def site_targets(self, ident: int, line: int) -> tuple[SiteTarget, ...]:
        """See ``program.Program``."""
        sites = self._once("sites", ident, self._sites_of)
        return tuple(target for at, target in sites if at == line)

    def calls_of(self, ident: int) -> tuple[CallEntry, ...]:
        """See ``program.Program``."""
        return self._once("calls", ident, self._calls_of)

    def remembered(self, key: str) -> object:
        """See ``program.Program``."""
        with faults(self._database):
            row = self._connection.execute(
                "select content from answer where kernel = ? and key = ? and maker = ?",
                (self._state.id, key, self._maker),
            ).fetchone()
            return json.loads(zlib.decompress(row[0])) if row else None

    def remember(self, key: str, answer: object) -> None:
        """See ``program.Program``."""
        content = zlib.compress(json.dumps(answer, separators=(",", ":")).encode())
        row = (self._state.id, key, self._maker, content, self._state.linker)
        try:
            writer = sqlite3.connect(
                self._database, _REMEMBER_SECONDS, isolation_level=None
            )
            try:
                with transaction(writer, _REMEMBER_SECONDS):
                    writer.execute(
                        "insert or replace into answer select ?1, ?2, ?3, ?4 "
                        "from kernel where id = ?1 and linker = ?5",
                        row,
                    )
            finally:
                writer.close()
        except sqlite3.Error:
            return  # a cache that cannot be written is only slower

    def _entries(self, idents: Iterable[int]) -> tuple[FunctionEntry, ...]:
        """Functions by id, those of other kernels dropped."""
        return tuple(
            self.function(i) for i in idents if i < 0 or self._path(i) is not None
        )

    def _callers_of(self, name: str) -> tuple[CallerEntry, ...]:
        ident = self._name(name)
        rows = self._connection.execute(_CALLERS, (ident, self._state.id, ident))
        found = [row for row in rows.fetchall() if self._path(row[0]) is not None]
        # By place: blobs are numbered as they were read, with those of other kernels.
        found.sort(key=lambda row: (self._path(row[0]), row[1]))
        return tuple(CallerEntry(self.function(row[0]), *row[1:]) for row in found)

    def _fan_in_of(self, name: str) -> int:
        """Count the users of a macro for what the macro calls."""
        key = (self._state.id, self._name(name))
        n_calls = int(self._one(_FAN_IN, *key)[0])
        if n_calls > _MANY_CALLS:
            return n_calls
        self._kept["fan_in", name] = n_calls  # for a macro that calls itself
        macros = self._connection.execute(_MACROS_CALLING, key).fetchall()
        return n_calls + sum(self.fan_in(macro) for (macro,) in macros)

    def _mentions_of(self, name: str) -> tuple[FunctionEntry, ...]:
        rows = self._connection.execute(_MENTIONS, (self._state.id, self._name(name)))
        found = self._entries(ident for (ident,) in rows.fetchall())
        return tuple(sorted(found, key=lambda entry: (entry.path, entry.line)))

    def _stores_to_global(self, name: str) -> tuple[StoreEntry, ...]:
        return self._stores(_STORED.format(column="global"), self._name(name))

    def _slot_stores(self, slot: tuple[str, str]) -> tuple[StoreEntry, ...]:
        statement = _STORED.format(column="node")
        return tuple(
            store
            for node in self._nodes(slot)
            for store in self._stores(statement, node)
        )

    def _stores(self, statement: str, value: int) -> tuple[StoreEntry, ...]:
        rows = self._connection.execute(statement, (self._state.id, value)).fetchall()
        return tuple(self._store(*row) for row in rows)

    def _store(self, path: str, blob: int, position: int, other: int) -> StoreEntry:
        stores = self._once("stores", blob, self._stores_of_blob)
        owner, line, form, target, value, guard = stores[position]
        if other >= 0:  # rcu_assign_pointer(target, value)
            form, target = "assignment", stores[other][4]
        function = (
            None
            if owner == FILE_SCOPE
            else self.function((blob << POSITION_BITS) + owner)
        )
        return StoreEntry(function, path, line, form, target, value, guard)

    def _stores_of_blob(self, blob: int) -> list[tuple[Any, ...]]:
        packed = self._one("select stores from content where blob = ?", blob)[0]
        return stores_of(packed)

    def _nodes(self, slot: tuple[str, str]) -> list[int]:
        struct, field = slot
        rows = self._connection.execute(
            _NODES, (self._state.id, self._name(field), self._name(struct))
        )
        return [ident for (ident,) in rows.fetchall()]

    def _slot_targets(self, slot: tuple[str, str]) -> tuple[SlotTarget, ...]:
        return tuple(
            SlotTarget(self.function(function), *rest)
            for node in self._nodes(slot)
            for function, *rest in self._connection.execute(
                _SLOT, (self._state.id, node)
            ).fetchall()
        )

    def _slot_open(self, slot: tuple[str, str]) -> tuple[OpenReason, ...]:
        return tuple(
            OpenReason(*row)
            for node in self._nodes(slot)
            for row in self._connection.execute(_OPEN, (self._state.id, node))
        )

    def _span(self, ident: int) -> tuple[int, int]:
        """The ids of a function's calls, the last not included."""
        if ident < 0:
            return 0, 0
        span = "select first_call, end_call from function where id = ?"
        base = ident >> POSITION_BITS << POSITION_BITS
        first, end = self._one(span, ident)
        return base + first, base + end

    def _pointer_calls(self, ident: int) -> list[tuple[int, int, str, str, str]]:
        """Site, line, kind, expression and guard of the pointer calls of a function."""
        rows = self._connection.execute(_POINTER_CALLS, self._span(ident)).fetchall()
        expanded = self._connection.execute(_EXPANDED, (ident, self._state.id))
        return rows + [
            (-1 - number, line, kind, text, guard)
            for number, line, kind, text, _, _, guard in expanded
            if kind != CallKind.DIRECT
        ]

    def _held(self, site: int) -> tuple[str, str, tuple[FunctionEntry, ...]]:
        """Slot, grade and targets of a pointer call."""
        slot, grade = "", "slot"
        found: dict[int, FunctionEntry] = {}
        for node, kind, struct, field in self._connection.execute(
            _SITE, (self._state.id, site)
        ).fetchall():
            if kind == "slot":
                slot = slot or f"{struct}.{field}"
            else:
                grade = "named" if kind == "key" else "local"
            rows = self._connection.execute(_HELD, (self._state.id, node)).fetchall()
            found.update(
                (entry.id, entry) for entry in self._entries(i for (i,) in rows)
            )
        return slot, grade, tuple(found.values())

    def _sites_of(self, ident: int) -> list[tuple[int, SiteTarget]]:
        found = []
        for site, line, _, text, _ in self._pointer_calls(ident):
            slot, grade, targets = self._held(site)
            found += [(line, SiteTarget(slot, text, grade, entry)) for entry in targets]
        return found

    def _calls_of(self, ident: int) -> tuple[CallEntry, ...]:
        found: list[tuple[int, CallEntry]] = []
        for site, line, kind, text, guard in self._pointer_calls(ident):
            slot, grade, targets = self._held(site)
            call = CallEntry(
                line, CallKind(kind), slot or text, text, targets, grade, guard
            )
            found.append((site, call))
        found += self._direct_calls(ident)
        return tuple(call for _, call in sorted(found, key=_reading_order))

    def _direct_calls(self, ident: int) -> list[tuple[int, CallEntry]]:
        if ident < 0:
            return []
        file = self._one(
            "select min(id) from file where blob = ? and kernel = ?",
            ident >> POSITION_BITS,
            self._state.id,
        )[0]
        direct = CallKind.DIRECT
        found = []
        for call, line, callee, name, guard in self._connection.execute(
            _CALLS, self._span(ident)
        ).fetchall():
            rows = self._connection.execute(_MEANING, (self._state.id, callee, file))
            targets = self._entries(i for (i,) in rows.fetchall())
            entry = CallEntry(line, direct, name, name, targets, "exact", guard)
            found.append((call, entry))
        for (
            number,
            line,
            kind,
            name,
            function,
            grade,
            guard,
        ) in self._connection.execute(_EXPANDED, (ident, self._state.id)).fetchall():
            if kind == direct:
                targets = self._entries((function,) if function else ())
                entry = CallEntry(line, direct, name, name, targets, grade, guard)
                found.append((-1 - number, entry))
        return found


Picker = Callable[[Sequence[Any], str], tuple[Any, ...]]
"""``program.Program.pick``."""


def _reading_order(found: tuple[int, CallEntry]) -> tuple[int, int]:
    """By line; what a macro makes comes behind what is written."""
    site, call = found
    return call.line, site if site >= 0 else 1 << 62
