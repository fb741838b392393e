"""Numbers that change when the program or its data do: what they made is old then."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from xref.data_files import read_data

_PACKAGE = Path(__file__).resolve().parent.parent
_BYTES = 6


@cache
def fingerprint(parts: tuple[str, ...], data: tuple[str, ...]) -> int:
    """A number for the text of modules and data files, never 0.

    Args:
        parts: modules and folders of the package: ``parse``, ``store/rows.py``.
        data: names of files of ``data/``.
    """
    digest = hashlib.sha1(usedforsecurity=False)
    for path in _modules(parts):
        digest.update(path.read_bytes())
    for name in data:
        digest.update(read_data(name).encode())
    return int.from_bytes(digest.digest()[:_BYTES], "big") | 1


def _modules(parts: Iterable[str]) -> Iterable[Path]:
    for part in parts:
        place = _PACKAGE / part
        yield from sorted(place.rglob("*.py")) if place.is_dir() else (place,)
