"""Comparisons of the mini kernel's two versions, read against their sources."""

import json
import shutil
import subprocess
from pathlib import Path
from zlib import crc32

import pytest

from tests.cli.mini import V1, V2, Golden, Xref
from tests.noise import with_noise
from xref.changes import ChangeKind
from xref.cli.program import run


@pytest.mark.parametrize("scenario", ["tcp4", "udp4"])
@pytest.mark.parametrize("call", ["socket", "bind", "connect", "sendto"])
def test_what_became_of_a_path(
    xref: Xref, golden: Golden, call: str, scenario: str
) -> None:
    text = xref("diff", call, V1, V2, "--as", scenario, code=5)
    golden(f"mini/diff_{call}_{scenario}.txt", text)


def test_a_mail_is_narrow_and_plain(xref: Xref, golden: Golden) -> None:
    text = xref("diff", "connect", V1, V2, "--format", "mail", code=5)
    golden("mini/diff_connect_mail.txt", text)
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 72


def test_a_kernel_against_itself_is_the_same(xref: Xref) -> None:
    assert xref("diff", "connect", V1, V1).startswith("connect: ")
    assert "no difference" in xref("diff", "connect", "1.0.0", V1)


def test_comments_and_blank_lines_are_no_difference(xref: Xref, tmp_path: Path) -> None:
    noisy = shutil.copytree(V1, tmp_path / "noisy")
    for path in noisy.rglob("*.[ch]"):
        path.write_text(with_noise(path.read_text(), crc32(path.name.encode())))
    for call in ("socket", "connect", "sendto"):
        text = xref("diff", call, V1, str(noisy))
        assert "no difference" in text
        assert "0 added, 0 gone, 0 with other code" in text


def test_one_version_in_two_places(xref: Xref, tmp_path: Path) -> None:
    other = shutil.copytree(V1, tmp_path / "vendor")
    place = other / "net" / "socket.c"
    text = place.read_text()
    place.write_text(
        text.replace("err = security_socket_connect", "err = -security_socket_connect")
    )
    assert "linux 1.0.0 → 1.0.0@vendor" in xref(
        "diff", "connect", V1, str(other), code=5
    )
    assert "no difference" in xref("diff", "connect", V1, "1.0.0")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["conect", V1, V2], 4, "xref: 1.0.0 has no system call 'conect'"),
        (["connect", V1, "/nowhere"], 1, "xref: /nowhere does not exist"),
        (["connect", V1], 2, "xref: give what to compare and two kernels: SYSCALL"),
        (["connect", V1, V2, "--as", "tcp5"], 4, "xref: no scenario 'tcp5'"),
    ],
)
@pytest.mark.usefixtures("xref")
def test_a_wrong_question_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    assert run(["diff", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(message)
    assert err.count("\n") == 1


def test_a_program_reads_json(xref: Xref) -> None:
    answer = json.loads(xref("diff", "connect", V1, V2, "--format", "json", code=5))
    hops = {hop["id"]: hop for hop in answer["tree"]}
    (renamed,) = (hop for hop in hops.values() if "renamed" in hop["kinds"])
    assert renamed["old"]["name"] == "stm_v4_connect"
    assert renamed["new"]["name"] == "stm_open_v4"
    assert renamed["similarity"] == 1
    above = hops[renamed["parent"]]
    assert above["new"]["name"] == "ip4_stream_connect"
    assert answer["changes"]["moved"] == 2
    assert answer["hops"] == {"old": 51, "new": 53}


def test_code_is_shown_as_a_unified_diff(xref: Xref) -> None:
    text = xref("diff", "connect", V1, V2, "--code", code=5)
    assert "@@ -197,5 +199,5 @@ __sys_connect_file" in text
    assert "\n-\treturn sock->ops->connect(sock, addr, len, file->f_flags);\n" in text


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with both versions, and a commit between them."""
    root = tmp_path / "linux"
    shutil.copytree(V1, root)
    place = root / "net" / "socket.c"
    changed = place.read_text().replace("return sock->ops->connect", "return 1 +")
    git = ("git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b")
    subprocess.run([*git, "init", "-q"], check=True)
    for tag, title in (("v1.0", "one"), ("", "net: count from 1"), ("v1.1", "two")):
        if tag == "v1.1":
            shutil.copytree(V2, root, dirs_exist_ok=True)
        elif not tag:
            place.write_text(changed)
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", title], check=True)
        if tag:
            subprocess.run([*git, "tag", tag], check=True)
    return root


def test_the_history_says_who_changed_a_function(xref: Xref, repository: Path) -> None:
    words = ("connect", "v1.0", "v1.1", "--tree", str(repository))
    answer = json.loads(xref("diff", *words, "--why", "--format", "json", code=5))
    told = {
        each["name"]: [commit["subject"] for commit in each["commits"]]
        for each in answer["why"]
    }
    assert told["__sys_connect_file"] == ["two", "net: count from 1"]
    assert told["stm_transmit"] == ["two"]
    assert told["__stm_transmit"] == ["two"]


def test_without_history_it_says_so(
    xref: Xref, capsys: pytest.CaptureFixture[str]
) -> None:
    del xref
    assert run(["diff", "connect", V1, V2, "--why"]) == 5
    out, err = capsys.readouterr()
    assert out.startswith("connect: 51 hops")
    assert err.startswith("xref: --why: there is no history: the two are")


def test_another_store_of_the_same_operations(
    xref: Xref, golden: Golden, tmp_path: Path
) -> None:
    new = shutil.copytree(V1, tmp_path / "new")
    place = new / "net" / "inet" / "af_inet.c"
    store = "sock->ops = answer->ops;"
    text = place.read_text()
    assert store in text
    place.write_text(text.replace(store, "WRITE_ONCE(sock->ops, answer->ops);"))
    text = xref("diff", "connect", V1, str(new), code=5)
    golden("mini/diff_connect_stores.txt", text)
    assert text.startswith("connect: 51 hops; 2 bound by other stores\n")


def test_the_way_back_mirrors_the_way_there(xref: Xref, golden: Golden) -> None:
    golden("mini/diff_connect_back.txt", xref("diff", "connect", V2, V1, code=5))
    form = ("--format", "json")
    there = json.loads(xref("diff", "connect", V1, V2, *form, code=5))["changes"]
    back = json.loads(xref("diff", "connect", V2, V1, *form, code=5))["changes"]
    turned = {"added": "gone", "gone": "added"}
    turned |= {f"call {old}": f"call {new}" for old, new in turned.items()}
    assert {turned.get(kind, kind): n for kind, n in back.items()} == there
    # Other stores and other targets: see the tests above.
    told = {*there, *back, "evidence", "targets"}
    assert told == {kind.value for kind in ChangeKind}


def with_devices(root: Path, *names: str) -> str:
    """A copy of the first version with more drivers such as that of the wire."""
    shutil.copytree(V1, root)
    folder = root / "drivers" / "net"
    for name in names:
        text = (folder / "wire.c").read_text().replace("wire", name)
        (folder / f"{name}.c").write_text(text)
    return str(root)


def test_a_pointer_call_with_many_targets_has_others(
    xref: Xref, golden: Golden, tmp_path: Path
) -> None:
    many = [f"tap{number}" for number in range(8)]
    old = with_devices(tmp_path / "taps", *many)
    new = with_devices(tmp_path / "other", *many[1:], "veth", "vlan")
    for tree in (old, new):
        xref("index", "--scope", "all", "--tree", tree)
    text = xref("diff", "sendto", old, new, "--as", "udp4", code=5)
    golden("mini/diff_sendto_targets.txt", text)
    assert text.startswith("sendto: ")
    assert "1 with other targets" in text


def test_objects_of_one_name_in_two_files_are_two(xref: Xref, tmp_path: Path) -> None:
    new = shutil.copytree(V1, tmp_path / "twins")
    (new / "net" / "inet" / "twin.c").write_text(
        "#include <linux/net.h>\n"
        "int sock_none(struct socket *sock) { return 0; }\n"
        "static const struct proto_ops twin_ops = { .release = sock_none };\n"
    )
    old = shutil.copytree(new, tmp_path / "one")
    place = new / "net" / "core" / "sock.c"
    place.write_text(
        f"{place.read_text()}\n"
        "static const struct proto_ops twin_ops = { .release = sock_none };\n"
    )
    words = ("slot", "proto_ops.release", str(old), str(new))
    text = xref("diff", *words, code=5)
    assert text.startswith("slot proto_ops.release: 4 targets → 5; 1 added\n")
    assert "net/core/sock.c" in text
    assert "net/inet/twin.c" not in text


DEEP = """
int deeper(struct socket *sock)
{
	return sock->ops->bind(sock, NULL, 1);
}

int deep(struct socket *sock)
{
	return deeper(sock);
}
"""
THREE = """
static int middle(struct socket *sock) { return deep(sock) ? -EINVAL : 0; }
struct check_ops { int (*run)(struct socket *sock); };
struct check_ops *current_checks(void);
static int check_one(struct socket *sock) { return middle(sock); }
static int check_two(struct socket *sock) { return middle(sock) + 2; }
static int check_three(struct socket *sock) { return middle(sock) + 3; }
static const struct check_ops one_ops = { .run = check_one };
static const struct check_ops two_ops = { .run = check_two };
static const struct check_ops three_ops = { .run = check_three };
int checked(struct socket *sock) { return current_checks()->run(sock); }
"""
FRESH = """
static int fresh(struct socket *sock) { return deep(sock); }
int checked(struct socket *sock) { return fresh(sock); }
"""


def test_what_lies_below_an_end_of_the_other_path_is_not_added(
    xref: Xref, golden: Golden, tmp_path: Path
) -> None:
    """One path ends at a call with three targets; the other one goes on."""
    sides = []
    for name, code in (
        ("three", DEEP + THREE),
        ("fresh", DEEP.replace("deeper(sock);", "!deeper(sock);") + FRESH),
    ):
        sides.append(shutil.copytree(V1, tmp_path / name))
        place = sides[-1] / "net" / "socket.c"
        before, caller = "static int __sys_connect_file(", "err = security_socket_conn"
        text = place.read_text().replace(before, f"{code}\n{before}")
        place.write_text(text.replace(caller, f"checked(sock);\n\t{caller}"))
    old, new = map(str, sides)
    golden("mini/diff_connect_ends.txt", xref("diff", "connect", old, new, code=5))
    there, back = (
        json.loads(xref("diff", "connect", *words, "--format", "json", code=5))
        for words in ((old, new), (new, old))
    )
    assert there["changes"] == {"added": 1, "gone": 3, "call added": 1, "body": 2}
    assert back["changes"] == {"added": 3, "gone": 1, "call gone": 1, "body": 2}


def test_a_kernel_is_the_one_that_is_indexed_by_its_name(
    xref: Xref, repository: Path
) -> None:
    """Another tree that has the version, too, is no second kernel."""
    xref("index", "--tree", V1)
    xref("add", str(repository), "--name", "other")
    text = xref("diff", "connect", "1.0.0", V2, code=5)
    assert "linux 1.0.0 → 1.1.0" in text
