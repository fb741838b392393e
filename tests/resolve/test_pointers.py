"""Pointer calls whose source is near: arguments, locals, macros, members."""

from pathlib import Path

from tests.resolve.playing import calls, played, reached
from xref.resolve.steps import Step

CASE = """
//- v kernel/a.c
#include <linux/kernel.h>
struct sock_common { const struct proto *skc_prot; };
struct sock { struct sock_common __sk_common;
#define sk_prot __sk_common.skc_prot
	int state; };
struct inet_sock { struct sock sk; int port; };
struct outer { int first; struct inet_sock inner; };
struct proto { int (*connect)(struct sock *sk); };
static int tcp(struct sock *sk) { return 0; }
static int udp(struct sock *sk) { return 0; }
static const struct proto tcp_proto = { .connect = tcp };
static const struct proto udp_proto = { .connect = udp };
BODY
"""


def answer(folder: Path, body: str) -> dict[str, str]:
    return calls(played(folder, CASE.replace("BODY", body)))


def test_a_macro_that_names_a_field(tmp_path: Path) -> None:
    body = """
SYSCALL_DEFINE0(go)
{
	struct sock *sk = kmalloc(8, 0);

	sk->sk_prot = &tcp_proto;
	return sk->sk_prot->connect(sk);
}"""
    assert answer(tmp_path, body) == {"sys_go: sk->sk_prot->connect": "bound: tcp"}


def test_a_struct_found_again_around_its_member(tmp_path: Path) -> None:
    body = """
static int inner(struct sock *sk)
{
	struct outer *o = container_of(sk, struct outer, inner.sk);

	return READ_ONCE(o->inner.sk.sk_prot)->connect(sk);
}
SYSCALL_DEFINE0(go)
{
	struct outer *o = kmalloc(8, 0);

	o->inner.sk.sk_prot = &udp_proto;
	return inner(&o->inner.sk);
}"""
    found = answer(tmp_path, body)
    assert list(found.values()) == ["bound: udp"]


def test_two_objects_of_one_type_are_told_apart(tmp_path: Path) -> None:
    body = """
static struct sock *make(const struct proto *prot)
{
	struct sock *sk = kmalloc(8, 0);

	sk->sk_prot = prot;
	return sk;
}
SYSCALL_DEFINE0(go)
{
	struct sock *a = make(&tcp_proto);
	struct sock *b = make(&udp_proto);

	return a->sk_prot->connect(a) + b->sk_prot->connect(b);
}"""
    assert answer(tmp_path, body) == {
        "sys_go: a->sk_prot->connect": "bound: tcp",
        "sys_go: b->sk_prot->connect": "bound: udp",
    }


def test_a_function_handed_on_as_an_argument(tmp_path: Path) -> None:
    body = """
static int each(int (*fn)(struct sock *), struct sock *sk) { return fn(sk); }
SYSCALL_DEFINE0(go)
{
	return each(udp, NULL);
}"""
    assert answer(tmp_path, body) == {"each: fn": "local: udp"}


def test_candidates_that_a_macro_names(tmp_path: Path) -> None:
    body = """
#define likely(x) (x)
#define CALL_1(f, f1, ...) \\
	({ typeof(f) __f1 = (f); \\
	   likely(__f1 == f1) ? f1(__VA_ARGS__) : __f1(__VA_ARGS__); })
SYSCALL_DEFINE0(go)
{
	struct sock *sk = kmalloc(8, 0);

	sk->sk_prot = &tcp_proto;
	return CALL_1(sk->sk_prot->connect, tcp, sk);
}"""
    assert answer(tmp_path, body) == {"sys_go: sk->sk_prot->connect": "bound: tcp"}


def test_candidates_beside_a_pointer_that_is_read_once(tmp_path: Path) -> None:
    body = """
#define CALL_1(f, f1, ...) ((f) == f1 ? f1(__VA_ARGS__) : (f)(__VA_ARGS__))
struct dst { int (*output)(struct sock *sk); };
struct dst *dst_of(struct sock *sk);
static int out(struct sock *sk) { return 0; }
static int use(struct dst *dst, struct sock *sk)
{
	return CALL_1(READ_ONCE(dst->output), out, sk);
}
SYSCALL_DEFINE0(go)
{
	struct sock *sk = kmalloc(8, 0);

	sk->sk_prot = &tcp_proto;
	return use(dst_of(sk), sk);
}"""
    path = played(tmp_path, CASE.replace("BODY", body))
    assert calls(path) == {"use: dst->output": "named: out"}


def test_what_a_row_leaves_null_is_none_of_the_named_candidates(tmp_path: Path) -> None:
    body = """
#define CALL_1(f, f1, ...) ((f) == f1 ? f1(__VA_ARGS__) : (f)(__VA_ARGS__))
struct row { int (*late)(int n); int (*now)(int n); };
struct own { int (*late)(int n); };
static int near_late(int n) { return n; }
static int near_now(int n) { return n; }
static const struct row near = { .late = near_late, .now = near_now };
static const struct row bare = { .now = near_now };
static int use(const struct row *row)
{
	struct own *o = kmalloc(sizeof(*o), 0);

	o->late = row->late;
	return CALL_1(o->late, near_late, row->now(1));
}
SYSCALL_DEFINE0(go) { return use(&near); }
SYSCALL_DEFINE0(other) { return use(&bare); }"""
    code = CASE.replace("BODY", body)
    bound = {"use: row->now": "bound: near_now"}
    path = played(tmp_path, code)
    assert calls(path) == bound | {"use: o->late": "bound: near_late"}
    path = played(tmp_path / "other", code, Step("other", (), ""))
    assert calls(path) == bound
    assert [(u.expression, u.reason) for u in path.unresolved] == [
        ("o->late", "the pointer is null here")
    ]


def test_a_slot_of_an_unknown_object_keeps_all_its_targets(tmp_path: Path) -> None:
    body = """
SYSCALL_DEFINE1(go, struct sock *, sk)
{
	return sk->sk_prot->connect(sk);
}"""
    found = answer(tmp_path, body)
    assert found == {"sys_go: sk->sk_prot->connect": "slot: tcp, udp"}


def test_recursion_ends(tmp_path: Path) -> None:
    body = """
static int down(struct sock *sk, int n) { return n ? down(sk, n - 1) : 0; }
SYSCALL_DEFINE1(go, int, n)
{
	return down(kmalloc(8, 0), n);
}"""
    path = played(tmp_path, CASE.replace("BODY", body))
    assert "down" in reached(path)


def test_every_edge_joins_nodes_of_the_answer(tmp_path: Path) -> None:
    path = played(tmp_path, CASE.replace("BODY", "SYSCALL_DEFINE0(go) { return 0; }"))
    known = {node.id for node in path.nodes}
    assert all({edge.source, edge.target} <= known for edge in path.edges)
    assert path.nodes[0].name == "sys_go"


def test_a_variable_that_a_class_macro_declares(tmp_path: Path) -> None:
    body = """
#define CLASS(_name, var) \\
	class_##_name##_t var = class_##_name##_constructor
typedef struct sock *class_made_t;
static struct sock *class_made_constructor(const struct proto *prot)
{
	struct sock *sk = kmalloc(8, 0);

	sk->sk_prot = prot;
	return sk;
}
SYSCALL_DEFINE0(go)
{
	CLASS(made, sk)(&udp_proto);

	return sk->sk_prot->connect(sk);
}"""
    assert answer(tmp_path, body) == {"sys_go: sk->sk_prot->connect": "bound: udp"}


def test_a_guard_is_a_class_that_another_macro_names(tmp_path: Path) -> None:
    body = """
#define CLASS(_name, var) \\
	class_##_name##_t var = class_##_name##_constructor
#define guard(_name) CLASS(_name, __UNIQUE_ID(guard))
#define guard_ptr(_name) class_##_name##_lock_ptr
typedef struct sock *class_lock_t;
static struct sock *class_lock_constructor(struct sock *sk)
{
	sk->sk_prot = &udp_proto;
	return sk;
}
static void *class_lock_lock_ptr(struct sock *sk) { return sk; }
SYSCALL_DEFINE0(go)
{
	struct sock *sk = kmalloc(8, 0);

	guard(lock)(sk);
	guard_ptr(lock)(sk);
	return sk->sk_prot->connect(sk);
}"""
    path = played(tmp_path, CASE.replace("BODY", body))
    assert calls(path) == {"sys_go: sk->sk_prot->connect": "bound: udp"}
    assert reached(path) >= {"class_lock_constructor", "class_lock_lock_ptr"}
    assert not path.unresolved


def test_a_type_chooses_what_is_called(tmp_path: Path) -> None:
    body = """
typedef struct { int n; } count_t;
typedef struct { count_t c; } count_spin_t;
#define prop_case(lock, prop) count_##lock##_t: prop_##lock##_##prop
#define prop_of(s, prop) \\
	_Generic(*(s), count_t: prop_##prop, prop_case(spin, prop))
#define prop_ptr(s) prop_of(s, ptr)(s)
static int prop_ptr(count_t *s) { return 1; }
static int prop_spin_ptr(count_spin_t *s) { return 2; }
static int own(count_t *s) { return prop_ptr(s); }
SYSCALL_DEFINE0(go)
{
	count_spin_t s;

	return prop_ptr(&s);
}
SYSCALL_DEFINE0(other) { count_t s; return prop_ptr(&s); }"""
    code = CASE.replace("BODY", body.replace("#define prop_ptr", "#define ptr_of"))
    code = code.replace("return prop_ptr(", "return ptr_of(")
    path = played(tmp_path, code)
    assert "prop_spin_ptr" in reached(path)
    assert "prop_ptr" not in reached(path)
    assert not path.unresolved
    path = played(tmp_path / "other", code, Step("other", (), ""))
    assert "prop_ptr" in reached(path)
    assert "prop_spin_ptr" not in reached(path)


def test_a_name_that_cannot_be_pasted_leaves_what_linking_found(tmp_path: Path) -> None:
    body = """
union hooks { int (*start)(int x); };
struct entry { union hooks hook; };
#define ENTRY_INIT(NAME, f) { .hook = { .NAME = f } }
#define KEY(HOOK, N) hook_key_##HOOK##_##N
#define CALL_ONE(N, R, HOOK, ...) \\
	do { R = static_call(KEY(HOOK, N))(__VA_ARGS__); } while (0);
#define REPEAT(M, ...) UNROLL(COUNT, M, __VA_ARGS__)
#define call_hook(HOOK, ...) ({ int RC; REPEAT(CALL_ONE, RC, HOOK, __VA_ARGS__); RC; })
static int first(int x) { return x; }
static struct entry mine[] = { ENTRY_INIT(start, first) };
SYSCALL_DEFINE1(go, int, x) { return call_hook(start, x); }
//- v include/linux/unroll.h
#define JOIN(a, b) a##b
#define UNROLL(N, M, ...) JOIN(UNROLL_, N)(M, __VA_ARGS__)
"""
    path = played(tmp_path, CASE.replace("BODY", body))
    assert calls(path) == {"sys_go: call_hook(start)": "slot: first"}
    assert [edge.slot for edge in path.edges if edge.expression] == ["hooks.start"]
    once = "{ return call_hook(start, x); }"
    again = "{ while (x) call_hook(start, x); return 0; }"
    path = played(tmp_path / "again", CASE.replace("BODY", body.replace(once, again)))
    assert calls(path) == {"sys_go: call_hook(start)": "slot: first"}


def test_a_condition_on_a_member_tells_objects_apart(tmp_path: Path) -> None:
    """What is done to those of one kind is not done to others that come by."""
    code = """
//- v fs/file.c
#include <linux/kernel.h>
#define KIND_ONE 1
#define KIND_TWO 2
struct ops { int (*act)(void); };
struct file { const struct ops *ops; int kind; };
static int red(void) { return 1; }
static int blue(void) { return 2; }
static int green(void) { return 3; }
static const struct ops reds = { .act = red };
static const struct ops blues = { .act = blue };
static const struct ops greens = { .act = green };
int find_kind(void);
static struct file *make_file(int kind, const struct ops *ops)
{
	struct file *f = kmalloc(sizeof(*f), 0);

	f->kind = kind;
	f->ops = ops;
	return f;
}
static void adapt(struct file *f)
{
	if (f->ops == &blues)
		f->ops = &greens;
}
static int run(struct file *f)
{
	if (f->kind == KIND_TWO)
		return f->ops->act();
	return 0;
}
SYSCALL_DEFINE1(go, int, n)
{
	struct file *one = make_file(KIND_ONE, &reds);
	struct file *two = make_file(KIND_TWO, &blues);
	struct file *any = find_kind() ? one : two;

	adapt(any);
	run(any);
	return one->ops->act();
}
"""
    found = calls(played(tmp_path, code))
    assert found["sys_go: one->ops->act"] == "bound: red"
    assert found["run: f->ops->act"] == "bound: blue, green"


def test_what_a_macro_calls_of_its_user_is_told_where_it_is_used(
    tmp_path: Path,
) -> None:
    body = """
#define LIKELY_CALL(f, f1, ...) \\
	({ typeof(f) __f = (f); __f == f1 ? f1(__VA_ARGS__) : __f(__VA_ARGS__); })
int (*const at_boot)(struct sock *sk) = tcp;
#define BOOT_CALL(sk) at_boot(sk)
static int wide(struct sock *sk)
{
	return LIKELY_CALL(sk->sk_prot->connect, tcp, sk);
}
static int narrow(int (*check)(struct sock *), struct sock *sk)
{
	return LIKELY_CALL(check, udp, sk) + BOOT_CALL(sk);
}
struct table { int (*go)(struct sock *sk); };
static int enter(struct sock *sk) { return wide(sk) + narrow(tcp, sk); }
static const struct table any = { .go = enter };
extern const struct table *tables[];
SYSCALL_DEFINE1(go, int, number)
{
	return tables[number]->go(NULL);
}"""
    path = played(tmp_path, CASE.replace("BODY", body), full=True)
    found = calls(path)
    assert "tcp" in found["wide: sk->sk_prot->connect"]
    assert "tcp" in found["BOOT_CALL: at_boot"]
    assert not [place for place in found if place.startswith("LIKELY_CALL:")]
    assert not [item for item in path.unresolved if item.source.startswith("LIKELY")]


def test_a_macro_is_the_place_that_it_stands_for(tmp_path: Path) -> None:
    body = """
struct pair { struct sock sk; struct sock *peer; };
static inline struct pair *pair_of(const struct sock *sk)
{
	return (struct pair *)sk;
}
#define peer_of(sk) (pair_of(sk)->peer)
#define PEER(a) peer_of(a)
SYSCALL_DEFINE0(go)
{
	struct pair *one = kmalloc(8, 0);
	struct pair *two = kmalloc(8, 0);

	one->sk.sk_prot = &tcp_proto;
	two->sk.sk_prot = &udp_proto;
	PEER(&one->sk) = &two->sk;
	return peer_of(&one->sk)->sk_prot->connect(NULL);
}"""
    found = answer(tmp_path, body)
    assert list(found.values()) == ["bound: udp"]


def test_a_zero_that_was_stored_does_not_decide_alone(tmp_path: Path) -> None:
    body = """
struct holder { int state; struct sock *sk; };
extern void unread(struct holder *h);
static void set(struct holder *h)
{
	h->state = 0;
	unread(h);
}
SYSCALL_DEFINE0(go)
{
	struct holder *h = kmalloc(8, 0);
	struct sock *sk = kmalloc(8, 0);

	sk->sk_prot = &tcp_proto;
	set(h);
	if (h->state)
		return sk->sk_prot->connect(sk);
	return 0;
}"""
    assert answer(tmp_path, body) == {"sys_go: sk->sk_prot->connect": "bound: tcp"}


def test_each_target_says_what_leads_to_it(tmp_path: Path) -> None:
    body = """
SYSCALL_DEFINE1(go, int, how)
{
	struct sock *sk = kmalloc(8, 0);

	if (how)
		sk->sk_prot = &tcp_proto;
	else
		sk->sk_prot = &udp_proto;
	return sk->sk_prot->connect(sk);
}"""
    path = played(tmp_path, CASE.replace("BODY", body))
    told = {
        edge.target.partition("@")[0]: [why.text for why in edge.why]
        for edge in path.edges
        if edge.expression
    }
    assert told == {
        "tcp": ["sk->sk_prot = &tcp_proto", "tcp_proto.connect = tcp"],
        "udp": ["sk->sk_prot = &udp_proto", "udp_proto.connect = udp"],
    }


TABLE = """
//- v include/linux/row.h
typedef int (handler_t)(int a);
handler_t first, second, third;
struct row { handler_t *open; const char *name; };
//- v kernel/b.c
#include <linux/row.h>
int first(int a) { return 1; }
int second(int a) { return 2; }
int third(int a) { return 3; }
//- v kernel/a.c
#include <linux/kernel.h>
#include <linux/row.h>
#define CELL(func) { .open = func, .name = #func }
#define LOW { \\
	CELL(first), \\
	CELL(second), \\
}
#define HIGH { CELL(second), CELL(third), }
static const struct row table[2][2] = {
	LOW,
	HIGH,
};
static const struct row *row_of(int up, int right) { return &table[up][right]; }
SYSCALL_DEFINE0(go)
{
	return row_of(1, 1)->open(5);
}
"""


def test_a_row_that_a_macro_writes_names_a_function_declared_by_a_typedef(
    tmp_path: Path,
) -> None:
    found = calls(played(tmp_path, TABLE))
    assert found == {"sys_go: row_of(1, 1)->open": "bound: third"}
