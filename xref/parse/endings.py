"""Statements and items of macros that want a semicolon or a comma."""

from xref.parse.draft import Draft


def end_statement(
    draft: Draft, start: int, close: int, name: bytes, ending: bytes = b";"
) -> int:
    """Give the call from `start` to `close` a semicolon, at its length.

    The room is behind it, or a blank after a comma, or before its last line, or the
    name's last letter.  A call of nothing but a string is an attribute of what
    follows: it is blanked.  Returns where its parentheses close then.
    """
    text = draft.text
    if text[close + 1 : close + 2] in (b" ", b"\t"):
        draft.put(close + 1, ending)
        return close
    line = max(text.rfind(b"\n", 0, close) + 1, close - 400)
    quote = max(text.rfind(b'"', line, close), text.rfind(b"'", line, close))
    low = max(line, quote + 1, start)
    blank = max(text.rfind(b", ", low, close), text.rfind(b",\t", low, close)) + 1
    if not blank and line > start and quote < line and text[line] in b" \t":
        blank = line
    if not blank:
        if quote > start:
            draft.blank(start, close + 1)
            return close
        if len(name) < 2 or line > start:  # noqa: PLR2004  # no letter to spare
            return close
        blank = start + len(name) - 1
        draft.mark(start, "call", name)
    draft.put(blank, text[blank + 1 : close + 1] + ending)
    return close - 1
