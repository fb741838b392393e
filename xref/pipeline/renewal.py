"""What the index lacks of a kernel, read, entered and linked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from xref.data_files import read_data
from xref.pipeline.beside import can_copy, streamed
from xref.pipeline.linking import link_kernel
from xref.pipeline.load import LoadOptions, load
from xref.pipeline.scopes import Scope
from xref.pipeline.tables import syscall_rows
from xref.records import Progress, SourceFile
from xref.sources.trees import KernelTree
from xref.store.database import open_for_reading
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
    loaded = (0, 0, 0)
    if wanted.scope is not None:
        # Apart: the names of a whole tree, and the gaps that are left where they were,
        # would stay with this process while its kernel is linked.
        is_apart = wanted.processes > 1 and not wanted.cluster and can_copy()
        work = partial(_read, path, tree, wanted.scope, wanted)
        with streamed(work, is_apart=is_apart) as come:
            for each in come:
                if isinstance(each, Progress):
                    on_progress(each)
                else:
                    loaded = each
    open_for_reading(path).close()  # who went meanwhile is not made anew
    with Writer(path) as writer:
        linking = partial(on_progress, Progress("link", 0, 1))
        linking()
        link_kernel(writer, (path, tree.version), wanted.linker, linking)
        writer.finish()
        on_progress(Progress("link", 1, 1))
    return loaded


def _read(
    path: Path, tree: KernelTree, scope: Scope, wanted: Wanted
) -> Iterator[Progress | tuple[int, int, int]]:
    """How far reading is, and at last what was loaded."""
    how = LoadOptions(
        wanted.arch,
        read_data("lexicon.toml"),
        *(wanted.reader, wanted.processes, wanted.cluster),
    )
    with Writer(path) as writer:
        files = yield from load(writer, tree, scope, how)
        _enter(writer, tree, scope, wanted, files)
        yield writer.loaded


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
