"""Members of a tar archive, read once from front to back and strictly.

Python's `tarfile` takes a broken header behind the first for the end of the archive,
and its streams cost 5 s more for a kernel.  Here anything but the closing block of
zeros that is no header is an error.  Formats: v7, ustar, GNU, pax (POSIX.1-2001).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from xref.sources.streams import DamagedError, Part, Readable

_BLOCK = 512
_LONGEST_NAME = 1 << 16
_NAMES = {b"L": "path", b"K": "linkpath"}  # GNU: a long name comes before its member
_PAX = (b"x", b"g")  # of the next member, of all that follow
_KINDS = {b"0": "file", b"\0": "file", b"7": "file", b"1": "link"}
_WITHOUT_DATA = (b"1", b"2", b"3", b"4", b"5", b"6")


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an archive; to be read before the next is asked for."""

    name: str
    kind: str
    """``file``, ``link`` (to another member's content) or ``other``."""
    target: str
    """Of a link."""
    size_bytes: int
    part: Part
    """Its content, for reading in pieces."""

    def read(self) -> bytes:
        """Read its content."""
        data = self.part.read(self.size_bytes)
        if len(data) < self.size_bytes:
            raise DamagedError("it ends within a member")
        return data


def members(stream: Readable) -> Iterator[Member]:
    """Yield the members of an archive.

    Raises:
        DamagedError: a header is wrong, or the end is missing.
    """
    told: dict[str, str] = {}
    while (header := _header(stream)) is not None:
        letter = header[156:157]
        size = int(told["size"]) if "size" in told else _number(header[124:136])
        if size < 0:
            raise DamagedError("a member's size is wrong")
        if letter in _NAMES or letter in _PAX:
            text = _extension(stream, size)
            if letter in _NAMES:
                told[_NAMES[letter]] = _text(text)
            elif letter == b"x":
                told |= _pax_records(text)
            continue
        if letter in _WITHOUT_DATA:
            size = 0
        if letter == b"S":
            _skip_map(stream, header[482])
        part = Part(stream, size)
        yield _member(header, told, part)
        told = {}
        _skip(stream, part.left + -size % _BLOCK)


def _header(stream: Readable) -> bytes | None:
    """Read the next header; None at the end of the archive."""
    header = stream.read(_BLOCK)
    if len(header) < _BLOCK:
        raise DamagedError("it ends without a mark of the end")
    if header[0] == 0 and not any(header):
        return None
    unsigned = sum(header) - sum(header[148:156]) + 8 * ord(" ")
    if _number(header[148:156]) != unsigned:
        raise DamagedError("a member's header is wrong")
    return header


def _member(header: bytes, told: dict[str, str], part: Part) -> Member:
    """Describe a member by its header and what was told before it."""
    name = told.get("path")
    if name is None:
        name = _text(header[:100])
        if header[257:263] == b"ustar\0" and header[345] != 0:
            name = f"{_text(header[345:500])}/{name}"
    letter = header[156:157]
    kind = _KINDS.get(letter, "other")
    if name.endswith("/") or any(key.startswith("GNU.sparse.") for key in told):
        kind = "other"
    target = told.get("linkpath") or _text(header[157:257])
    return Member(name, kind, target, part.left, part)


def _extension(stream: Readable, size: int) -> bytes:
    """Read what a header says of the next member."""
    if size > _LONGEST_NAME:
        raise DamagedError("a member's name is too long")
    text = stream.read(size + -size % _BLOCK)
    if len(text) < size:
        raise DamagedError("it ends within a member")
    return text[:size]


def _pax_records(text: bytes) -> dict[str, str]:
    """Read the records ``LENGTH KEY=VALUE`` of a pax header, a line each."""
    found = {}
    while text:
        length = int(text.partition(b" ")[0] or b"0")
        record = text[:length].partition(b" ")[2]
        key, equals, value = record.partition(b"=")
        if not equals or length <= 0:
            raise DamagedError("a member's pax header is wrong")
        found[key.decode("utf-8", "replace")] = _text(value.removesuffix(b"\n"))
        text = text[length:]
    return found


def _skip_map(stream: Readable, more: int) -> None:
    """Read over the blocks that go on with the map of a sparse file of GNU."""
    while more:
        block = stream.read(_BLOCK)
        if len(block) < _BLOCK:
            raise DamagedError("it ends within a member")
        more = block[504]


def _skip(stream: Readable, size: int) -> None:
    """Read over bytes."""
    while size > 0:
        step = len(stream.read(min(size, 1 << 20)))
        if step == 0:
            raise DamagedError("it ends within a member")
        size -= step


def _number(text: bytes) -> int:
    """Read a number in octal digits, or in base 256 as GNU writes large ones."""
    if text[0] & 0x80:
        return int.from_bytes(text[1:], "big")
    digits = text.replace(b"\0", b" ").strip() or b"0"
    if digits.strip(b"01234567"):
        raise DamagedError("a member's header is wrong")
    return int(digits, 8)


def _text(text: bytes) -> str:
    """Read a name; bytes that are no UTF-8 stay apart."""
    return text.partition(b"\0")[0].decode("utf-8", "surrogateescape")
