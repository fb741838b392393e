"""The state of an evaluation: memory, contexts, and what is on the way."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from xref.answers import Grade, Reason
from xref.program import FunctionEntry, ObjectEntry, Program
from xref.resolve.decisions import Decision, Skip, SkipKey
from xref.resolve.layout import Layout
from xref.resolve.values import (
    NOTHING,
    Atom,
    Func,
    Obj,
    Pool,
    Ptr,
    Typed,
    Value,
    is_number,
)

Node = list[Any]
LINK, LOCK, STATE = "link", "lock", "state"
"""Rules of structs whose pointers never decide which code runs."""
Key = tuple[Obj, tuple[str, ...], str]
"""A cell: object, embedded part, and slot (``*`` for the thing itself)."""
Env = dict[str, Value]
MacroEnv = dict[str, tuple[Node, "MacroEnv | None"]]
"""Parameter of a macro -> the argument as written, and where it was written."""


@dataclass(slots=True)
class CallEvent:
    """A call as seen in one context, over all times it was evaluated."""

    line: int
    expression: str
    slot: str
    grade: Grade
    guard: str = ""
    targets: dict[str, tuple[FunctionEntry, dict["Context", None]]] = field(
        default_factory=dict
    )
    why: dict[Reason, None] = field(default_factory=dict)
    leads: dict[str, dict[Reason, None]] = field(default_factory=dict)
    """Of several targets, the part of `why` that leads to each, by key."""
    unbound: int = 0
    receiver: str = ""
    """The slot that holds the object: ``socket.ops``."""
    problem: str = ""
    """Why no target is known, or ""."""
    certain: bool = False
    own: bool = False
    """An object that the scenario's calls made holds the pointer."""
    keyed: bool = False
    """A row of a table holds it whose number the scenario decides."""
    later: bool = False
    """It is no call: the targets are armed here, to run later."""
    stale: bool = False
    """The function is evaluated again, and has not come here yet."""

    def renew(self) -> None:
        """Forget what was said of the targets: more is known now, but of names."""
        is_named = self.grade is Grade.EXACT
        known = self.targets.items() if is_named else ()
        self.targets = {key: (entry, {}) for key, (entry, _) in known}
        self.problem, self.stale = "", True
        self.own = self.keyed = False


@dataclass(slots=True)
class StoreEvent:
    """A store as seen in one context."""

    key: Key
    atoms: Value
    certain: bool
    reason: Reason


@dataclass(eq=False, slots=True)
class Context:
    """One function with one set of arguments."""

    entry: FunctionEntry
    args: tuple[Typed, ...]
    chain: tuple[object, ...]
    """Call sites that tell allocations apart; () mostly."""
    far: int = 0
    """How far from what the scenario binds: the nearest of its arguments, or one more
    than its caller; beyond ``Limits.far`` only the facts are used."""
    result: Value = NOTHING
    runs: int = 0
    busy: bool = False
    done: bool = False
    boot: bool = False
    focus: frozenset[str] | None = None
    """Of a context of boot: the only functions it goes into; None for all."""
    step: int = 0
    """Of the scenario's calls, the one that it belongs to."""
    own: bool = False
    """It is given what the scenario's calls made: see `contexts._owned`."""
    cut: set[str] = field(default_factory=set)
    """The parameters for which more was handed on than it was evaluated with."""
    unsure: dict[tuple[int, int], None] = field(default_factory=dict)
    """Lines between a label and a goto to it: they may run never, or again."""
    callers: dict["Context", None] = field(default_factory=dict)
    events: dict[object, CallEvent | StoreEvent] = field(default_factory=dict)
    skips: dict[SkipKey, Skip] = field(default_factory=dict)
    taken: set[SkipKey] = field(default_factory=set)
    """Branches that are taken, by the keys of `skips`."""


@dataclass(slots=True)
class Switch:
    """A switch statement that is being run."""

    value: Value
    env: Env
    decision: Decision | None
    """None where nothing is known of the subject."""
    cases: list[Node]
    """The labels in it, for what is left to ``default``."""


@dataclass(slots=True)
class Frame:
    """One run of a function's body."""

    context: Context
    path: str
    env: Env | None
    """Values of the locals; None where no way leads to."""
    types: dict[str, str]
    cells: dict[str, Obj] = field(default_factory=dict)
    """Locals that live in memory."""
    macro: MacroEnv | None = None
    line: int = 0
    """Of the outermost macro that is being expanded, else 0."""
    used: Node = field(default_factory=list)
    """The statement that macro is used in."""
    passed_in: dict[tuple[int, int], Typed] = field(default_factory=dict)
    """What the arguments of the macros in work were found to be: nested macros name
    theirs again and again, and each time doubles the work."""
    inside: tuple[object, ...] = ()
    """The macro uses around, which tell apart calls in the same macro body."""
    origins: dict[str, tuple[Node, MacroEnv | None]] = field(default_factory=dict)
    """Local function pointers, and the expression that each was set to."""
    uncertain: int = 0
    cold: int = 0
    """In code that only failures lead to: its calls are noted, not evaluated."""
    failing: int = 0
    """In a branch that is taken when something failed."""
    left: bool = False
    """A branch above ended the function: what follows may not be reached."""
    returned: bool = False
    """The last way that ended, ended in a ``return``."""
    result: Value = NOTHING
    ends: list[Node] = field(default_factory=list)
    """Calls that are due when the function is left, as statements."""
    breaks: list[list[Env]] = field(default_factory=list)
    continues: list[list[Env]] = field(default_factory=list)
    gotos: dict[str, list[Env]] = field(default_factory=dict)
    ways: dict[str, list[int]] = field(default_factory=dict)
    """Of each label, the lines of gotos to it that tell of no failure."""
    made: dict[int, str] = field(default_factory=dict)
    """Variables that a macro names by a call, as ``__UNIQUE_ID(x)``: by that node."""
    guards: tuple[str, ...] = ()
    switches: list["Switch"] = field(default_factory=list)
    passed: dict[str, int] = field(default_factory=dict)
    """Labels already met, with the line above; a goto to one goes back."""
    again: bool = False
    ended: Decision | None = None
    """Where no way leads on: what decided it, while that is known."""
    now: tuple[Node, int] = ([], 0)
    """The statement in work, for evidence."""
    sources: dict[Atom, Reason] = field(default_factory=dict)
    """Where the atoms of the expression in work were loaded from."""


def is_certain(frame: Frame) -> bool:
    """Say whether a call that succeeds comes by the statement in work."""
    return not (frame.uncertain or frame.cold or frame.left)


@dataclass(frozen=True, slots=True)
class Stranger:
    """What is on a list, and is not known."""

    link: tuple[str, ...]
    """The member by which it is on the list, as in `Ptr.path`."""
    heads: frozenset[Ptr] = frozenset()
    """Where nothing is known of a list: it.  What is known may be on it."""


class Heap:
    """What memory holds: for each cell its atoms and the evidence of each."""

    def __init__(self) -> None:
        self.cells: dict[Key, dict[Atom, tuple[Reason, ...]]] = {}
        self.of_object: defaultdict[Obj, dict[Key, None]] = defaultdict(dict)
        self.readers: defaultdict[Key, dict[Context, None]] = defaultdict(dict)
        self.lazy: dict[Key, tuple[Node, int]] = {}
        self.lists: defaultdict[Ptr, dict[Ptr, None]] = defaultdict(dict)
        self.heads: dict[Ptr, dict[Ptr, None]] = {}
        """Of each node, the lists that it may be on."""
        self.walkers: defaultdict[Ptr, dict[Context, None]] = defaultdict(dict)
        """Of each list, who looks what is on it; see `lists.any_row`."""
        self.named: set[Obj] = set()
        """Objects with rows whose number has a name."""
        self._grown: defaultdict[Obj, int] = defaultdict(int)
        self._seen: dict[object, int] = {}
        self.unordered: set[Ptr] = set()
        """Heads of lists whose order is not known."""
        self.open: set[Ptr] = set()
        """Heads of lists that hold what is not known, too."""
        self.strangers: dict[Obj, Stranger] = {}
        """Syms that stand for what is on lists and is not known."""
        self.entered: dict[Ptr, int] = {}
        """Nodes of lists -> the function of boot from which they were entered."""

    def put(self, key: Key, atoms: Iterable[Atom], why: tuple[Reason, ...]) -> bool:
        """Add atoms to a cell; say whether it grew."""
        cell = self.cells.get(key)
        if cell is None:
            cell = self.cells[key] = {}
            self.of_object[key[0]][key] = None
            if any(s[0] == "[" and s != "[*]" and not is_number(s) for s in key[1]):
                self.named.add(key[0])
        before = len(cell)
        for atom in atoms:
            cell.setdefault(atom, why)
        if len(cell) == before:
            return False
        self._grown[key[0]] += 1
        return True

    def has_grown(self, obj: Obj, who: object) -> bool:
        """Say whether an object holds more than when the same one asked last."""
        now = self._grown[obj]
        if self._seen.get((obj, who)) == now:
            return False
        self._seen[obj, who] = now
        return True


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the evaluation stops telling things apart; never where it stops looking."""

    contexts: int = 2
    """Sets of arguments kept apart for one function; more are joined."""
    runs: int = 4
    """How often one context is evaluated again because memory changed."""
    far: int = 3
    """Distance from what is bound up to which functions are evaluated."""
    depth: int = 5
    """How far objects that were there before are told apart by the way to them."""
    follow: int = 2
    """Targets of an unbound call that are evaluated with its arguments."""
    atoms: int = 8
    """Objects of the scenario that one cell is known to lead to; of more, it is only
    known that there are some."""
    bound: int = 4
    """Functions that a pointer may be and still be followed into each."""
    split: int = 64
    """Rows that are passed one by one to a function."""


@dataclass(frozen=True, slots=True)
class Model:
    """An idiom: see data/models.toml."""

    rule: str
    """"" when only `asks_failure` is known of it."""
    numbers: dict[str, int]
    asks_failure: bool = False
    """As a condition it holds where something went wrong."""
    prefix: str = ""
    """Of the names of objects that it is about."""


@dataclass(frozen=True, slots=True)
class Playing:
    """The call of the scenario that is being played."""

    step: int
    gives: tuple[str, ...]
    """Names of the descriptors that it returns: numbers in it are told apart."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What stands in a slot, or in every pointer to a table of a struct."""

    slot: str
    """``struct.field`` of a function pointer; "" when `struct` is meant."""
    struct: str
    """Tag of the table without keyword; "" when `slot` is meant."""
    objects: tuple[ObjectEntry, ...]
    functions: tuple[FunctionEntry, ...]
    said: str
    """The option, for people: ``--dev loopback``."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for beside a scenario."""

    choices: tuple[Choice, ...] = ()
    deferred: Mapping[str, str] = field(default_factory=dict)
    """Slots whose functions run later; none when only calls are asked for.  With the
    field that such a function is given where it does not take the struct, or ""."""


AtStart = Callable[["Machine", Frame, Key, str], "Value | None"]
"""What a global's cell held before the scenario; None when that is not known."""


def _nothing_known(
    _machine: "Machine", _frame: Frame, _key: Key, _type: str
) -> "Value | None":
    return None


class Machine:
    """All that evaluation shares; see ``calls`` and ``statements`` for the rules."""

    def __init__(
        self, program: Program, models: dict[str, Model], limits: Limits | None = None
    ) -> None:
        self.program = program
        self.models = models
        self.limits = limits or Limits()
        self.layout = Layout(
            program,
            frozenset(tag for tag, m in models.items() if m.rule in {LINK, LOCK}),
        )
        self.pool = Pool()
        self.heap = Heap()
        self.contexts: dict[object, Context] = {}
        self.per_function: defaultdict[object, list[Context]] = defaultdict(list)
        self.joined: dict[object, Context] = {}
        self.fresh: set[int] = set()
        self.dirty: dict[Context, None] = {}
        self.births: dict[Atom, Reason] = {}
        self.keyed: dict[Key, Reason] = {}
        """Of rows that were stored to: why it is that row."""
        self.objects: dict[object, Obj] = {}
        self.functions: dict[tuple[str, str], Func] = {}
        self.booted: set[str] = set()
        self.focus: frozenset[str] | None = None
        self.target: str = ""
        """The global whose stores a boot evaluation is after."""
        self.root = 0
        """The function that a boot evaluation started from; 0 in a scenario."""
        self.asked = Asked()
        self.now = Playing(0, gives=())
        self.memo: dict[object, Any] = {}
        self.size: int | None = None
        """What every size is taken to be for now; None: sizes are not known."""
        self.depth = self.decisions = 0
        """How deep calls are; the branches that known values decided, so far."""
        self.at_start: AtStart = _nothing_known

    def once(self, key: object, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - a memo of anything
        """The value made for a key at its first use."""
        if key not in self.memo:
            self.memo[key] = make()
        return self.memo[key]

    def object_of(self, key: object, kind: str, name: str, type_: str, far: int) -> Obj:
        """The one object of a key; the nearest way to it counts."""
        found = self.objects.get(key)
        if found is None:
            serial = len(self.objects)
            found = Obj(kind, name, type_, far=far, serial=serial)
            self.objects[key] = found
            if kind == "heap" and self.now.gives:
                found.step = self.now.step
            found.known = kind == "heap" or (kind == "frame" and type_.endswith("*"))
        elif far < found.far:
            found.far = far
        return found

    def touch(self, key: Key) -> None:
        """Put those that read a cell on the list of what to evaluate again."""
        self.renew(self.heap.readers.get(key, ()))

    def renew(self, readers: Iterable[Context]) -> None:
        """Evaluate contexts again; what an earlier call did is done."""
        for reader in readers:
            if reader.step == self.now.step or reader.boot:
                self.dirty[reader] = None
