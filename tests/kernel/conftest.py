"""A real kernel, by the program's own way; without one these tests fail."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from xref.cli.exits import Exit
from xref.cli.program import run

KERNEL = "v6.1"


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """Ask for a path of the kernel, as a program does."""

    def path(call: str, *options: str) -> dict[str, Any]:
        code = run(
            ["path", call, "--kernel", KERNEL, "--format", "json", "--full", *options]
        )
        out, err = capsys.readouterr()
        assert code in {Exit.COMPLETE, Exit.INCOMPLETE}, err
        answer: dict[str, Any] = json.loads(out)
        return answer

    return path


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Ask for a path of the kernel, as a person does."""

    def path(call: str, *options: str) -> str:
        code = run(["path", call, "--kernel", KERNEL, *options])
        out, err = capsys.readouterr()
        assert code in {Exit.COMPLETE, Exit.INCOMPLETE}, err
        return out

    return path
