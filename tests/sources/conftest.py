"""Small kernels as folders, repositories, archives; and no network, no apt."""

import io
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from xref.sources import Home

FILES = {
    "net/socket.c": b"int a;\n",
    "net/ipv4/tcp.c": b"int b;\r\n\xe9\n",
    "net/ipv4/Kconfig": b"config INET\n",
    "net-old/x.c": b"int old;\n",
    "include/linux/net.h": b"",
    "arch/x86/entry/entry_64.S": b"nop\n",
    "arch/x86/entry/syscalls/syscall_64.tbl": b"41 common socket sys_socket\n",
    "kernel/Makefile": b"obj-y += a.o\n",
    "README": b"not source\n",
    ".pc/net/socket.c": b"a tool's copy\n",
}
SOURCES = sorted(
    [path for path in FILES if path != "README" and path[0] != "."] + ["Makefile"]
)

GIT_ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_AUTHOR_NAME": "x",
    "GIT_AUTHOR_EMAIL": "x@localhost",
    "GIT_COMMITTER_NAME": "x",
    "GIT_COMMITTER_EMAIL": "x@localhost",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}

Files = Mapping[str, bytes]


Git = Callable[..., str]


@pytest.fixture
def git() -> Git:
    """Run git in a folder."""

    def run(folder: Path, *words: str, given: bytes = b"") -> str:
        done = subprocess.run(
            ["git", "-C", folder, *words], input=given, capture_output=True, check=True
        )
        return done.stdout.decode()

    return run


@pytest.fixture
def source_paths() -> list[str]:
    """The files of a kernel made here that xref reads, in order."""
    return SOURCES


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A cache folder that does not exist yet."""
    return Home(tmp_path / "home")


@pytest.fixture
def files_of() -> Callable[..., dict[str, bytes]]:
    """Make the files of a kernel of some version."""

    def make(version: str = "6.1.9") -> dict[str, bytes]:
        return kernel_files(version)

    return make


@pytest.fixture
def folder_of(
    tmp_path: Path, files_of: Callable[..., dict[str, bytes]]
) -> Callable[..., Path]:
    """Make a kernel as a folder."""

    def make(version: str = "6.1.9", name: str = "") -> Path:
        folder = tmp_path / (name or f"linux-{version}")
        write_files(folder, files_of(version))
        return folder

    return make


@pytest.fixture
def repository(template: Path, tmp_path: Path) -> Path:
    """Make a repository with the tags v6.1, v6.1.9, v6.2-rc1 and a later commit."""
    return shutil.copytree(template, tmp_path / "repository")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository that the others are copies of."""
    folder = tmp_path_factory.mktemp("template")

    def git(*words: str) -> None:
        subprocess.run(["git", "-C", folder, *words], check=True, env=GIT_ENVIRONMENT)

    git("init", "-q", "-b", "main", "--template=")
    for version in ("6.1", "6.1.9", "6.2-rc1", "6.2.0-mine"):
        write_files(folder, kernel_files(version))
        git("add", "-A", "-f")
        git("commit", "-q", "-m", version)
        if "mine" not in version:
            git("tag", "-a", "-m", version, f"v{version}")
    git("gc", "-q")  # few files are quicker to copy
    return folder


def write_files(folder: Path, files: Files) -> None:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


def kernel_files(version: str) -> dict[str, bytes]:
    head, _, extra = version.partition("-")
    numbers = [*head.split("."), "0"][:3]
    names = ("VERSION", "PATCHLEVEL", "SUBLEVEL")
    lines = [f"{name} = {n}" for name, n in zip(names, numbers, strict=True)]
    lines.append(f"EXTRAVERSION = -{extra}" if extra else "EXTRAVERSION =")
    return {**FILES, "Makefile": "\n".join([*lines, ""]).encode()}


@pytest.fixture
def archive_of(
    tmp_path: Path,
    tar_of: Callable[..., bytes],
    files_of: Callable[..., dict[str, bytes]],
) -> Callable[..., Path]:
    """Make an archive of a kernel in a file."""

    def make(version: str = "6.1.9", mode: str = "w", top: str = "linux/") -> Path:
        archive = tmp_path / f"linux-{version}.tar"
        archive.write_bytes(tar_of(files_of(version), mode, top))
        return archive

    return make


@pytest.fixture
def tar_of() -> Callable[..., bytes]:
    """Make a tar archive of files; a mode such as ``w:xz`` compresses it."""

    def make(files: Files, mode: str = "w", top: str = "linux/") -> bytes:
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode=mode) as archive:  # type: ignore[call-overload]
            for path, data in files.items():
                member = tarfile.TarInfo(top + path)
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        return target.getvalue()

    return make


@pytest.fixture(autouse=True)
def _nothing_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No network, no apt, and a git without the settings of this machine."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("git", "xz", "sh"):
        real = shutil.which(name)
        if real is not None:
            (programs / name).symlink_to(real)
    monkeypatch.setenv("PATH", str(programs))
    nowhere = f"file://{tmp_path}/nowhere.git"
    monkeypatch.setattr("xref.sources.lookup.STABLE", nowhere)
    monkeypatch.setattr("xref.sources.known.STABLE", nowhere)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in GIT_ENVIRONMENT.items():
        if name != "PATH":
            monkeypatch.setenv(name, value)
