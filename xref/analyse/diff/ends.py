"""Two paths of which either may meet below its ends what only the other one has."""

from collections.abc import Collection

from xref.analyse.diff.settled import with_edges
from xref.answers import CallPath


def without_below(path: CallPath, met: Collection[str], other: CallPath) -> CallPath:
    """The path without what lies below functions that the other may meet as well.

    What both paths have stays, with all below.

    Args:
        path: one of two.
        met: ids of such functions.
        other: the other one.
    """
    edges = [edge for edge in path.edges if edge.source not in met]
    return with_edges(path, edges, {node.name for node in other.nodes})
