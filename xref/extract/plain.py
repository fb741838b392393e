"""Headers that hold nothing but ``#define NAME NUMBER`` lines, read without a tree.

A third of a kernel's bytes are such: the registers of devices.  What is read is what
``facts_of`` would read; anything else in such a file sends it there.
"""

import re

from xref.extract.constants import integer_of
from xref.records import BlobFacts, Code, Include, Macro

_BLANK = r"[ \t]*+(?://[^\n\\]*+(?=\n)|/\*[^*\n]*+\*/[ \t]*+)?\r?\n"
_LINE = re.compile(
    r"\#[ \t]*+define[ \t]++(?P<name>[A-Za-z_]\w*+)"
    r"(?:[ \t]++(?P<open>\(?)(?P<number>0[xX][0-9a-fA-F]++[uUlL]*+|\d++[uUlL]*+)"
    r"(?P<close>\)?))?" + _BLANK + r"|\#[ \t]*+include[ \t]++"
    r'(?:<(?P<system>[^>\n]++)>|"(?P<own>[^"\n]++)")'
    + _BLANK
    + r"|"
    + _BLANK
    + r"|/\*(?P<comment>[^*]*+(?:\*(?!/)[^*]*+)*+)\*/"
    + _BLANK
)
_ONCE = re.compile(
    r"(?<![^\n])\#[ \t]*+ifndef[ \t]++(\w++)"
    + _BLANK
    + r"(?=\#[ \t]*+define[ \t]++\1\s)"
)
_END = re.compile(r"\#[ \t]*+endif\b[ \t]*+(?:\w++[ \t]*+)?" + _BLANK)
_FEW_BYTES = 4096
"""Of a shorter file a tree is quick."""
_SHARE = 3
"""A directive in that many lines is worth a try."""


def plain_facts(source: bytes) -> BlobFacts | None:
    """The facts of a blob of constants; None when it holds anything else."""
    n_lines = source.count(b"\n")
    if len(source) < _FEW_BYTES or source.count(b"\n#define ") * _SHARE < n_lines:
        return None
    text = source.decode("latin-1")
    if not text.isascii() or not text.endswith("\n"):
        return None
    return _read(_without_once(text), len(source))


def _without_once(text: str) -> str:
    """The text without the lines that guard against double inclusion."""
    once = _ONCE.search(text)
    at = text.rfind("#endif")
    end = _END.match(text, at) if once is not None and at > 0 else None
    if once is None or end is None or text[at - 1] != "\n":
        return text
    return "\n".join((text[: once.start()], text[once.end() : at], text[end.end() :]))


def _read(text: str, size_bytes: int) -> BlobFacts | None:
    macros: list[Macro] = []
    includes: list[Include] = []
    at, line = 0, 1
    match_line = _LINE.match
    size = len(text)
    while at < size:
        match = match_line(text, at)
        if match is None:
            return None
        kind = match.lastgroup
        if kind == "comment":
            line += match[0].count("\n")
        elif kind in {"system", "own"}:
            includes.append(Include(match[kind], kind == "system", line, ""))
            line += 1
        else:
            macro = _macro(match, line) if kind is not None else None
            if macro is not None:
                macros.append(macro)
            elif kind is not None:
                return None
            line += 1
        at = match.end()
    return _facts(size_bytes, tuple(macros), tuple(includes))


def _macro(match: re.Match[str], line: int) -> Macro | None:
    name, opening, number, close = match.group("name", "open", "number", "close")
    if number is None:
        return Macro(name, None, "", line, line, "", "empty", [])
    value = integer_of(number)
    if value is None or bool(opening) != bool(close):
        return None
    text = f"({number})" if opening else number
    body: Code = ["i", value]
    return Macro(name, None, text, line, line, "", "expr", body)


def _facts(
    size_bytes: int, macros: tuple[Macro, ...], includes: tuple[Include, ...]
) -> BlobFacts:
    return BlobFacts(
        size_bytes=size_bytes,
        error_bytes=0,
        functions=(),
        prototypes=(),
        macros=macros,
        structs=(),
        typedefs=(),
        objects=(),
        enumerators=(),
        calls=(),
        stores=(),
        includes=includes,
        problems=(),
    )
