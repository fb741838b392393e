"""What is said of two paths: a table of paths, codes and the changes expected."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from tests.conftest import made_path
from xref.analyse.diff.pairs import Codes, Defined
from xref.analyse.diff.paths import Place, hops_of, path_diff
from xref.analyse.diff.tokens import tokens_of
from xref.analyse.folding import ReadingOptions
from xref.analyse.paths import reading_of
from xref.answers import CallPath
from xref.changes import ChangeKind, Hop, PathDiff

PLAIN = """
    sys_go > do_go
    do_go > check
    do_go > stream_go via sock->ops->go ops.go because row.ops = &stream_ops
    stream_go > send
    send > xmit via dev->ops->xmit dev_ops.xmit
"""
LONG = "int {name}(int a) {{ return a * 2 + other(a, 1, 2, 3) - {more}; }}"
MIRRORED = {
    ChangeKind.ADDED: ChangeKind.GONE,
    ChangeKind.GONE: ChangeKind.ADDED,
    ChangeKind.CALL_ADDED: ChangeKind.CALL_GONE,
    ChangeKind.CALL_GONE: ChangeKind.CALL_ADDED,
}

WAKING = f"""{PLAIN}
    send > wake_now.h
    wake_now.h > on via q->on q.on
    check > wake.h
"""
SHARED = PLAIN + "".join(f"\nsend > y{n} via q->f q.f slot" for n in range(6))

Code = Mapping[str, str]

CASES: dict[str, tuple[str, str, Code, Code, list[str]]] = {
    "nothing": (PLAIN, PLAIN, {}, {}, []),
    "other code": (
        PLAIN,
        PLAIN,
        {"send": "a"},
        {"send": "b"},
        ["with other code send"],
    ),
    "a call more": (
        PLAIN,
        f"{PLAIN}\n stream_go > wake",
        {},
        {},
        ["added wake"],
    ),
    "a call less": (
        PLAIN,
        PLAIN.replace("do_go > check\n", "\n"),
        {},
        {},
        ["gone check"],
    ),
    "called there, too": (
        PLAIN,
        f"{PLAIN}\n stream_go > check",
        {},
        {},
        ["call added check"],
    ),
    "renamed": (
        PLAIN,
        PLAIN.replace("send", "send_now"),
        {"send": LONG.format(name="send", more="a")},
        {"send_now": LONG.format(name="send_now", more="b")},
        ["renamed send → send_now"],
    ),
    "not alike, so not renamed": (
        PLAIN,
        PLAIN.replace("send", "other"),
        {"send": LONG.format(name="send", more="a")},
        {"other": "void other(void) { }"},
        ["added other", "gone send", "re-routed xmit"],
    ),
    "another function in the slot": (
        PLAIN,
        PLAIN.replace("stream_go", "mptcp_go"),
        {"stream_go": LONG.format(name="s", more="a")},
        {"mptcp_go": "void mptcp_go(void) { }"},
        ["re-routed send", "re-targeted stream_go → mptcp_go"],
    ),
    "a step in between": (
        PLAIN,
        PLAIN.replace("stream_go > send", "stream_go > lock_send\n lock_send > send"),
        {},
        {},
        ["added lock_send", "re-routed send"],
    ),
    "by name, not through the pointer": (
        PLAIN,
        PLAIN.replace("via sock->ops->go ops.go because row.ops = &stream_ops", ""),
        {},
        {},
        ["re-routed stream_go"],
    ),
    "another store": (
        PLAIN,
        PLAIN.replace("row.ops = &stream_ops", "sock->ops = find(AF)->ops"),
        {},
        {},
        ["bound by other stores stream_go"],
    ),
    "the same store by a call with another argument": (
        PLAIN.replace("row.ops = &stream_ops", "o = made(&stream_ops, dev, 1)"),
        PLAIN.replace("row.ops = &stream_ops", "o = made(&stream_ops, dev)"),
        {},
        {},
        [],
    ),
    "the same store by a call under another name": (
        PLAIN.replace("row.ops = &stream_ops", "made(&dev, &stream_ops) < 0"),
        PLAIN.replace("row.ops = &stream_ops", "made_noprof(&dev, &stream_ops)"),
        {},
        {},
        [],
    ),
    "a store by a call with another object": (
        PLAIN.replace("row.ops = &stream_ops", "o = made(&stream_ops, dev)"),
        PLAIN.replace("row.ops = &stream_ops", "o = made(&dgram_ops, dev)"),
        {},
        {},
        ["bound by other stores stream_go"],
    ),
    "renamed, and called through another slot": (
        f"{PLAIN}\n send > done via q->back q.back",
        f"{PLAIN}\n send > complete via q->ops->complete q_ops.complete",
        {"done": LONG.format(name="done", more="a")},
        {"complete": LONG.format(name="complete", more="a")},
        ["re-routed complete", "renamed done → complete"],
    ),
    "another function through another slot": (
        f"{PLAIN}\n send > done via q->back q.back",
        f"{PLAIN}\n send > complete via q->ops->complete q_ops.complete",
        {"done": LONG.format(name="done", more="a")},
        {"complete": LONG.format(name="complete", more="b(c, d, e)")},
        ["added complete", "gone done"],
    ),
    "written otherwise": (
        PLAIN,
        PLAIN.replace("sock->ops->go", "READ_ONCE(sock->ops)->go"),
        {},
        {},
        ["written otherwise stream_go"],
    ),
    "one more target of many": (
        many := PLAIN + "".join(f"\nsend > x{n} via q->f q.f slot" for n in range(6)),
        f"{many}\nsend > x6 via q->f q.f slot",
        {},
        {},
        ["with other targets q->f +x6"],
    ),
    "a pointer call with many targets in a function that is added": (
        PLAIN,
        f"{PLAIN}\n send > more"
        + "".join(f"\nmore > x{n} via q->f q.f slot" for n in range(5)),
        {},
        {},
        ["added more", "call added q->f +x0 +x1 +x2 +x3 +x4"],
    ),
    "a pointer call that a part of its function makes now": (
        SHARED,
        SHARED.replace("send > y", "more > y").replace("send > more", "")
        + "\nsend > more",
        {},
        {},
        ["added more", "re-routed q->f "],
    ),
    "a pointer call that is new in a function": (
        PLAIN,
        many,
        {},
        {},
        ["call added q->f +x0 +x1 +x2 +x3 +x4 +x5"],
    ),
    "a call that a part of its function makes now": (
        f"{PLAIN}\n check > wake\n send > wake",
        f"{PLAIN}\n check > wake\n send > part\n part > wake",
        {},
        {},
        ["added part", "re-routed wake"],
    ),
    "a function of a header in place of another": (
        f"{PLAIN}\n send > wake.h\n wake.h > on via q->on q.on\n check > wake.h",
        f"{WAKING}\n wake.h > on via q->on q.on",
        {},
        {},
        ["call gone wake", "re-routed on"],
    ),
    "the same targets through another slot": (
        many,
        many.replace("q->f q.f", "static_call(f) f.key"),
        {},
        {},
        ["re-routed static_call(f) "],
    ),
}


def place(text: str, codes: Mapping[str, str], kernel: str) -> Place:
    path = replace(made_path(text), kernel=kernel)
    return placed(path, codes)


def placed(
    path: CallPath,
    codes: Mapping[str, str],
    defined: Mapping[str, Sequence[Defined]] = MappingProxyType({}),
    held: Mapping[str, Sequence[Any]] = MappingProxyType({}),
    lines: Sequence[str] = (),
) -> Place:
    texts = {node.id: codes.get(node.name, "same") for node in path.nodes}
    return Place(
        path,
        reading_of(path, ReadingOptions()),
        Codes(
            texts,
            lambda node: tokens_of(texts[node.id].replace(node.name, "_")),
            lambda name: defined.get(name, ()),
            lambda _, slot: held.get(slot, ()),
            lambda _: lines,
            lambda name: held.get(f"&{name}", ()),
        ),
    )


def told(diff: PathDiff) -> list[str]:
    """Kind and names of each change, sorted."""
    found = set()
    for hop in hops_of(diff.root):
        for kind in hop.kinds:
            found.add(f"{WORDS.get(kind, kind.value)} {_names(hop, kind)}")
    return sorted(found)


WORDS = {
    ChangeKind.BODY: "with other code",
    ChangeKind.EVIDENCE: "bound by other stores",
    ChangeKind.REWRITTEN: "written otherwise",
    ChangeKind.TARGETS: "with other targets",
}


def _names(hop: Hop, kind: ChangeKind) -> str:
    if hop.targets:
        signs = [*(f"+{n}" for n in hop.targets.added), *hop.targets.gone]
        return f"{hop.targets.label} {' '.join(signs)}"
    names = [side.node.name for side in (hop.old, hop.new) if side]
    is_two = kind in {ChangeKind.RENAMED, ChangeKind.RETARGETED}
    return " → ".join(names) if is_two else names[-1]


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_told_as_what_it_is(name: str) -> None:
    old, new, before, after, expected = CASES[name]
    diff = path_diff(place(old, before, "1"), place(new, after, "2"))
    changes = [line for line in told(diff) if not _is_body_of_rename(line, expected)]
    assert changes == expected


def _is_body_of_rename(line: str, expected: list[str]) -> bool:
    """A renamed function may have other code as well: that is no case here."""
    return line.startswith("with other code") and line not in expected


@pytest.mark.parametrize("name", CASES)
def test_a_path_against_itself_is_the_same(name: str) -> None:
    old, _, before, _, _ = CASES[name]
    diff = path_diff(place(old, before, "1"), place(old, before, "1"))
    assert not diff.counts
    assert diff.old_hops == diff.new_hops


@pytest.mark.parametrize("name", CASES)
def test_the_way_back_mirrors_the_way_there(name: str) -> None:
    old, new, before, after, _ = CASES[name]
    one, other = place(old, before, "1"), place(new, after, "2")
    there, back = path_diff(one, other), path_diff(other, one)
    mirrored = {MIRRORED.get(kind, kind): n for kind, n in back.counts}
    assert dict(there.counts) == mirrored
    assert (there.old_hops, there.new_hops) == (back.new_hops, back.old_hops)


@pytest.mark.parametrize(
    ("users", "expected"),
    [(["set_up"], []), (["other"], ["bound by other stores send"])],
)
def test_what_a_function_hands_on_in_both_is_no_other_store(
    users: list[str], expected: list[str]
) -> None:
    hop = "sys_go > send via sock->ops->send ops.send because"
    old = placed(
        made_path(f"{hop} a(&ops)"), {}, held={"&ops": [("set_up", "net/a.c")]}
    )
    held = {"&ops": [(name, "net/a.c") for name in users]}
    new = placed(made_path(f"{hop} b.ops = &ops"), {}, held=held)
    assert told(path_diff(old, new)) == expected


def test_what_only_one_knows_of_a_variable_is_no_difference() -> None:
    six = "".join(f"\n send > x{n} via f q.f slot" for n in range(6))
    new = made_path(PLAIN + six)
    variable = [replace(e, slot="" if e.slot == "q.f" else e.slot) for e in new.edges]
    both = placed(made_path(PLAIN), {}), placed(replace(new, edges=tuple(variable)), {})
    assert not told(path_diff(*both))
    assert not told(path_diff(*both[::-1]))


def test_a_target_that_the_other_kernel_has_there_is_no_difference() -> None:
    six = "".join(f"\n send > x{n} via q->f q.f slot" for n in range(6))
    old = made_path(PLAIN + six)
    new = placed(made_path(f"{PLAIN}{six}\n send > x6 via q->f q.f slot"), {})
    same, other = (placed(old, {}, held={"q.f": [name]}) for name in ("x6", "x5"))
    assert not told(path_diff(same, new))
    assert not told(path_diff(new, same))
    assert told(path_diff(other, new)) == ["with other targets q->f +x6"]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (
            Defined("net/b.c", 1, is_shared=True),
            ["moved", "re-routed", "with other code"],
        ),
        (Defined("net/b.c", 1, is_shared=False), ["added", "gone"]),
        (Defined("net/a.c", 1, is_shared=True), ["added", "gone"]),
    ],
)
def test_what_all_files_mean_by_a_name_has_moved(
    there: Defined, expected: list[str]
) -> None:
    """Another body, and another caller: only the name says that it is the same."""
    codes = {"check": LONG.format(name="check", more="a")}
    old = made_path(PLAIN)
    new = made_path(PLAIN.replace("do_go > check", "send > check"))
    moved = [replace(n, path="net/b.c") if n.name == "check" else n for n in new.nodes]
    new = replace(new, nodes=tuple(moved))
    at = next(node.path for node in old.nodes if node.name == "check")
    assert at == "net/a.c"
    before = placed(old, codes, {"check": [Defined(at, 1, is_shared=True)]})
    after = placed(new, {"check": "void check;"}, {"check": [there]})
    kinds = {line.rpartition(" ")[0] for line in told(path_diff(before, after))}
    assert sorted(kinds) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            {"profiled", "send_now"},
            ["renamed send → send_now", "with other code send_now"],
        ),
        ({"profiled"}, ["added send_now", "gone send", "re-routed xmit"]),
    ],
)
def test_a_name_that_is_a_macro_for_another_is_that_one(
    words: set[str], expected: list[str]
) -> None:
    """A wrapper took the name; bodies that have little in common are measured only."""
    macro = Defined("net/a.h", 1, is_shared=True, words=frozenset(words))
    old = placed(
        made_path(PLAIN), {"send": "int send(int a) { return a; }"}, {"send_now": []}
    )
    code = {"send_now": LONG.format(name="send_now", more="b")}
    path = made_path(PLAIN.replace("send", "send_now"))
    assert told(path_diff(old, placed(path, code, {"send": [macro]}))) == expected


def test_a_function_in_another_file_has_moved() -> None:
    old = made_path(PLAIN)
    moved = [replace(n, path="net/b.c") if n.name == "send" else n for n in old.nodes]
    diff = path_diff(placed(old, {}), placed(replace(old, nodes=tuple(moved)), {}))
    assert told(diff) == ["moved send"]


def test_lines_say_nothing() -> None:
    old = made_path(PLAIN)
    shifted = replace(
        old,
        nodes=tuple(replace(n, line=n.line + 40) for n in old.nodes),
        edges=tuple(replace(e, line=e.line + 40) for e in old.edges),
    )
    assert not path_diff(placed(old, {}), placed(shifted, {})).counts


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["a = c;"], ["  a =  b;"], []),
        ([], [], ["bound by other stores send"]),
    ],
)
def test_a_store_that_both_kernels_have_is_no_other_one(
    before: list[str], after: list[str], expected: list[str]
) -> None:
    """Reasons stand in line 7: which of two an evaluation meets first says nothing."""
    hop = "sys_go > send via sock->ops->send ops.send because"
    old = placed(made_path(f"{hop} b"), {}, lines=[*[""] * 6, "a = b;", *before])
    new = placed(made_path(f"{hop} c"), {}, lines=[*[""] * 6, "a = c;", *after])
    assert told(path_diff(old, new)) == expected


def test_the_threshold_decides_what_is_a_rename() -> None:
    old, new, before, after, _ = CASES["renamed"]
    strict = path_diff(place(old, before, "1"), place(new, after, "2"), threshold=0.99)
    assert told(strict) == ["added send_now", "gone send", "re-routed xmit"]


def test_a_rename_says_how_alike_the_bodies_are() -> None:
    old, new, before, after, _ = CASES["renamed"]
    diff = path_diff(place(old, before, "1"), place(new, after, "2"))
    (hop,) = (h for h in hops_of(diff.root) if ChangeKind.RENAMED in h.kinds)
    assert hop.similarity is not None
    assert 0.9 < hop.similarity < 1


def test_what_only_one_reading_shows_is_no_change() -> None:
    path = made_path(PLAIN)
    short = Place(
        path,
        reading_of(path, ReadingOptions(depth=2)),
        placed(path, {}).codes,
    )
    assert not path_diff(short, placed(path, {})).counts
    assert not path_diff(placed(path, {}), short).counts


def in_files(path: CallPath, files: Mapping[str, str]) -> CallPath:
    """The path with some functions in other files; ``f_2`` is another ``f``."""
    nodes = (
        replace(n, name=n.name.removesuffix("_2"), path=files.get(n.name, n.path))
        for n in path.nodes
    )
    return replace(path, nodes=tuple(nodes))


TWINS = f"{PLAIN}\n send > free\n send > free_2\n do_go > free\n do_go > free_2"
FREE = LONG.format(name="free", more="a")


def test_of_two_of_a_name_the_one_that_is_alike_has_moved() -> None:
    """The other one is gone, which is told once."""
    old = in_files(made_path(TWINS), {"free": "mm/common.c", "free_2": "mm/small.c"})
    new = made_path(TWINS.replace("free_2", "free"))
    new = in_files(new, {"free": "mm/big.c"})
    codes = {"free": FREE, "free_2": "void free(int a) { drop(a); }"}
    later = {"free": FREE.replace("- a", "- b")}
    sides = placed(old, codes), placed(new, later)
    rest = ["moved free", "with other code free"]
    assert told(path_diff(*sides)) == ["gone free", *rest]
    assert told(path_diff(*sides[::-1])) == ["added free", *rest]
    gone = [h for h in hops_of(path_diff(*sides).root) if ChangeKind.GONE in h.kinds]
    assert len(gone) == 1


def test_a_function_that_is_a_macro_elsewhere_has_not_moved() -> None:
    old = in_files(made_path(PLAIN), {"check": "mm/a.c"})
    new = made_path(PLAIN.replace("do_go > check", "do_go > check!"))
    diff = path_diff(placed(old, {}), placed(new, {}))
    assert told(diff) == ["gone check"]
    (hop,) = (h for h in hops_of(diff.root) if ChangeKind.GONE in h.kinds)
    assert hop.notes == ("a macro in the other: net/a.c:12",)


def test_another_way_to_who_calls_it_adds_no_call() -> None:
    old = f"{PLAIN}\n send > put.h\n put.h > free.h\n free.h > last.h\n last.h > end"
    new = old.replace("put.h > free.h\n free.h > last.h", "put.h > last.h")
    diff = path_diff(placed(made_path(old), {}), placed(made_path(new), {}))
    assert "call added end" not in told(diff)
