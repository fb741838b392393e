"""Kernels side by side: names for trees of one version, and trees that come back."""

from pathlib import Path

from xref.errors import SourceError
from xref.pipeline.questions import indexed_state
from xref.sources import Home, KernelTree
from xref.sources.folder import open_folder


def tell_apart(home: Home, tree: KernelTree) -> None:
    """Give a tree a name of its own where the index has another of its version."""
    plain = tree.version
    place = Path(tree.origin.rpartition(" ")[2]).name
    for name in (plain, f"{plain}@{place}", f"{plain}@{tree.key}"):
        state = indexed_state(home.path, name)
        if state is None or state.key == tree.key:
            tree.version = name
            return


def reopened(home: Home, version: str) -> KernelTree | None:
    """Open the folder that an indexed kernel was read from; None if it was none."""
    state = indexed_state(home.path, version)
    path = state.source.removeprefix(_FOLDER) if state else ""
    if state is None or path == state.source:
        return None
    try:
        tree = open_folder(Path(path), home)
    except SourceError:
        return None  # it is gone, or holds no kernel any more: the index is left
    if tree.key != state.key:
        return None
    tree.version = version
    return tree


_FOLDER = "the folder "
"""As ``sources`` says where a kernel comes from."""
