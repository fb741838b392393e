"""What changes of the mini kernel can reach, read against its sources."""

import json
import shutil
import subprocess
from difflib import unified_diff
from pathlib import Path
from zlib import crc32

import pytest

from tests.cli.mini import V1, V2, Golden, Xref
from tests.noise import with_noise
from xref.answers import CallPath
from xref.cli.program import run
from xref.pipeline.paths import PathRequest, find_path
from xref.pipeline.patience import LateError
from xref.program import Program


def changed(text: str) -> dict[str, str]:
    """Names of functions with what became of them."""
    return {each["name"]: each["change"] for each in json.loads(text)["functions"]}


def edited(root: Path, path: str, old: str, new: str) -> Path:
    """A copy of the first version with one text in a file replaced."""
    shutil.copytree(V1, root)
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))
    return root


def test_what_the_second_version_changes(xref: Xref, golden: Golden) -> None:
    golden("mini/impact.txt", xref("impact", V1, V2, code=5))


def test_a_function_tells_all_that_leads_to_it(xref: Xref) -> None:
    words = ("--function", "stm_transmit", "--format", "json")
    (found,) = json.loads(xref("impact", V1, V2, *words, code=5))["functions"]
    assert found["change"] == "body"
    assert found["syscalls"]["by_name"] == []
    assert set(found["syscalls"]["by_pointer"]) == {"connect", "sendto", "shutdown"}
    names = [step["name"] for step in found["way"]]
    assert (names[0], names[-1]) == ("sys_sendto", "stm_transmit")


def test_only_a_folder(xref: Xref) -> None:
    text = xref("impact", V1, V2, "--only", "security", "--format", "json", code=5)
    assert changed(text) == {
        "gate_init": "gone",
        "gate_socket_create": "gone",
        "lock_init": "added",
        "lock_socket_connect": "added",
    }


def test_files_beside_are_those_of_what_is_asked(xref: Xref) -> None:
    words = ("--only", "net/core", "--format", "json")
    assert json.loads(xref("impact", V1, V2, *words, code=0))["beside"] == []
    words = ("--function", "sock_alloc", "--format", "json")
    assert json.loads(xref("impact", V1, V2, *words, code=0))["beside"] == []


@pytest.mark.parametrize("words", [("--only", "nowhere"), ("--function", "no_such")])
def test_what_neither_kernel_has_is_not_found(
    xref: Xref, words: tuple[str, str]
) -> None:
    assert xref("impact", V1, V2, *words, code=4) == ""


def test_bound_paths_that_were_asked_for_come_first(xref: Xref) -> None:
    xref("path", "connect", "--as", "udp4", "--tree", V2)
    words = ("--function", "__sys_connect_file", "--format", "json")
    (found,) = json.loads(xref("impact", V1, V2, *words, code=5))["functions"]
    assert "udp4 connect" in found["scenarios"]


def test_a_scenario_is_evaluated_when_it_is_named(xref: Xref) -> None:
    words = ("--function", "sock_release", "--as", "tcp4", "--format", "json")
    (found,) = json.loads(xref("impact", V1, V2, *words, code=5))["functions"]
    assert {"tcp4 socket", "tcp4 close"} <= set(found["scenarios"])


def test_what_was_not_evaluated_is_said(xref: Xref, tmp_path: Path) -> None:
    new = edited(tmp_path / "new", "net/socket.c", "void sock_release(", VOLATILE)
    words = ("impact", V1, str(new), "--format", "json")
    before = json.loads(xref(*words, code=5))
    assert before["unevaluated"]["tcp4"] > 0
    assert "tcp6" in before["unevaluated"]
    after = json.loads(xref(*words, "--as", "tcp4", code=5))
    assert "tcp4" not in after["unevaluated"]
    assert after["paths"] > before["paths"]
    whole = json.loads(xref(*words, "--as", "all", code=5))
    assert whole["paths"] > after["paths"]


def test_what_takes_too_long_is_said_and_what_needs_it_not_begun(
    xref: Xref, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def slow(program: Program, request: PathRequest) -> CallPath:
        asked.append(request.call)
        if request.call == "socket":
            raise LateError
        return find_path(program, request)

    monkeypatch.setattr("xref.pipeline.bounds.find_path", slow)
    new = edited(tmp_path / "new", "net/socket.c", "void sock_release(", VOLATILE)
    words = ("impact", V1, str(new), "--as", "tcp4", "--patience", "60")
    text = xref(*words, code=5)
    assert asked == ["socket"]
    found = json.loads(xref(*words, "--format", "json", code=5))
    (late,) = found["given_up"]
    assert (late["scenario"], late["call"], late["seconds"]) == ("tcp4", "socket", 60)
    assert late["behind"] == found["unevaluated"]["tcp4"] - 1 > 0
    others = f"{late['behind']} calls"
    assert f"given up after 60 s: tcp4 socket, and {others}" in " ".join(text.split())


VOLATILE = "void __used sock_release("


def test_comments_are_no_change(xref: Xref, tmp_path: Path) -> None:
    noisy = shutil.copytree(V1, tmp_path / "quiet")
    for path in noisy.rglob("*.[ch]"):
        path.write_text(with_noise(path.read_text(), crc32(path.name.encode())))
    text = xref("impact", V1, str(noisy))
    assert "no function changed" in text
    assert "outside of functions" not in text


EDITS = {
    "another type of result": (
        (
            "net/inet/stream.c",
            "static int stm_v4_connect",
            "static long stm_v4_connect",
        ),
        {"stm_v4_connect": "body"},
    ),
    "a comment above": (
        ("kernel/base.c", "\nvoid kfree(", "\n/* of kzalloc */\nvoid kfree("),
        {},
    ),
    "a new function above": (
        (
            "net/core/dev.c",
            "\nint dev_queue_parcel(",
            "\nint dev_new(int a)\n{\n\treturn a;\n}\n\nint dev_queue_parcel(",
        ),
        {"dev_new": "added"},
    ),
    "a new macro above": (
        (
            "include/linux/compiler.h",
            "#define container_of(",
            "#define is_odd(n) ((n) & 1)\n#define container_of(",
        ),
        {"is_odd": "added"},
    ),
    "a field": (
        ("include/linux/net.h", "struct proto_ops {", "struct proto_ops {\n\tint x;"),
        {},
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_a_change_is_that_of_the_function_it_is_in(
    xref: Xref, tmp_path: Path, name: str
) -> None:
    edit, expected = EDITS[name]
    root = edited(tmp_path / "edited", *edit)
    answer = run_any(xref, "impact", V1, str(root), "--format", "json")
    assert changed(answer) == expected


def run_any(xref: Xref, *words: str) -> str:
    """Run a command that may find a difference or none."""
    try:
        return xref(*words, code=5)
    except AssertionError:
        return xref(*words)


def test_a_patch_changes_what_the_patched_tree_would(
    xref: Xref, tmp_path: Path
) -> None:
    patch = tmp_path / "all.patch"
    patch.write_text(patch_between(V1, V2))
    words = ("--format", "json")
    by_patch = json.loads(xref("impact", "--patch", str(patch), V1, *words, code=5))
    by_trees = json.loads(xref("impact", V1, V2, *words, code=5))
    told = [
        {(f["name"], f["path"], f["change"], f["old_path"]) for f in found["functions"]}
        for found in (by_patch, by_trees)
    ]
    assert told[0] == told[1]
    assert by_patch["beside"] == by_trees["beside"]
    assert by_patch["unknown"] == []


def patch_between(old: str, new: str) -> str:
    """A patch as git writes it, with files that come and go."""
    words = ("git", "diff", "--no-index", "--no-renames", old, new)
    text = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    assert text
    return text.replace(f"a{old}/", "a/").replace(f"b{new}/", "b/")


def test_what_a_patch_adds_is_reached_through_what_calls_it(
    xref: Xref, tmp_path: Path
) -> None:
    old = Path(V1, "net", "core", "sock.c")
    before = old.read_text()
    head = "void parcel_set_owner("
    assert head in before
    added = (
        "static void note(int n)\n{\n}\n\nstatic void noted(int n)\n{\n\tnote(n);\n}\n"
    )
    start = before.index("{\n", before.index(head)) + 2
    after = f"{before[:start]}\tnoted(1);\n{before[start:]}"
    after = after.replace(head, f"{added}\n{head}")
    one, other = (text.splitlines(keepends=True) for text in (before, after))
    patch = tmp_path / "new.patch"
    name = "net/core/sock.c"
    patch.write_text("".join(unified_diff(one, other, f"a/{name}", f"b/{name}")))
    words = ("impact", "--patch", str(patch), V1, "--format", "json")
    answer = json.loads(xref(*words, code=5))
    found = {each["name"]: each for each in answer["functions"]}
    assert changed(json.dumps(answer)) == {
        "note": "added",
        "noted": "added",
        "parcel_set_owner": "body",
    }
    above = found["parcel_set_owner"]
    assert found["note"]["syscalls"] == above["syscalls"]
    names = [step["name"] for step in found["note"]["way"]]
    assert names[-3:] == ["parcel_set_owner", "noted", "note"]
    assert answer["beside"] == []


PATCH = """\
--- a/net/inet/output.c
+++ b/net/inet/output.c
@@ -3,2 +3,3 @@
 nothing that stands there
+more
 and nothing else
--- a/drivers/gone.c
+++ b/drivers/gone.c
@@ -1 +1 @@
-a
+b
"""


CUT = """--- a/net/socket.c
+++ /dev/null
@@ -1,900 +0,0 @@
-#include <linux/kernel.h>
"""
UNREAD = "drivers/gone.c is not in the index"
"""Where a part of the patch fits, the rest is said below the answer."""


def test_what_a_patch_cannot_change_is_said(xref: Xref, tmp_path: Path) -> None:
    socket = Path(V1) / "net" / "socket.c"
    lines = socket.read_text().splitlines()
    number = next(
        n for n, line in enumerate(lines) if "move_addr_to_kernel(uad" in line
    )
    patch = tmp_path / "bad.patch"
    hunk = f"@@ -{number + 1} +{number + 1} @@\n-{lines[number]}\n+\tret = 0;\n"
    patch.write_text(f"{PATCH}--- a/net/socket.c\n+++ b/net/socket.c\n{hunk}")
    text = xref("impact", "--patch", str(patch), V1, code=5)
    assert "net/inet/output.c:3 does not fit" in text
    assert UNREAD in text


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        (CUT, "net/socket.c:1 does not fit", "the kernel that it was made for"),
        (PATCH, "net/inet/output.c:3 does not fit", "the kernel that it was made for"),
        (
            PATCH[PATCH.index("--- a/drivers") :],
            UNREAD,
            "run: xref index --scope all --kernel",
        ),
    ],
)
@pytest.mark.usefixtures("xref")
def test_a_patch_of_which_nothing_fits_is_a_fault(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    text: str,
    reason: str,
    hint: str,
) -> None:
    patch = tmp_path / "bad.patch"
    patch.write_text(text)
    assert run(["impact", "--patch", str(patch), V1]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("xref: nothing of bad.patch can be applied to 1.0.0: ")
    assert reason in err
    assert hint in err
    assert err.count("\n") == 1


MODE = """diff --git a/net/socket.c b/net/socket.c
old mode 100644
new mode 100755
"""


def test_a_patch_that_changes_no_code_changes_no_function(
    xref: Xref, tmp_path: Path
) -> None:
    patch = tmp_path / "small.patch"
    patch.write_text(MODE)
    assert "no function changed" in xref("impact", "--patch", str(patch), V1)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([V1], 2, "xref: give two kernels, or one and --patch FILE"),
        (["--patch", f"{V1}/Makefile", V1], 2, "xref: this is no patch"),
        ([V1, V2, "--as", "tcp5"], 4, "xref: no scenario 'tcp5'"),
        (["--patch", f"{V1}/Makefile", V1, V2], 2, "xref: a patch changes one kernel"),
    ],
)
@pytest.mark.usefixtures("xref")
def test_a_wrong_question_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    assert run(["impact", *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(message)
