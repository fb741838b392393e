"""Commits of a git repository, read from its objects without a checkout.

What is asked of git goes over the standard input of ``git cat-file`` wherever that
is possible: a name cannot become an option there, and one process serves all.
"""

import itertools
import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from xref.errors import SourceError
from xref.records import SourceFile
from xref.sources.blobs import clean_scopes, kept_files, listed_files, render_listing
from xref.sources.home import Home, keep_file
from xref.sources.trees import BlobReader, KernelTree
from xref.sources.versions import makefile_version, release_of

_BATCH = 256  # requests written at once: 256 x 41 bytes fit any pipe's buffer
_LOCAL = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_SHALLOW_FILE",
)


def git_dir_of(place: Path) -> Path | None:
    """Find the repository that `place` is the top of; None when it is no such."""
    inside = place / ".git"
    if inside.is_dir():
        return inside
    if inside.is_file():  # a linked work tree or a submodule
        text = inside.read_text("utf-8", "replace")
        if text.startswith("gitdir:"):
            return place / text.removeprefix("gitdir:").strip()
    bare = (place / "HEAD").is_file() and (place / "refs").is_dir()
    return place if bare and (place / "objects").is_dir() else None


def open_commit(git_dir: Path, asked: str, home: Home) -> KernelTree | None:
    """Open a tag, a branch or a commit; None when the repository has no such.

    Args:
        git_dir: the repository, as `git_dir_of` finds it.
        asked: a name that `is_name` accepts; for a release its tag is found by any
            of its spellings.
        home: the cache folder, in which the list of files is kept.
    """
    release = release_of(asked)
    names = [f"refs/tags/{asked}"]
    if release is not None:
        names.append(f"refs/tags/{release.tag}")
    names += [asked, f"refs/remotes/origin/{asked}"]
    commits = _commits(git_dir, names)
    for name, commit in zip(names, commits, strict=True):
        if commit is not None:
            tag = name.removeprefix("refs/tags/") if name.startswith("refs/t") else ""
            return _tree(git_dir, commit, tag, asked, home)
    return None


def tags_of(git_dir: Path) -> tuple[str, ...]:
    """List the tags of a repository, in git's order."""
    output = git_output(
        git_dir, "for-each-ref", "--format=%(refname:strip=2)", "refs/tags"
    )
    return tuple(output.decode("utf-8", "replace").split())


@dataclass(slots=True)
class GitReader:
    """Reads contents through one ``git cat-file --batch``."""

    git_dir: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def read(self, files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, bytes]]:
        """Yield each file with its content, in the order given."""
        requests, replies = self._pipes()
        left = iter(files)
        while batch := tuple(itertools.islice(left, _BATCH)):
            try:
                requests.write("".join(f"{file.blob}\n" for file in batch).encode())
                requests.flush()
            except OSError as error:
                raise SourceError(
                    f"git stopped while reading {self.git_dir}"
                ) from error
            contents = [self._reply(replies, file) for file in batch]
            yield from zip(batch, contents, strict=True)

    def close(self) -> None:
        """End the process of git."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        """Start git if it does not run yet."""
        pipes = self._process
        if pipes is None:
            with _started(self.git_dir):
                pipes = self._process = subprocess.Popen(  # noqa: S603 - no shell, fixed words
                    _command(self.git_dir, "cat-file", "--batch"),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    env=environment(),
                )
        if pipes.stdin is None or pipes.stdout is None:
            raise SourceError(f"git gives no pipe for {self.git_dir}")
        return pipes.stdin, pipes.stdout

    def _reply(self, replies: IO[bytes], file: SourceFile) -> bytes:
        """Read git's answer to one request."""
        header = replies.readline().split()
        if len(header) != 3 or header[1] != b"blob":  # noqa: PLR2004 - id, kind, size
            self.close()
            raise SourceError(
                f"{self.git_dir} lacks the content of {file.path} ({file.blob})",
                hint="a partial clone does not do: fetch the whole commit",
            )
        size = int(header[2])
        data = replies.read(size + 1)
        if len(data) != size + 1:
            self.close()
            raise SourceError(f"git stopped while reading {file.path}")
        return data[:-1]


@dataclass(frozen=True, slots=True)
class GitContent:
    """The files of one commit."""

    git_dir: Path
    commit: str
    kept: Path
    """Where the list of the whole commit is kept: to size 80,000 loose objects
    takes 5 s, to read the list 60 ms."""

    def files(self, scopes: Sequence[str]) -> tuple[SourceFile, ...]:
        """List the files that xref reads, by path."""
        wanted = clean_scopes(scopes)
        if self.kept.is_file():
            return tuple(kept_files(self.kept.read_bytes(), wanted))
        command = ("ls-tree", "-r", "-l", "-z", "--full-tree", self.commit, "--")
        found = listed_files(git_output(self.git_dir, *command, *wanted))
        files = tuple(sorted(found, key=lambda file: file.path))
        if not wanted:
            keep_file(self.kept, render_listing(files))
        return files

    def reader(self) -> BlobReader:
        """Make a reader that starts a git of its own."""
        return GitReader(self.git_dir)


def environment() -> dict[str, str]:
    """Make the environment for git: of this repository only, and never asking."""
    kept = {name: value for name, value in os.environ.items() if name not in _LOCAL}
    return kept | {
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        # A partial clone must not fetch object by object, and what the settings of
        # a stranger's repository name as its transport must not run.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_OPTIONAL_LOCKS": "0",
    }


def _tree(git_dir: Path, commit: str, tag: str, asked: str, home: Home) -> KernelTree:
    """Describe a commit that was found."""
    makefile = _text(git_dir, f"{commit}:Makefile")
    version = makefile_version(makefile)
    if version is None:
        raise SourceError(
            f"{asked} in {git_dir} is no kernel: its Makefile names no version",
            hint="give a repository of Linux, and a tag of it",
        )
    name = tag or _tag_at(git_dir, commit) or f"{version}-g{commit[:12]}"
    place = git_dir.parent if git_dir.name == ".git" else git_dir
    return KernelTree(
        version=name,
        asked=asked,
        origin=f"{asked} in the repository {place}",
        key=commit,
        is_fixed=True,
        content=GitContent(git_dir, commit, home.listings / commit),
    )


def _tag_at(git_dir: Path, commit: str) -> str | None:
    """Find a release's tag that points at a commit."""
    names = git_output(
        git_dir,
        "for-each-ref",
        "--format=%(refname:strip=2)",
        f"--points-at={commit}",
        "refs/tags",
    )
    tags = names.decode("utf-8", "replace").split()
    return next((tag for tag in tags if release_of(tag)), None)


def _commits(git_dir: Path, names: Sequence[str]) -> list[str | None]:
    """Resolve names to commits, all in one process."""
    asked = "".join(f"{name}^{{commit}}\n" for name in names).encode()
    output = git_output(git_dir, "cat-file", "--batch-check", asked=asked).decode()
    found = [line.split() for line in output.splitlines()]
    return [line[0] if line[1:2] == ["commit"] else None for line in found]


def _text(git_dir: Path, name: str) -> bytes:
    """Read one object by name; nothing when there is none."""
    output = git_output(git_dir, "cat-file", "--batch", asked=f"{name}\n".encode())
    header, _, content = output.partition(b"\n")
    return content if header.split()[1:2] == [b"blob"] else b""


def git_output(git_dir: Path, *words: str, asked: bytes = b"") -> bytes:
    """What git prints when it is run in a repository."""
    with _started(git_dir):
        done = subprocess.run(  # noqa: S603 - no shell; names are checked or on stdin
            _command(git_dir, *words),
            input=asked,
            capture_output=True,
            env=environment(),
            check=False,
        )
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[0] if said else f"exit code {done.returncode}"
        raise SourceError(f"git cannot read {git_dir}: {why}", hint="try: git fsck")
    return done.stdout


@contextmanager
def _started(git_dir: Path) -> Iterator[None]:
    """Report that git does not start."""
    try:
        yield
    except FileNotFoundError as error:
        raise SourceError("git is not installed", hint="install git") from error
    except OSError as error:
        raise SourceError(f"git cannot read {git_dir}: {error.strerror}") from error


def _command(git_dir: Path, *words: str) -> list[str]:
    """Put together a command of git."""
    return ["git", f"--git-dir={git_dir}", "--literal-pathspecs", *words]
