"""Guards, includes and islands."""

import pytest

from tests.extract.reading import Cleaned, Guard, Island, check, checked, parse, read
from xref.extract.facts import facts_of
from xref.extract.guards import guard_of, negated, normalised
from xref.records import BlobFacts

CASES = {
    "includes": """
        #include <linux/list.h>
        // ^ include <linux/list.h>
        #  include "own.h" /* why */
        // ^ include "own.h"
        #ifdef CONFIG_A
        #include <a.h>
        // ^ include <a.h> if CONFIG_A
        #endif
        #include MACRO
        /* #include <no.h> */
    """,
    "conditions nest": """
        #ifdef CONFIG_A
        #if CONFIG_B > 1
        int a;
        //  ^ object int if CONFIG_A && CONFIG_B > 1
        #endif
        int b;
        //  ^ object int if CONFIG_A
        #endif
        int c;
        //  ^ object int
    """,
    "the guard against double inclusion is none": """
        /* header */
        #ifndef _HEADER_H
        #define _HEADER_H
        int a;
        //  ^ object int
        #ifdef CONFIG_A
        int b;
        //  ^ object int if CONFIG_A
        #endif
        #endif
    """,
    "also in a header that is read several times": """
        #undef SYSTEM
        #if !defined(_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
        #define _TRACE_H
        int a;
        //  ^ object int
        #endif
    """,
    "a default is no guard against double inclusion": """
        #ifndef CONFIG_SIZE
        #define CONFIG_SIZE 3
        //      ^^^^^^^^^^^ macro expr if !CONFIG_SIZE
        #endif
    """,
    "directives in comments and strings are none": """
        /*
        #ifdef CONFIG_A
        */
        int b
        //  ^ object int
            = f("\\
        #ifdef CONFIG_B");
        int a;
        //  ^ object int
    """,
}


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_guards(code: str) -> None:
    check(code)


@pytest.mark.parametrize(
    ("word", "condition", "guard"),
    [
        ("ifdef", " CONFIG_A ", "CONFIG_A"),
        ("ifndef", " CONFIG_A", "!CONFIG_A"),
        ("ifdef", " CONFIG_A /* why */", "CONFIG_A"),
        ("if", " defined(CONFIG_A)", "CONFIG_A"),
        ("if", " defined CONFIG_A", "CONFIG_A"),
        ("if", " !defined(CONFIG_A)", "!CONFIG_A"),
        ("if", " ! defined ( CONFIG_A )", "!CONFIG_A"),
        ("if", " IS_ENABLED(CONFIG_A)", "CONFIG_A"),
        ("if", " IS_REACHABLE(CONFIG_A)", "IS_REACHABLE(CONFIG_A)"),
        ("if", " defined(A) && \\\n\t!defined(B)", "A && !B"),
        ("if", "(A)", "A"),
        ("if", "(A) && (B)", "(A) && (B)"),
        ("if", " 0", "0"),
    ],
)
def test_conditions_are_normalised(word: str, condition: str, guard: str) -> None:
    assert normalised(word, condition) == guard


@pytest.mark.parametrize(
    ("guard", "other"),
    [("A", "!A"), ("!A", "A"), ("A && B", "!(A && B)"), ("F(A)", "!F(A)"), ("0", "!0")],
)
def test_negation(guard: str, other: str) -> None:
    assert negated(guard) == other


@pytest.mark.parametrize(
    ("directives", "guard"),
    [
        (("#ifdef A",), "A"),
        (("#ifdef A", "#else"), "!A"),
        (("#if A || B", "#elif C"), "!(A || B) && C"),
        (("#ifdef A", "#elif C", "#else"), "!A && !C"),
        (("# if defined(A)", "# else"), "!A"),
        (("#if(A)",), "A"),
    ],
)
def test_the_guard_of_an_arm(directives: tuple[str, ...], guard: str) -> None:
    assert guard_of(directives) == guard


def blanked(code: bytes, *gone: bytes) -> bytes:
    for part in gone:
        assert part in code
        code = code.replace(part, b" " * len(part))
    return code


def cut(code: bytes, first: bytes, last: bytes) -> tuple[int, int]:
    start = code.index(first)
    return start, code.index(last, start)


CODE = b"""int f(int a)
{
#ifdef A
\tif (a) {
#else
\tif (g(a)) {
#endif
\t\th();
\t}
#ifdef B
\ti(); j();
#endif
\treturn 0;
}
"""


def torn() -> BlobFacts:
    words = (b"#ifdef A", b"#else", b"#endif", b"#ifdef B")
    kept, left = b"\tif (a) {", b"\tif (g(a)) {"
    island = Island(
        *cut(CODE, left, b"#endif"),
        ("#ifdef A", "#else"),
        blanked(CODE, *words, kept),
        0,
    )
    guards = (
        Guard(*cut(CODE, kept, b"#else"), ("#ifdef A",)),
        Guard(*cut(CODE, b"\ti();", b"#endif"), ("#ifdef B",)),
    )
    cleaned = Cleaned(blanked(CODE, *words, left), (), guards, (island,))
    return checked(facts_of(CODE, cleaned, parse))


def test_calls_in_an_island_join_their_function() -> None:
    calls = [(call.caller, call.callee, call.line, call.guard) for call in torn().calls]
    assert calls == [
        ("f", "g", 6, "!A"),
        ("f", "h", 8, ""),
        ("f", "i", 11, "B"),
        ("f", "j", 11, "B"),
    ]


def test_an_island_and_blanked_arms_are_groups_where_they_stand() -> None:
    (function,) = torn().functions

    def called(name: str, line: int) -> list[object]:
        return ["e", ["call", ["n", name], [], line], line]

    test = ["call", ["n", "g"], [["n", "a"]], 6]
    assert function.body == [
        ["if", ["n", "a"], [called("h", 8)], [], 4],
        ["cpp", [["!A", [["if", test, [called("h", 8)], [], 6]]], ["A", []]], 6],
        ["cpp", [["B", [called("i", 11), called("j", 11)]], ["!B", []]], 11],
        ["return", ["i", 0], 13],
    ]


def test_a_function_whose_head_stands_in_an_island_is_a_twin() -> None:
    code = b"#ifdef A\nint f(int a)\n#else\nlong f(void)\n#endif\n{\n\tg();\n}\n"
    words = (b"#ifdef A", b"#else", b"#endif")
    island = Island(
        *cut(code, b"long", b"#endif"),
        ("#ifdef A", "#else"),
        blanked(code, *words, b"int f(int a)"),
        0,
    )
    cleaned = Cleaned(blanked(code, *words, b"long f(void)"), (), (), (island,))
    facts = facts_of(code, cleaned, parse)
    assert [(made.name, made.returns, made.guard) for made in facts.functions] == [
        ("f", "int", "A"),
        ("f", "long", "!A"),
    ]


def test_items_of_an_initialiser_in_an_island_are_added() -> None:
    code = b"struct s o = {\n#ifdef A\n\t.a = f,\n#else\n\t.a = g,\n#endif\n};\n"
    words = (b"#ifdef A", b"#else", b"#endif")
    island = Island(
        *cut(code, b"\t.a = g", b"#endif"),
        ("#ifdef A", "#else"),
        blanked(code, *words, b"\t.a = f,"),
        0,
    )
    cleaned = Cleaned(blanked(code, *words, b"\t.a = g,"), (), (), (island,))
    facts = facts_of(code, cleaned, parse)
    assert [(store.value, store.guard) for store in facts.stores] == [
        ('["n","f"]', "A"),
        ('["n","g"]', "!A"),
    ]
    (made,) = facts.objects
    assert made.init == [
        "init",
        None,
        [[[[".", "a"]], ["n", "f"], 3], [[[".", "a"]], ["n", "g"], 5]],
    ]


def test_unbalanced_directives_do_no_harm() -> None:
    facts = read("#endif\n#else\nint a;\n#if X\nint b;\n")
    assert [(made.name, made.guard) for made in facts.objects] == [
        ("a", ""),
        ("b", "X"),
    ]
