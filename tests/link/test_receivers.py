"""The types of what stands before a member that is called."""

import pytest

from tests.link.linking import link

OPS = """
//- v a.c
struct ops { int (*go)(void); };
struct thing { const struct ops *ops; struct thing *next; struct ops table[4]; };
struct rcu_head { int x; };
struct box { struct rcu_head head; struct ops *ops; };
typedef struct thing *thing_t;
extern struct thing *things;
struct thing *find(int key);
static inline struct thing *lookup(int key) { return find(key); }
#define to_thing(p) ((struct thing *)(p))
#define first_of(list) ({ typeof(list) __l = (list); __l->next; })
#define OPS (t->ops)
#define current get_current()
static inline struct thing *get_current(void) { return things; }
"""


@pytest.mark.parametrize(
    "expression",
    [
        "t->ops->go()",
        "(*t->ops->go)()",
        "t->next->next->ops->go()",
        "OPS->go()",
        "t->table[3].go()",
        "(&t->table[1])->go()",
        "things->ops->go()",
        "find(1)->ops->go()",
        "lookup(1)->ops->go()",
        "current->ops->go()",
        "to_thing(p)->ops->go()",
        "((struct thing *)p)->ops->go()",
        "READ_ONCE(t->ops)->go()",
        "first_of(t)->ops->go()",
        "(t ?: things)->ops->go()",
        "(p ? NULL : t)->ops->go()",
        "d->ops->go()",
        "container_of(h, struct box, head)->ops->go()",
        "(t + 1)->ops->go()",
    ],
)
def test_a_receiver_is_typed(expression: str) -> None:
    linked = link(
        OPS
        + f"""
int use(struct thing *t, thing_t d, void *p, struct rcu_head *h)
{{
        return {expression};
}}
"""
    )
    assert linked.calls("use") == ["ops.go"]


def test_a_macro_may_rename_a_struct() -> None:
    linked = link("""
//- v a.c
struct callback { void (*func)(void); };
#define head callback
void use(struct head *h) { h->func(); }
""")
    assert linked.calls("use") == ["callback.func"]


def test_a_receiver_without_a_type_is_said_to_be_one() -> None:
    linked = link("""
//- v a.c
void use(void) { nowhere(1)->go(); }
""")
    assert linked.calls("use") == ["? the type before go is not known"]


def test_a_member_that_an_included_file_makes_is_a_slot() -> None:
    linked = link("""
//- v a.c
union hooks {
        long raw;
};
static int f(void) { return 0; }
static void set(union hooks *h) { h->later = f; }
static int use(union hooks *h) { return h->later(); }
""")
    assert linked.slot("hooks.later") == {"f"}
    assert linked.calls("use") == ["hooks.later"]
