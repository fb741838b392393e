"""What a running kernel calls: edges to score a graph against.

usage: trace_kernel.py PACKAGE OUT [--family tcp4 --family unix-stream ...]

PACKAGE is a distribution's package of a built kernel (``linux-image-*.deb``).  It is
started in an emulated machine with one program (``trace_guest.c``), which makes the
calls of sockets of many families, each twice untraced and then under the tracer
``function_graph``.  Nothing of it touches this machine's kernel or network.

OUT gets one table a family, ``FAMILY.tsv``: system call, caller, callee, how often, and
whether it ran in the call (``task``), in a softirq inside it, or in task work when it
returned; and ``traceable.txt``, what the tracer can show at all: functions that are
inlined are not there, and what they call is seen to be called by their caller.

Needs qemu-system-x86_64, dpkg-deb, and a C compiler with a static C library.
"""

import argparse
import gzip
import lzma
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

_FAMILIES: Final = (
    "tcp4",
    "tcp6",
    "udp4",
    "udp6",
    "ping",
    "raw4",
    "raw6",
    "unix-stream",
    "unix-seqpacket",
    "unix-dgram",
    "packet",
    "netlink-route",
    "netlink-generic",
    "vsock",
    "sctp",
    "mptcp",
    "tipc",
    "alg",
    "can",
)
_MODULES: Final = (
    "crc32c_generic",
    "ipv6",
    "af_packet",
    "vsock",
    "vsock_loopback",
    "sctp",
    "mptcp",
    "tipc",
    "af_alg",
    "algif_hash",
    "sha256_generic",
    "can",
    "can_raw",
    "vcan",
    "unix",
)
_GUEST: Final = Path(__file__).with_name("trace_guest.c")
_MACHINE: Final = (
    "qemu-system-x86_64",
    "-accel",
    "tcg",
    "-cpu",
    "max",
    "-m",
    "1500",
    "-smp",
    "1",
    "-display",
    "none",
    "-monitor",
    "none",
    "-nic",
    "none",
    "-no-reboot",
)
_COMMAND_LINE: Final = "console=ttyS0 quiet panic=-1 mitigations=off"
_COLUMNS: Final = "#syscall\tcaller\tcallee\tcount\tcontext"
_LONGEST_SECONDS: Final = 900
_ENTRY: Final = re.compile(r"([\w.$]+)(?: \[\w+\])?\(\) ?([{;])")
_EXIT: Final = re.compile(r"\}(?: /\* ([\w.$]+))?")
_INTERRUPT: Final = re.compile(
    r"irq_enter_rcu|(__)?irq_exit_rcu|.*sysvec.*|.*common_interrupt.*|exc_.*|asm_.*|"
    r"do_user_addr_fault|handle_mm_fault|lock_vma_under_rcu|idle_cpu"
)
_SWITCH: Final = {"schedule", "preempt_schedule_common", "__schedule", "__cond_resched"}
_SOFTIRQ: Final = {"__do_softirq", "handle_softirqs"}
_TASK_WORK: Final = "task_work_run"
_ROOT: Final = "__x64_sys_"

Edge = tuple[str, str, str]
"""Caller, callee, context."""


def main() -> None:
    """Trace the calls of the families that are asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("package", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--family", action="append", choices=_FAMILIES)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        said = _run(given.package, given.family or _FAMILIES, Path(folder))
    given.out.mkdir(parents=True, exist_ok=True)
    for line in said:
        if line.startswith("!"):
            print(line, file=sys.stderr)
    _write(said, given.out)


def _run(package: Path, families: Iterable[str], folder: Path) -> list[str]:
    """Start the kernel of a package; what its program said, by lines."""
    tree, guest, said = folder / "kernel", folder / "guest", folder / "said"
    subprocess.run(["dpkg-deb", "-x", package, tree], check=True)
    subprocess.run(["cc", "-O1", "-static", "-o", guest, _GUEST], check=True)
    kernel = next(tree.glob("boot/vmlinuz*"))
    modules = list(_modules(next(tree.glob("**/lib/modules/*"))))
    files = {
        "init": guest.read_bytes(),
        "families": "".join(f"{name}\n" for name in families).encode(),
        "modules": "".join(f"/{name}\n" for name, _ in modules).encode(),
        **dict(modules),
    }
    image = folder / "image"
    image.write_bytes(gzip.compress(_archive(files), 1))
    command = [
        *(*_MACHINE, "-kernel", str(kernel), "-initrd", str(image)),
        *("-append", _COMMAND_LINE, "-serial", f"file:{folder / 'console'}"),
        *("-debugcon", f"file:{said}"),
    ]
    subprocess.run(command, check=True, timeout=_LONGEST_SECONDS)
    return said.read_text("utf-8", "replace").splitlines()


def _modules(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The modules of the families, each behind those that it needs."""
    offered = {
        path.name.partition(".")[0].replace("-", "_"): path
        for path in folder.rglob("*.ko*")
    }
    done: set[str] = set()

    def load(name: str) -> Iterator[tuple[str, bytes]]:
        path = offered.get(name)
        if path is None or name in done:  # built in, or there already
            return
        done.add(name)
        content = path.read_bytes()
        if path.suffix == ".xz":
            content = lzma.decompress(content)
        needs = re.search(rb"\0depends=([^\0]*)", content)
        for other in needs[1].decode().split(",") if needs else ():
            yield from load(other.replace("-", "_"))
        yield f"{name}.ko", content

    for name in _MODULES:
        yield from load(name)


def _archive(files: dict[str, bytes]) -> bytes:
    """An archive of executable files as the kernel unpacks it at its start.

    Linux, Documentation/driver-api/early-userspace/buffer-format.rst ("newc").
    """
    parts: list[bytes] = []
    for number, (name, content) in enumerate([*files.items(), ("TRAILER!!!", b"")], 1):
        mode = 0o100755 if content else 0
        fields = (number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name) + 1, 0)
        head = b"070701" + b"".join(b"%08X" % field for field in fields)
        for part in (head + name.encode() + b"\0", content):
            parts += part, b"\0" * (-len(part) % 4)
    return b"".join(parts)


def _write(said: Iterable[str], out: Path) -> None:
    """One table a family, and the list of what can be traced."""
    edges: defaultdict[str, Counter[tuple[str, Edge]]] = defaultdict(Counter)
    heads: defaultdict[str, list[str]] = defaultdict(list)
    kernel, title = "", ""
    block: list[str] = []
    for line in said:
        match line.split(" ", 1):
            case ["#KERNEL", text]:
                kernel = text
            case ["#CALL" | "#FUNCTIONS", *_]:
                title, block = line, []
            case ["#END"] if title.startswith("#CALL"):
                _, family, call, what = title.split(" ", 3)
                heads[family].append(f"# call {call} {what}")
                for edge, count in edges_of(block, call).items():
                    edges[family][call, edge] += count
            case ["#END"]:
                _write_lines(out / "traceable.txt", block)
            case _:
                block.append(line)
    for family, table in edges.items():
        rows = [
            f"{call}\t{caller}\t{callee}\t{count}\t{context}"
            for (call, (caller, callee, context)), count in sorted(table.items())
        ]
        about = [f"# kernel {kernel}", f"# family {family}", *heads[family]]
        _write_lines(out / f"{family}.tsv", [*about, _COLUMNS, *rows])
        print(f"{family}: {len(table)} edges of {len(heads[family])} calls")


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def edges_of(lines: Iterable[str], call: str) -> Counter[Edge]:
    """The calls in a function graph, below the entry of one system call.

    What interrupts run, and what other tasks do meanwhile, is left out.

    Args:
        lines: as the tracer writes them: ``f();``, ``f() {``, ``} /* f */``.
        call: the name of the system call.
    """
    found: Counter[Edge] = Counter()
    stack: list[str] = []
    for line in lines:
        text = line.strip()
        entry, leave = _ENTRY.match(text), _EXIT.match(text)
        if entry:
            name = entry[1].partition(".")[0]
            below = _below([*stack, name], call)
            context = _context(below) if below[1:] else None
            if context and below[-2] != name:
                found[below[-2], name, context] += 1
            if entry[2] == "{":
                stack.append(name)
        elif leave and stack:
            _leave(stack, (leave[1] or "").partition(".")[0])
    return found


def _below(names: list[str], call: str) -> list[str]:
    """The part of a stack that begins with the system call or its task work."""
    roots = {_ROOT + call, _TASK_WORK}
    start = next((n for n, name in enumerate(names) if name in roots), len(names))
    return names[start:]


def _context(names: list[str]) -> str | None:
    """In which context the last of a stack runs; None when it does not belong."""
    callers = names[:-1]
    if any(map(_INTERRUPT.fullmatch, names)) or not _SWITCH.isdisjoint(callers):
        return None
    for before, name in pairwise(names):
        if name == "handle_softirqs" and before not in {"__do_softirq", "do_softirq"}:
            return None  # behind an interrupt that is not shown
    if _TASK_WORK in names:
        return "taskwork"
    return "task" if _SOFTIRQ.isdisjoint(callers) else "softirq"


def _leave(stack: list[str], name: str) -> None:
    """Take a function off the stack, with those whose ends were not seen."""
    if not name:
        stack.pop()
    elif name in stack:
        while stack.pop() != name:
            pass


if __name__ == "__main__":
    main()
