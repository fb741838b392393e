"""Which functions of an indexed kernel a patch changes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xref.analyse.diff.tokens import Tokens, tokens_of, without_comments
from xref.changes import ChangeKind, FunctionChange
from xref.errors import QueryError
from xref.pipeline.changes import defined_functions
from xref.pipeline.texts import Texts
from xref.store.reach import DefinedFunction

_HUNK: Final = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_FILE: Final = re.compile(r"^--- (?:a/)?([^\t\n]+)")
_NEW_FILE: Final = re.compile(r"^\+\+\+ (?:b/)?([^\t\n]+)")


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


@dataclass(frozen=True, slots=True)
class Patched:
    """What a patch does to an indexed kernel."""

    changes: tuple[FunctionChange, ...]
    files: int
    beside: tuple[str, ...]
    unknown: tuple[str, ...]


def patched(home: Path, texts: Texts, patch: str) -> Patched:
    """The functions whose code a patch changes.

    Functions that it adds whole are counted with what changes outside of functions.

    Raises:
        QueryError: the text holds no patch.
    """
    files = _files(patch)
    if not files:
        raise QueryError("this is no patch", hint="give the output of git diff")
    known = [path for path in files if path in texts.files]
    unknown = [
        f"{path} is not in the index"
        for path in files
        if path not in known and path.endswith((".c", ".h"))
    ]
    texts.load(known)
    changes: list[FunctionChange] = []
    beside: list[str] = []
    for path, functions in defined_functions(home, texts.program.kernel, known):
        old = texts.raw(path)
        hunks, missing = _placed(old, files[path])
        unknown += [f"{path}:{hunk.line} does not fit" for hunk in missing]
        after = _after(old, hunks)
        spans = [
            (each, *texts.lines_of(path, each.line, each.end_line))
            for each in functions
            if not each.is_constant
        ]
        inside = [
            each for each, *span in spans if _changes(old, after, span[0], span[1])
        ]
        changes += [_change(each) for each in inside]
        if _rest(old, spans) != _rest_after(after, spans):
            beside.append(path)
    return Patched(tuple(changes), len(known), tuple(beside), tuple(unknown))


def _change(each: DefinedFunction) -> FunctionChange:
    return FunctionChange(
        each.id, each.name, each.kind, each.path, each.line, ChangeKind.BODY, each.path
    )


Spans = Sequence[tuple[DefinedFunction, int, int]]


def _rest(lines: Sequence[str], spans: Spans) -> Tokens:
    """The code of a file outside of its functions."""
    return _rest_after([[], *([line] for line in lines)], spans)


def _rest_after(after: Sequence[list[str]], spans: Spans) -> Tokens:
    left = list(after)
    for _, first, last in spans:
        behind = left[last][1:]  # what stands behind the closing brace is outside
        left[first : last + 1] = [[]] * (last - first) + [behind]
    return _code([text for lines in left for text in lines])


def _files(patch: str) -> dict[str, list[Hunk]]:
    """The hunks of each file, by its old name."""
    found: dict[str, list[Hunk]] = {}
    path = ""
    lines = patch.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if name := _FILE.match(line) or _NEW_FILE.match(line):
            if name[1] != "/dev/null" and (line.startswith("---") or not path):
                path = name[1]
                found.setdefault(path, [])
            elif line.startswith("---"):
                path = ""
        elif path and (hunk := _HUNK.match(line)):
            counts = [int(hunk[n]) if hunk[n] else 1 for n in (2, 3)]
            body, at = _body(lines, at, counts)
            found[path].append(Hunk(int(hunk[1]), tuple(body)))
    return found


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


def _placed(
    lines: Sequence[str], hunks: Sequence[Hunk]
) -> tuple[list[Hunk], list[Hunk]]:
    """The hunks where they fit, and those that fit nowhere."""
    placed: list[Hunk] = []
    missing: list[Hunk] = []
    for hunk in hunks:
        at = _place(lines, hunk)
        if at is None:
            missing.append(hunk)
        else:
            placed.append(Hunk(at + 1, hunk.body))
    return placed, missing


def _place(lines: Sequence[str], hunk: Hunk) -> int | None:
    """Where the old text of a hunk stands, the nearest place, from 0."""
    old = hunk.old
    wanted = hunk.line - 1
    for shift in sorted(range(-wanted, len(lines) - wanted + 1), key=abs):
        at = wanted + shift
        if tuple(lines[at : at + len(old)]) == old:
            return at
    return None


def _after(lines: Sequence[str], hunks: Sequence[Hunk]) -> list[list[str]]:
    """What becomes of each line: itself or nothing, then what is added behind it.

    The first is what is added before all lines.
    """
    found = [[], *([line] for line in lines)]
    for hunk in hunks:
        at = hunk.line - 1
        for text in hunk.body:
            if text[0] == "+":
                found[at].append(text[1:])
            else:
                at += 1
                if text[0] == "-":
                    found[at].pop(0)
    return found


def _code(lines: Sequence[str]) -> Tokens:
    return tokens_of(without_comments("\n".join(lines)))


def _changes(
    lines: Sequence[str], after: Sequence[list[str]], first: int, last: int
) -> bool:
    """Whether the code of some lines becomes another.

    What is added behind the last line, or behind a closing brace in the first column,
    is another definition.
    """
    new = [text for number in range(first, last) for text in after[number]]
    is_kept = after[last][:1] == [lines[last - 1]]
    new += after[last][:1] if is_kept else after[last]
    end = next((n for n, text in enumerate(new) if text.startswith("}")), None)
    if lines[last - 1].startswith("}") and end is not None:
        new = new[: end + 1]
    return _code(lines[first - 1 : last]) != _code(new)
