"""Code as text again, on one line, for evidence."""

from collections.abc import Callable
from typing import Any, Final

Node = list[Any]


def text_of(code: Node) -> str:
    """An expression as C text, shortened where it is long."""
    if not code:
        return ""
    write = _WRITERS.get(code[0])
    return write(code) if write else "..."


def _call(code: Node) -> str:
    return f"{text_of(code[1])}({', '.join(map(text_of, code[2]))})"


def _assign(code: Node) -> str:
    return f"{text_of(code[2])} {code[1]} {text_of(code[3])}"


def _choice(code: Node) -> str:
    middle = f" {text_of(code[2])} " if code[2] else ""
    return f"{text_of(code[1])} ?{middle}: {text_of(code[3])}"


def _inner(code: Node) -> str:
    text = text_of(code)
    return f"({text})" if code[0] in {"op", "=", "?:", "cast", "*", "&"} else text


def _init(code: Node) -> str:
    return f"({code[1]}){{...}}" if code[1] else "{...}"


_WRITERS: Final[dict[str, Callable[[Node], str]]] = {
    "n": lambda c: c[1],
    "v": lambda c: c[2],
    "p": lambda c: c[2],
    "i": lambda c: str(c[1]),
    "s": lambda c: f'"{c[1][:20]}"',
    ".": lambda c: f"{_inner(c[1])}.{c[2]}",
    "->": lambda c: f"{_inner(c[1])}->{c[2]}",
    "[]": lambda c: f"{_inner(c[1])}[{text_of(c[2])}]",
    "*": lambda c: f"*{_inner(c[1])}",
    "&": lambda c: f"&{_inner(c[1])}",
    "call": _call,
    "cast": lambda c: f"({c[1]}){_inner(c[2])}",
    "=": _assign,
    "?:": _choice,
    "op": lambda c: f"{_inner(c[2])} {c[1]} {_inner(c[3])}",
    "op1": lambda c: f"{c[1]}{_inner(c[2])}",
    "init": _init,
    ",": lambda c: ", ".join(map(text_of, c[1])),
    "type": lambda c: c[1],
    "sizeof": lambda c: f"sizeof({text_of(c[1])})",
}
