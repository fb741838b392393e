"""Kernel C made readable for tree-sitter, byte for byte of the same length."""

from xref.parse.annotations import blank_annotations
from xref.parse.arguments import (
    join_arrays,
    join_conditions,
    join_pairs,
    rewrite_arguments,
)
from xref.parse.assembly import empty_assembly
from xref.parse.bodies import rewrite_bodies
from xref.parse.conditions import plan_conditions
from xref.parse.definitions import rewrite_definitions
from xref.parse.draft import code_of, draft_of, fix_conditions, fix_directives, restored
from xref.parse.fields import blank_enumerator_calls, rewrite_fields
from xref.parse.islands import apply_plan
from xref.parse.lexicon import Lexicon
from xref.parse.lists import part_items
from xref.parse.oddities import rewrite_oddities
from xref.parse.outline import outline_of
from xref.parse.places import Places
from xref.parse.records import Cleaned, Guard, Island, Mark
from xref.parse.types import rewrite_types

__all__ = ["Cleaned", "Guard", "Island", "Mark", "clean"]


def clean(source: bytes, lexicon: Lexicon) -> Cleaned:
    """Rewrite what tree-sitter cannot read; length and line breaks stay.

    Every rule looks at shapes and at the words of the lexicon, at nothing else, so
    that a blob's facts depend on its bytes alone.
    """
    draft = draft_of(source)
    blank_annotations(draft, lexicon)
    fix_directives(draft)
    fix_conditions(draft)
    code, bare = code_of(draft)
    outline = outline_of(draft, code)
    places = Places(draft, outline, bare)
    rewrite_definitions(draft, lexicon, outline, bare)
    places.add_bodies(rewrite_arguments(draft))
    rewrite_fields(draft, lexicon, places.types, bare)
    blank_enumerator_calls(draft, places.enums, bare)
    join_conditions(draft)
    join_pairs(draft)
    join_arrays(draft)
    part_items(draft, [*places.lists, *places.enums], bare)
    rewrite_bodies(draft, lexicon, places)
    empty_assembly(draft, places)
    rewrite_oddities(draft, places)
    rewrite_types(draft, places)
    whole = restored(draft, bytearray(draft.text))
    _, bare = code_of(draft)
    plan = plan_conditions(draft, outline, bare)
    text, guards, islands = apply_plan(draft, outline, plan, whole, bare)
    draft.marks.sort(key=lambda mark: mark.start_byte)
    return Cleaned(text, whole, tuple(draft.marks), tuple(guards), tuple(islands))
