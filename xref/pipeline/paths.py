"""A question about a path to its answer: scenario, evaluation, memory of answers."""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.metadata import version

from xref.answers import CallPath
from xref.data_files import data_names, read_data
from xref.errors import NotFoundError, QueryError
from xref.pipeline.choices import choices_of, is_slot, said_of
from xref.pipeline.kept import (
    functions_kept,
    packed,
    undecided_packed,
    undecided_unpacked,
    unpacked,
)
from xref.pipeline.memory import with_roomy_stack, without_collector
from xref.program import FunctionEntry, Program
from xref.resolve.graph import Question, path_of
from xref.resolve.machine import Asked, Machine
from xref.resolve.scenario import bound_step, deferred_of, entry_of, models_of, play
from xref.resolve.steps import (
    ANYTHING,
    Scenario,
    Step,
    given_by,
    position_of,
    scenario_of,
    steps_to,
    words_of,
)
from xref.resolve.undecided import Ledger

_ARGUMENTS = 6
"""A system call has no more (Linux: syscall(2), "Architecture calling conventions")."""
_LEDGER = "undecided"
"""Under which is kept what all whole graphs of a kernel have in common."""
_FRAMES = 50_000
"""Evaluation goes down with the kernel's calls; Python keeps such frames on a heap."""


@dataclass(frozen=True, slots=True)
class PathRequest:
    """What is asked of one kernel."""

    call: str
    """Name of the system call: ``connect``, or ``sys_connect``."""
    scenario: str
    """Name of a file in data/scenarios; "" for the first that makes the call."""
    bindings: Mapping[str, str]
    """Arguments by the names that the source gives them, with constants.

    Slots and structs of tables, too, with objects: see ``choices``."""
    anything: bool
    """Nothing is bound: whatever any caller may pass."""
    full: bool
    """Also what lies below calls that the scenario does not need to follow."""
    device: str = ""
    """The driver of network devices that is meant, or ""."""
    later: bool = False
    """Also what the call arms to run later: work items, timers, softirqs."""


@cache
def scenarios() -> tuple[Scenario, ...]:
    """All scenarios of ``data/scenarios``; the default ones first."""
    names = sorted(data_names("scenarios", ".toml"), key=lambda n: (n != "tcp4", n))
    return tuple(
        scenario_of(name, read_data(f"scenarios/{name}.toml")) for name in names
    )


def find_path(program: Program, request: PathRequest) -> CallPath:
    """The path of a system call in one indexed kernel.

    An answer is kept with the index, so that asking again costs no evaluation.

    Raises:
        NotFoundError: no such system call, scenario or constant; hints name near ones.
        QueryError: a binding names no argument of the call.
    """
    name = request.call.removeprefix("__x64_").removeprefix("sys_")
    _validate_call(program, name)
    scenario = _scenario(request, name)
    key = _key(request, scenario)
    kept = program.remembered(key)
    if isinstance(kept, dict):
        return unpacked(kept)
    with without_collector():
        answer = _deep(lambda: evaluated(program, request, name, scenario))
    program.remember(key, packed(answer))
    return answer


def steps_of(program: Program, request: PathRequest) -> tuple[Step, ...]:
    """The calls that are evaluated for a question; the last is the one asked for.

    Raises:
        NotFoundError: as `find_path` does.
    """
    name = request.call.removeprefix("__x64_").removeprefix("sys_")
    _validate_call(program, name)
    scenario = _scenario(request, name)
    return _steps(entry_of(program, name), name, scenario, request.bindings)


def kept_functions(
    program: Program, request: PathRequest
) -> frozenset[tuple[str, str]] | None:
    """Names and files of the functions of a path that was found before, else None."""
    kept = program.remembered(path_key(request))
    if not isinstance(kept, dict):
        return None
    return functions_kept(kept)


_ALL_CALLS = 'list: xref sql "select distinct name from syscalls"'


def _validate_call(program: Program, name: str) -> None:
    if program.functions(f"sys_{name}"):
        return
    known = [n.removeprefix("sys_") for n in program.syscall_names()]
    near = get_close_matches(name, known, 3, 0.6)
    hint = f"did you mean {', '.join(near)}?" if near else _ALL_CALLS
    raise NotFoundError(f"{program.kernel} has no system call {name!r}", hint=hint)


def _scenario(request: PathRequest, name: str) -> Scenario:
    """The scenario of a question; one call with nothing known when none fits."""
    alone = Scenario("", "", (Step(name, (ANYTHING,) * _ARGUMENTS, ""),))
    if request.anything:
        return alone
    known = scenarios()
    if request.scenario:
        for scenario in known:
            if scenario.name == request.scenario:
                return scenario
        near = get_close_matches(request.scenario, [s.name for s in known], 3, 0.5)
        hint = f"did you mean {', '.join(near)}?" if near else "list: xref scenarios"
        raise NotFoundError(f"no scenario {request.scenario!r}", hint=hint)
    for scenario in known:
        if any(step.call == name for step in scenario.steps):
            return scenario
    return alone


def evaluated(
    program: Program, request: PathRequest, name: str, scenario: Scenario
) -> CallPath:
    """The answer as it is found, not as it was kept."""
    machine = Machine(program, models_of(read_data("models.toml")))
    entry = entry_of(program, name)
    slots = _slots(program, request, entry)
    machine.asked = Asked(
        choices_of(program, slots, request.device),
        deferred_of(read_data("models.toml")) if request.later else {},
    )
    arguments = {k: v for k, v in request.bindings.items() if k not in slots}
    steps = _steps(entry, name, scenario, arguments)
    contexts = play(machine, steps)
    bound = () if request.anything else _bound(entry, steps)
    question = Question(
        name,
        scenario.name,
        (*bound, *said_of(machine.asked.choices)),
        request.full,
        request.later,
    )
    ledger = Ledger()
    if request.full and (kept := program.remembered(_LEDGER)):
        ledger.known = undecided_unpacked(kept)
    path = path_of(machine, contexts[-1], question, ledger)
    if ledger.grown:
        program.remember(_LEDGER, undecided_packed(ledger.grown))
    return path


def chosen_slots(program: Program, request: PathRequest) -> frozenset[str]:
    """The slots, and structs of tables, that a question decides by its options.

    Raises:
        NotFoundError: no such system call.
        QueryError: an option names what is not in this kernel.
    """
    entry = entry_of(program, request.call.removeprefix("sys_"))
    slots = _slots(program, request, entry)
    chosen = choices_of(program, slots, request.device)
    return frozenset(choice.slot or choice.struct for choice in chosen)


def _slots(
    program: Program, request: PathRequest, entry: FunctionEntry
) -> dict[str, str]:
    """What a question binds beside the arguments of its call."""
    words = {parameter.name for parameter in entry.parameters}
    return {
        slot: value
        for slot, value in request.bindings.items()
        if slot not in words and is_slot(program, slot)
    }


def _steps(
    entry: FunctionEntry, name: str, scenario: Scenario, bindings: Mapping[str, str]
) -> tuple[Step, ...]:
    """The calls that a question is about: the last is the one that is asked for."""
    names = [p.name for p in entry.parameters]
    unknown = [name for name in bindings if name not in names]
    if unknown:
        raise QueryError(
            f"{name} has no argument {unknown[0]!r}",
            hint=f"its arguments are {', '.join(names) or 'none'}; slots are as in "
            "--bind STRUCT.FIELD=OBJECT",
        )
    at = position_of(scenario, name, bindings.values())
    if at is None:
        raise NotFoundError(
            f"scenario {scenario.name} makes no call {name}",
            hint=f"it makes {', '.join(dict.fromkeys(s.call for s in scenario.steps))}",
        )
    last = bound_step(entry, scenario.steps[at], bindings)
    return steps_to(scenario, at, last)


def _bound(entry: FunctionEntry, steps: tuple[Step, ...]) -> list[tuple[str, str]]:
    """What the head of the answer says is bound: this call's arguments, and before."""
    names = [p.name for p in entry.parameters]
    values = dict(zip(names, steps[-1].arguments, strict=False))
    said = [
        (name, value) for name, value in values.items() if value not in {"?", ANYTHING}
    ]
    for step in steps[:-1]:
        words = {word for value in values.values() for word in words_of(value)}
        text = f"{step.call}({', '.join(step.arguments)})"
        said.extend((name, text) for name in given_by(step) if name in words)
    return said


def _deep(work: Callable[[], CallPath]) -> CallPath:
    """Run with room for as many frames as the kernel's calls are deep."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        return with_roomy_stack(work)
    finally:
        sys.setrecursionlimit(limit)


def _key(request: PathRequest, scenario: Scenario) -> str:
    """What an answer depends on beside the index: question, scenario, models, us."""
    said = [
        _version(),
        read_data("models.toml"),
        repr(scenario),
        request.call,
        sorted(request.bindings.items()),
        request.anything,
        request.device,
        request.later,
        request.full,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@cache
def _version() -> str:
    """Ours; asking reads a file."""
    return version("xref")


def path_key(request: PathRequest) -> str:
    """Under which the answer to a question is kept."""
    name = request.call.removeprefix("__x64_").removeprefix("sys_")
    return _key(request, _scenario(request, name))
