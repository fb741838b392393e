"""Which bytes stand in bodies, initialisers, members and directives."""

from bisect import bisect_right

from xref.parse.draft import Draft
from xref.parse.outline import Outline, kind_of_brace

Spans = list[tuple[int, int]]


class Places:
    """What the braces of a blob enclose."""

    def __init__(self, draft: Draft, outline: Outline, bare: bytes) -> None:
        kinds: dict[str, Spans] = {"block": [], "type": [], "enum": [], "list": []}
        for block in outline.blocks:
            kind = kind_of_brace(bare, block.open)
            kinds[kind].append((block.open, block.close))
        self.types = kinds["type"]
        """Bodies of structs and unions at file scope."""
        self.enums = kinds["enum"]
        self._bodies = Covered(kinds["block"])
        self._lists = Covered(sorted([*kinds["list"], *kinds["enum"]]))
        self._directives = Covered(draft.others)
        local = _outermost(
            [span for span in outline.lists if self._bodies.end_around(span[0])]
        )
        self._local_lists = Covered(local)
        self.lists = [*kinds["list"], *local]
        """Initialisers at file scope, and those in bodies."""

    def add_bodies(self, spans: Spans) -> None:
        """Count spans at file scope as bodies."""
        if spans:
            bodies = self._bodies
            pairs = [*zip(bodies.starts, bodies.ends, strict=True), *spans]
            self._bodies = Covered(_outermost(sorted(pairs)))

    def is_body(self, at: int) -> bool:
        """Whether a place is in a function's or a macro's body."""
        return self._bodies.end_around(at) > 0 or self._directives.end_around(at) > 0

    def is_statement(self, at: int) -> bool:
        """Whether a place is in a body and in no initialiser there."""
        return self.is_body(at) and not self._local_lists.end_around(at)

    def is_expression(self, at: int) -> bool:
        """Whether a place is in a body, an initialiser or an enum."""
        return self.is_body(at) or self._lists.end_around(at) > 0

    def directive_end(self, at: int) -> int:
        """The end of the directive around a place, or 0."""
        return self._directives.end_around(at)


def _outermost(spans: Spans) -> Spans:
    """Spans without those within others; they begin in ascending order."""
    kept: Spans = []
    for span in spans:
        if not kept or span[0] > kept[-1][1]:
            kept.append(span)
    return kept


class Covered:
    """Spans in ascending order that do not overlap."""

    def __init__(self, spans: Spans) -> None:
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]

    def end_around(self, at: int) -> int:
        """The end of the span around a place, or 0."""
        n = bisect_right(self.starts, at) - 1
        return self.ends[n] if n >= 0 and at < self.ends[n] else 0
