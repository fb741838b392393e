"""Expressions as Code."""

import json

import pytest

from tests.extract.reading import expression, read_cleaned

A, B, C = ["n", "a"], ["n", "b"], ["n", "c"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a", A),
        ("12", ["i", 12]),
        ("0x1FUL", ["i", 31]),
        ("017", ["i", 15]),
        ("0b101", ["i", 5]),
        ("-1", ["i", -1]),
        ("1.5", ["x", "1.5"]),
        ("'A'", ["i", 65]),
        (r"'\n'", ["i", 10]),
        (r"'\x41'", ["i", 65]),
        (r"'\0'", ["i", 0]),
        ('"text"', ["s", "text"]),
        ('"a" "b"', ["s", "ab"]),
        (r'"a\n"', ["s", r"a\n"]),
        ('"é"', ["s", "é"]),
        ("NULL", ["n", "NULL"]),
        ("true", ["n", "true"]),
        ("a.b", [".", A, "b"]),
        ("b->c", ["->", B, "c"]),
        ("b->c.a", [".", ["->", B, "c"], "a"]),
        ("a[b]", ["[]", A, B]),
        ("*b", ["*", B]),
        ("&b->c", ["&", ["->", B, "c"]]),
        ("**b", ["*", ["*", B]]),
        ("a + b", ["op", "+", A, B]),
        ("a + b * c", ["op", "+", A, ["op", "*", B, C]]),
        ("a - b - c", ["op", "-", ["op", "-", A, B], C]),
        ("a && b || c", ["op", "||", ["op", "&&", A, B], C]),
        ("a << 1 == b", ["op", "==", ["op", "<<", A, ["i", 1]], B]),
        ("!a", ["op1", "!", A]),
        ("~a", ["op1", "~", A]),
        ("-a", ["op1", "-", A]),
        ("(a)", A),
        ("a = b", ["=", "=", A, B, 2]),
        ("a |= b", ["=", "|=", A, B, 2]),
        ("a = b = c", ["=", "=", A, ["=", "=", B, C, 2], 2]),
        ("a++", ["=", "+=", A, ["i", 1], 2]),
        ("--a", ["=", "-=", A, ["i", 1], 2]),
        ("a ? b : c", ["?:", A, B, C]),
        ("a ?: c", ["?:", A, None, C]),
        ("a, b, c", [",", [A, B, C]]),
        ("g(a, b)", ["call", ["n", "g"], [A, B], 2]),
        ("b->c(a)", ["call", ["->", B, "c"], [A], 2]),
        ("(int)a", ["cast", "int", A]),
        ("(struct s *)a", ["cast", "struct s *", A]),
        ("(void (*)(int))a", ["cast", "void (*)(int)", A]),
        ("(u8)(a)", ["cast", "u8", A]),
        ("(u32)-1", ["cast", "u32", ["op1", "-", ["i", 1]]]),
        ("(u32)-a", ["cast", "u32", ["op1", "-", A]]),
        ("(u64)*b", ["cast", "u64", ["*", B]]),
        ("(size_t)&b", ["cast", "size_t", ["&", B]]),
        ("c + (u32)-a", ["op", "+", C, ["cast", "u32", ["op1", "-", A]]]),
        ("(a)-b", ["op", "-", A, B]),
        ("sizeof(struct s)", ["sizeof", ["type", "struct s"]]),
        ("sizeof(u8)", ["sizeof", ["type", "u8"]]),
        ("sizeof(a)", ["sizeof", A]),
        ("sizeof a", ["sizeof", A]),
        ("sizeof(*b)", ["sizeof", ["*", B]]),
        ("sizeof(char *)", ["sizeof", ["type", "char *"]]),
        ("__alignof__(struct s)", ["sizeof", ["type", "struct s"]]),
        ("offsetof(struct s, a)", ["offsetof", "struct s", "a"]),
        (
            "(struct s){ .a = b, c }",
            ["init", "struct s", [[[[".", "a"]], B, 2], [[], C, 2]]],
        ),
        (
            "(int []){ [1] = a, [2 ... 3] = b }",
            [
                "init",
                "int[]",
                [[[["[]", ["i", 1]]], A, 2], [[["[]", ["i", 2], ["i", 3]]], B, 2]],
            ],
        ),
        (
            "_Generic(a, int: b, default: c)",
            ["generic", A, [["int", B], [None, C]]],
        ),
        (
            "({ int x = a; x; })",
            ["block", [["decl", "x", "int", A, 2, 0], ["e", ["n", "x"], 2]]],
        ),
        ("__extension__ a", A),
    ],
)
def test_expressions(text: str, code: object) -> None:
    assert expression(text) == code


def test_a_call_has_the_line_of_its_callee() -> None:
    assert expression("b->\nc(a)") == ["call", ["->", B, "c"], [A], 3]


def test_offsetof_of_a_deep_member_is_rewritten_by_cleaning() -> None:
    (function,) = read_cleaned(
        "void f(void) { offsetof(struct s, a.b[0]); }\n",
        "void f(void) { offsetoF(struct_s, a.b[0]); }\n",
        ("call", "offsetoF", "offsetof", ""),
        ("type", "struct_s", "", "struct s"),
    ).functions
    assert function.body == [["e", ["offsetof", "struct s", "a.b[0]"], 1]]


def test_a_macro_of_a_type_is_a_call() -> None:
    assert expression("g(int *)") == ["call", ["n", "g"], [["type", "int *"]], 2]


def test_what_is_unreadable_is_kept_as_text() -> None:
    code = expression("g(a, struct s *, h(b))")
    assert code[0] == "call"
    assert '["x"' in json.dumps(code)
    assert '["call", ["n", "h"]' in json.dumps(code)
