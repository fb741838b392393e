"""What the index lacks of a kernel, read, entered and linked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from xref.data_files import read_data
from xref.pipeline.linking import link_kernel
from xref.pipeline.load import LoadOptions, load
from xref.pipeline.scopes import Scope
from xref.pipeline.tables import syscall_rows
from xref.records import Progress, SourceFile
from xref.sources.trees import KernelTree
from xref.store.writer import Writer

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done to a kernel of the index, and by whom."""

    scope: Scope | None
    """What to read; None where that is done."""
    arch: str
    processes: int
    cluster: str
    reader: int
    """Which program reads the facts; see ``versions.fingerprint``."""
    chooser: int
    """Which one chooses the files."""
    linker: int


def renewed(
    path: Path, tree: KernelTree, wanted: Wanted, on_progress: OnProgress
) -> tuple[int, int, int]:
    """Read and link what is missing; see `Writer.loaded`."""
    with Writer(path) as writer:
        if wanted.scope is not None:
            how = LoadOptions(
                wanted.arch,
                read_data("lexicon.toml"),
                *(wanted.reader, wanted.processes, wanted.cluster),
            )
            files = load(writer, tree, wanted.scope, how, on_progress)
            _enter(writer, tree, wanted.scope, wanted, files)
        on_progress(Progress("link", 0, 1))
        link_kernel(writer, path, tree.version, wanted.linker)
        writer.finish()
        on_progress(Progress("link", 1, 1))
        return writer.loaded


def _enter(
    writer: Writer,
    tree: KernelTree,
    scope: Scope,
    wanted: Wanted,
    files: Sequence[tuple[SourceFile, int]],
) -> None:
    """Note what a kernel consists of, for which architecture, and who chose it."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    writer.begin_kernel(
        (tree.version, tree.origin, tree.key, wanted.arch, now, wanted.chooser),
        [(file.path, blob) for file, blob in files],
        {
            "scope": [(name,) for name in scope.names],
            "unread": [(path,) for path in scope.unread],
            "syscall": syscall_rows(tree, wanted.arch),
        },
    )
