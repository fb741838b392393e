"""What cleaning makes of a construct, and what it notes."""

import pytest

from tests.parse.cleaning import (
    at_mark,
    calls,
    cleaned,
    faults,
    functions,
    marks,
    squeezed,
)

TEXTS = {
    "comments": ("int a; /* b */ int c; // d", "int a; int c;"),
    "strings survive": ('char *a = "/* b */ __init";', 'char *a = "/* b */ __init";'),
    "inline stays": (
        "static __always_inline int f(void);",
        "static inline int f(void);",
    ),
    "capitals that are static": (
        "int a;\nSTATIC int f(void);",
        "int a; static int f(void);",
    ),
    "an annotation that is defined stays": (
        "#define __init __section(x)",
        "#define __init",
    ),
    "an unknown word is a name": ("int __foo;", "int __foo;"),
    "a type with underscores is a type": ("static __be32 a;", "static __be32 a;"),
    "system call": (
        "SYSCALL_DEFINE2(dup2, unsigned int, old, int __user *, new)\n{ }",
        "long dup2( unsigned int old, int * new) { }",
    ),
    "system call without arguments": (
        "SYSCALL_DEFINE0(fork)\n{ }",
        "long fork() { }",
    ),
    "system call with its parameters behind": (
        "SYSCALL_DEFINE(pread64)(int fd, loff_t at)\n{ }",
        "long pread64 (int fd, loff_t at) { }",
    ),
    "struct that a macro names": (
        "context_lock_struct(mutex, __x) {\nint a __guarded_by(&b);\n};",
        "struct mutex { int a ; };",
    ),
    "handler": ("DEFINE_IDTENTRY(exc_debug)\n{ }", "void exc_debug() { }"),
    "handler with parameters": (
        "static DEFINE_HANDLER(exc, int code, long b)\n{ }",
        "static void exc( int code, long b) { }",
    ),
    "object of a class": (
        "DEFINE_CLASS(fair) = {\n.a = 1 };",
        "DEFINE_CLASS fair = { .a = 1 };",
    ),
    "object per processor": (
        "static DEFINE_PER_CPU(struct s, x);",
        "static struct s x ;",
    ),
    "array per processor": (
        "DEFINE_PER_CPU(struct s [4], x);",
        "struct s x[4];",
    ),
    "typedef of a bitmap": (
        "typedef DECLARE_BITMAP(banks_t, 4);",
        "typedef DECLARE_BITMAP banks_t[ 4];",
    ),
    "flexible array": (
        "struct s {\nDECLARE_FLEX_ARRAY(u8, x);\n};",
        "struct s { u8 x[]; };",
    ),
    "variable with a flexible array": (
        "void f(void)\n{\nDEFINE_RAW_FLEX(struct s, p, tail,\n\t\t3);\nr(p);\n}",
        "void f(void) { struct s p[] ; r(p); }",
    ),
    "bits": (
        "struct s {\nunsigned a:1;\nunsigned :2;\nint:3;\nu8 :1, b:2;\n};",
        "struct s { unsigned a:1; u8 b:2; };",
    ),
    "member of a type that a macro names": (
        "struct s {\nint a;\nHANDLE(void) b;\n};",
        "struct s { int a; HANDLE_void_ b; };",
    ),
    "group of members": (
        "struct s {\nstruct_group(g, int a; int b; );\n};",
        "struct s { struct { int a; int b; }; };",
    ),
    "group of members behind a member": (
        "struct s {\nOVERLAP(struct t, head, tail,\nint a, b; char c[2];\n);\n};",
        "struct s { struct {struct t head; int a, b; char c[2]; }; };",
    ),
    "group of members and a word": (
        "struct s {\nPACKED_GROUP(word, struct { int a; } b;);\nint c;\n};",
        "struct s { struct { struct { int a; } b;}; int c; };",
    ),
    "members for some": (
        "struct s {\nDEBUG_ONLY(int a; int b;);\nint c;\n};",
        "struct s { int a; int b; int c; };",
    ),
    "call without a semicolon": (
        "module_init(start)\nint a;",
        "module_ini(start); int a;",
    ),
    "range": (
        "void f(void) { switch (a) { case 1 ... 2: b(); } }",
        "void f(void) { switch (a) { case 1 ?: 2: b(); } }",
    ),
    "statements as an argument": (
        "void f(void)\n{\n\tD1(\n\t   a();\n\t   b();)\n\tc();\n}",
        "void f(void) { { a(); b();} c(); }",
    ),
    "a list of a macro's": (
        "int a[] = {\nCMD(A, .b = 1),\n};",
        "int a[] = { {A, .b = 1}, };",
    ),
    "an array type as an argument": (
        "#define A _IOR(0x89, 6, long long[2])",
        "#define A _IOR(0x89, 6, long_long )",
    ),
    "trailing blank of a definition": ("#define A \nint b;", "#define A int b;"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_code_becomes(name: str) -> None:
    code, expected = TEXTS[name]
    result = cleaned(code)
    assert squeezed(result.text) == expected
    assert faults(result.text) == []


def test_a_system_call_is_a_function_under_its_entry_s_name() -> None:
    result = cleaned("""
        SYSCALL_DEFINE3(connect, int, fd, struct sockaddr __user *, addr, int, len)
        {
            return __sys_connect(fd, addr, len);
        }
        COMPAT_SYSCALL_DEFINE1(old, int, a) { return 0; }
        BPF_CALL_1(helper, u64, a) { return 0; }
    """)
    assert functions(result.text) == [
        "connect( int fd, struct sockaddr * addr, int len)",
        "old( int a)",
        "helper( u64 a)",
    ]
    assert marks(result) == [
        ("function", "SYSCALL_DEFINE3", "sys_connect"),
        ("function", "COMPAT_SYSCALL_DEFINE1", "compat_sys_old"),
        ("function", "BPF_CALL_1", "____helper"),
    ]
    assert at_mark(result, "function") == ["connect", "old", "helper"]


def test_an_object_has_the_macro_s_first_name() -> None:
    result = cleaned("""
        static DEFINE_MUTEX(lock);
        DEFINE_SCHED(fair) = { .next = f };
        DEFINE_PER_CPU(int, count);
    """)
    assert marks(result) == [
        ("object", "DEFINE_MUTEX", "lock"),
        ("object", "DEFINE_SCHED", "fair"),
        ("object", "DEFINE_PER_CPU", "count"),
    ]
    assert at_mark(result, "object") == ["lock", "fair  = { .next = f }", "count"]


@pytest.mark.parametrize(
    "loop",
    [
        "list_for_each_entry(a, b, c) {\n\t\tx();\n\t}",
        "list_for_each_entry(a, b, c)\n\t\tx();",
        "for_each_cpu(a, b) if (c)\n\t\tx();",
        "hash_walk(a, b, c) {\n\t\tx();\n\t}",
        "hash_walk(a, b, c)\n\t\tx();",
        "if (a)\n\t\tlist_for_each_entry(a, b, c)\n\t\t\tx();",
        "do {\n\t\tx();\n\t} while_each_thread(a, b);",
        "do {\n\t\tx();\n\t} for_each_vma(a, b);",
    ],
)
def test_a_loop_macro_is_a_walk(loop: str) -> None:
    result = cleaned(f"void f(void)\n{{\n\t{loop}\n}}\n")
    assert faults(result.text) == []
    assert [kind for kind, _, _ in marks(result)] == ["walk"]
    assert at_mark(result, "walk") == ["while"]
    assert calls(result.text) == ["x"]


@pytest.mark.parametrize(
    "statement",
    ["x();", "if (a)\n\t\tx();", "y =\n\t\tx();", "x()\n\t\t+ 1;", "return x();"],
)
def test_other_calls_are_none(statement: str) -> None:
    result = cleaned(f"void f(void)\n{{\n\t{statement}\n}}\n")
    assert marks(result) == []
    assert calls(result.text) == ["x"]


def test_a_loop_macro_within_a_macro_is_a_walk() -> None:
    result = cleaned("""
        #define all(a) \\
            list_for_each_entry(a, head, list) { \\
                x(a); \\
            }
        #define each(a) list_for_each_entry(a, head, list)
    """)
    assert marks(result) == [("walk", "list_for_each_entry", "")]


def test_a_type_is_noted_as_it_was() -> None:
    result = cleaned("""
        void f(void)
        {
            a = container_of(p, struct sock, sk);
            b = va_arg(ap, const struct sock **);
            c = min_t(unsigned int, 1, 2);
            typeof(*p) d;
        }
    """)
    assert marks(result) == [
        ("type", "", "struct sock"),
        ("type", "", "struct sock **"),
        ("type", "", "unsigned int"),
        ("type", "", "typeof(*p)"),
    ]
    assert at_mark(result, "type") == [
        "struct_sock", "struct_sock", "unsigned_int", "typeof__p_ d",
    ]  # fmt: skip


def test_parameters_and_casts_keep_their_types() -> None:
    code = """
        int f(struct a *, u8 *, unsigned int);
        struct s { int (*g)(struct a *, int); };
        void h(void)
        {
            int (*p)(struct a *, u8 *) = (int (*)(struct a *, u8 *))q;
            x = (struct a *)y + sizeof(struct a) + (u8 *)z;
        }
    """
    result = cleaned(code)
    assert squeezed(result.text) == squeezed(code.encode())
    assert marks(result) == []


def test_a_call_that_lost_a_letter_is_noted() -> None:
    result = cleaned("""
        core_initcall(start)
        NAME(, b);
        int a;
    """)
    assert faults(result.text) == []
    assert calls(result.text) == ["core_initcal", "NAM"]
    assert marks(result) == [("call", "core_initcall", ""), ("call", "NAME", "")]


def test_a_label_without_a_statement_is_noted() -> None:
    result = cleaned("""
        void f(void)
        {
        out:
        #ifdef A
            a();
        #endif
        last:
        }
    """)
    assert faults(result.text) == []
    assert marks(result) == [("label", "out", ""), ("label", "last", "")]


def test_a_range_and_an_operator_are_noted() -> None:
    result = cleaned("""
        void f(void)
        {
            switch (a) {
            case 1 ... 2:
                check(a, <=, b);
            }
        }
    """)
    assert marks(result) == [("range", "", ""), ("operator", "", "<=")]


def test_statements_of_a_macro_are_noted() -> None:
    result = cleaned("""
        void f(void)
        {
            WITH_LOCK(a(); b(););
            c();
        }
    """)
    assert marks(result) == [("block", "WITH_LOCK", "")]
    assert calls(result.text) == ["a", "b", "c"]


def test_what_makes_unknown_items_is_noted() -> None:
    result = cleaned("""
        enum e { FOR_ALL(NAME) LAST };
        struct s { int a; SOME_MEMBERS(x)
            int b;
        };
    """)
    assert faults(result.text) == []
    assert marks(result) == [("items", "FOR_ALL", ""), ("items", "SOME_MEMBERS", "")]


def test_calls_within_a_trace_event_are_seen() -> None:
    result = cleaned("""
        TRACE_EVENT(name,
            TP_PROTO(int a),
            TP_fast_assign(
                __entry->x = get(a);
                for_each_set_bit(i, b, 4)
                    put(a);
            ),
            TP_printk("%d", __entry->x)
        );
    """)
    assert faults(result.text) == []
    assert {"get", "put", "TP_printk"} <= set(calls(result.text))


def test_assembly_keeps_operands_that_are_expressions() -> None:
    result = cleaned("""
        void f(void)
        {
            asm volatile(LOCK "inc %0" : "+m" (*counter(v)) : "r" (1) : "memory");
            asm volatile("x" : ODD(a));
        }
    """)
    assert faults(result.text) == []
    assert calls(result.text) == ["counter"]
    assert squeezed(result.text).count('""') == 2
