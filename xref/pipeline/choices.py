"""What the user decides in place of run time: ``--bind SLOT=OBJECT``, ``--dev``."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import PurePosixPath

from xref.answers import Group
from xref.data_files import read_data
from xref.errors import QueryError
from xref.program import ObjectEntry, Program
from xref.resolve.layout import Layout, is_function_pointer, pointee
from xref.resolve.machine import Choice


def choices_of(
    program: Program, slots: Mapping[str, str], device: str
) -> tuple[Choice, ...]:
    """The choices that a question makes.

    Args:
        program: the kernel.
        slots: ``struct`` or ``struct.field`` to the name of an object or function.
        device: the name of a driver, or "".

    Raises:
        QueryError: one of them is not in this kernel; the hint names near ones.
    """
    found = [_choice(program, slot, name) for slot, name in slots.items()]
    if device:
        found.append(_device(program, device))
    return tuple(found)


def groups() -> tuple[Group, ...]:
    """The groups of calls that have a name: data/choices.toml."""
    known = tomllib.loads(read_data("choices.toml"))["show"]
    return tuple(
        Group(name, group["title"], struct)
        for name, group in known.items()
        for struct in group["structs"]
    )


def is_slot(program: Program, name: str) -> bool:
    """Say whether a name is that of a struct or a slot, not of an argument."""
    return "." in name or bool(program.structs(f"struct {name}"))


def _choice(program: Program, slot: str, name: str) -> Choice:
    struct, _, field = slot.partition(".")
    layout = Layout(program)
    if not program.structs(f"struct {struct}"):
        raise QueryError(
            f"{program.kernel} has no struct {struct!r}",
            hint=_near(struct, {s.partition(".")[0] for s in program.slot_names()}),
        )
    said = f"--bind {slot}={name}"
    if field:
        member = layout.member(f"struct {struct}", field)
        if member is None:
            names = [n for n, _ in layout.fields(f"struct {struct}")]
            raise QueryError(
                f"struct {struct} has no field {field!r}", hint=_near(field, names)
            )
        real = layout.real(member.type)
        if is_function_pointer(real):
            return _function(program, member.slot, name, said)
        struct = layout.real(pointee(real)).partition(" ")[2]
    objects = [o for o in tables(program, struct) if o.name == name]
    if not objects:
        names = [o.name for o in tables(program, struct)]
        raise QueryError(
            f"no struct {struct} is called {name!r}", hint=_near(name, names)
        )
    return Choice("", struct, tuple(objects), (), said)


def _function(program: Program, slot: str, name: str, said: str) -> Choice:
    struct, _, field = slot.rpartition(".")
    targets = {t.function.id: t.function for t in program.slot_targets(struct, field)}
    found = tuple(f for f in targets.values() if f.name == name)
    if not found:
        names = [f.name for f in targets.values()]
        raise QueryError(f"{name!r} is never stored in {slot}", hint=_near(name, names))
    return Choice(slot, "", (), found, said)


def tables(program: Program, struct: str) -> tuple[ObjectEntry, ...]:
    """The variables of a struct that hold functions, by place."""
    places: dict[tuple[str, str], None] = {}
    for field, type_ in Layout(program).fields(f"struct {struct}"):
        if is_function_pointer(Layout(program).real(type_)):
            for target in program.slot_targets(struct, field):
                places[target.object, target.path] = None
    found = {
        entry.id: entry
        for name, path in places
        for entry in program.objects(name)
        if entry.path == path and not entry.extern
    }
    return tuple(found.values())


def _device(program: Program, name: str) -> Choice:
    struct = _driver("struct")
    known = tables(program, str(struct))
    objects = [o for o in known if is_of_driver(o.path, name)]
    own = [o for o in objects if _plain(name) in _plain(o.name)]
    if not objects:
        names = {PurePosixPath(o.path).stem for o in known}
        names |= {PurePosixPath(o.path).parent.name for o in known}
        raise QueryError(
            f"no driver {name!r} of a network device is known in {program.kernel}",
            hint=_near(name, names),
        )
    return Choice("", str(struct), tuple(own or objects), (), f"--dev {name}")


def has_device(program: Program, name: str) -> bool:
    """Say whether what was read has a table of functions of a driver."""
    known = tables(program, str(_driver("struct")))
    return any(is_of_driver(o.path, name) for o in known)


def driver_places(paths: Iterable[str], name: str) -> tuple[str, ...]:
    """The folders or files of a driver in a tree, where it has one.

    Those of the likeliest folder alone; a folder of its own comes before a file.
    """
    fitting = [p for p in paths if p.endswith(".c") and is_of_driver(p, name)]
    for folder in _driver("folders"):
        inside = [p for p in fitting if p.startswith(f"{folder}/")]
        places = {_folder(path, name) for path in inside}
        if places:
            return tuple(sorted(places))
    return ()


def _folder(path: str, name: str) -> str:
    """The folder that is named so, else the file."""
    for folder in PurePosixPath(path).parents:
        if _plain(folder.name) == _plain(name):
            return str(folder)
    return path


def is_of_driver(path: str, name: str) -> bool:
    """Say whether a file is a driver's: it, or a folder around it, is called so."""
    pure = PurePosixPath(path)
    return _plain(name) in {_plain(pure.stem), *map(_plain, pure.parts[:-1])}


def _plain(name: str) -> str:
    """A name as modules are called, where dashes do not count."""
    return name.replace("-", "_").lower()


def _driver(key: str) -> Sequence[str]:
    found: Sequence[str] = tomllib.loads(read_data("choices.toml"))["dev"][key]
    return found


def _near(name: str, names: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(set(names) - {""}), 3, 0.5)
    return f"did you mean {', '.join(near)}?" if near else ""


def said_of(choices: Iterable[Choice]) -> Iterator[tuple[str, str]]:
    """The choices for the head of an answer: what, and which."""
    for choice in choices:
        names = [o.name for o in choice.objects] or [f.name for f in choice.functions]
        yield choice.slot or choice.struct, ", ".join(names)
