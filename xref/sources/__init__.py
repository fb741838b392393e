"""Stage 1: from a version to paths, ids of contents, and contents."""

from xref.sources.cache import cached_versions, forget_cached
from xref.sources.home import Home, home_of, locked
from xref.sources.known import KnownKernel, add_kernel, known_kernels
from xref.sources.lookup import open_kernel, open_local, open_origin
from xref.sources.trees import BlobReader, KernelTree, OnProgress, no_progress

__all__ = [
    "BlobReader",
    "Home",
    "KernelTree",
    "KnownKernel",
    "OnProgress",
    "add_kernel",
    "cached_versions",
    "forget_cached",
    "home_of",
    "known_kernels",
    "locked",
    "no_progress",
    "open_kernel",
    "open_local",
    "open_origin",
]
