"""Take a kernel out of an index, with what no other kernel shares."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from xref.store.database import faults, open_for_writing, transaction
from xref.store.made import drop_unused
from xref.store.rows import COLUMNS, POSITION_BITS
from xref.store.writer import OF_LINKS


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What went."""

    blobs: int
    """Contents that were read and that no other kernel has."""
    freed_bytes: int
    """By which the file became smaller."""


def forget_kernel(path: Path, version: str) -> Forgotten | None:
    """Remove a kernel; None when the index has none of this exact version.

    Nobody may be indexing meanwhile: what is read and belongs to no kernel yet goes.
    """
    with faults(path), closing(open_for_writing(path)) as connection:
        execute = connection.execute
        before = path.stat().st_size
        with transaction(connection):
            row = execute("select id from kernel where name = ?", (version,)).fetchone()
            if row is None:
                return None
            for table in (*OF_LINKS, "scope", "unread", "syscall", "file"):
                execute(f"delete from {table} where kernel = ?", row)  # noqa: S608
            for table in ("made_in", "plain_of"):
                execute(f"delete from {table} where kernel = ?", row)  # noqa: S608
            execute("delete from kernel where id = ?", row)
            drop_unused(connection)
            execute(
                "create temp table gone as select id, reader from blob "
                "where id not in (select blob from file)"
            )
            for table, columns in COLUMNS.items():
                execute(
                    f"delete from {table} where {columns[0][0]} >> {POSITION_BITS} "  # noqa: S608
                    "in (select id from gone)"
                )
            for table in ("content", "word", "plain"):
                execute(f"delete from {table} where blob in (select id from gone)")  # noqa: S608
            execute("delete from blob where id in (select id from gone)")
            execute(
                "delete from name where id <> 0 and not exists (select 1 from blob)"
            )
            n_blobs = execute("select count(*) from gone where reader").fetchone()[0]
        execute("vacuum")
        execute("pragma wal_checkpoint(truncate)")
        return Forgotten(n_blobs, max(before - path.stat().st_size, 0))
