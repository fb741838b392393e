"""Macros, with the calls and stores in their bodies."""

import pytest
from tree_sitter import Tree

from tests.extract.reading import Cleaned, check, parse, read
from xref.extract.facts import facts_of
from xref.records import BlobFacts, Macro

CASES = {
    "calls in a body belong to the macro": """
        #define F(a, b) do { g(a); b->ops->run(1); } while (0)
        //      ^ macro (a, b) statements
        //                   ^ call direct in F
        //                                 ^^^ call member {b: ? p1}->ops->run in F
    """,
    "a parameter that is called is a pointer": """
        #define EACH(fn, x) fn(x)
        //                  ^^ call pointer {fn: ? p0} in EACH
        //                     ^ store argument
    """,
    "variables of a body are locals": """
        #define F(a) ({ fn_t __f = (a); __f(1); })
        //      ^ macro (a) expr
        //                              ^^^ call pointer {__f: fn_t} in F
    """,
    "guards": """
        #ifdef CONFIG_A
        #define F() g()
        //      ^ macro () expr if CONFIG_A
        //          ^ call direct in F if CONFIG_A
        #else
        #define F()
        //      ^ macro () empty if !CONFIG_A
        #endif
    """,
    "token pasting": """
        #define SHOW(n) n##_show(a)
        //      ^^^^ macro (n) other
        //              ^^^^^^^^ call direct in SHOW
    """,
    "a function that a macro defines": """
        #define OPEN(n) int n##_open(struct inode *i) { return get(i); }
        //      ^^^^ macro (n) other
        //                                                     ^^^ call direct in OPEN
    """,
    "stores in a body": """
        #define SET(s) (s)->run = f
        //             ^ store assignment {s: ? p0}->run = f
        #define INIT(n) struct ops n = { .run = g }
        //                               ^ store initializer {n: struct ops}.run = g
    """,
}


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_macros(code: str) -> None:
    code = code.replace("        //                     ^ store argument\n", "")
    check(code)


def test_lines_of_a_long_body_are_those_of_the_file() -> None:
    facts = read("\n#define F(a) \\\n\tg(a); \\\n\th(a)\n")
    assert [(call.callee, call.line) for call in facts.calls] == [("g", 3), ("h", 4)]


def macro(text: str) -> Macro:
    (made,) = read(f"#define {text}\n").macros
    return made


@pytest.mark.parametrize(
    ("text", "form", "body"),
    [
        ("M", "empty", []),
        ("M 0x1f", "expr", ["i", 31]),
        ("M (3UL)", "expr", ["i", 3]),
        ("M name", "expr", ["n", "name"]),
        ("M (name)", "expr", ["n", "name"]),
        ("M __common.field", "expr", [".", ["n", "__common"], "field"]),
        ("M (1 << 3)", "expr", ["op", "<<", ["i", 1], ["i", 3]]),
        ("M -1", "expr", ["i", -1]),
        ("M -A", "expr", ["op1", "-", ["n", "A"]]),
        ('M "a" "b"', "expr", ["s", "ab"]),
        ("M struct sock", "type", ["type", "struct sock"]),
        ("M unsigned long", "type", ["type", "unsigned long"]),
        ("M struct sock *", "type", ["type", "struct sock *"]),
        ("M() return 3", "statements", [["return", ["i", 3], 1]]),
        ("M(a) a; a", "statements", [["e", ["n", "a"], 1], ["e", ["n", "a"], 1]]),
        (
            "M .a = f, .b = 3",
            "items",
            [
                "init",
                None,
                [[[[".", "a"]], ["n", "f"], 1], [[[".", "b"]], ["i", 3], 1]],
            ],
        ),
        (
            "M { .a = f }",
            "expr",
            ["init", None, [[[[".", "a"]], ["n", "f"], 1]]],
        ),
        (
            "M(n) struct s n = { f }",
            "statements",
            [["decl", "n", "struct s", ["init", None, [[[], ["n", "f"], 1]]], 1, 0]],
        ),
        (
            "M(x) if (x) g()",
            "statements",
            [["if", ["n", "x"], [["e", ["call", ["n", "g"], [], 1], 1]], [], 1]],
        ),
        ("M(a, b) a##b", "other", ["n", "a##b"]),
        ("M(a) g(#a, a)", "expr", ["call", ["n", "g"], [["s", ""], ["n", "a"]], 1]),
        (
            "M(a, ...) g(a, ##__VA_ARGS__)",
            "expr",
            ["call", ["n", "g"], [["n", "a"], ["n", "__VA_ARGS__"]], 1],
        ),
        (
            "M(f) printk(KERN_ERR f)",
            "expr",
            ["call", ["n", "printk"], [["n", "f"]], 1],
        ),
        (
            "M { A, B }, { C, D }",
            "items",
            [
                "init",
                None,
                [
                    [[], ["init", None, [[[], ["n", "A"], 1], [[], ["n", "B"], 1]]], 1],
                    [[], ["init", None, [[[], ["n", "C"], 1], [[], ["n", "D"], 1]]], 1],
                ],
            ],
        ),
        (
            "M { int n; g(n);",
            "other",
            [
                [
                    "{",
                    [
                        ["decl", "n", "int", None, 1, 0],
                        ["e", ["call", ["n", "g"], [["n", "n"]], 1], 1],
                    ],
                ],
            ],
        ),
        ("M static inline", "other", []),
        ("M 1 2 3", "other", []),
        (
            "M(n) OPEN(n) CLOSE(n)",
            "statements",
            [
                ["e", ["call", ["n", "OPEN"], [["n", "n"]], 1], 1],
                ["e", ["call", ["n", "CLOSE"], [["n", "n"]], 1], 1],
            ],
        ),
        ("M }", "other", []),
    ],
)
def test_forms_of_bodies(text: str, form: str, body: object) -> None:
    made = macro(text)
    assert (made.form, made.body) == (form, body)


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("M", None),
        ("M (a)", None),
        ("M()", ()),
        ("M(a, b)", ("a", "b")),
        ("M(a, ...)", ("a", "...")),
        ("M(a, args...)", ("a", "args...")),
    ],
)
def test_parameters(text: str, parameters: tuple[str, ...] | None) -> None:
    assert macro(text).parameters == parameters


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("#define M(/* int */ a, b /* or c */) a", ("a", "b")),
        ("# /* one */ define /* two\n   three */ M /* not here */", None),
        ("/* before */ #define M(a) a // after", ("a",)),
    ],
)
def test_comments_in_the_head_of_a_directive(
    text: str, parameters: tuple[str, ...] | None
) -> None:
    (made,) = read(f"int x;\n{text}\n").macros
    assert (made.name, made.parameters) == ("M", parameters)


def test_the_text_is_one_line_without_comments() -> None:
    made = macro('M(a) \\\n\tg(a, /* why */ \\\n\t  "/* b */") // end')
    assert made.text == 'g(a, "/* b */")'
    assert (made.line, made.end_line) == (1, 3)


def test_one_bad_body_does_not_spoil_the_others() -> None:
    facts = read("#define A() )}]\n#define B() g()\n#define C() h(\n#define D() i()\n")
    assert [
        (call.caller, call.callee) for call in facts.calls if call.caller in "BD"
    ] == [
        ("B", "g"),
        ("D", "i"),
    ]
    assert [made.form for made in facts.macros] == ["other", "expr", "other", "expr"]


def read_counted(code: str) -> tuple[BlobFacts, int]:
    """The facts of code, and how often something was parsed."""
    sources: list[bytes] = []

    def counted(text: bytes) -> Tree:
        sources.append(text)
        return parse(text)

    facts = facts_of(code.encode(), Cleaned(code.encode()), counted)
    return facts, len(sources)


def test_all_bodies_are_parsed_at_once() -> None:
    lines = [f"#define M{n}(a) g{n}(a->b, {n})" for n in range(50)]
    facts, n_parsed = read_counted("\n".join([*lines, "int x;", ""]))
    assert (len(facts.calls), n_parsed) == (50, 2)


def test_a_file_of_macros_needs_no_tree() -> None:
    lines = [f"#define REG_{n} 0x{n:x} /* a register */" for n in range(50)]
    facts, n_parsed = read_counted("\n".join(["/* header */", *lines, ""]))
    assert (len(facts.macros), n_parsed) == (50, 0)


def test_an_association_that_another_macro_writes() -> None:
    (macro,) = read(
        "#define PICK(x) _Generic(x, int: g, CASE(long, h), struct s *: k(x))\n"
    ).macros
    assert macro.body == [
        "generic",
        ["n", "x"],
        [
            ["int", ["n", "g"]],
            [None, ["call", ["n", "CASE"], [["n", "long"], ["n", "h"]], 1]],
            ["struct s *", ["call", ["n", "k"], [["n", "x"]], 1]],
        ],
    ]


def test_a_parameter_that_is_statements_stands_before_a_block() -> None:
    (macro,) = read(
        "#define MAKE(fields, assign) static void f(void) { fields { assign; } }\n"
    ).macros
    (function,) = macro.body
    assert isinstance(function, list)
    assert function[4] == [
        ["e", ["n", "fields"], 1],
        ["{", [["e", ["n", "assign"], 1]]],
    ]
