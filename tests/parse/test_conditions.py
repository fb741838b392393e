"""Arms of ``#if``: which stay, and that none is lost."""

import pytest

from tests.parse.cleaning import calls, cleaned, faults, functions, squeezed

NODES = {
    "statements": """
        void f(void)
        {
            a();
        #ifdef A
            b();
        #else
            c();
        #endif
        }
    """,
    "file scope": """
        #if A && (B > 1)
        int a;
        #elif C
        int b;
        #endif
    """,
    "members": """
        struct s {
            int a;
        #ifdef A
            int b;
        #endif
        };
    """,
    "labels of a switch": """
        void f(void)
        {
            switch (x) {
            case 1:
        #ifdef A
            case 2:
                a();
        #endif
            }
        }
    """,
    "definitions": """
        #ifdef A
        #define X 1
        #else
        #define X 2
        #endif
        int a;
    """,
}


@pytest.mark.parametrize("name", NODES)
def test_groups_between_statements_stay_as_they_are(name: str) -> None:
    result = cleaned(NODES[name])
    assert faults(result.text) == []
    assert squeezed(result.text) == squeezed(NODES[name].encode())
    assert (result.guards, result.islands) == ((), ())


def test_items_of_a_list_all_stay() -> None:
    result = cleaned("""
        static struct ops ops = {
            .a = f,
        #ifdef CONFIG_B
            .b = g,
        #else
            .b = h
        #endif
        };
        enum e {
        #ifdef CONFIG_C
            A,
        #else
            B
        #endif
        };
    """)
    assert faults(result.text) == []
    assert [
        (guard.directives, _text(result.text, guard)) for guard in result.guards
    ] == [
        (("#ifdef CONFIG_B",), ".b = g,"),
        (("#ifdef CONFIG_B", "#else"), ".b = h"),
        (("#ifdef CONFIG_C",), "A,"),
        (("#ifdef CONFIG_C", "#else"), "B"),
    ]
    assert result.islands == ()


def test_an_arm_in_an_expression_stays_under_its_guard() -> None:
    result = cleaned("""
        int f(int a)
        {
            return a
        #ifdef CONFIG_B
                && b()
        #endif
                && c();
        }
    """)
    assert faults(result.text) == []
    (guard,) = result.guards
    assert guard.directives == ("#ifdef CONFIG_B",)
    assert _text(result.text, guard) == "&& b()"
    assert result.islands == ()


def test_the_other_arm_of_a_broken_if_is_an_island() -> None:
    result = cleaned("""
        int before;
        int f(int a)
        {
        #ifdef CONFIG_B
            if (b()) {
        #else
            if (c()) {
        #endif
                d();
            }
        }
        int after;
    """)
    assert faults(result.text) == []
    assert calls(result.text) == ["b", "d"]
    (island,) = result.islands
    assert island.directives == ("#ifdef CONFIG_B", "#else")
    assert faults(island.text) == []
    assert functions(island.text) == ["f(int a)"]
    assert calls(island.text) == ["c", "d"]
    arm = island.text[
        island.start_byte - island.text_start : island.end_byte - island.text_start
    ]
    assert squeezed(arm) == "if (c()) {"


def test_an_else_that_begins_an_arm_belongs_to_the_if_before() -> None:
    result = cleaned("""
        void f(int a)
        {
            if (a) {
                b();
        #ifdef CONFIG_C
            } else if (c()) {
                d();
        #endif
            }
        }
    """)
    assert faults(result.text) == []
    assert calls(result.text) == ["b", "c", "d"]
    assert [guard.directives for guard in result.guards] == [("#ifdef CONFIG_C",)]


def test_a_split_signature_gives_one_function_an_arm() -> None:
    result = cleaned("""
        #ifdef CONFIG_A
        SYSCALL_DEFINE1(clone, int, a)
        #elif defined(CONFIG_B)
        SYSCALL_DEFINE2(clone, int, a, long, b)
        #else
        SYSCALL_DEFINE0(clone)
        #endif
        {
            return a();
        }
    """)
    assert functions(result.text) == ["clone( int a)"]
    assert [functions(island.text) for island in result.islands] == [
        ["clone( int a, long b)"],
        ["clone()"],
    ]
    assert [island.directives[-1] for island in result.islands] == [
        "#elif defined(CONFIG_B)",
        "#else",
    ]
    assert [mark.text for mark in result.marks] == ["sys_clone"] * 3


def test_groups_with_one_condition_change_together() -> None:
    result = cleaned("""
        void f(void)
        {
        #ifdef A
            if (a()) {
        #endif
            b();
        #ifdef A
            } else
                c();
        #else
            d();
        #endif
        }
    """)
    assert faults(result.text) == []
    assert calls(result.text) == ["a", "b", "c"]
    (island,) = result.islands
    assert faults(island.text) == []
    assert calls(island.text) == ["b", "d"]


def test_what_is_never_compiled_does_not_stand_for_the_group() -> None:
    result = cleaned("""
        void f(void)
        {
        #if 0
            if (a()) {
        #else
            if (b()) {
        #endif
                c();
            }
        }
    """)
    assert faults(result.text) == []
    assert calls(result.text) == ["b", "c"]
    assert [calls(island.text) for island in result.islands] == [["a", "c"]]


def test_an_island_begins_behind_other_directives() -> None:
    result = cleaned("""
        #ifdef OUTER
        #define X 1
        int f(void)
        {
            return
        #ifdef A
                a();
        #else
                b();
        #endif
        }
        #endif
    """)
    assert faults(result.text) == []
    (island,) = result.islands
    assert faults(island.text) == []
    assert b"#" not in island.text


def test_all_text_is_there_as_a_whole() -> None:
    code = """
        void f(void)
        {
            x =
        #ifdef A
        #define B __init c
                a;
        #else
                b;
        #endif
        }
    """
    whole = squeezed(cleaned(code).whole)
    assert whole == squeezed(code.replace("__init", "").encode())


def test_many_broken_groups_make_no_flood_of_islands() -> None:
    group = "#ifdef A{0}\n\tif (a) {{\n#else\n\tif (b) {{\n#endif\n\t}}\n"
    body = "".join(group.format(n) for n in range(300))
    result = cleaned(f"void f(void)\n{{\n{body}}}\n")
    assert len(result.islands) == 300
    assert sum(len(island.text) for island in result.islands) < 10 * len(body) + 70_000


def _text(text: bytes, span: object) -> str:
    start, end = span.start_byte, span.end_byte  # type: ignore[attr-defined]
    return squeezed(text[start:end])
