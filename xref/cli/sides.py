"""Two kernels that a question compares: each found, indexed, opened, with its text."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Self

import click

from xref.cli.progress import reported
from xref.pipeline import IndexOptions, index, open_program
from xref.pipeline.questions import indexed, indexed_state, version_for
from xref.pipeline.sides import reopened, tell_apart
from xref.pipeline.texts import Texts
from xref.sources import Home, KernelTree, OnProgress, home_of, open_kernel, open_local
from xref.sources.versions import is_same_release


@contextmanager
def compared(old: str, new: str, tree: str) -> Iterator[tuple[Texts, Texts]]:
    """Both sides ready for questions; what is missing in the index is read first.

    Of both the same parts are read, so that what one lacks is no difference.

    Args:
        old: a version, or a place that holds one.
        new: the same.
        tree: a place that holds both; "" to search.
    """
    home = home_of()
    with ExitStack() as stack, reported() as on_progress:
        sources = [
            stack.enter_context(_Source(home, word, tree, on_progress))
            for word in (old, new)
        ]
        scopes = tuple(dict.fromkeys(name for s in sources for name in s.scopes))
        sides = [source.texts(scopes) for source in sources]
        if not all(side.has_source for side in sides):
            for side in sides:  # what was read of one is no match for the other's text
                side.has_source = False
        yield sides[0], sides[1]


@contextmanager
def opened(word: str, tree: str) -> Iterator[Texts]:
    """One kernel, with the text of its functions where that is at hand."""
    with (
        reported() as on_progress,
        _Source(home_of(), word, tree, on_progress) as source,
    ):
        yield source.texts(source.scopes)


class _Source:
    """One kernel: its tree, or what the index has where there is none."""

    def __init__(
        self, home: Home, word: str, tree: str, on_progress: OnProgress
    ) -> None:
        self._home = home
        self._on_progress = on_progress
        found = _local(home, word, tree, on_progress)
        versions = [str(row[0]) for row in indexed(home.path)]
        self._version = "" if found else version_for(word, versions)
        self._tree = found
        if found is None and not self._version:
            self._tree = open_kernel(word, home=home, on_progress=on_progress)
        if self._tree is not None:
            tell_apart(home, self._tree)
            self._version = self._tree.version
        else:
            self._tree = reopened(home, self._version)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The parts of it that are indexed."""
        state = indexed_state(self._home.path, self._version)
        return state.scopes if state else IndexOptions().scopes

    def texts(self, scopes: tuple[str, ...]) -> Texts:
        """Index what is missing of some parts, and open it."""
        if self._tree is not None:
            for note in self._tree.notes:
                click.echo(f"xref: {note}", err=True)
            options = IndexOptions(scopes)
            index(self._home.path, self._tree, options, self._on_progress)
        program = open_program(self._home.path, self._version)
        return Texts(program, self._tree, self._home.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        if self._tree is not None:
            self._tree.close()


def _local(
    home: Home, word: str, tree: str, on_progress: OnProgress
) -> KernelTree | None:
    """The tree that a word names, where no search is needed; else None."""
    if tree:
        return open_kernel(word, home=home, tree=tree, on_progress=on_progress)
    if _is_place(word):
        return open_kernel(None, home=home, tree=word, on_progress=on_progress)
    return _as_indexed(home, word) or open_local(word, home=home)


def _as_indexed(home: Home, word: str) -> KernelTree | None:
    """The folder that the index calls by this very name, as it was read; else None."""
    names = (str(row[0]) for row in indexed(home.path))
    name = next((name for name in names if is_same_release(name, word)), "")
    return reopened(home, name) if name else None


def _is_place(word: str) -> bool:
    """Whether a word is a place and no version: it has a slash, or stands there."""
    return word.startswith((".", "/", "~")) or "://" in word or Path(word).is_dir()
