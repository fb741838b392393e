"""The archive of a kernel inside a binary package of Debian's format.

Such a package is an ``ar`` archive whose member ``data.tar.*`` holds the files, among
them ``/usr/src/linux-source-VERSION.tar.*``.  Source: deb(5), ar(5).
"""

import fnmatch
import io
from pathlib import Path
from typing import IO

from xref.errors import SourceError
from xref.records import Progress
from xref.sources.archive import unpack, whole
from xref.sources.cache import NewTree
from xref.sources.home import reading
from xref.sources.streams import DamagedError, Part, decompressed
from xref.sources.tape import members
from xref.sources.trees import OnProgress

_MAGIC = b"!<arch>\n"
_HEADER_BYTES = 60
_ARCHIVE = "*usr/src/*linux-source-*.tar.*"


def unpack_package(path: Path, tree: NewTree, on_progress: OnProgress) -> None:
    """Add the source files of a kernel's source package to a tree.

    Args:
        path: the package.
        tree: takes the files.
        on_progress: told how many bytes of the package are read.
    """
    found = False
    with reading(path), path.open("rb") as file, whole(str(path)):
        part = Part(
            file,
            _data_size(file),
            lambda done, total: on_progress(Progress("unpack", done, total)),
        )
        with decompressed(part) as plain:
            for member in members(plain):
                if fnmatch.fnmatchcase(member.name, _ARCHIVE) and not found:
                    unpack(member.part, f"{path}: {member.name}", tree)
                    found = True
    if not found:
        raise SourceError(f"{path} holds no archive of a kernel in /usr/src")


def _data_size(file: IO[bytes]) -> int:
    """Go to the member with the files; return its size."""
    if file.read(len(_MAGIC)) != _MAGIC:
        raise DamagedError("it is no package")
    while len(header := file.read(_HEADER_BYTES)) == _HEADER_BYTES:
        size = int(header[48:58])
        if header.startswith(b"data.tar"):
            return size
        file.seek(size + size % 2, io.SEEK_CUR)
    raise DamagedError("it has no member data.tar")
