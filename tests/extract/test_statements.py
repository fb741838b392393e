"""Statements as Code."""

import pytest

from tests.extract.reading import body, read_cleaned

A, B = ["n", "a"], ["n", "b"]
G = ["call", ["n", "g"], [], 3]
H = ["call", ["n", "h"], [], 3]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a;", [["e", A, 3]]),
        (";", []),
        ("int x;", [["decl", "x", "int", None, 3, 0]]),
        (
            "int x = a, *y;",
            [
                ["decl", "x", "int", A, 3, 0],
                ["decl", "y", "int *", None, 3, 0],
            ],
        ),
        ("u8 (*x)[4] = a;", [["decl", "x", "u8 (*)[]", A, 3, 0]]),
        ("done_t (*x)(ctx_t);", [["decl", "x", "done_t (*)(ctx_t)", None, 3, 0]]),
        (
            "mask_t(*x)[N] = a, (*y)[N] = b;",
            [
                ["decl", "x", "mask_t (*)[]", A, 3, 0],
                ["decl", "y", "mask_t (*)[]", B, 3, 0],
            ],
        ),
        ("g (*a);", [["e", ["call", ["n", "g"], [["*", A]], 3], 3]]),
        (
            "ONCE (*a)(b);",
            [["e", ["call", ["call", ["n", "ONCE"], [["*", A]], 3], [B], 3], 3]],
        ),
        ("static int x = 1;", [["decl", "x", "int", ["i", 1], 3, 1]]),
        ("if (a) g();", [["if", A, [["e", G, 3]], [], 3]]),
        ("if (a) { g(); } else h();", [["if", A, [["e", G, 3]], [["e", H, 3]], 3]]),
        (
            "if (a) ; else if (b) g();",
            [
                ["if", A, [], [["if", B, [["e", G, 3]], [], 3]], 3],
            ],
        ),
        ("while (a) g();", [["loop", "while", None, A, None, [["e", G, 3]], 3]]),
        (
            "do { g(); } while (a);",
            [
                ["loop", "do", None, A, None, [["e", G, 3]], 3],
            ],
        ),
        ("do g(); while (a);", [["loop", "do", None, A, None, [["e", G, 3]], 3]]),
        (
            "for (a = 1; a; a++) g();",
            [
                [
                    "loop",
                    "for",
                    [["e", ["=", "=", A, ["i", 1], 3], 3]],
                    A,
                    ["=", "+=", A, ["i", 1], 3],
                    [["e", G, 3]],
                    3,
                ],
            ],
        ),
        (
            "for (int i = 0; ;) g();",
            [
                [
                    "loop",
                    "for",
                    [["decl", "i", "int", ["i", 0], 3, 0]],
                    None,
                    None,
                    [["e", G, 3]],
                    3,
                ],
            ],
        ),
        ("for (; a; ) ;", [["loop", "for", None, A, None, [], 3]]),
        (
            "switch (a) { case 1: g(); break; case 2: default: h(); }",
            [
                [
                    "switch",
                    A,
                    [
                        ["case", ["i", 1], None],
                        ["e", G, 3],
                        ["break"],
                        ["case", ["i", 2], None],
                        ["default"],
                        ["e", H, 3],
                    ],
                    3,
                ],
            ],
        ),
        (
            "switch (a) { case 1 ... 4: g(); }",
            [
                ["switch", A, [["case", ["i", 1], ["i", 4]], ["e", G, 3]], 3],
            ],
        ),
        ("return;", [["return", None, 3]]),
        ("return a;", [["return", A, 3]]),
        (
            "while (1) continue;",
            [
                ["loop", "while", None, ["i", 1], None, [["continue"]], 3],
            ],
        ),
        ("goto out;", [["goto", "out"]]),
        ("out: g();", [["label", "out"], ["e", G, 3]]),
        ("{ g(); }", [["{", [["e", G, 3]]]]),
        ('asm volatile("nop");', [["asm", 3]]),
        ("typedef int t;", []),
        ("struct s { int a; };", []),
        ("each(a, b) { g(); }", [["walk", "each", [A, B], [["e", G, 3]], 3]]),
        ("each(a) { g(); }", [["walk", "each", [A], [["e", G, 3]], 3]]),
        ("each(*a) { g(); }", [["walk", "each", [["*", A]], [["e", G, 3]], 3]]),
    ],
)
def test_statements(text: str, code: object) -> None:
    assert body(f"\n{text}") == code


@pytest.mark.parametrize(
    ("text", "arms"),
    [
        (
            "#ifdef A\ng();\n#endif",
            [["A", [["e", ["call", ["n", "g"], [], 4], 4]]], ["!A", []]],
        ),
        (
            "#ifndef A\n#else\ng();\n#endif",
            [
                ["!A", []],
                ["A", [["e", ["call", ["n", "g"], [], 5], 5]]],
            ],
        ),
        (
            "#if defined(A) && B > 1\n#elif C\n#else\n#endif",
            [
                ["A && B > 1", []],
                ["!(A && B > 1) && C", []],
                ["!(A && B > 1) && !C", []],
            ],
        ),
    ],
)
def test_all_arms_of_a_group_are_kept(text: str, arms: object) -> None:
    assert body(f"\n{text}") == [["cpp", arms, 3]]


def test_a_walk_that_cleaning_made_a_loop() -> None:
    (function,) = read_cleaned(
        "void f(void) { list_for_each(a, &b, c) { g(); } }\n",
        "void f(void) { while        (a, &b, c) { g(); } }\n",
        ("walk", "while", "list_for_each", ""),
    ).functions
    call = ["call", ["n", "g"], [], 1]
    assert function.body == [
        ["walk", "list_for_each", [A, ["&", B], ["n", "c"]], [["e", call, 1]], 1]
    ]


def test_a_range_that_cleaning_made_a_conditional() -> None:
    (function,) = read_cleaned(
        "void f(int a) { switch (a) { case 1 ... 4: g(); } }\n",
        "void f(int a) { switch (a) { case 1 ?:  4: g(); } }\n",
        ("range", "?:", "", ""),
    ).functions
    call = ["call", ["n", "g"], [], 1]
    assert function.body == [
        ["switch", A, [["case", ["i", 1], ["i", 4]], ["e", call, 1]], 1]
    ]


def test_a_label_before_a_brace() -> None:
    (function,) = read_cleaned(
        "void f(void) { g(); out: }\n",
        "void f(void) { g(); out; }\n",
        ("label", "out;", "", ""),
    ).functions
    call = ["call", ["n", "g"], [], 1]
    assert function.body == [["e", call, 1], ["label", "out"]]
