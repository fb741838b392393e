"""The order of lists that are filled before the scenario begins."""

from pathlib import Path

import pytest

from tests.resolve.playing import calls, played
from xref.resolve.steps import ANYTHING, Step

CORE = """
//- v include/net/row.h
#include <linux/kernel.h>
struct row {
	struct list_head list;
	int protocol;
	int fixed;
	int (*run)(void);
};
void row_register(struct row *row);
//- v net/a_soft.c
#include <net/row.h>
static int soft_run(void) { return 1; }
static struct row soft = { .protocol = 58, .fixed = 0, .run = soft_run };
static int __init soft_init(void) { row_register(&soft); return 0; }
//- v net/b_hard.c
#include <net/row.h>
static int hard_run(void) { return 2; }
static struct row hard = { .protocol = 17, .fixed = 1, .run = hard_run };
static int __init hard_init(void) { row_register(&hard); return 0; }
//- v net/c_hard.c
#include <net/row.h>
static int last_run(void) { return 3; }
static struct row last = { .protocol = 33, .fixed = 1, .run = last_run };
static int __init last_init(void) { row_register(&last); return 0; }
//- v net/core.c
#include <net/row.h>
static struct list_head head;
SYSCALL_DEFINE1(go, int, protocol)
{
	struct row *answer;

	list_for_each_entry(answer, &head, list) {
		if (protocol == answer->protocol)
			break;
		if (protocol == 0)
			break;
	}
	return answer->run();
}
"""
AT_THE_FRONT = """
void row_register(struct row *row)
{
	list_add(&row->list, &head);
}
"""
BEHIND_THE_FIXED = """
void row_register(struct row *row)
{
	struct list_head *last = &head;
	struct list_head *lh;
	struct row *known;

	list_for_each(lh, &head) {
		known = container_of(lh, struct row, list);
		if (known->fixed == 0)
			break;
		last = lh;
	}
	list_add(&row->list, last);
}
"""


@pytest.mark.parametrize(("protocol", "run"), [("17", "hard"), ("58", "soft")])
def test_a_key_chooses_its_row_wherever_it_stands(
    tmp_path: Path, protocol: str, run: str
) -> None:
    path = played(tmp_path, CORE + AT_THE_FRONT, Step("go", (protocol,), ""))
    assert calls(path) == {"sys_go: answer->run": f"bound: {run}_run"}


def test_who_enters_first_is_not_known_of_two_files(tmp_path: Path) -> None:
    path = played(tmp_path, CORE + AT_THE_FRONT, Step("go", ("0",), ""))
    every = "bound: hard_run, last_run, soft_run"
    assert calls(path) == {"sys_go: answer->run": every}


@pytest.mark.parametrize(
    ("protocol", "runs"),
    [("0", "hard_run, last_run"), ("17", "hard_run"), ("33", "last_run")],
)
def test_code_that_enters_rows_in_an_order_of_its_own_is_played(
    tmp_path: Path, protocol: str, runs: str
) -> None:
    path = played(tmp_path, CORE + BEHIND_THE_FIXED, Step("go", (protocol,), ""))
    told = calls(path)["sys_go: answer->run"]
    assert told.startswith("bound: ")
    assert set(told[7:].split(", ")) <= set(runs.split(", "))


SPLICED = """
//- v net/queue.c
#include <linux/kernel.h>
static inline void list_splice_init(struct list_head *list, struct list_head *head) { }
#define list_for_each_entry_safe(pos, n, head, member) \\
	for (pos = NULL, n = NULL; &pos->member != (head); pos = n)
struct item { struct list_head link; int (*run)(void); };
struct queue { struct task *owner; struct list_head ready; };
struct task { int (*leave)(void); };
static int red(void) { return 1; }
static void take(struct queue *queue, struct list_head *own)
{
	list_splice_init(&queue->ready, own);
}
SYSCALL_DEFINE1(go, int, kind)
{
	struct queue *queue = kmalloc(sizeof(*queue), 0);
	struct item *item = kmalloc(sizeof(*item), 0), *next;
	struct list_head own;

	item->run = red;
	list_add(&item->link, &queue->ready);
	take(queue, &own);
	list_for_each_entry_safe(item, next, &own, link)
		item->run();
	return 0;
}
"""


def test_what_is_on_a_list_goes_over_to_another(tmp_path: Path) -> None:
    path = played(tmp_path, SPLICED, Step("go", ("1",), ""))
    assert calls(path) == {"sys_go: item->run": "bound: red"}


TAPS = """
//- v include/net/tap.h
#include <linux/kernel.h>
typedef unsigned short __u16;
typedef __u16 __be16;
#define __swab16(x) (__u16)(__builtin_constant_p(x) ? \\
	((__u16)(((x) & 0x00ff) << 8 | ((x) & 0xff00) >> 8)) : __fswab16(x))
static inline __u16 __fswab16(__u16 val) { return __arch_swab16(val); }
#define htons(x) ((__be16)__swab16((__u16)(x)))
struct tap {
	__be16 type;
	int (*func)(int);
	struct list_head list;
};
struct owner { int state; struct tap hook; };
void tap_add(struct tap *tap);
//- v net/core.c
#include <net/tap.h>
static struct list_head all;
static struct list_head base[16];
static struct list_head *head_of(const struct tap *tap)
{
	if (tap->type == htons(0x0003))
		return &all;
	return &base[htons(tap->type) & 15];
}
void tap_add(struct tap *tap)
{
	list_add(&tap->list, head_of(tap));
}
SYSCALL_DEFINE1(go, int, n)
{
	struct tap *tap;

	list_for_each_entry(tap, &all, list)
		tap->func(n);
	return 0;
}
SYSCALL_DEFINE1(arrive, int, n)
{
	struct tap *tap;

	list_for_each_entry(tap, &base[n], list)
		tap->func(n);
	return 0;
}
//- v net/ip.c
#include <net/tap.h>
static int ip_in(int n) { return 4; }
static struct tap ip_tap = { .type = htons(0x0800), .func = ip_in };
static int __init ip_start(void) { tap_add(&ip_tap); return 0; }
//- v net/arp.c
#include <net/tap.h>
static int arp_in(int n) { return 1; }
static struct tap arp_tap = { .type = htons(0x0806), .func = arp_in };
static int __init arp_start(void) { tap_add(&arp_tap); return 0; }
//- v net/watch.c
#include <net/tap.h>
static int watch_in(int n) { return 9; }
static struct tap watcher = { .type = htons(0x0003), .func = watch_in };
static int __init watch_start(void) { tap_add(&watcher); return 0; }
"""
SOCKETS = """
//- v net/sockets.c
#include <net/tap.h>
static int socket_in(int n) { return 7; }
static struct owner *owner_of(void *sk) { return sk; }
void hook_up(void *sk)
{
	struct owner *o = owner_of(sk);

	o->hook.func = socket_in;
	tap_add(&o->hook);
}
"""
BOARDS = """
//- v net/board.c
#include <net/tap.h>
struct board { int id; struct list_head taps; };
static struct list_head spare;
static int board_in(int n) { return 7; }
static struct tap board_tap = { .func = board_in };
static int spare_in(int n) { return 8; }
static struct tap spare_tap = { .func = spare_in };
static int __init board_start(void)
{
	list_add(&spare_tap.list, &spare);
	return 0;
}
void plug(struct board *b)
{
	list_add(&board_tap.list, &b->taps);
}
struct board *board_of(int n);
SYSCALL_DEFINE1(poll, int, n)
{
	struct board *b = board_of(n);
	struct tap *tap, *own;

	list_for_each_entry(tap, &spare, list)
		tap->func(n);
	list_for_each_entry(own, &b->taps, list)
		own->func(n);
	return 0;
}
"""


def test_a_number_in_the_order_of_the_network_chooses_the_list(tmp_path: Path) -> None:
    path = played(tmp_path, TAPS, Step("go", ("1",), ""))
    assert calls(path) == {"sys_go: tap->func": "bound: watch_in"}


@pytest.mark.parametrize(("row", "run"), [("0", "ip_in"), ("6", "arp_in")])
def test_and_the_row_of_an_array_of_lists(tmp_path: Path, row: str, run: str) -> None:
    path = played(tmp_path, TAPS, Step("arrive", (row,), ""))
    assert calls(path) == {"sys_arrive: tap->func": f"bound: {run}"}


def test_a_row_that_is_not_known_is_any_of_the_lists(tmp_path: Path) -> None:
    path = played(tmp_path, TAPS, Step("arrive", (ANYTHING,), ""))
    assert calls(path) == {"sys_arrive: tap->func": "bound: arp_in, ip_in"}


def test_what_is_not_known_on_a_list_is_nothing_known_on_others(tmp_path: Path) -> None:
    path = played(tmp_path, TAPS + SOCKETS, Step("go", ("1",), ""))
    assert calls(path) == {"sys_go: tap->func": "slot: socket_in, watch_in"}
    # The watcher's store is no reason for the others.
    assert [edge.why for edge in path.edges if edge.expression] == [()] * 2


def test_nor_what_is_on_a_list_that_is_not_known(tmp_path: Path) -> None:
    path = played(tmp_path, TAPS + BOARDS, Step("poll", (ANYTHING,), ""))
    assert calls(path) == {
        "sys_poll: tap->func": "bound: spare_in",
        "sys_poll: own->func": "slot: arp_in, board_in, ip_in, watch_in",
    }
