"""Scenarios: what user space does, and its evaluation call by call."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from xref.errors import NotFoundError
from xref.program import FunctionEntry, Program
from xref.resolve import calls as _calls
from xref.resolve import leaving as _leaving
from xref.resolve.boot import at_start
from xref.resolve.contexts import evaluate_context, settle
from xref.resolve.dispatch import evaluate
from xref.resolve.later import play_later
from xref.resolve.machine import STATE, Context, Frame, Machine, Model, Playing
from xref.resolve.names import meaning_of
from xref.resolve.overwriting import forget_overwritten
from xref.resolve.steps import ANYTHING, Step, given_by
from xref.resolve.user import given, is_memory, memory_of
from xref.resolve.values import (
    NOTHING,
    UNKNOWN,
    Atom,
    Beyond,
    Bound,
    Number,
    Sym,
    Typed,
    Value,
)

_REGISTERED = (_calls, _leaving)
"""Their rules register themselves when these modules are read."""


def models_of(text: str) -> dict[str, Model]:
    """The models of idioms by the name of the macro or function: data/models.toml."""
    data = tomllib.loads(text)
    failures = {name for entry in data["failure"] for name in entry["names"]}
    models = {name: Model("", {}, asks_failure=True) for name in failures}
    for entry in data["plain"]:
        models.update((tag, Model(entry["rule"], {})) for tag in entry["structs"])
    for entry in data["tracepoint"]:
        models[entry["struct"]] = Model(STATE, {}, prefix=entry["prefix"])
    for entry in data["model"]:
        numbers = {k: v for k, v in entry.items() if isinstance(v, int)}
        for name in entry["names"]:
            models[name] = Model(entry["rule"], numbers, asks_failure=name in failures)
    return models


def entry_of(program: Program, call: str) -> FunctionEntry:
    """The function of a system call.

    Raises:
        NotFoundError: the kernel has none of this name.
    """
    found = program.functions(f"sys_{call}")
    if not found:
        raise NotFoundError(f"{program.kernel} has no system call {call}")
    own = f"arch/{program.arch}/"
    ours = [f for f in found if f.path.startswith(own) or f.path[:5] != "arch/"]
    return max(ours or found, key=lambda f: f.size)


def bound_step(entry: FunctionEntry, step: Step, bound: Mapping[str, str]) -> Step:
    """A step with arguments, by the names of the parameters, over its own."""
    known = dict(enumerate(step.arguments))
    arguments = tuple(
        bound.get(parameter.name, known.get(number, "?"))
        for number, parameter in enumerate(entry.parameters)
    )
    return replace(step, arguments=arguments)


def deferred_of(text: str) -> dict[str, str]:
    """The slots whose functions run later, with the field of what they are given.

    From data/models.toml; "" where they are given the struct itself.
    """
    return {
        f"{entry['struct'].partition(' ')[2]}.{field}": entry.get("data", "")
        for entry in tomllib.loads(text).get("deferred", ())
        for field in entry["fields"]
    }


def play(machine: Machine, steps: tuple[Step, ...]) -> tuple[Context, ...]:
    """Evaluate the steps one after the other; a context for each.

    Args:
        machine: fresh, or as earlier steps left it.
        steps: the last is the one that is asked about.
    """
    machine.at_start = at_start
    known: dict[str, Value] = {}
    contexts: list[Context] = []
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        if not last and not machine.program.functions(f"sys_{step.call}"):
            continue  # older than the call: the later ones start without it
        entry = entry_of(machine.program, step.call)
        machine.now = Playing(number, given_by(step))
        args = _arguments(machine, entry, step, known)
        context = Context(entry, args, (number,), step=number)
        evaluate_context(machine, context)
        settle(machine)
        if not last:
            forget_overwritten(machine, context)
        contexts.append(context)
        known.update(_descriptors(machine, step, context))
    if machine.asked.deferred:
        play_later(machine, contexts[-1])
    return tuple(contexts)


def _descriptors(machine: Machine, step: Step, context: Context) -> dict[str, Value]:
    """What a call gave: the number under which it entered something in a table."""
    found: dict[str, Value] = {}
    if step.returns:
        found[step.returns] = context.result
    for number, text in enumerate(step.arguments):
        if is_memory(text):
            found.update(given(machine, text, (machine.now.step, number)))
    rows = {row for key in machine.heap.cells for row in key[1] if row[0] == "["}
    names = dict.fromkeys(given_by(step), frozenset[Atom]())
    for name in names:
        used = [
            atom.name
            for atom in found.get(name, ())
            if isinstance(atom, Number) and f"[{atom.name}]" in rows
        ]
        names[name] = frozenset(Sym(n) for n in sorted(used) or [name])
    return names


def _arguments(
    machine: Machine,
    entry: FunctionEntry,
    step: Step,
    known: Mapping[str, Value],
) -> tuple[Typed, ...]:
    frame = Frame(Context(entry, (), ()), entry.path, {}, {})
    names = given_by(step)

    def word(text: str) -> Value:
        name, _, more = text.partition(" + ")
        if name in known and more == "1":
            return frozenset(Beyond(a) for a in known[name] if isinstance(a, Sym))
        if text in known:
            return known[text]
        return NOTHING if text in names else _constant(machine, frame, text)

    args: list[Typed] = []
    for number, parameter in enumerate(entry.parameters):
        text = step.arguments[number] if number < len(step.arguments) else "?"
        if text == ANYTHING:
            value: Value = frozenset((Sym(parameter.name),))
        elif is_memory(text):
            where = (machine.now.step, number), parameter.type
            value = memory_of(machine, text, where, word)
        else:
            value = word(text)
        args.append((value, parameter.type))
    return tuple(args)


def _constant(machine: Machine, frame: Frame, text: str) -> Value:
    """The value of ``A | B`` of constants and numbers of this kernel."""
    if text in {"?", ""}:
        return UNKNOWN
    code: list[Any] = []
    for part in text.split("|"):
        word = part.strip()
        leaf = _leaf(machine, frame, word)
        code = ["op", "|", code, leaf] if code else leaf
    value, _ = evaluate(machine, frame, code)
    return frozenset(Bound(a) if isinstance(a, int) else a for a in value)


def _leaf(machine: Machine, frame: Frame, word: str) -> list[Any]:
    try:
        return ["i", int(word, 0)]
    except ValueError:
        pass
    meaning = meaning_of(machine, frame.path, word)
    if meaning.constant is None and meaning.macro is None:
        raise NotFoundError(f"{machine.program.kernel} has no constant {word}")
    return ["n", word]
