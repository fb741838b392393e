"""Where targets that a scenario does not decide were stored, or who hands them on."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tests.resolve.playing import played
from xref.answers import CallPath, Reason
from xref.pipeline.evidence import with_evidence, with_stores
from xref.pipeline.programs import open_program

CASE = """
//- v kernel/a.c
#include <linux/kernel.h>
struct packet;
struct route { int (*output)(struct packet *p); };
struct packet { struct route *route; };
static int out4(struct packet *p);
static int out6(struct packet *p);
static int drop(struct packet *p) { return 0; }
static struct route no_route = { .output = drop };
struct route *found;
static int finish4(struct packet *p) { return 4; }
static int finish6(struct packet *p) { return 6; }
static int hook(struct packet *p, int (*okfn)(struct packet *))
{
	return okfn(p);
}
static int hook_if(struct packet *p, int (*then)(struct packet *), int yes)
{
	return yes ? hook(p, then) : 0;
}
static int out4(struct packet *p) { return hook_if(p, finish4, 1); }
static int out6(struct packet *p) { return hook(p, finish6); }
static void alloc4(struct route *rt) { rt->output = out4; }
static void make4(struct route *rt) { alloc4(rt); }
void make6(struct route *rt) { rt->output = out6; }
SYSCALL_DEFINE1(go, struct packet *, p)
{
	make4(found);
	return p->route->output(p);
}
"""


def reasons(path: CallPath, caller: str) -> dict[str, tuple[Reason, ...]]:
    """Of the pointer calls of a function, by target."""
    return {
        edge.target.partition("@")[0]: edge.why
        for edge in path.edges
        if edge.expression and edge.source.startswith(f"{caller}@")
    }


def name_of(places: Mapping[str, int]) -> str:
    (ident,) = places
    return ident.partition("@")[0]


def line_of(text: str) -> int:
    code = CASE.partition("//- v kernel/a.c\n")[2].splitlines()
    return next(number for number, line in enumerate(code, 1) if text in line)


def test_a_call_through_a_slot_says_where_each_target_was_stored(
    tmp_path: Path,
) -> None:
    path = played(tmp_path, CASE, full=True)
    told = with_stores(path, open_program(tmp_path / "home", "6.1.0"))
    found = reasons(told, "sys_go")
    assert {name: [(r.text, r.line) for r in why] for name, why in found.items()} == {
        "out4": [("rt->output = out4", line_of("rt->output = out4"))],
        "out6": [("rt->output = out6", line_of("rt->output = out6"))],
        "drop": [("no_route.output = drop", line_of(".output = drop"))],
    }


def test_with_the_store_comes_who_leads_there(tmp_path: Path) -> None:
    path = played(tmp_path, CASE, full=True)
    near = {node.id for node in path.nodes}
    hidden = {node.id for node in path.nodes if node.name == "alloc4"}
    rest = tuple(node for node in path.nodes if node.id not in hidden)
    cut = replace(path, nodes=rest)
    program = open_program(tmp_path / "home", "6.1.0")
    _, whole = with_evidence(path, program, near)
    _, makers = with_evidence(cut, program, near)
    place = Reason("rt->output = out4", "kernel/a.c", line_of("rt->output = out4"))
    assert {ident.partition("@")[0]: n for ident, n in whole[place].items()} == {
        "alloc4": 0
    }
    assert {ident.partition("@")[0]: n for ident, n in makers[place].items()} == {
        "make4": 1
    }


CHOSEN = """
//- v kernel/b.c
#include <linux/kernel.h>
struct packet { int (*output)(struct packet *p); int flags; };
static int plain(struct packet *p);
static int loud(struct packet *p);
static int plain(struct packet *p) { return 1; }
static int loud(struct packet *p) { return 2; }
struct packet *some;
static void make(struct packet *p)
{
	if (p) {
		p->output = plain;
		if (p->flags & 4)
			p->output = loud;
	}
}
SYSCALL_DEFINE1(go, struct packet *, p)
{
	make(some);
	return p->output(p);
}
"""


def test_a_store_on_a_condition_is_farther(tmp_path: Path) -> None:
    path = played(tmp_path, CHOSEN, full=True)
    near = {node.id for node in path.nodes}
    told, makers = with_evidence(path, open_program(tmp_path / "home", "6.1.0"), near)
    found = reasons(told, "sys_go")
    away = {name: sum(makers[why[0]].values()) for name, why in found.items()}
    # That there is a packet is no condition.
    assert away["plain"] == 0 < away["loud"]


def test_a_function_that_is_handed_on_says_who_names_it(tmp_path: Path) -> None:
    path = played(tmp_path, CASE, full=True)
    program = open_program(tmp_path / "home", "6.1.0")
    near = {node.id for node in path.nodes if node.name == "hook"}
    told, makers = with_evidence(path, program, near)
    assert {
        name: [(reason.text, name_of(makers[reason])) for reason in why]
        for name, why in reasons(told, "hook").items()
    } == {
        "finish4": [("hook_if(p, finish4, 1)", "out4")],
        "finish6": [("hook(p, finish6)", "out6")],
    }
    assert all(not why for why in reasons(told, "sys_go").values())
