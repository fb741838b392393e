"""Commits between two kernels of one repository that touched a function."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xref.changes import Commit
from xref.errors import SourceError
from xref.sources.git import GitContent, git_output
from xref.sources.trees import KernelTree

_FORMAT: Final = "--format=%H%x09%as%x09%s"


@dataclass(frozen=True, slots=True)
class History:
    """What a repository tells of the way from one commit to another."""

    git_dir: Path
    old: str
    new: str

    def of_lines(self, path: str, first: int, last: int) -> tuple[Commit, ...]:
        """Commits that touched some lines of a file of the new kernel."""
        span = f"-L{first},{last}:{path}"
        return self._log("--no-patch", span, f"{self.old}..{self.new}")

    def of_name(self, path: str, name: str) -> tuple[Commit, ...]:
        """Commits that changed how often a file of the old kernel has a name."""
        return self._log(f"-S{name}", f"{self.old}..{self.new}", "--", path)

    def _log(self, *words: str) -> tuple[Commit, ...]:
        text = git_output(self.git_dir, "log", _FORMAT, *words)
        return tuple(_commits(text.decode("utf-8", "replace")))


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
    if not git_output(git_dir, "rev-list", "-1", other, f"^{one}", "--"):
        return History(git_dir, one, other)
    try:
        git_output(git_dir, "merge-base", one, other)
    except SourceError as error:
        raise SourceError(
            f"the repository {git_dir} has no history between the two",
            hint="a full clone has it: git fetch --unshallow",
        ) from error
    return History(git_dir, one, other)


def _commits(text: str) -> Iterator[Commit]:
    for line in text.splitlines():
        parts = line.split("\t", 2)
        if len(parts) == 3:  # noqa: PLR2004 - hash, date, subject
            yield Commit(*parts)
