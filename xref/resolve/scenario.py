"""Scenarios: what user space does, and its evaluation call by call."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from xref.errors import NotFoundError
from xref.program import FunctionEntry, Program
from xref.resolve import calls as _calls
from xref.resolve.boot import at_start
from xref.resolve.contexts import evaluate_context, settle
from xref.resolve.dispatch import evaluate
from xref.resolve.machine import Context, Frame, Machine, Model
from xref.resolve.names import meaning_of
from xref.resolve.steps import ANYTHING, Step
from xref.resolve.values import UNKNOWN, Bound, Sym, Typed, Value

_REGISTERED = _calls.call
"""The rule for calls registers itself when its module is read."""


def models_of(text: str) -> dict[str, Model]:
    """The models of idioms by the name of the macro or function: data/models.toml."""
    models: dict[str, Model] = {}
    for entry in tomllib.loads(text)["model"]:
        numbers = {k: v for k, v in entry.items() if isinstance(v, int)}
        for name in entry["names"]:
            models[name] = Model(entry["rule"], numbers)
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
    return max(ours or found, key=lambda f: f.end_line - f.line)


def bound_step(entry: FunctionEntry, step: Step, bound: Mapping[str, str]) -> Step:
    """A step with arguments, by the names of the parameters, over its own."""
    known = dict(enumerate(step.arguments))
    arguments = tuple(
        bound.get(parameter.name, known.get(number, "?"))
        for number, parameter in enumerate(entry.parameters)
    )
    return replace(step, arguments=arguments)


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
        args = _arguments(machine, entry, step, known)
        context = Context(entry, args, (number,))
        evaluate_context(machine, context)
        settle(machine)
        contexts.append(context)
        if step.returns:
            known[step.returns] = frozenset((Sym(step.returns),))
    return tuple(contexts)


def _arguments(
    machine: Machine,
    entry: FunctionEntry,
    step: Step,
    known: Mapping[str, Value],
) -> tuple[Typed, ...]:
    frame = Frame(Context(entry, (), ()), entry.path, {}, {})
    args: list[Typed] = []
    for number, parameter in enumerate(entry.parameters):
        text = step.arguments[number] if number < len(step.arguments) else "?"
        if text == ANYTHING:
            value: Value = frozenset((Sym(parameter.name),))
        else:
            value = known.get(text) or _constant(machine, frame, text)
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
