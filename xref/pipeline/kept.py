"""Paths, and what they have in common, as they are kept with the index.

They are columns of numbers, with each text once: a whole graph has half a million
edges, which say the same thousands of words.  As one object a record it took four times
as long to write and to read again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from xref.answers import (
    Assumed,
    CallPath,
    EdgeKind,
    Folded,
    Grade,
    PathEdge,
    PathNode,
    Reason,
    Unresolved,
)
from xref.resolve.undecided import Entered, Followed, Undecided

_LISTS: Final[Mapping[str, type[Any]]] = {
    "nodes": PathNode,
    "edges": PathEdge,
    "unresolved": Unresolved,
    "folded": Folded,
    "assumed": Assumed,
    "state": Reason,
}
_UNDECIDED: Final[Mapping[str, type[Any]]] = {
    "functions": Followed,
    "nodes": PathNode,
    "edges": PathEdge,
    "unresolved": Unresolved,
    "folded": Folded,
    "entered": Entered,
}
_KINDS: Final = {EdgeKind, Grade}
_REASONS: Final = tuple[Reason, ...]
_NAMES: Final = tuple[str, ...]


def packed(path: CallPath) -> dict[str, Any]:
    """A path as JSON can hold it."""
    head = {
        field.name: getattr(path, field.name)
        for field in fields(path)
        if field.name not in _LISTS
    }
    return {"head": head, **_packed(path, _LISTS)}


def unpacked(kept: Mapping[str, Any]) -> CallPath:
    """A path from what was kept of it."""
    head = kept["head"]
    bound = tuple((str(name), str(value)) for name, value in head["bound"])
    unindexed = tuple(head["unindexed"])
    lists = _unpacked(kept, _LISTS)
    return CallPath(**{**head, "bound": bound, "unindexed": unindexed, **lists})


def undecided_packed(undecided: Undecided) -> dict[str, Any]:
    """What all paths have in common, as JSON can hold it."""
    return _packed(undecided, _UNDECIDED)


def undecided_unpacked(kept: Any) -> Undecided:  # noqa: ANN401  # out of JSON
    """The same from what was kept of it."""
    return Undecided(**_unpacked(kept, _UNDECIDED))


def functions_kept(kept: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    """Names and files of the functions of a path that was kept."""
    words, nodes = kept["words"], kept["lists"]["nodes"]
    pairs = zip(nodes["name"], nodes["path"], strict=True)
    return frozenset((words[name], words[path]) for name, path in pairs)


def _packed(parts: object, types: Mapping[str, type[Any]]) -> dict[str, Any]:
    """The lists of records that something consists of."""
    tables = _Tables()
    lists = {
        name: tables.columns(getattr(parts, name), record)
        for name, record in types.items()
    }
    return {
        "lists": lists,
        **tables.reasons(),
        "names": [tables.texts(names) for names in tables.names],
        "words": list(tables.words),
    }


def _unpacked(
    kept: Mapping[str, Any], types: Mapping[str, type[Any]]
) -> dict[str, tuple[Any, ...]]:
    words = kept["words"]
    tables: dict[Any, Sequence[Any]] = {}
    each = _records(Reason, kept["reasons"], words, tables)
    tables[_REASONS] = [tuple(each[n] for n in one) for one in kept["together"]]
    tables[_NAMES] = [tuple(words[n] for n in one) for one in kept["names"]]
    return {
        name: _records(record, kept["lists"][name], words, tables)
        for name, record in types.items()
    }


class _Numbers(dict[Any, int]):
    """Things by number, in the order in which they were met."""

    def __missing__(self, thing: Any) -> int:  # noqa: ANN401  # a text or a tuple
        number = self[thing] = len(self)
        return number


class _Tables:
    """What columns have in common."""

    def __init__(self) -> None:
        self.words = _Numbers()
        self.names = _Numbers()
        self._reasons = _Numbers()

    def columns(
        self, records: Iterable[Any], record: type[Any]
    ) -> dict[str, list[int]]:
        """The fields of records of one type by name."""
        records = tuple(records)
        return {
            field.name: self._column([getattr(r, field.name) for r in records], field)
            for field in fields(record)
        }

    def texts(self, texts: Iterable[str]) -> list[int]:
        return [self.words[text] for text in texts]

    def reasons(self) -> dict[str, Any]:
        """Each reason once, and which of them stand together."""
        each = _Numbers()
        together = [[each[reason] for reason in reasons] for reasons in self._reasons]
        return {"reasons": self.columns(each, Reason), "together": together}

    def _column(self, values: list[Any], field: Any) -> list[int]:  # noqa: ANN401  # of dataclasses
        """The values of a field: numbers as they are, else their places in a table."""
        if field.type is int:
            return values
        table = {_REASONS: self._reasons, _NAMES: self.names}.get(field.type)
        table = self.words if table is None else table
        return [table[value] for value in values]


def _records(
    record: type[Any],
    columns: Mapping[str, list[int]],
    words: Sequence[str],
    tables: Mapping[Any, Sequence[Any]],
) -> tuple[Any, ...]:
    """Records from the fields of all of them."""

    def column(field: Any) -> Sequence[Any]:  # noqa: ANN401  # of dataclasses
        values = columns[field.name]
        if field.type is int:
            return values
        if field.type in _KINDS:
            kinds = {number: field.type(words[number]) for number in set(values)}
            return [kinds[number] for number in values]
        table = tables.get(field.type, words)
        return [table[number] for number in values]

    return tuple(map(record, *map(column, fields(record))))
