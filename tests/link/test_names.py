"""What a called name means in each file."""

from tests.link.linking import link


def test_a_static_function_of_the_same_file_hides_the_global_one() -> None:
    linked = link("""
//- v a.c
void f(void) { }
//- v b.c
static void f(void) { }
void g(void) { f(); }
//- v c.c
void h(void) { f(); }
""")
    assert linked.meaning("f", "b.c") == ["b.c:1"]
    assert linked.meaning("f", "c.c") == ["a.c:1"]


def test_the_stub_of_an_else_stands_behind_the_real_function() -> None:
    linked = link("""
//- v include/linux/f.h
#ifdef CONFIG_F
int f(void);
#else
static inline int f(void) { return 0; }
#endif
//- v f.c
int f(void)
{
        return 1;
}
//- v use.c
#include <linux/f.h>
int g(void) { return f(); }
""")
    assert linked.meaning("f", "use.c") == ["f.c:1", "include/linux/f.h:4"]


def test_an_inline_function_counts_where_its_header_is_included() -> None:
    linked = link("""
//- v a/x.h
static inline int f(void) { return 1; }
//- v b/x.h
static inline int f(void) { return 2; }
//- v b/middle.h
#include "x.h"
//- v b/b.c
#include "middle.h"
int g(void) { return f(); }
""")
    assert linked.meaning("f", "b/b.c") == ["b/x.h:1"]


def test_headers_of_the_chosen_architecture_come_before_generic_ones() -> None:
    linked = link("""
//- v arch/arm/include/asm/bits.h
static inline int f(void) { return 1; }
//- v arch/x86/include/asm/bits.h
static inline int f(void) { return 2; }
//- v include/asm-generic/bits.h
static inline int f(void) { return 3; }
//- v a.c
#include <asm/bits.h>
int g(void) { return f(); }
//- v arch/arm/b.c
#include <asm/bits.h>
int g(void) { return f(); }
""")
    assert linked.meaning("f", "a.c") == ["arch/x86/include/asm/bits.h:1"]
    assert linked.meaning("f", "arch/arm/b.c") == ["arch/arm/include/asm/bits.h:1"]


def test_a_header_that_a_build_makes_is_the_one_for_all() -> None:
    linked = link("""
//- v include/uapi/asm-generic/bits.h
static inline int f(void) { return 1; }
//- v include/other/bits.h
static inline int f(void) { return 2; }
//- v a.c
#include <asm/bits.h>
int g(void) { return f(); }
""")
    assert linked.meaning("f", "a.c") == ["include/uapi/asm-generic/bits.h:1"]


def test_other_architectures_and_other_programs_are_not_meant() -> None:
    linked = link("""
//- v arch/arm/f.c
void f(void) { }
//- v tools/f.c
void f(void) { }
//- v kernel/f.c
void f(void) { }
//- v net/use.c
void g(void) { f(); }
//- v tools/use.c
void g(void) { f(); }
""")
    assert linked.meaning("f", "net/use.c") == ["kernel/f.c:1"]
    assert "tools/f.c:1" in linked.meaning("f", "tools/use.c")


def test_of_functions_in_two_drivers_the_near_one_is_meant() -> None:
    linked = link("""
//- v drivers/net/one/f.c
void f(void) { }
//- v drivers/net/two/f.c
void f(void) { }
//- v drivers/net/two/use.c
void g(void) { f(); }
""")
    assert linked.meaning("f", "drivers/net/two/use.c") == ["drivers/net/two/f.c:1"]


def test_files_that_are_included_together_see_each_other() -> None:
    linked = link("""
//- v kernel/one.c
static void f(void) { }
//- v kernel/two.c
void g(void) { f(); }
//- v kernel/all.c
#include "one.c"
#include "two.c"
""")
    assert linked.meaning("f", "kernel/two.c") == ["kernel/one.c:1"]


def test_a_static_function_of_another_file_is_never_meant() -> None:
    linked = link("""
//- v a.c
static void f(void) { }
//- v b.c
void g(void) { f(); }
""")
    assert linked.meaning("f", "b.c") == []


def test_a_macro_of_a_name_is_meant_with_its_function() -> None:
    linked = link("""
//- v include/linux/f.h
#define f(x) __f(x)
static inline int __f(int x) { return x; }
//- v a.c
#include <linux/f.h>
int g(void) { return f(1); }
""")
    assert linked.meaning("f", "a.c") == ["include/linux/f.h:1"]
    assert linked.meaning("__f", "include/linux/f.h") == ["include/linux/f.h:2"]


def test_a_macro_that_is_another_name_calls_what_it_names() -> None:
    linked = link("""
//- v a.c
static void real(void) { }
#define alias real
void g(void) { alias(); }
""")
    assert linked.direct("alias") == {"real"}


def test_a_function_that_a_macro_makes_static_is_what_its_header_declares() -> None:
    linked = link("""
//- v include/unpack.h
int unpack(int a);
//- v lib/unpack.c
#include <unpack.h>
static int unpack(int a) { return a; }
//- v init/start.c
#include <unpack.h>
int start(void) { return unpack(1); }
""")
    assert linked.meaning("unpack", "init/start.c") == ["lib/unpack.c:2"]


def test_a_function_of_the_architecture_stands_for_a_weak_one() -> None:
    linked = link("""
//- v kernel/idle.c
void __weak rest(void) { }
void idle(void) { rest(); }
//- v arch/x86/process.c
void rest(void) { stop(); }
//- v arch/other/process.c
void rest(void) { }
""")
    assert set(linked.meaning("rest", "kernel/idle.c")) == {
        "kernel/idle.c:1",
        "arch/x86/process.c:1",
    }
