"""Uses of names in a real kernel, against a look at its text by other means."""

import json
import re

import pytest

from xref.cli.program import run
from xref.sources import home_of, open_kernel
from xref.sources.trees import no_progress

pytestmark = pytest.mark.kernel

NAMES = ("kfree_skb", "sk_prot", "connect", "container_of", "u32")
SAID = re.compile(
    rb"//(?:[^\n\\]|\\.)*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
    rb"|^[ \t]*#[ \t]*include\b[^\n]*",
    re.DOTALL | re.MULTILINE,
)


def blank(found: re.Match[bytes]) -> bytes:
    return b"\n" * found.group().count(b"\n")


def test_every_use_is_found_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["index", "--kernel", "v6.1"]) == 0
    version = capsys.readouterr().out.split()[0]
    ask = ("sql", "--kernel", version, "--format", "json", "select path from files")
    assert run(ask) == 0
    paths = {row["path"] for row in json.loads(capsys.readouterr().out)}
    expected: dict[str, set[tuple[str, int]]] = {name: set() for name in NAMES}
    with open_kernel("v6.1", home=home_of(), on_progress=no_progress) as tree:
        for file, data in tree.read(f for f in tree.files() if f.path in paths):
            for number, line in enumerate(SAID.sub(blank, data).split(b"\n"), 1):
                words = set(re.findall(rb"[A-Za-z_]\w*", line))
                for name in NAMES:
                    if name.encode() in words:
                        expected[name].add((file.path, number))
    for name in NAMES:
        assert run(["refs", name, "--kernel", version, "--format", "json"]) == 0
        rows = json.loads(capsys.readouterr().out)
        assert {(row["path"], row["line"]) for row in rows} == expected[name], name
