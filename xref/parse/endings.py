"""Statements and items of macros that want a semicolon or a comma."""

from typing import Final

from xref.parse.draft import Draft

_LINES: Final = 12
"""How many lines behind a call are looked at for room."""


def end_statement(
    draft: Draft, start: int, close: int, name: bytes, ending: bytes = b";"
) -> int:
    """Give the call from `start` to `close` a semicolon, at its length.

    The room is a blank behind it, or after a comma, or before its last line, or on
    the line before that; else the name's last letter.
    Returns where its parentheses close then.
    """
    text = draft.text
    room = room_behind(text, close + 1, over_directives=ending == b",")
    if room >= 0:
        draft.put(room, ending)
        return close
    line = max(text.rfind(b"\n", max(0, close - 400), close) + 1, close - 400)
    low = max(line, start)
    blank = max(text.rfind(b", ", low, close), text.rfind(b",\t", low, close)) + 1
    if not blank and line > start:
        if text[line] in b" \t":
            blank = line
        else:
            return _end_above(draft, start, line, close, ending)
    if not blank:
        if len(name) < 2 or line > start:  # noqa: PLR2004  # no letter to spare
            return close
        blank = start + len(name) - 1
        draft.mark(start, "call", name)
    draft.shift(blank + 1, close + 1)
    draft.put(close, ending)
    return close - 1


def end_line(draft: Draft, last: int) -> None:
    """Put a semicolon behind the last statement of a block, which ends at `last`.

    The line moves into its indentation for that.
    """
    text = draft.text
    line = text.rfind(b"\n", max(0, last - 400), last) + 1
    if text[last] in b";}" or not line:
        return
    if text[last + 1] in b" \t" and text[last + 2] not in b"\r\n":
        draft.put(last + 1, b";")
    elif text[line] in b" \t":
        draft.shift(line + 1, last + 1)
        draft.put(last, b";")


def room_behind(text: bytearray, at: int, *, over_directives: bool = False) -> int:
    """A blank behind a call, in this line or one that is no directive; or -1."""
    end = text.find(b"\n", at)
    if at < len(text) and text[at] in b" \t":
        return at
    for _ in range(_LINES):
        if end < 0 or text[at:end].strip():
            return -1
        at = end + 1
        end = text.find(b"\n", at)
        ink = text[at : end if end >= 0 else len(text)].lstrip()[:1]
        if ink == b"#" and not over_directives:
            return -1
        if ink == b"#":
            end = _directive_end(text, at)
            at = end
        elif ink and text[at] in b" \t":
            return at
    return -1


def _directive_end(text: bytearray, at: int) -> int:
    end = text.find(b"\n", at)
    while end > 0 and text[at:end].rstrip(b"\r").endswith(b"\\"):
        at = end + 1
        end = text.find(b"\n", at)
    return end


def _end_above(draft: Draft, start: int, line: int, close: int, ending: bytes) -> int:
    """Pull the closing parenthesis up to the line before, if there is a blank."""
    text = draft.text
    if text[line:close].strip():
        return close
    above = text.rfind(b"\n", 0, line - 1) + 1
    end = line - 1 - (text[line - 2 : line - 1] == b"\r")
    if above <= start or text[above] not in b" \t":
        return close
    if text[end - 1] in b" \t":
        draft.put(end - 1, b")")
    else:
        draft.shift(above + 1, end)
        draft.put(end - 1, b")")
    draft.put(close, ending)
    return end - 1
