"""What users and machines do wrong: one clear line, the right code, nothing lost."""

import lzma
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from xref.cli.program import run
from xref.store.database import database_path

MINI_KERNEL = Path(__file__).parents[2] / "data" / "mini-kernel"
PLACE = MINI_KERNEL / "v1"
Fails = Callable[..., str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder."""
    monkeypatch.setenv("XREF_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def indexed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the mini kernel, to be copied."""
    home = tmp_path_factory.mktemp("indexed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XREF_HOME", str(home))
        assert run(["index", "--tree", str(PLACE), "--scope", "all"]) == 0
    return home


@pytest.fixture
def indexed(home: Path, indexed_once: Path) -> Path:
    """The database of an index of the mini kernel."""
    shutil.copytree(indexed_once, home)
    return database_path(home)


@pytest.fixture
def fails(capfd: pytest.CaptureFixture[str]) -> Fails:
    """Run a command that fails; the last line of stderr, none of it a traceback."""

    def output(*arguments: str, code: int) -> str:
        capfd.readouterr()
        given = run(arguments)
        out, err = capfd.readouterr()
        *before, line = err.splitlines()
        assert (given, out) == (code, ""), err
        assert line.startswith("xref: ")
        steps = {"xref: index", "xref: link", "xref: unpack", "xref: package lists"}
        assert set(before) <= steps
        return str(line)

    return output


@pytest.mark.parametrize(
    "statement",
    [
        "delete from functions",
        "insert into kernels values ('6.1')",
        "pragma user_version = 7",
        "pragma journal_mode = delete",
        "pragma query_only = off",
        "pragma query_only = off /* edges */",
        "pragma writable_schema = 1",
        "vacuum",
        "vacuum into 'copy.db'",
        "attach 'other.db' as other",
        "detach main",
        "create temp table a (b)",
        "begin immediate",
        "reindex",
        "analyze",
        "savepoint here",
        "with a as (select 9) insert into name select 9, 'x' from a",
        "with a as (select 1) delete from name",
        "replace into name values (1, 'x')",
        "update functions set name = 'x'",
        "drop view edges",
        "alter table name rename to other",
        "create virtual table t using fts5(a)",
        "explain delete from name",
        "select load_extension('other.so')",
        "select * from pragma_journal_mode",
    ],
)
def test_sql_cannot_change_anything(
    indexed: Path,
    fails: Fails,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    statement: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    before = indexed.read_bytes()
    for options in ([], ["--kernel", "1.0.0"]):
        assert "the index is read only" in fails("sql", statement, *options, code=2)
    assert indexed.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_an_archive_that_is_cut_off(home: Path, fails: Fails, tmp_path: Path) -> None:
    for mode in ("gz", "xz"):
        whole = tmp_path / f"linux.tar.{mode}"
        with tarfile.open(whole, f"w:{mode}") as tar:  # type: ignore[call-overload]
            tar.add(PLACE, "linux-1.0")
        cut = tmp_path / f"cut.tar.{mode}"
        cut.write_bytes(whole.read_bytes()[:6000])
        for command in (["add"], ["path", "connect", "--tree"]):
            assert "damaged or cut off" in fails(*command, str(cut), code=1)
        assert run(["path", "connect", "--tree", str(whole)]) == 0
    assert not list((home / "trees").glob(".new-*"))


@pytest.mark.parametrize(
    "content", [b"", b"junk " * 2000, lzma.compress(b"junk" * 999)]
)
def test_an_archive_that_is_none(
    home: Path, fails: Fails, tmp_path: Path, content: bytes
) -> None:
    place = tmp_path / "linux.tar.xz"
    place.write_bytes(content)
    assert "damaged or cut off" in fails("index", "--tree", str(place), code=1)
    assert not database_path(home).exists()


@pytest.mark.usefixtures("home")
def test_a_folder_that_is_no_kernel(fails: Fails, tmp_path: Path) -> None:
    for command in (["add"], ["index", "--tree"], ["path", "connect", "--tree"]):
        assert "is no kernel tree" in fails(*command, str(tmp_path), code=1)
    line = fails("index", "--tree", str(PLACE), "--kernel", "v9.9", code=1)
    assert "it holds 1.0.0" in line


def test_a_part_that_the_tree_does_not_have(home: Path, fails: Fails) -> None:
    for scope in ("nowhere", "net/nowhere", "Makefile", "net/socket.h"):
        line = fails("index", "--tree", str(PLACE), "--scope", scope, code=4)
        assert f"has no code in '{scope}'; scopes are all, core and folders" in line
    line = fails("index", "--tree", str(PLACE), "--scope", "../v2", code=1)
    assert "is no part of a kernel tree" in line
    assert not database_path(home).exists()
    assert run(["index", "--tree", str(PLACE), "--scope", "./net/"]) == 0
    with closing(sqlite3.connect(database_path(home))) as connection:
        (found,) = connection.execute("select scopes, files from kernels")
    assert found[0] == "net"
    assert found[1] > 5


def test_no_kernel_is_known(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["kernels"]) == 4
    assert "no kernel is known yet; as in: xref index" in capsys.readouterr().err
    assert not database_path(home).exists()


@pytest.mark.usefixtures("home")
def test_a_version_and_a_call_that_do_not_exist(
    fails: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")  # no git, no apt: nothing can be fetched
    line = fails("index", "--kernel", "v99.9", code=1)
    assert "no kernel v99.9 is registered, cached or offered" in line
    assert "--tree PATH" in line
    line = fails("path", "conect", "--tree", str(PLACE), code=4)
    assert "did you mean connect?" in line


def test_an_index_of_other_tables(indexed: Path, fails: Fails) -> None:
    with closing(sqlite3.connect(indexed)) as connection:
        connection.execute("pragma user_version = 12")
    before = indexed.read_bytes()
    for words in (["sql", "select 1"], ["kernels"], ["path", "connect"]):
        assert "made by another xref" in fails(*words, code=1)
    assert "delete it" in fails("index", "--tree", str(PLACE), code=1)
    assert indexed.read_bytes() == before


@pytest.mark.parametrize("start", [0, 100, 9000])
def test_a_damaged_index(indexed: Path, fails: Fails, start: int) -> None:
    content = bytearray(indexed.read_bytes())
    content[start:] = b"\xff" * (len(content) - start)
    indexed.write_bytes(content)
    for words in (["sql", "select * from edges"], ["path", "connect"]):
        line = fails(*words, code=1)
        assert f"{indexed} is damaged" in line
        assert "delete" in line
    fails("index", "--tree", str(MINI_KERNEL / "v2"), code=1)


@pytest.mark.parametrize("seed", range(12))
def test_damage_at_any_place_is_no_traceback(
    indexed: Path, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    content = bytearray(indexed.read_bytes())
    for _ in range(chance.choice((1, 20, 200))):
        start = chance.randrange(100, len(content))
        noise = chance.randbytes(chance.choice((1, 1, 8000)))
        content[start : start + len(noise)] = noise
    indexed.write_bytes(content)
    assert run(["doctor"]) == 1
    for words in (["path", "connect"], ["refs", "connect"], ["kernels"]):
        assert run([*words]) in {0, 1, 3, 4}
    for words in (["sql", "select * from edges"], ["forget", "1.0.0"]):
        assert run([*words]) in {0, 1, 4}
    assert "Traceback" not in capsys.readouterr().err


def test_an_index_that_is_cut_off(indexed: Path, fails: Fails) -> None:
    indexed.write_bytes(indexed.read_bytes()[:100_000])
    for words in (["sql", "select * from edges"], ["index", "--tree", str(PLACE)]):
        assert "is damaged" in fails(*words, code=1)


def test_an_index_in_use_can_be_asked(indexed: Path) -> None:
    with closing(sqlite3.connect(indexed, isolation_level=None)) as other:
        other.execute("begin immediate")
        other.execute("delete from file")
        assert run(["path", "connect", "--kernel", "1.0.0"]) == 0
        assert run(["sql", "select * from files"]) == 0


def test_an_index_in_use_is_waited_for(
    indexed: Path, monkeypatch: pytest.MonkeyPatch, fails: Fails
) -> None:
    monkeypatch.setattr("xref.store.database._BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(indexed, isolation_level=None)) as other:
        other.execute("begin immediate")
        arguments = ["index", "--tree", str(MINI_KERNEL / "v2")]
        assert "another process is writing" in fails(*arguments, code=1)
    assert run(arguments) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
@pytest.mark.parametrize("size", ["64k", "400k", "1m"])
def test_a_full_disk(
    tmp_path: Path, fails: Fails, monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    with _mounted(tmp_path / "disk", f"size={size}") as disk:
        monkeypatch.setenv("XREF_HOME", str(disk / "home"))
        arguments = ["path", "connect", "--tree", str(PLACE)]
        assert "the disk is full" in fails(*arguments, code=1)
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        assert run(arguments) == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_folder_that_cannot_be_written(
    indexed: Path, tmp_path: Path, fails: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _mounted(tmp_path / "disk", "size=20m") as disk:
        shutil.copytree(indexed.parent, disk / "home")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        monkeypatch.setenv("XREF_HOME", str(disk / "home"))
        assert run(["path", "connect", "--tree", str(PLACE)]) == 0
        assert run(["sql", "select * from edges"]) == 0
        for name in ("home", "new"):
            monkeypatch.setenv("XREF_HOME", str(disk / name))
            line = fails("index", "--tree", str(MINI_KERNEL / "v2"), code=1)
            assert "set XREF_HOME" in line


class _mounted:  # noqa: N801 - used as a function
    """A file system in memory; lazily gone, for connections may be open."""

    def __init__(self, place: Path, options: str) -> None:
        self._place, self._options = place, options

    def __enter__(self) -> Path:
        self._place.mkdir()
        words = f"mount -t tmpfs -o {self._options} none".split()
        if subprocess.run([*words, self._place], check=False).returncode:
            pytest.skip("this machine lets nobody mount")
        return self._place

    def __exit__(self, *_: object) -> None:
        subprocess.run(["umount", "-l", self._place], check=True)


@pytest.mark.parametrize("delay", [0.0, 0.1, 0.3])
def test_ctrl_c_while_indexing(home: Path, tmp_path: Path, delay: float) -> None:
    command = [sys.executable, "-c", "from xref.cli import main; main()"]
    command += ["index", "--scope", "all", "--tree", str(PLACE)]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()  # its handlers stand now
        time.sleep(delay)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        rest = process.stderr.read()
    assert first == "xref: index\n"
    assert process.returncode in {0, 130}, rest
    if process.returncode:
        assert rest.splitlines()[-1] == "xref: stopped; what is done is kept"
        assert "Traceback" not in rest
    assert run(["index", "--scope", "all", "--tree", str(PLACE)]) == 0
    (tmp_path / "other").mkdir()
    os.environ["XREF_HOME"] = str(tmp_path / "other")  # undone with the fixture's
    assert run(["index", "--scope", "all", "--tree", str(PLACE)]) == 0
    assert _edges(home) == _edges(tmp_path / "other")


def _edges(home: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(database_path(home))) as connection:
        return sorted(connection.execute("select * from edges"))
