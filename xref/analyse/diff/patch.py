"""A patch as text: which files it changes, and what becomes of their lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

_HEAD: Final = re.compile(r"^diff --git ", re.MULTILINE)
_HUNK: Final = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_OLD: Final = re.compile(r"^--- (?:a/)?([^\t\n]+)")
_NEW: Final = re.compile(r"^\+\+\+ (?:b/)?([^\t\n]+)")
_FROM: Final = re.compile(r"^(rename|copy) from (.+)")
_TO: Final = re.compile(r"^(?:rename|copy) to (.+)")
_NOWHERE: Final = "/dev/null"


@dataclass(frozen=True, slots=True)
class Hunk:
    """One place of a file that a patch changes."""

    line: int
    """Where the old text begins, from 1."""
    body: tuple[str, ...]
    """Its lines with their signs."""

    @property
    def old(self) -> tuple[str, ...]:
        """The old text."""
        return tuple(text[1:] for text in self.body if text[0] in " -")


@dataclass(slots=True)
class FilePatch:
    """What a patch does to one file."""

    old: str
    """Its path before; "" for a new file."""
    new: str = ""
    """Its path behind; "" for one that goes."""
    is_copy: bool = False
    """The old file stays."""
    hunks: list[Hunk] = field(default_factory=list)


def file_patches(text: str) -> list[FilePatch]:
    """The files of a patch, in its order; none where the text is no patch."""
    return list(_patches(text.splitlines()))


def is_patch(text: str) -> bool:
    """Whether a text changes something, if only the mode of a file."""
    return bool(file_patches(text) or _HEAD.search(text))


def patched_lines(
    lines: Sequence[str], hunks: Sequence[Hunk]
) -> tuple[list[str], list[Hunk]]:
    """What becomes of the lines of a file, and the hunks that fit nowhere.

    A hunk is looked for at its place first, then the nearest place where its old text
    stands.
    """
    left = list(lines)
    missing: list[Hunk] = []
    shift = 0
    for hunk in hunks:
        at = _place(left, hunk, shift)
        if at is None:
            missing.append(hunk)
            continue
        new = [text[1:] for text in hunk.body if text[0] in " +"]
        left[at : at + len(hunk.old)] = new
        shift += len(new) - len(hunk.old)
    return left, missing


def _patches(lines: Sequence[str]) -> Iterator[FilePatch]:
    """Read line by line; what is no part of a patch is passed over."""
    at = 0
    current: FilePatch | None = None
    while at < len(lines):
        line = lines[at]
        at += 1
        if found := _FROM.match(line):
            current = FilePatch(found[2], is_copy=found[1] == "copy")
        elif current and not current.new and (found := _TO.match(line)):
            current.new = found[1]
            yield current
        elif (found := _OLD.match(line)) and at < len(lines):
            new = _NEW.match(lines[at])
            if new is None:
                continue
            at += 1
            one, other = ("" if n == _NOWHERE else n for n in (found[1], new[1]))
            if current is None or (current.old, current.new) != (one, other):
                current = FilePatch(one, other)
                yield current
        elif current and (hunk := _HUNK.match(line)):
            counts = [int(hunk[n]) if hunk[n] else 1 for n in (2, 3)]
            body, at = _body(lines, at, counts)
            current.hunks.append(Hunk(int(hunk[1]), tuple(body)))


def _body(lines: Sequence[str], at: int, counts: list[int]) -> tuple[list[str], int]:
    """The lines of a hunk: as many of either side as its head says."""
    body: list[str] = []
    while at < len(lines) and (counts[0] > 0 or counts[1] > 0):
        line = lines[at] or " "  # mailers cut the blank of an empty line
        at += 1
        if line[0] in " -":
            counts[0] -= 1
        if line[0] in " +":
            counts[1] -= 1
        if line[0] in " +-":
            body.append(line)
    return body, at


def _place(lines: Sequence[str], hunk: Hunk, shift: int) -> int | None:
    """Where the old text of a hunk stands, the nearest place, from 0."""
    old = hunk.old
    # Without old text, git names the line behind which the new text goes.
    wanted = hunk.line - bool(old) + shift
    for away in sorted(range(-wanted, len(lines) - wanted + 1), key=abs):
        at = wanted + away
        if tuple(lines[at : at + len(old)]) == old:
            return at
    return None
