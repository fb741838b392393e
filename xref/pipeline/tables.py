"""Tables of system calls: ``arch/x86/entry/syscalls/syscall_64.tbl`` and older ones."""

import re
from collections.abc import Iterator

from xref.sources.trees import KernelTree

Row = tuple[str, str, int, str, str, str, int]

_FOLDERS = ("entry/syscalls", "kernel/syscalls", "syscalls", "tools")
# Before Linux 3.3: numbers in a header, entries beside them or in a table of their own.
_HEADERS = (
    "arch/{arch}/include/asm/unistd_64.h",
    "arch/{arch}/include/asm/unistd_32.h",
    "include/asm-{arch}/unistd_64.h",
    "include/asm-{arch}/unistd_32.h",
    "include/asm-{arch}_64/unistd.h",
)
_ENTRIES = "arch/{arch}/kernel/syscall_table_32.S"
_NUMBER = re.compile(r"\s*#\s*define\s+__NR_(\w+)\s+(\d+)\b")
_PAIR = re.compile(r"\s*__SYSCALL\(\s*__NR_(\w+)\s*,\s*(\w+)\s*\)")
_ENTRY = re.compile(r"\s*\.long\s+(\w+)")
# ``__x64_sys_execve/ptregs``: the stub of an architecture, and how it is entered.
# Linux kernel commit d5a00528b58c ("syscalls/core, syscalls/x86: Rename struct
# pt_regs-based sys_*() to __x64_sys_*()") (in v4.17); undone in v5.7.
_STUB = re.compile(r"__[a-z0-9]+_(?=(?:compat_)?sys_)")


def syscall_rows(tree: KernelTree, arch: str) -> list[Row]:
    """Arch, ABI, number, name, entry, path and line of each row of the tables."""
    places = [f"arch/{arch}/{folder}" for folder in _FOLDERS]
    older = [place.format(arch=arch) for place in (*_HEADERS, _ENTRIES)]
    texts = {
        file.path: data.decode("utf-8", "replace")
        for file, data in tree.read(tree.files([*places, *older]))
        if file.path.endswith(".tbl") or file.path in older
    }
    rows = [
        row
        for path, text in texts.items()
        if path.endswith(".tbl")
        for row in _rows(arch, path, text)
    ]
    return rows or list(_older_rows(arch, texts))


def _rows(arch: str, path: str, text: str) -> Iterator[Row]:
    """``NUMBER ABI NAME [ENTRY [COMPAT-ENTRY]]``, as syscalltbl.sh reads it."""
    for line, row in enumerate(text.splitlines(), 1):
        cells = row.partition("#")[0].split()
        if len(cells) > 2 and cells[0].isdecimal():  # noqa: PLR2004  # number ABI name
            entry = cells[3] if len(cells) > 3 else ""  # noqa: PLR2004
            entry = _STUB.sub("", entry).partition("/")[0]
            yield arch, cells[1], int(cells[0]), cells[2], entry, path, line


def _older_rows(arch: str, texts: dict[str, str]) -> Iterator[Row]:
    """``#define __NR_socket 41`` with ``__SYSCALL(__NR_socket, sys_socket)``.

    Where no entries stand in the header, the n-th of a table in assembly is number n.
    """
    table = _ENTRY.findall(texts.pop(_ENTRIES.format(arch=arch), ""))
    for path, text in texts.items():
        entries = dict(_PAIR.findall(text))
        abi = "64" if entries else "i386"
        for line, row in enumerate(text.splitlines(), 1):
            match = _NUMBER.match(row)
            if match is None:
                continue
            name, number = match[1], int(match[2])
            other = table[number] if number < len(table) and not entries else ""
            yield arch, abi, number, name, entries.get(name, other), path, line
