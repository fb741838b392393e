"""The models of idioms (data/models.toml) at work."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from xref.resolve.arithmetic import swapped
from xref.resolve.dispatch import evaluate, statement
from xref.resolve.layout import pointee
from xref.resolve.leaving import declare_for_body
from xref.resolve.lists import any_row, list_add, lists_like, splice
from xref.resolve.machine import Frame, Machine, Model, Stranger
from xref.resolve.memory import read, told_of, write
from xref.resolve.names import callee_of
from xref.resolve.places import behind, locate
from xref.resolve.statements import run_rows, run_unknown
from xref.resolve.values import NOTHING, TOP, UNKNOWN, Atom, Obj, Ptr, Typed, Value
from xref.spelling import spelling_of

Node = list[Any]


Rule = Callable[[Machine, Frame, Model, Node], Typed]


def apply_model(
    machine: Machine, frame: Frame, model: Model, code: Node
) -> Typed | None:
    """What a modelled macro or function does and gives; None when it does not fit."""
    rule = _RULES.get(model.rule)
    if rule is None or len(code[2]) <= max(model.numbers.values(), default=-1):
        return None
    return rule(machine, frame, model, code)


def is_anchored(machine: Machine, name: str) -> bool:
    """Say whether the tree has what a model stands for; compilers' own always are."""
    answer: bool = machine.once(
        ("anchor", name),
        lambda: (
            name.startswith("__builtin_")
            or name == "sizeof"
            or bool(machine.program.macros(name))
            or bool(machine.program.functions(name))
            or bool(machine.program.prototypes(name))
        ),
    )
    return answer


def _same(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
    answer: Typed = (UNKNOWN, "")
    for number, argument in enumerate(code[2]):
        value = evaluate(machine, frame, argument)
        if number == model.numbers["value"]:
            answer = value
    return answer


def _load(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
    value, type_ = evaluate(machine, frame, code[2][model.numbers["value"]])
    return read(machine, frame, behind(machine, value, type_))


def _store(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
    frame.sources = {}
    value, type_ = evaluate(machine, frame, code[2][model.numbers["value"]])
    place = locate(machine, frame, code[2][model.numbers["target"]])
    old, old_type = read(machine, frame, place)
    write(machine, frame, place, value, (told_of(frame, code), code[3]))
    return old, old_type or type_


def _store_to(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
    frame.sources = {}
    value, _ = evaluate(machine, frame, code[2][model.numbers["value"]])
    target, type_ = evaluate(machine, frame, code[2][model.numbers["target"]])
    place = behind(machine, target, type_)
    old, old_type = read(machine, frame, place)
    write(machine, frame, place, value, (told_of(frame, code), code[3]))
    return old, old_type


def _put(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
    """A store into memory of the program, which may fail."""
    _store_to(machine, frame, model, code)
    return UNKNOWN, "int"


def _get(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
    frame.sources = {}
    source, type_ = evaluate(machine, frame, code[2][model.numbers["value"]])
    value, _ = read(machine, frame, behind(machine, source, type_))
    place = locate(machine, frame, code[2][model.numbers["target"]])
    write(machine, frame, place, value, (told_of(frame, code), code[3]))
    return UNKNOWN, "int"


def _copy_out(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
    """A copy into memory of the program; only what a scenario knows of it matters."""
    target, _ = evaluate(machine, frame, code[2][model.numbers["target"]])
    if any(isinstance(a, Ptr) and a.obj.kind == "user" for a in target):
        source, type_ = evaluate(machine, frame, code[2][model.numbers["value"]])
        source = frozenset(_array(machine, atom) for atom in source)
        place = replace(behind(machine, target, type_), type="")
        cells = tuple((obj, path, "") for obj, path, _ in place.cells)
        told = spelling_of(code), code[3]
        write(machine, frame, replace(place, cells=cells), source, told)
    return UNKNOWN, "int"


def _array(machine: Machine, atom: Atom) -> Atom:
    """The whole array, where a pointer to its first row stands for it."""
    if isinstance(atom, Ptr) and atom.path and atom.path[-1] == "[0]":
        return machine.pool.pointer(atom.obj, atom.path[:-1])
    return atom


def _copy(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
    frame.sources = {}
    source, source_type = evaluate(machine, frame, code[2][model.numbers["value"]])
    target, type_ = evaluate(machine, frame, code[2][model.numbers["target"]])
    if pointee(type_) in {"", "void", "char"}:
        type_ = source_type
    place = behind(machine, target, type_)
    if place.cells and not place.cells[0][2]:
        write(machine, frame, place, source, (spelling_of(code), code[3]))
    return (UNKNOWN, "int") if "fails" in model.numbers else (target, type_)


def _container(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
    numbers, arguments = model.numbers, code[2]
    value, _ = evaluate(machine, frame, arguments[numbers["pointer"]])
    tag = type_named(machine, frame, arguments[numbers["type"]])
    steps = member_steps(frame, arguments[numbers["member"]])
    return containers(machine, value, tag, steps), f"{tag} *"


def type_named(machine: Machine, frame: Frame, code: Node) -> str:
    """The type that an argument of a macro names: a type, ``typeof(x)``, a name."""
    if code[0] == "n" and frame.macro and code[1] in frame.macro:
        argument, outer = frame.macro[code[1]]
        kept, frame.macro = frame.macro, outer
        answer = type_named(machine, frame, argument)
        frame.macro = kept
        return answer
    if code[0] == "type" and len(code) > 2:  # noqa: PLR2004  # typeof(e)
        found = evaluate(machine, frame, code[2])[1]
        return found or type_named(machine, frame, code[2])
    if code[0] == "type":
        return str(code[1])
    if code[0] == "call" and "typeof" in str(code[1][1:2]):
        return evaluate(machine, frame, code[2][0])[1]
    if code[0] == "op" and code[1] == "*":  # ``T *`` read as a product
        return type_named(machine, frame, code[2]) + " *"
    return str(code[1]) if code[0] == "n" else ""


def member_steps(frame: Frame, code: Node) -> list[str]:
    """The fields of ``a.b.c`` as an argument of a macro."""
    if code[0] == "n":
        if frame.macro and code[1] in frame.macro:
            argument, outer = frame.macro[code[1]]
            kept, frame.macro = frame.macro, outer
            steps = member_steps(frame, argument)
            frame.macro = kept
            return steps
        return [code[1]]
    if code[0] in {".", "[]"}:
        steps = member_steps(frame, code[1])
        return [*steps, code[2]] if code[0] == "." else steps
    return []


def containers(machine: Machine, value: Value, tag: str, steps: list[str]) -> Value:
    """The structs whose member the pointers of a value point to.

    A pointer into another struct than `tag` cannot be meant and is left out.
    """
    found = _path_of(machine, tag, steps)
    if found is None:
        return UNKNOWN
    atoms: set[Any] = set()
    for atom in value:
        if isinstance(atom, Ptr):
            atoms.update(_around(machine, atom, tag, *found))
        elif atom is TOP:
            atoms.add(atom)
    return frozenset(atoms) or (UNKNOWN if not value else NOTHING)


def _path_of(
    machine: Machine, tag: str, steps: list[str]
) -> tuple[tuple[str, ...], str] | None:
    """The way to a member as in `Ptr.path`, and its slot; None when there is none."""
    real = machine.layout.real(tag)
    path: list[str] = []
    slot = ""
    for step in steps:
        found = machine.layout.member(real, step)
        if found is None:
            return None
        slot = found.slot
        if not found.first:
            path.append(found.slot)
        real = machine.layout.real(found.type)
    return tuple(path), slot


def _around(
    machine: Machine, pointer: Ptr, tag: str, wanted: tuple[str, ...], slot: str
) -> list[Ptr]:
    if not wanted:
        return [pointer]
    path = tuple(p.removeprefix("@") for p in pointer.path)
    deep = len(wanted)
    if path[-deep:] == wanted:
        return [machine.pool.pointer(pointer.obj, pointer.path[:-deep])]
    if path and "." in path[-1]:
        return []
    if pointer.obj.kind != "sym":
        return []
    key = ("around", pointer.obj, wanted)
    obj: Obj = machine.object_of(
        key, "sym", tag.rpartition(" ")[2], tag, pointer.obj.far
    )
    obj.inside[tag, slot] = pointer
    return [machine.pool.pointer(obj)]


def _scalar(machine: Machine, frame: Frame, _model: Model, code: Node) -> Typed:
    for argument in code[2]:
        evaluate(machine, frame, argument)
    return UNKNOWN, "int"


def _swap(size: int, type_: str) -> Rule:
    """The bytes of a number in the opposite order: GCC manual, "Other Builtins"."""

    def swap(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
        value, _ = evaluate(machine, frame, code[2][model.numbers["value"]])
        return swapped(value, size), type_

    return swap


def _error(machine: Machine, frame: Frame, _model: Model, code: Node) -> Typed:
    for argument in code[2]:
        evaluate(machine, frame, argument)
    return NOTHING, "void *"


def _first(machine: Machine, frame: Frame, model: Model, code: Node) -> Typed:
    numbers, arguments = model.numbers, code[2]
    heads, _ = evaluate(machine, frame, arguments[numbers["head"]])
    tag = type_named(machine, frame, arguments[numbers["type"]])
    steps = member_steps(frame, arguments[numbers["member"]])
    nodes = _nodes(machine, frame, heads, tag)
    return containers(machine, frozenset(nodes), tag, steps), f"{tag} *"


def _nodes(machine: Machine, frame: Frame, heads: Value, tag: str) -> list[Ptr]:
    """The nodes that are known to be on lists, in the order they were put there.

    What was put on a list of a global before the scenario is looked for when the
    structs on it can decide which code runs.
    """
    tables = not tag or machine.layout.is_table(tag)
    nodes: dict[Ptr, None] = {}
    for head in heads:
        if not isinstance(head, Ptr):
            continue
        machine.heap.walkers[any_row(machine, head)][frame.context] = None
        is_global = head.obj.kind == "global"
        if is_global and tables and head not in machine.heap.lists:
            machine.at_start(machine, frame, (head.obj, head.path, ""), "list")
        for like in lists_like(machine, head):
            nodes.update(machine.heap.lists.get(like, {}))
    return list(nodes)


@statement("walk")
def _walk(machine: Machine, frame: Frame, code: Node) -> None:
    """A loop macro over a list; unknown ones run their body for what it calls."""
    _, name, arguments, body, line = code
    if frame.env is None:
        return
    frame.now, frame.sources = (["call", ["n", name], arguments, line], line), {}
    model = machine.models.get(name)
    if model and model.rule in {"walk", "walk_node"}:
        model = _as_defined(machine, frame.path, name, model)
        if len(arguments) > max(model.numbers.values()):
            _walk_list(machine, frame, (model, arguments, body))
            return
    macro = callee_of(machine, frame.path, name).macro
    for argument in arguments:
        evaluate(machine, frame, argument)
    if macro and macro.form == "expr":
        inner = machine.program.macro_body(macro.id)
        if inner and inner[0] == "call":
            evaluate(machine, frame, list(inner))
    if macro:
        declare_for_body(machine, frame, ["call", ["n", name], arguments, line])
    run_unknown(machine, frame, body)


def _as_defined(machine: Machine, path: str, name: str, model: Model) -> Model:
    """A model with its arguments where the macro of the tree has those of their names.

    Linux kernel commit b67bfe0d42ca ("hlist: drop the node parameter from iterators")
    (in v3.9).
    """
    macro = callee_of(machine, path, name).macro
    names = (macro.parameters if macro else None) or ()
    places = {role: names.index(role) for role in model.numbers if role in names}
    return replace(model, numbers={**model.numbers, **places})


def _walk_list(
    machine: Machine, frame: Frame, what: tuple[Model, list[Node], list[Node]]
) -> None:
    model, arguments, body = what
    entry = arguments[model.numbers["entry"]]
    given, _ = evaluate(machine, frame, arguments[model.numbers["head"]])
    _, type_ = evaluate(machine, frame, entry)
    tag = pointee(type_) if model.rule == "walk" else ""
    rows: list[Any] = list(_nodes(machine, frame, given, tag))
    heads = {like for head in given for like in lists_like(machine, head)}
    steps: list[str] = []
    if model.rule == "walk":
        steps = member_steps(frame, arguments[model.numbers["member"]])
        found: dict[Any, None] = {}
        for row in rows:
            found.update(
                dict.fromkeys(
                    containers(machine, frozenset((row,)), pointee(type_), steps)
                )
            )
        rows = [row for row in found if row is not TOP]
        for row in rows:
            if row.obj in machine.heap.strangers:
                row.obj.far = min(row.obj.far, frame.context.far + 1)
    if rows:
        ordered = len(heads) == 1 and not heads & machine.heap.unordered
        run_rows(machine, frame, (entry, rows, body), ordered=ordered)
        if not heads & machine.heap.open:
            return
    link = _path_of(machine, pointee(type_), steps) if steps else None
    stranger = (
        Stranger(link[0][-1:], frozenset(heads if not rows else ())) if link else None
    )
    _unknown_entry(machine, frame, entry, stranger)
    run_unknown(machine, frame, body)


def _unknown_entry(
    machine: Machine, frame: Frame, entry: Node, stranger: Stranger | None
) -> None:
    place = locate(machine, frame, entry)
    inner = pointee(machine.layout.real(place.type))
    if inner:
        key = ("entry", frame.context, id(entry))
        obj = machine.object_of(
            key, "sym", inner.rpartition(" ")[2], inner, frame.context.far + 1
        )
        if stranger:
            machine.heap.strangers[obj] = stranger
        value: Value = frozenset((machine.pool.pointer(obj),))
        write(machine, frame, place, value, ("", 0))


_RULES = {
    "same": _same,
    "load": _load,
    "store": _store,
    "store_to": _store_to,
    "copy": _copy,
    "copy_out": _copy_out,
    "put": _put,
    "get": _get,
    "container": _container,
    "list_add": list_add,
    "splice": splice,
    "scalar": _scalar,
    "swap_2": _swap(2, "unsigned short"),
    "swap_4": _swap(4, "unsigned int"),
    "swap_8": _swap(8, "unsigned long long"),
    "error": _error,
    "first": _first,
}
