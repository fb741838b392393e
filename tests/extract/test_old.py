"""Old, odd and new C, cleaned and read: the two stages together."""

import pytest

from tests.extract.reading import checked, described
from xref.data_files import read_data
from xref.extract.facts import facts_of
from xref.parse.c import parse
from xref.parse.clean import clean
from xref.parse.lexicon import lexicon_of
from xref.records import BlobFacts

LEXICON = lexicon_of(read_data("lexicon.toml"))


def read(code: str) -> BlobFacts:
    source = code.encode("latin-1")
    return checked(facts_of(source, clean(source, LEXICON), parse))


def lines(code: str, *kinds: str) -> list[str]:
    """The facts of some kinds as text; nothing may be unreadable."""
    facts = read(code)
    assert facts.problems == ()
    return [text for _, text in described(facts) if text.partition(" ")[0] in kinds]


FUNCTIONS = {
    "parameters behind the brackets": (
        (
            "int inflate(p, n, cb)\n\tchar *p;\n\tunsigned n;\n\tint (*cb)(int);\n{\n"
            "\treturn cb(n);\n}\n"
        ),
        "inflate int (char * p, unsigned int n, int (*)(int) cb) to 7",
    ),
    "an entry before its macro": (
        "asmlinkage long sys_socket(int family, int type)\n{\n\treturn 0;\n}\n",
        "sys_socket long (int family, int type) to 4",
    ),
    "words of other times": (
        "void fastcall __sched add(queue_t *q, wait_t * w)\n{\n}\n",
        "add void (queue_t * q, wait_t * w) to 3",
    ),
    "sections": (
        "static int __devinit probe(struct dev *d)\n{\n\treturn 0;\n}\n",
        "probe static int (struct dev * d) to 4",
    ),
    "a function that gives a pointer to one": (
        "int (*get(int a))(long)\n{\n\treturn table[a];\n}\n",
        "get int (*)(long) (int a) to 4",
    ),
    "attributes among the specifiers": (
        (
            "static inline __attribute__((always_inline)) const char *const *f(void)\n"
            "{\n\treturn 0;\n}\n"
        ),
        "f static inline char * * () to 4",
    ),
    "line breaks of two bytes": (
        "static int f(int a)\r\n{\r\n\tif (a)\r\n\t\treturn g(a);\r\n}\r\n",
        "f static int (int a) to 5",
    ),
    "bytes that are no UTF-8": (
        '/* M\xfcller \xa9 */\nint f(void)\n{\n\treturn g("\xfc"); /* \xff */\n}\n',
        "f int () to 5",
    ),
}


@pytest.mark.parametrize(("code", "function"), FUNCTIONS.values(), ids=FUNCTIONS)
def test_functions(code: str, function: str) -> None:
    assert lines(code, "function") == [f"function {function}"]


def test_prototypes_in_brackets() -> None:
    code = """
extern asmlinkage int FASTCALL(schedule(void));
extern void FASTCALL(wake(struct q *q, int (*f)(int)));
static int local OF((int x, char *(*f)(int)));
"""
    assert lines(code, "prototype") == [
        "prototype schedule int ()",
        "prototype wake void (struct q * q, int (*)(int) f)",
        "prototype local static int (int x, char * (*)(int) f)",
    ]


def test_designators_with_a_colon() -> None:
    code = """
static struct ops o = {
	read:		my_read,
	nested: { open: go, },
	.close = stop,
};
"""
    assert lines(code, "store") == [
        "store initializer o.read = my_read",
        "store initializer o.nested.open = go",
        "store initializer o.close = stop",
    ]


def test_ways_to_call_a_variable() -> None:
    code = """
static fn_t hook;
int g(void) { return (*hook)(2) + (hook)(3) + (u8)(4); }
"""
    assert lines(code, "call") == [
        "call hook pointer *hook in g",
        "call hook pointer hook in g",
    ]


NEW = {
    "cleanup": (
        "struct p *q __free(kfree) = kmalloc(1);",
        [
            "call __free direct in f",
            "call [['n', 'kfree']] pointer __free(kfree) in f",
            "call kmalloc direct in f",
        ],
    ),
    "cleanup as compilers know it": (
        "struct p q __attribute__((__cleanup__(put), unused)) = get(1);",
        ["call put direct in f", "call get direct in f"],
    ),
    "cleanup before the name": (
        "struct p *__free(kfree) q, *__aligned(8) r;",
        [
            "call __free direct in f",
            "call [['n', 'kfree']] pointer __free(kfree) in f",
        ],
    ),
    "scopes": (
        "scoped_guard(mutex, &x->lock)\n\t\tg(x);",
        ["call scoped_guard direct in f", "call g direct in f"],
    ),
    "scopes with braces": (
        "scoped_guard(rcu) {\n\t\tg(x);\n\t}",
        ["call scoped_guard direct in f", "call g direct in f"],
    ),
    "compound literals": (
        "set(x, &(struct ops){ .run = go, .n = h(1) });",
        ["call set direct in f", "call h direct in f"],
    ),
    "statement expressions": (
        "n = ({ int r = g(n); r ? h(r) : 0; });",
        ["call g direct in f", "call h direct in f"],
    ),
    "functions in functions": (
        "int add(int k) { return g(k) + n; }",
        ["call g direct in f"],
    ),
    "computed jumps": (
        "void *t[] = { &&out };\n\tgoto *t[n];\nout:\n\tg(n);",
        ["call g direct in f"],
    ),
    "types of expressions": (
        "typeof(x->y) b = g(x);\n\t__auto_type c = h(b);",
        ["call g direct in f", "call h direct in f"],
    ),
}


@pytest.mark.parametrize(("code", "calls"), NEW.values(), ids=NEW)
def test_calls_in_new_c(code: str, calls: list[str]) -> None:
    function = f"int f(struct s *x, int n)\n{{\n\t{code}\n\treturn 0;\n}}\n"
    assert lines(function, "call") == calls


@pytest.mark.parametrize(
    "declaration",
    [
        'int f(int, char *) __attribute__((weak, alias("g")));',
        'extern int f(int, char *)\n\t__attribute__((__alias__("g"))) __weak;',
        "int f(int, char *) __weak __alias(g);",
        "__alias(g)\nint f(int, char *);",
        "extern __alias(g)\nint f(int, char *);",
    ],
)
def test_an_alias_is_a_function_that_calls_what_it_is_a_name_of(
    declaration: str,
) -> None:
    facts = read(f"{declaration}\nint h(int a) {{ return f(a, 0); }}\n")
    alias, other = facts.functions
    assert (alias.name, other.name) == ("f", "h")
    assert [(p.name, p.type) for p in alias.parameters] == [
        ("_1", "int"),
        ("_2", "char *"),
    ]
    (statement,) = alias.body
    assert isinstance(statement, list)
    assert statement[:2] == [
        "return",
        ["call", ["n", "g"], [["n", "_1"], ["n", "_2"]], alias.line],
    ]
    assert [(c.caller, c.callee) for c in facts.calls] == [("f", "g"), ("h", "f")]


def test_an_attribute_that_names_no_function_makes_no_alias() -> None:
    facts = read(
        "typedef u64 __attribute__((__may_alias__)) u64_alias;\n"
        'extern int here __attribute__((alias("there")));\n'
        "#define ALIAS(n) int n##_a(int) __alias(n##_b);\n"
    )
    assert facts.functions == ()


def test_structs_without_names_and_bit_fields() -> None:
    code = """
union u {
	int a;
	struct { unsigned lo:3, :2, hi:1; int :0; };
	struct inner { short c; } in;
} __attribute__((packed, aligned(4)));
"""
    assert lines(code, "struct", "field") == [
        "struct u union",
        "field a int in union u",
        "field - struct u::1 in union u",
        "field in struct inner in union u",
        "struct u::1 struct",
        "field lo unsigned int in struct u::1",
        "field hi unsigned int in struct u::1",
        "struct inner struct",
        "field c short in struct inner",
    ]
