"""What run time decides, decided by an option."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MINI_KERNEL
from xref.cli.program import run
from xref.pipeline.choices import driver_places, is_of_driver

Ask = Callable[..., Any]
TREE = ("--tree", str(MINI_KERNEL / "v1"))
SENDTO = ("path", "sendto", "--as", "udp4", *TREE)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("choices")


@pytest.fixture
def ask(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Ask:
    """Ask for a path as JSON; what went wrong, where that is expected."""
    monkeypatch.setenv("XREF_HOME", str(home))

    def answer(*options: str, code: int = 0) -> Any:  # noqa: ANN401 - JSON, or text
        given = run([*SENDTO, "--full", "--format", "json", *options])
        out, err = capsys.readouterr()
        assert given == code, err
        return err if code else json.loads(out)

    return answer


def device_calls(answer: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    return [
        (edge["to"].split("@")[0], edge["grade"], [why["text"] for why in edge["why"]])
        for edge in answer["edges"]
        if edge["slot"].endswith(".ndo_start_xmit")
    ]


def test_a_driver_that_was_not_read_is_read_when_it_is_asked_for(ask: Ask) -> None:
    answer = ask("--dev", "echo")
    assert device_calls(answer) == [
        (
            "echo_xmit",
            "bound",
            [
                "echo_dev.netdev_ops = &echo_ops",
                "echo_ops.ndo_start_xmit = echo_xmit",
            ],
        )
    ]
    assert answer["bound"]["net_device_ops"] == "echo_ops"


@pytest.mark.parametrize(
    "choice",
    [
        "net_device_ops=wire_ops",
        "net_device.netdev_ops=wire_ops",
        "net_device_ops.ndo_start_xmit=wire_xmit",
    ],
)
def test_a_slot_is_bound_to_an_object_or_a_function(ask: Ask, choice: str) -> None:
    ask("--dev", "wire")  # read both drivers
    ask("--dev", "echo")
    assert {target for target, *_ in device_calls(ask())} == {"echo_xmit", "wire_xmit"}
    ((target, grade, _),) = device_calls(ask("--bind", choice))
    assert (target, grade) == ("wire_xmit", "bound")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--dev", "ekko"), "no driver 'ekko' of a network device"),
        (("--bind", "net_device_opz=x"), "has no argument 'net_device_opz'"),
        (("--bind", "proto_opz.bind=x"), "no struct 'proto_opz'; did you mean proto"),
        (("--bind", "proto_ops.bimd=x"), "no field 'bimd'; did you mean bind"),
        (("--bind", "proto_ops=ip4_stream_op"), "did you mean ip4_stream_ops"),
        (("--bind", "proto_ops.bind=ip4_bimd"), "did you mean ip4_bind"),
    ],
)
def test_what_is_not_there_is_refused_with_near_names(
    ask: Ask, options: tuple[str, ...], told: str
) -> None:
    assert told in ask(*options, code=2)


def test_a_driver_is_the_folder_or_the_file_of_its_name() -> None:
    paths = [
        "drivers/net/wire.c",
        "drivers/net/ethernet/acme/fast-wire/main.c",
        "drivers/net/ethernet/acme/fast-wire/hw.c",
        "drivers/usb/wire.c",
        "drivers/net/wire.h",
    ]
    assert driver_places(paths, "wire") == ("drivers/net/wire.c",)
    assert driver_places(paths, "fast_wire") == ("drivers/net/ethernet/acme/fast-wire",)
    assert driver_places(paths, "slow_wire") == ()
    assert is_of_driver("drivers/net/fast-wire.c", "fast_wire")
