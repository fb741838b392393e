"""Which definitions a name can mean from a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from xref.link.includes import shared_folders

_NEAR: Final = 2
"""Leading folders in common that make two files one subsystem: ``net/ipv4``."""


class Candidate(NamedTuple):
    """What scope rules need to know of a definition."""

    file: int
    is_global: bool
    """Any file may mean it: a function or variable that is not static."""
    hides: bool
    """Others of its name are out of reach where it is seen: it is no declaration, and
    no ``#if`` may leave it out."""
    weight: int
    """Of several, the heaviest comes first: a body before the stub of an ``#else``."""
    yields: bool = False
    """Alone in its file, it leaves room for what has the same name elsewhere: under
    ``#ifndef CONFIG_X``, ``#define f NULL``."""
    declares: bool = False
    """It only says that there is one: ``extern``, which another file defines."""


@dataclass(frozen=True, slots=True)
class Scopes:
    """The scope rules of C (C11 6.2.1) over the files of one version."""

    paths: Sequence[str]
    arch: str
    separate: tuple[str, ...]
    """Folders that make programs of their own, with a closing slash."""
    sees: Callable[[int, int], bool]
    """Whether the first file includes the second, directly or not."""
    includers: Callable[[int], Sequence[int]]
    """The files that include a file directly."""

    def pick(self, candidates: Sequence[Candidate], file: int) -> list[int]:
        """Numbers of those that a name in a file can mean, best first.

        What the same file has counts before what it includes, that before what is
        global.  A header's stub under ``#if`` leaves room for the real function.
        """
        own = [n for n, c in enumerate(candidates) if c.file == file]
        if own and self._is_enough(candidates, own, file):
            return self._ordered(candidates, own + self._stronger(candidates, own))
        seen = self._seen(candidates, file)
        if any(candidates[n].hides for n in seen):
            return self._ordered(candidates, own + seen)
        found = own + seen + self._globals(candidates, file)
        if not found:
            found = self._around(candidates, file) or self._nearest(candidates, file)
        return self._ordered(candidates, found)

    def _stronger(
        self, candidates: Sequence[Candidate], own: Sequence[int]
    ) -> list[int]:
        """What the architecture has instead of a function that all may mean.

        Of two such functions, the one outside of ``arch/`` is weak.
        """
        folder = f"arch/{self.arch}/"
        if any(
            not candidates[n].is_global
            or self.paths[candidates[n].file].startswith("arch/")
            for n in own
        ):
            return []
        return [
            n
            for n, c in enumerate(candidates)
            if c.is_global and self.paths[c.file].startswith(folder)
        ]

    def _is_enough(
        self, candidates: Sequence[Candidate], own: Sequence[int], file: int
    ) -> bool:
        """Say whether what a file itself defines is all that a name can mean there."""
        if self.paths[file].endswith(".h"):
            return any(candidates[n].hides for n in own)
        defined = [n for n in own if not candidates[n].declares]
        return len(defined) > 1 or any(not candidates[n].yields for n in defined)

    def _seen(self, candidates: Sequence[Candidate], file: int) -> list[int]:
        return [
            n
            for n, c in enumerate(candidates)
            if not c.is_global and c.file != file and self.sees(file, c.file)
        ]

    def _globals(self, candidates: Sequence[Candidate], file: int) -> list[int]:
        """Of several, those of the same subsystem; the architecture's own always."""
        found = [
            n
            for n, c in enumerate(candidates)
            if c.is_global and c.file != file and self._is_linked(file, c.file)
        ]
        if len(found) < 2:  # noqa: PLR2004
            return found
        own_arch = f"arch/{self.arch}/"
        folder = self.paths[file].rpartition("/")[0]
        shares = [shared_folders(self.paths[candidates[n].file], folder) for n in found]
        best = max(shares)
        return [
            n
            for n, share in zip(found, shares, strict=True)
            if best < _NEAR
            or share == best
            or self.paths[candidates[n].file].startswith(own_arch)
        ]

    def _is_linked(self, file: int, other: int) -> bool:
        """Say whether two files may end up in one program."""
        path, target = self.paths[file], self.paths[other]
        if target.startswith("arch/"):
            own = path.split("/")[1] if path.startswith("arch/") else self.arch
            if target.split("/")[1] != own:
                return False
        inside = next((s for s in self.separate if target.startswith(s)), None)
        return inside is None or path.startswith(inside)

    def _around(self, candidates: Sequence[Candidate], file: int) -> list[int]:
        """What is defined in or seen by files that include this one."""
        around = self.includers(file)
        return [
            n
            for n, c in enumerate(candidates)
            if any(c.file == outer or self.sees(outer, c.file) for outer in around)
        ]

    def _nearest(self, candidates: Sequence[Candidate], file: int) -> list[int]:
        """Headers that may be seen after all: some ``#include`` is not resolved."""
        path = self.paths[file]
        folder = path.rpartition("/")[0]
        found = []
        for n, c in enumerate(candidates):
            other = self.paths[c.file]
            if other.endswith(".h") and self._is_linked(file, c.file):
                is_shared = other.startswith(("include/", f"arch/{self.arch}/include/"))
                share = shared_folders(other, folder)
                if is_shared or share >= _NEAR:
                    found.append((share, n))
        best = max(found, default=(0, 0))[0]
        return [n for share, n in found if share == best]

    def _ordered(self, candidates: Sequence[Candidate], found: list[int]) -> list[int]:
        if len(found) < 2:  # noqa: PLR2004
            return found
        generic = "include/asm-generic/"
        return sorted(
            dict.fromkeys(found),
            key=lambda n: (
                self.paths[candidates[n].file].startswith(generic),
                -candidates[n].weight,
                n,
            ),
        )
