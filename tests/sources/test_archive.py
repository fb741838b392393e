"""Archives: unpacked once into the cache, whatever they try."""

import contextlib
import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xref.errors import SourceError
from xref.records import Progress
from xref.sources import Home, KernelTree, known_kernels, no_progress, open_kernel
from xref.sources.streams import BROKEN, DamagedError
from xref.sources.tape import members

TarOf = Callable[..., bytes]
FilesOf = Callable[..., dict[str, bytes]]
MODES = ("w", "w:xz", "w:gz", "w:bz2")


def opened(archive: Path, home: Home, asked: str | None = None) -> KernelTree:
    return open_kernel(asked, home=home, tree=str(archive), on_progress=no_progress)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("top", ["linux-6.1.9/", "", "./linux-6.1.9/"])
def test_an_archive_is_read_like_the_folder_it_was_made_of(
    mode: str,
    top: str,
    home: Home,
    archive_of: Callable[..., Path],
    folder_of: Callable[..., Path],
) -> None:
    folder = opened(folder_of(), home)
    with opened(archive_of(mode=mode, top=top), home) as tree:
        assert (tree.version, tree.is_fixed) == ("6.1.9", True)
        assert tree.files() == folder.files()
        assert list(tree.read(tree.files())) == list(folder.read(folder.files()))
        assert tree.files(["net"]) == folder.files(["net"])


def test_without_the_program_xz_python_unpacks(
    home: Home,
    archive_of: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", str(home.path / "nothing"))
    with opened(archive_of(mode="w:xz"), home, "v6.1") as tree:
        assert (tree.version, tree.asked) == ("6.1.9", "v6.1")


def test_an_archive_is_unpacked_once(
    tmp_path: Path, home: Home, tar_of: TarOf, files_of: FilesOf
) -> None:
    archive = tmp_path / "linux.tar.xz"
    archive.write_bytes(tar_of(files_of(), "w:xz"))
    told: list[Progress] = []
    for _ in range(2):
        open_kernel(None, home=home, tree=str(archive), on_progress=told.append)
    size = archive.stat().st_size
    assert told[-1] == Progress("unpack", size, size)
    assert [progress.done for progress in told].count(size) == 1
    copy = tmp_path / "copy.tar"
    copy.write_bytes(tar_of(files_of(), "w"))
    assert opened(copy, home).key == opened(archive, home).key
    assert len(known_kernels(home)) == 1


def test_an_archive_that_was_replaced_is_unpacked_again(
    tmp_path: Path, home: Home, tar_of: TarOf, files_of: FilesOf
) -> None:
    archive = tmp_path / "linux.tar"
    for version in ("6.1.9", "6.1.10"):
        archive.write_bytes(tar_of(files_of(version)))
        os.utime(archive, ns=(0, int(version[4:])))
        assert opened(archive, home).version == version
    assert len(known_kernels(home)) == 2


@pytest.mark.parametrize("mode", MODES)
def test_an_archive_that_is_cut_off_leaves_nothing(
    mode: str, tmp_path: Path, home: Home, tar_of: TarOf, files_of: FilesOf
) -> None:
    files = files_of() | {"net/big.c": bytes(range(256)) * 400}
    whole = tar_of(files, mode)
    archive = tmp_path / "linux.tar"
    end = len(whole) if mode != "w" else whole.rindex(b"\xff") + 1
    for part in (1, end // 4, end // 2, end - 20, end - 1):
        archive.write_bytes(whole[:part])
        with pytest.raises(SourceError) as caught:
            opened(archive, home)
        assert "cut off" in str(caught.value)
        assert str(archive) in str(caught.value)
        assert not list(home.trees.iterdir())


@pytest.mark.parametrize("mode", MODES)
def test_an_archive_with_a_wrong_byte_is_refused_or_whole(
    mode: str, tmp_path: Path, home: Home, tar_of: TarOf, files_of: FilesOf
) -> None:
    good = tar_of(files_of(), mode)
    archive = tmp_path / "linux.tar"
    for place in range(0, len(good), max(1, len(good) // 12)):
        archive.write_bytes(
            good[:place] + bytes([good[place] ^ 255]) + good[place + 1 :]
        )
        with contextlib.suppress(SourceError):
            assert opened(archive, home).version


def test_an_archive_of_something_else_is_refused(
    tmp_path: Path, home: Home, tar_of: TarOf, files_of: FilesOf
) -> None:
    archive = tmp_path / "x.tar"
    files = files_of()
    del files["Makefile"]
    for content in (tar_of(files), tar_of({}), tar_of(files_of(), top="a/b/")):
        archive.write_bytes(content)
        with pytest.raises(SourceError, match="holds no kernel"):
            opened(archive, home)
    for content in (b"", b"int main;\n", b"\0" * 100, b"\xfd7zXZ\0", b"\x1f\x8b"):
        archive.write_bytes(content)
        with pytest.raises(SourceError, match="cut off"):
            opened(archive, home)


def hostile(target: Path, files: dict[str, bytes]) -> bytes:
    """An archive that tries to write to `target` in every known way."""
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as archive:

        def add(name: str, data: bytes = b"evil", **facts: object) -> None:
            member = tarfile.TarInfo(name)
            for fact, value in facts.items():
                setattr(member, fact, value)
            member.size = len(data) if member.isreg() else 0
            archive.addfile(member, io.BytesIO(data))

        for path, data in files.items():
            add(f"linux/{path}", data)
        add(f"{target}/absolute.c")
        add("../up.c")
        add("linux/../../up.c")
        add("linux/net/../../../up.c")
        add("linux/link", type=tarfile.SYMTYPE, linkname=str(target))
        add("linux/link/through.c")
        add("linux/s.c", type=tarfile.SYMTYPE, linkname="/etc/passwd")
        add("linux/hard.c", type=tarfile.LNKTYPE, linkname="/etc/passwd")
        add("linux/up.c", type=tarfile.LNKTYPE, linkname="../../etc/passwd")
        add("linux/good.c", type=tarfile.LNKTYPE, linkname="linux/net/socket.c")
        add("linux/dev.c", type=tarfile.CHRTYPE)
        add("linux/pipe.c", type=tarfile.FIFOTYPE)
        add("linux/dir.c", type=tarfile.DIRTYPE)
        add("linux/new\nline.c")
        add("linux/net/socket.c", b"later")
    return output.getvalue()


def test_a_hostile_archive_writes_nothing_outside_and_no_link(
    tmp_path: Path, home: Home, files_of: FilesOf, source_paths: list[str]
) -> None:
    target = tmp_path / "target"
    target.mkdir()
    archive = tmp_path / "linux.tar"
    archive.write_bytes(hostile(target, files_of()))
    with opened(archive, home) as tree:
        read = {file.path: data for file, data in tree.read(tree.files())}
    assert set(read) == {*source_paths, "link/through.c", "good.c", "new\nline.c"}
    assert read["net/socket.c"] == b"later"
    assert read["good.c"] == b"int a;\n"
    assert not list(target.iterdir())
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    names = {path.name for path in written if home.path in path.parents}
    assert names == {"about.json", "contents", "index", "listing"}
    assert not any(path.is_symlink() for path in home.path.rglob("*"))
    assert not (tmp_path.parent / "up.c").exists()


def test_a_name_that_is_no_text_is_left_out(
    tmp_path: Path,
    home: Home,
    tar_of: TarOf,
    files_of: FilesOf,
    source_paths: list[str],
) -> None:
    archive = tmp_path / "linux.tar"
    archive.write_bytes(tar_of(files_of() | {"net/\udcff.c": b"x"}))
    with opened(archive, home) as tree:
        assert [file.path for file in tree.files()] == source_paths


def test_a_stop_in_the_middle_leaves_nothing(
    tmp_path: Path, home: Home, tar_of: TarOf, files_of: FilesOf
) -> None:
    archive = tmp_path / "linux.tar.xz"
    archive.write_bytes(tar_of(files_of(), "w:xz"))

    def stop(progress: Progress) -> None:
        if progress.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_kernel(None, home=home, tree=str(archive), on_progress=stop)
    assert not list(home.trees.iterdir())
    assert opened(archive, home).version == "6.1.9"


def test_what_a_killed_run_left_is_removed(
    tmp_path: Path, home: Home, tar_of: TarOf, files_of: FilesOf
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = home.trees / f".new-{ended.pid}-0"
    other = home.trees / f".new-{os.getppid()}-0"
    for folder in (left, other):
        folder.mkdir(parents=True)
        (folder / "contents").write_bytes(b"half")
    assert not known_kernels(home)
    archive = tmp_path / "linux.tar"
    archive.write_bytes(tar_of(files_of()))
    opened(archive, home)
    assert not left.exists()
    assert other.exists()


def test_a_damaged_tree_of_the_cache_is_passed_over(
    tmp_path: Path, home: Home, tar_of: TarOf, files_of: FilesOf
) -> None:
    archive = tmp_path / "linux.tar"
    archive.write_bytes(tar_of(files_of()))
    opened(archive, home)
    (about,) = home.trees.glob("*/about.json")
    for text in ("", "{}", "[]", '{"sources": 1}'):
        about.write_text(text)
        assert not known_kernels(home)


def test_a_cache_folder_that_cannot_be_written_is_reported(
    tmp_path: Path, tar_of: TarOf, files_of: FilesOf
) -> None:
    archive = tmp_path / "linux.tar"
    archive.write_bytes(tar_of(files_of()))
    with pytest.raises(SourceError, match="cannot write to") as caught:
        opened(archive, Home(archive / "home"))
    assert "XREF_HOME" in caught.value.hint


FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)
_PATHS = st.lists(
    st.text(st.sampled_from("abé.-"), min_size=1, max_size=60).filter(
        lambda part: set(part) != {"."}
    ),
    min_size=1,
    max_size=6,
).map("/".join)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(_PATHS, st.binary(max_size=1200)), max_size=4),
    st.sampled_from(FORMATS),
)
def test_every_format_is_read_as_tarfile_reads_it(
    files: list[tuple[str, bytes]], kind: int
) -> None:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w", format=kind) as archive:
        for name, data in files:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            try:
                archive.addfile(member, io.BytesIO(data))
            except ValueError:
                assert kind == tarfile.USTAR_FORMAT  # it has no room for the name
    output.seek(0)
    with tarfile.open(fileobj=output) as archive:
        expected = [
            (member.name, archive.extractfile(member).read())  # type: ignore[union-attr]
            for member in archive
        ]
    output.seek(0)
    assert [(member.name, member.read()) for member in members(output)] == expected


@settings(max_examples=100)
@given(st.data())
def test_noise_is_an_archive_or_damaged(data: st.DataObject) -> None:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("é" * 80)
        member.size = 3
        archive.addfile(member, io.BytesIO(b"abc"))
    noisy = bytearray(output.getvalue()[:2560])
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(noisy) - 1))
        noisy[place] = data.draw(st.integers(0, 255))
    for header in range(0, len(noisy), 512):  # so that the fields are looked at
        block = noisy[header : header + 512]
        total = sum(block) - sum(block[148:156]) + 256
        noisy[header + 148 : header + 156] = b"%06o\0 " % total
    try:
        for found in members(io.BytesIO(bytes(noisy))):
            found.read()
    except BROKEN:
        pass


def header(name: str, size: int, *, is_sparse: bool) -> bytes:
    """The header of a member; of a sparse one whose map goes on in a block."""
    member = tarfile.TarInfo(name)
    member.size = size
    member.type = b"S" if is_sparse else tarfile.REGTYPE
    block = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    block[482] = is_sparse
    total = sum(block) - sum(block[148:156]) + 256
    block[148:156] = b"%06o\0 " % total
    return bytes(block)


def test_a_huge_file_of_nothing_is_passed_over() -> None:
    content = b"x".ljust(512, b"\0")
    sparse = header("huge.c", 1, is_sparse=True) + bytes(512) + content
    pax = tarfile.TarInfo("pax.c")
    pax.size = 1
    pax.pax_headers = {"GNU.sparse.size": str(1 << 40), "GNU.sparse.map": "0,1"}
    after = header("b.c", 1, is_sparse=False) + content + bytes(1024)
    whole = sparse + pax.tobuf(tarfile.PAX_FORMAT) + content + after
    found = [(each.name, each.kind) for each in members(io.BytesIO(whole))]
    assert found == [("huge.c", "other"), ("pax.c", "other"), ("b.c", "file")]


def test_a_size_that_is_not_there_is_damage() -> None:
    whole = header("huge.c", 1 << 50, is_sparse=False) + bytes(4096)
    with pytest.raises(DamagedError, match="within a member"):
        list(members(io.BytesIO(whole)))


def test_an_archive_without_its_end_is_cut_off(tar_of: TarOf) -> None:
    whole = tar_of({"a.c": b"x"}, "w", "")
    assert len(list(members(io.BytesIO(whole)))) == 1
    for end in (1024, 512, 600, 0):
        with pytest.raises(DamagedError):
            list(members(io.BytesIO(whole[:end])))
