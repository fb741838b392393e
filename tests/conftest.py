"""What all tests share: golden answers, paths made by hand, the mini kernel."""

import gc
from collections.abc import Callable
from pathlib import Path

import pytest

from xref.answers import (
    CallPath,
    EdgeKind,
    Grade,
    PathEdge,
    PathNode,
    Reason,
)

GOLDEN = Path(__file__).parent / "golden"
MINI_KERNEL = Path(__file__).parents[1] / "data" / "mini-kernel"


def pytest_collection_finish() -> None:
    """What is loaded by now lives until the end: the collector need not look at it."""
    gc.freeze()
    gc.set_threshold(20_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the answers of this run to tests/golden; read the git diff",
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with tests/golden/NAME, or write it there."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.is_file(), f"run pytest --update-golden to make {path}"
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture
def path_of() -> Callable[..., CallPath]:
    """Make a path from lines, see ``made_path``."""
    return made_path


def made_path(text: str, **fan_in: int) -> CallPath:
    """A path from lines such as these, each a call in the order of the source.

    ``a > b`` a call by name; ``a > M!`` the use of a macro; ``a > b via s->ops->f
    ops.f`` a pointer call that is bound, ``slot`` behind it makes it one that is not;
    ``because x = y`` behind it gives a reason.  A name with ``.h`` behind it
    (``a > b.h``) is a function in a header.
    """
    nodes: dict[str, PathNode] = {}
    edges: list[PathEdge] = []
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines()))):
        caller, rest = (part.strip() for part in line.split(">", 1))
        callee, _, pointer = (part.strip() for part in rest.partition(" via "))
        pointer, _, because = (part.strip() for part in pointer.partition("because "))
        source = _node(nodes, caller, fan_in)
        target = _node(nodes, callee, fan_in)
        expression, slot, grade = [*pointer.split(), "", "", ""][:3]
        edges.append(
            PathEdge(
                source=source.id,
                target=target.id,
                kind=_kind(target, expression),
                slot=slot,
                grade=_grade(expression, grade),
                file="net/a.c",
                line=100 + (number if not expression else _site_line(edges, slot)),
                order=number,
                expression=expression,
                why=(Reason(because, "net/b.c", 7),) if because else (),
                guard="",
                candidates=1,
                unbound=4 if expression else 0,
            )
        )
    return CallPath(
        kernel="6.1.192",
        entry="connect",
        arch="x86_64",
        number=42,
        bound=(("family", "AF_INET"), ("type", "SOCK_STREAM"), ("protocol", "0")),
        scenario="tcp4",
        nodes=tuple(nodes.values()),
        edges=tuple(edges),
        unresolved=(),
        folded=(),
        assumed=(),
        state=(),
        unindexed=(),
    )


def _node(nodes: dict[str, PathNode], text: str, fan_in: dict[str, int]) -> PathNode:
    name = text.rstrip("!").removesuffix(".h")
    if name not in nodes:
        is_header = text.endswith(".h")
        nodes[name] = PathNode(
            id=name,
            name=name,
            kind="macro" if text.endswith("!") else "function",
            path="include/net/a.h" if is_header else "net/a.c",
            line=10 + len(nodes),
            fan_in=fan_in.get(name, 1),
        )
    return nodes[name]


def _kind(target: PathNode, expression: str) -> EdgeKind:
    if expression:
        return EdgeKind.INDIRECT
    return EdgeKind.MACRO if target.kind == "macro" else EdgeKind.DIRECT


def _grade(expression: str, grade: str) -> Grade:
    if not expression:
        return Grade.EXACT
    return Grade(grade) if grade else Grade.BOUND


def _site_line(edges: list[PathEdge], slot: str) -> int:
    """The line of the pointer call before, when it is the same one."""
    if edges and edges[-1].slot == slot:
        return edges[-1].line - 100
    return len(edges)
