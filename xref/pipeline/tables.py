"""Tables of system calls: ``arch/x86/entry/syscalls/syscall_64.tbl``."""

from collections.abc import Iterator

from xref.sources.trees import KernelTree

Row = tuple[str, str, int, str, str, str, int]

_FOLDERS = ("entry/syscalls", "kernel/syscalls", "tools")


def syscall_rows(tree: KernelTree, arch: str) -> list[Row]:
    """Arch, ABI, number, name, entry, path and line of each row of the tables."""
    places = [f"arch/{arch}/{folder}" for folder in _FOLDERS]
    files = [f for f in tree.files(places) if f.path.endswith(".tbl")]
    return [
        row
        for file, data in tree.read(files)
        for row in _rows(arch, file.path, data.decode("utf-8", "replace"))
    ]


def _rows(arch: str, path: str, text: str) -> Iterator[Row]:
    """``NUMBER ABI NAME [ENTRY [COMPAT-ENTRY]]``, as syscalltbl.sh reads it."""
    for line, row in enumerate(text.splitlines(), 1):
        cells = row.partition("#")[0].split()
        if len(cells) > 2 and cells[0].isdecimal():  # noqa: PLR2004  # number ABI name
            entry = cells[3] if len(cells) > 3 else ""  # noqa: PLR2004
            yield arch, cells[1], int(cells[0]), cells[2], entry, path, line
