"""Play a scenario on a small tree and look at the calls that it makes."""

from pathlib import Path

from tests.trees import open_tree, write_tree
from xref.answers import CallPath
from xref.pipeline import IndexOptions, index
from xref.pipeline.paths import PathRequest, evaluated
from xref.pipeline.programs import open_program
from xref.resolve.steps import Scenario, Step

HEADERS = """
//- v include/linux/kernel.h
#define NULL ((void *)0)
#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define rcu_assign_pointer(p, v) ((p) = (v))
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - 0))
typedef unsigned int gfp_t;
void *kmalloc(unsigned long size, gfp_t flags);
struct list_head { struct list_head *next, *prev; };
static inline void list_add(struct list_head *new, struct list_head *head)
{
	new->next = head->next;
	head->next = new;
}
#define list_for_each_entry(pos, head, member) \\
	for (pos = container_of((head)->next, typeof(*pos), member); \\
	     &pos->member != (head); \\
	     pos = container_of(pos->member.next, typeof(*pos), member))
"""


def played(
    folder: Path, code: str, *steps: Step, later: bool = False, full: bool = False
) -> CallPath:
    """The path of the last step; without steps, of ``go(2)`` with nothing bound."""
    tree = write_tree(folder / "tree", HEADERS + code)
    home = folder / "home"
    with open_tree(tree, home) as kernel:
        index(home, kernel, IndexOptions(scopes=("all",), processes=1))
    program = open_program(home, "6.1.0")
    steps = steps or (Step("go", (), ""),)
    request = PathRequest(
        steps[-1].call, "", {}, anything=False, full=full, later=later
    )
    return evaluated(program, request, steps[-1].call, Scenario("", "", steps))


def calls(path: CallPath) -> dict[str, str]:
    """The pointer calls: caller and expression to ``grade: target, target``."""
    names = {node.id: node.name for node in path.nodes}
    found: dict[str, tuple[str, list[str]]] = {}
    for edge in path.edges:
        if edge.expression:
            place = f"{names[edge.source]}: {edge.expression}"
            found.setdefault(place, (edge.grade.value, []))[1].append(
                names[edge.target]
            )
    return {k: f"{grade}: {', '.join(sorted(t))}" for k, (grade, t) in found.items()}


def reached(path: CallPath) -> set[str]:
    """The names of all functions on a path."""
    return {node.name for node in path.nodes}
