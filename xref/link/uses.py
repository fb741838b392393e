"""Uses of macros at file scope, which several steps of linking look at one by one.

They stay as they came: as Code they take ten times the room, and all together are
read in a tenth of a second.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from xref.link.names import Names
from xref.link.tables import POSITION_BITS, Node


class Use(NamedTuple):
    """A macro that is used at file scope."""

    file: int
    base: int
    """Of the ids of the file's blob."""
    code: Node
    """As a call."""
    guard: str


class Uses:
    """Those of a version, file by file; each time they are read anew."""

    def __init__(self, names: Names, texts: Iterable[tuple[int, str]]) -> None:
        """Find those that look like objects, too: ``DEFINE_TABLE(fast) = {...}``.

        Args:
            names: of the version, with its variables as they were read.
            texts: see `Facts.uses`.
        """
        self._texts = {names.file_of_blob[blob]: (blob, text) for blob, text in texts}
        self._objects: dict[int, list[Use]] = defaultdict(list)
        for variables in names.variables.values():
            for v in variables:
                file = names.file(v.id)
                if v.type and names.meaning(v.type, file):
                    code = ["call", ["n", v.type], [["n", v.name]], v.line]
                    base = v.id >> POSITION_BITS << POSITION_BITS
                    self._objects[file].append(Use(file, base, code, v.guard))
        self._files = dict.fromkeys((*self._texts, *self._objects))

    def __iter__(self) -> Iterator[Use]:
        for file in self._files:
            yield from self.of(file)

    def of(self, file: int) -> Iterator[Use]:
        """Those in one file."""
        if file in self._texts:
            blob, text = self._texts[file]
            for code, guard in json.loads(text):
                yield Use(file, blob << POSITION_BITS, code, guard)
        yield from self._objects.get(file, ())
