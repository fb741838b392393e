"""Facts of one kernel through the linker and back into the index."""

from contextlib import closing
from pathlib import Path

from xref.store.database import open_for_reading
from xref.store.reader import kernel_state
from xref.store.writer import Writer


def link_kernel(writer: Writer, path: Path, version: str, linker: int) -> None:
    """Link a kernel that is entered; replaces the links it had."""
    with closing(open_for_reading(path)) as connection:
        state = kernel_state(connection, version)
        if state is not None:
            writer.link(state.id, {}, linker)
