"""Scenarios: what user space does, and its evaluation call by call."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xref.errors import NotFoundError, QueryError
from xref.program import FunctionEntry, Program
from xref.resolve import calls as _calls
from xref.resolve.boot import at_start
from xref.resolve.contexts import evaluate_context, settle
from xref.resolve.dispatch import evaluate
from xref.resolve.machine import Context, Frame, Machine, Model
from xref.resolve.names import meaning_of
from xref.resolve.values import UNKNOWN, Bound, Sym, Typed, Value

__all__ = ["ANYTHING", "Scenario", "Step", "models_of", "play", "scenario_of"]
_REGISTERED = _calls.call
"""The rule for calls registers itself when its module is read."""


ANYTHING = "*"
"""An argument that may be whatever a caller passes, and is followed as such."""


@dataclass(frozen=True, slots=True)
class Step:
    """One system call of a scenario."""

    call: str
    arguments: tuple[str, ...]
    """Constants as C writes them, names of descriptors, or ``?``."""
    returns: str
    """The name of the descriptor it returns, or ""."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a program does, call by call."""

    name: str
    title: str
    steps: tuple[Step, ...]


def scenario_of(name: str, text: str) -> Scenario:
    """A scenario from its TOML text.

    Raises:
        QueryError: the text is no TOML, or has no ``[[call]]``.
    """
    try:
        data = tomllib.loads(text)
        steps = tuple(
            Step(
                str(step["name"]),
                tuple(str(a) for a in step.get("arguments", ())),
                str(step.get("returns", "")),
            )
            for step in data["call"]
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise QueryError(f"scenario {name} cannot be read: {error}") from error
    return Scenario(name, str(data.get("title", name)), steps)


def models_of(text: str) -> dict[str, Model]:
    """The models of idioms by the name of the macro or function: data/models.toml."""
    models: dict[str, Model] = {}
    for entry in tomllib.loads(text)["model"]:
        numbers = {k: v for k, v in entry.items() if isinstance(v, int)}
        for name in entry["names"]:
            models[name] = Model(entry["rule"], numbers)
    return models


def steps_to(scenario: Scenario, call: str) -> tuple[Step, ...]:
    """The steps up to a call: those that its descriptors come from, and it."""
    at = next((n for n, s in enumerate(scenario.steps) if s.call == call), None)
    if at is None:
        return ()
    wanted = {*scenario.steps[at].arguments}
    chosen = [scenario.steps[at]]
    for step in reversed(scenario.steps[:at]):
        if step.returns in wanted or wanted & {*step.arguments} & _descriptors(
            scenario
        ):
            chosen.append(step)
            wanted.update(step.arguments)
    return tuple(reversed(chosen))


def _descriptors(scenario: Scenario) -> set[str]:
    return {step.returns for step in scenario.steps if step.returns}


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


def play(
    machine: Machine, steps: tuple[Step, ...], bound: Mapping[str, str]
) -> tuple[Context, ...]:
    """Evaluate the steps one after the other; a context for each.

    Args:
        machine: fresh, or as earlier steps left it.
        steps: the last is the one that is asked about.
        bound: parameters of the last step by name, over what the scenario says.
    """
    machine.at_start = at_start
    known: dict[str, Value] = {}
    contexts: list[Context] = []
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        if not last and not machine.program.functions(f"sys_{step.call}"):
            continue  # older than the call: the later ones start without it
        entry = entry_of(machine.program, step.call)
        args = _arguments(machine, entry, step, known, bound if last else {})
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
    bound: Mapping[str, str],
) -> tuple[Typed, ...]:
    frame = Frame(Context(entry, (), ()), entry.path, {}, {})
    args: list[Typed] = []
    for number, parameter in enumerate(entry.parameters):
        text = step.arguments[number] if number < len(step.arguments) else "?"
        text = bound.get(parameter.name, text)
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
