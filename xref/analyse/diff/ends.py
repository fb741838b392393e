"""Two paths of which either may meet below its ends what only the other one has."""

from collections.abc import Collection

from xref.analyse.diff.settled import reached, with_edges
from xref.answers import CallPath


def without_below(path: CallPath, met: Collection[str], other: CallPath) -> CallPath:
    """The path without what lies below functions that the other may meet as well.

    What both paths have stays, and the ways to it.

    Args:
        path: one of two.
        met: ids of such functions.
        other: the other one.
    """
    names = {node.name for node in other.nodes}
    edges = [edge for edge in path.edges if edge.source not in met]
    left = reached([path.nodes[0].id], ((e.source, e.target) for e in edges))
    lost = {n.id for n in path.nodes if n.name in names and n.id not in left}
    above = reached(lost, ((e.target, e.source) for e in path.edges))
    return with_edges(
        path, [e for e in path.edges if e.source not in met or e.target in above]
    )
