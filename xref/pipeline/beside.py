"""Work in a copy of this process, which knows at once all that is known here.

What it finds is sent back piece by piece.  A copy is never tidied up: what it held is
gone with it, at no cost.
"""

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from multiprocessing.connection import Connection
from typing import Any, Final, NoReturn, TypeVar

from xref.errors import XrefError
from xref.pipeline.signals import uninterrupted

_T = TypeVar("_T")

_WATCH_SECONDS: Final = 1.0
_WAIT_SECONDS: Final = 0.2


class _Sent(StrEnum):
    ITEM = "item"
    END = "end"
    ERROR = "error"


def can_copy() -> bool:
    """Say whether a process may be copied: only where forking is, and one thread."""
    methods = multiprocessing.get_all_start_methods()
    return "fork" in methods and threading.active_count() == 1


@contextmanager
def streamed(
    work: Callable[[], Iterable[_T]],
    *,
    is_apart: bool,
    on_wait: Callable[[], None] = lambda: None,
) -> Iterator[Iterator[_T]]:
    """Give what work yields, as it comes.

    Args:
        work: what is to be done; it ends with the block at the latest.
        is_apart: in a copy of this process, else here and when its items are asked for.
        on_wait: called again and again while the copy has nothing to give.
    """
    if not is_apart:
        yield iter(work())
        return
    context = multiprocessing.get_context("fork")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(work, sending, os.getpid()))
    with uninterrupted():
        process.start()
        sending.close()
    try:
        yield _received(receiving, on_wait)
    finally:
        process.kill()
        process.join()
        receiving.close()


def apart(work: Callable[[], _T]) -> Callable[[], _T]:
    """Begin work in a copy of this process; what comes back waits for its result."""
    started = streamed(lambda: (work(),), is_apart=True)
    results = started.__enter__()

    def result() -> _T:
        try:
            return next(results)
        finally:
            started.__exit__(None, None, None)

    return result


def _received(receiving: Connection, on_wait: Callable[[], None]) -> Iterator[Any]:
    while True:
        while not receiving.poll(_WAIT_SECONDS):
            on_wait()
        try:
            sent, content = receiving.recv()
        except EOFError as error:
            raise XrefError(
                "a process that reads or links was killed", hint="run the command again"
            ) from error
        if sent is _Sent.END:
            return
        if sent is _Sent.ERROR:
            raise content
        yield content


def _run(
    work: Callable[[], Iterable[_T]], sending: Connection, parent: int
) -> NoReturn:
    """Do the work and end at once: nothing that is held here is given back."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _watch(parent)
    try:
        for item in work():
            sending.send((_Sent.ITEM, item))
            del item  # it is large, and so is the next one
        sending.send((_Sent.END, None))
    except Exception as error:  # noqa: BLE001  # it is raised again in the other process
        error.add_note(traceback.format_exc())
        sending.send((_Sent.ERROR, error))
    finally:
        os._exit(0)


def _watch(parent: int) -> None:
    """End this process when the one that waits for it was killed.

    By a clock and not by a thread: this process may be copied in its turn.
    """

    def look(*_: object) -> None:
        if os.getppid() != parent:
            os._exit(1)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _WATCH_SECONDS, _WATCH_SECONDS)
