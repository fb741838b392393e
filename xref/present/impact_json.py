"""What a change may reach as JSON: a contract with programs; fields may be added."""

import json
from typing import Any

from xref.changes import Affected, Impact


def render_impact_json(impact: Impact) -> str:
    """An impact, one function on a line."""
    head = {
        "old": impact.old,
        "new": impact.new,
        "files": impact.files,
        "paths": impact.paths,
        "beside": list(impact.beside),
        "unknown": list(impact.unknown),
        "unevaluated": dict(impact.unevaluated),
        "given_up": [
            {
                "scenario": each.scenario,
                "call": each.call,
                "behind": each.behind,
                "seconds": each.seconds,
            }
            for each in impact.late
        ],
    }
    parts = [f" {_text(key)}: {_text(value)}" for key, value in head.items()]
    items = ",\n  ".join(_text(_function(each)) for each in impact.affected)
    parts.append(f' "functions": [\n  {items}\n ]' if items else ' "functions": []')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _function(each: Affected) -> dict[str, Any]:
    change, reached = each.change, each.reached
    return {
        "name": change.name,
        "kind": change.kind,
        "path": change.path,
        "line": change.line,
        "change": change.change.value,
        "old_path": change.old_path,
        "scenarios": list(each.scenarios),
        "syscalls": {
            "by_name": list(reached.by_name),
            "by_pointer": list(reached.by_pointer),
            "nearest": list(reached.nearest),
        },
        "slots": list(reached.slots),
        "way": [{"name": step.name, "slot": step.slot} for step in reached.way],
    }


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
