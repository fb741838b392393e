"""Work that may take so much processor time and no more."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class LateError(BaseException):
    """Work was stopped: like Ctrl-C, no stage takes it for a fault of its own."""


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Raise `LateError` in the block when it has taken so long.

    What the block was at is left as it was: it must not be used any more.

    Args:
        seconds: of processor time; 0: there is no limit, nor is there one where a
            system has no such clock, or beside the main thread.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not (seconds and is_main and hasattr(signal, "setitimer")):
        yield
        return
    before = signal.signal(signal.SIGPROF, _ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _ring(*_: object) -> None:
    raise LateError
