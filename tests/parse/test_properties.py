"""What holds for any bytes."""

import sys
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parse.cleaning import lexicon, line_breaks
from xref.parse.c import parse
from xref.parse.clean import clean

if TYPE_CHECKING:
    from _typeshed import TraceFunction

PIECES = [
    "(",
    ")",
    "{",
    "}",
    ";",
    ",",
    "\n",
    "\r\n",
    " ",
    "\t",
    "\\\n",
    '"',
    "'",
    "/*",
    "*/",
    "//",
    "#if A\n",
    "\n#else\n",
    "\n#endif\n",
    "#if 0\n",
    "#define A(x) ",
    "struct s ",
    "*",
    "__init ",
    "__some ",
    "NAME",
    "NAME(",
    "for_each(",
    "SYSCALL_DEFINE1(a, ",
    "= ",
    "static ",
    ":",
    "[",
    "]",
    "asm(",
    "typeof(",
    "offsetof(a, ",
    "case ",
    "...",
    ".x = ",
    "enum {",
    "struct {",
    "= {\n",
    "DEFINE_X(",
    "if (",
    "else ",
    "\0",
    "\xff",
    "KERN_INFO ",
    "10x",
    "goto *",
    "struct_group(",
    "#include <x> ",
    "DECLARE_BITMAP(x,",
    "int f(void)\n",
]


def check(source: bytes) -> None:
    result = clean(source, lexicon())
    for text in (result.text, result.whole):
        assert len(text) == len(source)
        assert line_breaks(text) == line_breaks(source)
    starts = [mark.start_byte for mark in result.marks]
    assert starts == sorted(starts)
    for guard in result.guards:
        assert 0 <= guard.start_byte <= guard.end_byte <= len(source)
    for island in result.islands:
        end = island.text_start + len(island.text)
        assert island.text_start <= island.start_byte <= island.end_byte <= end
        assert line_breaks(island.text) == line_breaks(
            source[island.text_start : end],
        )
    parse(result.text)


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_cleaned(source: bytes) -> None:
    check(source)


@settings(max_examples=250, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_tokens_are_cleaned(pieces: list[str]) -> None:
    check("".join(pieces).encode("latin-1"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_cleaning_depends_on_nothing_else(pieces: list[str]) -> None:
    source = "".join(pieces).encode("latin-1")
    assert clean(source, lexicon()) == clean(source, lexicon())


@pytest.mark.parametrize(
    "unit",
    ["*", "NAME", "/*", "struct s", "asm((", "\nstatic ", "const ", "f(\n", "__some ",
     "\n#endif\n#if A\n", "#if A\n{\n", "\n#if A\n} else {\n#endif\n", "\nNAME(x)\n",
     "= {\n", 'K("a")"b"', "10x 20y ", "\\\n", ", ", "#if A\n", "#if A\nint x;\n",
     "#if A\n}\n#else\n", "#ifdef __ASSEMBLY__\nx\n"],
)  # fmt: skip
def test_hostile_text_takes_linear_work(unit: str) -> None:
    n_bytes = 16_000
    assert lines_run(unit, n_bytes) < 30 * n_bytes


@pytest.mark.parametrize("unit", ["#if A\n", "#if A\nint f(void) {\n#else\n"])
def test_islands_of_nested_conditions_grow_with_the_text_only(unit: str) -> None:
    depth = 600
    source = (unit * depth + "int x;\n" + "#endif\n" * depth).encode()
    islands = clean(source, lexicon()).islands
    assert sum(len(island.text) for island in islands) < 20 * len(source) + 100_000


def lines_run(unit: str, size: int) -> int:
    """Lines of Python that cleaning runs: no clock, so no other load can be seen."""
    source = (unit * (size // len(unit))).encode()
    lexicon()
    n_lines = 0

    def count(_frame: FrameType, event: str, _argument: object) -> "TraceFunction":
        nonlocal n_lines
        n_lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        clean(source, lexicon())
    finally:
        sys.settrace(before)
    return n_lines
