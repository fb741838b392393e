"""One small indexed kernel for the tests that only ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trees import open_tree, write_tree
from xref.pipeline import IndexOptions, index, open_program
from xref.store.program import IndexedProgram

CASE = """
//- v include/linux/ops.h
struct ops {
        int (*open)(int a);
        union { int (*close)(void); long raw; };
};
struct thing { const struct ops *ops; };
typedef struct thing *thing_t;
enum { FIRST = 3, SECOND };
#define TWICE(x) ((x) + (x))
#define AGAIN open_it
extern const struct ops my_ops;
int open_it(int a);
//- v kernel/ops.c
#include <linux/ops.h>
static const struct ops *table[4];
int open_it(int a)
{
        return TWICE(a);
}
static int close_it(void) { return 0; }
const struct ops my_ops = { .open = open_it, .close = close_it };
void enter(const struct ops *ops, int at) { table[at] = ops; }
void start(void) { enter(&my_ops, FIRST); }
int use(struct thing *t)
{
        enter(0, 0);
        return t->ops->open(1) + AGAIN(2);
}
SYSCALL_DEFINE1(touch, int, a)
{
        return use((struct thing *)0);
}
#define DEFINE_GETTER(name) int get_##name(int a) { return name##_it(a); }
DEFINE_GETTER(open)
//- v arch/x86/entry/syscalls/syscall_64.tbl
# number abi name entry
7 common touch sys_touch
"""


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the kernel 6.1.0 of `CASE`."""
    home = tmp_path_factory.mktemp("indexed")
    root = write_tree(tmp_path_factory.mktemp("tree"), CASE)
    index(home, open_tree(root, home), IndexOptions(("all",), processes=1))
    return home


@pytest.fixture
def program(indexed: Path) -> Iterator[IndexedProgram]:
    """The kernel of `CASE`, opened."""
    opened = open_program(indexed, "6.1.0")
    yield opened
    opened.close()
