"""Calls that a scan of the text sees in functions, and the facts do not have.

The scan knows no grammar: a word before a bracket, in a function, no keyword and no
member.  What it finds and the facts lack is an annotation, the size of an array, an
operand of sizeof, or a fault.

usage: lost_calls.py TREE [DIRECTORY...] [--sample N]
"""

import argparse
import bisect
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from xref.extract.facts import facts_of
from xref.parse.c import parse
from xref.parse.clean import clean
from xref.parse.draft import Draft, draft_of
from xref.parse.lexicon import lexicon_of
from xref.records import BlobFacts, CallKind

_LEXICON = Path(__file__).resolve().parents[2] / "data" / "lexicon.toml"
_CALL = re.compile(rb"(?<![\w.>])([A-Za-z_]\w*)\s*\(")
_NO_CALL = frozenset(
    b"if while for switch return sizeof do else defined typeof __typeof__ case goto "
    b"asm __attribute__ __asm__ offsetof _Generic volatile const int void char long "
    b"struct unsigned union enum bool __volatile__ u8 u16 u32 u64 s8 s16 s32".split()
)


def main() -> None:
    """Print what is lost, most frequent first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("directories", nargs="*", default=["net", "kernel", "mm", "fs"])
    parser.add_argument("--sample", type=int, default=300, help="this many files")
    options = parser.parse_args()
    lexicon = lexicon_of(_LEXICON.read_text("utf-8"))
    files = [
        path
        for directory in options.directories
        for path in sorted((options.tree / directory).rglob("*.c"))
    ]
    files = random.Random(1).sample(files, min(len(files), options.sample))  # noqa: S311  # no secret
    lost: Counter[str] = Counter()
    examples: dict[str, str] = {}
    n_seen = 0
    for path in files:
        source = path.read_bytes()
        facts = facts_of(source, clean(source, lexicon), parse)
        found = Counter(_known(facts))
        for line, name in _seen(draft_of(source), facts):
            n_seen += 1
            if found[line, name] > 0:
                found[line, name] -= 1
            elif (line, "") not in found:
                lost[name] += 1
                examples.setdefault(name, f"{path.relative_to(options.tree)}:{line}")
    print(f"{len(files)} files, {n_seen} calls seen, {lost.total()} not in the facts")
    for name, count in lost.most_common(40):
        print(f"{count:>6}  {name}  {examples[name]}")


def _known(facts: BlobFacts) -> Iterator[tuple[int, str]]:
    """Line and name of each call; a call through a pointer has none."""
    for call in facts.calls:
        yield call.line, call.callee if call.kind is CallKind.DIRECT else ""


def _seen(draft: Draft, facts: BlobFacts) -> Iterator[tuple[int, str]]:
    """Line and name of what looks like a call, outside of directives."""
    functions = sorted((f.line, f.end_line) for f in facts.functions)
    text = bytes(draft.text)
    spans = draft.directives_within(0, len(text))
    line, done = 1, 0
    for match in _CALL.finditer(text):
        start = match.start()
        line += text.count(b"\n", done, start)
        done = start
        n = bisect.bisect_right(spans, (start, len(text))) - 1
        if n >= 0 and start < spans[n][1]:
            continue
        at = bisect.bisect_left(functions, (line, 0)) - 1
        is_inside = at >= 0 and line <= functions[at][1]
        if is_inside and match[1] not in _NO_CALL:
            yield line, match[1].decode()


if __name__ == "__main__":
    main()
