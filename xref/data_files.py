"""The data and questions that belong to the program.

In the wheel they lie inside the package; in a checkout beside it.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from xref.errors import NotFoundError

_PACKAGE = Path(__file__).resolve().parent


@cache
def read_data(name: str) -> str:
    """The text of a file of ``data/``: ``lexicon.toml``, ``scenarios/tcp4.toml``.

    Raises:
        NotFoundError: there is no such file.
    """
    path = _folder("data") / name
    if not path.is_file():
        raise NotFoundError(f"no data file {name}")
    return path.read_text(encoding="utf-8")


def data_names(folder: str, suffix: str) -> tuple[str, ...]:
    """The names, without suffix, of the files in a folder of ``data/``."""
    return tuple(sorted(_stems(_folder("data") / folder, suffix)))


def read_query(name: str) -> str:
    """The text of ``queries/NAME.sql``.

    Raises:
        NotFoundError: there is no such question.
    """
    if name not in query_names():
        raise NotFoundError(f"no question {name!r}", hint="run: xref query")
    return (_folder("queries") / f"{name}.sql").read_text(encoding="utf-8")


@cache
def query_names() -> tuple[str, ...]:
    """The names of all questions, sorted."""
    return tuple(sorted(_stems(_folder("queries"), ".sql")))


def _stems(folder: Path, suffix: str) -> Iterator[str]:
    return (path.stem for path in folder.glob(f"*{suffix}"))


def _folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
