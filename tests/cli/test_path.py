"""``xref path``: options, formats and exit codes, on a path made by hand."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from xref.answers import CallPath, Unresolved
from xref.cli import path as command
from xref.cli.program import run
from xref.pipeline.paths import PathRequest

MakePath = Callable[..., CallPath]
Asked = list[PathRequest]


@pytest.fixture
def answer(path_of: MakePath) -> CallPath:
    path = path_of("a > b\nb > c via s->ops->f ops.f because s->ops = x\nb > d\nd > e")
    fault = Unresolved("e", "net/a.c", 9, "p->g", "ops.g", "no store is known")
    return replace(path, unresolved=(fault,))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, answer: CallPath) -> Asked:
    """What is asked of the pipeline; the answer is always the same."""
    requests: Asked = []

    @contextmanager
    def program(*_: str) -> Iterator[None]:
        yield None

    def find(_: object, request: PathRequest) -> CallPath:
        requests.append(request)
        return answer

    def as_it_is(found: CallPath, _: object) -> CallPath:
        return found

    monkeypatch.setattr(command, "with_inlined", as_it_is)
    monkeypatch.setattr(command, "indexed_program", program)
    monkeypatch.setattr(command, "find_path", find)
    return requests


def test_a_question_reaches_the_pipeline(asked: Asked) -> None:
    run(["path", "connect", "--as", "udp4", "--bind", "a=1", "--bind", "b = X"])
    (request,) = asked
    assert (request.call, request.scenario) == ("connect", "udp4")
    assert request.bindings == {"a": "1", "b": "X"}
    assert not request.anything


def test_nothing_may_be_bound(asked: Asked) -> None:
    run(["path", "connect", "--any"])
    assert asked[0].anything


def test_what_is_shown_decides_whether_an_answer_is_complete(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["path", "connect"]) == 3
    assert "p->g: no store is known" in capsys.readouterr().out
    assert run(["path", "connect", "--depth", "1"]) == 0
    assert "unresolved" not in capsys.readouterr().out
    assert len(asked) == 2


@pytest.mark.usefixtures("asked")
def test_nothing_leads_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["path", "connect", "--to", "nowhere"]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("xref: a does not lead to nowhere; ")
    assert err.count("\n") == 1


@pytest.mark.usefixtures("asked")
def test_json_holds_what_the_text_shows(
    capsys: pytest.CaptureFixture[str], answer: CallPath
) -> None:
    assert run(["path", "connect", "--format", "json", "--depth", "1"]) == 0
    part = json.loads(capsys.readouterr().out)
    assert [node["name"] for node in part["nodes"]] == ["a", "b"]
    assert run(["path", "connect", "--format", "json", "--full", "-k", "v6.1"]) == 3
    whole = json.loads(capsys.readouterr().out)
    assert len(whole["edges"]) == len(answer.edges)
    assert (whole["kernel"], whole["asked"]) == ("6.1.192", "v6.1")
