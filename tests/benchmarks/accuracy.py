"""How far pointer calls of an indexed kernel are resolved, without a scenario.

usage: accuracy.py [--kernel V] [--under net --under fs ...] [--worst N]
                   [--truth DIR]   (or XREF_TRUTH: a folder with score/ and truth/)

Read from the tables of the index, not from its views: two calls on one line are two
sites.  A call that a macro makes of its arguments counts at each use of the macro.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xref.pipeline.questions import ask, indexed_version
from xref.sources import home_of
from xref.store.database import database_path, open_for_reading

if TYPE_CHECKING:
    from sqlite3 import Connection

_SITES: Final = """
select call.id, file.path, call.line, text.text, call.kind, untyped.reason
from pointer_call as call
join name as text on text.id = call.text
join file on file.blob = call.id >> 20 and file.kernel = :kernel
left join untyped on untyped.kernel = file.kernel and untyped.call = call.id
where ifnull(untyped.reason, '-') <> ''
union all
select -1 - expanded.id, file.path, expanded.line, text.text, expanded.kind,
  untyped.reason
from expanded
join name as text on text.id = expanded.callee
join file on file.kernel = expanded.kernel and file.blob = expanded.caller >> 20
left join untyped
  on untyped.kernel = expanded.kernel and untyped.call = -1 - expanded.id
where expanded.kernel = :kernel and expanded.kind <> 'direct'
"""
_NODES: Final = """
select node.id, node.kind, struct.text, field.text, exists (
  select 1 from unknown where unknown.kernel = node.kernel and unknown.node = node.id
)
from node
join name as struct on struct.id = node.struct
join name as field on field.id = node.field
where node.kernel = :kernel
"""
_QUESTIONS: Final = {
    "functions": "select path, line, name, kind from functions",
    "calls": "select path, line, caller, kind, callee from calls",
    "bindings": "select path, line, struct, field, target from bindings",
    "edges": "select distinct caller, callee, kind from edges",
}
_DEEPER: Final = ("drivers", "arch")
"""Folders of which each part is reported by itself."""


@dataclass(frozen=True, slots=True)
class Site:
    """A call through a pointer."""

    path: str
    line: int
    text: str
    is_member: bool
    reason: str
    """Why it is not known what is read there; "" when it is."""
    slots: tuple[str, ...]
    n_targets: int
    is_open: bool


@dataclass(slots=True)
class Count:
    """The sites of one folder."""

    sites: list[Site] = field(default_factory=list)

    def cells(self) -> Iterator[str]:
        """Figures in the order of the table's head."""
        targets = sorted(site.n_targets for site in self.sites)
        members = [site for site in self.sites if site.is_member]
        yield f"{len(targets)}"
        yield _percent(sum(not site.reason for site in self.sites), len(targets))
        yield _percent(sum(not site.reason for site in members), len(members))
        yield f"{statistics.mean(targets):.2f}"
        yield f"{statistics.median(targets):g}"
        yield f"{targets[len(targets) * 9 // 10]}"
        yield f"{targets[-1]}"
        yield _percent(targets.count(1), len(targets))
        yield _percent(targets.count(0), len(targets))
        yield _percent(sum(site.is_open for site in self.sites), len(targets))


_HEAD: Final = (
    "folder", "sites", "typed %", "of members", "mean", "median", "p90", "max",
    "one %", "none %", "open %",
)  # fmt: skip


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kernel", default="")
    parser.add_argument("--under", action="append", default=[], help="only these")
    parser.add_argument("--worst", type=int, default=0, help="classes to list")
    parser.add_argument("--truth", default=os.environ.get("XREF_TRUTH", ""))
    options = parser.parse_args()
    home = home_of().path
    kernel = indexed_version(home, options.kernel)
    with closing(open_for_reading(database_path(home))) as connection:
        sites = [
            site
            for site in sites_of(connection, kernel)
            if not options.under
            or any(site.path.startswith(f"{part}/") for part in options.under)
        ]
    folders: dict[str, Count] = defaultdict(Count)
    for site in sites:
        folders[_folder(site.path)].sites.append(site)
    print(f"linux {kernel}\n")
    _print_row(_HEAD)
    _print_row(["---"] * len(_HEAD))
    for name in sorted(folders):
        _print_row([name, *folders[name].cells()])
    _print_row(["all", *Count(sites).cells()])
    if options.worst:
        _print_worst(sites, options.worst)
    if options.truth:
        _score(home, kernel, Path(options.truth))


def sites_of(connection: "Connection", kernel: str) -> Iterator[Site]:
    """The pointer calls of a kernel."""
    row = connection.execute("select id from kernel where name = ?", (kernel,))
    key = {"kernel": row.fetchone()[0]}
    held: dict[int, set[str]] = defaultdict(set)
    for node, name in connection.execute(
        "select node, name from held where kernel = :kernel", key
    ):
        held[node].add(name)
    nodes = {
        ident: (f"{struct}.{name}" if kind == "slot" else kind, bool(is_open))
        for ident, kind, struct, name, is_open in connection.execute(_NODES, key)
    }
    read: dict[int, list[int]] = defaultdict(list)
    for call, node in connection.execute(
        "select call, node from site where kernel = :kernel", key
    ):
        read[call].append(node)
    for call, path, line, text, kind, reason in connection.execute(_SITES, key):
        here = read.get(call, [])
        targets: set[str] = set().union(*(held.get(node, ()) for node in here))
        yield Site(
            path,
            line,
            text,
            kind == "member",
            "" if here else reason or "-",
            tuple(nodes[node][0] for node in here),
            len(targets),
            any(nodes[node][1] for node in here),
        )


def _folder(path: str) -> str:
    parts = path.split("/")
    return "/".join(parts[: 2 if parts[0] in _DEEPER and len(parts) > 2 else 1])


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}" if whole else "-"


def _print_row(cells: Iterable[str]) -> None:
    print(f"| {' | '.join(cells)} |")


def _print_worst(sites: Sequence[Site], number: int) -> None:
    """The classes of sites that cost most, each with a place."""
    classes: dict[str, Counter[str]] = defaultdict(Counter)
    places: dict[tuple[str, str], str] = {}
    for site in sites:
        slot = " ".join(site.slots)
        if site.reason:
            kind, what, weight = "not typed", f"{site.reason}: {site.text}", 1
        elif not site.n_targets:
            what = slot if "." in slot else f"{slot}: {site.text}"
            kind, weight = "no target", 1
        else:
            kind, what, weight = "edges", slot, site.n_targets
            if "." not in slot:
                what = f"{slot} {site.path}:{site.line} {site.text}"
        classes[kind][what] += weight
        places.setdefault((kind, what), f"{site.path}:{site.line}")
    for kind, counter in classes.items():
        print(f"\n{kind}: {counter.total()}")
        for what, weight in counter.most_common(number):
            print(f"{weight:8}  {what[:100]}  {places[kind, what]}")


def _score(home: Path, kernel: str, truth: Path) -> None:
    """Compare with what a compiler and a running kernel saw."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for table, query in _QUESTIONS.items():
            with ask(home, query, {}, kernel) as found:
                lines = ["\t".join(found.columns)]
                lines += ["\t".join(map(str, row)) for row in found.rows]
            (folder / f"{table}.tsv").write_text("\n".join(lines) + "\n")
        scores = truth / "score"
        for traces in sorted(truth.glob("truth/trace-*")):
            if kernel.startswith(traces.name.removeprefix("trace-")):
                each = [str(path) for path in sorted(traces.glob("*.tsv"))]
                for context in ("task", "softirq"):
                    more = ["--edges", str(folder / "edges.tsv"), "--context", context]
                    _run(f"traces, {context}", scores / "score_trace.py", more + each)
        compiled = truth / "truth" / f"compiler-{kernel}"
        if compiled.is_dir():
            more = ["--facts", str(folder), "--truth", str(compiled), "--show", "3"]
            _run("compiler", scores / "score_compiler.py", more)


def _run(title: str, program: Path, arguments: Sequence[str]) -> None:
    print(f"\n{title}", flush=True)
    subprocess.run(
        [sys.executable, str(program), *arguments], check=False
    )  # the caller names the folder


if __name__ == "__main__":
    main()
