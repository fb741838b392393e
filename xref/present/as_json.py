"""A path as JSON: a contract with programs; fields may be added, none goes."""

import json
from collections.abc import Iterable, Mapping, Sequence
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

_ENCODER = json.JSONEncoder(ensure_ascii=False)


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
    words = _Words()
    lists: dict[str, Iterable[str]] = {
        "nodes": (_text(_node(node, depths)) for node in nodes),
        "edges": (_edge(edge, words) for edge in _in_order(path.edges, nodes)),
        "unresolved": (_text(_unresolved(item)) for item in path.unresolved),
        "folded": (_text(_folded(item)) for item in path.folded),
        "assumed": (_text(_assumed(item)) for item in path.assumed),
        "state": (_reason(item, words) for item in path.state),
    }
    parts = [f" {_text(key)}: {_text(value)}" for key, value in head.items()]
    parts += [f" {_text(key)}: {_list(items)}" for key, items in lists.items()]
    parts.append(f' "unindexed": {_text(list(path.unindexed))}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


class _Words(dict[str, str]):
    """Strings as JSON: an edge consists of words that hundreds of others have."""

    def __missing__(self, word: str) -> str:
        text = self[word] = _text(word)
        return text


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


def _edge(edge: PathEdge, words: _Words) -> str:
    """An edge as JSON; there are half a million of them, and one form."""
    why = ", ".join([_reason(reason, words) for reason in edge.why])
    return (
        f'{{"from": {words[edge.source]}, "to": {words[edge.target]},'
        f' "kind": "{edge.kind.value}", "slot": {words[edge.slot]},'
        f' "grade": "{edge.grade.value}",'
        f' "site": {{"file": {words[edge.file]}, "line": {edge.line}}},'
        f' "expression": {words[edge.expression]}, "why": [{why}],'
        f' "guard": {words[edge.guard]}, "candidates": {edge.candidates},'
        f' "unbound": {edge.unbound}}}'
    )


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


def _reason(item: Reason, words: _Words) -> str:
    place = f'"file": {words[item.file]}, "line": {item.line}'
    return f'{{"text": {words[item.text]}, {place}}}'


def _list(items: Iterable[str]) -> str:
    lines = ",\n  ".join(items)
    return f"[\n  {lines}\n ]" if lines else "[]"


def _text(value: object) -> str:
    return _ENCODER.encode(value)
