"""Open an index; say in our words what SQLite says in its own."""

import json
import logging
import os
import re
import shutil
import sqlite3
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Final

from xref.errors import StoreError

APPLICATION: Final = 0x78726566
"""Stands in ``application_id``: "xref"."""
NAME: Final = "index.db"
"""Of the database in the cache folder: one file for all kernels."""

_log = logging.getLogger("xref.store")

_BUSY_SECONDS = 900.0
"""How long to wait for another process: the links of a whole tree are one write."""
_TELL_SECONDS = 2.0
"""A shorter wait is not worth a word."""
_PAUSE_SECONDS = 0.05
_GLANCE_SECONDS = 5.0
"""How long SQLite itself waits, deaf to Ctrl-C: for locks held for a moment."""
_PAGE_BYTES = 8192
"""Larger than SQLite's own choice: most content lies in overflow pages."""
_CACHE_KIBIBYTES = 65536
_MAP_BYTES = 1 << 28


_LEAST_BYTES: Final = 1 << 18
_LARGE_BYTES: Final = 1 << 28
"""Below, gaps do not matter."""


def database_path(home: Path) -> Path:
    """The file of the index in a cache folder."""
    return home / NAME


def schema_number(text: str) -> int:
    """What stands in ``user_version``: the same layout has the same number, never 0.

    Args:
        text: of the schema; its comments and blanks do not count.
    """
    plain = " ".join(re.sub(r"--[^\n]*", "", text).split())
    return zlib.crc32(plain.encode()) >> 1 | 1


@cache
def _schema() -> str:
    return files("xref.store").joinpath("schema.sql").read_text("utf-8")


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Open an index, made when there is none, in autocommit mode."""
    with faults(path):
        if not path.exists():
            _create(path)
        connection = sqlite3.connect(path, _GLANCE_SECONDS, isolation_level=None)
        try:
            _patiently(lambda: _check(connection, path), _BUSY_SECONDS)
            # The index can be made again: no wait for the disk but at checkpoints.
            connection.execute("pragma synchronous = normal")
            connection.execute(f"pragma cache_size = -{_CACHE_KIBIBYTES}")
        except BaseException:
            connection.close()
            raise
        return connection


def open_for_reading(path: Path, *, is_mapped: bool = True) -> sqlite3.Connection:
    """Open an index so that nothing can change it.

    Args:
        path: the database.
        is_mapped: whether to map the file into memory: quick for look-ups, and for who
            reads all of it once only memory.

    Raises:
        StoreError: there is none, or it has another schema.
    """
    if not path.is_file():
        raise StoreError(f"no index at {path}", hint="run: xref index --kernel VERSION")
    with faults(path):
        connection = _opened_to_read(path)
        try:
            connection.execute("pragma query_only = on")
            connection.execute(f"pragma mmap_size = {_MAP_BYTES if is_mapped else 0}")
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def faults(path: Path) -> Iterator[None]:
    """Turn what SQLite raises on a file into a ``StoreError``."""
    try:
        yield
    except sqlite3.Error as error:
        raise fault_of(path, error) from error
    except (UnicodeDecodeError, zlib.error, json.JSONDecodeError) as error:
        raise damage_at(path, error) from error
    except OSError as error:
        raise StoreError(
            f"{path}: {error.strerror or error}",
            hint="set XREF_HOME to a folder that can be written",
        ) from error


def fault_of(path: Path, error: sqlite3.Error) -> StoreError:
    """What SQLite says of a file, in our words."""
    text = str(error)
    if "full" in text or ("disk I/O" in text and _is_full(path.parent)):
        return StoreError(
            f"{path}: the disk is full", hint="free space, then run again"
        )
    if "locked" in text:
        return StoreError(
            f"{path}: another process is writing", hint="wait for it, then run again"
        )
    if "readonly" in text or "unable to open" in text:
        return StoreError(
            f"{path}: cannot be written or read",
            hint="set XREF_HOME to a folder that can be written",
        )
    if _is_damage(text):
        return damage_at(path, error)
    return StoreError(f"{path}: {text}")


def damage_at(path: Path, error: Exception) -> StoreError:
    """Say that a file holds what was never written there."""
    return StoreError(
        f"{path} is damaged: {error}", hint=f"delete {path}, then index again"
    )


def _is_full(folder: Path) -> bool:
    """Say whether a disk has no room for a journal: SQLite calls that an I/O error."""
    return shutil.disk_usage(folder).free < _LEAST_BYTES


def is_of_the_file(error: sqlite3.Error) -> bool:
    """Say whether the file is to blame, or its disk: no statement would do."""
    return bool(re.search("malformed|not a database|disk|locked", str(error)))


@contextmanager
def transaction(
    connection: sqlite3.Connection, wait_seconds: float | None = None
) -> Iterator[None]:
    """All or nothing; waits for another writer first, long if nothing is said."""
    _begin(connection, _BUSY_SECONDS if wait_seconds is None else wait_seconds)
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def pack(connection: sqlite3.Connection, path: Path) -> None:
    """Write a large index anew where that is sure to work: a twentieth of it is gaps.

    It goes without where another process is at work, or room is short.
    """
    size = path.stat().st_size
    if size < _LARGE_BYTES or shutil.disk_usage(path.parent).free < 3 * size:
        return
    connection.execute("pragma busy_timeout = 0")
    try:
        connection.execute("vacuum")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise
        _log.info("not packed: another process uses the index")


def _begin(connection: sqlite3.Connection, wait_seconds: float) -> None:
    """Become the one writer."""
    connection.execute("pragma busy_timeout = 0")
    try:
        _patiently(lambda: connection.execute("begin immediate"), wait_seconds)
    finally:
        connection.execute(f"pragma busy_timeout = {_GLANCE_SECONDS * 1000:.0f}")


def _patiently(attempt: Callable[[], object], wait_seconds: float) -> None:
    """Try again while another process holds what is needed."""
    begun = time.monotonic()
    is_told = False
    while True:
        try:
            attempt()
        except sqlite3.OperationalError as error:
            waited = time.monotonic() - begun
            if "locked" not in str(error) or waited > wait_seconds:
                raise
            if waited > _TELL_SECONDS and not is_told:
                _log.warning("waiting for another process that writes the index")
                is_told = True
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _opened_to_read(path: Path) -> sqlite3.Connection:
    """Without a file beside it, a folder that cannot be written needs ``immutable``."""
    uri = path.resolve().as_uri()
    if os.access(path.parent, os.W_OK) and os.access(path, os.W_OK):
        _recover(path)
    for option in ("mode=ro", "immutable=1"):
        connection = sqlite3.connect(f"{uri}?{option}", _GLANCE_SECONDS, uri=True)
        try:
            _patiently(partial(_check, connection, path), _BUSY_SECONDS)
        except sqlite3.OperationalError:
            connection.close()
            if option != "mode=ro" or os.access(path.parent, os.W_OK):
                raise
        except BaseException:
            connection.close()
            raise
        else:
            return connection
    raise AssertionError


def _recover(path: Path) -> None:
    """Undo what a killed writer left half done, which one who only reads may not."""
    journal = path.with_name(path.name + "-journal")
    if not journal.exists():
        return
    with closing(sqlite3.connect(path, _GLANCE_SECONDS)) as connection:
        connection.execute("pragma schema_version").fetchone()


def _create(path: Path) -> None:
    """Make an empty index under another name, so that it appears whole or not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=NAME, dir=path.parent)
    os.close(handle)
    made = Path(name)
    try:
        with closing(sqlite3.connect(made, isolation_level=None)) as connection:
            connection.execute(f"pragma page_size = {_PAGE_BYTES}")
            # One write for all tables: a wait for the disk at each takes a second.
            connection.execute("pragma synchronous = off")
            connection.executescript(f"begin;\n{_schema()}\ncommit;")
            connection.execute(f"pragma user_version = {schema_number(_schema())}")
            # Two who change it later wait for each other.
            connection.execute("pragma journal_mode = wal")
        with suppress(FileExistsError):
            path.hardlink_to(made)  # unlike a rename, it never replaces another's
    finally:
        made.unlink(missing_ok=True)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("pragma application_id").fetchone()[0]
    schema = connection.execute("pragma user_version").fetchone()[0]
    if application != APPLICATION:
        raise StoreError(
            f"{path} is not an index of xref",
            hint="move the file away, then index again",
        )
    if schema != schema_number(_schema()):
        raise StoreError(
            f"{path} was made by another xref, whose tables differ",
            hint="delete it, then index again, or set XREF_HOME to another folder",
        )


def _is_damage(text: str) -> bool:
    return any(word in text for word in ("malformed", "not a database", "corrupt"))
