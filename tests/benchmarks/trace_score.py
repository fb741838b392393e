"""How much of what a kernel was seen to call is in the index.

usage: trace_score.py TRACES --kernel V [--missing N]

TRACES is what ``trace_kernel.py`` wrote.  An edge counts as found where the index leads
from its caller to its callee directly or through functions that the tracer cannot show.
``--without inlined`` takes out the edges that a rule of thumb adds (README).
"""

import argparse
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from xref.pipeline.questions import ask
from xref.sources import home_of

_QUESTION: Final = "select distinct caller, callee, kind from edges"
_MOST_STEPS: Final = 8
_ENTRIES: Final = ("__x64_sys_", "__se_sys_", "__do_sys_")

Graph = Mapping[str, set[str]]
Seen = tuple[str, str, str]
"""Caller, callee, context."""


def main() -> None:
    """Print recall by context and by family, and what is missing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("traces", type=Path)
    parser.add_argument("--kernel", required=True)
    parser.add_argument("--missing", type=int, default=20)
    parser.add_argument("--without", default="", help="a kind of edges to leave out")
    given = parser.parse_args()
    visible = _visible(given.traces / "traceable.txt")
    graph = _graph(given.kernel, given.without)
    missing: dict[Seen, str] = {}
    for path in sorted(given.traces.glob("*.tsv")):
        wanted = _wanted(path)
        lost = {edge for edge in wanted if not leads(graph, visible, edge[:2])}
        missing.update(dict.fromkeys(sorted(lost), path.stem))
        _tell(path.stem, wanted, lost)
    for (caller, callee, context), family in list(missing.items())[: given.missing]:
        print(f"missing  {caller} -> {callee}  ({context}, {family})")


def _tell(family: str, wanted: set[Seen], lost: set[Seen]) -> None:
    parts = []
    for context in ("task", "softirq", "taskwork"):
        those = {edge for edge in wanted if edge[2] == context}
        if those:
            found = len(those - lost)
            share = 100 * found / len(those)
            parts.append(f"{context} {found} of {len(those)} ({share:.2f}%)")
    print(f"{family}: {', '.join(parts)}")


def _plain(name: str) -> str:
    """A function, or the one name of a system call's entry."""
    for prefix in _ENTRIES:
        if name.startswith(prefix):
            return f"sys_{name.removeprefix(prefix)}"
    return name


def _visible(path: Path) -> frozenset[str]:
    """What the tracer can show; a part of a function stands for it."""
    lines = path.read_text("utf-8").splitlines()
    return frozenset(_plain(line.split()[0].partition(".")[0]) for line in lines)


def _wanted(path: Path) -> set[Seen]:
    found = set()
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            _, caller, callee, _, context = line.split("\t")
            found.add((_plain(caller), _plain(callee), context))
    return found


def _graph(kernel: str, without: str) -> Graph:
    graph: defaultdict[str, set[str]] = defaultdict(set)
    with ask(home_of().path, _QUESTION, {}, kernel) as answer:
        for caller, callee, kind in answer.rows:
            if kind != without:
                graph[_plain(str(caller))].add(_plain(str(callee)))
    return graph


def leads(graph: Graph, visible: frozenset[str], edge: tuple[str, ...]) -> bool:
    """Say whether a graph leads from a function to another one, past none to be seen.

    Args:
        graph: the callees of each function.
        visible: functions that a tracer shows where they are called.
        edge: the two.
    """
    caller, callee = edge
    seen, front = {caller}, {caller}
    for _ in range(_MOST_STEPS):
        reached = {name for at in front for name in graph.get(at, ())} - seen
        if callee in reached:
            return True
        seen |= reached
        front = reached - visible
    return False


if __name__ == "__main__":
    main()
