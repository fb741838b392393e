"""Reading on a Dask cluster: the same rows, whatever becomes of its workers."""

import importlib
import itertools
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

from tests.test_pipeline import CASE, content, undisturbed
from tests.trees import open_tree, write_tree
from xref.cli.program import run
from xref.pipeline import IndexOptions, cluster, index
from xref.records import Progress

pytestmark = pytest.mark.filterwarnings("ignore:::distributed")
MORE = "".join(
    f"//- v net/more{number}.c\n#include <linux/a.h>\n"
    f"int more{number}(struct ops *o) {{ return o->go({number}); }}\n"
    for number in range(40)
)
Fails = Callable[..., str]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A kernel of some more files."""
    return write_tree(tmp_path / "tree", CASE + MORE)


def cluster_of(n_workers: int, *, is_here: bool) -> LocalCluster:
    """A cluster of workers in this process, or in processes of their own."""
    return LocalCluster(
        n_workers=n_workers,
        threads_per_worker=1,
        processes=not is_here,
        protocol="tcp",
        dashboard_address=":0",
        silence_logs=logging.CRITICAL,
    )


@pytest.fixture(scope="module")
def two() -> Iterator[LocalCluster]:
    """A cluster of two workers in this process."""
    with cluster_of(2, is_here=True) as found:
        yield found


def place_of(found: LocalCluster) -> str:
    return str(found.scheduler_address).replace("tcp://", "dask://")


@pytest.fixture
def fails(
    tree: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Fails:
    """Index on a place that is no good; the last line of what is said."""
    monkeypatch.setenv("XREF_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(cluster, "_PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(cluster, "_LOOK_SECONDS", 0.1)

    def line(place: str, code: int = 1) -> str:
        assert run(["index", "--tree", str(tree), "--on", place]) == code
        out, err = capsys.readouterr()
        assert out == ""
        assert "Traceback" not in err
        return str(err.splitlines()[-1])

    return line


def test_a_cluster_gives_what_this_machine_gives(
    tree: Path, tmp_path: Path, two: LocalCluster
) -> None:
    home = tmp_path / "home"
    told: list[Progress] = []
    options = IndexOptions(("all",), cluster=place_of(two))
    done = index(home, open_tree(tree, home), options, told.append)
    assert done
    assert done.n_new == 48
    assert content(home) == undisturbed(tree, tmp_path / "other")
    read = [each for each in told if each.stage == "index"]
    assert len(read) > 1
    assert read[-1].done == read[-1].total


def test_a_worker_that_is_killed_is_no_loss(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xref.pipeline.load._TASK_BYTES", 1)
    home = tmp_path / "home"
    with cluster_of(2, is_here=False) as found:
        victims = [worker.pid for worker in found.workers.values()][:1]

        def kill(progress: Progress) -> None:
            if progress.done and victims:
                os.kill(victims.pop(), signal.SIGKILL)

        options = IndexOptions(("all",), cluster=place_of(found))
        index(home, open_tree(tree, home), options, kill)
        assert not victims
    assert content(home) == undisturbed(tree, tmp_path / "other")


def test_a_stop_takes_back_what_was_asked(
    tree: Path, tmp_path: Path, two: LocalCluster
) -> None:
    def stop(progress: Progress) -> None:
        if progress.done:
            raise KeyboardInterrupt

    home = tmp_path / "home"
    options = IndexOptions(("all",), cluster=place_of(two))
    with pytest.raises(KeyboardInterrupt):
        index(home, open_tree(tree, home), options, stop)
    until = time.monotonic() + 20
    while two.scheduler.tasks and time.monotonic() < until:
        time.sleep(0.05)
    assert not two.scheduler.tasks
    assert undisturbed(tree, home) == undisturbed(tree, tmp_path / "other")


def test_without_dask_it_is_said_how_to_get_it(
    fails: Fails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert fails("dask://localhost:1") == (
        "xref: Dask is not installed here; run: pip install 'xref[dask]'"
    )


def test_no_scheduler_and_no_workers(fails: Fails) -> None:
    assert "no scheduler of Dask answers at dask://127.0.0.1:1;" in fails(
        "dask://127.0.0.1:1"
    )
    with cluster_of(0, is_here=True) as found:
        assert "has no workers; start some: dask worker" in fails(place_of(found))
    assert "is no cluster; give dask://HOST:PORT" in fails("dask://somewhere", 2)


def test_another_xref_on_the_workers_is_refused(
    fails: Fails, two: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = itertools.count()
    monkeypatch.setattr(cluster, "_ours", lambda: next(numbers))
    assert "has another xref than this one, or none;" in fails(place_of(two))


class _AskedOfNobody:
    """What a worker without xref gets: it names what is not there."""

    def __init__(self, *_: object) -> None:
        pass

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return importlib.import_module, ("xref_of_tomorrow",)


def test_workers_without_xref_are_told_of_and_live(
    fails: Fails,
    two: LocalCluster,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cluster, "_Asked", _AskedOfNobody)
    assert "has another xref than this one, or none;" in fails(place_of(two))
    assert len(two.scheduler.workers) == 2
