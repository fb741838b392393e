"""Width, colour, signs and progress of different outputs."""

import io
import sys
import time

import pytest

from xref.cli.progress import reported
from xref.cli.terminal import columns, has_colour, write
from xref.pipeline.beside import can_copy
from xref.records import Progress


class Terminal(io.StringIO):
    """An output that says it is a terminal."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


def test_a_pipe_has_a_hundred_columns_and_no_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setenv("COLUMNS", "200")
    assert columns() == 100
    assert not has_colour()


@pytest.mark.parametrize(("width", "expected"), [("80", 80), ("200", 200), ("20", 60)])
def test_a_terminal_has_its_own_width(
    monkeypatch: pytest.MonkeyPatch, width: str, expected: int
) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("COLUMNS", width)
    assert columns() == expected


def test_colour_is_for_terminals_and_can_be_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert has_colour()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not has_colour()


def test_an_output_without_the_signs_gets_ascii(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written = io.BytesIO()
    output = io.TextIOWrapper(written, encoding="latin-1")
    monkeypatch.setattr(sys, "stdout", output)
    write("└─ a->f ⇒ g é\n")
    output.flush()
    assert written.getvalue() == b"`- a->f => g \xe9\n"


def test_progress_is_a_line_a_stage_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with reported() as on_progress:
        for done in range(4):
            on_progress(Progress("read", done, 3))
        on_progress(Progress("link", 0, 0))
    out, err = capsys.readouterr()
    assert (out, err) == ("", "xref: read\nxref: link\n")


def test_progress_on_a_terminal_is_drawn_on_stderr(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with reported() as on_progress:
        for done in (1, 9_000_000, 20_000_000):
            on_progress(Progress("index", done, 40_000_000))
            time.sleep(0.01)
        on_progress(Progress("link", 1, 2))
    last = screen.getvalue().splitlines()
    assert any("index" in line and "50%" in line and "B/s" in line for line in last)
    assert any("link" in line and "B/s" not in line for line in last)
    assert capsys.readouterr().out == ""


def test_bars_leave_a_process_that_can_be_copied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with reported() as on_progress:
        on_progress(Progress("link", 0, 1))
        assert can_copy()


def test_a_bar_is_drawn_while_nothing_new_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    with reported() as on_progress:
        on_progress(Progress("link", 0, 1))
        drawn = len(screen.getvalue())
        time.sleep(0.15)
        on_progress(Progress("link", 0, 1))
        assert len(screen.getvalue()) > drawn
