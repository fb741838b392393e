"""Texts of changed functions, and the commits that changed them, as text."""

from collections.abc import Iterator, Sequence

from xref.changes import Cause, CodeChange
from xref.present.lines import Line, Piece, Style, narrowed, painted

HASH = 12
"""Digits of a commit's id, as the kernel cites them."""


def render_codes(codes: Sequence[CodeChange], *, colour: bool) -> str:
    """Unified diffs of functions, each under its name."""
    return painted((line for code in codes for line in _code(code)), colour=colour)


def render_causes(
    causes: Sequence[Cause], *, colour: bool, mail_columns: int | None = None
) -> str:
    """The commits of each function; those that touched several, at each of them.

    Args:
        causes: the commits.
        colour: whether to colour.
        mail_columns: for a mail, how wide it may be.
    """
    text = painted((line for each in causes for line in _cause(each)), colour=colour)
    return narrowed(text, mail_columns) if mail_columns else text


def _code(code: CodeChange) -> Iterator[Line]:
    yield []
    yield [Piece(f"--- {code.old_path}", Style.TITLE)]
    yield [Piece(f"+++ {code.new_path}", Style.TITLE)]
    for line in code.lines:
        if line.startswith("@@"):
            yield [Piece(f"{line} {code.name}", Style.POINTER)]
        else:
            style = {"+": Style.ADDED, "-": Style.GONE}.get(line[:1], Style.PLAIN)
            yield [Piece(line, style)]


def _cause(cause: Cause) -> Iterator[Line]:
    yield []
    yield [Piece(cause.name, Style.NAME), Piece(f"  {'; '.join(_remarks(cause))}")]
    for commit in cause.commits:
        yield [
            Piece(f"  {commit.hash[:HASH]}", Style.MARK),
            Piece(f" {commit.date} {commit.subject}"),
            Piece("  (in the old one only)" if commit.is_old else "", Style.DIM),
        ]


def _remarks(cause: Cause) -> Iterator[str]:
    """What a reader must know where commits do not tell all."""
    if not cause.commits:
        above = f"; see {cause.above}, which calls it" if cause.above else ""
        yield f"no commit touched it{above}"
    if cause.shared:
        noun = "commit is" if cause.shared == 1 else "commits are"
        yield f"{cause.shared} more {noun} in both, under other ids"
