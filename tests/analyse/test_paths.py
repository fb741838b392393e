"""Which functions of a path get a line, where, and how the rest is counted."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from xref.analyse.folding import ReadingOptions
from xref.analyse.paths import depths_of, reading_of, selected
from xref.answers import (
    LATER,
    CallPath,
    Folded,
    Fork,
    Group,
    Reading,
    Reason,
    Step,
    StepState,
    Unresolved,
)
from xref.errors import NotFoundError

MakePath = Callable[..., CallPath]

SPINE = """
    sys_go > check
    sys_go > do_go
    do_go > lock
    do_go > stream_go via sock->ops->go ops.go
    stream_go > lock
    stream_go > proto_go via sk->prot->go proto.go
    proto_go > helper
    proto_go > send
    send > xmit via dev->ops->xmit dev_ops.xmit
    lock > spin
    spin > panic
    helper > memset
"""


def outline(reading: Reading) -> str:
    """The names of a tree, indented; signs for what is not drawn in full."""
    return "\n".join(_outline(reading.root, ""))


def _outline(step: Step | Fork, indent: str) -> Iterator[str]:
    if isinstance(step, Fork):
        yield f"{indent}{step.label} => {step.count}"
        return
    sign = {StepState.SEEN: " (seen)", StepState.RECURSION: " (again)"}
    hidden = f" +{step.hidden}" if step.hidden else ""
    times = f" x{len(step.calls)}" if len(step.calls) > 1 else ""
    yield f"{indent}{step.node.name}{times}{sign.get(step.state, '')}{hidden}"
    for item in step.steps:
        yield from _outline(item, f"{indent} ")


def expected(text: str) -> str:
    lines = text.strip("\n").splitlines()
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[margin:].rstrip() for line in lines if line.strip())


def test_a_path_that_fits_is_drawn_whole(path_of: MakePath) -> None:
    reading = reading_of(path_of("a > b\nb > c\na > d"), ReadingOptions())
    assert outline(reading) == expected("""
        a
         b
          c
         d
    """)
    assert reading.folded == ()


def test_calls_stand_in_the_order_of_the_source(path_of: MakePath) -> None:
    path = path_of("a > b\na > c\na > d")
    turned = replace(path, edges=path.edges[::-1])
    assert outline(reading_of(path, ReadingOptions())) == outline(
        reading_of(turned, ReadingOptions())
    )


def test_the_way_to_bound_calls_stays_and_what_is_common_goes(
    path_of: MakePath,
) -> None:
    reading = reading_of(path_of(SPINE, lock=900), ReadingOptions(lines=11))
    assert outline(reading) == expected("""
        sys_go
         check
         do_go +3
          stream_go
           proto_go
            helper +1
            send
             xmit
    """)
    assert [(fold.count, fold.reason) for fold in reading.folded] == [
        (3, "called from more than 100 places, or below such"),
        (1, "below functions with no bound pointer call near"),
    ]


def test_every_function_of_the_path_has_a_line_or_is_counted(path_of: MakePath) -> None:
    path = path_of(SPINE, lock=900)
    for lines in range(1, 20):
        reading = reading_of(path, ReadingOptions(lines=lines))
        hidden = sum(fold.count for fold in reading.folded)
        assert len(reading.shown) + hidden == len(path.nodes)


def test_what_functions_are_called_does_not_choose_the_lines(
    path_of: MakePath,
) -> None:
    calls = ["NAMEsys > NAMEgo"]
    for n in range(12):
        calls.append(f"NAMEgo > NAMEat{n} via ops->f{n} ops.f{n}")
        calls.append(f"NAMEat{n} > NAMEnext{n} via dev->x{n} dev.x{n}")
        calls += [f"NAMEat{n} > NAMEbeside{n}{m}" for m in range(1 + n % 2)]
    drawn = set()
    for name in "ABCDEFGH":
        path = path_of("\n".join(calls).replace("NAME", name))
        reading = reading_of(path, ReadingOptions(lines=36))
        drawn.add(outline(reading).replace(name, ""))
    assert len(drawn) == 1


def test_fewer_lines_never_show_more(path_of: MakePath) -> None:
    path = path_of(SPINE, lock=900)
    sizes = [
        len(reading_of(path, ReadingOptions(lines=lines)).shown)
        for lines in range(1, 20)
    ]
    assert sizes == sorted(sizes)


def test_a_function_is_drawn_in_full_once_where_it_is_nearest(
    path_of: MakePath,
) -> None:
    reading = reading_of(
        path_of("a > b\nb > c\nc > shared\na > shared\nshared > leaf"), ReadingOptions()
    )
    assert outline(reading) == expected("""
        a
         b
          c
           shared (seen)
         shared
          leaf
    """)


def test_recursion_is_marked_and_ends(path_of: MakePath) -> None:
    reading = reading_of(path_of("a > b\nb > c\nc > b\nc > c"), ReadingOptions())
    assert outline(reading) == expected("""
        a
         b
          c
           b (again)
           c (again)
    """)


def test_two_calls_of_one_function_are_one_line(path_of: MakePath) -> None:
    reading = reading_of(path_of("a > b\na > c\na > b"), ReadingOptions())
    assert outline(reading) == "a\n b x2\n c"


def test_a_macro_has_no_line_but_what_it_calls_has(path_of: MakePath) -> None:
    reading = reading_of(
        path_of("a > M!\nM! > N!\nN! > b\na > M!\nM! > c via p->f ops.f"),
        ReadingOptions(),
    )
    assert outline(reading) == "a\n b\n c"
    assert {"M", "N"} <= reading.shown


def test_a_wrapper_in_a_header_gives_way_to_its_only_call(path_of: MakePath) -> None:
    reading = reading_of(path_of("a > w.h\nw.h > b\nb > c"), ReadingOptions())
    assert outline(reading) == "a\n b\n  c"
    assert [node.name for node in _first(reading).through] == ["w"]


def test_a_wrapper_with_two_calls_stays(path_of: MakePath) -> None:
    reading = reading_of(path_of("a > w.h\nw.h > b\nw.h > c"), ReadingOptions())
    assert outline(reading) == "a\n w\n  b\n  c"


def test_a_pointer_call_with_many_targets_is_one_line(path_of: MakePath) -> None:
    text = "a > b\n" + "".join(f"b > t{n} via h->f ops.f slot\n" for n in range(5))
    reading = reading_of(path_of(text), ReadingOptions())
    assert outline(reading) == "a\n b +5\n  h->f => 5"
    shown = reading_of(path_of(text), ReadingOptions(show=("f",)))
    assert outline(shown) == "a\n b\n  t0\n  t1\n  t2\n  t3\n  t4"


def test_a_pointer_call_that_was_left_open_stands_in_its_place(
    path_of: MakePath,
) -> None:
    path = path_of("a > b\na > c")
    fold = Folded("a", "net/a.c", 100, "ops.xmit", 460, "chosen at run time", "--dev")
    reading = reading_of(replace(path, folded=(fold,)), ReadingOptions())
    assert outline(reading) == "a\n b\n ops.xmit => 460\n c"
    assert reading.folded == (fold,)


def test_what_is_armed_to_run_later_stands_in_its_place(path_of: MakePath) -> None:
    path = path_of("a > b\na > c")
    fold = Folded("a", "net/a.c", 100, "work.func", 1, "runs later", LATER, ("run",))
    reading = reading_of(replace(path, folded=(fold,)), ReadingOptions())
    assert outline(reading) == "a\n b\n later: work.func => 1\n c"
    (armed,) = (item for item in reading.root.steps if isinstance(item, Fork))
    assert (armed.names, armed.option) == (("run",), "--async")


@pytest.mark.parametrize("n", [1, 3])
def test_calls_of_a_group_are_one_line_with_its_name(path_of: MakePath, n: int) -> None:
    text = "a > b\n" + "".join(f"b > t{k} via h->f hooks.f slot\n" for k in range(n))
    groups = (Group("lsm", "LSM hooks", "hooks"),)
    reading = reading_of(path_of(text), ReadingOptions(groups=groups))
    assert outline(reading) == f"a\n b +{n}\n  h->f => {n}"
    (step,) = (item for item in reading.root.steps if isinstance(item, Step))
    (fork,) = (item for item in step.steps if isinstance(item, Fork))
    assert (fork.kind, fork.option) == ("LSM hooks", "--show lsm")
    options = ReadingOptions(show=("lsm",), groups=groups)
    assert outline(reading_of(path_of(text), options)) == "a\n b" + "".join(
        f"\n  t{k}" for k in range(n)
    )


def test_calls_of_a_group_have_their_place_where_it_is_asked_for(
    path_of: MakePath,
) -> None:
    text = (
        "e > a\na > guard\nguard > check via h->f hooks.f slot\n"
        "a > b\nb > run via o->run ops.run\n"
    )
    text += "".join(f"run > r{n} via o->r{n} ops.r{n}\n" for n in range(60))
    groups = (Group("lsm", "LSM hooks", "hooks"),)

    def drawn(*show: str) -> str:
        options = ReadingOptions(show=show, groups=groups, lines=30)
        return outline(reading_of(path_of(text), options))

    assert "check" not in drawn()
    assert "\n  guard\n   check" in drawn("lsm")


def test_a_pointer_call_has_one_line_however_it_is_told(path_of: MakePath) -> None:
    path = path_of("".join(f"a > t{n} via h->f ops.f slot\n" for n in range(5)))
    fold = Folded("a", "net/a.c", path.edges[0].line, "ops.f", 5, "run time", "")
    reading = reading_of(replace(path, folded=(fold,)), ReadingOptions())
    assert outline(reading) == "a +5\n h->f => 5"


def test_an_empty_twin_in_a_header_has_no_line(path_of: MakePath) -> None:
    path = path_of("a > check\na > stub.h\ncheck > hook")
    nodes = tuple(
        replace(node, name="check") if node.name == "stub" else node
        for node in path.nodes
    )
    edges = tuple(replace(edge, line=100) for edge in path.edges)
    reading = reading_of(replace(path, nodes=nodes, edges=edges), ReadingOptions())
    assert outline(reading) == "a +1\n check\n  hook"
    assert reading.folded[0].count == 1


def test_depth_bounds_the_tree(path_of: MakePath) -> None:
    path = path_of("a > b\nb > c\nc > d\na > e")
    assert outline(reading_of(path, ReadingOptions(depth=0))) == "a +4"
    assert outline(reading_of(path, ReadingOptions(depth=1))) == "a\n b +2\n e"
    assert outline(reading_of(path, ReadingOptions(depth=9))) == "a\n b\n  c\n   d\n e"


def test_only_ways_to_a_function_are_shown(path_of: MakePath) -> None:
    reading = reading_of(path_of(SPINE), ReadingOptions(to="send"))
    assert outline(reading) == expected("""
        sys_go +1
         do_go +3
          stream_go
           proto_go +2
            send +1
    """)


@pytest.mark.parametrize("name", ["xmit", "dev_ops.xmit", "dev_ops"])
def test_ways_lead_to_a_slot_by_its_name_or_its_field(
    path_of: MakePath, name: str
) -> None:
    reading = reading_of(path_of(SPINE), ReadingOptions(to=name))
    assert outline(reading).splitlines()[-1] == "     xmit"


def test_a_way_into_one_of_many_targets_is_drawn(path_of: MakePath) -> None:
    text = "a > b\n" + "".join(f"b > t{n} via h->f ops.f slot\n" for n in range(5))
    reading = reading_of(path_of(text), ReadingOptions(to="t3"))
    assert "t3" in outline(reading)
    assert "t2" not in outline(reading).replace("=> 5", "")


def test_a_name_that_is_not_on_the_path_is_not_found(path_of: MakePath) -> None:
    with pytest.raises(NotFoundError, match="sys_go does not lead to nowhere"):
        reading_of(path_of(SPINE), ReadingOptions(to="nowhere"))


def test_full_folds_nothing(path_of: MakePath) -> None:
    path = path_of(SPINE + "proto_go > M!\nM! > memset", lock=900)
    reading = reading_of(path, ReadingOptions(full=True, lines=1))
    assert reading.shown == {node.id for node in path.nodes}
    assert reading.folded == ()


def test_unresolved_calls_count_where_their_function_is_shown(
    path_of: MakePath,
) -> None:
    faults = tuple(
        Unresolved(name, "net/a.c", 1, "p->f", "ops.f", "no store is known")
        for name in ("do_go", "memset")
    )
    path = replace(path_of(SPINE, lock=900), unresolved=faults)
    assert reading_of(path, ReadingOptions(lines=11)).unresolved == faults[:1]
    assert reading_of(path, ReadingOptions(full=True)).unresolved == faults


def test_the_selection_for_programs_is_closed(path_of: MakePath) -> None:
    path = path_of(SPINE, lock=900)
    part = selected(path, ReadingOptions(lines=11))
    ids = {node.id for node in part.nodes}
    assert all(edge.source in ids and edge.target in ids for edge in part.edges)
    assert selected(path, ReadingOptions(full=True)) is path
    near = selected(path, ReadingOptions(full=True, depth=1))
    assert {node.name for node in near.nodes} == {"sys_go", "check", "do_go"}


def test_depth_is_that_of_the_shortest_way(path_of: MakePath) -> None:
    assert depths_of(path_of("a > b\nb > c\nc > d\na > d")) == {
        "a": 0,
        "b": 1,
        "c": 2,
        "d": 1,
    }


def _first(reading: Reading) -> Step:
    (first, *_) = reading.root.steps
    assert isinstance(first, Step)
    return first


PADS = {f"pad{n}": 999 for n in range(40)}
PADDING = "".join(f"\na > {name}" for name in PADS)
"""Calls that fill the page, so that there is something to choose."""


def test_the_main_way_goes_through_the_nearest_bound_call(path_of: MakePath) -> None:
    undo = "".join(f"\nu{n} > u{n + 1} via o->u{n} ops.u{n}" for n in range(20))
    made = "a > b\nb > made via o->make ops.make\nmade > x\na > clean\nclean > u0"
    path = path_of(made + undo + PADDING, clean=30, **PADS)
    lines = outline(reading_of(path, ReadingOptions(lines=20))).splitlines()
    assert "  made +1" in lines
    assert not any("u9" in line for line in lines)


def test_no_way_is_followed_into_what_many_places_call(path_of: MakePath) -> None:
    text = "a > b\nb > c via o->f ops.f\na > lock\nlock > d via o->g ops.g"
    path = path_of(text + PADDING, lock=999, **PADS)
    reading = reading_of(path, ReadingOptions(lines=20))
    assert outline(reading) == "a +42\n b\n  c"


def test_what_leaves_something_behind_has_a_line(path_of: MakePath) -> None:
    text = "a > b\nb > c via o->f ops.f\nc > maker\nc > other"
    path = path_of(text + PADDING, maker=150, other=150, **PADS)
    maker = next(node for node in path.nodes if node.name == "maker")
    path = replace(path, state=(Reason("o->ops = x", maker.path, maker.line),))
    reading = reading_of(path, ReadingOptions(lines=20))
    assert outline(reading) == "a +40\n b\n  c +1\n   maker"


def test_what_is_said_of_the_whole_path_stays(path_of: MakePath) -> None:
    fold = Folded("", "", 0, "functions", 2, "evaluated in part", "")
    reading = reading_of(replace(path_of("a > b"), folded=(fold,)), ReadingOptions())
    assert reading.folded == (fold,)
