"""Looks around a place in a text."""

from hypothesis import given
from hypothesis import strategies as st

from xref.parse.scan import Ink, last_ink, next_ink

PIECES = st.lists(st.sampled_from([b"x", b" " * 40, b"\n" * 90]), max_size=12)


@given(PIECES, st.lists(st.integers(0, 600), max_size=40))
def test_ink_is_found_in_whatever_order_places_are_asked(
    pieces: list[bytes], places: list[int]
) -> None:
    code = bytearray(b"".join(pieces))
    ink = Ink(code)
    for place in places:
        at = min(place, len(code))
        assert ink.last(at) == last_ink(code, at)
        assert ink.next(at) == next_ink(code, at)
