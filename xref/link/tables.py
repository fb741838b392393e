"""The facts of one version as linking reads them, and indexes over them.

Files are known by number: their place in the order of paths.  An id of a fact says
in which blob it stands; where a version has a blob under several paths, the first
one counts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from xref.records import Code

POSITION_BITS: Final = 20
"""An id of a fact, shifted by this, is its blob's."""


class Definition(NamedTuple):
    """A function or macro with a body."""

    id: int
    name: str
    kind: str
    line: int
    static: int
    returns: str
    parameters: str | None
    """As the store keeps them: ``type name;type name``; of a macro ``name;name``."""
    guard: str
    form: str
    """Of a macro: what its body is."""


class Variable(NamedTuple):
    """An object at file scope, or a static one in a function."""

    id: int
    name: str
    type: str
    line: int
    end_line: int
    static: int
    extern: int
    has_init: int


class PointerCall(NamedTuple):
    """A call through a pointer, as written."""

    id: int
    owner: int
    line: int
    kind: str
    expression: str
    """As JSON."""
    text: str
    """As C."""
    guard: str


StoreRow = tuple[int, int, str, Code, Code, str]
"""Owner, line, form, target, value, guard."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What linking is given: iterables are read once."""

    arch: str
    files: Iterable[tuple[int, str, int]]
    """Id, path, blob, in the order of paths."""
    definitions: Iterable[Definition]
    prototypes: Iterable[tuple[str, str, str]]
    """Name, type of what comes back, parameters."""
    structs: Iterable[tuple[int, str]]
    """Id, tag with keyword."""
    fields: Iterable[tuple[int, str, str]]
    """Struct, name, type, in the order of the source."""
    typedefs: Iterable[tuple[int, str, str]]
    """Id, name, type."""
    variables: Iterable[Variable]
    constants: Iterable[str]
    """Names of enumerators."""
    includes: Iterable[tuple[int, str, int]]
    """Id, target, 1 for angle brackets."""
    callees: Iterable[tuple[int, str]]
    """Blob and name of each call by name, once."""
    pointer_calls: Iterable[PointerCall]
    stores: Iterable[tuple[int, list[StoreRow]]]
    """Blob and its stores."""
    code: Callable[[int], Code]
    """The body of a function or macro, the initialiser of a variable, by id."""
    users: Callable[[Iterable[str]], Iterable[int]]
    """Ids of the functions and macros that call one of these names."""
    separate: tuple[str, ...]
    """Folders that make programs of their own: ``tools/``, ``arch/x86/boot/``."""
    models: Mapping[str, Mapping[str, object]]
    """Models of idioms by name."""


class Tables:
    """Indexes over `Facts`, by name and by file."""

    def __init__(self, facts: Facts) -> None:
        self.arch = facts.arch
        self.models = facts.models
        self.separate = facts.separate
        self.code = facts.code
        self.paths: list[str] = []
        self.file_ids: list[int] = []
        self.file_of_blob: dict[int, int] = {}
        self._files(facts.files)
        self.number_of_path = {path: n for n, path in enumerate(self.paths)}
        self.definitions: dict[int, Definition] = {}
        self.definitions_of: dict[str, list[Definition]] = defaultdict(list)
        self.returns: dict[str, str] = {}
        """By name of a function that is only declared."""
        self.constants = frozenset(facts.constants)
        self._index(facts)

    def _files(self, files: Iterable[tuple[int, str, int]]) -> None:
        for number, (ident, path, blob) in enumerate(files):
            self.paths.append(path)
            self.file_ids.append(ident)
            self.file_of_blob.setdefault(blob, number)

    def _index(self, facts: Facts) -> None:
        for definition in facts.definitions:
            if definition.id >> POSITION_BITS in self.file_of_blob:
                self.definitions[definition.id] = definition
                self.definitions_of[definition.name].append(definition)
        for name, returns, _ in facts.prototypes:
            self.returns.setdefault(name, returns)

    def file(self, ident: int) -> int:
        """The number of the file that a fact stands in."""
        return self.file_of_blob[ident >> POSITION_BITS]
