"""Questions over what is indexed: SQL, the shipped ones, and what kernels there are."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path

from xref.data_files import query_names, read_query
from xref.errors import NotFoundError, QueryError, StoreError
from xref.sources.versions import is_point_release, is_same_release, newest
from xref.store.database import database_path, faults, open_for_reading
from xref.store.questions import Cell, Rows, answered, parameters_of
from xref.store.reader import KernelState, kernel_state

_KERNELS = "select kernel, source, files, indexed_at from kernels order by indexed_at"

_STATES = (
    "select kernel, state, scopes, files, bytes, indexed_at, source from kernels "
    "order by indexed_at"
)


@dataclass(frozen=True, slots=True)
class Question:
    """One file of ``queries/``."""

    name: str
    title: str
    """The first line of its comment."""
    notes: tuple[str, ...]
    """The other lines: parameters, columns, an example."""
    parameters: tuple[str, ...]
    sql: str


def ask(
    home: Path, sql: str, parameters: Mapping[str, str], kernel: str
) -> AbstractContextManager[Rows]:
    """Ask the index in SQL; rows can be read while the block lasts.

    Args:
        home: the cache folder.
        sql: one statement over the public views.
        parameters: values of its ``:name`` parameters.
        kernel: exact, as `indexed` lists it; "" for all.

    Raises:
        StoreError: there is no index.
        QueryError: the statement is wrong.
    """
    return answered(database_path(home), sql, parameters, kernel)


def questions() -> Iterator[Question]:
    """All shipped questions, by name."""
    return map(question, query_names())


def question(name: str) -> Question:
    """One shipped question.

    Raises:
        NotFoundError: there is none of this name; the hint has near ones.
    """
    if name not in query_names():
        near = difflib.get_close_matches(name, query_names(), 3, 0.4)
        hint = f"near: {', '.join(near)}" if near else "list: xref query"
        raise NotFoundError(f"no question {name!r}", hint=hint)
    sql = read_query(name)
    lines = [line[2:].strip() for line in re.findall(r"^--.*$", sql, re.MULTILINE)]
    title, *notes = lines or [""]
    return Question(name, title, tuple(notes), parameters_of(sql), sql)


def filled(found: Question, given: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a question, all of them.

    Raises:
        QueryError: one is missing, or one is none of its parameters.
    """
    example = next((note for note in found.notes if note.startswith("example")), "")
    for name in given:
        if name not in found.parameters:
            raise QueryError(f"{found.name} has no parameter {name!r}", hint=example)
    missing = [name for name in found.parameters if name not in given]
    if missing:
        raise QueryError(f"{found.name} needs {', '.join(missing)}", hint=example)
    return dict(given)


def indexed(home: Path) -> list[tuple[Cell, ...]]:
    """Kernel, source, number of files and time of each indexed kernel."""
    if not database_path(home).exists():
        return []
    with ask(home, _KERNELS, {}, "") as found:
        return list(found.rows)


def indexed_state(home: Path, version: str) -> KernelState | None:
    """What the index knows of a kernel; None when it is not in it."""
    path = database_path(home)
    if not path.exists():
        return None
    with closing(open_for_reading(path)) as connection, faults(path):
        return kernel_state(connection, version)


def listed(home: Path) -> list[tuple[Cell, ...]]:
    """Kernel, state, scopes, files, bytes, time and source of each indexed kernel."""
    if not database_path(home).exists():
        return []
    with ask(home, _STATES, {}, "") as found:
        return list(found.rows)


def version_for(asked: str, versions: Sequence[str]) -> str:
    """Which of these versions is meant: that very one, the newest point release, or "".

    Args:
        asked: as the user calls it; "" for the newest of all.
        versions: what there is.
    """
    for version in versions:
        if is_same_release(version, asked):
            return version
    fitting = [v for v in versions if not asked or is_point_release(v, asked)]
    return newest(fitting) or ""


def indexed_version(home: Path, asked: str) -> str:
    """Which indexed kernel is meant; see `version_for`.

    Raises:
        StoreError: none fits.
    """
    version = version_for(asked, [str(row[0]) for row in indexed(home)])
    if not version:
        raise StoreError(
            f"{asked} is not indexed" if asked else "nothing is indexed",
            hint=f"run: xref index --kernel {asked or 'VERSION'}",
        )
    return version
