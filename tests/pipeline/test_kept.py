"""A path that is kept is the same again, and says nothing twice."""

import json

from xref.answers import (
    Assumed,
    CallPath,
    EdgeKind,
    Folded,
    Grade,
    PathEdge,
    PathNode,
    Reason,
    Unresolved,
)
from xref.pipeline.kept import functions_kept, packed, unpacked

_STORE = Reason("sock->ops = &inet_ops", "net/socket.c", 7)


def _edge(line: int, why: tuple[Reason, ...]) -> PathEdge:
    return PathEdge(
        source="f@a.c:1",
        target="g@b.c:2",
        kind=EdgeKind.INDIRECT,
        slot="proto_ops.bind",
        grade=Grade.BOUND,
        file="a.c",
        line=line,
        order=line,
        expression="sock->ops->bind",
        why=why,
        guard="",
        candidates=1,
        unbound=30,
    )


_PATH = CallPath(
    kernel="6.1",
    entry="bind",
    arch="x86",
    number=None,
    bound=(("family", "AF_INET"),),
    scenario="tcp4",
    nodes=(
        PathNode("f@a.c:1", "f", "function", "a.c", 1, 3),
        PathNode("g@b.c:2", "g", "function", "b.c", 2, 0),
    ),
    edges=(_edge(1, ()), _edge(2, (_STORE,)), _edge(3, (_STORE, _STORE))),
    unresolved=(Unresolved("f@a.c:1", "a.c", 4, "h()", "", "not followed"),),
    folded=(
        Folded("f@a.c:1", "a.c", 5, "timer", 1, "runs later", "--async", ("g", "f")),
        Folded("", "", 0, "functions", 2, "cut", ""),
    ),
    assumed=(Assumed("nobody sets it", "a.c", 6),),
    state=(_STORE,),
    unindexed=("drivers/",),
)


def test_a_path_that_was_kept_is_the_same_again() -> None:
    again = unpacked(json.loads(json.dumps(packed(_PATH))))

    assert again == _PATH
    assert {type(edge.kind) for edge in again.edges} == {EdgeKind}
    assert {type(edge.grade) for edge in again.edges} == {Grade}


def test_what_many_edges_say_is_kept_once() -> None:
    text = json.dumps(packed(_PATH))

    assert text.count("sock->ops->bind") == 1
    assert text.count(_STORE.text) == 1


def test_the_functions_of_a_path_are_read_from_what_was_kept() -> None:
    assert functions_kept(packed(_PATH)) == {("f", "a.c"), ("g", "b.c")}
