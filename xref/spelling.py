"""Code as C text again, on one line: for evidence and for readers."""

from collections.abc import Callable
from typing import Any, Final

_LOOSE: Final = frozenset(("op", "op1", "=", "?:", "cast", "*", "&", ","))
"""Forms that need brackets in front of a member, an index or a call."""


def spelling_of(code: list[Any]) -> str:
    """An expression as C text; what is long is shortened to ``...``."""
    if not code:
        return ""
    write = _WRITERS.get(code[0])
    return write(code) if write else "..."


def _tight(code: list[Any]) -> str:
    text = spelling_of(code)
    return f"({text})" if code and code[0] in _LOOSE else text


def _call(code: list[Any]) -> str:
    return f"{_tight(code[1])}({', '.join(map(spelling_of, code[2]))})"


def _choice(code: list[Any]) -> str:
    middle = f" {spelling_of(code[2])} " if code[2] else ""
    return f"{spelling_of(code[1])} ?{middle}: {spelling_of(code[3])}"


_WRITERS: Final[dict[str, Callable[[list[Any]], str]]] = {
    "n": lambda c: str(c[1]),
    "v": lambda c: str(c[2]),
    "p": lambda c: str(c[2]),
    "i": lambda c: str(c[1]),
    "s": lambda c: f'"{c[1][:20]}"',
    ".": lambda c: f"{_tight(c[1])}.{c[2]}",
    "->": lambda c: f"{_tight(c[1])}->{c[2]}",
    "[]": lambda c: f"{_tight(c[1])}[{spelling_of(c[2])}]",
    "*": lambda c: f"*{_tight(c[1])}",
    "&": lambda c: f"&{_tight(c[1])}",
    "call": _call,
    "cast": lambda c: f"({c[1]}){_tight(c[2])}",
    "=": lambda c: f"{spelling_of(c[2])} {c[1]} {spelling_of(c[3])}",
    "?:": _choice,
    "op": lambda c: f"{_tight(c[2])} {c[1]} {_tight(c[3])}",
    "op1": lambda c: f"{c[1]}{_tight(c[2])}",
    "init": lambda c: f"({c[1]}){{...}}" if c[1] else "{...}",
    ",": lambda c: ", ".join(map(spelling_of, c[1])),
    "type": lambda c: str(c[1]),
    "sizeof": lambda c: f"sizeof({spelling_of(c[1])})",
    "offsetof": lambda c: f"offsetof({c[1]}, {c[2]})",
    "x": lambda c: str(c[1])[:40],
}
