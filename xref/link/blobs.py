"""The stores of all blobs into the graph, by two processes where there is room."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from xref.link.graph import Graph
from xref.link.names import Names
from xref.link.parts import Merge, Part, begin_part, part_of
from xref.link.stores import Stored, StoreReader
from xref.link.tables import Facts, StoreRow, Variable
from xref.link.toplevel import TopLevel

Left = list[tuple[int, dict[int, StoreRow]]]
"""Blobs and stores in macros, which are read when more is known."""

_OWN_SHARE: Final = 0.4
"""Of the stores, the rest is read apart: this process has something else to do, too."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What was read apart."""

    part: Part
    stored: Stored
    deferring: set[int]
    wanted: dict[int, Variable]
    left: Left


class BlobReader:
    """Reads blob by blob; nothing is kept of the stores but those in macros."""

    def __init__(
        self, names: Names, stores: StoreReader, top: TopLevel, graph: Graph
    ) -> None:
        self._names = names
        self._stores = stores
        self._top = top
        self._graph = graph

    def read(self, facts: Facts, meanings: Iterator[int]) -> Left:
        """Read all stores.

        Args:
            facts: where they are.
            meanings: finds what the names mean that a blob calls, and gives the blob.
        """
        if facts.apart is None:
            return self._read(_beside(meanings, facts.stores(0, 1)))
        own, rest = facts.stores(0, _OWN_SHARE), facts.stores(_OWN_SHARE, 1)
        others = facts.apart(lambda: self._found(rest))
        for _ in meanings:
            pass
        left = self._read(own)
        return left + self._add(others())

    def _read(self, stores: Iterable[tuple[int, list[StoreRow]]]) -> Left:
        left = []
        for blob, rows in stores:
            rest = self._stores.read(blob, rows, of_macros=False)
            self._top.note(self._names.file_of_blob[blob], rows)
            if rest:
                left.append((blob, rest))
        return left

    def _found(self, stores: Iterable[tuple[int, list[StoreRow]]]) -> _Found:
        """Read in a copy of the process that reads the rest."""
        begun = begin_part(self._graph)
        left = self._read(stores)
        part = part_of(self._graph, begun)
        reader = self._stores
        return _Found(part, reader.stored, reader.deferring, self._top.wanted, left)

    def _add(self, found: _Found) -> Left:
        merge = Merge(self._graph, found.part, self._names.structs.at)
        stored = self._stores.stored
        for at in range(0, len(found.stored.in_slots), 4):
            node, *where = found.stored.in_slots[at : at + 4]
            stored.in_slots.extend((merge.node(node), *where))
        stored.in_globals += found.stored.in_globals
        stored.mentions |= found.stored.mentions
        stored.registries |= found.stored.registries
        self._stores.deferring |= found.deferring
        self._top.wanted.update(found.wanted)
        return found.left


def _beside(
    meanings: Iterator[int], stores: Iterable[tuple[int, list[StoreRow]]]
) -> Iterator[tuple[int, list[StoreRow]]]:
    """Stores, each blob when its names have meanings: both ask for the same ones."""
    last = -1
    for blob, rows in stores:
        while last < blob:
            last = next(meanings, blob)
        yield blob, rows
    for _ in meanings:
        pass
