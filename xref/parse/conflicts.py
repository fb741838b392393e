"""Conflicts of a merge that were left in the source, as arms of a condition."""

import re
from typing import Final

# git-merge(1), "How conflicts are presented": markers of seven letters at the start
# of a line, the first and the last with a name behind them.
_MARKER: Final = re.compile(
    rb"^(?:(?P<ours><{7}) |(?P<base>\|{7})(?: |(?=\r?$))|(?P<theirs>={7})(?=\r?$)"
    rb"|(?P<end>>{7}) )[^\r\n]*",
    re.MULTILINE,
)
_DIRECTIVES: Final = {
    "ours": b"#if OURS",
    "base": b"#elif 0",
    "theirs": b"#else",
    "end": b"#endif",
}


def merged(source: bytes) -> bytes:
    """The source with both sides of a conflict as arms of an ``#if``.

    Length and line breaks stay.  What both sides end with stands behind the
    conflict, so each of them alone is no whole function: neither is dropped.
    """
    if b"<<<<<<< " not in source:
        return source
    text = bytearray(source)
    marks: list[re.Match[bytes]] = []
    for mark in _MARKER.finditer(source):
        if mark.lastgroup == "ours":
            marks = [mark]
        elif marks:
            marks.append(mark)
        if mark.lastgroup == "end":
            for each in marks:
                word = _DIRECTIVES[str(each.lastgroup)]
                text[each.start() : each.end()] = word.ljust(len(each[0]))
            marks = []
    return bytes(text)
