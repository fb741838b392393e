"""What changed functions look like on both sides."""

import re
from collections.abc import Iterator
from difflib import unified_diff

from xref.analyse.diff.paths import changed_hops
from xref.changes import ChangeKind, CodeChange, PathDiff
from xref.pipeline.texts import Texts

_HUNK = re.compile(r"@@ -(\d+)(,\d+)? \+(\d+)(,\d+)? @@")


def code_changes(old: Texts, new: Texts, diff: PathDiff) -> Iterator[CodeChange]:
    """The text of each function with other code, as a unified diff, in reading order.

    Nothing where the source is not at hand.
    """
    for hop, _ in changed_hops(diff.root):
        if hop.old is None or hop.new is None or ChangeKind.BODY not in hop.kinds:
            continue
        entries = old.entry_of(hop.old.node), new.entry_of(hop.new.node)
        if entries[0] and entries[1]:
            before, start = old.text(entries[0])
            after, other = new.text(entries[1])
            yield CodeChange(
                hop.new.node.name,
                entries[0].path,
                entries[1].path,
                tuple(_unified(before, after, start, other)),
            )


def _unified(old: str, new: str, old_line: int, new_line: int) -> Iterator[str]:
    """A unified diff of two texts, with the numbers of their lines in the files."""
    lines = unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=3)
    for line in list(lines)[2:]:
        yield _HUNK.sub(lambda found: _moved(found, old_line, new_line), line, 1)


def _moved(hunk: re.Match[str], old_line: int, new_line: int) -> str:
    old, new = int(hunk[1]) + old_line - 1, int(hunk[3]) + new_line - 1
    return f"@@ -{old}{hunk[2] or ''} +{new}{hunk[4] or ''} @@"
