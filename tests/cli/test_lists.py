"""Slots, structs, system calls and lifetimes on the mini kernel's versions."""

import json

import pytest

from tests.cli.mini import V1, V2, Golden, Xref
from xref.cli.program import run


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("slot", ("slot", "proto.connect")),
        ("slot_gone", ("slot", "proto_ops.sendpage")),
        ("struct", ("struct", "proto_ops")),
        ("struct_joined", ("struct", "proto")),
        ("syscalls", ("syscalls",)),
    ],
)
def test_what_became_of_a_list(
    xref: Xref, golden: Golden, name: str, what: tuple[str, ...]
) -> None:
    golden(f"mini/diff_{name}.txt", xref("diff", *what, V1, V2, code=5))


def test_a_mail_about_a_struct_is_plain(xref: Xref) -> None:
    text = xref("diff", "struct", "proto", V1, V2, "--format", "mail", code=5)
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 72


def test_a_program_reads_what_left_a_slot(xref: Xref) -> None:
    words = ("diff", "slot", "proto.connect", V1, V2, "--format", "json")
    answer = json.loads(xref(*words, code=5))
    found = {(c["change"], (c["new"] or c["old"])["name"]) for c in answer["changes"]}
    assert found == {("added", "stm_open_v4"), ("gone", "stm_v4_connect")}


@pytest.mark.parametrize(
    "what", [("slot", "proto.connect"), ("struct", "sock"), ("syscalls",)]
)
def test_a_list_against_itself_is_the_same(xref: Xref, what: tuple[str, ...]) -> None:
    assert "no difference" in xref("diff", *what, V1, V1)


MOVED = ["function in net/inet/route.c", "function in net/inet/output.c"]


@pytest.mark.parametrize(
    ("what", "states"),
    [
        ("ip4_route_out", MOVED),
        ("SHUT_RD", [None, "macro in include/linux/socket.h"]),
        ("sock_release", ["function in net/socket.c"]),
        ("stm_transmit->__stm_transmit", ["by name", None]),
        ("__sys_connect_file->ip4_stream_connect", ["through proto_ops.connect"]),
        ("proto.shutdown", [None, "void (*)(struct sock *, int); 1 target"]),
    ],
)
def test_when_something_existed(
    xref: Xref, what: str, states: list[str | None]
) -> None:
    answer = json.loads(xref("history", what, "--format", "json"))
    assert [period["state"] for period in answer["periods"]] == states
    assert sum(period["kernels"] for period in answer["periods"]) == 2


def test_a_lifetime_as_text(xref: Xref) -> None:
    assert xref("history", "proto_ops.sendpage") == (
        "proto_ops.sendpage\n"
        "1.0.0  long (*)(struct socket *, void *, int, size_t); 1 target\n"
        "1.1.0  not found\n"
    )


WRONG = "give what to compare and two kernels: slot NAME OLD NEW"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["diff", "slot", "proto", V1, V2], 2, "'proto' is not STRUCT.FIELD"),
        (["diff", "slot", V1, V2], 2, WRONG),
        (["diff", "struct", "nono", V1, V2], 4, "neither 1.0.0 nor 1.1.0 has"),
        (["history", "nono"], 4, "none of 2 indexed kernels has nono"),
    ],
)
@pytest.mark.usefixtures("xref")
def test_a_wrong_question_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"xref: {message}")
    assert err.count("\n") == 1
