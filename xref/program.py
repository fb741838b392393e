"""What resolve and analyse may ask about one indexed kernel.

Records of definitions *with* their path, and the protocol ``Program`` that
``store.program`` fulfils.  Every answer is a tuple, kept after the first question.
An id is unique within one index and kind of definition.  Names of system calls
are ``sys_NAME``; the stubs of an architecture (``__x64_sys_NAME``) are accepted
where a function's name is asked for.

A function that a slot holds and of which no body was read (assembly, a part that was
left out) has a negative id, an empty body, and the place of a declaration, if any.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from xref.records import CallKind, Code, FunctionKind, Parameter


@dataclass(frozen=True, slots=True)
class FunctionEntry:
    """A function, syscall or macro with a body, at its place."""

    id: int
    name: str
    kind: FunctionKind
    path: str
    line: int
    end_line: int
    static: bool
    inline: bool
    returns: str
    """Type; "" for a macro."""
    parameters: tuple[Parameter, ...]
    """Of a macro: names, with "" as type."""
    variadic: bool
    guard: str
    macro: str
    """The macro that defines it, or ""."""
    size: int
    """Of the code of its body, on however many lines it stands; 0 for none."""


@dataclass(frozen=True, slots=True)
class PrototypeEntry:
    """A declaration of a function."""

    name: str
    path: str
    line: int
    returns: str
    parameters: tuple[Parameter, ...]
    variadic: bool
    static: bool
    guard: str


@dataclass(frozen=True, slots=True)
class MacroEntry:
    """A ``#define``."""

    id: int
    name: str
    parameters: tuple[str, ...] | None
    """None for an object-like macro."""
    text: str
    form: str
    """See ``records.Macro.form``."""
    path: str
    line: int
    guard: str


@dataclass(frozen=True, slots=True)
class ObjectEntry:
    """A variable at file scope, or a static one in a function."""

    id: int
    name: str
    type: str
    path: str
    line: int
    end_line: int
    static: bool
    extern: bool
    function: str
    guard: str
    macro: str


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """A member of a struct; an anonymous one has "" as name."""

    name: str
    type: str
    line: int
    guard: str


@dataclass(frozen=True, slots=True)
class StructEntry:
    """A struct or union."""

    tag: str
    path: str
    line: int
    fields: tuple[FieldEntry, ...]
    guard: str


@dataclass(frozen=True, slots=True)
class TypedefEntry:
    """A typedef name and what it stands for."""

    name: str
    type: str
    path: str
    line: int
    guard: str


@dataclass(frozen=True, slots=True)
class ConstantEntry:
    """An enumerator; its value is an expression over others."""

    name: str
    path: str
    line: int
    value: Code
    guard: str


@dataclass(frozen=True, slots=True)
class CallerEntry:
    """A place that calls a name."""

    function: FunctionEntry
    line: int
    guard: str


@dataclass(frozen=True, slots=True)
class StoreEntry:
    """A store fact at its place; locals and parameters as in ``records.Store``."""

    function: FunctionEntry | None
    """None at file scope."""
    path: str
    line: int
    form: str
    target: Code
    value: Code
    guard: str


@dataclass(frozen=True, slots=True)
class SlotTarget:
    """A function that may stand in a slot, and the store that puts it there."""

    function: FunctionEntry
    object: str
    """The object whose initialiser holds it, or ""."""
    path: str
    line: int
    form: str
    """``initializer`` ``assignment`` ``argument`` ...: as the store is written."""
    guard: str


@dataclass(frozen=True, slots=True)
class OpenReason:
    """A store into a slot that could not be followed."""

    reason: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class SiteTarget:
    """A target of a pointer call without a scenario."""

    slot: str
    """``struct.field``, or "" for a local, parameter or global."""
    expression: str
    """The callee as written."""
    grade: str
    function: FunctionEntry


@dataclass(frozen=True, slots=True)
class CallEntry:
    """A call as written, with what it may mean without a scenario."""

    line: int
    kind: CallKind
    callee: str
    """The name; of a member call ``struct.field``; of another the expression."""
    expression: str
    """The callee as written."""
    targets: tuple[FunctionEntry, ...]
    """Functions and macros; empty when no definition was read."""
    grade: str
    guard: str


@dataclass(frozen=True, slots=True)
class CallbackEntry:
    """What a function arms to run later."""

    line: int
    slot: str
    """Through which it is called in the end: ``work_struct.func``."""
    function: FunctionEntry


@dataclass(frozen=True, slots=True)
class SyscallEntry:
    """A row of an architecture's table of system calls."""

    arch: str
    abi: str
    number: int
    name: str
    entry: str
    """The function's name as the table writes it, without the prefix of a stub."""
    path: str
    line: int


Entry = TypeVar(
    "Entry",
    FunctionEntry,
    PrototypeEntry,
    MacroEntry,
    ObjectEntry,
    StructEntry,
    TypedefEntry,
    ConstantEntry,
)


class Program(Protocol):
    """One indexed kernel."""

    @property
    def kernel(self) -> str:
        """Exact version."""

    @property
    def arch(self) -> str:
        """The chosen architecture's folder under ``arch/``: ``x86``."""

    @property
    def unread(self) -> tuple[str, ...]:
        """Parts of the tree that were not read, as path prefixes."""

    def functions(self, name: str) -> tuple[FunctionEntry, ...]:
        """All functions of a name (macros not), in order of path and line."""

    def function(self, ident: int) -> FunctionEntry:
        """The function or macro of an id that this program gave."""

    def body(self, ident: int) -> Code:
        """The statements of a function or, for a macro, its body."""

    def prototypes(self, name: str) -> tuple[PrototypeEntry, ...]:
        """All declarations of a function."""

    def macros(self, name: str) -> tuple[MacroEntry, ...]:
        """All ``#define`` of a name."""

    def macro_body(self, ident: int) -> Code:
        """See ``records.Macro.body``."""

    def objects(self, name: str) -> tuple[ObjectEntry, ...]:
        """All variables of a name, definitions before ``extern``."""

    def init(self, ident: int) -> Code:
        """The initialiser of an object, [] without one."""

    def structs(self, tag: str) -> tuple[StructEntry, ...]:
        """All definitions of a struct or union: ``struct sock``."""

    def typedefs(self, name: str) -> tuple[TypedefEntry, ...]:
        """All typedefs of a name."""

    def constants(self, name: str) -> tuple[ConstantEntry, ...]:
        """All enumerators of a name."""

    def pick(self, entries: Sequence[Entry], path: str) -> tuple[Entry, ...]:
        """Those that a name in `path` can mean, best first.

        A static one of the same file hides others; then a header's; then the
        global one.  Twins under ``#if`` are all kept, the first with most code.
        """

    def callers(self, name: str) -> tuple[CallerEntry, ...]:
        """The places that call a function or macro by its name, by path and line."""

    def fan_in(self, name: str) -> int:
        """How many places call a name, those counted that use a macro which does."""

    def stores_to_global(self, name: str) -> tuple[StoreEntry, ...]:
        """Stores whose target's innermost base is this name at file scope."""

    def mentions(self, name: str) -> tuple[FunctionEntry, ...]:
        """Functions that store, pass or return a file-scope object or its address.

        ``&name``, ``&name[i]``, ``name``.
        """

    def slot_targets(self, struct: str, field: str) -> tuple[SlotTarget, ...]:
        """All that is ever stored in a slot, copies followed; tag without keyword."""

    def slot_names(self) -> tuple[str, ...]:
        """All slots that hold a function: ``proto_ops.connect``, sorted."""

    def slot_open(self, struct: str, field: str) -> tuple[OpenReason, ...]:
        """Why more may stand in the slot than `slot_targets` says."""

    def slot_stores(self, struct: str, field: str) -> tuple[StoreEntry, ...]:
        """The stores into a slot as written: objects and copies, too."""

    def site_targets(self, ident: int, line: int) -> tuple[SiteTarget, ...]:
        """What the pointer calls of a function at a line may call."""

    def calls_of(self, ident: int) -> tuple[CallEntry, ...]:
        """The calls of a function or macro in reading order."""

    def callbacks_of(self, ident: int) -> tuple[CallbackEntry, ...]:
        """What a function or macro arms to run later, by line."""

    def syscalls(self, name: str) -> tuple[SyscallEntry, ...]:
        """Rows of the tables of system calls: ``connect``."""

    def syscall_names(self) -> tuple[str, ...]:
        """The functions of all system calls that were read: ``sys_connect``, sorted."""

    def remembered(self, key: str) -> object:
        """An answer kept under a key as JSON can hold it, or None."""

    def remember(self, key: str, answer: object) -> None:
        """Keep an answer until the kernel is indexed anew, where that is possible."""
