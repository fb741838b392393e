"""What changed on a path as JSON: a contract with programs; fields may be added."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from xref.changes import Cause, CodeChange, Hop, HopSide, PathDiff


def render_path_diff_json(
    diff: PathDiff, codes: Sequence[CodeChange], causes: Sequence[Cause] | None
) -> str:
    """A comparison, one hop on a line, in reading order.

    ``parent`` is the ``id`` of the hop above, null for the entry.

    Args:
        diff: what is written.
        codes: texts of changed functions, where they were asked for.
        causes: commits, where they were asked for; else None.
    """
    head: dict[str, Any] = {
        "entry": diff.entry,
        "old": {"kernel": diff.old_kernel, "nr": diff.old_number},
        "new": {"kernel": diff.new_kernel, "nr": diff.new_number},
        "arch": diff.arch,
        "scenario": diff.scenario,
        "bound": dict(diff.bound),
        "hops": {"old": diff.old_hops, "new": diff.new_hops},
        "changes": {kind.value: count for kind, count in diff.counts},
        "whole": {
            "old": diff.whole.old,
            "new": diff.whole.new,
            "added": diff.whole.added,
            "gone": diff.whole.gone,
            "other code": diff.whole.body,
        },
        "compared": diff.limits.compared or "by text",
        "unindexed": list(diff.unindexed),
        "left_out": {
            "open": dict(zip(("old", "new"), diff.limits.open, strict=True)),
            "stops": diff.limits.stops,
        },
    }
    lists = {"tree": list(_hops(diff.root, None, iter(range(1 << 30))))}
    if codes:
        lists["code"] = [
            {
                "name": code.name,
                "old": code.old_path,
                "new": code.new_path,
                "diff": "\n".join(code.lines),
            }
            for code in codes
        ]
    if causes is not None:
        lists["why"] = [_cause(cause) for cause in causes]
    parts = [f" {_text(key)}: {_text(value)}" for key, value in head.items()]
    parts += [f" {_text(key)}: {_list(items)}" for key, items in lists.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _hops(
    hop: Hop, parent: int | None, numbers: Iterator[int]
) -> Iterator[dict[str, Any]]:
    ident = next(numbers)
    yield {
        "id": ident,
        "parent": parent,
        "kinds": [kind.value for kind in hop.kinds],
        "old": _side(hop.old),
        "new": _side(hop.new),
        "targets": _targets(hop),
        "similarity": hop.similarity and round(hop.similarity, 3),
        "notes": list(hop.notes),
        "mention": hop.is_mention,
    }
    for inner in hop.hops:
        yield from _hops(inner, ident, numbers)


def _side(side: HopSide | None) -> dict[str, Any] | None:
    if side is None:
        return None
    call = side.call
    return {
        "name": side.node.name,
        "kind": side.node.kind,
        "path": side.node.path,
        "line": side.node.line,
        "through": list(side.through),
        "call": call
        and {
            "expression": call.expression,
            "slot": call.slot,
            "grade": call.grade.value,
            "site": {"file": call.file, "line": call.line},
            "why": [
                {"text": reason.text, "file": reason.file, "line": reason.line}
                for reason in call.why
            ],
        },
    }


def _targets(hop: Hop) -> dict[str, Any] | None:
    targets = hop.targets
    if targets is None:
        return None
    return {
        "expression": targets.label,
        "slot": targets.slot,
        "old": targets.old_count,
        "new": targets.new_count,
        "added": list(targets.added),
        "gone": list(targets.gone),
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "name": cause.name,
        "commits": [
            {
                "hash": each.hash,
                "date": each.date,
                "subject": each.subject,
                "in": "old" if each.is_old else "new",
            }
            for each in cause.commits
        ],
        "in_both": cause.shared,
        "called_by": cause.above,
    }


def _list(items: list[dict[str, Any]]) -> str:
    if not items:
        return "[]"
    return "[\n  " + ",\n  ".join(map(_text, items)) + "\n ]"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
