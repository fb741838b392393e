"""Kernel C that tree-sitter reads without a fault once it is cleaned."""

import pytest

from tests.parse.cleaning import cleaned, faults

CASES = {
    "annotations": """
        static int __init __must_check f(const char __user *p) __printf(1, 2);
        static __always_inline void g(void) { }
        struct s { int a; } __packed __aligned(8);
        static struct s t __read_mostly = { 1 };
        int __must_check (*h)(void);
        static struct list_head lists[4] __cacheline_aligned_in_smp;
        asmlinkage __visible void noinstr entry(void) { }
    """,
    "annotations that no list has": """
        unsigned long __must_check __copy
                (void *to, const void *from);
        static int __some_section f(void) { return 0; }
        int *__some_space p;
        char a[2] __some_data = { 1, 2 };
        static __some_head struct s *g(void) { return 0; }
    """,
    "attributes": """
        struct __attribute__((packed)) s { int a; };
        static int x __attribute__((used, section(".data")));
        void f(void) __attribute__((__noreturn__));
    """,
    "words in capitals": """
        STATIC int f(void) { return 0; }
        EXPORT_API const char *g(int a) { return 0; }
        static void INIT h(void) { }
        char license[] SEC("license") = "GPL";
        enum mode mode DEFAULT_MODE;
        typedef u32 (XFACE * handler) (void *context);
    """,
    "calls at file scope": """
        module_init(start)
        EXPORT_SYMBOL(start);
        MODULE_LICENSE("GPL");
        DEFINE_FUNCS(a, struct node *,
                     first(b))
        DEFINE_FREE(kfree, void *, if (_T) kfree(_T))
        OP_BY(add, ++)
        PASTE(, x)
        MIB_ITEM("a", b), /* a list that some file includes */
        SEC("maps")
        int after;
    """,
    "declarations in macros": """
        DECLARE_CALLABLE(int f(struct sk *, int));
        DECLARE_CALLABLE(struct s x);
        static DEFINE_PER_CPU(struct s, one);
        DEFINE_PER_CPU(struct s [4], two);
        DECLARE_PER_CPU(int, three);
        static DEFINE_MUTEX(four);
        LIST_HEAD(five);
        static DEVICE_ATTR(six, 0644, show, store);
    """,
    "members in macros": """
        struct common {
            COMMON_MEMBERS u8 last;
        };
        struct only {
        COMMON_MEMBERS};
        struct s {
            DECLARE_BITMAP(bits, 64);
            struct_group(head,
                int a;
                int b;
            );
            __md_ptr(struct sk *, sk);
            SOME_PAD
            DECLARE_FLEX_ARRAY(struct s, rest);
            int :3;
            u32 a : 1, : 2, b : 3;
            static_assert(sizeof(int) == 4);
            SELFTEST_DECLARE(u32 n);
            int c;;
        };
    """,
    "lists": """
        static struct row rows[] = {
            ROW(1) ROW(2)
            ROW(3)
            "text",
            [4] { 1 },
            CMD(A, B, .reg = { 1, 2 }),
            CHANNEL(1) = { 1 },
            TAIL
        };
        enum e { FOR_ALL(NAME) A, B, MORE(x) };
    """,
    "types as arguments": """
        void f(void)
        {
            a = container_of(p, struct s, m);
            b = va_arg(ap, const struct s *);
            c = min_t(unsigned long, 1, 2);
            d = kzalloc_obj(u8 *, GFP_KERNEL);
            e = (struct s *)p;
            g = sizeof(struct s) + sizeof(unsigned long);
            h = offsetof(struct s, a.b[2]) + offsetof(struct s, a);
            i = __alignof__(*p) + __alignof__(struct s);
        }
        static const int sizes[] = { sizeof_field(struct s, a) };
    """,
    "typeof": """
        void f(int *p)
        {
            typeof(*p) a = *p;
            __typeof__(p->x) *b;
            c = (typeof(a))d;
        }
    """,
    "statements in macros": """
        int port(void *a)
        {
            IO_COND(a, return in(port), return read(a));
            FAIL_IF(a, goto out);
            EACH(a, continue);
        out:
            return 0;
        }
        void f(void)
        {
            ASSERT_LOCKED()
            D1(if (a) {
                b();
            })
            ASSERT(x, print(););
            IFDEBUG(struct sockaddr *sa);
            PADDED(k, 4) tmp;
            static DEFINE_RATELIMIT(rs, 5 * HZ, 10);
            switch (a) {
            N(UP) N(DOWN)
            N(LAST)
            }
            SOME_STATEMENT
            c();
        }
    """,
    "gcc's C": """
        void f(void)
        {
            switch (a) {
            case 1 ... 3:
            case 'a'
                ... 'z':
                break;
            }
            goto *table[a];
            x = a ?: b;
            y = ({ int z = 1; z; });
            void *label = &&out;
        out:
        }
    """,
    "inline assembly": """
        void f(void)
        {
            register long r0 asm("r0") = 1;
            asm volatile(ALTERNATIVE("a", "b", X) : "=r" (a) : "r" (b) : "memory");
            asm goto("1:" JUMP(1b) : : : : out);
            asm_inline volatile("x");
            __asm__ __volatile__ ("" ::: "memory");
            op("inc", [v] "+m" (v), : "cc");
        }
        int g(void) asm("other_g");
    """,
    "strings and macros": """
        void f(void)
        {
            printk(KERN_INFO VERSION "x" PRIx64 "y", a);
            printk(KERN_ERR pr_fmt("x"));
            show(buf, __stringify(A) "\\n");
            show(buf, "\\n" __stringify(A));
            show(INDENT INDENT
                 "x");
        }
    """,
    "arguments that are no expressions": """
        void f(void)
        {
            check(a, <, b);
            check(a, &= ~, b);
            g(a, , b);
            h(a, b,
              /* none */);
            set(mode, 10baseT_Full);
            x = CONFIG(.event = 1, .mask = 2);
        }
    """,
    "directives": """
        #define EMPTY /* nothing */
        #define ATTRIBUTE __attribute__((packed))
        #define LOG(fmt, args...) printk(fmt, ##args)
        #define LONG a /* over
                          two lines */ b
        #include <linux/list.h> /* why */
        #if defined(A) ? B : C
        int a;
        #endif
        # define INDENTED 1 \\
            + 2
        int b;
    """,
    "directives in expressions": """
        static const int a =
        #include "value.h"
            0;
        enum e {
            A,
        #define A A
            B
        };
        static int f(void)
        #define LOCAL 1
        {
            return LOCAL;
        }
    """,
    "trace events": """
        TRACE_EVENT(name,
            TP_PROTO(const struct s *a, unsigned long b, int (*c)(void)),
            TP_ARGS(a, b, c),
            TP_STRUCT__entry(
                __field(int, x)
                __array(char, y, 4)
            ),
            TP_fast_assign(
                int i;
                for (i = 0; i < 4; i++)
                    __entry->x = get(a);
            ),
            TP_printk("%d %s", __entry->x,
                __print_flags(b, "|", { 1, "one" }, { 2, "two" }))
        );
    """,
    "other languages": """
        #ifdef __cplusplus
        extern "C" {
        #endif
        #ifdef __ASSEMBLY__
        .macro x y
            mov %eax, $1
        #define KEPT 1
        .endm
        #else
        int a;
        #endif
        #ifdef __cplusplus
        }
        #endif
    """,
    "old parameters": """
        int f(a, b)
            int a;
            char *b;
        {
            return a;
        }
    """,
}


@pytest.mark.parametrize("name", CASES)
def test_cleaned_code_is_read_without_a_fault(name: str) -> None:
    result = cleaned(CASES[name])
    assert faults(result.text) == [], result.text.decode()
