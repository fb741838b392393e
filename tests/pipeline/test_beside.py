"""Work in a copy of this process."""

import os
import time
from collections.abc import Iterator

import pytest

from tests.link.linking import tables_of
from xref.errors import StoreError, XrefError
from xref.pipeline.beside import apart, can_copy, streamed

CASE = """
//- v include/ops.h
struct ops { int (*open)(int); void (*close)(void); };
extern struct ops *current_ops;
int shared(int);
#define SET(o, f) (o)->open = f
//- v a.c
#include "ops.h"
static int open_a(int x) { return x; }
static struct ops a_ops = { .open = open_a, .close = unread_close };
void use_a(void) { current_ops = &a_ops; a_ops.open = shared; }
//- v b.c
#include "ops.h"
int shared(int x) { return x; }
int take(int (*f)(int)) { return f(1); }
int use_b(struct ops *o) { SET(o, shared); take(shared); return o->open(1); }
//- v c.c
#include "ops.h"
static int open_c(int x) { return x; }
static const struct ops c_ops = { open_c, unread_close };
int (*kept)(int);
void use_c(struct ops *o) { o->open = open_c; kept = o->open; take(kept); kept(2); }
"""


@pytest.fixture(autouse=True)
def _copied() -> None:
    assert can_copy()


def test_two_processes_link_what_one_links() -> None:
    assert tables_of(CASE, apart) == tables_of(CASE, None)


def test_what_is_found_comes_piece_by_piece_and_leaves_no_trace_here() -> None:
    seen: list[int] = []

    def work() -> Iterator[tuple[int, bool]]:
        for number in range(3):
            seen.append(number)
            yield number, os.getpid() == parent

    parent = os.getpid()
    with streamed(work, is_apart=True) as found:
        assert list(found) == [(0, False), (1, False), (2, False)]
    assert seen == []


def test_who_waits_is_called_while_a_copy_works() -> None:
    def work() -> Iterator[int]:
        time.sleep(0.7)
        yield 1

    waited: list[None] = []
    with streamed(work, is_apart=True, on_wait=lambda: waited.append(None)) as found:
        assert list(found) == [1]
    assert waited


def test_an_error_is_raised_where_the_result_is_asked_for() -> None:
    def fail() -> int:
        raise StoreError("full", hint="free space")

    with pytest.raises(StoreError, match="full") as caught:
        apart(fail)()
    assert caught.value.hint == "free space"


def test_a_killed_copy_is_told_as_such() -> None:
    with pytest.raises(XrefError, match="killed"):
        apart(lambda: os._exit(9))()
