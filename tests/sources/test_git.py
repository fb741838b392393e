"""Repositories: tags, branches and commits, read from objects only."""

import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from xref.errors import SourceError
from xref.records import SourceFile
from xref.sources import Home, KernelTree, no_progress, open_kernel

Git = Callable[..., str]


def opened(folder: Path, home: Home, asked: str | None = None) -> KernelTree:
    return open_kernel(asked, home=home, tree=str(folder), on_progress=no_progress)


@pytest.mark.parametrize(
    ("asked", "version", "substitute"),
    [
        ("v6.1", "v6.1", False),
        ("6.1", "v6.1", False),
        ("6.1.0", "v6.1", False),
        ("v6.1.9", "v6.1.9", False),
        ("v6.2-rc1", "v6.2-rc1", False),
        ("main~1", "v6.2-rc1", True),
    ],
)
def test_a_tag_is_found_by_any_spelling(
    asked: str, version: str, *, substitute: bool, repository: Path, home: Home
) -> None:
    with opened(repository, home, asked) as tree:
        assert tree.version == version
        assert tree.asked == asked
        assert tree.is_substitute is substitute
        assert tree.is_fixed


def test_without_the_tag_the_newest_point_release_is_taken(
    repository: Path, home: Home, git: Git
) -> None:
    git(repository, "tag", "-d", "v6.1")
    with opened(repository, home, "v6.1") as tree:
        assert (tree.version, tree.asked) == ("v6.1.9", "v6.1")
        assert tree.is_substitute


def test_a_branch_and_a_commit_have_a_version_of_their_own(
    repository: Path, home: Home, git: Git
) -> None:
    commit = git(repository, "rev-parse", "HEAD").strip()
    for asked in ("main", commit, commit[:12], "HEAD"):
        with opened(repository, home, asked) as tree:
            assert tree.version == f"6.2.0-mine-g{commit[:12]}"
            assert tree.key == commit


def test_a_branch_of_the_origin_is_found(
    repository: Path, home: Home, git: Git
) -> None:
    git(repository, "update-ref", "refs/remotes/origin/linux-6.1.y", "v6.1.9^{commit}")
    with opened(repository, home, "linux-6.1.y") as tree:
        assert tree.version == "v6.1.9"


@pytest.mark.parametrize("bare", [False, True])
def test_files_are_listed_and_read_without_a_checkout(
    *,
    bare: bool,
    repository: Path,
    home: Home,
    source_paths: list[str],
    files_of: Callable[..., dict[str, bytes]],
) -> None:
    if bare:
        place = repository / ".git"
    else:
        place = repository
        for path in source_paths:
            (repository / path).write_bytes(b"the work tree is not read")
    expected = files_of("6.1")
    with opened(place, home, "v6.1") as tree:
        files = tree.files()
        assert [file.path for file in files] == source_paths
        for file, data in tree.read([*files, *files]):
            assert data == expected[file.path]
            assert file.size_bytes == len(data)


def test_scopes_and_kept_lists_give_the_same(repository: Path, home: Home) -> None:
    scopes = ["net", "include/linux/net.h", "nowhere"]
    with opened(repository, home, "v6.1") as tree:
        fresh = tree.files(scopes)
        assert [file.path for file in fresh] == [
            "include/linux/net.h",
            "net/ipv4/Kconfig",
            "net/ipv4/tcp.c",
            "net/socket.c",
        ]
        whole = tree.files()
        assert list(home.listings.iterdir())
        assert tree.files(scopes) == fresh
        assert tree.files() == whole


def test_a_file_has_the_same_id_in_a_folder_and_in_a_commit(
    repository: Path, home: Home, folder_of: Callable[..., Path]
) -> None:
    with opened(repository, home, "v6.1.9") as one, opened(folder_of(), home) as other:
        assert one.files() == other.files()


def test_more_files_than_one_request_holds_are_read(
    repository: Path, home: Home, git: Git
) -> None:
    for number in range(300):
        (repository / f"net/{number}.c").write_bytes(b"x" * number)
    git(repository, "add", "net")
    git(repository, "commit", "-q", "-m", "many")
    with opened(repository, home, "HEAD") as tree:
        files = tree.files(["net"])
        assert [len(data) for _, data in tree.read(files)] == [
            file.size_bytes for file in files
        ]


def test_links_and_submodules_are_left_out(
    repository: Path, home: Home, git: Git, source_paths: list[str]
) -> None:
    (repository / "net/link.c").symlink_to("socket.c")
    (repository / "net/out.c").symlink_to("/etc/passwd")
    git(repository, "add", "-A")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub.c")
    git(repository, "commit", "-q", "-m", "links")
    with opened(repository, home, "HEAD") as tree:
        assert [file.path for file in tree.files()] == source_paths


def test_a_reader_can_be_sent_to_another_process(repository: Path, home: Home) -> None:
    with opened(repository, home, "v6.1") as tree:
        files = tree.files(["net/socket.c"])
        readers = [pickle.loads(pickle.dumps(tree.reader())) for _ in range(2)]  # noqa: S301 - our own
        streams = [reader.read(files) for reader in readers]
        assert [next(stream)[1] for stream in streams] == [b"int a;\n"] * 2
        for reader in readers:
            reader.close()
            assert [data for _, data in reader.read(files)] == [b"int a;\n"]
            reader.close()


def test_without_a_version_the_work_tree_is_read_as_it_is(
    repository: Path, home: Home
) -> None:
    (repository / "net/socket.c").write_bytes(b"int changed;\n")
    with opened(repository, home) as tree:
        assert tree.version == "6.2.0-mine"
        assert not tree.is_fixed
        files = tree.files(["net/socket.c"])
        assert [data for _, data in tree.read(files)] == [b"int changed;\n"]


def test_without_a_version_a_bare_repository_gives_its_head(
    repository: Path, home: Home
) -> None:
    with opened(repository / ".git", home) as tree:
        assert tree.version.startswith("6.2.0-mine-g")


def test_a_work_tree_may_hold_a_version_that_no_tag_names(
    repository: Path, home: Home, folder_of: Callable[..., Path]
) -> None:
    folder_of("6.3.4", "repository")
    with opened(repository, home, "v6.3") as tree:
        assert (tree.version, tree.asked) == ("6.3.4", "v6.3")


def test_a_linked_work_tree_is_a_repository(
    repository: Path, home: Home, git: Git, tmp_path: Path
) -> None:
    git(repository, "worktree", "add", "-q", str(tmp_path / "linked"), "v6.1.9")
    with opened(tmp_path / "linked", home, "v6.1") as tree:
        assert tree.version == "v6.1"


def test_an_unknown_version_says_what_is_near(repository: Path, home: Home) -> None:
    for asked in ("v6.1.8", "v7.0", "nosuch"):
        with pytest.raises(SourceError, match=f"no kernel {asked} in the repo"):
            opened(repository, home, asked)
    with pytest.raises(SourceError) as caught:
        opened(repository, home, "v6.1.8")
    assert "v6.1.9" in caught.value.hint


@pytest.mark.parametrize(
    "asked",
    ["-x", "--upload-pack=touch x", "v6.1 x", "v6.1\nHEAD", "", ":/x", "a:b", "\0"],
)
def test_what_cannot_be_a_name_is_refused(
    asked: str, repository: Path, home: Home
) -> None:
    with pytest.raises(SourceError, match="cannot be the name of a kernel"):
        opened(repository, home, asked)


def test_a_commit_without_a_kernel_is_refused(
    repository: Path, home: Home, git: Git
) -> None:
    git(repository, "rm", "-q", "Makefile")
    git(repository, "commit", "-q", "-m", "no kernel")
    with pytest.raises(SourceError, match="is no kernel"):
        opened(repository, home, "HEAD")


def test_a_missing_object_is_named(repository: Path, home: Home) -> None:
    with opened(repository, home, "v6.1") as tree:
        lost = SourceFile("net/lost.c", "1" * 40, 3)
        with pytest.raises(SourceError, match=r"lacks the content of net/lost\.c"):
            list(tree.read([lost]))
        assert list(tree.read(tree.files(["net/socket.c"])))


def test_the_environment_of_a_hook_does_not_mislead(
    repository: Path, home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    with opened(repository, home, "v6.1") as tree:
        assert tree.files(["net/socket.c"])


def test_a_damaged_repository_is_reported(repository: Path, home: Home) -> None:
    shutil.rmtree(repository / ".git/objects")
    (repository / ".git/objects").mkdir()
    with pytest.raises(SourceError):
        opened(repository, home, "v6.1")
    (repository / ".git/HEAD").unlink()
    with pytest.raises(SourceError, match="git cannot read"):
        opened(repository, home, "v6.1")


def test_without_git_a_repository_cannot_be_read(
    repository: Path, home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with opened(repository, home, "v6.1") as tree:
        files = tree.files(["net"])
        monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
        with pytest.raises(SourceError, match="git is not installed"):
            list(tree.read(files))
    with pytest.raises(SourceError, match="git is not installed"):
        opened(repository, home, "v6.1")


def test_a_partial_clone_fetches_nothing_by_itself(
    repository: Path, home: Home, git: Git, tmp_path: Path
) -> None:
    git(repository, "config", "uploadpack.allowFilter", "true")
    address = f"file://{repository}"
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", address, "part.git")
    with pytest.raises(SourceError):
        opened(tmp_path / "part.git", home, "v6.1")
