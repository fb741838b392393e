"""What changed on a path as a person reads it: a terminal, or a mail."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from xref.changes import ChangeKind, Hop, HopSide, PathDiff
from xref.present.lines import (
    TO_ASCII,
    Line,
    Piece,
    Style,
    narrowed,
    painted,
    wrapped,
)
from xref.present.rows import Row, row_lines

MAIL_COLUMNS = 72
"""As patches and discussions on mailing lists are wrapped."""

MAIL_INDENT = 2
MAIL_SHARE = 0.3
"""Of the columns that indentation may take; deeper trees have one column a level."""

LEAST_SHARE = 0.5
"""Of the columns, in which a row is laid out whose signs take more in ASCII."""

CHAIN_SHARE = 0.6
"""Of the columns for a chain of functions in one line."""

MOST_NAMES = 6
"""Of targets that came or went, in one line."""

MOST_NOTES = 4
"""Of stores in one line; JSON has all."""

WORDS = {
    ChangeKind.ADDED: "added",
    ChangeKind.GONE: "gone",
    ChangeKind.CALL_ADDED: "call added",
    ChangeKind.CALL_GONE: "call gone",
    ChangeKind.MOVED: "moved",
    ChangeKind.RENAMED: "renamed",
    ChangeKind.RETARGETED: "re-targeted",
    ChangeKind.REROUTED: "re-routed",
    ChangeKind.EVIDENCE: "bound by other stores",
    ChangeKind.REWRITTEN: "written otherwise",
    ChangeKind.TARGETS: "with other targets",
    ChangeKind.BODY: "with other code",
}
"""As the summary counts them, in its order."""

_MARKS = {
    ChangeKind.ADDED: ("+", Style.ADDED),
    ChangeKind.CALL_ADDED: ("+", Style.ADDED),
    ChangeKind.GONE: ("-", Style.GONE),
    ChangeKind.CALL_GONE: ("-", Style.GONE),
    ChangeKind.BODY: ("~", Style.MARK),
}
_OTHER_MARK = ("!", Style.WARN)
_MARK_COLUMNS = 2
_TIED = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class DiffLook:
    """How an answer is written."""

    width: int
    """Columns at most; names are not cut even so."""
    colour: bool
    mail: bool
    """ASCII only, narrow, little indentation."""
    full: bool
    """Also what is the same, line by line."""

    indent: int = 3
    """Columns of one level."""


def render_path_diff(diff: PathDiff, look: DiffLook) -> str:
    """Summary, tree of what changed, and what a reader must know about it."""
    if look.mail:
        deep = _depth(diff.root, look) * MAIL_INDENT > look.width * MAIL_SHARE
        look = replace(look, indent=1 if deep else MAIL_INDENT)
    lines = [*_head(diff, look)]
    if diff.counts:
        lines.append([])
        lines += _tree(diff.root, look)
        lines.append([])
    lines += _foot(diff, look)
    text = painted(lines, colour=look.colour)
    return narrowed(text, look.width) if look.mail else text


def summary_of(diff: PathDiff) -> str:
    """The first line: ``connect: 61 hops → 66; 4 added, 1 gone``."""
    head = f"{diff.entry}: {diff.old_hops} hops"
    if not diff.counts:
        hidden = diff.whole.changed
        noun = "function that has" if hidden == 1 else "functions that have"
        more = f" but in {hidden} {noun} no line" if hidden else ""
        return f"{head}, no difference{more}"
    if diff.old_hops != diff.new_hops:
        head += f" → {diff.new_hops}"
    told = (f"{count} {WORDS[kind]}" for kind, count in diff.counts)
    return f"{head}; {', '.join(told)}"


def _head(diff: PathDiff, look: DiffLook) -> Iterator[Line]:
    summary = re.sub(r"(?<=\d) (?=[\w-])", _TIED, summary_of(diff))
    for line in wrapped(summary, "", "  ", look.width):
        yield [Piece(line.replace(_TIED, " "), Style.TITLE)]
    bound = " ".join(value for _, value in diff.bound if "(" not in value)
    made = " ".join(value for _, value in diff.bound if "(" in value)
    told = f"bound: {made or bound} ({diff.scenario or 'given'})"
    number = _number(diff)
    text = "  ".join(
        filter(
            None,
            (
                f"linux {diff.old_kernel} → {diff.new_kernel}",
                number,
                told if diff.bound else "nothing bound",
            ),
        )
    )
    yield from (
        [Piece(line, Style.DIM)] for line in wrapped(text, "", "  ", look.width)
    )


def _number(diff: PathDiff) -> str:
    if diff.old_number == diff.new_number:
        return ""
    return f"{diff.arch} nr {diff.old_number} → {diff.new_number}"


def _foot(diff: PathDiff, look: DiffLook) -> Iterator[Line]:
    """What lies behind the lines, and how it was found."""
    whole = diff.whole
    told = (
        f"with all that has no line: {whole.old} functions → {whole.new}; "
        f"{whole.added} added, {whole.gone} gone, {whole.body} with other code (--full)"
    )
    items = [told]
    items += _limits(diff)
    if diff.unindexed:
        items.append(f"not read: {', '.join(diff.unindexed)}")
    for item in items:
        for line in wrapped(item, "", "  ", look.width):
            yield [Piece(line, Style.DIM)]


def _limits(diff: PathDiff) -> Iterator[str]:
    """What was not compared, and how the rest was."""
    limits = diff.limits
    if any(limits.open):
        counts = " → ".join(dict.fromkeys(map(str, limits.open)))
        yield (
            f"not compared: {counts} targets that are open where another one is bound "
            f"(--full)"
        )
    if limits.stops:
        noun = "function" if limits.stops == 1 else "functions"
        yield (
            f"not compared: what lies below {limits.stops} {noun} that only one of "
            f"the two had to follow (--full)"
        )
    if limits.compared:
        yield f"bodies were compared {limits.compared}"


def _tree(root: Hop, look: DiffLook) -> Iterator[Line]:
    width = look.width - _MARK_COLUMNS
    for hop, row in _rows(root, look, "", ""):
        mark, style = _mark(hop)
        lines = _in_ascii(row, width) if look.mail else row_lines(row, width)
        for number, line in enumerate(lines):
            sign = " " if number else mark
            yield [Piece(sign.ljust(_MARK_COLUMNS), style), *line]


def _in_ascii(row: Row, width: int) -> Sequence[Line]:
    """A row laid out so that it fits when its signs are spelled in ASCII."""
    lines: Sequence[Line] = ()
    for room in range(width, int(width * LEAST_SHARE), -1):
        lines = list(row_lines(row, room))
        texts = painted(lines, colour=False).translate(TO_ASCII).splitlines()
        if all(len(text) <= width for text in texts):
            break
    return lines


def _rows(
    hop: Hop, look: DiffLook, branch: str, rest: str
) -> Iterator[tuple[Hop | None, Row]]:
    """Rows of a hop and of what it calls; unchanged chains in one."""
    chain = [hop]
    room = look.width * CHAIN_SHARE - len(rest)
    while not look.full and (only := _only_way(chain[-1])):
        room -= len(_name(chain[-1])) + len(_name(only))
        if room < 0:
            break
        chain.append(only)
    last = chain[-1]
    yield last, _row(chain, branch, rest)
    items, n_same = _told(last, look)
    for position, item in enumerate(items, start=1):
        is_last = position == len(items) and not n_same
        sign = "└" if is_last else "├"
        line = "─" * max(look.indent - 2, 0)
        yield from _rows(
            item,
            look,
            f"{rest}{sign}{line} ",
            rest + ("" if is_last else "│").ljust(look.indent),
        )
    if n_same and items:
        line = "─" * max(look.indent - 2, 0)
        yield None, _plain(f"{rest}└{line} ", f"{n_same} the same")


def _depth(hop: Hop, look: DiffLook) -> int:
    """Levels of what is told below a hop."""
    told = _told(hop, look)[0]
    return 1 + max((_depth(item, look) for item in told), default=0)


def _only_way(hop: Hop) -> Hop | None:
    """The one thing below an unchanged function that has changed, or leads there."""
    changed = [item for item in hop.hops if _has_change(item)]
    if len(changed) != 1 or hop.kinds or changed[0].kinds:
        return None
    return changed[0] if len(hop.hops) == 1 else None


def _told(hop: Hop, look: DiffLook) -> tuple[list[Hop], int]:
    """What has a line below a hop, and how many functions have none."""
    if look.full:
        return list(hop.hops), 0
    told = [item for item in hop.hops if _has_change(item)]
    return told, sum(_size(item) for item in hop.hops if not _has_change(item))


def _has_change(hop: Hop) -> bool:
    return bool(hop.kinds) or any(map(_has_change, hop.hops))


def _size(hop: Hop) -> int:
    return 1 + sum(map(_size, hop.hops))


def _mark(hop: Hop | None) -> tuple[str, Style]:
    if hop is None or not hop.kinds:
        return "", Style.PLAIN
    for kind in hop.kinds:
        if kind is not ChangeKind.BODY:
            return _MARKS.get(kind, _OTHER_MARK)
    return _MARKS[ChangeKind.BODY]


def _row(chain: Sequence[Hop], branch: str, rest: str) -> Row:
    """A line for the last of a chain, the others in front of its name."""
    hop = chain[-1]
    before = "".join(f"{_name(one)} → " for one in chain[:-1])
    if hop.targets:
        return _row_of_targets(hop, branch, rest)
    side = hop.new or hop.old
    call = side.call if side else None
    is_pointer = call is not None and bool(call.expression)
    inner = rest + ("│" if hop.hops else "")
    return Row(
        first=branch + before,
        rest=inner.ljust(len(rest) + 1),
        pointer=call.expression if call is not None and is_pointer else "",
        name=_name(hop),
        style=_mark(hop)[1] if hop.kinds else Style.PLAIN,
        marks="",
        note=", ".join(_words(hop)),
        needs_note=True,
        place=_place(side),
        remark="; ".join(_remarks(hop)),
    )


def _words(hop: Hop) -> Iterator[str]:
    """What became of a hop."""
    old = hop.old
    for kind in hop.kinds:
        if kind is ChangeKind.MOVED and old:
            yield f"moved from {old.node.path}"
        elif kind is ChangeKind.RENAMED and old:
            yield f"renamed from {old.node.name}{_alike(hop)}"
        elif kind is ChangeKind.RETARGETED and old:
            yield f"re-targeted from {old.node.name}"
        elif kind is ChangeKind.BODY:
            yield "other code"
        elif kind is ChangeKind.REWRITTEN:
            yield "call written otherwise"
        elif kind is ChangeKind.EVIDENCE:
            yield "bound by other stores"
        else:
            yield WORDS[kind]


def _alike(hop: Hop) -> str:
    return "" if hop.similarity is None else f" ({hop.similarity:.0%} alike)"


def _remarks(hop: Hop) -> Iterator[str]:
    if ChangeKind.REWRITTEN in hop.kinds and hop.old and hop.old.call:
        yield f"was {hop.old.call.expression or 'a call by name'}"
    yield from hop.notes[:MOST_NOTES]
    if len(hop.notes) > MOST_NOTES:
        yield f"{len(hop.notes) - MOST_NOTES} more (--format json)"


def _row_of_targets(hop: Hop, branch: str, rest: str) -> Row:
    targets = hop.targets
    if targets is None:
        raise AssertionError
    count = str(targets.new_count)
    if ChangeKind.CALL_GONE in hop.kinds:
        count = str(targets.old_count)
    elif targets.old_count != targets.new_count and (
        ChangeKind.CALL_ADDED not in hop.kinds
    ):
        count = f"{targets.old_count} → {count}"
    # What a call leads to that only one kernel makes may be on the path of both.
    is_there = not {ChangeKind.CALL_ADDED, ChangeKind.CALL_GONE}.isdisjoint(hop.kinds)
    told = [
        *hop.notes,
        *_some("to" if is_there else "gone", targets.gone),
        *_some("to" if is_there else "added", targets.added),
    ]
    return Row(
        first=branch,
        rest=rest,
        pointer=targets.label,
        name=f"{count} target{'s' if count != '1' else ''}",
        style=Style.TITLE,
        marks="",
        note=targets.slot if targets.slot != targets.label else "",
        needs_note=False,
        place=f"{targets.file}:{targets.line}",
        remark="; ".join(told),
    )


def _some(what: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        yield f"{what}: {', '.join(names[:MOST_NAMES])}{more}"


def _name(hop: Hop) -> str:
    side = hop.new or hop.old
    return side.node.name if side else ""


def _place(side: HopSide | None) -> str:
    if side is None or not side.node.path:
        return ""
    return f"{side.node.path}:{side.node.line}"


def _plain(first: str, text: str) -> Row:
    return Row(
        first=first,
        rest="",
        pointer="",
        name=text,
        style=Style.DIM,
        marks="",
        note="",
        needs_note=False,
        place="",
        remark="",
    )
