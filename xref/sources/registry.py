"""The places that a user has registered, kept in one file of the cache folder."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from xref.errors import SourceError
from xref.sources.home import Home, locked, reading, write_file


@dataclass(frozen=True, slots=True)
class Registered:
    """One line of the list."""

    place: str
    """A folder, repository or archive by its absolute path, or an address."""
    name: str
    """By which ``--kernel`` may call it; "" for none."""


def registered_places(home: Home) -> tuple[Registered, ...]:
    """List the registered places, oldest first."""
    if not home.registry.is_file():
        return ()
    with reading(home.registry):
        text = home.registry.read_bytes()
    try:
        return tuple(
            Registered(str(entry["place"]), str(entry["name"]))
            for entry in json.loads(text)["places"]
        )
    except (ValueError, TypeError, KeyError) as error:
        raise SourceError(
            f"{home.registry} is not as xref writes it: {error!r}",
            hint="mend or remove it, and register the places anew",
        ) from error


def register(entry: Registered, home: Home) -> None:
    """Add a place; it replaces one of the same place or name."""
    with locked(home, "registry"):
        kept = [
            old
            for old in registered_places(home)
            if old.place != entry.place and (not entry.name or old.name != entry.name)
        ]
        _write((*kept, entry), home)


def unregister(entry: Registered, home: Home) -> None:
    """Take a place from the list; what it holds stays as it is."""
    with locked(home, "registry"):
        _write([old for old in registered_places(home) if old != entry], home)


def _write(entries: Sequence[Registered], home: Home) -> None:
    """Replace the list."""
    text = json.dumps({"places": [asdict(entry) for entry in entries]}, indent=1)
    write_file(home.registry, text.encode())
