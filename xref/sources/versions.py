"""Versions: as tags and Makefiles write them, and how they compare.

``v6.1``, ``6.1`` and ``6.1.0`` name the same release.  Its *point releases* are
``6.1.1`` and on: a Makefile or a tag of the same series.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

_RELEASE = re.compile(
    r"v?(\d{1,4}(?:\.\d{1,5}){1,3})(?:-rc(\d{1,3}))?((?:[-.+~_].*)?)", re.DOTALL
)
_ASSIGNMENT = re.compile(
    rb"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)[ \t]*=[ \t]*(\S*)[ \t]*\r?$",
    re.MULTILINE,
)
_FINAL = 1_000_000  # stands behind every release candidate
_TWO_PARTS_SINCE = 3  # 2.6.32 was a series of its own, 3.0 and later have two parts


@dataclass(frozen=True, slots=True, order=True)
class Release:
    """A version that can be compared; older ones are smaller."""

    numbers: tuple[int, ...]
    """Without closing zeros beyond the second: ``6.1.0`` is ``(6, 1)``."""
    candidate: int
    """Of ``-rcN``; a large number for a final release."""
    local: str
    """What follows, as in ``6.1.9-mine``; "" for a plain release."""

    @property
    def series(self) -> tuple[int, ...]:
        """The release that point releases belong to."""
        return self.numbers[: 2 if self.numbers[0] >= _TWO_PARTS_SINCE else 3]

    @property
    def tag(self) -> str:
        """As a kernel repository tags it."""
        numbers = ".".join(map(str, self.numbers))
        candidate = "" if self.candidate == _FINAL else f"-rc{self.candidate}"
        return f"v{numbers}{candidate}{self.local}"


def release_of(version: str) -> Release | None:
    """Read a version; None for what is no release, such as a branch."""
    match = _RELEASE.fullmatch(version)
    if match is None:
        return None
    numbers = [int(part) for part in match[1].split(".")]
    while len(numbers) > 2 and numbers[-1] == 0:  # noqa: PLR2004 - VERSION.PATCHLEVEL
        numbers.pop()
    candidate = _FINAL if match[2] is None else int(match[2])
    return Release(tuple(numbers), candidate, match[3])


def is_same_release(one: str, other: str) -> bool:
    """Tell whether two spellings name one version."""
    release = release_of(one)
    return one == other or (release is not None and release == release_of(other))


def is_point_release(version: str, asked: str) -> bool:
    """Tell whether `version` may stand for `asked`: ``6.1.192`` for ``v6.1``."""
    wanted, offered = release_of(asked), release_of(version)
    if wanted is None or offered is None or wanted.local:
        return False
    return (
        wanted.numbers == wanted.series == offered.series
        and wanted.candidate == offered.candidate == _FINAL
    )


def newest(versions: Iterable[str]) -> str | None:
    """Choose the newest release; versions that are no release are the oldest."""
    return max(versions, key=_age, default=None)


def near_versions(asked: str, known: Iterable[str], limit: int = 4) -> tuple[str, ...]:
    """List known versions that the user may have meant, best first.

    In another series than the one asked for, only the newest is worth a word.
    """
    wanted, offered = release_of(asked), sorted(set(known), key=_age)
    if wanted is None:
        return tuple(difflib.get_close_matches(asked, offered, limit))
    near: dict[tuple[int, ...], str] = {}
    for version in offered:  # later ones replace older ones of their series
        release = release_of(version)
        if release is not None:
            is_same = release.series == wanted.series
            near[release.numbers if is_same else release.series] = version
    ranked = sorted(near, key=lambda numbers: _distance(numbers, wanted.numbers))
    return tuple(near[numbers] for numbers in ranked[:limit])


def makefile_version(text: bytes) -> str | None:
    """Read what a kernel's top Makefile calls its version, or None.

    As ``make kernelversion`` prints it: ``6.1.0``, ``6.12.0-rc3``, ``2.6.32.60``.
    """
    found: dict[bytes, str] = {}
    for match in _ASSIGNMENT.finditer(text[:4096]):
        found.setdefault(match[1], match[2].decode("ascii", "replace"))
    version, level = found.get(b"VERSION", ""), found.get(b"PATCHLEVEL", "")
    if not (version.isdigit() and level.isdigit()):
        return None
    sub = found.get(b"SUBLEVEL", "")
    numbers = f"{version}.{level}.{sub}" if sub else f"{version}.{level}"
    return numbers + found.get(b"EXTRAVERSION", "")


def _age(version: str) -> tuple[bool, Release, str]:
    """Order versions by release, and what is none by name."""
    release = release_of(version)
    return release is not None, release or Release((0,), 0, ""), version


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    """Measure how far apart two releases are, the leading number weighing most."""
    padded = zip((*one, 0, 0, 0), (*other, 0, 0, 0), strict=False)
    return tuple(abs(here - there) for here, there in padded)[:3]
