"""Broken source is read as far as it goes."""

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extract.reading import described, read

GOOD = """\
#include <linux/list.h>
#define RUN(s) (s)->ops->run(s)
struct ops { int (*run)(struct s *s); int a:3; };
enum kind { A, B = 2 };
typedef int (*fn_t)(int);
static const struct ops table[] = { [A] = { .run = one }, { two } };
static int one(struct s *s)
{
\tstruct ops *o = s->ops;
#ifdef CONFIG_A
\tif (o->run(s) && RUN(s))
\t\treturn (u8)(s->n) ? f(&table[B]) : -1;
#endif
\tfor (int i = 0; i < 3; i++)
\t\tswitch (i) { case 1: g(); default: break; }
\ts->run = s->b = one;
\treturn 0;
}
"""


def test_an_error_has_a_place_and_the_rest_is_read() -> None:
    facts = read("int f(void) { g(); }\nint @@ x;\nint h(void) { i(); }\n")
    assert [call.callee for call in facts.calls] == ["g", "i"]
    assert [(p.kind, p.line, p.end_line) for p in facts.problems] == [("error", 2, 2)]
    assert facts.error_bytes > 0


def test_conditions_that_are_nested_too_deeply_are_told_once() -> None:
    depth = 300
    names = [f"A{n}" for n in range(depth)]
    opened = "".join(f"#ifdef {name}\n" for name in names)
    closed = "#endif\n" * depth
    facts = read(f"{opened}#define HERE f()\n{closed}#define OUT g()\n")
    guards = {macro.name: macro.guard for macro in facts.macros}
    assert guards["HERE"].startswith("A0 && A1 && ")
    assert guards["HERE"].count("&&") < depth - 1
    assert guards["OUT"] == ""
    assert [p.kind for p in facts.problems] == ["depth"]


def test_an_arm_that_is_not_told_of_all_before_it_is_a_problem() -> None:
    def group(n_arms: int) -> str:
        arms = "".join(f"#elif A{n}\n\tf{n}();\n" for n in range(2, n_arms + 1))
        return f"void f(void)\n{{\n#if A1\n\tf1();\n{arms}#endif\n}}\n"

    few, many = read(group(251)), read(group(260))
    assert few.problems == ()
    assert few.calls[-1].guard.split(" && ") == [
        *(f"!A{n}" for n in range(1, 251)),
        "A251",
    ]
    assert [(p.kind, p.line) for p in many.problems] == [("arms", 3 + 2 * 251)]
    last = many.calls[-1].guard.split(" && ")
    assert (last[0], last[-1], len(last)) == ("!A1", "A260", 251)
    text = json.dumps(many.functions[0].body)
    assert f'[{json.dumps(many.calls[-1].guard)}, [["e", ["call", ["n", "f260"]' in text


def test_what_is_missing_is_told() -> None:
    facts = read("int f(void) { if (a) g() else h(); }\n")
    assert [(p.kind, p.text, p.line) for p in facts.problems] == [("missing", ";", 1)]


def test_good_source_has_no_problem() -> None:
    facts = read(GOOD)
    assert (facts.problems, facts.error_bytes) == ((), 0)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(GOOD)),
            st.sampled_from(
                [
                    "{",
                    "}",
                    "(",
                    ")",
                    ";",
                    "#if",
                    "\n#else\n",
                    '"',
                    "/*",
                    "'",
                    "\\\n",
                    "#define X",
                    "*",
                    "@",
                    "struct",
                    "é",
                    "\0",
                    "",
                ]
            ),
            st.integers(0, 30),
        ),
        max_size=6,
    )
)
def test_noise_raises_nothing(edits: list[tuple[int, str, int]]) -> None:
    code = GOOD
    for at, text, length in edits:
        code = code[:at] + text + code[at + length :]
    n_lines = code.count("\n") + 1
    for line, _ in described_safely(code):
        assert 1 <= line <= n_lines


def described_safely(code: str) -> list[tuple[int, str]]:
    facts = read(code)
    lines = [
        (fact.line, fact.name)
        for facts_of_kind in (facts.functions, facts.macros, facts.objects)
        for fact in facts_of_kind
    ]
    return lines + [(call.line, call.callee) for call in facts.calls]


PARTS = [
    "int a{n}(void) {{ return g{n}(&o{n}); }}",
    "struct s{n} {{ int (*run)(int); }};",
    "static struct s{n} o{n} = {{ .run = h{n} }};",
    "#define M{n}(x) x->run{n}(1)",
    "typedef int t{n};",
    "int p{n}(int);",
    "enum {{ E{n} = {n} }};",
]


@settings(max_examples=30, deadline=None)
@given(st.permutations([part.format(n=n) for n in range(3) for part in PARTS]))
def test_facts_do_not_depend_on_the_order_of_definitions(parts: list[str]) -> None:
    ordered = sorted(parts)
    assert texts_of(parts) == texts_of(ordered)


def texts_of(parts: list[str]) -> set[str]:
    """The facts without their lines."""
    facts = described(read("\n".join(parts) + "\n"))
    return {re.sub(r" to \d+", "", text) for _, text in facts}


@settings(max_examples=30, deadline=None)
@given(st.permutations([part.format(n=n) for n in range(3) for part in PARTS]))
def test_the_line_of_a_fact_holds_its_name(parts: list[str]) -> None:
    code = "\n".join(parts) + "\n"
    lines = code.splitlines()
    facts = read(code)
    places = [(made.name, made.line) for made in facts.functions]
    places += [(made.name, made.line) for made in facts.prototypes]
    places += [(made.name, made.line) for made in facts.macros]
    places += [(made.name, made.line) for made in facts.objects]
    places += [(made.name, made.line) for made in facts.typedefs]
    places += [(made.name, made.line) for made in facts.enumerators]
    for name, line in places:
        assert name in lines[line - 1]
    for call in facts.calls:
        assert call.caller in lines[call.line - 1]


def test_deep_nesting_is_a_problem_and_nothing_more() -> None:
    facts = read(f"int f(void) {{ return {'(' * 3000}a{')' * 3000}; }}\nint b;\n")
    assert [made.name for made in facts.objects] == ["b"]
    assert [problem.kind for problem in facts.problems] == ["depth"]
