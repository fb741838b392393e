"""The evaluation of expressions other than calls."""

from dataclasses import replace
from typing import Any

from xref.resolve.arithmetic import binary, unary
from xref.resolve.dispatch import evaluate, execute, expression
from xref.resolve.layout import is_aggregate, is_function_pointer, pointee
from xref.resolve.machine import Frame, Key, Machine, MacroEnv
from xref.resolve.macros import spelled, word_of, written
from xref.resolve.memory import copy, put, read, reason_of, write
from xref.resolve.names import meaning_of
from xref.resolve.places import address_of, locate, shift
from xref.resolve.skipping import decide
from xref.resolve.statics import Layer, lay, scope_frame
from xref.resolve.values import (
    NOTHING,
    TOP,
    UNKNOWN,
    Ptr,
    Typed,
    Value,
    join,
    name_memory,
    truth,
)
from xref.spelling import spelling_of

Node = list[Any]
_BOOT_FAR = 2
"""How far what a global is set to is followed: see ``Limits.far``."""


@expression("n")
def _name(machine: Machine, frame: Frame, code: Node) -> Typed:
    name = code[1]
    if frame.macro and name in frame.macro:
        argument, outer = frame.macro[name]
        if id(argument) in frame.made:
            return evaluate(machine, frame, ["n", frame.made[id(argument)]])
        key = (id(argument), id(outer))
        known = frame.passed_in.get(key)
        if known is None:
            kept, frame.macro = frame.macro, outer
            known = evaluate(machine, frame, argument)
            frame.passed_in[key] = known
            frame.macro = kept
        return known
    if name in frame.types:
        return read(machine, frame, locate(machine, frame, code))
    if "##" in name:
        code = ["n", word_of(code, frame.macro)]
    return _global_name(machine, frame, code)


def _global_name(machine: Machine, frame: Frame, code: Node) -> Typed:
    """The value of a name at file scope."""
    name = code[1]
    meaning = meaning_of(machine, frame.path, name)
    if meaning.constant:
        return _enumerated(machine, (frame.path, name), meaning.constant), "int"
    if meaning.macro:
        body = machine.program.macro_body(meaning.macro.id)
        return _expanded(machine, frame, name, body)
    if meaning.obj:
        return read(machine, frame, locate(machine, frame, code))
    if meaning.function:
        return frozenset((meaning.function,)), meaning.type
    return UNKNOWN, ""


def _enumerated(machine: Machine, where: tuple[str, str], code: Node) -> Value:
    """The value of an enumerator, in terms of those before it."""
    key = ("constant", *where)
    if key not in machine.memo:
        machine.memo[key] = UNKNOWN  # while its own value is being found
        frame = scope_frame(machine, where[0])
        machine.memo[key] = evaluate(machine, frame, code)[0]
    value: Value = machine.memo[key]
    return value


def _expanded(machine: Machine, frame: Frame, name: str, body: Node) -> Typed:
    """The value of an object-like macro."""
    if name in frame.inside:
        return UNKNOWN, ""
    kept, frame.macro = frame.macro, None
    frame.inside = (*frame.inside, name)
    answer = evaluate(machine, frame, body)
    frame.inside = frame.inside[:-1]
    frame.macro = kept
    return answer


@expression("i")
def _number(_machine: Machine, _frame: Frame, code: Node) -> Typed:
    return frozenset((code[1],)), "int"


@expression("s")
def _string(_machine: Machine, _frame: Frame, _code: Node) -> Typed:
    return UNKNOWN, "char *"


@expression("->", ".", "[]", "*")
def _place(machine: Machine, frame: Frame, code: Node) -> Typed:
    if code[0] == "*":
        value, type_ = evaluate(machine, frame, code[1])
        if is_function_pointer(type_) and not pointee(type_):
            return value, type_  # C11 6.5.3.2p4: *f of a function is f
    return read(machine, frame, locate(machine, frame, code))


@expression("&")
def _address(machine: Machine, frame: Frame, code: Node) -> Typed:
    if code[1][0] == "n":
        value, type_ = _function_named(machine, frame, code[1])
        if value:
            return value, type_
    place = locate(machine, frame, code[1])
    pointers = frozenset(address_of(machine, key) for key in place.cells)
    for pointer in pointers:
        if pointer.obj.kind == "global" and pointer not in machine.births:
            told, line = frame.used if frame.line else frame.now[0], frame.now[1]
            if told:
                machine.births[pointer] = reason_of(frame, (spelling_of(told), line))
    return pointers or UNKNOWN, f"{place.type} *" if place.type else ""


def _function_named(machine: Machine, frame: Frame, code: Node) -> Typed:
    name = code[1]
    if name in frame.types or (frame.macro and name in frame.macro):
        return NOTHING, ""
    meaning = meaning_of(machine, frame.path, name)
    if meaning.function:
        return frozenset((meaning.function,)), meaning.type
    return NOTHING, ""


@expression("cast")
def _cast(machine: Machine, frame: Frame, code: Node) -> Typed:
    value, old = evaluate(machine, frame, code[2])
    type_ = _type_argument(frame, code[1])
    if type_[:1] == "?":  # ``(typeof(p))x``
        return value, old
    if old in {"", "void *"} and pointee(type_):
        name_memory(value, pointee(type_))
    return value, type_


def _type_argument(frame: Frame, type_: str) -> str:
    """A type, where a macro's parameter stands for one."""
    if frame.macro and type_.rstrip(" *") in frame.macro:
        base = type_.rstrip(" *")
        argument = frame.macro[base][0]
        if argument[0] in {"type", "n"}:
            return str(argument[1]) + type_[len(base) :]
    return type_


@expression("=")
def _assign(machine: Machine, frame: Frame, code: Node) -> Typed:
    _, op, left, right, line = code
    kept, frame.now = frame.now, (code, line)
    frame.sources = {}
    value, type_ = _right_side(machine, frame, left, right)
    place = locate(machine, frame, left)
    if op != "=":
        old, _ = read(machine, frame, place)
        if op in {"+=", "-="} and any(isinstance(a, Ptr) for a in old):
            # A pointer that is moved runs over its table: all rows, in their order.
            row = pointee(machine.layout.real(place.type))
            value = old | shift(machine, old, UNKNOWN, row)
        else:
            value = binary(op[:-1], old, value)
    elif type_ in {"", "void *"} and pointee(place.type):
        name_memory(value, pointee(place.type))
    if place.cells and _is_state(machine, frame, right):
        value = value | UNKNOWN
    if place.variable:
        frame.origins[place.variable] = (right, frame.macro)
    write(machine, frame, place, value, (spelling_of(code), line))
    frame.now = kept
    return value, place.type or type_


def _right_side(machine: Machine, frame: Frame, left: Node, right: Node) -> Typed:
    """A value; looked for everywhere when it is what a boot evaluation is after."""
    while left[0] in {".", "->", "[]", "*", "cast"}:
        left = left[2] if left[0] == "cast" else left[1]
    if machine.focus is None or left[0] != "n" or left[1] != machine.target:
        return evaluate(machine, frame, right)
    kept = machine.focus, machine.limits
    machine.focus, machine.limits = None, replace(machine.limits, far=_BOOT_FAR)
    answer = evaluate(machine, frame, right)
    machine.focus, machine.limits = kept
    return answer


def _is_state(machine: Machine, frame: Frame, code: Node) -> bool:
    """Say whether a number is written out where it is stored.

    Such a cell holds the state of a machine that goes on (``sk->sk_state``), so that
    no branch is decided by it; what comes in through parameters and rows stays.
    """
    if code[0] == "n":
        return _is_constant_name(machine, frame, code[1])
    if code[0] == "op":
        return all(_is_state(machine, frame, c) for c in code[2:])
    if code[0] == "op1":
        return _is_state(machine, frame, code[2])
    return bool(code[0] == "i")


def _is_constant_name(machine: Machine, frame: Frame, name: str) -> bool:
    if frame.macro and name in frame.macro:
        argument, outer = frame.macro[name]
        kept, frame.macro = frame.macro, outer
        answer = _is_state(machine, frame, argument)
        frame.macro = kept
        return answer
    if name in frame.types:
        return False
    meaning = meaning_of(machine, frame.path, name)
    if meaning.macro:
        body: Node = list(machine.program.macro_body(meaning.macro.id))
        return body != ["n", name] and _is_state(machine, frame, body)
    return meaning.constant is not None


@expression("?:")
def _choice(machine: Machine, frame: Frame, code: Node) -> Typed:
    _, condition, then, other = code
    value, type_ = evaluate(machine, frame, condition)
    holds = truth(value)
    if then is None:
        if holds:
            return value, type_
        rest, rest_type = evaluate(machine, frame, other)
        kept = frozenset(a for a in value if a != 0) if holds is None else NOTHING
        return kept | rest, type_ or rest_type
    decide(frame, condition, (other if holds else then,), holds=holds)
    if holds is not None:
        return evaluate(machine, frame, then if holds else other)
    frame.uncertain += 1
    left, left_type = evaluate(machine, frame, then)
    right, right_type = evaluate(machine, frame, other)
    frame.uncertain -= 1
    type_ = left_type if pointee(left_type) not in {"", "void"} else right_type
    return left | right, type_ or left_type


@expression("op")
def _binary(machine: Machine, frame: Frame, code: Node) -> Typed:
    _, op, left, right = code
    if op in {"&&", "||"}:
        return _logic(machine, frame, code)
    a, a_type = evaluate(machine, frame, left)
    b, b_type = evaluate(machine, frame, right)
    if op in {"+", "-"} and pointee(a_type) and not pointee(b_type):
        step = b if op == "+" else UNKNOWN
        return shift(machine, a, step, pointee(machine.layout.real(a_type))), a_type
    if op == "+" and pointee(b_type):
        return shift(machine, b, a, pointee(machine.layout.real(b_type))), b_type
    type_ = a_type if op not in {"==", "!=", "<", ">", "<=", ">="} else "int"
    return binary(op, a, b), type_


def _logic(machine: Machine, frame: Frame, code: Node) -> Typed:
    _, op, left, right = code
    first = truth(evaluate(machine, frame, left)[0])
    is_enough = first is not None and first == (op == "||")
    decide(frame, left, (right,), holds=first if is_enough else None)
    if first is not None and is_enough:
        return frozenset((int(first),)), "int"
    frame.uncertain += first is None
    second = truth(evaluate(machine, frame, right)[0])
    frame.uncertain -= first is None
    if first is not None:
        return (UNKNOWN if second is None else frozenset((int(second),))), "int"
    if second is not None and second == (op == "||"):
        return frozenset((int(second),)), "int"
    return UNKNOWN, "int"


@expression("op1")
def _unary(machine: Machine, frame: Frame, code: Node) -> Typed:
    value, type_ = evaluate(machine, frame, code[2])
    return unary(code[1], value), "int" if code[1] == "!" else type_


@expression(",")
def _comma(machine: Machine, frame: Frame, code: Node) -> Typed:
    answer: Typed = (UNKNOWN, "")
    for part in code[1]:
        answer = evaluate(machine, frame, part)
    return answer


@expression("block")
def _block(machine: Machine, frame: Frame, code: Node) -> Typed:
    statements = code[1]
    if not statements:
        return UNKNOWN, "void"
    execute(machine, frame, statements[:-1])
    last = statements[-1]
    if last[0] == "e" and frame.env is not None:
        return evaluate(machine, frame, last[1])
    execute(machine, frame, [last])
    return UNKNOWN, "void"


@expression("init")
def _literal(machine: Machine, frame: Frame, code: Node) -> Typed:
    type_ = code[1] or ""
    if not type_:
        return UNKNOWN, ""
    key = ("literal", frame.context, id(code), frame.inside)
    obj = machine.object_of(key, "frame", f"({type_})", type_, frame.context.far + 1)
    real = machine.layout.real(type_)
    if not is_aggregate(real) and not real.endswith("]"):
        return (
            evaluate(machine, frame, code[2][0][1])[0] if code[2] else UNKNOWN
        ), type_
    initialise(machine, frame, (obj, (), ""), type_, (code, frame.now[1]))
    path = ("[0]",) if real.endswith("]") else ()
    return frozenset((machine.pool.pointer(obj, path),)), type_


def initialise(
    machine: Machine, frame: Frame, at: Key, type_: str, told: tuple[Node, int]
) -> None:
    """Store an initialiser into the cells of a local variable."""
    lay(Layer(machine, frame, _store_leaf), at, type_, told)


def _store_leaf(
    machine: Machine, frame: Frame, key: Key, type_: str, told: tuple[Node, int]
) -> None:
    code, line = told
    value, _ = evaluate(machine, frame, code)
    field = key[2].rpartition(".")[2]
    text = f".{field} = {spelling_of(code)}" if "." in key[2] else spelling_of(code)
    reason = reason_of(frame, (text, line))
    if key[2]:
        pointer = machine.layout.real(type_).endswith("*")
        put(machine, frame, key, value - UNKNOWN if pointer else value, reason)
    else:
        copy(machine, frame, (key, type_), value, reason)


@expression("generic")
def _generic(machine: Machine, frame: Frame, code: Node) -> Typed:
    """C11 6.5.1.1: what is associated with the type, or all where none is."""
    real = machine.layout.real
    wanted = real(evaluate(machine, frame, code[1])[1])
    cases = [_association(machine, frame, branch) for branch in code[2]]
    fitting = [case for case in cases if wanted and real(case[0]) == wanted]
    answers: list[Typed] = []
    kept = frame.macro
    for _, inner, frame.macro in fitting or cases:
        answers.append(evaluate(machine, frame, inner))
    frame.macro = kept
    return join(v for v, _ in answers), next((t for _, t in answers if t), "")


def _association(
    machine: Machine, frame: Frame, branch: Node
) -> tuple[str, Node, MacroEnv | None]:
    """Type and expression of ``T: x``, which a macro may write; "" for default."""
    type_, code = branch
    if type_ is None and code[0] == "call":
        body, macro = written(machine, frame, code)
        if len(body) == 2 and body[0][0] == "label" and body[1][0] == "e":  # noqa: PLR2004
            return word_of(["n", body[0][1]], macro), body[1][1], macro
    return spelled(frame, type_ or ""), code, frame.macro


@expression("sizeof", "offsetof")
def _size(machine: Machine, _frame: Frame, _code: Node) -> Typed:
    if machine.size is None:
        return UNKNOWN, "unsigned long"
    return frozenset((machine.size,)), "unsigned long"


@expression("type", "x")
def _opaque(_machine: Machine, _frame: Frame, _code: Node) -> Typed:
    return frozenset((TOP,)), ""
