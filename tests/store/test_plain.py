"""Macros that are numbers, of files with many of them."""

from hypothesis import given
from hypothesis import strategies as st

from xref.store.plain import PlainMacro, packed, unpacked

TEXTS = st.one_of(
    st.sampled_from(["0x10UL", "(3)", "010", "7u", "-1", "0b11", "1_0", '"', ""]),
    st.text(max_size=5),
)
MACROS = st.builds(
    PlainMacro, st.text(max_size=4), st.integers(1, 99), TEXTS, st.integers(-9, 99)
)


@given(st.lists(MACROS))
def test_plain_macros_come_back(macros: list[PlainMacro]) -> None:
    _, content = packed(macros)
    assert unpacked(content) == macros


def test_a_long_list_takes_few_bytes() -> None:
    macros = [
        PlainMacro(
            f"UNIT_CONTROL_{number}__ENABLE_MASK", number, f"0x{number:08x}L", number
        )
        for number in range(2000)
    ]
    names, content = packed(macros)
    assert len(names) == 4 * len(macros)
    assert len(content) < 10 * len(macros)
