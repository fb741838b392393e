"""From a name to a kernel: what is asked, in which order, and what is said."""

from collections.abc import Callable
from pathlib import Path

import pytest

from xref.errors import SourceError
from xref.sources import (
    Home,
    KernelTree,
    add_kernel,
    home_of,
    known_kernels,
    no_progress,
    open_kernel,
)
from xref.sources.home import write_file

FolderOf = Callable[..., Path]


def add(place: Path, home: Home, name: str = "") -> None:
    add_kernel(str(place), home=home, name=name, on_progress=no_progress)


def opened(asked: str | None, home: Home) -> KernelTree:
    return open_kernel(asked, home=home, on_progress=no_progress)


def test_a_registered_folder_is_found_by_its_version(
    folder_of: FolderOf, home: Home
) -> None:
    add(folder_of("6.1.9"), home)
    add(folder_of("6.12.3"), home)
    for asked, version in (("6.1.9", "6.1.9"), ("v6.12", "6.12.3")):
        tree = opened(asked, home)
        assert (tree.version, tree.asked) == (version, asked)
        assert not tree.notes


def test_the_very_version_comes_before_a_newer_point_release(
    folder_of: FolderOf, repository: Path, home: Home
) -> None:
    add(folder_of("6.1.192"), home)
    assert opened("v6.1", home).version == "6.1.192"
    add(repository, home)
    assert opened("v6.1", home).version == "v6.1"


def test_the_newest_point_release_of_all_places_is_taken(
    folder_of: FolderOf, archive_of: FolderOf, home: Home
) -> None:
    add(folder_of("6.1.9"), home)
    add(archive_of("6.1.100"), home)
    add(folder_of("6.1.20"), home)
    assert opened("v6.1", home).version == "6.1.100"


def test_without_a_version_the_newest_is_taken(folder_of: FolderOf, home: Home) -> None:
    with pytest.raises(SourceError, match="no kernel is known") as caught:
        opened(None, home)
    assert "--kernel v6.1" in caught.value.hint
    for version in ("6.1.9", "6.12.3", "5.10.200"):
        add(folder_of(version), home)
    assert opened(None, home).version == "6.12.3"


def test_a_place_may_be_called_by_its_name(
    folder_of: FolderOf, archive_of: FolderOf, home: Home
) -> None:
    add(folder_of("6.1.9"), home, "mine")
    add(archive_of("6.1.100"), home, "vendor-1")
    for name, version in (("mine", "6.1.9"), ("vendor-1", "6.1.100")):
        tree = opened(name, home)
        assert (tree.version, tree.asked, tree.is_substitute) == (version, name, True)


@pytest.mark.parametrize("name", ["v6.1", "6.1", "-x", "a b", "a/b", "a\n"])
def test_a_name_that_looks_like_something_else_is_refused(
    name: str, folder_of: FolderOf, home: Home
) -> None:
    with pytest.raises(SourceError, match="cannot name a kernel"):
        add(folder_of(), home, name)


def test_a_place_is_registered_once(folder_of: FolderOf, home: Home) -> None:
    one, other = folder_of("6.1.9"), folder_of("6.12.3")
    for place, name in ((one, "a"), (one, "b"), (other, "b"), (other, "")):
        add(place, home, name)
    assert [(kernel.version, kernel.name) for kernel in known_kernels(home)] == [
        ("6.12.3", "")
    ]


def test_a_place_without_a_kernel_is_not_registered(
    tmp_path: Path, home: Home, git: Callable[..., str]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    bare = tmp_path / "bare.git"
    git(tmp_path, "init", "-q", "--bare", str(bare))
    for place in (empty, bare, tmp_path / "nowhere"):
        with pytest.raises(SourceError):
            add(place, home)
    assert known_kernels(home) == []


def test_a_place_that_is_gone_is_passed_over_and_said(
    folder_of: FolderOf, home: Home
) -> None:
    add(folder_of("6.1.9"), home)
    add(folder_of("6.1.10"), home, "gone")
    folder_of("6.1.10").rename(folder_of("6.1.10").with_name("moved"))
    tree = opened("v6.1", home)
    assert tree.version == "6.1.9"
    assert len(tree.notes) == 1
    assert "linux-6.1.10 does not exist" in tree.notes[0]
    states = {kernel.name: kernel.state for kernel in known_kernels(home)}
    assert states == {"": "registered", "gone": "gone"}
    with pytest.raises(SourceError, match="does not exist"):
        opened("gone", home)


def test_known_kernels_say_what_and_where(
    folder_of: FolderOf, repository: Path, home: Home, archive_of: FolderOf
) -> None:
    assert known_kernels(home) == []
    folder, archive = folder_of("6.12.3"), archive_of("6.1.100")
    add(folder, home, "mine")
    add(repository, home)
    add_kernel("https://kernel.invalid/x.git", home=home, on_progress=no_progress)
    tree = open_kernel(None, home=home, tree=str(archive), on_progress=no_progress)
    found = known_kernels(home)
    assert [(k.version, k.versions, k.name, k.state) for k in found] == [
        ("6.12.3", 1, "mine", "registered"),
        ("v6.2-rc1", 3, "", "registered"),
        ("", 0, "", "registered"),
        ("6.1.100", 1, "", "cached"),
    ]
    assert [k.path for k in found][:3] == [folder, repository, None]
    assert found[3].size_bytes == sum(file.size_bytes for file in tree.files())
    assert found[3].origin == f"the archive {archive}"


def test_an_unknown_version_says_what_is_near(
    folder_of: FolderOf, repository: Path, home: Home
) -> None:
    add(folder_of("6.12.3"), home)
    add(repository, home)
    with pytest.raises(SourceError, match=r"no kernel v6\.1\.8 is reg") as caught:
        opened("v6.1.8", home)
    assert "known are v6.1.9, v6.1" in caught.value.hint
    with pytest.raises(SourceError, match="no kernel nosuch is reg") as caught:
        opened("nosuch", home)
    assert "nowhere.git" not in str(caught.value)


def test_a_branch_of_a_registered_repository_is_found(
    repository: Path, home: Home
) -> None:
    add(repository, home)
    assert opened("main", home).version.startswith("6.2.0-mine-g")


def test_a_damaged_list_of_places_is_reported(home: Home) -> None:
    for text in (b"", b"[]", b'{"places": [1]}', b"\xff"):
        write_file(home.registry, text)
        with pytest.raises(SourceError, match="is not as xref writes it") as caught:
            opened("v6.1", home)
        assert caught.value.hint


def test_a_list_is_replaced_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "folder" / "list"
    write_file(target, b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(SourceError, match="No space left") as caught:
        write_file(target, b"new")
    assert "free some space" in caught.value.hint
    assert target.read_bytes() == b"old"
    assert list(target.parent.iterdir()) == [target]


def test_the_cache_folder_is_chosen_by_the_environment(tmp_path: Path) -> None:
    assert home_of({"XREF_HOME": str(tmp_path)}).path == tmp_path
    assert home_of({"XREF_HOME": "here"}).path.is_absolute()
    assert home_of({}).path.name == "xref"
    assert home_of({"XREF_HOME": ""}) == home_of({})
