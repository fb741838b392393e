"""Bound paths of many scenarios: those that were found, and those asked for."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from xref.changes import Affected, Late
from xref.errors import NotFoundError
from xref.pipeline.paths import (
    PathRequest,
    find_path,
    kept_functions,
    path_key,
    scenarios,
    steps_of,
)
from xref.pipeline.patience import LateError, patience
from xref.pipeline.programs import open_program
from xref.pipeline.questions import indexed_state
from xref.program import Program
from xref.records import Progress
from xref.resolve.steps import Scenario, Step
from xref.store.database import database_path, faults, open_for_reading
from xref.store.reach import answer_keys

OnProgress = Callable[[Progress], None]
Functions = frozenset[tuple[str, str]]
"""Names and files."""

ALL: Final = "all"
"""In place of the names of all scenarios."""
PATIENCE_SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class Wish:
    """Which bound paths are wanted."""

    scenarios: Collection[str]
    """Of these every call is evaluated now, if it was not before."""
    patience_seconds: float = PATIENCE_SECONDS
    """Of processor time for one path; 0: however long it takes."""


@dataclass(frozen=True, slots=True)
class BoundPaths:
    """Functions of bound paths, by ``SCENARIO CALL``."""

    functions: Mapping[str, Functions]
    left: Mapping[str, frozenset[str]]
    """Calls of each scenario that were not evaluated."""
    late: tuple[Late, ...]
    """What of it was given up."""

    def leading_to(self, found: Iterable[Affected]) -> tuple[tuple[str, int], ...]:
        """Scenarios that may lead to functions as well: names, and how many calls."""
        calls = calls_to(found)
        counts = ((name, len(left & calls)) for name, left in self.left.items())
        return tuple((name, count) for name, count in counts if count)

    def marked(self, found: Iterable[Affected]) -> list[Affected]:
        """The same with the paths that each function is on."""
        return [
            replace(each, scenarios=self._holding(each.change.name, each.change.path))
            for each in found
        ]

    def _holding(self, name: str, path: str) -> tuple[str, ...]:
        return tuple(
            title for title, known in self.functions.items() if (name, path) in known
        )


def calls_to(found: Iterable[Affected]) -> frozenset[str]:
    """The system calls that may lead to some functions."""
    return frozenset(
        call
        for each in found
        for call in (*each.reached.by_name, *each.reached.by_pointer)
    )


def chosen(names: Sequence[str]) -> Collection[str]:
    """The scenarios of some names; ``all`` is every one.

    Raises:
        NotFoundError: there is no such scenario.
    """
    known = [scenario.name for scenario in scenarios()]
    for name in names:
        if name not in (*known, ALL):
            raise NotFoundError(f"no scenario {name!r}", hint="list: xref scenarios")
    return known if ALL in names else names


def bound_paths(
    home: Path,
    program: Program,
    wish: Wish,
    calls: Collection[str],
    on_progress: OnProgress,
) -> BoundPaths:
    """The paths of scenarios: those that were found before, and all that are wanted.

    Args:
        home: the cache folder.
        program: the kernel.
        wish: what to evaluate.
        calls: names of system calls; no path of another one is evaluated.
        on_progress: told of each call that is evaluated.
    """
    functions: dict[str, Functions] = {}
    left: defaultdict[str, set[str]] = defaultdict(set)
    late: list[Late] = []
    kept = _kept(home, program.kernel)
    evaluator = _Evaluator(home, program.kernel, wish.patience_seconds, on_progress)
    for scenario in scenarios():
        evaluator.begin(scenario)
        for call in dict.fromkeys(step.call for step in scenario.steps):
            request = PathRequest(call, scenario.name, {}, anything=False, full=False)
            is_kept = path_key(request) in kept
            known = kept_functions(program, request) if is_kept else None
            if known is None and not program.functions(f"sys_{call}"):
                continue
            if known is None and scenario.name in wish.scenarios and call in calls:
                known = evaluator.functions(request)
            if known is None:
                left[scenario.name].add(call)
            else:
                functions[f"{scenario.name} {call}"] = known
        late += evaluator.late()
    evaluator.close()
    return BoundPaths(
        functions, {name: frozenset(some) for name, some in left.items()}, tuple(late)
    )


class _Evaluator:
    """Evaluates the calls of scenarios, none longer than is allowed.

    What needs a call that took too long would take longer: it is not begun.
    """

    def __init__(
        self, home: Path, kernel: str, seconds: float, on_progress: OnProgress
    ) -> None:
        self._home = home
        self._kernel = kernel
        self._seconds = seconds
        self._on_progress = on_progress
        self._program = open_program(home, kernel)
        self._scenario = ""
        self._given_up: dict[_Made, int] = {}
        """Calls that took too long, and how many need them."""

    def begin(self, scenario: Scenario) -> None:
        """Turn to another scenario."""
        self._scenario = scenario.name
        self._given_up = {}

    def functions(self, request: PathRequest) -> Functions | None:
        """What is on a path; None where the kernel has no such, or it takes too long.

        A kernel may lack what a scenario names; that is counted as not evaluated.
        """
        try:
            *before, last = map(_made, steps_of(self._program, request))
            for step in before:
                if step in self._given_up:
                    self._given_up[step] += 1
                    return None
            self._on_progress(Progress(f"evaluate {request.scenario} {last[0]}", 0, 0))
            with patience(self._seconds):
                path = find_path(self._program, request)
        except NotFoundError:
            return None
        except LateError:
            self._given_up[last] = 0
            self._renew()
            return None
        return frozenset((node.name, node.path) for node in path.nodes)

    def late(self) -> list[Late]:
        """What of the scenario was given up."""
        return [
            Late(self._scenario, call, behind, self._seconds)
            for (call, _), behind in self._given_up.items()
        ]

    def close(self) -> None:
        """Evaluate no more."""
        self._program.close()

    def _renew(self) -> None:
        """What was stopped somewhere may have left half of an answer."""
        self._program.close()
        self._program = open_program(self._home, self._kernel)


_Made = tuple[str, tuple[str, ...]]


def _made(step: Step) -> _Made:
    """What decides how a call goes, however many of its arguments are written."""
    n_known = max((n for n, a in enumerate(step.arguments, 1) if a != "?"), default=0)
    return step.call, step.arguments[:n_known]


def _kept(home: Path, kernel: str) -> Collection[str]:
    """Keys of the answers that the index may have of a kernel."""
    path = database_path(home)
    state = indexed_state(home, kernel)
    if state is None:
        return ()
    with closing(open_for_reading(path)) as connection, faults(path):
        return answer_keys(connection, state.id)
