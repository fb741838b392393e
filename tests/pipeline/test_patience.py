"""Work ends when it has taken as long as it may."""

import signal

import pytest

from xref.pipeline.patience import LateError, patience


def test_what_takes_too_long_is_stopped() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with pytest.raises(LateError), patience(0.01):
        _work_on()
    assert signal.getsignal(signal.SIGPROF) == before
    assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)


def _work_on() -> None:
    while True:
        pass


def test_nothing_stops_work_that_may_take_any_time() -> None:
    with patience(0):
        assert signal.getitimer(signal.ITIMER_PROF) == (0, 0)
