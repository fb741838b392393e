"""What a path looks like: widths, signs, reasons, lists."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from xref.analyse.folding import ReadingOptions
from xref.analyse.paths import reading_of
from xref.answers import Assumed, CallPath, Folded, Reason, Unresolved
from xref.present.as_text import render_reading
from xref.present.lines import Style, painted, shortened
from xref.present.rows import Row, row_lines

MakePath = Callable[..., CallPath]

CONNECT = """
    sys_connect > __sys_connect
    __sys_connect > move_addr
    __sys_connect > stream_connect via sock->ops->connect proto_ops.connect OPS
    stream_connect > lock
    stream_connect > tcp_connect via sk->sk_prot->connect proto.connect PROT
    tcp_connect > hook0 via P->hook.check security.check slot
    tcp_connect > hook1 via P->hook.check security.check slot
    tcp_connect > hook2 via P->hook.check security.check slot
    tcp_connect > hook3 via P->hook.check security.check slot
    tcp_connect > hook4 via P->hook.check security.check slot
    tcp_connect > move_addr
    tcp_connect > stream_connect
""".replace("OPS", "because sock->ops = answer->ops").replace(
    "PROT", "because sk->sk_prot = prot"
)


@pytest.fixture
def path(path_of: MakePath) -> CallPath:
    return replace(
        path_of(CONNECT, lock=800),
        state=(Reason("file->f_op = &socket_file_ops", "net/socket.c", 469),),
        assumed=(Assumed("sk->sk_prot = &tls_prots[...]", "net/tls/tls_main.c", 91),),
        unresolved=(
            Unresolved("tcp_connect", "net/a.c", 9, "p->f(x)", "", "p has no type"),
        ),
        folded=(Folded("tcp_connect", "net/a.c", 8, "kern", 4, "kern is 0", "--any"),),
    )


def text_of(
    path: CallPath, *, width: int = 100, asked: str = "v6.1", colour: bool = False
) -> str:
    reading = reading_of(path, ReadingOptions(lines=60))
    return render_reading(reading, asked=asked, width=width, colour=colour, full=False)


def test_a_path_as_a_page(path: CallPath, golden: Callable[[str, str], None]) -> None:
    golden("present/path_100.txt", text_of(path))


def test_a_path_on_a_narrow_terminal(
    path: CallPath, golden: Callable[[str, str], None]
) -> None:
    golden("present/path_60.txt", text_of(path, width=60))


@pytest.mark.parametrize("width", [60, 72, 80, 100, 140])
def test_no_line_is_wider_than_the_terminal(path: CallPath, width: int) -> None:
    lines = text_of(path, width=width).splitlines()
    assert max(map(len, lines)) <= width


@pytest.mark.parametrize("width", [60, 100])
def test_names_and_places_are_never_cut(path: CallPath, width: int) -> None:
    text = text_of(path, width=width)
    for node in path.nodes:
        if not node.name.startswith(("hook", "lock")):
            assert re.search(rf"\b{node.name}\b", text)
    assert len(re.findall(r"a\.c:\d+", text)) >= 8


def test_colour_adds_codes_and_nothing_else(path: CallPath) -> None:
    coloured = text_of(path, colour=True)
    assert "\033[" in coloured
    assert re.sub(r"\033\[[0-9;]*m", "", coloured) == text_of(path)


def test_a_deep_path_keeps_its_names_in_the_width(path_of: MakePath) -> None:
    names = [f"function_number_{n}" for n in range(45)]
    text = "\n".join(f"{a} > {b}" for a, b in pairwise(names))
    lines = text_of(path_of(text), width=80).splitlines()
    assert max(map(len, lines)) <= 80
    assert all(f"function_number_{n}" in "\n".join(lines) for n in range(45))


def test_what_lies_too_deep_goes_on_below(path_of: MakePath) -> None:
    calls = [f"f{n} > f{n + 1}" for n in range(9)]
    calls += ["f9 > g0 via o->f ops.f because o->f = g0"]
    calls += [f"g{n} > g{n + 1}" for n in range(9)]
    lines = text_of(path_of("\n".join(calls))).splitlines()
    assert any("⇒ g0 → [1]" in line for line in lines)
    below = lines[lines.index("[1] g0") :]
    assert below[1].startswith("    └─ g1 ")
    assert not any("g1 " in line for line in lines[: lines.index("[1] g0")])


def test_the_version_asked_for_is_told_when_it_is_another(path: CallPath) -> None:
    assert "linux 6.1.192, for v6.1 " in text_of(path)
    assert "linux 6.1.192  x86_64" in text_of(path, asked="6.1.192")
    assert "linux 6.1.192  x86_64" in text_of(path, asked="")


def test_nothing_bound_is_said_and_targets_are_named(path: CallPath) -> None:
    text = text_of(replace(path, bound=()))
    assert "nothing bound" in text
    assert "hook0, hook1, hook2, hook3, hook4" in text


def test_a_reason_is_given_once(path_of: MakePath) -> None:
    text = text_of(
        path_of(
            "a > b via s->ops->f ops.f because s->ops = x\n"
            "b > c via s->ops->g ops.g because s->ops = x"
        )
    )
    assert text.count("because s->ops = x (b.c:7)") == 1


def test_long_lists_are_counted(path: CallPath) -> None:
    many = tuple(Assumed(f"store {n}", "a.c", n) for n in range(30))
    text = text_of(replace(path, assumed=many))
    assert "store 7 " in text
    assert "store 8 " not in text
    assert "and 22 more (--full)" in text


def test_an_expression_is_shortened_in_its_middle() -> None:
    assert shortened("sk->prot->connect", 30) == "sk->prot->connect"
    assert shortened("inet_csk(sk)->icsk_af_ops->queue_xmit", 20) == (
        "inet_cs…->queue_xmit"
    )
    assert shortened("icsk->icsk_af_ops->queue_xmit", 3) == "->queue_xmit"


def test_what_does_not_fit_beside_goes_below() -> None:
    row = Row(
        first="└─ ",
        rest="   ",
        pointer="icsk->icsk_af_ops->queue_xmit",
        name="a_function_with_a_long_name",
        style=Style.NAME,
        marks="",
        note="inet_connection_sock_af_ops.queue_xmit, bound",
        needs_note=True,
        place="net/ipv4/ip_output.c:546",
        remark="because x = y (a.c:1)",
    )
    assert painted(row_lines(row, 60), colour=False) == (
        "└─ icsk->icsk_af_…->queue_xmit ⇒ a_function_with_a_long_name\n"
        "     net/ipv4/ip_output.c:546\n"
        "       inet_connection_sock_af_ops.queue_xmit, bound,\n"
        "       because x = y (a.c:1)\n"
    )


def test_calls_with_other_objects_are_counted(path: CallPath) -> None:
    fold = Folded("tcp_connect", "net/a.c", 8, "proto.hash", 4, "others come by", "")
    text = " ".join(text_of(replace(path, folded=(fold,))).split())
    assert "1 pointer call, made with other objects too: proto.hash (a.c:8)" in text
