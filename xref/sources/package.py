"""The distribution's own source package of a kernel, through its ``apt-get``.

Neither root nor the machine's package lists are needed: apt gets folders of our own
for its lists and downloads, and fetches the lists anew, so that the newest package is
found even where the machine's lists are old or empty.
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from xref.errors import SourceError
from xref.records import Progress
from xref.sources.cache import CachedTree, cached_trees, new_tree
from xref.sources.deb import unpack_package
from xref.sources.home import Home, locked, write_file, writing
from xref.sources.trees import OnProgress, UnreachableError

_NAME = re.compile(r"linux-source-\d+(?:\.\d+)+")
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
        on_progress(Progress("download", 0, 0))
        folder = home.packages / "download"
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        name = f"{package.name}={package.version}"
        said = _run(home, "apt-get", "-qq", "download", name, folder=folder)
        files = sorted(folder.glob(f"{package.name}_*.deb"))
        if said.code != 0 or not files:
            raise UnreachableError(f"apt cannot fetch {name}{said.fault}")
        with new_tree(home) as tree:
            unpack_package(files[-1], tree, on_progress)
            origin = f"the package {package.name} {package.version}"
            cached = tree.finish(home, origin, source)
        shutil.rmtree(folder, ignore_errors=True)
    return cached


@dataclass(frozen=True, slots=True)
class _Said:
    """What a run of apt gave."""

    code: int
    out: str
    fault: str
    """": " and the first line of what it complained about, or ""."""


def _run(home: Home, *words: str, folder: Path | None = None) -> _Said:
    """Run a program of apt with settings of our own."""
    settings = _settings(home)
    try:
        done = subprocess.run(  # noqa: S603 - no shell, fixed words and matched names
            [words[0], "-c", str(settings), *words[1:]],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            check=False,
        )
    except OSError as error:
        raise UnreachableError(f"{words[0]} does not run: {error.strerror}") from error
    out, complaints = (
        text.decode("utf-8", "replace") for text in (done.stdout, done.stderr)
    )
    lines = [line for line in complaints.splitlines() if line.startswith("E:")]
    lines += [line for line in complaints.splitlines() if line.strip()]
    fault = f": {lines[0].removeprefix('E: ')}" if lines else ""
    return _Said(done.returncode, out, fault)


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
