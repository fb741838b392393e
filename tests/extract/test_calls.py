"""Calls by name, through members and through pointers."""

import json

import pytest

from tests.extract.reading import Cleaned, check, parse, read, read_cleaned
from xref.extract.facts import facts_of

CASES = {
    "a call by name": """
        void f(void) { g(h(1)); }
        //             ^ call direct in f
        //               ^ call direct in f
    """,
    "the line is that of the callee's name": """
        void f(struct s *s)
        {
            s->a
             ->b
        //     ^ call member {s: struct s * p0}->a->b in f
             (
              1);
        }
    """,
    "members of parameters and locals carry types": """
        int f(struct sock *sk)
        {
            struct ops *ops = sk->ops;
            struct state st[2];
            ops->run(sk);
        //       ^^^ call member {ops: struct ops *}->run in f
            st[1].go(sk);
        //        ^^ call member {st: struct state[]}[1].go in f
            sk->prot->close(sk);
        //            ^^^^^ call member {sk: struct sock * p0}->prot->close in f
        }
    """,
    "a member behind a call, a macro, an object of the file": """
        void f(struct s *s)
        {
            ONCE(s->ops)->run(s);
        //  ^^^^ call direct in f
        //                ^^^ call member ONCE({s: struct s * p0}->ops)->run in f
            table[3].get(s);
        //           ^^^ call member table[3].get in f
            (*s->run)(1);
        //       ^^^ call member *{s: struct s * p0}->run in f
            (*s->each[2])(1);
        //       ^^^^ call member *{s: struct s * p0}->each[2] in f
        }
    """,
    "a variable of the file that points to a function is no function": """
        static int (*hook)(int);
        int plain;
        void f(int other) { hook(1); plain(2); }
        //                  ^^^^ call pointer hook in f
        //                           ^^^^^ call direct in f
    """,
    "a function is called as one of another type": """
        void f(int a) { ((fn_t)g)(a); }
        //                     ^ call direct in f
    """,
    "a pointer is a local, a parameter, or what is read through one": """
        void f(int (*cb)(int), fn_t *next)
        {
            fn_t own = cb;
            cb(1);
        //  ^^ call pointer {cb: int (*)(int) p0} in f
            own(2);
        //  ^^^ call pointer {own: fn_t} in f
            (*next)(3);
        //    ^^^^ call pointer *{next: fn_t * p1} in f
        }
    """,
    "an element of a table of the file is a pointer": """
        void f(int i) { handlers[i](1); }
        //              ^^^^^^^^ call pointer handlers[{i: int p0}] in f
    """,
    "a name in parentheses is a cast unless it is a local": """
        void f(fn_t cb)
        {
            x = (u8)(y);
            (cb)(y);
        //   ^^ call pointer {cb: fn_t p0} in f
            g((gfp_t)(y));
        //  ^ call direct in f
        }
    """,
    "a local hides a function from where it is declared to the end of its block": """
        void f(void)
        {
            g(1);
        //  ^ call direct in f
            {
                fn_t g = h;
                g(2);
        //      ^ call pointer {g: fn_t} in f
            }
            g(3);
        //  ^ call direct in f
            for (fn_t g = h; ; ) g(4);
        //                       ^ call pointer {g: fn_t} in f
            g(5);
        //  ^ call direct in f
        }
    """,
    "operands of sizeof make no calls": """
        void f(void)
        {
            int x = sizeof(g(2)) + h(3) + _Alignof(g(4));
        //                         ^ call direct in f
            x = sizeof g(5);
        }
    """,
    "calls in initialisers, conditions, returns, indexes, statement expressions": """
        int f(void)
        {
            int a[] = { g(1), [2] = h(2) };
        //              ^ call direct in f
        //                          ^ call direct in f
            if (i(3)) return ({ j(4); k(5); });
        //      ^ call direct in f
        //                      ^ call direct in f
        //                            ^ call direct in f
            while (a[l(6)]) ;
        //           ^ call direct in f
        }
    """,
    "calls in all arms of #if": """
        void f(void)
        {
        #ifdef CONFIG_A
            g();
        //  ^ call direct in f if CONFIG_A
        #elif defined(CONFIG_B)
            h();
        //  ^ call direct in f if !CONFIG_A && CONFIG_B
        #else
            i();
        //  ^ call direct in f if !CONFIG_A && !CONFIG_B
        #endif
            j();
        //  ^ call direct in f
        }
    """,
    "conditions of #if call nothing": """
        #if IS_ENABLED(CONFIG_A) && VERSION(1) > 2
        void f(void)
        {
        #if VERSION(3)
            g();
        //  ^ call direct in f if CONFIG_A && VERSION(1) > 2 && VERSION(3)
        #endif
        }
        #endif
    """,
    "macros of the file scope are calls without a caller": """
          module_init(f);
        //^^^^^^^^^^^ call direct in -
        static int a = CONVERT(3);
        //             ^^^^^^^ call direct in -
    """,
    "operands of assembly are code": """
        void f(void) { asm volatile("nop" : : "r"(g(1))); }
        //                                        ^ call direct in f
    """,
    "a block behind a macro is a loop": """
        void f(struct s *s)
        {
            for_nexthops(s) {
        //  ^^^^^^^^^^^^ call direct in f
                g(s);
        //      ^ call direct in f
            }
        }
    """,
    "calls of a comma, a cast, a negation, a conditional": """
        void f(struct s *s)
        {
            g(), h();
        //  ^ call direct in f
        //       ^ call direct in f
            (void)!i(1);
        //         ^ call direct in f
            s ? j() : s->k();
        //      ^ call direct in f
        //               ^ call member {s: struct s * p0}->k in f
        }
    """,
    "cases and labels": """
        void f(int a)
        {
            switch (a) {
            case 1:
            out:
                g();
        //      ^ call direct in f
            default:
                h();
        //      ^ call direct in f
            }
        }
    """,
}


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_calls(code: str) -> None:
    check(code)


def test_a_walk_is_a_call_of_its_macro() -> None:
    facts = read_cleaned(
        "void f(void)\n{\n\tlist_for_each(a, b) {\n\t\tg(a);\n\t}\n}\n",
        "void f(void)\n{\n\twhile        (a, b) {\n\t\tg(a);\n\t}\n}\n",
        ("walk", "while", "list_for_each", ""),
    )
    assert [(call.callee, call.line) for call in facts.calls] == [
        ("list_for_each", 3),
        ("g", 4),
    ]


def test_a_callee_that_lost_a_letter_is_named_by_its_mark() -> None:
    facts = read_cleaned(
        "module_init(f)\nint a;\n",
        "module_ini(f);\nint a;\n",
        ("call", "module_ini", "module_init", ""),
    )
    assert [call.callee for call in facts.calls] == ["module_init"]
    assert [store.target for store in facts.stores] == ['["arg","module_init",0]']


def depth(code: object) -> int:
    inner = [depth(part) for part in code] if isinstance(code, list) else [-1]
    return 1 + max(inner, default=0)


def test_a_long_chain_of_operators_is_read_and_not_deep() -> None:
    facts = read(f"int f(void) {{ return {' + '.join(['g()'] * 3000)}; }}\n")
    assert len(facts.calls) == 3000
    assert depth(facts.functions[0].body) < 50


def test_a_long_chain_of_else_is_read_and_not_deep() -> None:
    chain = " else ".join(f"if (a == {n}) g({n});" for n in range(500))
    code = f"void f(int a) {{ {chain} }}\n".encode()
    facts = facts_of(code, Cleaned(code), parse)
    assert len(facts.calls) == 500
    json.dumps(facts.functions[0].body)
    assert depth(facts.functions[0].body) < 400
    assert [problem.kind for problem in facts.problems] == ["depth"]
