"""What of two paths is compared: a table of paths, and what is left of them."""

from dataclasses import replace

import pytest

from tests.analyse.test_path_diff import PLAIN, placed, told
from tests.conftest import made_path
from xref.analyse.diff.paths import path_diff
from xref.analyse.diff.settled import (
    Calls,
    changed_ids,
    followed_alike,
    settled,
    unsure_slots,
)
from xref.analyse.folding import ReadingOptions
from xref.analyse.paths import reading_of
from xref.answers import CallPath
from xref.present.diff_text import summary_of

OPEN_TOO = f"""{PLAIN}
    send > tap_xmit via dev->ops->xmit dev_ops.xmit slot
    tap_xmit > wake
"""
"""The last call of PLAIN is bound, and once more open; both at one place."""


def names(path: CallPath) -> list[str]:
    """Functions of a path, sorted."""
    return sorted(node.name for node in path.nodes)


def test_what_is_open_beside_what_is_bound_is_left_out() -> None:
    left, n_open = settled(made_path(OPEN_TOO))
    assert names(left) == names(made_path(PLAIN))
    assert n_open == 1


def test_what_is_open_only_stays() -> None:
    path = made_path(
        "sys_go > a via o->go ops.go slot\n sys_go > b via o->go ops.go slot"
    )
    assert settled(path) == (path, 0)


def test_all_that_is_bound_stays() -> None:
    path = made_path("sys_go > a via o->go ops.go\n sys_go > b via o->go ops.go")
    assert settled(path) == (path, 0)


def test_an_evaluation_that_is_open_elsewhere_is_no_difference() -> None:
    old, new = (settled(made_path(text))[0] for text in (PLAIN, OPEN_TOO))
    assert not path_diff(placed(old, {}), placed(new, {})).counts


FURTHER = f"{PLAIN}\n xmit > queue\n queue > wake"
"""As PLAIN, and followed on below the last function."""


def codes(path: CallPath, **others: str) -> dict[str, str]:
    """The code of each function: the same, but for some."""
    return {node.id: others.get(node.name, "same") for node in path.nodes}


def calls(
    path: CallPath, *names: str, held: str = "", store: str = "", **others: str
) -> Calls:
    """The code of all functions, what it calls by name, and what slots hold.

    That code calls through a slot is not known: a macro may do it.
    """

    def through(*_: object) -> tuple[str, ...]:
        return ()

    def targets(*_: object) -> tuple[str, ...]:
        return tuple(held.split())

    def lines(_: str) -> list[str]:
        return [*[""] * 6, *store.split("; ")]

    unsure = unsure_slots(path)
    known = codes(path, **others)
    return Calls(known, lambda _: names, through, targets, unsure, lines)


def test_what_only_one_follows_is_left_out() -> None:
    old, new = made_path(PLAIN), made_path(FURTHER)
    one, other, n_stops = followed_alike(old, new, (calls(old), calls(new)))
    assert names(one) == names(other) == names(old)
    assert n_stops == 1
    back = followed_alike(new, old, (calls(new), calls(old)))
    assert back == (other, one, 1)


def test_new_calls_of_other_code_are_a_difference() -> None:
    old, new = made_path(PLAIN), made_path(FURTHER)
    both = calls(old), calls(new, xmit="another")
    assert followed_alike(old, new, both) == (old, new, 0)
    diff = path_diff(placed(old, {}), placed(new, {"xmit": "another"}))
    assert told(diff) == ["added queue", "added wake", "with other code xmit"]


def test_what_other_code_calls_in_both_is_left_out_where_one_stops() -> None:
    old, new = (
        made_path(PLAIN),
        made_path(f"{FURTHER}\n xmit > account\n account > add"),
    )
    both = calls(old, "queue"), calls(new, xmit="another")
    one, other, n_stops = followed_alike(old, new, both)
    assert one == old
    assert names(other) == sorted([*names(old), "account", "add"])
    assert n_stops == 1
    back = followed_alike(new, old, both[::-1])
    assert back == (other, one, 1)


def test_what_both_call_and_one_follows_is_left_out_though_both_go_on() -> None:
    old = made_path(f"{PLAIN}\n xmit > account")
    new = made_path(f"{FURTHER}\n xmit > account\n xmit > drop")
    for code in ("same", "another"):
        both = calls(old, "queue", "account"), calls(new, xmit=code)
        one, other, n_stops = followed_alike(old, new, both)
        assert one == old
        assert names(other) == sorted([*names(old), "drop"])
        assert n_stops == 1


BOUND = f"{PLAIN}\n xmit > wake via q->wake q.wake"
MANY = f"""{PLAIN}
    xmit > wake via q->wake q.wake slot
    xmit > kick via q->wake q.wake slot
"""


@pytest.mark.parametrize("code", ["same", "another"])
@pytest.mark.parametrize(("held", "left"), [("wake kick", []), ("wake", ["kick"])])
def test_what_one_does_not_know_of_a_slot_is_left_out(
    held: str, left: list[str], code: str
) -> None:
    old, new = made_path(BOUND), made_path(MANY)
    both = calls(old, held=held), calls(new, held="wake kick", xmit=code)
    one, other, n_stops = followed_alike(old, new, both)
    assert one == old
    assert names(other) == sorted([*names(old), *left])
    assert n_stops == (not left)


def test_a_slot_that_one_does_not_follow_is_left_out() -> None:
    old, new = made_path(f"{PLAIN}\n xmit > stop"), made_path(f"{BOUND}\n xmit > stop")
    both = calls(old, held="wake"), calls(new, "stop", held="wake")
    assert names(followed_alike(old, new, both)[1]) == names(old)


@pytest.mark.parametrize(
    ("store", "left"), [("q = wake; q = kick", []), ("q = wake", ["kick"])]
)
def test_what_only_one_binds_by_stores_of_both_is_left_out(
    store: str, left: list[str]
) -> None:
    """The store is in line 7 of a file of the new kernel; which, of the old one."""
    old = made_path(BOUND)
    new = made_path(f"{BOUND}\n xmit > kick via q->wake q.wake because q = kick")
    both = (
        calls(old, held="wake kick", store=store),
        calls(new, held="wake kick", store="q = kick"),
    )
    one, other, _ = followed_alike(old, new, both)
    assert one == old
    assert names(other) == sorted([*names(old), *left])
    assert followed_alike(new, old, both[::-1])[:2] == (other, one)


@pytest.mark.parametrize(("held", "left"), [("wake kick", []), ("wake", ["kick"])])
def test_what_a_variable_may_hold_in_both_is_left_out(
    held: str, left: list[str]
) -> None:
    old, new = (
        made_path(f"{PLAIN}\n xmit > wake via output{more}")
        for more in ("", "\n xmit > kick via output")
    )
    both = calls(old, held=held), calls(new, held="wake kick", xmit="another")
    one, other, _ = followed_alike(old, new, both)
    assert one == old
    assert names(other) == sorted([*names(old), *left])


def test_what_both_know_of_a_slot_is_compared() -> None:
    old = made_path(BOUND)
    new = made_path(f"{PLAIN}\n xmit > kick via q->wake q.wake")
    both = calls(old, held="wake kick"), calls(new, held="wake kick")
    assert followed_alike(old, new, both) == (old, new, 0)


def test_members_without_a_name_are_numbered_as_the_struct_is() -> None:
    old, new = (
        made_path(f"{PLAIN}\n xmit > wake via q->wake {slot}")
        for slot in ("q::3::1.wake", "q::4.wake")
    )
    assert not path_diff(placed(old, {}), placed(new, {})).counts


def test_what_has_moved_is_compared_as_one() -> None:
    old = made_path(f"{PLAIN}\n xmit > account")
    new = made_path(f"{PLAIN}\n xmit > account\n xmit > drop")
    moved = [replace(n, path="net/b.c") if n.name == "xmit" else n for n in new.nodes]
    new = replace(new, nodes=tuple(moved))
    both = calls(old, "account", "drop"), calls(new, "account", "drop", xmit="another")
    one, other, n_stops = followed_alike(old, new, both)
    assert names(one) == names(other) == names(old)
    assert n_stops == 1
    assert followed_alike(new, old, both[::-1]) == (other, one, 1)


def test_a_function_without_a_body_stops_nothing() -> None:
    old, new = made_path(PLAIN), made_path(FURTHER)
    both = calls(old, xmit=""), calls(new, xmit="")
    assert followed_alike(old, new, both) == (old, new, 0)


def test_what_changed_is_known_before_lines_are_chosen() -> None:
    old, new = made_path(PLAIN), made_path(FURTHER)
    before, after = changed_ids(old, new, (codes(old), codes(new, send="another")))
    assert before == {"send"}
    assert after == {"send", "queue", "wake"}


def test_a_change_without_a_line_is_said() -> None:
    path = made_path(PLAIN)
    short = reading_of(path, ReadingOptions(depth=1))
    one, other = (
        replace(placed(path, code), reading=short)
        for code in ({"xmit": "a"}, {"xmit": "b"})
    )
    diff = path_diff(one, other)
    assert not diff.counts
    assert diff.whole.changed == 1
    assert "no difference but in 1 function that has no line" in summary_of(diff)
