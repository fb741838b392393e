"""Scenarios as they are written: the calls of a program, and which of them count."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass

from xref.errors import QueryError

ANYTHING = "*"
"""An argument that may be whatever a caller passes, and is followed as such."""
_WORD = re.compile(r"(?<![.\w])[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Step:
    """One system call of a scenario."""

    call: str
    arguments: tuple[str, ...]
    """Constants as C writes them, names of descriptors, or ``?``.

    Memory of the program is an initialiser: ``{.fd = client}``; a name in it that no
    earlier step gave is a descriptor that this call puts there: ``{left, right}``.
    ``client + 1`` is how far a call looks that is given a set with `client` in it."""
    returns: str
    """The name of the descriptor it returns, or ""."""
    passing: bool = False
    """It may be made here: later steps start from it only for what it returns."""


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
                str(call),
                tuple(str(a) for a in entry.get("arguments", ())),
                str(entry.get("returns", "")),
                passing="names" in entry,
            )
            for entry in data["call"]
            for call in entry.get("names") or (entry["name"],)
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise QueryError(f"scenario {name} cannot be read: {error}") from error
    return Scenario(name, str(data.get("title", name)), steps)


def position_of(scenario: Scenario, call: str, chosen: Iterable[str]) -> int | None:
    """Where a call stands: the first on a chosen descriptor, else the first; or None.

    Args:
        scenario: all steps.
        call: of the system call, without prefix.
        chosen: what is bound beside the scenario: constants and descriptors.
    """
    wanted = {word for text in chosen for word in words_of(text)}
    places = [n for n, step in enumerate(scenario.steps) if step.call == call]
    on_it = [n for n in places if wanted & used_by(scenario.steps[n])]
    return next(iter(on_it or places), None)


def steps_to(scenario: Scenario, at: int, last: Step) -> tuple[Step, ...]:
    """A step behind those that its descriptors come from.

    Args:
        scenario: all steps.
        at: where `last` stands; what gives its descriptors may stand behind it.
        last: the step that is asked about, its arguments as they are bound.
    """
    given = {name for step in scenario.steps for name in given_by(step)}
    wanted = (given & used_by(last)) - {*given_by(last)}
    ends = {n for n, step in enumerate(scenario.steps) if wanted & {*given_by(step)}}
    end = at if any(n < at for n in ends) else max(ends, default=at - 1) + 1
    steps = [last]
    for step in reversed(scenario.steps[:end]):
        mine = wanted & {*given_by(step)}
        if mine or (not step.passing and _works_on(step, given) in wanted):
            steps.append(step)
            wanted = (wanted - mine) | (given & used_by(step))
            wanted -= {*given_by(step)}
    return tuple(reversed(steps))


def given_by(step: Step) -> tuple[str, ...]:
    """The names of the descriptors that a call gives."""
    inside = [
        word
        for text in step.arguments
        if text.startswith("{") and "." not in text
        for word in words_of(text)
    ]
    return (step.returns, *inside) if step.returns else tuple(inside)


def words_of(text: str) -> tuple[str, ...]:
    """The names in an argument that are no members."""
    return tuple(_WORD.findall(text))


def used_by(step: Step) -> set[str]:
    """The names in the arguments of a call that are no members."""
    return {word for text in step.arguments for word in words_of(text)}


def _works_on(step: Step, given: set[str]) -> str:
    """The descriptor that a call works on: the first of its arguments that is one."""
    words = (word for text in step.arguments for word in words_of(text))
    return next((word for word in words if word in given), "")
