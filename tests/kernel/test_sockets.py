"""What socket and connect run in a real kernel, against its source."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

pytestmark = pytest.mark.kernel

Ask = Callable[..., dict[str, Any]]
Tell = Callable[..., str]


def hops(answer: dict[str, Any]) -> dict[str, tuple[str, int]]:
    """Bound pointer calls: target by slot, with its candidates when unbound."""
    names = {node["id"]: node["name"] for node in answer["nodes"]}
    return {
        edge["slot"]: (names[edge["to"]], edge["unbound"])
        for edge in answer["edges"]
        if edge["grade"] == "bound" and edge["candidates"] == 1
    }


def follows(answer: dict[str, Any], *way: str) -> bool:
    """Whether there are calls from each name to the next."""
    names = {node["id"]: node["name"] for node in answer["nodes"]}
    calls = {(names[edge["from"]], names[edge["to"]]) for edge in answer["edges"]}
    return all(pair in calls for pair in pairwise(way))


def test_socket_reaches_its_family_and_protocol(ask: Ask) -> None:
    answer = ask("socket")
    assert answer["nodes"][0]["name"] == "sys_socket"
    assert follows(answer, "__sock_create", "inet_create", "tcp_v4_init_sock")
    target, unbound = hops(answer)["net_proto_family.create"]
    assert target == "inet_create"
    assert unbound > 20
    assert hops(answer)["proto.init"][0] == "tcp_v4_init_sock"


def test_socket_leaves_what_later_calls_start_from(ask: Ask) -> None:
    left = " ".join(store["text"] for store in ask("socket")["state"])
    assert "sock->ops = answer->ops (&inet_stream_ops)" in left
    assert "file->f_op = fop (&socket_file_ops)" in left


def test_the_reason_of_a_hop_is_a_place_in_the_source(ask: Ask) -> None:
    (create,) = (
        edge
        for edge in ask("socket")["edges"]
        if edge["slot"] == "net_proto_family.create"
    )
    told = " ".join(reason["text"] for reason in create["why"])
    assert "inet_family_ops.family = PF_INET" in told
    assert "sock_register(&inet_family_ops)" in told
    assert "net_families[ops->family]" in told
    assert all(reason["file"] and reason["line"] for reason in create["why"])


def test_connect_reaches_the_network(ask: Ask) -> None:
    answer = ask("connect")
    assert follows(
        answer,
        "__sys_connect_file",
        "inet_stream_connect",
        "__inet_stream_connect",
        "tcp_v4_connect",
        "tcp_connect",
    )
    assert hops(answer)["proto_ops.connect"][0] == "inet_stream_connect"
    assert hops(answer)["proto.connect"][0] == "tcp_v4_connect"
    assert hops(answer)["inet_connection_sock_af_ops.queue_xmit"][0] == "ip_queue_xmit"


def test_poll_goes_through_the_file(ask: Ask) -> None:
    answer = hops(ask("poll"))
    assert answer["file_operations.poll"][0] == "sock_poll"
    assert answer["proto_ops.poll"][0] == "tcp_poll"
    assert answer["poll_table_struct._qproc"][0] == "__pollwait"


def test_close_releases_the_socket_later(ask: Ask, tell: Tell) -> None:
    assert "later: callback_head.func ⇒ ____fput" in tell("close", "--as", "udp4")
    answer = ask("close", "--as", "udp4", "--async")
    assert follows(answer, "__fput", "sock_close", "__sock_release", "inet_release")
    assert follows(answer, "inet_release", "udp_lib_close")


def test_another_scenario_takes_other_hops(ask: Ask) -> None:
    answer = ask("connect", "--as", "udp4")
    assert hops(answer)["proto_ops.connect"][0] == "inet_dgram_connect"
    assert hops(answer)["proto.connect"][0] == "ip4_datagram_connect"


def test_a_row_behind_the_first_of_its_list_is_taken(ask: Ask) -> None:
    dgram = ("--bind", "family=AF_INET", "--bind", "type=SOCK_DGRAM")
    ping = ask("socket", *dgram, "--bind", "protocol=IPPROTO_ICMP")
    assert hops(ping)["proto.init"][0] == "ping_init_sock"
    lite = ask("socket", *dgram, "--bind", "protocol=IPPROTO_UDPLITE")
    assert hops(lite)["proto.init"][0] == "udplite_sk_init"


def test_a_page_shows_the_spine(tell: Callable[..., str]) -> None:
    page = tell("connect")
    lines = page.splitlines()
    assert 40 <= len(lines) <= 180
    assert max(map(len, lines)) <= 100
    places = [
        page.index(text)
        for text in (
            "sys_connect",
            "__sys_connect ",
            "⇒ inet_stream_connect",
            "⇒ tcp_v4_connect",
            "tcp_connect ",
            "⇒ ip_queue_xmit",
        )
    ]
    assert places == sorted(places)


def test_asking_again_gives_the_same_page(tell: Callable[..., str]) -> None:
    assert tell("socket") == tell("socket")
