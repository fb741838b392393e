"""What an expression may be: sets of constants, functions and addresses.

A value is a frozenset of atoms.  An atom is an ``int``, a ``Func``, a ``Ptr`` or a
``Sym``.  The empty set is what nothing has been seen to flow into.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from zlib import crc32

from xref.program import FunctionEntry, ObjectEntry


class Sym:
    """A number that is not known, but known to be the same one where it is met."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"Sym({self.name})"

    def __hash__(self) -> int:
        return crc32(self.name.encode())


class Number(Sym):
    """A number that a call in the scenario returned: a new descriptor, a length."""

    __slots__ = ()


class Beyond(Sym):
    """More than a descriptor, by one or as computed: who counts up to it meets it."""

    __slots__ = ("met",)

    def __init__(self, met: Sym) -> None:
        super().__init__(f"{met.name} + 1")
        self.met = met


TOP = Sym("?")
"""Something that nothing is known of: not even whether it is the same."""


FAR = 99
"""Farther than anything is looked at."""


CALLBACK = 2
"""How far a function is that is handed on as an argument."""


class Bound(int):
    """A number that a scenario, or a row that it leads to, decides."""

    __slots__ = ()


class Named(int):
    """A constant that memory remembers: one passed by its name, as ``AF_INET`` is.

    Null is one where a row names no function.
    """

    __slots__ = ()


@dataclass(eq=False, slots=True)
class Func:
    """The address of a function; several entries where ``#if`` has twins."""

    name: str
    entries: tuple[FunctionEntry, ...]

    def __hash__(self) -> int:
        return crc32(self.name.encode())


@dataclass(eq=False, slots=True)
class Obj:
    """A piece of memory: a bag of slots, embedded structs included.

    `kind` is ``global`` (a variable of the source), ``frame`` (a local one whose
    address is taken), ``heap`` (allocated in the scenario), ``sym`` (something that
    was there before, known by the way to it) or ``user`` (memory of the program).
    """

    kind: str
    name: str
    type: str
    depth: int = 0
    """Of a sym: how many members away from something known it was found."""
    far: int = FAR
    """How far from what the scenario binds it was first met; see ``Context.far``."""
    entry: ObjectEntry | None = None
    known: bool = False
    """What it holds can decide which code runs: see ``memory.put``."""
    given: bool = False
    """It is memory of the program, or holds a copy of some: numbers in it, as those of
    descriptors, may decide which code runs."""
    ready: bool = False
    """Of a global: its initialiser has been read."""
    inside: dict[tuple[str, str], "Ptr"] = field(default_factory=dict)
    """Of a sym: the structs found around it, by (struct, member)."""

    serial: int = 0
    """Sets are walked in the order of hashes: one that is the same in every run."""
    step: int = FAR
    """Of the scenario's calls that give a descriptor, the one that made it, or what it
    was found from."""

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"

    def __hash__(self) -> int:
        return self.serial


@dataclass(eq=False, slots=True)
class Ptr:
    """The address of an object, or of a part of it that is not at its start.

    A member at offset 0 has its struct's own address (C11 6.7.2.1p15), so `path` names
    only the embedded members that are elsewhere: ``sock.sk_timer``, ``[3]``.
    """

    obj: Obj
    path: tuple[str, ...]
    serial: int = 0

    def __hash__(self) -> int:
        return self.serial

    def __repr__(self) -> str:
        return f"&{self.obj.name}{'/'.join(('', *self.path))}"


Atom = int | Func | Ptr | Sym
Value = frozenset[Atom]
Typed = tuple[Value, str]
"""A value and the static type of the expression that gave it."""

NOTHING: Value = frozenset()
UNKNOWN: Value = frozenset((TOP,))
ZERO: Value = frozenset((0,))


def is_number(step: str) -> bool:
    """Say whether a step of a path is a row with a known number: ``[3]``."""
    return step[0] == "[" and step[1:-1].lstrip("-").isdigit()


def covers(stored: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Say whether a stored place may be the one asked for; unknown rows are any row."""
    return len(stored) == len(asked) and all(
        a == b or (a[0] == b[0] == "[" and not (is_number(a) and is_number(b)))
        for a, b in zip(stored, asked, strict=True)
    )


class Pool:
    """Makes each pointer once, so that equal ones are the same object."""

    def __init__(self) -> None:
        self._pointers: dict[tuple[int, tuple[str, ...]], Ptr] = {}
        self._kept: list[Obj] = []

    def pointer(self, obj: Obj, path: tuple[str, ...] = ()) -> Ptr:
        """The one pointer to this place."""
        key = (id(obj), path)
        found = self._pointers.get(key)
        if found is None:
            self._kept.append(obj)  # an id is only good while its object lives
            serial = len(self._pointers)
            found = self._pointers[key] = Ptr(obj, path, serial)
        return found


def join(values: Iterable[Value]) -> Value:
    """All that any of the values may be."""
    return NOTHING.union(*values)


THERE = {"global", "frame", "user"}
"""Kinds of objects whose address is never null."""


def truth(value: Value) -> bool | None:
    """Whether a condition holds; None when that is not known."""
    answers = {_truth_of(atom) for atom in value}
    return answers.pop() if len(answers) == 1 else None


def _truth_of(atom: Atom) -> bool | None:
    if isinstance(atom, int):
        return atom != 0
    if isinstance(atom, Func):
        return True
    if isinstance(atom, Ptr) and (atom.obj.kind in THERE or atom.path):
        return True
    return None


def distance(atom: Atom) -> int:
    """How far an atom is from what the scenario binds; 0 is nearest."""
    if isinstance(atom, Ptr):
        return atom.obj.far if atom.obj.known else FAR
    if isinstance(atom, Bound | Beyond) or (type(atom) is Sym and atom is not TOP):
        return 0
    return CALLBACK if isinstance(atom, Func) else FAR


def name_memory(value: Value, type_: str) -> None:
    """Fresh memory gets its type where it is first given one; "" gives none."""
    for atom in value:
        if isinstance(atom, Ptr) and not atom.path:
            obj = atom.obj
            if obj.kind == "heap" and not obj.type and type_ not in {"", "void"}:
                obj.type = type_
