"""The cache folder, and writing into it so that a stop never leaves a half."""

import errno
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from xref.errors import SourceError

_log = logging.getLogger("xref.sources")


@dataclass(frozen=True, slots=True)
class Home:
    """Where xref keeps what it has fetched; see the properties."""

    path: Path

    @property
    def registry(self) -> Path:
        """The places that the user has registered."""
        return self.path / "kernels.json"

    @property
    def trees(self) -> Path:
        """Unpacked archives and packages, a folder each."""
        return self.path / "trees"

    @property
    def clones(self) -> Path:
        """Bare repositories, one for each address."""
        return self.path / "clones"

    @property
    def listings(self) -> Path:
        """Lists of the files of commits, and of what folders were hashed to."""
        return self.path / "listings"

    @property
    def packages(self) -> Path:
        """The lists and downloads of apt."""
        return self.path / "apt"


def home_of(environment: Mapping[str, str] | None = None) -> Home:
    """Find the cache folder: XREF_HOME, or the user's own; it need not exist."""
    chosen = (os.environ if environment is None else environment).get("XREF_HOME")
    if chosen:
        return Home(Path(chosen).expanduser().absolute())
    return Home(platformdirs.user_cache_path("xref"))


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Report an OSError of the block as one about writing to `path`."""
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise SourceError(
            f"cannot write to {path}: {error.strerror or error}",
            hint="free some space there, or set XREF_HOME to another folder"
            if full
            else "set XREF_HOME to a folder that you can write to",
        ) from error


@contextmanager
def reading(what: object) -> Iterator[None]:
    """Report an OSError of the block as one about reading `what`."""
    try:
        yield
    except OSError as error:
        raise SourceError(f"cannot read {what}: {error.strerror or error}") from error


def write_file(path: Path, data: bytes) -> None:
    """Replace a file as a whole: a reader sees the old content or the new."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise


def keep_file(path: Path, data: bytes) -> None:
    """Write what only saves time later; where that is impossible, do without."""
    try:
        write_file(path, data)
    except SourceError as error:
        _log.debug("not kept: %s", error)


@contextmanager
def locked(
    home: Home, name: str, what: str = "", *, is_shared: bool = False
) -> Iterator[None]:
    """Let one process at a time do what `name` stands for; others wait.

    Args:
        home: the cache folder.
        name: of the lock.
        what: another process does, for who waits: "fetches v6.1".
        is_shared: any number may hold it so, while nobody holds it alone.
    """
    path = home.path / f"{name}.lock"
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("wb")
    with file:
        with suppress(ImportError):  # where there is no flock there is no apt either
            import fcntl  # noqa: PLC0415 - not on every system

            way = fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX
            try:
                fcntl.flock(file, way | fcntl.LOCK_NB)
            except BlockingIOError:
                doing = what or f"uses {path}"
                _log.warning("waiting for another process that %s", doing)
                fcntl.flock(file, way)
        yield
