"""Calls: by name, through macros, through pointers; what they do with memory."""

from typing import Any

from xref.answers import Grade
from xref.resolve.dispatch import evaluate, execute, expression
from xref.resolve.entering import enter, event_of, ident_of, made_up, the_one
from xref.resolve.idioms import apply_model, is_anchored
from xref.resolve.layout import is_function_pointer
from xref.resolve.leaving import note_ends
from xref.resolve.machine import Frame, Machine
from xref.resolve.macros import (
    Source,
    declaration_of,
    expand,
    passed,
    spliced,
    word_of,
    written,
)
from xref.resolve.names import callee_of, function_of, meaning_of
from xref.resolve.pointers import (
    describe,
    is_own,
    may_be_another,
    source_of,
    through_pointer,
)
from xref.resolve.values import (
    NOTHING,
    TOP,
    UNKNOWN,
    ZERO,
    Bound,
    Func,
    Named,
    Number,
    Typed,
    Value,
)

Node = list[Any]
_DEEPEST = 8
"""Macros around a pointer that hand it on as it is."""


@expression("call")
def call(machine: Machine, frame: Frame, code: Node) -> Typed:
    """What a call may return; the call itself becomes an event of the context."""
    callee = code[1]
    if callee[0] == "n":
        name = callee[1]
        if frame.macro and name in frame.macro:
            argument, _ = passed(callee, frame.macro)
            if argument[0] == "n" and argument[1] not in frame.types:
                inner = [code[0], argument, code[2], code[3]]
                return _candidate(machine, frame, inner)
        elif name not in frame.types:
            return _by_word(machine, frame, code, word_of(callee, frame.macro))
    elif callee[0] == "call" and callee[1][0] == "n":
        source = written(machine, frame, callee)
        declaration = declaration_of(code, source)
        if declaration:
            execute(machine, frame, [declaration])
            note_ends(machine, frame, source, code[3])
            return UNKNOWN, "void"
        name = word_of(*source) if source[0][0] == "n" else ""
        meant = callee_of(machine, frame.path, name)
        if meant.macro or meant.function:
            return _by_word(machine, frame, code, name)
    return through_pointer(machine, frame, code, _arguments(machine, frame, code))


def _by_word(machine: Machine, frame: Frame, code: Node, name: str) -> Typed:
    """A call of what a word names that may be pasted together."""
    if code[1] != ["n", name]:
        code = [code[0], ["n", name], code[2], code[3]]
    return _named(machine, frame, code, name)


def _candidate(machine: Machine, frame: Frame, code: Node) -> Typed:
    """A call of a function that a macro was given by name, as ``INDIRECT_CALL_1`` is.

    Where the macro was given a function pointer, too, the call is one through that
    pointer, and the name one of the targets that the source expects.
    """
    name = code[1][1]
    func = function_of(machine, frame.path, name)
    beside = _pointer_beside(machine, frame) if func else None
    if func is None or beside is None:
        return _named(machine, frame, code, name)
    source, value = beside
    known = [a.name for a in value if isinstance(a, Func)]
    if known and may_be_another(machine, frame, source):
        known = []
    if value == ZERO or (known and name not in known):
        return NOTHING, func.entries[0].returns
    event = event_of(machine, frame, code, Grade.BOUND if known else Grade.NAMED)
    event.own |= bool(known) and is_own(machine, frame, source)
    describe(machine, frame, event, source, [func])
    arguments = _arguments(machine, frame, code)
    return enter(machine, frame, event, func, arguments), func.entries[0].returns


def _pointer_beside(machine: Machine, frame: Frame) -> tuple[Source, Value] | None:
    """The function pointer among the arguments of the macro in work, and its value."""
    for name in frame.macro or {}:
        code, macro = _uncovered(machine, frame, ["n", name])
        if code[0] in {"->", "."}:
            kept, frame.macro = frame.macro, macro
            value, type_ = evaluate(machine, frame, code)
            frame.macro = kept
            if is_function_pointer(machine.layout.real(type_)):
                return (code, macro), value
    return None


def _uncovered(machine: Machine, frame: Frame, code: Node) -> Source:
    """What an expression stands for, ``READ_ONCE`` and its like taken off."""
    macro = frame.macro
    for _ in range(_DEEPEST):
        code, macro = source_of(frame, code, macro)
        is_named = code[0] == "call" and code[1][0] == "n"
        model = machine.models.get(code[1][1]) if is_named else None
        if model is None or model.rule != "same" or not code[2]:
            break
        code = code[2][model.numbers["value"]]
    return code, macro


def _arguments(machine: Machine, frame: Frame, code: Node) -> list[Typed]:
    return [_argument(machine, frame, a) for a in spliced(frame.macro, code[2])]


def _named(machine: Machine, frame: Frame, code: Node, name: str) -> Typed:
    model = machine.models.get(name)
    if model and not is_anchored(machine, name):
        model = None
    answer = apply_model(machine, frame, model, code) if model else None
    callee = callee_of(machine, frame.path, name)
    if answer is not None:
        if callee.function and not callee.macro:
            _note(machine, frame, code, callee.function)
        return answer
    if callee.macro and name not in frame.inside:
        answer = expand(machine, frame, code, callee.macro)
        if answer is not None and callee.function is None:
            return answer
        if answer is not None:
            other = _function(machine, frame, code, callee.function)
            return answer[0] | other[0], other[1] or answer[1]
    func = callee.function or function_of(machine, frame.path, name)
    return _function(machine, frame, code, func)


def _note(machine: Machine, frame: Frame, code: Node, func: Func) -> None:
    """Note a call that is made, and not followed: what it does is known."""
    event = event_of(machine, frame, code, Grade.EXACT)
    for entry in func.entries:
        event.targets.setdefault(ident_of(entry), (entry, {}))


def _function(machine: Machine, frame: Frame, code: Node, func: Func | None) -> Typed:
    """A call of what is no macro."""
    name = code[1][1]
    meaning = meaning_of(machine, frame.path, name)
    if func is None and meaning.macro:
        body = machine.program.macro_body(meaning.macro.id)
        if body and body[0] == "n" and body[1] != name:
            alias = [code[0], body, code[2], code[3]]
            return _named(machine, frame, alias, str(body[1]))
    arguments = _arguments(machine, frame, code)
    if func is None and (meaning.obj or meaning.macro):
        return through_pointer(machine, frame, code, arguments)
    memory = _allocated(machine, frame, code, func)
    if memory is not None:
        return memory
    if func:
        event = event_of(machine, frame, code, Grade.EXACT)
        value = enter(machine, frame, event, func, arguments)
        returns = func.entries[0].returns
        if machine.now.gives and TOP in value and not frame.context.far:
            value = _told_apart(machine, frame, code, (value, returns))
        return value, returns
    return _outside(machine, frame, code)


def _told_apart(machine: Machine, frame: Frame, code: Node, given: Typed) -> Value:
    """A number that may become a descriptor is the same wherever it is met."""
    value, type_ = given
    if frame.context.boot or machine.layout.real(type_) not in {"int", "unsigned int"}:
        return value
    key = ("number", id(code[1]), code[3], frame.inside, frame.context)
    name = f"{code[1][1]}()#{len(machine.memo)}"
    number: Number = machine.once(key, lambda: Number(name))
    return (value - UNKNOWN) | {number}


def _argument(machine: Machine, frame: Frame, code: Node) -> Typed:
    """An argument; a constant that stands there by its name is known to be meant."""
    value, type_ = evaluate(machine, frame, code)
    if code[0] == "n" and code[1] not in frame.types and type_ != "gfp_t":
        value = frozenset(
            Named(a) if isinstance(a, int) and not isinstance(a, Bound) else a
            for a in value
        )
    return value, type_


def _allocated(
    machine: Machine, frame: Frame, code: Node, func: Func | None
) -> Typed | None:
    """Fresh memory, where the callee is an allocator by its shape.

    One that takes allocation flags and returns a pointer to void, or that a model
    names: what stands in the memory is what the scenario stores there.
    """
    known = func.entries if func else machine.program.prototypes(code[1][1])
    if not known or known[0].returns != "void *":
        return None
    model = machine.models.get(code[1][1])
    if not (model and model.rule == "allocate") and not any(
        p.type == "gfp_t" for p in known[0].parameters
    ):
        return None
    if func:
        _note(machine, frame, code, func)
    else:
        event_of(machine, frame, code, Grade.EXACT)
    key = ("heap", id(code[1]), code[3], frame.inside, frame.context)
    name = f"{frame.context.entry.name}()"
    obj = machine.object_of(key, "heap", name, "", frame.context.far)
    return frozenset((machine.pool.pointer(obj),)), "void *"


def _outside(machine: Machine, frame: Frame, code: Node) -> Typed:
    """A function without a body in the index: assembly, or a part not read."""
    name = code[1][1]
    if name.startswith("__builtin_"):
        return UNKNOWN, ""
    known = machine.program.prototypes(name)
    event = event_of(machine, frame, code, Grade.EXACT)
    event.problem = event.problem or ("" if known else "no definition was read")
    returns = known[0].returns if known else ""
    if known and not code[2] and not frame.context.boot:
        return the_one(machine, frame, name, returns), returns
    return made_up(machine, frame, code, returns), returns
