"""The whole way on the mini kernel: from its files to what the user reads.

The answers in tests/golden/mini are read against its source when they change.
"""

import json

import pytest

from tests.cli.mini import MINI_KERNEL, Golden, Xref
from xref.cli.program import run

CALLS = ["socket", "bind", "connect", "sendto"]


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


def test_a_path_as_json(xref: Xref, golden: Golden) -> None:
    text = xref("path", "socket", *tree("v1"), "--full", "--format", "json")
    golden("mini/v1_socket_tcp4.json", text)


def test_nothing_bound_shows_every_family(xref: Xref) -> None:
    text = xref("path", "socket", "--any", *tree("v1"))
    assert "ip4_create" in text
    assert "local_create" in text


def test_only_run_time_knows_the_device(xref: Xref) -> None:
    way = ("path", "connect", *tree("v1"), "--to", "ndo_start_xmit")
    assert "2 targets net_device_ops.ndo_start_xmit" in xref(*way)
    shown = xref(*way, "--show", "ndo_start_xmit")
    assert "echo_xmit" in shown
    assert "wire_xmit" in shown


def test_a_binding_of_ones_own_needs_no_scenario(xref: Xref) -> None:
    text = xref(
        "path",
        "socket",
        *("--bind", "family=AF_UNIX", "--bind", "type=SOCK_STREAM"),
        *tree("v1"),
    )
    assert "⇒ local_create" in text
    assert "ip4_create" not in text


def test_only_the_ways_to_a_function(xref: Xref, golden: Golden) -> None:
    text = xref("path", "connect", "--to", "ip4_output", *tree("v1"))
    golden("mini/v1_connect_to_output.txt", text)


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


def test_a_call_that_came_later_is_not_there_before(xref: Xref) -> None:
    xref("path", "shutdown", *tree("v1"), code=4)
    assert "__sys_shutdown_sock" in xref("path", "shutdown", "--any", *tree("v2"))


def test_questions_in_sql(xref: Xref, golden: Golden) -> None:
    for view in ("syscalls", "bindings", "slots", "registries"):
        query = f"select * from {view} order by 1, 2, 3, 4, 5, 6"  # noqa: S608
        golden(f"mini/{view}.tsv", xref("sql", query, "--format", "tsv"))


def test_what_a_compiler_may_inline_is_an_edge_of_its_own_kind(xref: Xref) -> None:
    of = "where caller = 'kick_sweeper' and kernel = '1.0.0'"
    query = f"select distinct callee, kind from edges {of} order by kind"  # noqa: S608
    assert xref("sql", query, "--format", "tsv").splitlines()[1:] == [
        "sweep\tcallback",
        "enqueue_work\tdirect",
        "list_add\tinlined",
    ]
    query = f"select callee, through from inlined {of}"  # noqa: S608
    assert xref("sql", query, "--format", "tsv").splitlines()[1:] == [
        "list_add\tenqueue_work",
    ]
    callers = xref("query", "callers", "name=list_add", "--kernel", "1.0.0")
    assert "enqueue_work" in callers
    assert "kick_sweeper" not in callers


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("callbacks", ["name=kick_sweeper"]),
        ("callers", ["name=ip4_queue_parcel"]),
        ("largest-slots", []),
        ("registries", []),
        ("slot", ["struct=proto_ops", "field=connect"]),
        ("slot-calls", ["struct=proto", "field=connect"]),
    ],
)
def test_a_shipped_question(
    xref: Xref, golden: Golden, name: str, parameters: list[str]
) -> None:
    text = xref("query", name, *parameters, "--kernel", "1.0.0")
    golden(f"mini/query_{name}.txt", text)


def test_the_newest_kernel_is_asked_when_none_is_named(xref: Xref) -> None:
    assert "linux 1.1.0 " in xref("path", "socket")
    assert "linux 1.0.0 " in xref("path", "socket", "--kernel", "1.0.0")


def test_kernels_are_listed(xref: Xref) -> None:
    rows = json.loads(xref("kernels", "--format", "json"))
    assert [(row["kernel"], row["state"]) for row in rows] == [
        ("1.0.0", "indexed"),
        ("1.1.0", "indexed"),
    ]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("delete from calls", "the index is read only"),
        ("select nme from functions", "no such column: nme; near: name"),
        ("select 1 from fnctions", "no such table: fnctions; near: functions"),
        ("selec 1", 'near "selec": syntax error'),
        ("select 1; select 2", "one statement at a time"),
        ("", "this statement answers nothing"),
        ("select * from calls where name = :x", ""),
    ],
)
@pytest.mark.usefixtures("xref")
def test_wrong_sql_is_one_line(
    capsys: pytest.CaptureFixture[str], query: str, message: str
) -> None:
    assert run(["sql", query]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"xref: {message}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["path", "conect"], 4, "1.1.0 has no system call 'conect'; did you mean conn"),
        (["path", "socket", "--as", "tcp5"], 4, "no scenario 'tcp5'"),
        (["path", "socket", "--bind", "famly=AF_UNIX"], 2, "socket has no argument"),
        (["query", "slto"], 4, "no question 'slto'; near: slot"),
        (["query", "slot", "struct=proto"], 2, "slot needs field"),
        (["path", "socket", "--tree", "/nowhere"], 1, ""),
        (["path", "socket", "--kernel", "../etc"], 1, ""),
    ],
)
@pytest.mark.usefixtures("xref")
def test_a_wrong_question_is_one_line(
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    assert run(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"xref: {message}")
    assert err.count("\n") == 1
