"""The way from a word to the files that have it, and lists of numbers."""

from contextlib import closing
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.trees import open_tree, write_tree
from xref.pipeline import IndexOptions, index, open_program
from xref.store.database import database_path, open_for_reading
from xref.store.words import blobs_with, words_of

LIST = "\n".join(f"#define REG_{n} {n * 4:#x} /* offset */" for n in range(300))
CASE = f"""
//- v include/linux/regs.h
{LIST}
#define REG_SUM (REG_1 + REG_2)
#define REG_NEXT(n) (REG_1 + (n))
//- v kernel/user.c
#include <linux/regs.h>
int use(void) {{ return REG_NEXT(2) + REG_299; }} /* not REG_298 */
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
            ("REG_298", ["include/linux/regs.h", "kernel/user.c"]),
            ("REG_297", ["include/linux/regs.h"]),
            ("REG_2", ["include/linux/regs.h"]),
            ("nowhere", []),
        ):
            assert [path for path, _, _ in blobs_with(db, 1, word)] == paths


@given(st.lists(st.from_regex(r"[A-Za-z_]\w{0,9}", fullmatch=True).filter(str.isascii)))
def test_every_word_of_a_text_has_its_hash(words: list[str]) -> None:
    text = " + ".join(words).encode()
    packed = words_of(text)
    hashes = {packed[at : at + 3] for at in range(0, len(packed), 3)}
    assert len(packed) == 3 * len(hashes)
    assert all(words_of(word.encode()) in hashes for word in words)
