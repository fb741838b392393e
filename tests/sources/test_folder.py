"""Plain folders: listed as they are, hashed once, links never followed."""

import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from xref.errors import SourceError
from xref.sources import Home, KernelTree, no_progress, open_kernel
from xref.sources import folder as folder_module
from xref.sources.blobs import blob_id

FolderOf = Callable[..., Path]


def opened(folder: Path, home: Home, asked: str | None = None) -> KernelTree:
    return open_kernel(asked, home=home, tree=str(folder), on_progress=no_progress)


def test_a_folder_is_called_what_its_makefile_says(
    folder_of: FolderOf, home: Home
) -> None:
    with opened(folder_of("6.1.192"), home) as tree:
        assert (tree.version, tree.asked) == ("6.1.192", "6.1.192")
        assert not tree.is_substitute
        assert not tree.is_fixed
        assert "linux-6.1.192" in tree.origin


def test_a_folder_may_stand_for_the_release_that_is_asked_for(
    folder_of: FolderOf, home: Home
) -> None:
    with opened(folder_of("6.1.192"), home, "v6.1") as tree:
        assert (tree.version, tree.asked, tree.is_substitute) == (
            "6.1.192",
            "v6.1",
            True,
        )
    with opened(folder_of("6.1"), home, "v6.1") as tree:
        assert (tree.version, tree.is_substitute) == ("6.1.0", False)


def test_a_folder_of_another_version_is_refused(
    folder_of: FolderOf, home: Home
) -> None:
    with pytest.raises(SourceError, match=r"it holds 6\.1\.9") as caught:
        opened(folder_of("6.1.9"), home, "v6.12")
    assert "--kernel 6.1.9" in caught.value.hint


def test_files_are_listed_and_read(
    folder_of: FolderOf,
    home: Home,
    source_paths: list[str],
    files_of: Callable[..., dict[str, bytes]],
) -> None:
    with opened(folder_of(), home) as tree:
        files = tree.files()
        assert [file.path for file in files] == source_paths
        read = {file.path: data for file, data in tree.read(files)}
    expected = files_of()
    assert read == {path: expected[path] for path in source_paths}
    assert all(file.blob == blob_id(read[file.path]) for file in files)
    assert all(file.size_bytes == len(read[file.path]) for file in files)


@pytest.mark.parametrize(
    ("scopes", "paths"),
    [
        (["net"], ["net/ipv4/Kconfig", "net/ipv4/tcp.c", "net/socket.c"]),
        (["net/ipv4/", "net"], ["net/ipv4/Kconfig", "net/ipv4/tcp.c", "net/socket.c"]),
        (["net/socket.c", "net-old"], ["net-old/x.c", "net/socket.c"]),
        (["README", "nowhere", "Makefile/x"], []),
    ],
)
def test_a_scope_is_a_folder_or_a_file(
    scopes: list[str], paths: list[str], folder_of: FolderOf, home: Home
) -> None:
    with opened(folder_of(), home) as tree:
        assert [file.path for file in tree.files(scopes)] == paths


def test_links_are_not_followed(
    folder_of: FolderOf, home: Home, tmp_path: Path, source_paths: list[str]
) -> None:
    folder = folder_of()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.c").write_bytes(b"secret")
    (folder / "link").symlink_to(outside)
    (folder / "net/link.c").symlink_to(outside / "secret.c")
    (folder / "net/loop").symlink_to(folder)
    (folder / "net/broken.c").symlink_to("nowhere")
    os.mkfifo(folder / "net/fifo.c")
    with opened(folder, home) as tree:
        assert [file.path for file in tree.files()] == source_paths
        assert tree.files(["link", "link/secret.c", "net/link.c"]) == ()


def test_a_file_is_hashed_again_only_when_it_changed(
    folder_of: FolderOf, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "_UNSETTLED_NS", -(10**12))
    folder = folder_of()
    hashed: list[bytes] = []

    def counting(data: bytes) -> str:
        hashed.append(data)
        return blob_id(data)

    monkeypatch.setattr(folder_module, "blob_id", counting)
    with opened(folder, home) as tree:
        first = tree.files(["net"])
        assert len(hashed) == 3
        assert tree.files(["net"]) == first
        assert len(hashed) == 3
        (folder / "net/socket.c").write_bytes(b"int c;\n")
        (changed,) = tree.files(["net/socket.c"])
        assert hashed[3:] == [b"int c;\n"]
        assert changed.blob == blob_id(b"int c;\n")
        assert len(tree.files()) > len(first)


def test_a_file_that_changed_just_now_is_hashed_again(
    folder_of: FolderOf, home: Home
) -> None:
    with opened(folder_of(), home) as tree:
        tree.files()
    assert not home.listings.exists()


def test_damaged_notes_of_what_was_hashed_do_no_harm(
    folder_of: FolderOf, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "_UNSETTLED_NS", -(10**12))
    with opened(folder_of(), home) as tree:
        first = tree.files()
        for kept in home.listings.iterdir():
            kept.write_bytes(b"1 2 \xff\tnet/socket.c\0")
        assert tree.files() == first


def test_a_change_between_listing_and_reading_is_noticed(
    folder_of: FolderOf, home: Home
) -> None:
    folder = folder_of()
    with opened(folder, home) as tree:
        files = tree.files(["net/socket.c"])
        (folder / "net/socket.c").write_bytes(b"int z;\n")
        with pytest.raises(SourceError, match="has changed since") as caught:
            list(tree.read(files))
        assert "again" in caught.value.hint
        (folder / "net/socket.c").unlink()
        with pytest.raises(SourceError, match=r"cannot read .*socket\.c"):
            list(tree.read(files))


def test_a_reader_can_be_sent_to_another_process(
    folder_of: FolderOf, home: Home
) -> None:
    with opened(folder_of(), home) as tree:
        files = tree.files(["net/socket.c"])
        reader = pickle.loads(pickle.dumps(tree.reader()))  # noqa: S301 - our own
        assert [data for _, data in reader.read(files)] == [b"int a;\n"]
        reader.close()


@pytest.mark.parametrize("makefile", [None, b"all:\n\techo\n", b"\xff" * 5000])
def test_a_folder_that_is_no_kernel_is_refused(
    makefile: bytes | None, tmp_path: Path, home: Home
) -> None:
    if makefile is not None:
        (tmp_path / "Makefile").write_bytes(makefile)
    with pytest.raises(SourceError, match="is no kernel tree") as caught:
        opened(tmp_path, home)
    assert caught.value.hint


def test_a_folder_needs_no_cache_folder(
    folder_of: FolderOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "_UNSETTLED_NS", -(10**12))
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with opened(folder_of(), Home(blocked / "home")) as tree:
        assert len(tree.files()) > 1
