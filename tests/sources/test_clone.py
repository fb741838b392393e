"""Repositories elsewhere: single tags, shallow, and never for long."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from xref.errors import SourceError
from xref.sources import Home, KernelTree, add_kernel, no_progress, open_kernel
from xref.sources import clone as clone_module
from xref.sources.clone import STABLE, clone_of, is_address, offered_tags
from xref.sources.trees import UnreachableError

Git = Callable[..., str]


@pytest.fixture
def url(repository: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An address that is kernel.org's for this test."""
    address = f"file://{repository}"
    monkeypatch.setattr("xref.sources.lookup.STABLE", address)
    monkeypatch.setattr("xref.sources.known.STABLE", address)
    return address


def opened(asked: str, home: Home) -> KernelTree:
    return open_kernel(asked, home=home, on_progress=no_progress)


def test_only_the_tag_is_fetched_and_without_history(
    url: str, home: Home, git: Git, source_paths: list[str]
) -> None:
    with opened("v6.1.9", home) as tree:
        assert (tree.version, tree.origin) == ("v6.1.9", f"v6.1.9 of {url}")
        assert [file.path for file in tree.files()] == source_paths
        assert len(list(tree.read(tree.files()))) == len(source_paths)
    clone = clone_of(url, home)
    assert git(clone, "tag").split() == ["v6.1.9"]
    assert git(clone, "rev-list", "--count", "v6.1.9").strip() == "1"


def test_a_second_tag_joins_the_first(url: str, home: Home, git: Git) -> None:
    for asked in ("v6.1", "6.1.9", "v6.2-rc1"):
        assert opened(asked, home).asked == asked
    assert git(clone_of(url, home), "tag").split() == ["v6.1", "v6.1.9", "v6.2-rc1"]


def test_without_the_tag_the_newest_point_release_is_fetched(
    url: str, home: Home, repository: Path, git: Git
) -> None:
    git(repository, "tag", "-d", "v6.1")
    tree = opened("v6.1", home)
    assert (tree.version, tree.asked) == ("v6.1.9", "v6.1")
    assert tree.origin.endswith(url)


def test_what_was_fetched_needs_no_network(
    url: str, home: Home, repository: Path
) -> None:
    assert url
    opened("v6.1", home)
    repository.rename(repository.with_name("moved"))
    tree = opened("v6.1", home)
    assert (tree.version, tree.notes) == ("v6.1", ())


def test_what_a_killed_fetch_left_is_no_hindrance(
    url: str, home: Home, git: Git
) -> None:
    opened("v6.1", home)
    for name in ("shallow.lock", "config.lock", "refs/tags/v6.1.9.lock"):
        (clone_of(url, home) / name).touch()
    assert opened("v6.1.9", home).version == "v6.1.9"
    assert git(clone_of(url, home), "fsck", "--connectivity-only") == ""


def test_a_stop_while_a_clone_is_made_leaves_no_half(
    url: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(folder: Path, **_: object) -> None:
        folder.mkdir()
        (folder / "description").touch()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("git.Repo.init", half)
        with pytest.raises(KeyboardInterrupt):
            opened("v6.1", home)
    assert not clone_of(url, home).exists()
    assert opened("v6.1", home).version == "v6.1"
    assert [path.name for path in home.clones.iterdir()] == [clone_of(url, home).name]


def test_an_address_may_be_given_as_the_place(repository: Path, home: Home) -> None:
    url = f"file://{repository}"
    stages: set[str] = set()
    with open_kernel(
        "v6.1",
        home=home,
        tree=url,
        on_progress=lambda progress: stages.add(progress.stage),
    ) as tree:
        assert tree.version == "v6.1"
    assert stages == {"fetch"}
    with pytest.raises(SourceError, match="has many versions"):
        open_kernel(None, home=home, tree=url, on_progress=no_progress)
    with pytest.raises(SourceError, match=r"no kernel v6\.5"):
        open_kernel("v6.5", home=home, tree=url, on_progress=no_progress)


@pytest.mark.parametrize(
    "place",
    [
        "--upload-pack=touch pwned",
        "-u",
        "ext::sh -c touch% pwned",
        "ext::sh -c touch% pwned://x",
        "file://x --upload-pack=y",
        "javascript://x",
        "https://",
    ],
)
def test_what_could_run_a_program_is_no_address(
    place: str, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError):
        add_kernel(place, home=home, on_progress=no_progress)
    with pytest.raises(SourceError):
        open_kernel("v6.1", home=home, tree=place, on_progress=no_progress)
    assert not (tmp_path / "pwned").exists()
    assert not home.registry.exists()


def test_tags_that_look_like_options_are_not_fetched(
    repository: Path, home: Home, git: Git
) -> None:
    packed = repository / ".git/packed-refs"
    commit = git(repository, "rev-parse", "HEAD").strip()
    packed.write_text(f"{commit} refs/tags/--upload-pack=touch\n")
    with pytest.raises(SourceError, match="cannot be the name"):
        open_kernel(
            "--upload-pack=touch",
            home=home,
            tree=f"file://{repository}",
            on_progress=no_progress,
        )


def test_a_host_that_refuses_is_known_at_once() -> None:
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1 cannot be reached"):
        offered_tags("http://127.0.0.1:1/linux.git")


def test_a_host_that_does_not_answer_is_given_up_soon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clone_module, "_CONNECT_SECONDS", 0.05)
    answers, answered = threading.Event(), threading.Event()

    def connect(*_: object) -> None:
        answers.wait()
        answered.set()

    monkeypatch.setattr(clone_module, "_connect", connect)
    try:
        with pytest.raises(UnreachableError, match=r"cannot be reached \(no answer\)"):
            offered_tags("https://kernel.invalid/linux.git")
        assert not answered.is_set()
    finally:
        answers.set()


def test_a_proxy_is_asked_instead_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], outcome: list[str]) -> None:
        asked.append(address)
        outcome.append("refused")

    monkeypatch.setattr(clone_module, "_connect", connect)
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:3128")
    monkeypatch.setenv("no_proxy", "inside.invalid")
    for host in ("kernel.invalid", "inside.invalid"):
        with pytest.raises(UnreachableError):
            offered_tags(f"https://{host}/linux.git")
    assert asked == [("proxy.invalid", 3128), ("inside.invalid", 443)]


def test_no_error_of_gitpython_leaves_the_stage(tmp_path: Path) -> None:
    for place in ("nowhere", ""):
        with pytest.raises(UnreachableError) as caught:
            offered_tags(f"file://{tmp_path}/{place}")
        assert "\n" not in str(caught.value)
        assert "fatal" in str(caught.value) or "git" in str(caught.value)


def test_addresses_are_told_from_paths() -> None:
    assert is_address(STABLE)
    assert is_address("ssh://git@host/linux.git")
    assert not is_address("/home/me/linux")
    assert not is_address("linux.git")
