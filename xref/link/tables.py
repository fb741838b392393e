"""The facts of one version as linking reads them.

Files are known by number: their place in the order of paths.  An id of a fact says
in which blob it stands; where a version has a blob under several paths, the first
one counts.
"""

from collections.abc import (
    Callable,
    Container,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol, TypeVar

_T = TypeVar("_T")

POSITION_BITS: Final = 20
"""An id of a fact, shifted by this, is its blob's."""

Node = list[Any]
"""Code that is being looked at."""


class Definition(NamedTuple):
    """A function or macro with a body."""

    id: int
    name: str
    kind: str
    line: int
    end_line: int
    static: int
    returns: str
    parameters: str | None
    """``type name;type name``; of a macro ``name;name``, None without brackets."""
    guard: str
    form: str
    """Of a macro: what its body is."""

    @property
    def is_macro(self) -> bool:
        """Whether it is a ``#define``."""
        return self.kind == "macro"


class Variable(NamedTuple):
    """An object at file scope, or a static one in a function."""

    id: int
    name: str
    type: str
    line: int
    end_line: int
    static: int
    extern: int
    guard: str
    length: int
    """Of the initialiser; 0 without one."""


class PointerCall(NamedTuple):
    """A call through a pointer, as written."""

    id: int
    owner: int
    line: int
    kind: str
    expression: str
    """As JSON."""
    guard: str


class Apart(Protocol):
    """Begins work in a copy of this process; what comes back waits for its result.

    The copy knows all that is known here, and what it learns stays its own.
    """

    def __call__(self, work: Callable[[], _T]) -> Callable[[], _T]:
        """Begin."""


StoreRow = tuple[Any, ...]
"""Owner, line, form, target, value, guard."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What linking is given; each iterable is read once."""

    arch: str
    files: Iterable[tuple[int, str, int]]
    """Id, path, blob, in the order of paths."""
    definitions: Iterable[Definition]
    prototypes: Iterable[tuple[str, str, str]]
    """Name, type of what comes back, parameters as in `Definition`."""
    declared: Iterable[tuple[int, str]]
    """Id and name of each declaration of a function that is not static."""
    structs: Iterable[tuple[int, str]]
    """Id, tag with keyword."""
    fields: Iterable[tuple[int, str, str]]
    """Struct, name, type, in the order of the source."""
    typedefs: Iterable[tuple[int, str, str]]
    """Id, name, type."""
    variables: Iterable[Variable]
    constants: Iterable[str]
    """Names of enumerators."""
    includes: Iterable[tuple[int, str, int, int]]
    """Id, target, 1 for angle brackets, line."""
    callees: Iterable[tuple[int, Sequence[str]]]
    """By blob, the names that it calls, each once."""
    outside: Iterable[tuple[int, str, int]]
    """Blob, name and line of each call by name that stands in no function."""
    uses: Iterable[tuple[int, str]]
    """Blob and the uses of macros at file scope, as JSON: a call and its guard each."""
    called: Container[str]
    """The names that are called anywhere."""
    pointer_calls: Iterable[PointerCall]
    stores: Callable[[float, float], Iterable[tuple[int, list[StoreRow]]]]
    """Blob and its stores, from one share of all to another: all are 0 to 1."""
    code: Callable[[int], Node]
    """The body of a function or macro, the initialiser of a variable, by id."""
    users: Callable[[Iterable[str]], Iterable[int]]
    """Ids of the functions and macros that call one of these names."""
    separate: Callable[[list[str]], tuple[str, ...]]
    """Of the folders of these paths, those that make programs of their own."""
    models: Mapping[str, Mapping[str, Any]]
    """Models of idioms by name: see ``data/models.toml``."""
    deferred: Sequence[Mapping[str, Any]]
    """Slots of which what they hold runs later: see there."""
    apart: "Apart | None"
    """Where there is room for a second process."""


_LEAVES: Final = frozenset(("n", "i", "s", "v", "p"))
"""Most expressions are one of these, and none of these has another in it."""


def nodes_of(body: Node) -> Iterator[Node]:
    """Every expression and statement in Code, in the order of the source."""
    waiting: list[Iterator[Any]] = [iter((body,))]
    while waiting:
        for code in waiting[-1]:
            if type(code) is not list or not code:
                continue
            if type(code[0]) is str:
                yield code
                if code[0] in _LEAVES:
                    continue
            waiting.append(iter(code))
            break
        else:
            waiting.pop()


def parts_of(body: Node) -> list[Node]:
    """The statements of a macro's body; of one that is an expression, that.

    ``static ATTRIBUTE(name);`` reads as a declaration of ``name``, and is a use.
    """
    statements = [body] if body and isinstance(body[0], str) else body
    return [_part_of(statement) for statement in statements if statement]


def _part_of(statement: Node) -> Node:
    if statement[0] == "e":
        return list(statement[1])
    if statement[0] == "decl" and not statement[3] and statement[2].isidentifier():
        _, name, type_, _, line, _ = statement
        return ["call", ["n", type_], [["n", name]], line]
    return statement
