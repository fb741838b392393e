"""What crosses a stage boundary: facts of one blob, and the tree of a function.

Facts depend on a blob's bytes only, never on a path or a version.  Lines count
from 1; bytes from 0.  A *type* is a normalised string: qualifiers dropped, a base
(``struct proto_ops``, ``u32``, ``int``), then `` *`` for each pointer and ``[]``
for each array dimension (``struct sock *``, ``char *[]``).  A function type is
``RET(ARG, ARG)``, a pointer to one ``RET (*)(ARG, ARG)``.  A struct without a tag
is named after where it stands: ``struct PARENT::FIELD`` (named member),
``struct PARENT::N`` (anonymous member, N from 1), ``struct NAME`` for
``typedef struct {...} NAME``.

**Code** (a body, an initialiser, a macro's body) is plain nested lists that JSON
can hold.  Their first item says what they are; `line` is that of the start.

Expressions::

    ["n", name]                          identifier
    ["i", int]                           integer or character constant
    ["s", text]                          string
    [".", e, field]  ["->", e, field]    member
    ["[]", e, index]                     element
    ["*", e]  ["&", e]                   indirection, address
    ["call", callee, [arg...], line]     call, or use of a function-like macro
    ["cast", type, e]
    ["=", op, left, right, line]         op is "=", "+=", ...; ++x and x++ are "+=" 1
    ["?:", cond, then-or-null, else]
    ["op", op, left, right]              binary operators, also && || == < ...
    ["op1", op, e]                       unary - ~ ! +
    ["init", type-or-null, [[path, e, line]...]]   initialiser list, compound literal;
                                         path is [] when positional, else designators:
                                         [".", field], ["[]", e], ["[]", low, high]
    [",", [e...]]
    ["block", [statement...]]            GNU statement expression
    ["type", type]                       a type as an argument of a macro
    ["type", "?", e]                     ``typeof(e)`` there, when only its use can tell
    ["sizeof", ["type", type] or e]      also alignof
    ["offsetof", type, member]
    ["generic", e, [[type-or-null, e]...]]
    ["x", text]                          what could not be read

Statements::

    ["e", e, line]
    ["decl", name, type, init-or-null, line, static]       static: 0 or 1
    ["if", cond, [then...], [else...], line]
    ["loop", kind, init, cond, step, [body...], line]      for while do; parts may be
                                         null; init is a list of statements or null
    ["walk", macro, [arg...], [body...], line]   list_for_each_entry(...) {...}
    ["switch", e, [body...], line]       with labels among the statements:
    ["case", low, high-or-null]  ["default"]
    ["cleanup", call, line]              a call when the scope of a variable ends, which
                                         an attribute of the variable asks for
    ["return", e-or-null, line]  ["break"]  ["continue"]
    ["goto", label]  ["label", name]
    ["{", [statement...]]
    ["cpp", [[guard, [statement...]]...], line]  the arms of one #if, all of them; the
                                         last has no statements where #else is absent
    ["asm", line]  ["?", text, line]     inline assembly; what could not be read
    ["function", name, returns, [[name, type]...], [body...], line, static]   in the
                                         body of a macro that defines functions

A *guard* is the condition of a `#if` as written and normalised: ``CONFIG_NET``
(for ``#ifdef CONFIG_NET``, ``#if IS_ENABLED(CONFIG_NET)``), ``!CONFIG_NET``, or the
text of another condition; a stack of them is joined by `` && ``.  The guard
against double inclusion is none.  "" is no guard.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

Code = list["Code | str | int | None"]
"""An expression or a statement as described above."""


class FunctionKind(StrEnum):
    """What a function is written as."""

    FUNCTION = "function"
    SYSCALL = "syscall"
    MACRO = "macro"


class CallKind(StrEnum):
    """How a call names what it calls."""

    DIRECT = "direct"
    MEMBER = "member"
    POINTER = "pointer"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is."""

    stage: str
    """What is done, in words for the user: ``unpack``, ``download``."""
    done: int
    total: int
    """0 while it is not known."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a kernel tree."""

    path: str
    """Relative to the root of the tree, with slashes."""
    blob: str
    """Git's id of the content: 40 hexadecimal digits."""
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Function:
    """A function with a body."""

    name: str
    """As the linker or the reader knows it: ``sys_socket`` for SYSCALL_DEFINE."""
    kind: FunctionKind
    line: int
    """Of the name."""
    end_line: int
    static: bool
    inline: bool
    returns: str
    """Type."""
    parameters: tuple[Parameter, ...]
    variadic: bool
    guard: str
    macro: str
    """The macro that defines it (``SYSCALL_DEFINE3``), or ""."""
    body: Code


@dataclass(frozen=True, slots=True)
class Prototype:
    """A declaration of a function."""

    name: str
    line: int
    returns: str
    parameters: tuple[Parameter, ...]
    variadic: bool
    static: bool
    guard: str


class Macro(NamedTuple):
    """A ``#define``."""

    name: str
    parameters: tuple[str, ...] | None
    """None for an object-like macro; the last may be ``...`` or ``args...``."""
    text: str
    """The body, continuation lines joined, comments out, blanks folded."""
    line: int
    end_line: int
    guard: str
    form: str
    """What `body` is: ``expr`` ``statements`` ``empty`` ``type`` ``items`` ``other``.

    items: of an initialiser list, as in ``#define OPS .open = f, .read = g``.
    other: tokens are pasted together, if not to items, or the body could not be read
    as a whole."""
    body: Code
    """An expression, a list of statements, ["type", type], or [].

    items: an ["init", null, ...].  other: what could be read of it, in any of these
    shapes; a name made by pasting is written with its operator, ``n##_open``."""


class Field(NamedTuple):
    """A member of a struct or union."""

    name: str
    """"" for an anonymous member."""
    type: str
    line: int
    guard: str


@dataclass(frozen=True, slots=True)
class Struct:
    """A struct or union with its members."""

    tag: str
    """With its keyword: ``struct sock``, ``union ktime``."""
    line: int
    fields: tuple[Field, ...]
    guard: str


@dataclass(frozen=True, slots=True)
class Typedef:
    """A typedef name and what it stands for."""

    name: str
    type: str
    line: int
    guard: str


@dataclass(frozen=True, slots=True)
class Object:
    """A variable at file scope (or a static one in a function)."""

    name: str
    type: str
    line: int
    end_line: int
    static: bool
    extern: bool
    """A declaration only."""
    function: str
    """For a static variable in a function: that function; else ""."""
    guard: str
    macro: str
    """The macro that defines it (``DEFINE_PER_CPU``), or ""."""
    init: Code
    """An expression, or [] without one."""


class Enumerator(NamedTuple):
    """A constant of an enum."""

    name: str
    value: Code
    """An expression; an implicit value is ["op", "+", ["n", previous], ["i", 1]]."""
    line: int
    guard: str


class Call(NamedTuple):
    """A call as it is written.

    `callee` of a direct call is a name.  Of a member or pointer call it is the callee
    expression as JSON, where each name of a local variable or parameter is replaced
    by ["v", type, name]: what it calls is known when the types of a version are.
    """

    caller: str
    """The function, syscall or macro whose body it stands in; "" at file scope."""
    line: int
    kind: CallKind
    callee: str
    guard: str


class Store(NamedTuple):
    """Something is put somewhere that may matter for calls through pointers.

    Kept when the value is, or may be, the address of a function or an object, or a
    copy of such: names that are not locals, ``&name``, members, parameters.
    Expressions are JSON, locals replaced as in `Call`; a parameter is
    ["p", type, name, position].
    """

    function: str
    """"" at file scope: an initialiser."""
    line: int
    form: str
    """``initializer`` ``assignment`` ``argument`` ``return``."""
    target: str
    """Left side.  argument: ["arg", callee name, position]; return: ["ret", function].

    initializer: ["n", object] wrapped in its designators; a local, also a static one,
    is ["v", type, name]; a compound literal ["init", type, []].  Without a designator,
    an element is ["[]", e, ["i", n]] where the type is known to be an array, else
    ["{}", e, n], the n-th from 0, or ["{}", e, n, field], the n-th behind a member."""
    value: str
    guard: str


@dataclass(frozen=True, slots=True)
class Use:
    """A macro with arguments that is used at file scope: it may define functions."""

    code: Code
    """As a call: ["call", ["n", name], [arg...], line]."""
    line: int
    guard: str


@dataclass(frozen=True, slots=True)
class Include:
    """An ``#include``."""

    target: str
    system: bool
    line: int
    guard: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Source that could not be read; reading went on behind it."""

    line: int
    end_line: int
    kind: str
    """``error`` ``missing`` ``depth`` ``nesting``; ``items``: a macro stands for
    members, enumerators or operands that are not known; ``arms``: from here on an arm
    of a group of conditions is not told of all arms before it, being too many."""
    text: str


@dataclass(frozen=True, slots=True)
class BlobFacts:
    """All that one content says, each kind in the order of the source."""

    size_bytes: int
    error_bytes: int
    functions: tuple[Function, ...]
    prototypes: tuple[Prototype, ...]
    macros: tuple[Macro, ...]
    structs: tuple[Struct, ...]
    typedefs: tuple[Typedef, ...]
    objects: tuple[Object, ...]
    enumerators: tuple[Enumerator, ...]
    calls: tuple[Call, ...]
    stores: tuple[Store, ...]
    includes: tuple[Include, ...]
    problems: tuple[Problem, ...]
    uses: tuple[Use, ...] = ()
