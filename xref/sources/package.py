"""The distribution's own source package of a kernel, through its ``apt-get``.

Neither root nor the machine's package lists are needed: apt gets folders of our own
for its lists and downloads, and fetches the lists anew, so that the newest package is
found even where the machine's lists are old or empty.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from xref.errors import SourceError
from xref.records import Progress
from xref.sources.cache import CachedTree, cached_trees, new_tree
from xref.sources.deb import unpack_package
from xref.sources.home import Home, locked, write_file, writing
from xref.sources.trees import OnProgress, UnreachableError

_NAME = re.compile(r"linux-source-\d+(?:\.\d+)+")
_SIZE = re.compile(r"^Size: (\d+)$", re.MULTILINE)
_LOOK_SECONDS = 0.2
_UPSTREAM = re.compile(r"(?:\d+:)?(\d+(?:\.\d+)+)")
_SETTINGS = """\
Dir::State::Lists "{lists}";
Dir::Cache "{cache}";
Dir::Cache::Archives "archives";
Dir::Cache::pkgcache "packages.bin";
Dir::Cache::srcpkgcache "";
Acquire::Languages "none";
Acquire::Retries "0";
Acquire::http::Timeout "10";
Acquire::https::Timeout "10";
APT::Sandbox::User "root";
#clear APT::Update;
"""
# Translations are not read; one try must do; only root changes its user, and the
# other may not write into our folders; what is to run after an update of the
# machine's lists has no business here.


@dataclass(frozen=True, slots=True)
class Package:
    """A source package of a kernel that apt offers."""

    name: str
    """``linux-source-6.1``"""
    version: str
    """As the distribution counts: ``6.1.192-2``."""
    release: str
    """Of the kernel in it: ``6.1.192``."""


def offered_packages(home: Home, on_progress: OnProgress) -> tuple[Package, ...]:
    """List the source packages of kernels that apt offers now, newest first by name.

    Raises:
        UnreachableError: there is no apt here, or it offers no kernel.
    """
    if shutil.which("apt-get") is None or shutil.which("apt-cache") is None:
        raise UnreachableError("no packages: this system has no apt-get")
    on_progress(Progress("package lists", 0, 0))
    with locked(home, "apt"):
        said = _run(home, "apt-get", "-qq", "update")
        names = _run(home, "apt-cache", "pkgnames", "linux-source-").out.split()
        wanted = sorted(name for name in names if _NAME.fullmatch(name))
        if not wanted:
            raise UnreachableError(f"apt offers no source of a kernel{said.fault}")
        return _offers(_run(home, "apt-cache", "madison", *wanted).out)


def unpacked_package(
    package: Package, home: Home, on_progress: OnProgress
) -> CachedTree:
    """Fetch a package and unpack it into the cache, unless that was done before."""
    source = f"package:{package.name}={package.version}"
    with locked(home, "apt"):
        known = (tree for tree in cached_trees(home) if source in tree.sources)
        cached = next(known, None)
        if cached is not None:
            return cached
        folder = home.packages / "download"
        fetched = _download(package, home, folder, on_progress)
        try:
            with new_tree(home) as tree:
                unpack_package(fetched, tree, on_progress)
                origin = f"the package {package.name} {package.version}"
                cached = tree.finish(home, origin, source)
        except SourceError:
            # apt takes a file of the right size for whole: it must fetch it anew.
            fetched.unlink(missing_ok=True)
            raise
        shutil.rmtree(folder, ignore_errors=True)
    return cached


@dataclass(frozen=True, slots=True)
class _Said:
    """What a run of apt gave."""

    code: int
    out: str
    fault: str
    """": " and the first line of what it complained about, or ""."""


def _download(
    package: Package, home: Home, folder: Path, on_progress: OnProgress
) -> Path:
    """Let apt fetch a package into a folder; it takes up what was begun there."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    name = f"{package.name}={package.version}"
    pattern = f"{package.name}_{package.version.replace(':', '%3a')}_*.deb"
    size = _SIZE.search(_run(home, "apt-cache", "show", name).out)
    total = int(size[1]) if size else 0

    def look() -> None:
        with suppress(OSError):  # apt may rename what we look at
            done = sum(file.stat().st_size for file in folder.glob(pattern))
            on_progress(Progress("download", min(done, total or done), total))

    said = _run(home, "apt-get", "-qq", "download", name, folder=folder, look=look)
    files = sorted(folder.glob(pattern))
    if said.code != 0 or not files:
        raise UnreachableError(f"apt cannot fetch {name}{said.fault}")
    return files[-1]


def _run(
    home: Home,
    *words: str,
    folder: Path | None = None,
    look: Callable[[], None] = lambda: None,
) -> _Said:
    """Run a program of apt with settings of our own; `look` is called all the time."""
    settings = _settings(home)
    try:
        with (
            tempfile.TemporaryFile() as complaints,
            subprocess.Popen(  # noqa: S603 - no shell, fixed words and matched names
                [words[0], "-c", str(settings), *words[1:]],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                cwd=folder,
                env=os.environ | {"LC_ALL": "C"},
            ) as process,
        ):
            out = _output(process, look)
            complaints.seek(0)
            fault = _fault(complaints.read().decode("utf-8", "replace"))
    except OSError as error:
        raise UnreachableError(f"{words[0]} does not run: {error.strerror}") from error
    return _Said(process.returncode, out, fault)


def _output(process: subprocess.Popen[bytes], look: Callable[[], None]) -> str:
    """Wait for a process, and return what it printed; stop it if we are stopped."""
    try:
        while True:
            look()
            try:
                out, _ = process.communicate(timeout=_LOOK_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            return out.decode("utf-8", "replace")
    except BaseException:
        process.kill()
        raise


def _fault(complaints: str) -> str:
    """Choose the line that says most: the first error, else the first warning."""
    lines = sorted(line for line in complaints.splitlines() if line[:2] in {"E:", "W:"})
    return f": {lines[0][2:].strip()}" if lines else ""


def _settings(home: Home) -> Path:
    """Write the settings for apt, and make the folders it expects."""
    lists, archives = home.packages / "lists", home.packages / "archives"
    with writing(home.packages):
        for folder in (lists, archives):
            (folder / "partial").mkdir(parents=True, exist_ok=True)
    if '"' in str(home.packages) or "\n" in str(home.packages):
        raise SourceError(
            f"apt cannot use {home.packages}, for its name has a quote",
            hint="set XREF_HOME to another folder",
        )
    settings = home.packages / "apt.conf"
    text = _SETTINGS.format(lists=lists, cache=home.packages)
    write_file(settings, text.encode())
    return settings


def _offers(table: str) -> tuple[Package, ...]:
    """Read what ``apt-cache madison`` prints: ``NAME | VERSION | WHERE``."""
    found = []
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        upstream = _UPSTREAM.match(cells[1]) if len(cells) > 1 else None
        if upstream is not None:
            found.append(Package(cells[0], cells[1], upstream[1]))
    return tuple(dict.fromkeys(found))
