"""Parts of a tree that are read together: ``data/scopes.toml``."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from xref.data_files import read_data

CODE: Final = (".c", ".h")
"""How the names of files end that are read to facts."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What of a tree is read; see ``data/scopes.toml`` for what the names mean."""

    names: tuple[str, ...]
    """Those that are complete once this is read."""
    folders: tuple[str, ...]
    """Folders and files; none is the whole tree."""
    shallow: tuple[str, ...] = ()
    on_demand: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """What to list of a tree; none is all of it."""
        return (*self.folders, *self.shallow, *self.on_demand) if self.folders else ()

    def wants(self, path: str) -> bool:
        """Say whether a file is read in any case."""
        if self.folders and path.rpartition("/")[0] in self.shallow:
            return True
        if self.folders and not (
            _is_in(path, self.folders) and not _is_in(path, self.on_demand)
        ):
            return False
        return not (
            _is_in(path, self.left_out)
            or any(fnmatchcase(path, pattern) for pattern in self.left_out)
        )


def scope_of(names: Sequence[str]) -> Scope:
    """The scope that names of ``data/scopes.toml``, folders and files make together.

    Args:
        names: ``all`` is the whole tree; what it leaves out may be named beside it.
    """
    table = tomllib.loads(read_data("scopes.toml"))
    if "all" in names:
        out = tuple(each for each in table["all"]["left_out"] if each not in names)
        asked = set(table["all"]["left_out"]) & set(names)
        return Scope(("all", *sorted(asked)), (), left_out=out)
    known = [table[name] for name in names if isinstance(table.get(name), dict)]
    own = own_places(names)
    merged = {
        key: tuple(
            dict.fromkeys(each for scope in known for each in scope.get(key, ()))
        )
        for key in ("folders", "shallow", "on_demand", "left_out", "unread")
    }
    if not known:
        merged["on_demand"] = tuple(table["core"]["on_demand"])
    return Scope(tuple(sorted(names)), (*merged.pop("folders"), *own), **merged)


def own_places(names: Sequence[str]) -> tuple[str, ...]:
    """Those of the names that are folders or files of a tree."""
    table = tomllib.loads(read_data("scopes.toml"))
    return tuple(name for name in names if not isinstance(table.get(name), dict))


def named_scopes() -> tuple[str, ...]:
    """The names of ``data/scopes.toml``."""
    table = tomllib.loads(read_data("scopes.toml"))
    return tuple(name for name, scope in table.items() if isinstance(scope, dict))


def separate_folders(paths: Sequence[str]) -> tuple[str, ...]:
    """The folders of a tree that make programs of their own, with a closing slash."""
    patterns = tomllib.loads(read_data("scopes.toml"))["separate"]
    folders = {f"{path.rpartition('/')[0]}/" for path in paths}
    found: set[str] = set()
    for folder in folders:
        parts = folder.split("/")
        for pattern in patterns:
            depth = pattern.count("/")
            top = f"{'/'.join(parts[:depth])}/"
            if fnmatchcase(top, pattern):
                found.add(top)
    return tuple(sorted(found))


def _is_in(path: str, folders: Sequence[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)
