"""Which files are read, their ids, and lists of them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xref.errors import SourceError
from xref.records import SourceFile
from xref.sources.blobs import (
    blob_id,
    clean_scopes,
    is_source,
    kept_files,
    listed_files,
    render_listing,
)
from xref.sources.contents import ContentsReader, ContentsWriter


@pytest.mark.parametrize("data", [b"", b"int a;\n", b"\xe9\r\n\0", b"x" * 100_000])
def test_ids_are_those_of_git(
    data: bytes, tmp_path: Path, git: Callable[..., str]
) -> None:
    assert blob_id(data) == git(tmp_path, "hash-object", "--stdin", given=data).strip()


@pytest.mark.parametrize(
    ("path", "read"),
    [
        ("net/socket.c", True),
        ("arch/x86/entry/entry_64.S", True),
        ("arch/x86/entry/syscalls/syscall_64.tbl", True),
        ("Makefile", True),
        ("scripts/Makefile.build", True),
        ("lib/Kconfig.debug", True),
        ("include/asm-generic/Kbuild", True),
        ("net/socket.cc", False),
        ("net/socket.s", False),
        ("MAINTAINERS", False),
        (".git/x.c", False),
        (".x.c", False),
        ("a/.pc/x.c", False),
    ],
)
def test_only_what_the_kernel_is_built_of_is_read(path: str, *, read: bool) -> None:
    assert is_source(path) is read


_NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\0/.\ufffd"),
    min_size=1,
    max_size=8,
)


@settings(max_examples=30)
@given(
    st.dictionaries(
        _NAMES, st.tuples(st.binary(max_size=9), st.integers(0, 9**9)), max_size=5
    )
)
def test_a_list_reads_as_it_was_written(given: dict[str, tuple[bytes, int]]) -> None:
    files = [
        SourceFile(f"net/{name}.c", blob_id(data), size)
        for name, (data, size) in given.items()
    ]
    assert list(listed_files(render_listing(files))) == files
    assert list(kept_files(render_listing(files), ())) == files
    assert list(kept_files(render_listing(files), ("net",))) == files
    assert not list(kept_files(render_listing(files), ("ne",)))


def test_links_and_submodules_are_no_files() -> None:
    lines = (
        b"120000 blob %s 4\ta.c",
        b"160000 commit %s -\tb.c",
        b"100755 blob %s 4\tc.c",
        b"100644 blob %s 4\t\xff.c",
    )
    listing = b"".join(line % (b"1" * 40) + b"\0" for line in lines)
    assert [file.path for file in listed_files(listing)] == ["c.c"]


def test_scopes_are_parts_of_the_tree() -> None:
    assert clean_scopes(["net/", "./fs/ext4", "net/ipv4", "net-x"]) == (
        "fs/ext4",
        "net",
        "net-x",
    )
    assert clean_scopes(["net", "."]) == ()
    for scope in ("../etc", "/etc", "net/../..", "a\0"):
        with pytest.raises(SourceError, match="no part of a kernel tree"):
            clean_scopes([scope])


def test_contents_are_found_by_their_ids(tmp_path: Path) -> None:
    data = [b"one", b"", b"three" * 1000, b"one"]
    files = [SourceFile(f"{n}.c", blob_id(d), len(d)) for n, d in enumerate(data)]
    with ContentsWriter(tmp_path) as writer:
        for file, content in zip(files, data, strict=True):
            writer.append(file.blob, content)
        writer.finish()
    assert (tmp_path / "contents").stat().st_size == len(b"one" + b"three" * 1000)
    reader = ContentsReader(tmp_path)
    assert [content for _, content in reader.read(files)] == data
    for unknown in (blob_id(b"two"), "0" * 40, "f" * 40):
        with pytest.raises(SourceError, match=r"is damaged: x\.c"):
            list(reader.read([SourceFile("x.c", unknown, 3)]))
    reader.close()


def test_contents_that_were_changed_are_noticed(tmp_path: Path) -> None:
    file = SourceFile("a.c", blob_id(b"one"), 3)
    with ContentsWriter(tmp_path) as writer:
        writer.append(file.blob, b"one")
        writer.finish()
    for damage in (b"two", b"o", b""):
        (tmp_path / "contents").write_bytes(damage)
        with pytest.raises(SourceError, match="is damaged") as caught:
            list(ContentsReader(tmp_path).read([file]))
        assert str(tmp_path) in caught.value.hint


def test_empty_contents_can_be_opened(tmp_path: Path) -> None:
    with ContentsWriter(tmp_path) as writer:
        writer.finish()
    with pytest.raises(SourceError, match="is damaged"):
        list(ContentsReader(tmp_path).read([SourceFile("a.c", "1" * 40, 3)]))
