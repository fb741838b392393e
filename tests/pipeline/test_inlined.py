"""Calls past small functions, which a compiler may put into their callers."""

from dataclasses import replace
from pathlib import Path

from tests.resolve.playing import played
from xref.answers import EdgeKind
from xref.pipeline.inlined import with_inlined

CASE = """
//- v include/hook.h
static inline int hook(int n, int (*okfn)(int n)) { return okfn(n); }
//- v kernel/a.c
#include <linux/kernel.h>
#include <hook.h>
static noinline int core(int n) { return n; }
static int finish(int n) { return core(n) + 1; }
static int wide(int n)
{
LINES
	return core(n);
}
static int direct(int n) { return finish(n); }
struct table { int (*in)(int n); };
static int packet_in(int n) { return hook(n, finish); }
static int packet_wide(int n) { return hook(n, wide); }
static const struct table both[] = { { packet_in }, { packet_wide } };
struct owner { const struct table *table; };
static int own(int n) { return n; }
SYSCALL_DEFINE1(go, struct owner *, o)
{
	direct(1);
	return o->table->in(2) + hook(3, own);
}
""".replace("LINES", "\tn++;\n" * 60)


def test_a_small_function_is_looked_through_where_it_is_called_or_handed_on(
    tmp_path: Path,
) -> None:
    told = with_inlined(played(tmp_path, CASE, full=True), tmp_path / "home")
    assert {
        edge.source.partition("@")[0]
        for edge in told.edges
        if edge.kind is EdgeKind.INLINED and edge.target.startswith("core@")
    } == {"direct", "sys_go", "packet_in"}


def test_what_is_handed_on_may_be_told_as_called_by_who_hands_it_on(
    tmp_path: Path,
) -> None:
    path = played(tmp_path, CASE, full=True)
    giver = next(node.id for node in path.nodes if node.name == "packet_in")
    edges = [
        replace(edge, source=giver) if edge.source.startswith("hook@") else edge
        for edge in path.edges
    ]
    told = with_inlined(replace(path, edges=tuple(edges)), tmp_path / "home")
    assert any(
        edge.source == giver and edge.target.startswith("core@")
        for edge in told.edges
        if edge.kind is EdgeKind.INLINED
    )


CHAIN = """
//- v include/lead.h
int back(int n);
static inline int inner(int n) { return back(n); }
static inline int outer(int n) { return inner(n); }
#define OUTER(n) back(n)
//- v kernel/a.c
#include <linux/kernel.h>
#include <lead.h>
static noinline int core(int n) { return n; }
int back(int n) { return core(n); }
static int finish(int n) { return core(n) + 1; }
static int step(int n) { return finish(n); }
struct ops { int (*in)(int n); };
static const struct ops real = { .in = core };
static int pointed(const struct ops *o) { return o->in(1); }
static int by_two(int n) { return step(n); }
static int by_pointer(int n) { return pointed(&real); }
static int by_header(int n) { return outer(n); }
static int by_macro(int n) { return OUTER(n); }
static int long_way(int n) { return by_two(n); }
SYSCALL_DEFINE1(go, int, n)
{
	return by_pointer(n) + by_header(n) + by_macro(n) + long_way(n);
}
"""


def test_two_small_functions_pointers_and_headers_are_looked_through(
    tmp_path: Path,
) -> None:
    told = with_inlined(played(tmp_path, CHAIN, full=True), tmp_path / "home")
    assert {
        (edge.source.partition("@")[0], edge.why[0].text.partition(" ")[0])
        for edge in told.edges
        if edge.kind is EdgeKind.INLINED and edge.target.startswith("core@")
    } == {
        ("step", "finish"),
        ("by_two", "finish"),
        ("by_pointer", "pointed"),
        ("by_header", "back"),
        ("by_macro", "back"),
        ("sys_go", "pointed"),
    }
