"""Which ways to a function are drawn, and which of several targets a way takes."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from xref.analyse.folding import ReadingOptions
from xref.analyse.paths import leads_to, reading_of
from xref.analyse.ways import Makers
from xref.answers import CallPath, Fork, Reason, Step

MakePath = Callable[..., CallPath]

OUTPUT = """
    send > route
    send > output
    route > route4
    route4 > alloc4
    output > out4 via dst->output dst.output slot because rt->output = out4
    output > out6 via dst->output dst.output slot because rt->output = out6
"""
XMIT = """
    out4 > xmit
    out6 > xmit
"""
NEAR: Makers = {Reason("rt->output = out4", "net/b.c", 7): {"alloc4": 0}}


def drawn(reading_root: Step) -> list[str]:
    return list(_names(reading_root))


def _names(step: Step | Fork) -> Iterator[str]:
    if isinstance(step, Fork):
        yield f"{step.count} {step.kind}"
        return
    yield step.node.name
    for item in step.steps:
        yield from _names(item)


def test_what_is_stored_on_the_way_goes_before_what_is_stored_elsewhere(
    path_of: MakePath,
) -> None:
    path = path_of(OUTPUT + XMIT)
    known = ReadingOptions(to="xmit", makers=NEAR)
    assert "out4" in drawn(reading_of(path, known).root)
    assert "out6" not in drawn(reading_of(path, known).root)
    assert "out6" in drawn(reading_of(path, ReadingOptions(to="xmit")).root)


def test_of_many_targets_the_one_stored_on_the_way_is_drawn(path_of: MakePath) -> None:
    many = ["out0", "out1", "out2", "out3"]
    calls = "".join(f"output > {n} via dst->output dst.output slot\n" for n in many)
    onward = "".join(f"{n} > xmit\n" for n in many)
    path = path_of(OUTPUT + calls + XMIT + onward)
    assert "out4" not in drawn(reading_of(path, ReadingOptions(to="xmit")).root)
    names = drawn(reading_of(path, ReadingOptions(to="xmit", makers=NEAR)).root)
    assert names[-3:] == ["out4", "xmit", "5 other targets"]


def test_a_function_handed_on_is_called_on_the_way_through_who_hands_it_on(
    path_of: MakePath,
) -> None:
    path = path_of("""
        send > output
        output > out4 via dst->output dst.output slot because rt->output = out4
        output > out6 via dst->output dst.output slot because rt->output = out6
        send > alloc4
        out4 > hook
        out6 > hook
        hook > finish6 via okfn okfn local because hook(finish6)
        hook > finish4 via okfn okfn local because hook(finish4)
        finish4 > xmit
        finish6 > xmit
    """)
    given = {Reason(f"hook(finish{n})", "net/b.c", 7): {f"out{n}": 0} for n in (4, 6)}
    options = ReadingOptions(to="xmit", makers={**NEAR, **given})
    names = drawn(reading_of(path, options).root)
    assert "finish4" in names
    assert "finish6" not in names


BUSY = """
    send > output
    output > queue
    queue > wire via ops->xmit dev_ops.xmit bound because dev = &wire_ops
    wire > arrive
    send > poll
    poll > arrive
    arrive > deliver
"""


@pytest.mark.parametrize("chosen", ["dev_ops", "dev_ops.xmit"])
def test_a_way_leads_through_what_the_question_chose(
    path_of: MakePath, chosen: str
) -> None:
    path = path_of(BUSY)
    options = ReadingOptions(to="deliver", chosen=frozenset([chosen]))
    names = drawn(reading_of(path, options).root)
    assert names == ["send", "output", "queue", "wire", "arrive", "deliver"]
    assert "poll" in drawn(reading_of(path, ReadingOptions(to="deliver")).root)


def test_but_where_that_does_not_lead_there_it_is_any_way(path_of: MakePath) -> None:
    path = path_of(BUSY + "send > other\nother > close")
    options = ReadingOptions(to="close", chosen=frozenset(["dev_ops"]))
    assert drawn(reading_of(path, options).root) == ["send", "other", "close"]


def test_what_the_source_names_at_a_call_is_not_likelier_than_other_ways(
    path_of: MakePath,
) -> None:
    long = "".join(f"d{n} > d{n + 1}\n" for n in range(4))
    path = path_of(f"""
        send > receive
        receive > tcp via sk->receive sk.receive named because sk->receive = tcp
        receive > udp via sk->receive sk.receive named because sk->receive = udp
        tcp > deliver
        send > d0
        {long}
        d4 > deliver
    """)
    assert "tcp" not in drawn(reading_of(path, ReadingOptions(to="deliver")).root)


def test_a_way_that_is_much_longer_is_counted(path_of: MakePath) -> None:
    detour = "".join(f"d{n} > d{n + 1}\n" for n in range(9))
    path = path_of(f"a > b\nb > xmit\na > d0\n{detour}d9 > xmit")
    reading = reading_of(path, ReadingOptions(to="xmit"))
    assert drawn(reading.root) == ["a", "b", "xmit"]
    (rest,) = reading.folded
    assert rest.count == 10
    assert rest.reason == "on longer ways to xmit, or on none"


@pytest.mark.parametrize("maker", ["alloc", "b"])
def test_only_stores_on_the_ways_are_told(path_of: MakePath, maker: str) -> None:
    path = path_of("a > b\nb > xmit\na > alloc")
    (node,) = (node for node in path.nodes if node.name == maker)
    made = Reason("x->f = f", node.path, node.line)
    path = replace(path, state=(made,))
    reading = reading_of(path, ReadingOptions(to="xmit"))
    told = maker == "b"
    assert reading.path.state == ((made,) if told else ())
    assert ("stores" in [fold.what for fold in reading.folded]) is not told


def test_a_path_may_lack_the_way_through_what_was_chosen(path_of: MakePath) -> None:
    path = path_of(BUSY + "wire > lost")
    assert leads_to(path, "deliver", {"dev_ops"})
    assert leads_to(path, "dev_ops.xmit", {"dev_ops"})
    assert not leads_to(path, "poll", {"dev_ops"})
    assert leads_to(path, "poll")
