"""The whole way on the mini kernel: from its files to what the user reads.

The answers in tests/golden/mini were checked by hand against its source.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from xref.cli.program import run

MINI_KERNEL = Path(__file__).parents[2] / "data" / "mini-kernel"
CALLS = ["socket", "connect", "sendto", "close"]
Golden = Callable[[str, str], None]
Xref = Callable[..., str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache folder for all tests here: indexing is done once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def xref(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Xref:
    """Run a command; its output, after a look at its exit code."""
    monkeypatch.setenv("XREF_HOME", str(home))

    def output(*arguments: str, code: int = 0) -> str:
        assert run(arguments) == code, capsys.readouterr().err
        out: str = capsys.readouterr().out
        return out

    return output


def tree(version: str) -> tuple[str, str]:
    return "--tree", str(MINI_KERNEL / version)


@pytest.mark.parametrize("scenario", ["tcp4", "udp4"])
@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("call", CALLS)
def test_a_path_as_text(
    xref: Xref, golden: Golden, call: str, version: str, scenario: str
) -> None:
    text = xref("path", call, "--as", scenario, *tree(version))
    golden(f"mini/{version}_{call}_{scenario}.txt", text)


@pytest.mark.parametrize("call", CALLS)
def test_a_path_as_json(xref: Xref, golden: Golden, call: str) -> None:
    text = xref("path", call, *tree("v1"), "--full", "--format", "json")
    golden(f"mini/v1_{call}_tcp4.json", text)


def test_nothing_bound_shows_every_family(xref: Xref, golden: Golden) -> None:
    golden("mini/v1_socket_any.txt", xref("path", "socket", "--any", *tree("v1")))


def test_a_binding_of_ones_own_needs_no_scenario(xref: Xref) -> None:
    text = xref(
        "path",
        "socket",
        *("--bind", "family=AF_UNIX", "--bind", "type=SOCK_STREAM"),
        *tree("v1"),
    )
    assert "⇒ local_create" in text
    assert "ip4_create" not in text


def test_only_the_ways_to_a_device(xref: Xref, golden: Golden) -> None:
    text = xref("path", "connect", "--to", "ndo_start_xmit", *tree("v1"))
    golden("mini/v1_connect_to_device.txt", text)


def test_a_registry_decides_by_the_family(xref: Xref) -> None:
    answer = json.loads(xref("path", "socket", *tree("v1"), "--format", "json"))
    names = {node["id"]: node["name"] for node in answer["nodes"]}
    (create,) = (
        edge for edge in answer["edges"] if edge["slot"] == "net_proto_family.create"
    )
    assert names[create["to"]] == "ip4_create"
    assert (create["grade"], create["candidates"], create["unbound"]) == ("bound", 1, 2)
    told = " ".join(reason["text"] for reason in create["why"])
    assert "net_families" in told
    assert "ip4_family" in told


def test_an_unknown_call_names_near_ones(
    xref: Xref, capsys: pytest.CaptureFixture[str]
) -> None:
    assert xref("path", "conect", *tree("v1"), code=4) == ""
    assert "connect" in capsys.readouterr().err


def test_a_call_that_came_later_is_not_there_before(xref: Xref) -> None:
    xref("path", "shutdown", *tree("v1"), code=4)
    assert "__sys_shutdown_sock" in xref("path", "shutdown", "--any", *tree("v2"))
