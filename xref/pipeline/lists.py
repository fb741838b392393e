"""Slots, structs and system calls of two kernels; lifetimes over all of them."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from xref.analyse.diff.lists import list_changes, periods_of
from xref.changes import Lifetime, ListDiff, ListItem
from xref.errors import NotFoundError, QueryError
from xref.pipeline.programs import open_program
from xref.pipeline.questions import ask, indexed
from xref.program import Program, StructEntry
from xref.sources.versions import release_of

Items = Callable[[Program], Sequence[ListItem]]

_USERS: Final = (
    "select distinct caller, path from calls where kind = 'member' and callee = :slot "
    "order by path, caller"
)
_SYSCALLS: Final = "select abi, nr, name, entry, path, line from syscalls"


def diff_slot(home: Path, old: Program, new: Program, slot: str) -> ListDiff:
    """Who joined a slot, and who left it.

    Raises:
        QueryError: it is not written ``STRUCT.FIELD``.
        NotFoundError: neither kernel puts anything there.
    """
    del home
    struct, field = _slot(slot)
    held = [_held(program, struct, field) for program in (old, new)]
    several = {key for items in held for key in _in_several_files(items)}
    return _diffed(
        old,
        new,
        f"slot {slot}",
        "target",
        lambda p: _told_apart(held[p is not old], several),
    )


def diff_struct(home: Path, old: Program, new: Program, name: str) -> ListDiff:
    """Fields that came, went or have another type, with those who use them."""
    tag = name.removeprefix("struct ").removeprefix("union ")
    return _diffed(
        old, new, f"struct {tag}", "field", lambda p: list(_fields(home, p, tag))
    )


def diff_syscalls(home: Path, old: Program, new: Program) -> ListDiff:
    """System calls that came, went or have another number."""
    return _diffed(
        old, new, "syscalls", "system call", lambda p: list(_syscalls(home, p))
    )


def lifetime(home: Path, what: str) -> Lifetime:
    """In which of the indexed kernels a symbol, slot or call exists.

    Args:
        home: the cache folder.
        what: ``SYMBOL``, ``STRUCT.FIELD`` or ``CALLER->CALLEE``.

    Raises:
        NotFoundError: in none of them.
    """
    kernels = sorted((str(row[0]) for row in indexed(home)), key=_age)
    name = _TAG.sub("", what)
    states: list[tuple[str, str]] = []
    slots: set[str] = set()
    for kernel in kernels:
        with closing(open_program(home, kernel)) as program:
            states.append((kernel, _state(program, name)))
            if not states[-1][1]:
                names = program.slot_names()
                slots.update(slot for slot in names if slot.endswith(f".{name}"))
    if not any(state for _, state in states):
        hint = f"fields: {', '.join(sorted(slots)[:_MOST_HINTS])}" if slots else ""
        raise NotFoundError(
            f"none of {len(kernels)} indexed kernels has {what}",
            hint=hint or "see: xref kernels",
        )
    return Lifetime(what, periods_of(states))


_TAG: Final = re.compile(r"^(?:struct|union|enum)\s+(?=\w)")
_MOST_HINTS: Final = 5


def _diffed(
    old: Program, new: Program, title: str, noun: str, items: Items
) -> ListDiff:
    before, after = items(old), items(new)
    if not before and not after:
        raise NotFoundError(f"neither {old.kernel} nor {new.kernel} has {title}")
    return ListDiff(
        title,
        noun,
        old.kernel,
        new.kernel,
        len({item.key for item in before}),
        len({item.key for item in after}),
        list_changes(before, after),
    )


def _slot(text: str) -> tuple[str, str]:
    struct, dot, field = text.rpartition(".")
    if not (dot and struct and field):
        raise QueryError(
            f"{text!r} is not STRUCT.FIELD", hint="as in proto_ops.connect"
        )
    return struct, field


def _held(program: Program, struct: str, field: str) -> list[ListItem]:
    """The functions in a slot, once for each object that holds them."""
    return [
        ListItem(
            f"{target.function.name} {target.object}",
            target.function.name,
            "",
            f"{target.path}:{target.line}",
            (target.object,) if target.object else (),
            (),
        )
        for target in program.slot_targets(struct, field)
    ]


def _in_several_files(items: Sequence[ListItem]) -> Iterator[str]:
    """Keys of objects that have one name in several files."""
    files = defaultdict(set)
    for item in items:
        files[item.key].add(_file_of(item))
    yield from (key for key, found in files.items() if len(found) > 1)


def _told_apart(items: Sequence[ListItem], several: Collection[str]) -> list[ListItem]:
    return [
        replace(item, key=f"{item.key} {_file_of(item)}")
        if item.key in several
        else item
        for item in items
    ]


def _file_of(item: ListItem) -> str:
    return item.place.rpartition(":")[0]


def _fields(home: Path, program: Program, tag: str) -> Iterator[ListItem]:
    entry = _struct(program, tag)
    if entry is None:
        return
    for name, type_, line in _members(program, entry, set()):
        users = _users(home, program, f"{tag}.{name}")
        yield ListItem(name, name, type_, f"{entry.path}:{line}", *users)


def _struct(program: Program, tag: str) -> StructEntry | None:
    """The definition with most fields: others are for when something is left out."""
    found = [*program.structs(f"struct {tag}"), *program.structs(f"union {tag}")]
    return max(found, key=lambda entry: len(entry.fields), default=None)


def _members(
    program: Program, entry: StructEntry, seen: set[str]
) -> Iterator[tuple[str, str, int]]:
    """Name, type and line of the members; those of nameless members as its own."""
    for field in entry.fields:
        if field.name:
            yield field.name, field.type, field.line
        elif field.type not in seen:
            seen.add(field.type)
            for inner in program.structs(field.type)[:1]:
                yield from _members(program, inner, seen)


def _users(
    home: Path, program: Program, slot: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands in a field, and who calls through it."""
    struct, _, field = slot.rpartition(".")
    held = {target.function.name for target in program.slot_targets(struct, field)}
    with ask(home, _USERS, {"slot": slot}, program.kernel) as found:
        callers = tuple(f"{caller} ({path})" for caller, path in found.rows)
    return tuple(sorted(held)), callers


def _syscalls(home: Path, program: Program) -> Iterator[ListItem]:
    with ask(home, _SYSCALLS, {}, program.kernel) as found:
        for abi, number, name, entry, path, line in found.rows:
            state = f"{number} {entry or 'without a function'}"
            yield ListItem(
                f"{name} {abi}", f"{name} ({abi})", state, f"{path}:{line}", (), ()
            )


def _age(kernel: str) -> tuple[bool, object, str]:
    release = release_of(kernel.partition("@")[0])
    return release is None, release or "", kernel


def _state(program: Program, what: str) -> str:
    caller, arrow, callee = what.partition("->")
    if arrow:
        return _call_state(program, caller.strip(), callee.strip())
    if "." in what:
        return _slot_state(program, *_slot(what))
    return _symbol_state(program, what)


def _call_state(program: Program, caller: str, callee: str) -> str:
    """How one function calls another: by name, or through which slots."""
    ways: set[str] = set()
    for function in program.functions(caller):
        for call in program.calls_of(function.id) if function.id >= 0 else ():
            if any(target.name == callee for target in call.targets):
                is_slot = call.callee != callee
                ways.add(f"through {call.callee}" if is_slot else "by name")
            elif call.callee == callee:
                ways.add("by name")
    return ", ".join(sorted(ways))


def _slot_state(program: Program, struct: str, field: str) -> str:
    entry = _struct(program, struct)
    types = (
        [t for name, t, _ in _members(program, entry, set()) if name == field]
        if (entry)
        else []
    )
    if not types:
        return ""
    held = {target.function.name for target in program.slot_targets(struct, field)}
    targets = "1 target" if len(held) == 1 else f"{len(held)} targets"
    return f"{types[0]}; {targets}" if held else types[0]


def _symbol_state(program: Program, name: str) -> str:
    """What a name is, and in which files."""
    found = [
        *((f.kind.value, f.path) for f in program.functions(name) if f.id >= 0),
        *(("macro", macro.path) for macro in program.macros(name)),
        *(("object", o.path) for o in program.objects(name) if not o.extern),
        *(("struct", s.path) for s in program.structs(f"struct {name}")),
        *(("typedef", t.path) for t in program.typedefs(name)),
        *(("constant", c.path) for c in program.constants(name)),
    ]
    return ", ".join(f"{kind} in {path}" for kind, path in dict.fromkeys(found))
