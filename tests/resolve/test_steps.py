"""Which calls of a scenario an answer starts from."""

import pytest

from xref.pipeline.paths import scenarios
from xref.resolve.steps import (
    Scenario,
    Step,
    given_by,
    position_of,
    scenario_of,
    steps_to,
    used_by,
)

TEXT = """
title = "a pair"

[[call]]
name = "socket"
arguments = ["AF_INET", "SOCK_STREAM", "0"]
returns = "client"

[[call]]
name = "connect"
arguments = ["client"]

[[call]]
name = "socket"
arguments = ["AF_INET", "SOCK_STREAM", "0"]
returns = "listener"

[[call]]
name = "listen"
arguments = ["listener"]

[[call]]
names = ["accept4", "accept"]
arguments = ["listener"]
returns = "served"

[[call]]
names = ["read", "write"]
arguments = ["client"]

[[call]]
names = ["poll"]
arguments = ["{.fd = client}"]

[[call]]
names = ["socketpair"]
arguments = ["AF_UNIX", "{left, right}"]

[[call]]
name = "close"
arguments = ["client"]

[[call]]
name = "close"
arguments = ["right"]
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return scenario_of("pair", TEXT)


def made(scenario: Scenario, call: str, *chosen: str) -> list[str]:
    at = position_of(scenario, call, chosen)
    assert at is not None
    return [step.call for step in steps_to(scenario, at, scenario.steps[at])]


def test_a_call_starts_from_what_its_descriptor_went_through(
    scenario: Scenario,
) -> None:
    assert made(scenario, "connect") == ["socket", "connect"]
    assert made(scenario, "accept") == ["socket", "listen", "accept"]
    assert made(scenario, "close") == ["socket", "connect", "close"]


def test_calls_of_one_place_do_not_build_on_each_other(scenario: Scenario) -> None:
    assert made(scenario, "write") == ["socket", "connect", "write"]


def test_a_descriptor_in_memory_is_one_that_is_used_or_given(
    scenario: Scenario,
) -> None:
    assert made(scenario, "poll") == ["socket", "connect", "poll"]
    assert made(scenario, "socketpair") == ["socketpair"]
    assert made(scenario, "close", "right") == ["socketpair", "close"]


def test_a_descriptor_may_be_bound_to_a_call_that_the_scenario_makes_of_another(
    scenario: Scenario,
) -> None:
    at = position_of(scenario, "write", ("served",))
    assert at is not None
    steps = steps_to(scenario, at, Step("write", ("served",), ""))
    assert [step.call for step in steps] == ["socket", "listen", "accept", "write"]


def test_a_call_that_no_step_makes_has_no_place(scenario: Scenario) -> None:
    assert position_of(scenario, "sendfile", ()) is None


def test_every_shipped_call_starts_from_what_gives_its_descriptors() -> None:
    for scenario in scenarios():
        given = {name for step in scenario.steps for name in given_by(step)}
        for at, last in enumerate(scenario.steps):
            known: set[str] = set()
            for step in steps_to(scenario, at, last):
                known.update(given_by(step))
                assert used_by(step) & given <= known, (scenario.name, last)
