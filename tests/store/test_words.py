"""The way from a word to the files that have it, and lists of numbers."""

import zlib
from contextlib import closing
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.trees import open_tree, write_tree
from xref.pipeline import IndexOptions, index, open_program
from xref.store.database import database_path, open_for_reading
from xref.store.words import blobs_with, may_have, words_of

LIST = "\n".join(f"#define REG_{n} {n * 4:#x} /* offset */" for n in range(300))
CASE = f"""
//- v include/linux/regs.h
{LIST}
#define REG_SUM (REG_1 + REG_2)
#define REG_NEXT(n) (REG_1 + (n))
//- v kernel/user.c
#include <linux/regs.h>
int use(void) {{ return REG_NEXT(2) + REG_299; }} /* not REG_298 */ char *s = "REG_3";
#define REG_7 7
"""


def test_a_list_of_numbers_is_no_rows_and_yet_known(tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree", CASE)
    index(tmp_path, open_tree(tree, tmp_path), IndexOptions(("all",), processes=1))
    program = open_program(tmp_path, "6.1.0")
    with closing(program), closing(open_for_reading(database_path(tmp_path))) as db:
        (found,) = program.macros("REG_299")
        assert (found.path, found.line) == ("include/linux/regs.h", 300)
        assert found.text == "0x4ac"
        assert program.macro_body(found.id) == ["i", 299 * 4]
        assert program.function(found.id).name == "REG_299"
        assert [(m.path, m.text) for m in program.macros("REG_7")] == [
            ("kernel/user.c", "7"),
            ("include/linux/regs.h", "0x1c"),
        ]
        assert [m.text for m in program.macros("REG_SUM")] == ["(REG_1 + REG_2)"]
        assert program.macros("REG_300") == ()
        rows = db.execute("select name from functions order by 1").fetchall()
        assert rows == [("REG_7",), ("REG_NEXT",), ("REG_SUM",), ("use",)]
        for word, paths in (
            ("REG_298", ["include/linux/regs.h"]),
            ("REG_299", ["include/linux/regs.h", "kernel/user.c"]),
            ("REG_3", ["include/linux/regs.h", "kernel/user.c"]),
            ("REG_2", ["include/linux/regs.h"]),
            ("nowhere", []),
        ):
            assert [path for path, _, _ in blobs_with(db, 1, word)] == paths


@given(st.lists(st.from_regex(r"[A-Za-z_]\w{0,9}", fullmatch=True).filter(str.isascii)))
def test_every_word_of_a_text_is_found(words: list[str]) -> None:
    packed = words_of(" + ".join(words).encode())
    assert all(may_have(packed, word) for word in words)


def test_a_large_text_has_its_words_and_hardly_others() -> None:
    packed = words_of(
        "\n".join(f"#define WORD_{n} {n}" for n in range(20_000)).encode()
    )
    assert len(packed) < 2.5 * 20_000
    assert all(may_have(packed, f"WORD_{n}") for n in range(20_000))
    assert sum(may_have(packed, f"OTHER_{n}") for n in range(20_000)) < 20


def test_words_of_comments_are_left_out() -> None:
    packed = words_of(b'a /* b */ c // d\n/* e /* f */ g "h" /* i')
    assert [w for w in "abcdefghi" if may_have(packed, w)] == list("acdgh")


def test_a_bucket_too_full_may_have_anything() -> None:
    first, found, number = zlib.crc32(b"w0") >> 28, ["w0"], 1
    while len(found) < 300:  # all in one bucket of those that 300 words have
        word = f"w{number}"
        if zlib.crc32(word.encode()) >> 26 == first << 2:
            found.append(word)
        number += 1
    packed = words_of(" ".join(found[1:]).encode())
    assert may_have(packed, found[1])
    assert may_have(packed, "other")
