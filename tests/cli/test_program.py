"""The command line: what becomes of faults, and how it starts."""

import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace

import click
import pytest

from xref.cli import program
from xref.cli.exits import STOPPED
from xref.cli.program import COMMANDS, run
from xref.errors import NotFoundError, QueryError, SourceError, StoreError

HELP = "; run: xref path --help"


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Make ``xref path`` raise what is put into it."""

    def install(fault: BaseException) -> None:
        @click.command()
        @click.option("--debug", is_flag=True, expose_value=False)
        def path() -> None:
            raise fault

        module = SimpleNamespace(path=path)
        monkeypatch.setattr(program, "import_module", lambda _: module)

    return install


@pytest.mark.parametrize(
    ("fault", "code", "line"),
    [
        (SourceError("no v6.1", hint="say where"), 1, "xref: no v6.1; say where"),
        (StoreError("disk\nfull"), 1, "xref: disk full"),
        (QueryError("no such column"), 2, "xref: no such column"),
        (NotFoundError("no 'x'", hint="near: y"), 4, "xref: no 'x'; near: y"),
        (KeyboardInterrupt(), 130, "xref: stopped; what is done is kept"),
        (click.UsageError("both given"), 2, "xref: both given; run: xref path --help"),
    ],
)
def test_a_fault_is_one_line_and_an_exit_code(
    failing: Callable[[BaseException], None],
    capsys: pytest.CaptureFixture[str],
    fault: BaseException,
    code: int,
    line: str,
) -> None:
    failing(fault)
    assert run(["path"]) == code
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"{line}\n")


def test_debug_shows_where_a_fault_arose(
    failing: Callable[[BaseException], None],
) -> None:
    failing(SourceError("gone"))
    with pytest.raises(SourceError):
        run(["path", "--debug"])


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["pth"], "xref: no command 'pth'; near: path; run: xref --help"),
        (["path"], "xref: Missing argument 'SYSCALL'; run: xref path --help"),
        (
            ["path", "connect", "--ful"],
            "xref: No such option '--ful'. Did you mean '--full'?" + HELP,
        ),
        (
            ["path", "connect", "--any", "--as", "tcp4"],
            "xref: --any binds nothing, so --as and --bind cannot stand" + HELP,
        ),
        (
            ["path", "connect", "--bind", "family"],
            "xref: --bind 'family' is not NAME=VALUE; as in --bind family=AF_UNIX",
        ),
    ],
)
def test_wrong_usage_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert run(arguments) == 2
    assert capsys.readouterr().err == f"{line}\n"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    page = capsys.readouterr().out
    assert all(f"  {name} " in page for name in COMMANDS)


def test_without_a_command_there_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    page = capsys.readouterr()
    assert run([]) == 0
    assert capsys.readouterr() == page


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    page = capsys.readouterr().out
    assert f"xref {name}" in page
    assert len(page.splitlines()) > 5


def test_starting_reads_no_library_that_takes_time() -> None:
    code = (
        "import sys; from xref.cli.program import run; run(['--help']);"
        "print('read:', *sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    read = set(done.stdout.rpartition("read:")[2].split())
    assert not read & {"git", "rich", "sqlite3", "sqlite_utils", "tree_sitter"}


def test_a_closed_pipe_ends_quietly() -> None:
    code = (
        "import sys; from xref.cli import terminal, program;"
        "import click\n"
        "@click.command()\n"
        "def path(): terminal.write_all('x' * 999 + chr(10) for _ in range(9999))\n"
        "from types import SimpleNamespace\n"
        "program.import_module = lambda _: SimpleNamespace(path=path)\n"
        "sys.exit(program.run(['path']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_ctrl_c_while_the_program_is_read_is_no_traceback() -> None:
    code = (
        "import sys\n"
        "class Stopping:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'click': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stopping())\n"
        "from xref.cli import main\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", f"{STOPPED}\n")


@pytest.mark.parametrize(
    ("output", "why"),
    [
        (">/dev/full", "the answer cannot be written: No space left on device"),
        (">&-", "there is no output to write to"),
    ],
)
def test_an_answer_that_cannot_be_written_is_said(output: str, why: str) -> None:
    code = "from xref.cli import main; main()"
    for command in ("--help", "scenarios"):
        line = f"'{sys.executable}' -c '{code}' {command} {output}"
        done = subprocess.run(
            ["sh", "-c", line], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (1, f"xref: {why}\n")
