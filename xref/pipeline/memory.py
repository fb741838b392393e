"""Python's collector of cycles and its stack, where they only cost time."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

_T = TypeVar("_T")
_STACK_WORDS: Final = (1 << 20) + 1
"""Just over a power of two: the chunk made for it has as much again for others."""


@contextmanager
def without_collector() -> Iterator[None]:
    """No search for cycles among millions of objects that stay: it doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def with_roomy_stack(work: Callable[[], _T]) -> _T:
    """Call where the frames of deep calls find room in one piece.

    CPython keeps frames in chunks of 16 KB, and maps and frees one whenever calls go
    back and forth over its end: up to a quarter of an evaluation.  The frame of
    this function says that it is so large that its chunk holds all that follow.
    """
    return work()


with_roomy_stack.__code__ = with_roomy_stack.__code__.replace(co_stacksize=_STACK_WORDS)
