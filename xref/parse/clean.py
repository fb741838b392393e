"""Kernel C made readable for tree-sitter, byte for byte of the same length."""

from bisect import bisect_right

from xref.parse.annotations import blank_annotations
from xref.parse.conditions import plan_conditions
from xref.parse.definitions import rewrite_definitions
from xref.parse.draft import Draft, code_of, draft_of, restored
from xref.parse.fields import rewrite_fields
from xref.parse.islands import apply_plan
from xref.parse.lexicon import Lexicon
from xref.parse.outline import Outline, kind_of_brace, outline_of
from xref.parse.records import Cleaned, Guard, Island, Mark
from xref.parse.statements import rewrite_oddities, rewrite_statements
from xref.parse.types import rewrite_types

__all__ = ["Cleaned", "Guard", "Island", "Mark", "clean"]


def clean(source: bytes, lexicon: Lexicon) -> Cleaned:
    """Rewrite what tree-sitter cannot read; length and line breaks stay."""
    draft = draft_of(source)
    blank_annotations(draft, lexicon)
    code, bare = code_of(draft)
    outline = outline_of(draft, code)
    places = _Places(draft, outline, bare)
    rewrite_definitions(draft, lexicon, outline, bare)
    rewrite_fields(draft, lexicon, places.type_spans)
    rewrite_statements(draft, lexicon, places.is_body, places.define_end)
    rewrite_oddities(draft, places.is_body)
    rewrite_types(draft, places.is_body)
    whole = restored(draft, bytearray(draft.text))
    _, bare = code_of(draft)
    plan = plan_conditions(draft, outline, bare)
    text, guards, islands = apply_plan(draft, outline, plan, whole, bare)
    draft.marks.sort(key=lambda mark: mark.start_byte)
    return Cleaned(text, whole, tuple(draft.marks), tuple(guards), tuple(islands))


class _Places:
    """Which bytes stand in bodies of functions and macros."""

    def __init__(self, draft: Draft, outline: Outline, bare: bytes) -> None:
        bodies = []
        self.type_spans: list[tuple[int, int]] = []
        for block in outline.blocks:
            kind = kind_of_brace(bare, block.open)
            if kind == "block":
                bodies.append((block.open, block.close))
            elif kind == "type":
                self.type_spans.append((block.open, block.close))
        self.body_starts = [start for start, _ in bodies]
        self.body_ends = [end for _, end in bodies]
        self.other_starts = [start for start, _ in draft.others]
        self.other_ends = [end for _, end in draft.others]

    def is_body(self, at: int) -> bool:
        """Whether a place is in a function's or a macro's body."""
        n = bisect_right(self.body_starts, at) - 1
        return (n >= 0 and at < self.body_ends[n]) or self.define_end(at) > 0

    def define_end(self, at: int) -> int:
        """The end of the directive around a place, or 0."""
        n = bisect_right(self.other_starts, at) - 1
        return self.other_ends[n] if n >= 0 and at < self.other_ends[n] else 0
