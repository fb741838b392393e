"""What a history says of changed functions: renames, merges, moves, cut histories."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.mini import V1, V2, Xref
from xref.cli.program import run

OUTPUT = "net/inet/output.c"
Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Git in a repository whose first commit is the first version."""
    root = tmp_path / "linux"
    shutil.copytree(V1, root)

    def output(*words: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=0")
        command = ["git", "-C", str(root), *who, *words]
        return subprocess.run(
            command, check=True, capture_output=True, text=True
        ).stdout

    output("init", "-q", "-b", "main")
    output("add", "-A")
    output("commit", "-q", "-m", "one")
    output("tag", "v1.0")
    return output


def edit(root: Path, path: str, old: str, new: str) -> None:
    """Replace a text in a file, which has it."""
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def finish(git: Git, root: Path) -> None:
    """Make the second version of what is there."""
    for place in root.iterdir():
        if place.name != ".git":
            shutil.rmtree(place) if place.is_dir() else place.unlink()
    shutil.copytree(V2, root, dirs_exist_ok=True)
    git("add", "-A")
    git("commit", "-q", "-m", "two")
    git("tag", "v1.1")


def why(xref: Xref, root: Path, *versions: str) -> dict[str, list[str]]:
    """Subjects of the commits by function; a minus stands before undone ones."""
    words = ("--tree", str(root), "--why", "--format", "json")
    answer = json.loads(xref("diff", "connect", *versions, *words, code=5))
    return {
        each["name"]: [
            f"{'-' if commit['in'] == 'old' else ''}{commit['subject']}"
            for commit in each["commits"]
        ]
        for each in answer["why"]
    }


def test_a_commit_touched_what_has_other_code_behind_it(
    xref: Xref, git: Git, tmp_path: Path
) -> None:
    root = tmp_path / "linux"
    steps = (
        ("net/socket.c", "return sock->ops->connect", "return 1 + sock->ops->connect"),
        ("net/socket.c", "return 1 + sock", "return 1 + /* one */ sock"),
        ("net/socket.c", "static int __sys_bind(", "static long __sys_bind("),
        ("net/inet/stream.c", "__stm_transmit", "do_stm_transmit"),
    )
    titles = ("count from one", "a comment", "beside it", "net: rename")
    for step, title in zip(steps, titles, strict=True):
        edit(root, *step)
        git("commit", "-q", "-a", "-m", title)
    finish(git, root)
    told = why(xref, root, "v1.0", "v1.1")
    assert told["__sys_connect_file"] == ["two", "count from one"]
    assert told["stm_transmit"] == ["two", "net: rename"]
    # It is gone under its first name; the one between is not known by it.
    assert told["__stm_transmit"] == ["net: rename"]
    back = why(xref, root, "v1.1", "v1.0")
    assert back["__sys_connect_file"] == ["-two", "-count from one"]


def test_a_renamed_function_is_followed_over_its_names(
    xref: Xref, git: Git, tmp_path: Path
) -> None:
    root = tmp_path / "linux"
    edit(root, "net/inet/stream.c", "stm_v4_connect", "stm_open_v4")
    git("commit", "-q", "-a", "-m", "stm: say what it does")
    edit(root, "net/inet/stream.c", "stm_send_hello(sk)", "(stm_send_hello(sk))")
    git("commit", "-q", "-a", "-m", "stm: brackets")
    finish(git, root)
    told = why(xref, root, "v1.0", "v1.1")["stm_open_v4"]
    assert told[-2:] == ["stm: brackets", "stm: say what it does"]


def test_a_function_is_followed_to_the_files_it_stood_in(
    xref: Xref, git: Git, tmp_path: Path
) -> None:
    root = tmp_path / "linux"
    git("mv", "net/inet/route.c", "net/inet/ways.c")
    git("commit", "-q", "-m", "ip4: another name for a file")
    edit(root, "net/inet/ways.c", "rt = ", "rt = (struct route_entry *)")
    git("commit", "-q", "-a", "-m", "ip4: a cast")
    finish(git, root)
    told = why(xref, root, "v1.0", "v1.1")["ip4_route_out"]
    assert told[0] == "two"
    assert "ip4: another name for a file" in told
    unmoved = why(xref, root, "v1.0", "v1.1")["__sys_connect_file"]
    assert unmoved == ["two"]


def test_a_commit_on_a_branch_is_told_and_its_merge_is_not(
    xref: Xref, git: Git, tmp_path: Path
) -> None:
    root = tmp_path / "linux"
    git("checkout", "-q", "-b", "topic")
    edit(
        root, "net/socket.c", "return sock->ops->connect", "return -sock->ops->connect"
    )
    git("commit", "-q", "-a", "-m", "topic: turn it round")
    git("checkout", "-q", "main")
    edit(root, "net/socket.c", "static int __sys_bind(", "static long __sys_bind(")
    git("commit", "-q", "-a", "-m", "main: beside it")
    git("merge", "-q", "-m", "Merge topic", "topic")
    finish(git, root)
    told = why(xref, root, "v1.0", "v1.1")
    assert told["__sys_connect_file"] == ["two", "topic: turn it round"]


def test_fixes_that_both_have_are_counted(xref: Xref, git: Git, tmp_path: Path) -> None:
    root = tmp_path / "linux"
    fix = ("net/socket.c", "return sock->ops->connect", "return -sock->ops->connect")
    edit(root, *fix)
    git("commit", "-q", "-a", "-m", "net: fix it")
    git("tag", "v1.0.1")
    git("checkout", "-q", "-b", "next", "v1.0")
    edit(root, "net/socket.c", "if (!sock)", "if (sock == 0)")
    git("commit", "-q", "-a", "-m", "net: spell it out")
    edit(root, *fix)
    git("commit", "-q", "-a", "-m", "net: fix it")
    finish(git, root)
    words = ("--tree", str(root), "--why", "--format", "json")
    answer = json.loads(xref("diff", "connect", "v1.0.1", "v1.1", *words, code=5))
    (found,) = (e for e in answer["why"] if e["name"] == "__sys_connect_file")
    assert [c["subject"] for c in found["commits"]] == ["two", "net: spell it out"]
    assert found["in_both"] == 1
    text = xref("diff", "connect", "v1.0.1", "v1.1", *words[:3], code=5)
    assert "\n__sys_connect_file  1 more commit is in both, under other ids\n" in text


@pytest.mark.usefixtures("xref")
@pytest.mark.parametrize(
    ("depth", "message"),
    [
        (1, "has no history between the two; a full clone has it: git fetch"),
        (3, "the history ends at a commit between the two, for the clone is shallow"),
        (9, ""),
    ],
)
def test_a_shallow_clone_says_what_it_lacks(
    git: Git,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    depth: int,
    message: str,
) -> None:
    root = tmp_path / "linux"
    git("checkout", "-q", "-b", "topic")
    for number in range(4):
        edit(root, "net/socket.c", "return ", f"return {number} + ")
        git("commit", "-q", "-a", "-m", f"topic: {number}")
    git("checkout", "-q", "main")
    git("merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
    finish(git, root)
    clone, place = str(tmp_path / "clone"), f"file://{root}"
    git("clone", "-q", "--bare", f"--depth={depth}", "-b", "v1.1", place, clone)
    git("-C", clone, "fetch", "-q", "--depth=1", place, "tag", "v1.0")
    words = ("v1.0", "v1.1", "--tree", clone, "--why")
    assert run(["diff", "connect", *words]) == 5
    out, err = capsys.readouterr()
    assert out.startswith("connect: ")
    assert message in err
    assert ("xref: --why: " in err) == bool(message)
