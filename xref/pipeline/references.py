"""Where a name is defined and used: what the index knows, and a look at the text."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from xref.analyse.uses import DEFINING, NAMING, uses_in
from xref.errors import NotFoundError, SourceError, StoreError
from xref.pipeline.beside import apart, can_copy
from xref.pipeline.questions import indexed_state
from xref.records import SourceFile
from xref.sources import Home, KernelTree, open_kernel, open_local, open_origin
from xref.sources.trees import no_progress
from xref.store.database import database_path
from xref.store.places import FunctionsAround, Place, definitions_of, files_with

KINDS: Final = ("call", "store", "address", "type", "other")
"""Of uses, in the order in which they are told."""
_MANY_FILES: Final = 1_000
"""From so many on, two processes are quicker than one."""
_OWN_SHARE: Final = 0.5
"""Of the files; this process looks for definitions, too."""
_Files = list[tuple[str, str, int]]
"""Path, git's id and size."""
_NAME: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class Mention(NamedTuple):
    """A place that defines or uses a name; a tuple: a common name has 100,000."""

    kind: str
    """function, macro, object ... of a definition; of a use see `KINDS`."""
    path: str
    line: int
    text: str
    """The line, without blanks around it; "" where the source is not at hand."""
    within: str
    """Of a use the function, of a field the struct that it is in, or ""."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """What was found of a name."""

    found: list[Mention]
    n_lost: int
    """Files that may have more, but are not at hand as they were read."""


def definitions(home: Path, version: str, name: str, tree: str = "") -> list[Mention]:
    """Where a name is defined, then where it is declared.

    Args:
        home: the cache folder.
        version: of an indexed kernel, exact.
        name: an identifier, or the tag of a struct.
        tree: a place to take the text of lines from; "" for what is at hand.

    Raises:
        NotFoundError: nowhere in what was indexed.
    """
    database, kernel = database_path(home), _kernel(home, version)
    places = definitions_of(database, kernel, _valid(name))
    with closing(_Texts(home, version, tree)) as texts:
        found = list(_shown(places, texts))
        if not {place[0] for place in places} - {"field", "declaration"}:
            files = files_with(database, kernel, name)
            uses = _uses(files, texts, name)
            found = [each for each in uses if each.kind == DEFINING] + found
    if not found:
        raise NotFoundError(
            f"nothing that was read of {version} defines {name}",
            hint=f"see: xref refs {name}",
        )
    return [each._replace(kind=_with_meaning(each.kind, set())) for each in found]


def references(home: Path, version: str, name: str, tree: str = "") -> Mentions:
    """Definitions and declarations, then uses by kind; see `definitions`."""
    database, kernel = database_path(home), _kernel(home, version)
    asked = _Asked(home, version, tree, kernel, _valid(name))
    first, second = _shares(files_with(database, kernel, name))
    rest = apart(partial(_told_apart, asked, second)) if second else None
    with closing(_Texts(home, version, tree)) as texts:
        places = definitions_of(database, kernel, name)
        head = list(_shown(places, texts))
        told = _told(asked, first, texts)
        if rest is not None:
            more, lost = rest()
            told += more
            texts.lost |= lost
    found = _by_kind(told, places)
    head = found.pop(DEFINING) + head
    uses = [mention for kind in KINDS for mention in found[kind]]
    if not head and not uses:
        raise NotFoundError(f"nothing that was read of {version} has the name {name}")
    return Mentions(head + uses, len(texts.lost))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which name is looked for, and where."""

    home: Path
    version: str
    tree: str
    kernel: int
    name: str


_Told = list[tuple[str, str, int, str, str]]
"""Uses as they travel: what a `Mention` has."""


def _shares(files: _Files) -> tuple[_Files, _Files]:
    """Files for this process and for a copy of it; few are read here."""
    if len(files) < _MANY_FILES or not can_copy():
        return files, []
    until = list(accumulate(size for _, _, size in files))
    share = bisect_left(until, until[-1] * _OWN_SHARE)
    return files[:share], files[share:]


def _told_apart(asked: _Asked, files: _Files) -> tuple[_Told, set[str]]:
    """What files tell, and which of them are lost, in a process of its own."""
    with closing(_Texts(asked.home, asked.version, asked.tree)) as texts:
        return _told(asked, files, texts), texts.lost


def _told(asked: _Asked, files: _Files, texts: "_Texts") -> _Told:
    """The uses in some files, as the text has them."""
    told: list[tuple[str, str, int, str, int]] = []
    with closing(FunctionsAround(database_path(asked.home), asked.kernel)) as around:
        for path, git, size in files:
            uses = list(uses_in(texts.of(SourceFile(path, git, size)), asked.name))
            within = around.within(path, [line for line, _, _ in uses])
            told += [
                (kind, path, line, shown, 0 if kind == DEFINING else number)
                for (line, kind, shown), number in zip(uses, within, strict=True)
            ]
        names = around.names({number for *_, number in told})
    return [
        (kind, path, line, shown, names[number])
        for kind, path, line, shown, number in told
    ]


def _by_kind(told: _Told, places: Sequence[Place]) -> dict[str, list[Mention]]:
    """Uses by what they are, but those that are known as definitions."""
    defined = {(path, line): kind for kind, path, line, *_ in places}
    kinds = {place[0] for place in places}
    meant = {kind: _with_meaning(kind, kinds) for kind in (DEFINING, NAMING, *KINDS)}
    found: dict[str, list[Mention]] = {kind: [] for kind in (DEFINING, *KINDS)}
    for kind, path, line, shown, within in told:
        if not _is_told(kind, defined.get((path, line))):
            part = DEFINING if kind == DEFINING else meant[kind]
            found[part].append(Mention(meant[kind], path, line, shown, within))
    return found


def _uses(
    files: Iterable[tuple[str, str, int]], texts: "_Texts", name: str
) -> Iterator[Mention]:
    """What the text of files says of a name."""
    for path, git, size in files:
        for line, kind, shown in uses_in(texts.of(SourceFile(path, git, size)), name):
            yield Mention(kind, path, line, shown, "")


def _is_told(kind: str, defined: str | None) -> bool:
    """Whether a use is the definition that the index has at its line.

    A line may define one thing and use a type of the same name.
    """
    return defined is not None and (kind != "type" or defined == "type")


class _Texts:
    """Contents of a kernel's files, where they can be had without a network."""

    def __init__(self, home: Path, version: str, tree: str) -> None:
        there = Home(home)
        self.lost: set[str] = set()
        """The paths of what is not at hand."""
        self._tree: KernelTree | None = (
            open_kernel(version, home=there, tree=tree, on_progress=no_progress)
            if tree
            else open_local(version, home=there)
        )
        state = indexed_state(home, version)
        if self._tree is None and state is not None:
            self._tree = open_origin(state.source, version, home=there)

    def of(self, file: SourceFile) -> bytes:
        """The content of a file; nothing where it is not at hand or has changed."""
        if self._tree is not None:
            with suppress(SourceError):
                return next(data for _, data in self._tree.read([file]))
        self.lost.add(file.path)
        return b""

    def close(self) -> None:
        """Let go of the tree."""
        if self._tree is not None:
            self._tree.close()


def _with_meaning(kind: str, definitions: set[str]) -> str:
    """What a use is that the line alone does not tell: of a type, of a function."""
    if kind == DEFINING:
        return "type"
    # What is called a type and is one, and no function: ``u32 (*read)(void)``.
    is_type = "typedef" in definitions and "function" not in definitions
    if is_type and kind in {NAMING, "call"}:
        return "type"
    if kind != NAMING:
        return kind
    return "address" if definitions & {"function", "syscall"} else "other"


def _shown(places: list[Place], texts: _Texts) -> Iterator[Mention]:
    """Places with the text of their lines."""
    lines: dict[str, list[bytes]] = {}
    for kind, path, line, git, size, within in places:
        if path not in lines:
            lines[path] = texts.of(SourceFile(path, git, size)).split(b"\n")
        text = lines[path][line - 1] if line <= len(lines[path]) else b""
        shown = text.decode("utf-8", "replace").strip()
        yield Mention(kind, path, line, shown, within)


def _kernel(home: Path, version: str) -> int:
    state = indexed_state(home, version)
    if state is None:
        raise StoreError(f"{version} is not indexed", hint="see: xref kernels")
    return state.id


def _valid(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise NotFoundError(f"{name!r} is no name of C", hint="as in: xref refs kfree")
    return name
