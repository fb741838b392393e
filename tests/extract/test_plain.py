"""Headers of constants: read without a tree, with the same facts."""

import pytest

from xref.data_files import read_data
from xref.extract import plain
from xref.extract.facts import facts_of
from xref.parse.c import parse
from xref.parse.clean import clean
from xref.parse.lexicon import lexicon_of

LEXICON = lexicon_of(read_data("lexicon.toml"))
HEAD = """\
/*
 * A device * and / its registers.
 */

#ifndef _DEVICE_REGS_H
#define _DEVICE_REGS_H

#include <linux/bits.h>
#include "more.h" // here
"""
LINES = "".join(f"#define REG_{n}\t\t0x{n:04x}UL\n" for n in range(300))
TAIL = "\n#endif /* _DEVICE_REGS_H */\n"
PLAIN = {
    "as most are": HEAD + LINES + TAIL,
    "without a guard": LINES,
    "line breaks of two bytes": (HEAD + LINES + TAIL).replace("\n", "\r\n"),
    "comments": HEAD + "// one\n/* two */\n" + LINES + "#define A 1 // x\n" + TAIL,
    "shapes": HEAD + LINES + "#define A\n# define  B (017)\n#define C 1 /* c */\n",
}
OTHERS = {
    "code": HEAD + LINES + "int f(void);\n" + TAIL,
    "an expression": HEAD + LINES + "#define A (1 << 3)\n" + TAIL,
    "a name": HEAD + LINES + "#define A REG_1\n" + TAIL,
    "a condition": HEAD + LINES + "#ifdef X\n#define A 1\n#endif\n" + TAIL,
    "a continued line": HEAD + LINES + "#define A \\\n 1\n" + TAIL,
    "a comment that goes on": HEAD + LINES + "#define A 1 // \\\n 2\n" + TAIL,
    "no number": HEAD + LINES + "#define A 08\n" + TAIL,
    "brackets": HEAD + LINES + "#define A (1\n" + TAIL,
    "parameters": HEAD + LINES + "#define A(x) 1\n" + TAIL,
    "an open comment": HEAD + LINES + "/* ",
    "no last line break": HEAD + LINES + "#define A 1",
    "other bytes": HEAD + LINES + "// \xe9\n" + TAIL,
    "short": HEAD + TAIL,
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_the_facts_are_those_of_a_tree(text: str) -> None:
    if text == PLAIN["shapes"]:
        text += "#endif\n"
    source = text.encode("latin-1")
    facts = plain.plain_facts(source)
    assert facts is not None
    assert len(facts.macros) >= 300
    assert facts == facts_of(source, clean(source, LEXICON), parse)


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_anything_else_wants_a_tree(text: str) -> None:
    assert plain.plain_facts(text.encode("latin-1")) is None
