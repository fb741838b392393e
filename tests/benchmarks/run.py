"""Time, memory and size of indexing a real kernel, paired with cscope.

usage: run.py TREE [--case NAME]... [--newer TREE] [--git REPOSITORY --tag TAG]
              [--until PART] [--home FOLDER]

Each case is a line in results.jsonl: what, commit, machine, files, bytes, seconds of
the clock and of the processors, memory of all processes together (PSS), size of the
index.  A busy machine shows in `load`: compare seconds of the processors then.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_RESULTS = Path(__file__).parent / "results.jsonl"
_XREF = (sys.executable, "-c", "from xref.cli import main; main()")
_NEWEST = "select files, bytes from kernels order by indexed_at desc"
_LOOK_SECONDS = 0.5
_SWEEP = {
    "net": ("net",),
    "net+fs": ("net", "fs"),
    "core": ("core",),
    "all": ("all",),
}
_QUESTIONS = {
    "help": ("--help",),
    "path": ("path", "connect"),
    "callers": ("query", "callers", "name=kfree"),
    "targets": ("query", "slot", "struct=proto_ops", "field=connect"),
    "def": ("def", "kfree"),
    "refs": ("refs", "kfree"),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took."""

    seconds: float
    processor_seconds: float
    memory_bytes: int
    """The most that all its processes had together."""
    code: int


def main() -> None:
    """Run the cases that are asked for, and append what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--newer", type=Path, help="a second version of the tree")
    parser.add_argument("--git", type=Path, help="a repository that has the tree")
    parser.add_argument("--tag", help="of the tree in that repository")
    parser.add_argument("--until", choices=_SWEEP, help="the largest part of a sweep")
    parser.add_argument("--case", action="append", choices=sorted(_CASES))
    parser.add_argument("--home", type=Path, help="kept; else a new one, removed")
    options = parser.parse_args()
    home = options.home or Path(tempfile.mkdtemp(prefix="xref-benchmark-"))
    try:
        for name in options.case or _CASES:
            _CASES[name](options, home)
    finally:
        if not options.home:
            shutil.rmtree(home)


def whole(options: argparse.Namespace, home: Path) -> None:
    """The whole tree into an empty index, then once more, then cscope on the same."""
    _index(("--tree", str(options.tree)), ("all",), home, "whole")
    _index(("--tree", str(options.tree)), ("all",), home, "again")
    cscope(options, home)


def cscope(options: argparse.Namespace, _: Path) -> None:
    """The peer: cscope -bkq on the files that xref reads."""
    files = [p for ending in ("c", "h") for p in options.tree.rglob(f"*.{ending}")]
    with tempfile.TemporaryDirectory() as folder:
        listed = "\n".join(
            f'"{p}"' for p in files if p.is_file() and not p.is_symlink()
        )
        Path(folder, "cscope.files").write_text(listed)
        cost = measured(("cscope", "-bkq"), folder=Path(folder))
        size = sum(p.stat().st_size for p in Path(folder).glob("cscope*out"))
    _append("cscope", cost, files=len(files), index_bytes=size)


def newer(options: argparse.Namespace, home: Path) -> None:
    """A second version: what is new in it, and its links."""
    if options.newer:
        _index(("--tree", str(options.newer)), ("all",), home, "second version")


def sweep(options: argparse.Namespace, home: Path) -> None:
    """Parts of growing size, each into an empty index: cost is linear in bytes."""
    for name, scopes in _SWEEP.items():
        _index_once(("--tree", str(options.tree)), scopes, home, f"sweep {name}")
        if name == options.until:
            return


def git(options: argparse.Namespace, home: Path) -> None:
    """One tag out of a repository, and the same tree in a folder."""
    if not options.git:
        return
    wanted = ("--tree", str(options.git), "--kernel", options.tag)
    _index_once(wanted, ("core",), home, "core from git")
    _index_once(("--tree", str(options.tree)), ("core",), home, "core from a folder")


def warm(_: argparse.Namespace, home: Path) -> None:
    """Questions to the index that is there, the second time each is asked."""
    for name, words in _QUESTIONS.items():
        measured((*_XREF, *words), home=home)
        _append(f"warm {name}", measured((*_XREF, *words), home=home))


_CASES: dict[str, Callable[[argparse.Namespace, Path], None]] = {
    "whole": whole,
    "newer": newer,
    "warm": warm,
    "sweep": sweep,
    "git": git,
    "cscope": cscope,
}


def _index_once(
    place: Sequence[str], scopes: Sequence[str], home: Path, what: str
) -> None:
    """Into an empty index, which is removed."""
    there = home / "once"
    _index(place, scopes, there, what)
    shutil.rmtree(there)


def _index(place: Sequence[str], scopes: Sequence[str], home: Path, what: str) -> None:
    words = [word for scope in scopes for word in ("--scope", scope)]
    cost = measured((*_XREF, "index", *place, *words), home=home)
    sizes = subprocess.run(
        (*_XREF, "sql", _NEWEST, "--format", "json"),
        capture_output=True,
        check=True,
        env=_environment(home),
    )
    row = json.loads(sizes.stdout)[0]
    index_bytes = (home / "index.db").stat().st_size
    _append(what, cost, files=row["files"], size=row["bytes"], index_bytes=index_bytes)


def measured(
    command: Sequence[str], home: Path | None = None, folder: Path = _ROOT
) -> Cost:
    """Run a command and watch what it takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    most = 0
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(home),
    ) as process:
        while process.poll() is None:
            most = max(most, _memory_bytes(process.pid))
            time.sleep(min(_LOOK_SECONDS, 0.02 + (time.monotonic() - began) / 20))
        seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(round(seconds, 2), round(used, 2), most, process.returncode)


def _environment(home: Path | None) -> dict[str, str]:
    kept = {**os.environ, "PYTHONPATH": str(_ROOT)}
    return kept if home is None else {**kept, "XREF_HOME": str(home)}


def _memory_bytes(top: int) -> int:
    """Proportional set size of a process and all below it."""
    waiting, total = [top], 0
    while waiting:
        place = Path(f"/proc/{waiting.pop()}")
        try:
            for line in (place / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
            for task in (place / "task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except (OSError, ValueError):
            continue  # it has ended
    return total


def _append(what: str, cost: Cost, **more: int) -> None:
    """One line of results, on stdout too."""
    commit = subprocess.run(
        ("git", "describe", "--always", "--dirty"),
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    row = {
        "what": what,
        "commit": commit.stdout.strip(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()} x{os.cpu_count()}",
        "load": round(os.getloadavg()[0], 1),
        **asdict(cost),
        **more,
    }
    with _RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    print(json.dumps(row))


if __name__ == "__main__":
    main()
