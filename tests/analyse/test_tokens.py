"""Which texts are the same code."""

import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.noise import with_noise
from xref.analyse.diff.tokens import (
    definition_lines,
    parts_of,
    similarity,
    span_of,
    tokens_of,
    without_comments,
)

CODE = """\
static int
go(struct sock *sk, int how)
{
	if (how >= 2 && sk->ops)
		return sk->ops->go(sk, "a /* b */ //c", '"');
#ifdef CONFIG_X
	how <<= 1;
#endif
	return -1;
}
"""


def code_of(text: str) -> tuple[str, ...]:
    return tokens_of(without_comments(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a = b;", "a=b ;"),
        ("a = b;", "a /* why */ = // because\n b;\n\n"),
        ("#define F(a) \\\n\ta + 1\n", "#  define F(a) a + 1\n"),
        ("#ifdef A\nf();\n#endif", "# ifdef A // yes\n\nf();\n#endif /* A */"),
        ("f(a,\n  b);", "f(a, b);"),
        ("#define F(a) { /* one\n two\n*/ a }\nb", "#define F(a) { a }\nb"),
        ("#define F \\\n /*\n*/ /*\n*/ a\nb", "#define F a\nb"),
        ("#define F(a) { /* one \\\n two */ \\\n a }\n", "#define F(a) { a }\n"),
    ],
)
def test_comments_blanks_and_line_breaks_are_no_code(one: str, other: str) -> None:
    assert code_of(one) == code_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a + +b;", "a ++b;"),
        ('f("a b");', 'f("a  b");'),
        ('f("/* a */");', 'f("");'),
        ("a > > b", "a >> b"),
        ("#define F(a) a\n", "#define F (a) a\n"),
        ("#define A\nb;", "#define A b;"),
        ("x = 0x10;", "x = 0x100;"),
        ("a_b", "a_c"),
        ("f(const char *s)", "f(char *s)"),
    ],
)
def test_what_a_compiler_reads_is_code(one: str, other: str) -> None:
    assert code_of(one) != code_of(other)


@given(st.integers(), st.floats(0, 1))
def test_other_comments_and_lines_change_nothing(seed: int, share: float) -> None:
    assert code_of(with_noise(CODE, seed, share)) == code_of(CODE)


@given(st.text(alphabet="/*\"'\\a\n "))
def test_a_line_stays_where_it_was(text: str) -> None:
    assert without_comments(text).count("\n") == text.count("\n")


@dataclass(frozen=True)
class Known:
    """A definition, by hand."""

    name: str
    line: int
    end_line: int
    macro: str = ""


def lines_of(
    lines: list[str], line: int, end_line: int, name: str = "f"
) -> tuple[int, int]:
    return definition_lines(lines, Known(name, line, end_line))


def test_what_goes_on_with_a_directive_stands_before() -> None:
    lines = ["#if A || \\", "    defined(B)", "int f(void)", "{", "}"]
    assert lines_of(lines, 3, 5) == (3, 5)


def test_what_a_macro_makes_is_its_use() -> None:
    lines = ["FLAG(one)", "FLAG(two) FLAG(three)", "DEFINE(f_open)", "int x;"]
    assert lines_of(lines, 2, 2, "test_two") == (2, 2)
    assert lines_of(lines, 3, 3, "f_open") == (3, 3)


@given(st.integers(0, 1000))
def test_what_a_macro_makes_is_its_whole_use(seed: int) -> None:
    text = "static DEFINE_SHOW(f,\n\tint (*g)(void)); DEFINE_SHOW2(f, 1)\nint x;"
    code = without_comments(with_noise(text, seed))
    lines = code.split("\n")
    for macro, use in (
        ("DEFINE_SHOW", "DEFINE_SHOW(f, int (*g)(void))"),
        ("DEFINE_SHOW2", "DEFINE_SHOW2(f, 1)"),
    ):
        before = re.split(rf"\b{macro}\b", code, maxsplit=1)[0]
        line = before.count("\n") + 1
        what = Known("f", line, line, macro)
        assert tokens_of(span_of(lines, what)) == tokens_of(use)


def test_a_definition_begins_with_its_type() -> None:
    lines = f"int before;\n\n/* c */\n{CODE}".split("\n")
    bare = without_comments("\n".join(lines)).split("\n")
    assert lines_of(bare, 5, 13, "go") == (4, 13)


@pytest.mark.parametrize("type_", ["static struct file *", "int", "long\n\nlong"])
def test_blank_lines_between_type_and_name_say_nothing(type_: str) -> None:
    lines = f"a;\n\n{type_}\n\n\nf(void)\n{{\n}}".split("\n")
    first, last = lines_of(lines, lines.index("f(void)") + 1, len(lines))
    assert (lines[first - 1], last) == (type_.split("\n", maxsplit=1)[0], len(lines))


BEFORE = ["int a;", "}", "#endif", "", "USE(it)", "label:", "#define A \\\n\tint"]


@pytest.mark.parametrize("blank", ["", "\n"])
@pytest.mark.parametrize("before", BEFORE)
def test_a_definition_does_not_begin_with_what_stands_before(
    before: str, blank: str
) -> None:
    lines = f"{before}\n{blank}int f(void)\n{{\n}}".split("\n")
    assert lines_of(lines, len(lines) - 2, len(lines)) == (len(lines) - 2, len(lines))


HEADS = [
    "int f(void)",
    "static __printf(1, 2) const char *f(const char *s)",
    'void __attribute__((section(" ;"))) f(void)',
    "static int (*f(int a))(int)",
    "f(a) int a;",
]
NEIGHBOURS = ["static int x; /* y */", "int g(void) { return 1; }", "/* }; */"]


@given(
    st.sampled_from([*BEFORE, *NEIGHBOURS]),
    st.sampled_from(HEADS),
    st.sampled_from(["", "EXPORT(f);", *NEIGHBOURS]),
    st.integers(0, 1000),
)
def test_the_text_of_a_definition_is_its_own(
    before: str, head: str, after: str, seed: int
) -> None:
    text = f"{head} {{ if (a) {{ b(); }} return 42; }}"
    code = without_comments(with_noise(f"{before}\n{text} {after}\n", seed))
    name = re.search(r"\bf\b", code)
    assert name is not None
    last = code.index("}", code.index("42"))
    line, end_line = (code.count("\n", 0, at) + 1 for at in (name.start(), last))
    what, lines = Known("f", line, end_line), code.split("\n")
    (found,), rest = parts_of(lines, [what])
    assert found == span_of(lines, what)
    assert tokens_of(found) == tokens_of(text)
    assert tokens_of(rest) == code_of(f"{before}\n{after}")


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_similarity_is_the_same_both_ways_round(
    one: list[str], other: list[str]
) -> None:
    there, back = (
        similarity(tuple(a), tuple(b)) for a, b in ((one, other), (other, one))
    )
    assert there == back
    assert 0 <= there <= 1
    assert similarity(tuple(one), tuple(one)) == 1
