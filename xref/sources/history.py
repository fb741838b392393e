"""Commits between two kernels of one repository, and what they did to files."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xref.changes import Commit
from xref.errors import SourceError
from xref.records import SourceFile
from xref.sources.git import GitContent, GitReader, git_output
from xref.sources.trees import KernelTree

_FORMAT: Final = "--format=%x00%H%x09%as%x09%m%x09%s"
_NONE: Final = "0" * 40
"""As git writes the content of a file that is not there."""
_MOST_MOVES: Final = 20
"""How often one file is followed to where it stood before."""


@dataclass(frozen=True, slots=True)
class Touch:
    """What one commit did to one file."""

    commit: Commit
    path: str
    before: tuple[str, ...]
    """Ids of the content in each parent; "" where it is not there."""
    after: str
    """The same behind the commit."""


@dataclass(frozen=True, slots=True)
class Touches:
    """What some commits did to some files."""

    all: tuple[Touch, ...]
    """Of the newest commit first."""
    origins: Mapping[str, frozenset[str]]
    """Where files stood before they were moved, one step back."""

    def of(self, paths: Iterable[str]) -> Iterator[Touch]:
        """What was done to some files, wherever they stood."""
        wanted = set(paths)
        while before := {o for p in wanted for o in self.origins.get(p, ())} - wanted:
            wanted |= before
        yield from (touch for touch in self.all if touch.path in wanted)


@dataclass(frozen=True, slots=True)
class History:
    """What a repository tells of the way from one commit to another."""

    git_dir: Path
    old: str
    new: str
    cut: frozenset[str]
    """Commits whose parents a shallow clone lacks: what they did is not known."""

    @property
    def limits(self) -> str:
        """What the repository does not know of the way between the two; or ""."""
        if not self.cut:
            return ""
        commits = "a commit" if len(self.cut) == 1 else f"{len(self.cut)} commits"
        return (
            f"the history ends at {commits} between the two, for the clone is shallow; "
            "what lies before is not known: git fetch --unshallow"
        )

    def touches(self, paths: Iterable[str]) -> Touches:
        """What commits of either kernel, but not of both, did to some files.

        Files are followed to where they stood before.
        """
        known = set(paths)
        origins: defaultdict[str, set[str]] = defaultdict(set)
        found: tuple[Touch, ...] = ()
        for _ in range(_MOST_MOVES):
            found = tuple(self._touches(sorted(known)))
            came = {touch.commit.hash for touch in found if not any(touch.before)}
            for old, new in self._moves(sorted(came)):
                if new in known:
                    origins[new].add(old)
            before = {old for places in origins.values() for old in places}
            if before <= known:
                break
            known |= before
        return Touches(found, {new: frozenset(old) for new, old in origins.items()})

    def contents(self, blobs: Iterable[str]) -> dict[str, str]:
        """The text of some contents, by id."""
        files = [SourceFile("", blob, 0) for blob in sorted(set(blobs)) if blob]
        reader = GitReader(self.git_dir)
        try:
            return {
                file.blob: data.decode("utf-8", "replace")
                for file, data in reader.read(files)
            }
        finally:
            reader.close()

    def _touches(self, paths: list[str]) -> Iterator[Touch]:
        words = ("log", _FORMAT, "--raw", "--no-abbrev", "--no-renames", "-c", "-z")
        between = f"{self.old}...{self.new}"
        text = git_output(self.git_dir, *words, between, "--", *paths)
        for touch in _touches(text.decode("utf-8", "replace")):
            if touch.commit.hash not in self.cut:
                yield touch

    def _moves(self, commits: list[str]) -> Iterator[tuple[str, str]]:
        """Old and new path of each file that some commits moved."""
        words = ("diff-tree", "-r", "-M", "--diff-filter=R", "--name-status", "-z")
        for commit in commits:
            said = git_output(self.git_dir, *words, "--no-commit-id", commit)
            fields = said.decode("utf-8", "replace").split("\0")
            yield from zip(fields[1::3], fields[2::3], strict=False)


def history_of(old: KernelTree | None, new: KernelTree | None) -> History:
    """The history between two kernels.

    Raises:
        SourceError: they are not two commits of one repository with the history
            between them.
    """
    contents = [tree.content for tree in (old, new) if tree is not None]
    commits = [c for c in contents if isinstance(c, GitContent)]
    if len(commits) < 2 or commits[0].git_dir != commits[1].git_dir:  # noqa: PLR2004
        raise SourceError(
            "there is no history: the two are not commits of one repository",
            hint="give a clone of Linux: --tree ~/src/linux",
        )
    git_dir = commits[0].git_dir
    one, other = (content.commit for content in commits)
    try:
        git_output(git_dir, "merge-base", one, other)
    except SourceError as error:
        raise SourceError(
            f"the repository {git_dir} has no history between the two",
            hint="a full clone has it: git fetch --unshallow",
        ) from error
    return History(git_dir, one, other, _cut_of(git_dir, one, other))


def _cut_of(git_dir: Path, old: str, new: str) -> frozenset[str]:
    """The commits between two where a shallow clone ends."""
    said = git_output(git_dir, "rev-parse", "--is-shallow-repository")
    if said.strip() != b"true":
        return frozenset()
    words = ("rev-list", "--max-parents=0", f"{old}...{new}", "--")
    return frozenset(git_output(git_dir, *words).decode().split())


def _touches(text: str) -> Iterator[Touch]:
    """Read what git says with `_FORMAT` and ``--raw -c -z``."""
    fields = iter(text.split("\0"))
    commit = None
    for field in fields:
        head = field.strip("\n")
        if head.startswith(":") and commit is not None:
            yield _touch(commit, head, next(fields, ""))
        elif head.count("\t") >= 3:  # noqa: PLR2004 - hash, date, side, subject
            ident, date, side, subject = head.split("\t", 3)
            commit = Commit(ident, date, subject, is_old=side == "<")


def _touch(commit: Commit, said: str, path: str) -> Touch:
    """One file of a commit: a colon a parent, the modes, the ids, the states."""
    n_parents = len(said) - len(said.lstrip(":"))
    words = said.split()
    blobs = ["" if w == _NONE else w for w in words[n_parents + 1 : 2 * n_parents + 2]]
    return Touch(commit, path, tuple(blobs[:-1]), blobs[-1])
