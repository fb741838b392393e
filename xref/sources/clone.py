"""Repositories elsewhere: what they offer, and shallow clones of single tags."""

import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from xref.records import Progress
from xref.sources.git import tags_of
from xref.sources.home import Home, locked, writing
from xref.sources.trees import OnProgress, UnreachableError

if TYPE_CHECKING:
    import git

STABLE = "https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git"
"""Where every release and point release of Linux is tagged."""

_SCHEME = re.compile(r"(https?|git|ssh|file)://[^\s]+", re.IGNORECASE)
_PORTS = {"https": 443, "http": 80, "git": 9418, "ssh": 22}
_CONNECT_SECONDS = 2.0
_ASK_SECONDS = 20.0
_ENVIRONMENT = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "true",
    "SSH_ASKPASS": "true",
}


def is_address(place: str) -> bool:
    """Tell whether a place is the address of a repository elsewhere."""
    return _SCHEME.fullmatch(place) is not None


def offered_tags(url: str) -> tuple[str, ...]:
    """Ask a repository for its tags.

    Raises:
        UnreachableError: it cannot be asked; known after about two seconds.
    """
    _probe(url)
    with _reported(url) as git:
        command = git.cmd.Git()
        command.update_environment(**_ENVIRONMENT)
        output = str(
            command.ls_remote(
                "--tags", "--refs", "--", url, kill_after_timeout=_ASK_SECONDS
            )
        )
    names = (line.partition("\trefs/tags/")[2] for line in output.splitlines())
    return tuple(name for name in names if name)


def clone_of(url: str, home: Home) -> Path:
    """Name the bare repository that an address is cloned to; it need not exist."""
    name = re.sub(r"[^A-Za-z0-9.]+", "-", url.partition("://")[2])[-60:].strip("-.")
    digest = sha256(url.encode()).hexdigest()[:8]
    return home.clones / f"{name.removesuffix('.git')}-{digest}.git"


def fetch_tag(url: str, tag: str, home: Home, on_progress: OnProgress) -> Path:
    """Fetch one tag without its history; return the repository.

    Args:
        url: of the repository.
        tag: one of those it offers.
        home: the cache folder.
        on_progress: told what git does.
    """
    folder = clone_of(url, home)
    with locked(home, "clone"), _reported(url) as git:
        if not folder.is_dir():
            _make(git, folder, url)
        with git.Repo(folder) as repository:
            repository.git.update_environment(**_ENVIRONMENT)
            # We hold the only lock: what a killed run has left is nobody's.
            for lock in folder.rglob("*.lock"):
                lock.unlink()
            if tag not in tags_of(folder):
                _fetch(repository, tag, on_progress)
    return folder


def _make(git: Any, folder: Path, url: str) -> None:  # noqa: ANN401  # a module
    """Make an empty repository, which is there as a whole or not at all."""
    made = folder.with_name(f".new-{folder.name}")
    with writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(made, ignore_errors=True)
        with git.Repo.init(made, bare=True) as repository:
            repository.create_remote("origin", url)
        made.rename(folder)


def _fetch(repository: "git.Repo", tag: str, on_progress: OnProgress) -> None:
    """Fetch a tag into a repository."""

    def tell(
        _code: int, done: str | float, total: str | float | None, _message: str
    ) -> None:
        on_progress(Progress("fetch", int(done or 0), int(total or 0)))

    wanted = f"refs/tags/{tag}:refs/tags/{tag}"
    # GitPython takes any callable here, but does not say so in its types.
    told = cast("Any", tell)
    repository.remotes[0].fetch(wanted, progress=told, depth=1, no_tags=True)


@contextmanager
def _reported(url: str) -> Iterator[Any]:
    """Give the module of GitPython, and report its errors as ours."""
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    import git  # noqa: PLC0415

    try:
        yield git
    except git.exc.GitError as error:
        raise UnreachableError(f"{_host(url)}: {_said(error)}") from error
    except (OSError, ValueError) as error:
        raise UnreachableError(f"{_host(url)}: {error}") from error


def _said(error: Exception) -> str:
    """Take from an error of GitPython what git itself said, as one line."""
    text = str(getattr(error, "stderr", "") or error)
    lines = [line.strip(" '\"") for line in text.splitlines() if line.strip()]
    told = [line for line in lines if "fatal:" in line or "error:" in line]
    return (told or lines or ["git failed"])[0].removeprefix("stderr: ").strip(" '")


def _probe(url: str) -> None:
    """Find out quickly whether a host answers; git itself would wait for minutes."""
    address = _address(url)
    if address is None:
        return
    outcome: list[str] = []
    # A thread, since looking up a name knows no time limit.
    asking = threading.Thread(target=_connect, args=(address, outcome), daemon=True)
    asking.start()
    asking.join(_CONNECT_SECONDS)
    if outcome != [""]:
        why = outcome[0] if outcome else "no answer"
        raise UnreachableError(f"{_host(url)} cannot be reached ({why})")


def _connect(address: tuple[str, int], outcome: list[str]) -> None:
    """Connect once and note the fault, or "" for none."""
    try:
        socket.create_connection(address, timeout=_CONNECT_SECONDS).close()
    except OSError as error:
        outcome.append((error.strerror or str(error)).lower())
    else:
        outcome.append("")


def _address(url: str) -> tuple[str, int] | None:
    """Find whom git would connect to first: the host, or the proxy; None for files."""
    parts = urlsplit(url)
    if parts.scheme == "file" or not parts.hostname:
        return None
    import urllib.request  # noqa: PLC0415 - 50 ms, and most commands need no network

    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if proxy and not urllib.request.proxy_bypass(parts.hostname):
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 80)


def _host(url: str) -> str:
    """Name a repository shortly."""
    return urlsplit(url).hostname or url
