"""Why a path changed: the commits between two kernels that touched a function."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xref.analyse.diff.paths import changed_hops, name_of
from xref.analyse.diff.spans import codes_of, head_of
from xref.analyse.diff.tokens import Tokens
from xref.changes import Cause, ChangeKind, Commit, HopSide, PathDiff
from xref.pipeline.texts import Texts
from xref.sources.history import History, Touch

_CALLERS = {
    ChangeKind.CALL_ADDED,
    ChangeKind.CALL_GONE,
    ChangeKind.REROUTED,
    ChangeKind.EVIDENCE,
    ChangeKind.REWRITTEN,
    ChangeKind.TARGETS,
}
"""What the code of the caller tells, or the stores that bind."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A function of a path, as the kernels define it."""

    name: str
    heads: tuple[str, ...]
    """How its definition begins in either, see ``spans``."""
    paths: tuple[str, ...]
    above: str


def causes(history: History, old: Texts, new: Texts, diff: PathDiff) -> Iterator[Cause]:
    """The commits that touched each changed function, in reading order.

    A commit has touched a function if its code is another before and after.
    """
    asked = [
        _Asked(name_of(hop), _heads(places), _paths(places), name_of(above))
        for hop, above in changed_hops(diff.root)
        if not _CALLERS.issuperset(hop.kinds)
        and (places := [*_places(old, hop.old), *_places(new, hop.new)])
    ]
    touches = history.touches(path for each in asked for path in each.paths)
    texts = _Contents(history, touches.all)
    for each in asked:
        commits = dict.fromkeys(
            touch.commit
            for touch in touches.of(each.paths)
            if texts.has_touched(touch, each.heads)
        )
        yield _cause(each, list(commits))


def _places(texts: Texts, side: HopSide | None) -> Iterator[tuple[str, str]]:
    """How and where one kernel defines a function."""
    entry = texts.entry_of(side.node) if side else None
    if entry is not None:
        lines = texts.raw(entry.path)
        line = lines[entry.line - 1] if entry.line <= len(lines) else ""
        yield head_of(line, entry.name), entry.path


def _heads(places: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(head for head, _ in places))


def _paths(places: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path for _, path in places))


def _cause(asked: _Asked, commits: Sequence[Commit]) -> Cause:
    """The commits that only one of the kernels has.

    Stable kernels have the fixes of later ones under ids of their own.
    """
    old = {commit.subject for commit in commits if commit.is_old}
    both = old & {commit.subject for commit in commits if not commit.is_old}
    told = tuple(c for c in commits if c.subject not in both)
    return Cause(asked.name, told, len(both), asked.above)


class _Contents:
    """The code of functions in the contents that a history holds."""

    def __init__(self, history: History, touches: Sequence[Touch]) -> None:
        blobs = (b for touch in touches for b in (*touch.before, touch.after))
        self._texts = history.contents(blobs)
        self._codes: dict[tuple[str, tuple[str, ...]], list[Tokens]] = {}

    def has_touched(self, touch: Touch, heads: tuple[str, ...]) -> bool:
        """Whether a function is another than in each parent of a commit."""
        after = self._of(touch.after, heads)
        return all(self._of(blob, heads) != after for blob in touch.before)

    def _of(self, blob: str, heads: tuple[str, ...]) -> list[Tokens]:
        key = blob, heads
        if key not in self._codes:
            self._codes[key] = codes_of(self._texts.get(blob, ""), heads)
        return self._codes[key]
