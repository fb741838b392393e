"""Which blobs have a word: the way from a name to the files that must be looked at.

Of each different word of a blob three bytes of a hash are kept.  Of 16 million hashes
one in 60,000 blobs is there by chance, and who looks at the file sees that it is not.
"""

import re
import sqlite3
import sys
import zlib
from array import array
from collections.abc import Iterator
from typing import Final

_WORD: Final = re.compile(rb"[A-Za-z_]\w*")
_BITS: Final = 0xFFFFFF
_BYTES: Final = 3


def words_of(text: bytes) -> bytes:
    """The hashes of the words of a file, comments and strings too, sorted."""
    crc = zlib.crc32
    hashes = sorted({crc(word) & _BITS for word in set(_WORD.findall(text))})
    numbers = array("I", hashes)
    if sys.byteorder == "big":
        numbers.byteswap()
    wide = numbers.tobytes()
    packed = bytearray(_BYTES * len(hashes))
    step = len(wide) // len(hashes) if hashes else 1
    for byte in range(_BYTES):
        packed[byte::_BYTES] = wide[byte::step]
    return bytes(packed)


def blobs_with(
    connection: sqlite3.Connection, kernel: int, word: str
) -> Iterator[tuple[str, str, int]]:
    """Path, git's id and size of the files that may have a word, by path."""
    wanted = (zlib.crc32(word.encode()) & _BITS).to_bytes(_BYTES, "little")
    found = [
        blob
        for blob, hashes in connection.execute("select blob, hashes from word")
        if _has(hashes, wanted)
    ]
    rows = connection.execute(
        "select path, git, size_bytes, blob from file join blob on blob.id = blob "
        "where kernel = ? order by path",
        (kernel,),
    )
    there = set(found)
    return ((path, git, size) for path, git, size, blob in rows if blob in there)


def _has(hashes: bytes, wanted: bytes) -> bool:
    at = hashes.find(wanted)
    while at >= 0:
        if at % _BYTES == 0:
            return True
        at = hashes.find(wanted, at + 1)
    return False
