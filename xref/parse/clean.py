"""Kernel C made readable for tree-sitter, byte for byte of the same length."""

from bisect import bisect_right

from xref.parse.annotations import blank_annotations
from xref.parse.conditions import plan_conditions
from xref.parse.definitions import rewrite_definitions
from xref.parse.draft import Draft, code_of, draft_of, fix_directives, restored
from xref.parse.fields import blank_enumerator_calls, rewrite_fields
from xref.parse.islands import apply_plan
from xref.parse.lexicon import Lexicon
from xref.parse.lists import part_items
from xref.parse.outline import Outline, kind_of_brace, outline_of
from xref.parse.records import Cleaned, Guard, Island, Mark
from xref.parse.statements import rewrite_oddities, rewrite_statements
from xref.parse.types import rewrite_types

__all__ = ["Cleaned", "Guard", "Island", "Mark", "clean"]


def clean(source: bytes, lexicon: Lexicon) -> Cleaned:
    """Rewrite what tree-sitter cannot read; length and line breaks stay."""
    draft = draft_of(source)
    blank_annotations(draft, lexicon)
    fix_directives(draft)
    code, bare = code_of(draft)
    outline = outline_of(draft, code)
    places = _Places(draft, outline, bare)
    rewrite_definitions(draft, lexicon, outline, bare)
    rewrite_fields(draft, lexicon, places.type_spans, bare)
    blank_enumerator_calls(draft, places.enum_spans, bare)
    part_items(draft, [*places.list_spans, *places.local_lists], bare)
    rewrite_statements(draft, lexicon, places.is_body, places.define_end)
    rewrite_oddities(draft, places.is_body)
    rewrite_types(draft, places.is_expression)
    whole = restored(draft, bytearray(draft.text))
    _, bare = code_of(draft)
    plan = plan_conditions(draft, outline, bare)
    text, guards, islands = apply_plan(draft, outline, plan, whole, bare)
    draft.marks.sort(key=lambda mark: mark.start_byte)
    return Cleaned(text, whole, tuple(draft.marks), tuple(guards), tuple(islands))


class _Places:
    """Which bytes stand in what."""

    def __init__(self, draft: Draft, outline: Outline, bare: bytes) -> None:
        self.type_spans: list[tuple[int, int]] = []
        self.list_spans: list[tuple[int, int]] = []
        self.enum_spans: list[tuple[int, int]] = []
        bodies = []
        for block in outline.blocks:
            kind = kind_of_brace(bare, block.open)
            span = (block.open, block.close)
            if kind == "block":
                bodies.append(span)
            elif kind == "type":
                self.type_spans.append(span)
            elif kind == "enum":
                self.enum_spans.append(span)
            else:
                self.list_spans.append(span)
        self.bodies = _Spans(bodies)
        self.lists = _Spans(sorted([*self.list_spans, *self.enum_spans]))
        self.directives = _Spans(draft.others)
        self.local_lists = [
            span for span in outline.lists if self.bodies.end_around(span[0])
        ]
        self.draft = draft
        self.calls: _Spans | None = None

    def is_body(self, at: int) -> bool:
        """Whether a place is in a function's or a macro's body."""
        return self.bodies.end_around(at) > 0 or self.directives.end_around(at) > 0

    def is_expression(self, at: int) -> bool:
        """Whether a place is in a body, an initialiser or a call at file scope."""
        if self.calls is None:
            self.calls = _Spans(self.draft.calls)
        return (
            self.is_body(at)
            or self.lists.end_around(at) > 0
            or self.calls.end_around(at) > 0
        )

    def define_end(self, at: int) -> int:
        """The end of the directive around a place, or 0."""
        return self.directives.end_around(at)


class _Spans:
    """Spans in ascending order that do not overlap."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]

    def end_around(self, at: int) -> int:
        """The end of the span around a place, or 0."""
        n = bisect_right(self.starts, at) - 1
        return self.ends[n] if n >= 0 and at < self.ends[n] else 0
