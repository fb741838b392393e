"""Structs and unions of one version, and where their members are."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from xref.link.kept import Kept

_PICKED_KEPT: Final = 100_000
_ANONYMOUS: Final = re.compile(r"(?:::\d+)+$")
"""How tags of anonymous members end: ``struct sock::1``."""


class Struct:
    """A struct or union of one file; what ``#if`` offers of it is all there."""

    __slots__ = (
        "_fields",
        "_order",
        "file",
        "found",
        "name",
        "outer",
        "tag",
        "variants",
    )

    def __init__(self, tag: str, file: int) -> None:
        self.tag = tag
        self.file = file
        self.name = _ANONYMOUS.sub("", tag.partition(" ")[2])
        """Without keyword; of an anonymous member, that of the struct around it."""
        self.variants: list[tuple[str, ...]] = []
        """The members under each ``#if``: name, type, and so on."""
        self._order: list[tuple[str, str]] | None = None
        self.outer: Struct = self
        # Most structs are never asked for a member.
        self._fields: dict[str, str] | None = None
        self.found: dict[str, Member | None] | None = None

    @property
    def fields(self) -> dict[str, str]:
        """Type by name; an anonymous member's name is empty and it is not here."""
        if self._fields is None:
            self._fields = {}
            for members in self.variants:
                for name, type_ in _pairs(members):
                    if name:
                        self._fields.setdefault(name, type_)
        return self._fields

    @property
    def order(self) -> list[tuple[str, str]]:
        """Name and type of the members of the longest variant."""
        if self._order is None:
            longest = max(self.variants, key=len, default=())
            self._order = list(_pairs(longest))
        return self._order


Member = tuple[Struct, str]
"""The struct that a member belongs to by name, and the member's type."""


class Structs:
    """All of a version, by tag and file."""

    def __init__(
        self,
        rows: Iterable[tuple[int, str]],
        fields: Iterable[tuple[int, str, str]],
        file_of: Callable[[int], int],
        sees: Callable[[int, int], bool],
    ) -> None:
        self._by_tag: dict[str, list[Struct]] = defaultdict(list)
        self._sees = sees
        self._picked: Kept[tuple[str, int], Struct] = Kept(_PICKED_KEPT)
        self.sole: Kept[str, Struct] = Kept(_PICKED_KEPT)
        """By type, what is, points to or holds a struct that is the only one."""
        self._read(rows, fields, file_of)

    def find(self, tag: str, file: int) -> Struct | None:
        """The struct that a tag means in a file: its own, a seen one, any."""
        known = self._by_tag.get(tag)
        if not known:
            return None
        if len(known) == 1:
            return known[0]
        key = (tag, file)
        found = self._picked.get(key)
        if found is None:
            found = self._picked[key] = self._pick(known, file)
        return found

    def is_sole(self, tag: str) -> bool:
        """Say whether a tag means the same in every file."""
        return len(self._by_tag.get(tag, ())) == 1

    def at(self, tag: str, file: int) -> Struct:
        """The struct of a tag that a file defines."""
        return next(s for s in self._by_tag[tag] if s.file == file)

    def member(self, struct: Struct, name: str) -> Member | None:
        """Find a member, in anonymous members too."""
        if struct.found is None:
            struct.found = {}
        elif name in struct.found:
            return struct.found[name]
        struct.found[name] = None  # a struct does not contain itself
        found = struct.found[name] = self._member(struct, name)
        return found

    def others(self, struct: Struct) -> list[Struct]:
        """Other structs of the same tag."""
        return [other for other in self._by_tag[struct.tag] if other is not struct]

    def _member(self, struct: Struct, name: str) -> Member | None:
        type_ = struct.fields.get(name)
        if type_ is not None:
            return struct.outer, type_
        for inner_name, inner_type in struct.order:
            inner = None if inner_name else self.find(inner_type, struct.file)
            found = self.member(inner, name) if inner else None
            if found:
                return found if _is_named(inner_type) else (struct.outer, found[1])
        return None

    def _pick(self, known: list[Struct], file: int) -> Struct:
        own = [s for s in known if s.file == file]
        seen = own or [s for s in known if self._sees(file, s.file)]
        return max(seen or known, key=lambda s: len(s.order))

    def _read(
        self,
        rows: Iterable[tuple[int, str]],
        fields: Iterable[tuple[int, str, str]],
        file_of: Callable[[int], int],
    ) -> None:
        parts: dict[int, list[str]] = defaultdict(list)
        for struct, name, type_ in fields:
            parts[struct] += (name, type_)
        made: dict[tuple[str, int], Struct] = {}
        for ident, tag in rows:
            key = (tag, file_of(ident))
            if key not in made:
                made[key] = Struct(*key)
                self._by_tag[tag].append(made[key])
            made[key].variants.append(tuple(parts.pop(ident, ())))
        for (tag, number), made_one in made.items():
            outer = _ANONYMOUS.sub("", tag)
            if outer != tag:
                made_one.outer = _outer(made, outer, number) or made_one


def _pairs(members: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    return zip(members[::2], members[1::2], strict=True)


def _outer(made: dict[tuple[str, int], Struct], tag: str, file: int) -> Struct | None:
    """The named struct around; an anonymous member of either may be either."""
    bare = tag.partition(" ")[2]
    return made.get((f"struct {bare}", file)) or made.get((f"union {bare}", file))


def _is_named(type_: str) -> bool:
    return not _ANONYMOUS.search(type_)
