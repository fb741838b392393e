"""Commands on an index of both versions of the mini kernel."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.mini import V1, V2
from xref.cli.program import run


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the whole of both versions, one for each module of tests."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XREF_HOME", str(home))
        for version in (V1, V2):
            assert run(["index", "--scope", "all", "--tree", version]) == 0
    return home


@pytest.fixture
def xref(
    indexed: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., str]:
    """Run a command; its output, after a look at its exit code."""
    monkeypatch.setenv("XREF_HOME", str(indexed))

    def output(*arguments: str, code: int = 0) -> str:
        given = run(arguments)
        out, err = capsys.readouterr()
        assert given == code, err
        return str(out)

    return output
