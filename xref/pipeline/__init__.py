"""Joins the stages: files to facts, facts to links, an index to a program.

A name of this package is read when it is asked for: most questions need no parser.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from xref.pipeline.indexing import Indexed, IndexOptions, index
    from xref.pipeline.programs import open_program

__all__ = ["IndexOptions", "Indexed", "index", "open_program"]

_MODULES = {
    "IndexOptions": "indexing",
    "Indexed": "indexing",
    "index": "indexing",
    "open_program": "programs",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  # each name has its own type
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
