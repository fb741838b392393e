"""A path goes one step further where the other one has what comes."""

from typing import TYPE_CHECKING, cast

from tests.conftest import made_path
from xref.answers import PathNode
from xref.pipeline.further import further
from xref.program import CallEntry, FunctionEntry
from xref.records import CallKind, FunctionKind

if TYPE_CHECKING:
    from xref.pipeline.texts import Texts


class _Source:
    """Functions by name, each of which calls one that is named like it."""

    def __init__(self) -> None:
        self.program = self
        self._entries: list[FunctionEntry] = []

    def entry_of(self, node: PathNode) -> FunctionEntry:
        return self._entry(node.name)

    def calls_of(self, ident: int) -> tuple[CallEntry, ...]:
        name = self._entries[ident].name.replace("end", "next")
        entry = self._entry(name)
        return (CallEntry(3, CallKind.DIRECT, name, name, (entry,), "exact", ""),)

    def _entry(self, name: str) -> FunctionEntry:
        self._entries.append(
            FunctionEntry(
                id=len(self._entries),
                name=name,
                kind=FunctionKind.FUNCTION,
                path="net/b.c",
                line=1,
                end_line=9,
                static=False,
                inline=False,
                returns="void",
                parameters=(),
                variadic=False,
                guard="",
                macro="",
                size=1,
            )
        )
        return self._entries[-1]


def test_what_it_adds_stands_in_the_order_of_the_path() -> None:
    numbers = range(12)
    path = made_path("\n".join(f"go > end{n}" for n in numbers))
    other = made_path("\n".join(f"go > next{n}" for n in numbers))
    found = further(cast("Texts", _Source()), path, other)
    assert [node.name for node in found.nodes[13:]] == [f"next{n}" for n in numbers]
    assert [edge.source for edge in found.edges[12:]] == [f"end{n}" for n in numbers]
