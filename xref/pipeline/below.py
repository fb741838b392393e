"""What may lie below the functions at which a path ends, by calls by name.

An evaluation ends at functions that cannot matter to what is bound, and at pointer
calls with more targets than it enters.  What another path has and this one may have
below such an end is no difference of two kernels.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Final

from xref.analyse.diff.settled import reached
from xref.answers import CallPath, PathNode
from xref.pipeline.further import node_of
from xref.pipeline.questions import indexed_state
from xref.pipeline.texts import Texts
from xref.pipeline.versions import fingerprint
from xref.program import FunctionEntry
from xref.store.below import called_from
from xref.store.database import database_path, faults, open_for_reading

_MAKERS: Final = ("pipeline/below.py", "store/below.py")
_FUNCTIONS: Final = frozenset({"function", "syscall"})

Met = Mapping[str, PathNode]
"""By id of a node of another path: the same function in the kernel of this one."""


def met_below(texts: Texts, whole: CallPath, path: CallPath, other: CallPath) -> Met:
    """Functions of another path that this one may meet below where it ends.

    Args:
        texts: of the kernel of this path.
        whole: the path as it was found.
        path: what of it is compared.
        other: of another kernel.
    """
    names = {node.name for node in path.nodes}
    groups: dict[tuple[str, str], list[PathNode]] = {}
    for node in other.nodes:
        if node.kind in _FUNCTIONS and node.name not in names:
            groups.setdefault((node.name, node.path), []).append(node)
    wanted = {
        node.id: entry
        for group, nodes in groups.items()
        for node, entry in zip(
            sorted(nodes, key=lambda node: node.line),
            _same(texts, *group),
            strict=False,
        )
    }
    below = _below(texts, whole, path) if wanted else ()
    first = [ident for ident, entry in wanted.items() if entry.id in below]
    # What is called there may lie below as well, by whatever pointer.
    only = {node.id for node in other.nodes if node.name not in names}
    links = ((e.source, e.target) for e in other.edges if e.target in only)
    met = reached(first, links)
    return {ident: node_of(entry) for ident, entry in wanted.items() if ident in met}


def _same(texts: Texts, name: str, path: str) -> Sequence[FunctionEntry]:
    """The functions that have a name in the same file, or the only one in any."""
    known = [each for each in texts.program.functions(name) if each.id >= 0]
    here = sorted((e for e in known if e.path == path), key=lambda e: e.line)
    is_one = len(known) == 1 and not texts.program.macros(name)
    return here or (known if is_one and not known[0].static else [])


def _below(texts: Texts, whole: CallPath, path: CallPath) -> Collection[int]:
    """Ids of the functions below the ends of a path; kept with the index."""
    ends = {node.id: node for node in _ends(whole, path)}
    digest = hashlib.sha1("\0".join(ends).encode(), usedforsecurity=False).hexdigest()
    key = f"below {fingerprint(_MAKERS, ())} {digest}"
    kept = texts.program.remembered(key)
    if isinstance(kept, list):
        return set(kept)
    place = database_path(texts.home)
    state = indexed_state(texts.home, texts.program.kernel)
    if state is None:
        return ()
    starts = [entry.id for node in ends.values() if (entry := texts.entry_of(node))]
    with closing(open_for_reading(place)) as connection, faults(place):
        found = called_from(connection, state.id, starts)
    texts.program.remember(key, sorted(found))
    return found


def _ends(whole: CallPath, path: CallPath) -> Iterator[PathNode]:
    """What calls nothing, and what is left out of the comparison."""
    callers = {edge.source for edge in whole.edges}
    compared = {node.id for node in path.nodes}
    for node in whole.nodes:
        if node.id not in callers or node.id not in compared:
            yield node
