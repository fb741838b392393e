"""How well a kernel's C parses after cleaning, and how fast it is read.

The time of extracting has that of parsing in it.

usage: parse_errors.py TREE [DIRECTORY...] [--raw] [--list] [--sample N]
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tree_sitter import Node

from xref.extract.facts import facts_of
from xref.extract.plain import plain_facts
from xref.parse.c import parse
from xref.parse.clean import Cleaned, clean
from xref.parse.lexicon import Lexicon, lexicon_of

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Count:
    """What was seen in one directory."""

    files: int = 0
    bad_files: int = 0
    size_bytes: int = 0
    error_bytes: int = 0
    islands: int = 0
    clean_seconds: float = 0
    parse_seconds: float = 0
    extract_seconds: float = 0
    bad: list[str] = field(default_factory=list)


def main() -> None:
    """Print a line per directory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("directories", nargs="*", default=["net", "kernel", "mm", "fs"])
    parser.add_argument("--raw", action="store_true", help="without cleaning")
    parser.add_argument("--list", action="store_true", help="each file with an error")
    parser.add_argument("--sample", type=int, default=1, help="every Nth file")
    options = parser.parse_args()
    lexicon = lexicon_of((_ROOT / "data" / "lexicon.toml").read_text("utf-8"))
    print(
        f"{'directory':<20}{'files':>7}{'bad':>6}{'bad %':>8}{'error bytes %':>15}"
        f"{'islands':>9}{'clean ms/MB':>13}{'parse ms/MB':>13}"
        f"{'extract ms/MB':>15}"
    )
    total = Count()
    for directory in options.directories:
        count = Count()
        files = sorted((options.tree / directory).rglob("*.[ch]"))[:: options.sample]
        for path in files:
            measure(path, None if options.raw else lexicon, count)
        report(directory, count)
        if options.list:
            print(*count.bad, sep="\n", file=sys.stderr)
        for name in ("files", "bad_files", "size_bytes", "error_bytes", "islands",
                     "clean_seconds", "parse_seconds", "extract_seconds"):  # fmt: skip
            setattr(total, name, getattr(total, name) + getattr(count, name))
    report("all", total)


def measure(path: Path, lexicon: Lexicon | None, count: Count) -> None:
    """Clean and parse one file."""
    source = path.read_bytes()
    before = time.perf_counter()
    cleaned = (
        Cleaned(source, source, (), (), ())
        if lexicon is None
        else clean(source, lexicon)
    )
    between = time.perf_counter()
    tree = parse(cleaned.text)
    behind = time.perf_counter()
    if plain_facts(source) is None:
        facts_of(source, cleaned, parse)  # parses again
    count.extract_seconds += time.perf_counter() - behind
    count.parse_seconds += behind - between
    count.clean_seconds += between - before
    count.files += 1
    count.size_bytes += len(source)
    count.islands += len(cleaned.islands)
    if tree.root_node.has_error:
        count.bad_files += 1
        spans = list(error_spans(tree.root_node))
        count.error_bytes += sum(node.end_byte - node.start_byte for node in spans)
        for node in spans[:1]:
            count.bad.append(f"{path}:{node.start_point[0] + 1}")


def error_spans(node: Node) -> Iterator[Node]:
    """The outermost ERROR and MISSING nodes."""
    if node.is_error:
        yield node
        return
    for child in node.children:
        if child.is_missing:
            yield child
        elif child.has_error:
            yield from error_spans(child)


def report(name: str, count: Count) -> None:
    """Print one line."""
    megabytes = max(count.size_bytes, 1) / 1e6
    print(
        f"{name:<20}{count.files:>7}{count.bad_files:>6}"
        f"{100 * count.bad_files / max(count.files, 1):>8.2f}"
        f"{100 * count.error_bytes / max(count.size_bytes, 1):>15.3f}{count.islands:>9}"
        f"{1000 * count.clean_seconds / megabytes:>13.1f}"
        f"{1000 * count.parse_seconds / megabytes:>13.1f}"
        f"{1000 * count.extract_seconds / megabytes:>15.1f}"
    )


if __name__ == "__main__":
    main()
