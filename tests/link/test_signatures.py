"""What comes out of a ``void *`` is what the pointer that it is read into may call."""

import pytest

from tests.link.linking import link

MATCH = """
//- v a.c
typedef unsigned int u32;
struct dev { int x; };
struct bus { int x; };
struct match { const char *name; const void *data; };
static int start(struct dev *d, u32 speed) { return 0; }
static int start_bus(struct bus *b, u32 speed) { return 0; }
static int stop(struct dev *d) { return 0; }
static void plain(void *p, unsigned long n) { }
static void stub(void) { }
static int quirks;
static const struct match table[] = {
        { "a", start }, { "b", start_bus }, { "c", stop }, { "d", plain },
        { "e", &quirks }, { "f", stub },
};
"""


@pytest.mark.parametrize(
    ("pointer", "fitting"),
    [
        ("int (*fn)(struct dev *, u32)", {"start", "plain", "stop"}),
        ("int (*fn)(struct dev *)", {"stop"}),
        ("int (*fn)(void *, int)", {"start", "start_bus", "plain", "stop"}),
        ("int (*fn)(long, long, long)", {"start", "start_bus", "plain", "stop"}),
        ("int (*fn)(u32)", set()),
        ("int (*fn)(struct unread_t *, long)", {"plain"}),
        ("int (*fn)(unread_t, u32)", {"start", "start_bus", "plain", "stop"}),
    ],
)
def test_only_what_fits_the_pointer_comes_out(pointer: str, fitting: set[str]) -> None:
    linked = link(
        MATCH
        + f"""
static void use(const struct match *m)
{{
        {pointer} = m->data;
        fn(0);
}}
"""
    )
    assert linked.held_by_local("use", "fn") == fitting | {"stub"}


@pytest.mark.parametrize("pointer", ["int (*fn)()", "int (*fn)(struct dev *, ...)"])
def test_where_the_pointer_tells_nothing_all_comes_out(pointer: str) -> None:
    linked = link(
        MATCH
        + f"""
static void use(const struct match *m)
{{
        {pointer} = m->data;
        fn(0);
}}
"""
    )
    everything = {"start", "start_bus", "stop", "plain", "stub"}
    assert linked.held_by_local("use", "fn") == everything


def test_where_nothing_fits_all_comes_out() -> None:
    linked = link(
        """
//- v a.c
struct match { const void *data; };
static int start(char *name, int speed) { return 0; }
static const struct match table[] = { { start } };
static void use(const struct match *m)
{
        int (*fn)(int) = m->data;
        fn(0);
}
"""
    )
    assert linked.held_by_local("use", "fn") == {"start"}


def test_a_pointer_of_a_type_of_its_own_is_not_looked_into() -> None:
    linked = link(
        """
//- v a.c
struct ops { int (*go)(int); };
static int odd(int a, int b) { return 0; }
static struct ops o = { .go = (int (*)(int))odd };
static void use(struct ops *p)
{
        int (*fn)(int) = p->go;
        fn(0);
}
"""
    )
    assert linked.held_by_local("use", "fn") == {"odd"}


def test_functions_that_macros_write_are_told_apart_by_what_they_are_given() -> None:
    """Such macros hand lists of parameters on as one argument."""
    linked = link(
        """
//- v event.h
#define PARAMS(args...) args
#define PROTO(args...) args
#define EVENT(name, proto) CLASS(name, PARAMS(proto))
#define CLASS(name, proto) \\
static void on_##name(void *data, proto) { }
#define SET(name) static struct entry entry_##name = { .probe = on_##name };
//- v a.c
#include "event.h"
struct sk { int x; };
struct entry { void *probe; };
typedef unsigned char u8;
EVENT(open, PROTO(struct sk *sk, const u8 *address))
EVENT(shut, PROTO(struct sk *sk))
EVENT(sent, PROTO(u8 *address, int length))
static struct entry entries[] = {
        { .probe = on_open }, { .probe = on_shut }, { .probe = on_sent },
};
static void use(struct entry *e)
{
        void (*fn)(void *data, u8 *bytes, int length) = e->probe;
        fn(0, 0, 0);
}
"""
    )
    assert linked.slot("entry.probe") == {"on_open", "on_shut", "on_sent"}
    assert linked.held_by_local("use", "fn") == {"on_sent"}
