"""Which blobs have a word: the way from a name to the files that must be looked at.

Of each different word of a blob some bits of a hash are kept: those in front tell its
bucket, of which there is one for eight words or fewer, the next 16 stand in it.  Of
8,000 blobs one has such a hash by chance, and who looks at the file sees that it is
not the word.  Words that stand in comments only are left out: there they are no uses.
"""

import sqlite3
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from string import ascii_letters, digits
from typing import Final

_LETTERS: Final = f"{ascii_letters}{digits}_".encode()
_BREAKS: Final = bytes(byte if byte in _LETTERS else 0x20 for byte in range(256))
"""Makes a blank of what stands in no word."""
_DIGITS: Final = digits.encode()
_HASH_BITS: Final = 32
_LOW_BITS: Final = 16
_BUCKET_WORDS: Final = 8
_ANY: Final = b"\xff"
"""In place of hashes that do not fit: any word may be there."""


def words_of(text: bytes) -> bytes:
    """The hashes of the words of a file, strings too; b"" without a word.

    Returns:
        How many bits tell the bucket, how many hashes are in each, and these.
    """
    crc = zlib.crc32
    words = set(_without_comments(text).translate(_BREAKS).split())
    # Of ``0x1fUL``, what behind the digits looks like a word counts as one.
    numbers = [word for word in words if word[0] in _DIGITS]
    words.difference_update(numbers)
    words.update(number.lstrip(_DIGITS) for number in numbers)
    words.discard(b"")
    hashes = set(map(crc, words))
    if not hashes:
        return b""
    bits = min((len(hashes) // _BUCKET_WORDS).bit_length(), _LOW_BITS)
    shift = _HASH_BITS - _LOW_BITS - bits
    short = sorted({each >> shift for each in hashes})
    edges = (bisect_left(short, at << _LOW_BITS) for at in range((1 << bits) + 1))
    counts = [end - begin for begin, end in pairwise(edges)]
    if max(counts) > 0xFF:  # noqa: PLR2004  # a byte
        return _ANY
    low = array("H", [each & 0xFFFF for each in short])
    if sys.byteorder == "big":
        low.byteswap()
    return bytes((bits, *counts)) + low.tobytes()


def _without_comments(text: bytes) -> bytes:
    """Without ``/* */``, as `analyse.uses` sees them."""
    parts, at = [], 0
    start = text.find(b"/*")
    while start >= 0:
        parts.append(text[at:start])
        end = text.find(b"*/", start)
        at = len(text) if end < 0 else end + 2
        start = text.find(b"/*", at)
    parts.append(text[at:])
    return b" ".join(parts)


def blobs_with(
    connection: sqlite3.Connection, kernel: int, word: str
) -> Iterator[tuple[str, str, int]]:
    """Path, git's id and size of the files that may have a word, by path."""
    wanted = _wanted(word.encode())
    rows = connection.execute("select blob, words from word")
    there = {blob for blob, hashes in rows if hashes and _has(hashes, wanted)}
    files = connection.execute(
        "select path, git, size_bytes, blob from file join blob on blob.id = blob "
        "where kernel = ? order by path",
        (kernel,),
    )
    return ((path, git, size) for path, git, size, blob in files if blob in there)


def may_have(hashes: bytes, word: str) -> bool:
    """Say whether a text may have a word, by what `words_of` gave for it."""
    return bool(hashes) and _has(hashes, _wanted(word.encode()))


def _wanted(word: bytes) -> list[tuple[int, bytes]]:
    """Bucket of a word and what stands in it, by the number of bits of buckets."""
    found = zlib.crc32(word)
    return [
        (
            found >> _HASH_BITS - bits,
            (found >> _HASH_BITS - _LOW_BITS - bits & 0xFFFF).to_bytes(2, "little"),
        )
        for bits in range(_LOW_BITS + 1)
    ]


def _has(hashes: bytes, wanted: list[tuple[int, bytes]]) -> bool:
    bits = hashes[0]
    if bits > _LOW_BITS:
        return True
    bucket, low = wanted[bits]
    begin = 1 + (1 << bits) + 2 * sum(hashes[1 : 1 + bucket])
    end = begin + 2 * hashes[1 + bucket]
    at = hashes.find(low, begin, end)
    while at >= 0:
        if (at - begin) % 2 == 0:
            return True
        at = hashes.find(low, at + 1, end)
    return False
