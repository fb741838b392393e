"""What cleaning rewrote, read as what it stands for: the two stages together."""

from textwrap import dedent

from tests.extract.reading import checked, shown
from xref.data_files import read_data
from xref.extract.facts import facts_of
from xref.parse.c import parse
from xref.parse.clean import clean
from xref.parse.lexicon import lexicon_of
from xref.records import BlobFacts, Code

LEXICON = lexicon_of(read_data("lexicon.toml"))


def read(code: str) -> BlobFacts:
    source = dedent(code).lstrip("\n").encode()
    return checked(facts_of(source, clean(source, LEXICON), parse))


def statements(text: str) -> Code:
    (function,) = read(f"void f(int a)\n{{\n\t{text}\n}}\n").functions
    return function.body


def test_a_designated_argument_is_no_assignment() -> None:
    text = "setup(CONFIG(.ops = &x, .mask = 2));"
    items: Code = [
        ["init", None, [[[[".", "ops"]], ["&", ["n", "x"]], 3]]],
        ["init", None, [[[[".", "mask"]], ["i", 2], 3]]],
    ]
    call: Code = ["call", ["n", "CONFIG"], items, 3]
    assert statements(text) == [["e", ["call", ["n", "setup"], [call], 3], 3]]
    facts = read(f"void f(int a)\n{{\n\t{text}\n}}\n")
    assert [s for s in facts.stores if s.form == "assignment"] == []
    assert any('["n","x"]' in store.value for store in facts.stores)


def test_a_designated_argument_in_a_macros_body() -> None:
    facts = read("#define F(o) CONFIG(.ops = o)\n")
    assert [store.form for store in facts.stores] == ["argument"]
    assert [call.callee for call in facts.calls] == ["CONFIG"]


def test_statements_that_a_macro_is_given_are_its_block() -> None:
    assert statements("DEBUG(g(a); h(a););") == [
        [
            "walk",
            "DEBUG",
            [],
            [
                ["e", ["call", ["n", "g"], [["n", "a"]], 3], 3],
                ["e", ["call", ["n", "h"], [["n", "a"]], 3], 3],
            ],
            3,
        ]
    ]
    facts = read("void f(int a)\n{\n\tDEBUG(g(a); h(a););\n}\n")
    assert [call.callee for call in facts.calls] == ["DEBUG", "g", "h"]


def test_a_list_that_a_macro_is_given_is_a_use_of_it() -> None:
    facts = read("struct s x[] = { ROW(A, .run = go), };\n")
    assert [call.callee for call in facts.calls] == ["ROW"]
    assert [shown(s.value) for s in facts.stores if s.form == "initializer"][-1] == "go"


def test_an_operator_as_an_argument_is_no_name() -> None:
    assert statements("CHECK(a, >=, 1);") == [
        [
            "e",
            ["call", ["n", "CHECK"], [["n", "a"], ["x", ">="], ["i", 1]], 3],
            3,
        ]
    ]


def test_members_that_a_macro_stands_for_are_a_gap_with_a_place() -> None:
    facts = read("struct s {\n\tint a;\n\tMORE_MEMBERS\n};\n")
    assert [(p.kind, p.line, p.text) for p in facts.problems] == [
        ("items", 3, "MORE_MEMBERS")
    ]


def test_operands_of_assembly_are_called_by_nobody() -> None:
    facts = read("""
    void f(int v)
    {
            asm qual ("op" : "=r" (v) : "m" (width(v)));
            asm volatile(
    #undef STEP
    #define STEP(i) LOAD(i)
            STEP(1)
            : "+r" (v), [p] "+r" (v) : : "memory");
            after();
    }
    """)
    assert [(c.caller, c.callee) for c in facts.calls] == [
        ("f", "width"),
        ("STEP", "LOAD"),
        ("f", "after"),
    ]
    assert facts.problems == ()


UNITS = "switch (n) {\n\tN(UP) N(DOWN) N(GONE)\n\tN(BACK)\n\t}"


def test_a_comment_before_a_bracket_says_nothing() -> None:
    for name in ("DOWN", "GONE", "BACK"):
        noisy = UNITS.replace(f"N({name})", f'N /* it\'s "x" */ /* {{ */ ({name})')
        assert statements(noisy) == statements(UNITS)


def test_a_comment_does_not_indent_a_line() -> None:
    body = "\\\n\tmake(a) \\\n\tmake(b) \\\n\t{}make(a##b)\n"
    plain, noisy = (
        read(f"#define BOTH(a, b) {body.format(gap)}").macros
        for gap in ("", " /* { */ ")
    )
    assert plain[0].body == noisy[0].body
