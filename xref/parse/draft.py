"""The text under work: comments out, strings hidden, directives known."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

from xref.parse.records import Guard, Island, Mark

# Every byte to a blank, or to a letter that no rule looks at; line breaks stay.
BLANKS: Final = bytes(byte if byte in b"\r\n" else 0x20 for byte in range(256))
_HIDDEN: Final = bytes(byte if byte in b"\r\n" else 0x5F for byte in range(256))

# C11 6.4.9 comments, 6.4.5 strings, 6.4.4.4 characters.  Each alternative ends where
# its text ends, also when it is never closed: the scan is linear in hostile text.
_COMMENT_OR_STRING: Final = re.compile(
    rb"/(?:\*[\s\S]*?(?:\*/|\Z)|/[^\n\\]*+(?:\\\r?\n?[^\n\\]*+)*+)"
    rb"|\"[^\"\\\n]*+(?:\\[\s\S][^\"\\\n]*+)*+\"?"
    rb"|'(?:[^'\\\n]|\\.){1,10}'"
)
_DIRECTIVE: Final = re.compile(
    rb"\#[ \t]*+(\w*+)[^\n\\]*+(?:\\(?:\r?\n|.)?[^\n\\]*+)*+"
)
_CONDITIONS: Final = {
    b"if": "if", b"ifdef": "if", b"ifndef": "if",
    b"elif": "else", b"elifdef": "else", b"elifndef": "else", b"else": "else",
    b"endif": "endif",
}  # fmt: skip
_PARAMETERS: Final = re.compile(rb"#[ \t]*define[ \t]+\w+\(([^()]*)\)")
# GNU ``args...`` is ``...`` here; a type before a parameter is an error of the writer.
_TYPED: Final = re.compile(rb"\w+[ \t]*(?=\.\.\.)|\w+[ \t*]+(?=\w)")
_INCLUDE: Final = re.compile(
    rb"#[ \t]*+include\b[ \t]*+(<[^>\n]*+>|\"_*+\")[ \t]++(?=\r?(?:\n|\Z))"
)
_PARTED: Final = re.compile(rb"\*/[ \t]*+\((?![*^])[\s\S]")
_LAST_WORD: Final = re.compile(rb"\w+\Z")
_OPENING: Final = 0x28
_HEAD: Final = re.compile(rb"#[ \t]*define[ \t]+\w+\Z")
_CONTINUED: Final = re.compile(rb"\\(?=\r?\n)")
_SLASHED: Final = re.compile(rb"/(?=\\\r?\n)")
_EMPTY_DEFINE: Final = re.compile(
    rb"#[ \t]*+define[ \t]++(\w++(?:\([^()\n]*+\))?)(?:[ \t]*+\\\r?\n)*+"
    rb"[ \t]++(?=\r?(?:\n|\Z))"
)


@dataclass(frozen=True, slots=True)
class Directive:
    """``#if`` and its kin."""

    start: int
    end: int
    kind: str
    """``if`` ``else`` (with ``elif``) ``endif``."""


Found = tuple[re.Match[bytes], int]


@dataclass(slots=True)
class Draft:
    """One blob under work; all rules edit `text` and `code` in place."""

    source: bytes
    text: bytearray
    """Comments are blank, strings and characters are underscores in quotes."""
    strings: list[tuple[int, int]]
    """Where they stand now; what stands in them is at `origins`."""
    origins: list[int]
    conditions: list[Directive]
    """``#if`` and its kin."""
    others: list[tuple[int, int]]
    """The spans of the other directives."""
    marks: list[Mark] = field(default_factory=list)
    guards: list[Guard] = field(default_factory=list)
    islands: list[Island] = field(default_factory=list)
    calls: list[tuple[int, int]] = field(default_factory=list)
    """The parentheses of macro calls at file scope."""
    words: set[bytes] = field(default_factory=set)
    """All names and numbers that it had at first."""
    scanned: int = 0
    """Bytes that `closing` has looked at, which bounds its work."""

    def matches(self, pattern: re.Pattern[bytes]) -> list[re.Match[bytes]]:
        """All matches in the text as it is now; it may change while they are read."""
        return list(pattern.finditer(bytes(self.text)))

    def directives_within(self, start: int, end: int) -> list[tuple[int, int]]:
        """The spans of all directives that begin between two places, in order."""
        first = bisect_left(self.others, (start, 0))
        last = bisect_left(self.others, (end, 0))
        low = bisect_left(self.conditions, start, key=_start_of)
        high = bisect_left(self.conditions, end, key=_start_of)
        spans = [(d.start, d.end) for d in self.conditions[low:high]]
        return sorted([*self.others[first:last], *spans])

    def matches_in_directives(self, pattern: re.Pattern[bytes]) -> list[Found]:
        """All matches in directives other than ``#if``, with where each of them ends.

        Directives are a tenth of a text.
        """
        text = bytes(self.text)
        return [
            (match, end)
            for start, end in self.others
            if text.find(b",", start, end) >= 0
            for match in pattern.finditer(text, start, end)
        ]

    def put(self, start: int, new: bytes) -> None:
        """Overwrite with as many bytes as `new` has, unless a line breaks there."""
        end = start + len(new)
        if self.text.find(b"\n", start, end) < 0 or b"\n" in new:
            self.text[start:end] = new

    def shift(self, start: int, end: int, by: int = -1) -> None:
        """Move what stands from `start` to `end`, over what stands there."""
        self.text[start + by : end + by] = self.text[start:end]
        first = bisect_left(self.strings, (start, 0))
        for n in range(first, len(self.strings)):
            at, last = self.strings[n]
            if at >= end:
                break
            self.strings[n] = (at + by, last + by)

    def drop_strings(self, start: int, end: int) -> None:
        """Leave the strings hidden that stand between."""
        first = bisect_left(self.strings, (start, 0))
        for n in range(first, len(self.strings)):
            if self.strings[n][0] >= end:
                break
            self.origins[n] = -1

    def blank(self, start: int, end: int) -> None:
        """Overwrite with blanks; line breaks stay."""
        old = self.text[start:end]
        new = old.translate(BLANKS)
        if b"\n" in new and b"\\" in old:
            for match in _CONTINUED.finditer(old):
                new[match.start()] = 0x5C
        self.text[start:end] = new

    def mark(self, start: int, kind: str, macro: bytes, text: str = "") -> None:
        """Note what was rewritten."""
        name = macro.decode("ascii", "replace")
        self.marks.append(Mark(start, kind, name, text))


def _start_of(directive: Directive) -> int:
    return directive.start


def draft_of(source: bytes) -> Draft:
    """Hide comments and strings, and find the directives."""
    strings: list[tuple[int, int]] = []
    text = bytearray(_hidden(source, strings))
    _join_names(text, source)
    conditions: list[Directive] = []
    others: list[tuple[int, int]] = []
    _find_directives(text, conditions, others)
    origins = [start for start, _ in strings]
    return Draft(source, text, strings, origins, conditions, others)


def code_of(draft: Draft) -> tuple[bytes, bytes]:
    """The text as it is now, with each directive blank but its ``#``; and without."""
    pieces: list[bytes] = []
    done = 0
    text = bytes(draft.text)
    spans = [(d.start, d.end) for d in draft.conditions] + draft.others
    spans.sort()
    for start, end in spans:
        pieces += text[done:start], b"#", text[start + 1 : end].translate(BLANKS)
        done = end
    pieces.append(text[done:])
    code = b"".join(pieces)
    return code, code.replace(b"#", b" ")


def fix_directives(draft: Draft) -> None:
    """Rewrite what tree-sitter-c does not read in ``#define`` and ``#include``."""
    text = draft.text
    for match in draft.matches(_INCLUDE):
        # A blank at the end of the line hides the end from tree-sitter-c.
        start, end = match.span(1)
        width = match.end() - end
        draft.shift(start, end, width)
        draft.blank(start, start + width)
    for match in draft.matches(_EMPTY_DEFINE):
        _push_name(draft, match.start(1), match.end(), match[1])
    for match in draft.matches(_PARAMETERS):
        parameters = match[1]
        if b"..." in parameters or _TYPED.search(parameters):
            draft.put(match.start(1), _TYPED.sub(_blanked, parameters))
    for match in draft.matches(_SLASHED):
        # It takes "/" and a backslash for one sign, and the line for ended.
        if text[match.start() - 1] in b" \t":
            draft.put(match.start() - 1, b"/ ")


def fix_conditions(draft: Draft) -> None:
    """Make a condition with ``?`` in it, which tree-sitter-c does not know, 1."""
    text = draft.text
    for directive in draft.conditions:
        if text.find(b"?", directive.start, directive.end) >= 0:
            start = text.find(b"if", directive.start) + 3
            draft.blank(start, directive.end)
            draft.put(start, b"1")


def _push_name(draft: Draft, start: int, end: int, name: bytes) -> None:
    """Put the name of an empty macro at the end of its directive.

    After a blank behind the name tree-sitter-c takes the next line for the body.
    """
    line = max(draft.text.rfind(b"\n", start, end) + 1, start)
    if end - line >= len(name):
        draft.blank(start, end)
        draft.put(end - len(name), name)
    elif line > start:
        draft.put(start + len(name) + 1, b"_")


def restored(draft: Draft, text: bytearray) -> bytes:
    """`text` with the strings that are still in it."""
    source = draft.source
    for (start, end), origin in zip(draft.strings, draft.origins, strict=True):
        if origin >= 0 and text[start] == source[origin]:
            text[start:end] = source[origin : origin + end - start]
    return bytes(text)


def _hidden(source: bytes, strings: list[tuple[int, int]]) -> bytes:
    pieces = []
    done = 0
    for match in _COMMENT_OR_STRING.finditer(source):
        start, end = match.span()
        pieces.append(source[done:start])
        piece = match[0]
        if piece.startswith(b"/"):
            pieces.append(_blank_comment(source, start, piece))
        else:
            strings.append((start, end))
            quote = piece[:1]
            last = piece[-1:] if len(piece) > 1 else b""
            pieces.append(quote + piece[1:-1].translate(_HIDDEN) + last)
        done = end
    pieces.append(source[done:])
    return b"".join(pieces)


def _blank_comment(source: bytes, start: int, comment: bytes) -> bytes:
    """Blanks; within a directive the lines are joined by backslashes."""
    new = comment.translate(BLANKS)
    if b"\n" in comment:
        line = source[source.rfind(b"\n", 0, start) + 1 : start].lstrip()
        if line.startswith(b"#") or _continues(source, start):
            return re.sub(rb" (?=\r?\n)", rb"\\", new)
    return new


def _join_names(text: bytearray, source: bytes) -> None:
    """Put a name next to its bracket where only comments part them: ``f /* x */ (``.

    Rules tell ``f(x)`` from ``f (x)``.  In the head of a ``#define`` they are two
    things (C11 6.10.3), so there and in front of a pointer nothing is moved.
    """
    for found in _PARTED.finditer(source):
        bracket = found.end() - 2
        line = text.rfind(b"\n", 0, bracket) + 1
        before = text[line:bracket].rstrip(b" \t")
        name = _LAST_WORD.search(before)
        if text[bracket] == _OPENING and name and not _HEAD.search(before):
            start, end = line + name.start(), line + name.end()
            text[start:bracket] = text[end:bracket] + text[start:end]


def _continues(source: bytes, start: int) -> bool:
    line_start = source.rfind(b"\n", 0, start)
    before = source[max(0, line_start - 2) : max(0, line_start)]
    return before.rstrip(b"\r").endswith(b"\\")


def _find_directives(
    text: bytearray, conditions: list[Directive], others: list[tuple[int, int]]
) -> None:
    for match in _DIRECTIVE.finditer(text):
        start, end = match.span()
        if not _begins_line(text, start):
            continue
        word = match[1]
        kind = _CONDITIONS.get(word)
        if kind:
            conditions.append(Directive(start, end, kind))
            continue
        others.append((start, end))


def _blanked(match: re.Match[bytes]) -> bytes:
    return b" " * len(match[0])


def _begins_line(text: bytearray, at: int) -> bool:
    if at == 0 or text[at - 1 : at] == b"\n":
        return True
    return not text[text.rfind(b"\n", 0, at) + 1 : at].strip()
