"""Functions and their prototypes."""

import pytest

from tests.extract.reading import check, read, read_cleaned

CASES = {
    "a function has a name, parameters with types and an end": """
        int f(int a, struct sock *sk)
        //  ^ function int (int a, struct sock * sk) to 5
        {
            return a;
        }
    """,
    "static and inline are told": """
        static inline void f(void) {}
        //                 ^ function static inline void () to 1
        static int g(void) { return 0; }
        //         ^ function static int () to 3
    """,
    "the line is that of the name": """
        static struct sock *
        f(void)
        // <- no marker: a comment
        {}
        struct a *
        g(void) {}
    """,
    "a pointer is returned": """
        struct sock **f(const char *s[]) { return 0; }
        //            ^ function struct sock * * (char *[] s) to 1
    """,
    "a function returns a pointer to a function": """
        int (*f(int a))(char *) { return 0; }
        //    ^ function int (*)(char *) (int a) to 1
    """,
    "a parameter is a function or a pointer to one": """
        void f(int (*cb)(void *, int), int g(char)) {}
        //   ^ function void (int (*)(void *, int) cb, int (*)(char) g) to 1
    """,
    "parameters may go on": """
        void f(const char *fmt, ...) {}
        //   ^ function void (char * fmt, ...) to 1
        void g(const char *fmt, ...);
        //   ^ prototype void (char * fmt, ...)
    """,
    "types of parameters of the old style stand behind the list": """
        int f(a, b, c)
            char *a;
            struct s b, **c;
        { return 0; }
        int g(void) { return f(0, 0, 0); }
    """,
    "prototypes, static and not, several in one declaration": """
        static int f(struct s *);
        //         ^ prototype static int (struct s *)
        extern void g(void), *h(int x);
        //          ^ prototype void ()
        //                    ^ prototype void * (int x)
    """,
    "a pointer to a function is no prototype": """
        int (*f)(int);
        //    ^ object int (*)(int)
        int g(int);
        //  ^ prototype int (int)
    """,
    "a prototype in a function is one": """
        void f(void) { int g(long); }
        //                 ^ prototype int (long)
    """,
    "twins under #if are both kept": """
        #ifdef CONFIG_A
        int f(void) { return 1; }
        //  ^ function int () to 2 if CONFIG_A
        #else
        int f(void) { return 2; }
        //  ^ function int () to 5 if !CONFIG_A
        #endif
    """,
}


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_functions(code: str) -> None:
    check(code)


def test_the_line_is_that_of_the_name() -> None:
    (function,) = read("static struct sock *\nf(void)\n{\n}\n").functions
    assert (function.name, function.line, function.end_line) == ("f", 2, 4)


def test_parameters_of_the_old_style_have_types() -> None:
    facts = read("int f(a, b, c)\n\tchar *a;\n\tstruct s b, **c;\n{ return g(b); }\n")
    (function,) = facts.functions
    assert [(p.name, p.type) for p in function.parameters] == [
        ("a", "char *"),
        ("b", "struct s"),
        ("c", "struct s * *"),
    ]


def test_a_system_call_is_named_by_its_mark() -> None:
    facts = read_cleaned(
        "SYSCALL_DEFINE2(listen, int, fd, int, backlog)\n{\n\treturn f(fd);\n}\n",
        "long            listen( int  fd, int  backlog)\n{\n\treturn f(fd);\n}\n",
        ("function", "listen", "SYSCALL_DEFINE2", "sys_listen"),
    )
    (function,) = facts.functions
    assert (function.name, function.kind, function.macro, function.line) == (
        "sys_listen",
        "syscall",
        "SYSCALL_DEFINE2",
        1,
    )
    assert [parameter.name for parameter in function.parameters] == ["fd", "backlog"]
    assert [call.caller for call in facts.calls] == ["sys_listen"]


def test_another_macro_defines_a_function_of_the_usual_kind() -> None:
    (function,) = read_cleaned(
        "BPF_CALL_1(get, int, a)\n{\n\treturn a;\n}\n",
        "long       get( int  a)\n{\n\treturn a;\n}\n",
        ("function", "get", "BPF_CALL_1", "bpf_get"),
    ).functions
    assert (function.name, function.kind) == ("bpf_get", "function")
