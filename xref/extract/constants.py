"""Constants as numbers.  C11 6.4.4."""

import re

_INTEGER = re.compile(r"([-+]?)(0[xX][0-9a-fA-F']+|0[bB][01']+|[0-9']+)[uUlLzZ]*")
_ESCAPES = {"n": 10, "t": 9, "r": 13, "0": 0, "a": 7, "b": 8, "f": 12, "v": 11, "e": 27}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|(.))", re.DOTALL)
_BASE = {"x": 16, "b": 2}
_KNOWN: dict[str, int | None] = {}


def integer_of(text: str) -> int | None:
    """The value of an integer constant; None for another text."""
    if text not in _KNOWN:
        if len(_KNOWN) > 1 << 16:
            _KNOWN.clear()
        _KNOWN[text] = _integer_of(text)
    return _KNOWN[text]


def _integer_of(text: str) -> int | None:
    match = _INTEGER.fullmatch(text)
    if match is None:
        return None
    digits = match[2].replace("'", "")
    base = _BASE.get(digits[1:2].lower(), 8 if digits.startswith("0") else 10)
    try:
        return int(match[1] + digits, base)
    except ValueError:  # 08 is no octal number
        return None


def character_of(text: str) -> int:
    """The value of a character constant as written, quotes included."""
    inner = text[text.find("'") + 1 : -1]
    value = 0
    at = 0
    while at < len(inner):
        escape = _ESCAPE.match(inner, at)
        value = value << 8 | (_escaped(escape) if escape else ord(inner[at]) & 0xFF)
        at = escape.end() if escape else at + 1
    return value & 0xFFFFFFFF


def _escaped(match: re.Match[str]) -> int:
    if match[1]:
        return int(match[1], 16) & 0xFF
    if match[2]:
        return int(match[2], 8) & 0xFF
    return _ESCAPES.get(match[3], ord(match[3]) & 0xFF)
