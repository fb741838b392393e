"""What each file sees of others through ``#include``."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from posixpath import basename, dirname, normpath
from typing import Final

from xref.link.kept import Kept

FORCED: Final = ("include/linux/kconfig.h", "include/linux/compiler_types.h")
"""What the kernel's Makefile includes into every file."""
_FORMER: Final = {"x86": ("x86_64", "i386")}
"""What an architecture was before it was merged: x86 before Linux 2.6.24."""
_SEEN_KEPT: Final = 4096
"""Files whose view is kept: of 60,000 each takes 7 KB."""
_PASSES: Final = 12
"""Cycles among headers are short: closures settle in a few rounds."""


class IncludePaths:
    """Where the files are that ``#include`` lines name."""

    def __init__(self, paths: Sequence[str], arch: str) -> None:
        self._paths = paths
        self._arch = arch
        self.number_of = {path: n for n, path in enumerate(paths)}
        self._by_base: dict[str, list[int]] = defaultdict(list)
        for number, path in enumerate(paths):
            self._by_base[basename(path)].append(number)
        self._known: dict[tuple[str, str, int], int | None] = {}

    def find(self, path: str, target: str, system: int) -> int | None:
        """The number of the file that a line in `path` names; None is normal.

        ``generated/autoconf.h`` exists only after a build.
        """
        key = (dirname(path), target, system)
        if key not in self._known:
            self._known[key] = self._search(*key)
        return self._known[key]

    def _search(self, folder: str, target: str, system: int) -> int | None:
        """C11 6.10.2; the order of folders is the one of the kernel's Makefile."""
        arch = self._arch
        parts = folder.split("/")
        if parts[0] == "arch" and len(parts) > 1:
            arch = parts[1]
        tries = [] if system else [f"{folder}/{target}" if folder else target]
        for include in (f"arch/{arch}/include", "include"):
            tries += [f"{include}/{target}", f"{include}/uapi/{target}"]
        if target.startswith("asm/"):  # include/asm-x86: before Linux 2.6.28
            for name in (arch, *_FORMER.get(arch, ()), "generic"):
                tries.append(f"include/asm-{name}/{target[4:]}")
            # A build makes a header for each that an architecture leaves to all.
            tries.append(f"include/uapi/asm-generic/{target[4:]}")
        for path in tries:
            found = self.number_of.get(normpath(path))
            if found is not None:
                return found
        return self._nearest(folder, target)

    def _nearest(self, folder: str, target: str) -> int | None:
        """A file of that name below a folder that the Makefile may have added."""
        end = f"/{target.rpartition('../')[2]}"
        fits = [
            (shared_folders(self._paths[n], folder), -n)
            for n in self._by_base[basename(target)]
            if self._paths[n].endswith(end)
        ]
        shared, number = max(fits, default=(0, 0))
        return -number if shared else None


class Includes:
    """The closure of ``#include`` over the files of one version.

    Guards are not evaluated: a file sees what it includes under any condition.
    """

    def __init__(
        self,
        paths: Sequence[str],
        arch: str,
        lines: Iterable[tuple[int, str, int, int]],
    ) -> None:
        where = IncludePaths(paths, arch)
        self._lines: dict[int, array[int]] = {}
        """By file: line and file of each ``#include`` that names a file, in a row."""
        for number, target, system, line in lines:
            found = where.find(paths[number], target, system)
            if found is not None and found != number:
                self._lines.setdefault(number, array("i")).extend((line, found))
        self.children = {
            number: tuple(sorted(set(known[1::2])))
            for number, known in self._lines.items()
        }
        self.includers: dict[int, list[int]] = defaultdict(list)
        for number, found_ones in self.children.items():
            for found in found_ones:
                self.includers[found].append(number)
        self._closure = self._shared(self._closures())
        """Of what is included somewhere: a bit for each file that it includes."""
        self._width = (len(paths) + 8) // 8
        self.everywhere = 0
        """What every file sees."""
        self._seeable = bytearray(len(paths))
        """1 for what any other file sees: few of those that define anything."""
        for number in self._closure:
            self._seeable[number] = 1
        for path in FORCED:
            if path in where.number_of:
                self.everywhere |= self._seen_of(where.number_of[path])
                self._seeable[where.number_of[path]] = 1
        self._seen: Kept[int, bytes] = Kept(_SEEN_KEPT)

    def seen(self, number: int) -> bytes:
        """Which files a file sees, itself among them, as a bit each."""
        found = self._seen.get(number)
        if found is None:
            bits = self.everywhere | self._seen_of(number)
            found = self._seen[number] = bits.to_bytes(self._width, "little")
        return found

    def sees(self, number: int, other: int) -> bool:
        """Say whether a file sees another one."""
        if not self._seeable[other]:
            return number == other
        return bool(self.seen(number)[other >> 3] >> (other & 7) & 1)

    def lines(self, number: int) -> Iterable[tuple[int, int]]:
        """Line and file of each ``#include`` in a file that names a file."""
        known = self._lines.get(number, ())
        return zip(known[::2], known[1::2], strict=True)

    def closure(self, number: int) -> int | None:
        """Of what is included somewhere: a bit for each file that it sees."""
        bits = self._closure.get(number)
        return None if bits is None else bits | 1 << number

    def _seen_of(self, number: int) -> int:
        bits = self._closure.get(number)
        if bits is None:
            bits = 0
            for child in self.children.get(number, ()):
                bits |= self._closure[child] | 1 << child
        return bits | 1 << number

    def _shared(self, closure: Mapping[int, int]) -> dict[int, int]:
        """Without the bit of each file itself, for then many are equal: one object."""
        known: dict[int, int] = {}
        shared: dict[int, int] = {}
        for number in closure:
            bits = 0
            for child in self.children.get(number, ()):
                bits |= closure[child]
            shared[number] = known.setdefault(bits, bits)
        return shared

    def _closures(self) -> dict[int, int]:
        """Of everything that is included somewhere."""
        order = self._postorder()
        closure = {number: 1 << number for number in order}
        for _ in range(_PASSES):
            is_changed = False
            for number in order:
                bits = closure[number]
                for child in self.children.get(number, ()):
                    bits |= closure[child]
                if bits != closure[number]:
                    closure[number] = bits
                    is_changed = True
            if not is_changed:
                break
        return closure

    def _postorder(self) -> list[int]:
        order: list[int] = []
        done: set[int] = set()
        for start in self.includers:
            stack = [(start, False)]
            while stack:
                number, is_left = stack.pop()
                if is_left:
                    order.append(number)
                elif number not in done:
                    done.add(number)
                    stack.append((number, True))
                    stack += [(child, False) for child in self.children.get(number, ())]
        return order


def shared_folders(path: str, folder: str) -> int:
    """How many leading folders two places have in common."""
    count = 0
    for left, right in zip(path.split("/"), folder.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count
