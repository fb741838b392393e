"""A path as JSON: a contract with programs; fields may be added, none goes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from xref.answers import (
    Assumed,
    CallPath,
    Folded,
    PathEdge,
    PathNode,
    Reason,
    Unresolved,
)


def render_path_json(path: CallPath, depths: Mapping[str, int], *, asked: str) -> str:
    """A path with what belongs to it, one node or edge on a line.

    Nodes stand by depth, the entry first; edges by their source, in reading order.

    Args:
        path: nodes and edges to write.
        depths: calls between the entry and each node, by its id.
        asked: the version as the user wrote it.
    """
    head: dict[str, Any] = {
        "kernel": path.kernel,
        "asked": asked or path.kernel,
        "entry": path.entry,
        "arch": path.arch,
        "nr": path.number,
        "scenario": path.scenario,
        "bound": dict(path.bound),
    }
    nodes = sorted(
        path.nodes, key=lambda n: (depths.get(n.id, 0), n.path, n.line, n.id)
    )
    lists: dict[str, list[dict[str, Any]]] = {
        "nodes": [_node(node, depths) for node in nodes],
        "edges": [_edge(edge) for edge in _in_order(path.edges, nodes)],
        "unresolved": [_unresolved(item) for item in path.unresolved],
        "folded": [_folded(item) for item in path.folded],
        "assumed": [_assumed(item) for item in path.assumed],
        "state": [_reason(item) for item in path.state],
    }
    parts = [f" {_text(key)}: {_text(value)}" for key, value in head.items()]
    parts += [f" {_text(key)}: {_list(items)}" for key, items in lists.items()]
    parts.append(f' "unindexed": {_text(list(path.unindexed))}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _in_order(edges: Sequence[PathEdge], nodes: Sequence[PathNode]) -> list[PathEdge]:
    """Edges by source, in reading order; the targets of one call as the nodes stand."""
    place = {node.id: number for number, node in enumerate(nodes)}
    first: dict[tuple[str, str, int, str], int] = {}
    for edge in edges:
        site = (edge.source, edge.file, edge.line, edge.expression)
        first[site] = min(first.get(site, edge.order), edge.order)
    return sorted(
        edges,
        key=lambda e: (
            place[e.source],
            first[e.source, e.file, e.line, e.expression],
            place[e.target],
        ),
    )


def _node(node: PathNode, depths: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": node.id,
        "name": node.name,
        "kind": node.kind,
        "path": node.path,
        "line": node.line,
        "depth": depths.get(node.id),
        "fan_in": node.fan_in,
    }


def _edge(edge: PathEdge) -> dict[str, Any]:
    return {
        "from": edge.source,
        "to": edge.target,
        "kind": edge.kind.value,
        "slot": edge.slot,
        "grade": edge.grade.value,
        "site": {"file": edge.file, "line": edge.line},
        "expression": edge.expression,
        "why": [_reason(reason) for reason in edge.why],
        "guard": edge.guard,
        "candidates": edge.candidates,
        "unbound": edge.unbound,
    }


def _unresolved(item: Unresolved) -> dict[str, Any]:
    return {
        "from": item.source,
        "site": {"file": item.file, "line": item.line},
        "expression": item.expression,
        "slot": item.slot,
        "reason": item.reason,
    }


def _folded(item: Folded) -> dict[str, Any]:
    return {
        "from": item.source or None,
        "site": {"file": item.file, "line": item.line} if item.file else None,
        "what": item.what,
        "count": item.count,
        "names": list(item.names),
        "reason": item.reason,
        "option": item.option,
    }


def _assumed(item: Assumed) -> dict[str, Any]:
    return {"text": item.text, "file": item.file, "line": item.line}


def _reason(item: Reason) -> dict[str, Any]:
    return {"text": item.text, "file": item.file, "line": item.line}


def _list(items: list[dict[str, Any]]) -> str:
    if not items:
        return "[]"
    return "[\n  " + ",\n  ".join(map(_text, items)) + "\n ]"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
