"""The distribution's packages, with an apt that was made here."""

import io
import lzma
import os
import stat
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from xref.errors import SourceError
from xref.records import Progress
from xref.sources import Home, KernelTree, known_kernels, no_progress, open_kernel

TarOf = Callable[..., bytes]
FilesOf = Callable[..., dict[str, bytes]]

# What apt does, as far as xref uses it: it obeys the lists folder of its settings,
# notes how it was called, and offers the packages that lie in a folder.
APT = """\
#!{python}
import os, re, shutil, sys
here = {here!r}
words = [word for word in sys.argv[1:] if word != "-qq"]
assert words.pop(0) == "-c"
settings = open(words.pop(0)).read()
lists = re.search('Dir::State::Lists "(.*)"', settings)[1]
assert os.path.isdir(lists + "/partial")
with open(here + "/calls", "a") as calls:
    print(os.path.basename(sys.argv[0]), *words, file=calls)
debs = sorted(os.listdir(here + "/debs"), reverse=True)
if words[0] == "update":
    if os.path.exists(here + "/offline"):
        print("W: Failed to fetch it  Could not resolve host", file=sys.stderr)
    else:
        open(lists + "/there", "w").close()
elif not os.path.exists(lists + "/there"):
    sys.exit(0 if words[0] == "pkgnames" else "E: Unable to locate package")
elif words[0] == "pkgnames":
    print("linux-source-x", *(deb.split("_")[0] for deb in debs), sep="\\n")
elif words[0] == "madison":
    for deb in debs:
        name, version, _ = deb.split("_")
        if name in words:
            print(f" {{name}} | {{version}} | http://somewhere main")
elif words[0] == "show":
    print("Package: x\\nSize: 7\\n")
elif words[0] == "download":
    if os.path.exists(here + "/offline"):
        sys.exit("E: Failed to fetch it  Connection refused")
    name, version = words[1].split("=")
    shutil.copy(f"{{here}}/debs/{{name}}_{{version}}_all.deb", ".")
"""


def deb_of(inner: bytes, kind: str = ".xz") -> bytes:
    """A binary package with an archive of a kernel."""
    files = io.BytesIO()
    with tarfile.open(fileobj=files, mode="w") as archive:
        for name, data in (
            ("./usr/share/doc/linux-source-6.1/copyright", b"free"),
            (f"./usr/src/linux-source-6.1.tar{kind}", inner),
        ):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    members = {
        "debian-binary": b"2.0\n",
        "control.tar.xz": b"odd",
        "data.tar.xz": lzma.compress(files.getvalue()),
    }
    parts = [b"!<arch>\n"]
    for name, data in members.items():
        head = f"{name:16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n"
        parts += [head.encode(), data, b"\n" * (len(data) % 2)]
    return b"".join(parts)


@pytest.fixture
def apt(tmp_path: Path) -> Path:
    """An apt without packages; a file ``offline`` in its folder cuts its network."""
    here = tmp_path / "apt"
    (here / "debs").mkdir(parents=True)
    for name in ("apt-get", "apt-cache"):
        program = tmp_path / "bin" / name
        program.write_text(APT.format(python=sys.executable, here=str(here)))
        program.chmod(stat.S_IRWXU)
    return here


@pytest.fixture
def offer(apt: Path, tar_of: TarOf, files_of: FilesOf) -> Callable[..., None]:
    """Let apt offer a version of a kernel."""

    def make(version: str, *, revision: str = "1") -> None:
        series = ".".join(version.split(".")[:2])
        inner = tar_of(files_of(version), "w:xz", f"linux-source-{series}/")
        name = f"linux-source-{series}_{version}-{revision}_all.deb"
        (apt / "debs" / name).write_bytes(deb_of(inner))

    return make


def opened(
    asked: str, home: Home, on_progress: Callable[[Progress], None] = no_progress
) -> KernelTree:
    return open_kernel(asked, home=home, on_progress=on_progress)


def test_the_newest_point_release_is_fetched_and_unpacked(
    offer: Callable[..., None], home: Home, source_paths: list[str]
) -> None:
    for version in ("6.1.176", "6.1.190", "6.12.3"):
        offer(version)
    stages: list[str] = []
    with opened("v6.1", home, lambda progress: stages.append(progress.stage)) as tree:
        assert (tree.version, tree.asked) == ("6.1.190", "v6.1")
        assert tree.origin == "the package linux-source-6.1 6.1.190-1"
        assert [file.path for file in tree.files()] == source_paths
        assert len(list(tree.read(tree.files()))) == len(source_paths)
        assert len(tree.notes) == 1  # the clone, that could not be asked
    assert list(dict.fromkeys(stages)) == ["package lists", "download", "unpack"]
    assert not list(home.path.rglob("*.deb"))


def test_a_point_release_that_is_asked_for_is_fetched(
    offer: Callable[..., None], home: Home
) -> None:
    for version in ("6.1.176", "6.1.190"):
        offer(version)
    assert opened("v6.1.176", home).version == "6.1.176"


def test_the_second_time_no_apt_is_asked(
    offer: Callable[..., None], apt: Path, home: Home
) -> None:
    offer("6.1.190")
    first = opened("v6.1", home)
    calls = (apt / "calls").read_text()
    second = opened("v6.1", home)
    assert (second.key, second.asked) == (first.key, "v6.1")
    assert not second.notes
    assert (apt / "calls").read_text() == calls
    assert [kernel.version for kernel in known_kernels(home)] == ["6.1.190"]


def test_an_unknown_version_says_what_the_packages_have(
    offer: Callable[..., None], home: Home
) -> None:
    offer("6.1.190")
    with pytest.raises(SourceError, match=r"no kernel v6\.5") as caught:
        opened("v6.5", home)
    assert "nowhere.git" in str(caught.value)
    assert "6.1.190" in caught.value.hint
    assert "--tree" in caught.value.hint


def test_without_network_one_line_says_so(
    offer: Callable[..., None], apt: Path, home: Home
) -> None:
    offer("6.1.190")
    (apt / "offline").touch()
    with pytest.raises(SourceError, match="Could not resolve host") as caught:
        opened("v6.1", home)
    assert "\n" not in str(caught.value)


def test_a_network_that_fails_while_fetching_is_reported(
    offer: Callable[..., None], apt: Path, home: Home
) -> None:
    offer("6.1.190")
    offer("6.12.3")
    opened("v6.12", home)
    (apt / "offline").touch()
    with pytest.raises(
        SourceError, match=r"cannot fetch linux-source-6\.1=6\.1\.190-1"
    ):
        opened("v6.1", home)


def test_without_apt_one_line_says_so(home: Home) -> None:
    with pytest.raises(SourceError, match="has no apt-get"):
        opened("v6.1", home)


def test_a_cache_folder_that_cannot_be_written_is_reported(
    offer: Callable[..., None], tmp_path: Path
) -> None:
    offer("6.1.190")
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(SourceError, match="cannot write to") as caught:
        opened("v6.1", Home(blocked / "home"))
    assert "XREF_HOME" in caught.value.hint


@pytest.mark.parametrize("change", ["cut", "other", "empty", "none"])
def test_a_package_that_is_damaged_is_refused(
    change: str, offer: Callable[..., None], apt: Path, home: Home
) -> None:
    offer("6.1.190")
    (deb,) = (apt / "debs").iterdir()
    content = {
        "cut": deb.read_bytes()[:-200],
        "other": b"!<arch>\n" + b" " * 48 + b"x" * 12,
        "empty": b"",
        "none": deb_of(b"", ".txt"),
    }
    deb.write_bytes(content[change])
    with pytest.raises(SourceError, match=r"cut off|holds no"):
        opened("v6.1", home)
    assert not list(home.trees.glob("*"))
    assert not list(home.path.rglob("*.deb"))


def test_a_stop_while_fetching_leaves_nothing_half(
    offer: Callable[..., None], home: Home
) -> None:
    offer("6.1.190")

    def stop(progress: Progress) -> None:
        if progress.stage == "unpack":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        opened("v6.1", home, stop)
    assert not known_kernels(home)
    assert opened("v6.1", home).version == "6.1.190"


@pytest.mark.kernel
def test_the_real_package_is_fetched_read_and_found_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", os.defpath)
    with opened("v6.1", home) as tree:
        assert tree.version.startswith("6.1.")
        assert tree.is_substitute
        (socket,) = tree.files(["net/socket.c"])
        ((_, content),) = tree.read([socket])
        assert b"SYSCALL_DEFINE3(socket," in content
        assert len(tree.files()) > 50_000
    assert opened("6.1", home).key == tree.key
