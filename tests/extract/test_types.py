"""Structs, unions, enums, typedefs and objects."""

import pytest

from tests.extract.reading import check, read, read_cleaned

CASES = {
    "members with their types": """
        struct sock {
        //     ^^^^ struct struct
            int a, *b;
        //      ^ field int in struct sock
        //          ^ field int * in struct sock
            struct proto *prot;
        //                ^^^^ field struct proto * in struct sock
            unsigned long long c[2][3];
        //                     ^ field unsigned long long[][] in struct sock
            const char *names[4];
        //              ^^^^^ field char *[] in struct sock
        };
    """,
    "members that are pointers to functions": """
        struct ops {
        //     ^^^ struct struct
            int (*run)(struct sock *sk, int (*cb)(void *));
        //        ^^^ field int (*)(struct sock *, int (*)(void *)) in struct ops
            struct s *(*get)(void);
        //              ^^^ field struct s * (*)(void) in struct ops
            void (*each[3])(int);
        //         ^^^^ field void (*[])(int) in struct ops
            void (**table)(int, ...);
        //          ^^^^^ field void (**)(int, ...) in struct ops
            fn_t set;
        //       ^^^ field fn_t in struct ops
        };
    """,
    "bit-fields": """
        struct s {
        //     ^ struct struct
            u8 a:1, b:2;
        //     ^ field u8 in struct s
        //          ^ field u8 in struct s
            unsigned c:3;
        //           ^ field unsigned int in struct s
        };
    """,
    "a struct without a tag is named after its member": """
        struct s {
            struct {
                int a;
        //          ^ field int in struct s::in
                union {
                    int b;
        //              ^ field int in union s::in::deep
                } deep;
        //        ^^^^ field union s::in::deep in struct s::in
            } in, *at;
        //    ^^ field struct s::in in struct s
        //         ^^ field struct s::in * in struct s
        };
    """,
    "a tagged struct within another keeps its tag": """
        struct a { struct b { int c; } d; };
        //                        ^ field int in struct b
        //                             ^ field struct b in struct a
        //     ^ struct struct
        //                ^ struct struct
    """,
    "members under #if": """
        struct s {
        #ifdef CONFIG_A
            int a;
        //      ^ field int in struct s if CONFIG_A
        #else
            long a;
        //       ^ field long in struct s if !CONFIG_A
        #endif
            int b;
        //      ^ field int in struct s
        };
    """,
    "enumerators with and without values": """
        enum kind {
            A,
        //  ^ enumerator 0
            B,
        //  ^ enumerator A + 1
            C = 1 << 4,
        //  ^ enumerator 1 << 4
        #ifdef CONFIG_D
            D,
        //  ^ enumerator C + 1 if CONFIG_D
        #endif
            E = C,
        //  ^ enumerator C
        };
    """,
    "typedefs": """
        typedef int (*fn_t)(void *, ...);
        //            ^^^^ typedef int (*)(void *, ...)
        typedef int call_t(struct s *);
        //          ^^^^^^ typedef int(struct s *)
        typedef struct s *s_ptr, s_t;
        //                ^^^^^ typedef struct s *
        //                       ^^^ typedef struct s
        typedef unsigned long ulong_t[2];
        //                    ^^^^^^^ typedef unsigned long[]
    """,
    "a typedef names the struct that has no tag": """
        typedef struct { int a; } pair_t;
        //                        ^^^^^^ typedef struct pair_t
        //                   ^ field int in struct pair_t
    """,
    "objects": """
        static const struct ops a = { 1 }, *b;
        //                      ^ object static struct ops
        //                                  ^ object static struct ops *
        extern int c;
        //         ^ object extern int
        struct s d[2];
        //       ^ object struct s[]
        int (*const e)(int) = 0;
        //          ^ object int (*)(int)
    """,
    "static variables of a function are objects, others are not": """
        void f(void)
        {
            static struct ops a = { .run = g };
        //                    ^ object static struct ops in f
            struct ops b = { .run = g };
            extern int c;
        //             ^ object extern int
        }
    """,
    "spellings of basic types": """
        long unsigned int a;
        //                ^ object unsigned long
        unsigned b;
        //       ^ object unsigned int
        short int c;
        //        ^ object short
        signed char d;
        //          ^ object signed char
        long long int e;
        //            ^ object long long
        char f;
        //   ^ object char
        long double g;
        //          ^ object long double
    """,
    "a struct of an object without a tag is named after the object": """
        static struct { int a; } table[3];
        //                       ^^^^^ object static struct ::table[]
        //                  ^ field int in struct ::table
    """,
}


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_types(code: str) -> None:
    check(code)


def test_anonymous_members_are_numbered() -> None:
    facts = read("struct s { union { int a; }; struct { int b; }; int c; };\n")
    fields = {struct.tag: [f.name for f in struct.fields] for struct in facts.structs}
    assert fields == {
        "struct s": ["", "", "c"],
        "union s::1": ["a"],
        "struct s::2": ["b"],
    }
    outer = next(struct for struct in facts.structs if struct.tag == "struct s")
    assert [f.type for f in outer.fields] == ["union s::1", "struct s::2", "int"]


def test_a_local_struct_is_named_after_its_function() -> None:
    (struct,) = read("void f(void) { struct { int a; } x; }\n").structs
    assert struct.tag == "struct f::x"


def test_an_object_made_by_a_macro_says_so() -> None:
    (made,) = read_cleaned(
        "DEFINE_PER_CPU(struct ops, cpu_ops);\n",
        "struct ops               cpu_ops;   \n",
        ("object", "cpu_ops", "DEFINE_PER_CPU", "cpu_ops"),
    ).objects
    assert (made.name, made.type, made.macro) == (
        "cpu_ops",
        "struct ops",
        "DEFINE_PER_CPU",
    )


def test_a_type_as_an_argument_of_a_macro() -> None:
    facts = read_cleaned(
        "void f(void) { g(p, struct s *, m); }\n",
        "void f(void) { g(p, struct_s  , m); }\n",
        ("type", "struct_s", "", "struct s *"),
    )
    assert facts.functions[0].body == [
        [
            "e",
            ["call", ["n", "g"], [["n", "p"], ["type", "struct s *"], ["n", "m"]], 1],
            1,
        ]
    ]


@pytest.mark.parametrize(
    ("written", "type_name"),
    [
        ("typeof(a)", "struct s *"),
        ("typeof(*a)", "struct s"),
        ("typeof(&a)", "struct s * *"),
        ("typeof(a->b)", "?"),
        ("__typeof__(*a)", "struct s"),
    ],
)
def test_typeof_is_followed_where_it_is_simple(written: str, type_name: str) -> None:
    name = "t" * len(written)
    (function,) = read_cleaned(
        f"void f(struct s *a) {{ {written} x; }}\n",
        f"void f(struct s *a) {{ {name} x; }}\n",
        ("type", name, "", written),
    ).functions
    assert function.body == [["decl", "x", type_name, None, 1, 0]]


def test_auto_type_is_that_of_a_simple_value() -> None:
    (function,) = read("void f(struct s *a) { __auto_type x = &a; }\n").functions
    assert function.body == [
        ["decl", "x", "struct s * *", ["&", ["n", "a"]], 1, 0],
    ]
