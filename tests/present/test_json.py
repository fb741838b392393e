"""The JSON of a path: a contract."""

import json
from collections.abc import Callable
from dataclasses import replace

from xref.analyse.paths import depths_of
from xref.answers import CallPath, Folded, Unresolved
from xref.present.as_json import render_path_json

MakePath = Callable[..., CallPath]


def test_the_fields_of_a_path(path_of: MakePath) -> None:
    path = path_of("a > b\nb > c via s->ops->f ops.f because s->ops = x")
    path = replace(
        path,
        unresolved=(Unresolved("b", "net/a.c", 4, "p->g", "ops.g", "no store"),),
        folded=(Folded("", "", 0, "functions", 3, "common", "--full"),),
    )
    answer = json.loads(render_path_json(path, depths_of(path), asked="v6.1"))
    assert answer["kernel"] == "6.1.192"
    assert answer["entry"] == "connect"
    assert answer["bound"] == {
        "family": "AF_INET",
        "type": "SOCK_STREAM",
        "protocol": "0",
    }
    assert answer["nodes"][2] == {
        "id": "c",
        "name": "c",
        "kind": "function",
        "path": "net/a.c",
        "line": 12,
        "depth": 2,
        "fan_in": 1,
    }
    assert answer["edges"][1] == {
        "from": "b",
        "to": "c",
        "kind": "indirect",
        "slot": "ops.f",
        "grade": "bound",
        "site": {"file": "net/a.c", "line": 101},
        "expression": "s->ops->f",
        "why": [{"text": "s->ops = x", "file": "net/b.c", "line": 7}],
        "guard": "",
        "candidates": 1,
        "unbound": 4,
    }
    assert answer["unresolved"][0]["reason"] == "no store"
    assert answer["folded"][0]["count"] == 3
    assert answer["assumed"] == []


def test_equal_paths_give_equal_text(path_of: MakePath) -> None:
    path = path_of("a > b\na > c")
    one, two = (render_path_json(path, depths_of(path), asked="") for _ in range(2))
    assert one == two
