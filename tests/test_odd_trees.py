"""Trees that are old, partial or odd: what is there is read, what is not is a gap."""

from pathlib import Path

import pytest

from tests.resolve.playing import HEADERS, calls, played, reached
from tests.trees import open_tree, write_tree
from xref.parse.conflicts import merged
from xref.pipeline import IndexOptions, index, open_program
from xref.resolve.steps import Step
from xref.store.program import IndexedProgram

GO = """
//- v kernel/go.c
#include <linux/kernel.h>
asmlinkage long sys_go(int n) { return helper(n); }
"""


def indexed(
    folder: Path, case: str, files: dict[str, bytes] | None = None, scope: str = "core"
) -> IndexedProgram:
    """A tree of a case and of files as bytes, indexed."""
    root = write_tree(folder / "tree", case)
    for path, data in (files or {}).items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    with open_tree(root, folder / "home") as kernel:
        index(folder / "home", kernel, IndexOptions((scope,), processes=1))
    return open_program(folder / "home", "6.1.0")


HEADER = """
//- v arch/x86/include/asm/unistd_64.h
#ifndef __SYSCALL
#define __SYSCALL(a, b)
#endif
#define __NR_read				0
__SYSCALL(__NR_read, sys_read)
#define __NR_go					41
__SYSCALL(__NR_go, sys_go)
"""
MERGED = HEADER.replace("arch/x86/include/asm", "include/asm-x86")
SEPARATE = HEADER.replace("arch/x86/include/asm/unistd_64", "include/asm-x86_64/unistd")


@pytest.mark.parametrize("header", [HEADER, MERGED, SEPARATE])
def test_numbers_of_system_calls_may_stand_in_a_header(
    tmp_path: Path, header: str
) -> None:
    path = played(tmp_path, GO + header, Step("go", ("1",), ""))
    assert path.number == 41


def test_entries_of_system_calls_may_stand_in_assembly(tmp_path: Path) -> None:
    table = """
//- v arch/x86/include/asm/unistd_32.h
#define __NR_restart_syscall 0
#define __NR_go		  2
//- v arch/x86/kernel/syscall_table_32.S
ENTRY(sys_call_table)
	.long sys_restart_syscall	/* 0 - old "setup()" system call */
	.long sys_exit
	.long ptregs_go
"""
    program = indexed(tmp_path, GO + table)
    (row,) = program.syscalls("go")
    assert (row.abi, row.number, row.entry) == ("i386", 2, "ptregs_go")
    assert (row.path, row.line) == ("arch/x86/include/asm/unistd_32.h", 2)


@pytest.mark.parametrize("entry", ["sys_go", "__x64_sys_go", "__x64_sys_go/ptregs"])
def test_entries_of_system_calls_are_called_as_their_functions(
    tmp_path: Path, entry: str
) -> None:
    table = f"""
//- v arch/x86/entry/syscalls/syscall_64.tbl
7\t64\tgo\t\t\t{entry}
8\tx32\tstop\t\t\t__x32_compat_sys_stop
"""
    program = indexed(tmp_path, GO + table)
    assert [row.entry for row in program.syscalls("go")] == ["sys_go"]
    assert [row.entry for row in program.syscalls("stop")] == ["compat_sys_stop"]


@pytest.mark.parametrize("folder", ["asm-x86", "asm-x86_64", "asm-i386", "asm-generic"])
def test_headers_of_an_architecture_may_stand_beside_the_others(
    tmp_path: Path, folder: str
) -> None:
    program = indexed(
        tmp_path,
        f"""
//- v include/{folder}/bits.h
static inline int helper(int n) {{ return n; }}
//- v kernel/go.c
#include <asm/bits.h>
asmlinkage long sys_go(int n) {{ return helper(n); }}
""",
    )
    (function,) = program.functions("helper")
    assert function.path == f"include/{folder}/bits.h"


def test_a_tree_without_headers_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    case = """
//- v net/socket.c
#include <linux/net.h>
static const struct net_proto_family *net_families[NPROTO];
asmlinkage long sys_socket(int family, int type, int protocol)
{
	struct socket *sock = sock_alloc();
	const struct net_proto_family *pf = rcu_dereference(net_families[family]);

	return pf->create(sock, protocol) + sock->ops->bind(sock);
}
"""
    path = played(tmp_path, case, Step("socket", ("2", "1", "0"), ""))
    assert "sock_alloc" in reached(path)
    assert {gap.expression for gap in path.unresolved} == {
        "pf->create",
        "sock->ops->bind",
    }


def test_bytes_of_other_times_are_read(tmp_path: Path) -> None:
    files = {
        "kernel/empty.c": b"",
        "kernel/blank.c": b"\n\f\n\x1a",
        "kernel/latin.c": b"/* M\xfcller */\nint latin(void)\n{\n\treturn own(1);\n}\n",
        "kernel/lines.c": b"int lines(int a)\r\n{\r\n\treturn own(a);\r\n}\r\n",
        "kernel/mark.c": b"\xef\xbb\xbfint mark(void)\n{\n\treturn own(2);\n}\n",
        "kernel/kr.c": b"int kr(p, n)\n\tchar *p;\n\tint n;\n{\n\treturn own(n);\n}\n",
        "kernel/last.c": b"int last(void) { return own(3); } /* no end",
        "kernel/noise.c": bytes(range(256)) * 16,
        "kernel/zeros.c": bytes(4096),
    }
    program = indexed(tmp_path, HEADERS, files)
    callers = {each.function.name for each in program.callers("own")}
    assert callers == {"latin", "lines", "mark", "kr", "last"}
    (function,) = program.functions("lines")
    assert (function.line, function.end_line) == (1, 4)


def test_what_a_link_leads_to_is_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.c").write_text("int secret(void) { return 1; }\n")
    root = write_tree(tmp_path / "tree", HEADERS + GO)
    (root / "net").symlink_to(outside)
    (root / "kernel/secret.c").symlink_to(outside / "secret.c")
    (root / "mm").mkdir()
    (root / "mm/.git").write_text("gitdir: ../.git/modules/mm\n")
    path = played(tmp_path, HEADERS + GO, Step("go", ("1",), ""))
    assert reached(path) == {"sys_go", "helper"}
    with open_tree(root, tmp_path / "home") as kernel:
        index(tmp_path / "home", kernel, IndexOptions(("all",), processes=1))
    assert open_program(tmp_path / "home", "6.1.0").functions("secret") == ()


def test_calls_of_an_old_table_are_bound(tmp_path: Path) -> None:
    case = """
//- v net/old.c
#include <linux/kernel.h>
struct ops { int (*go)(int n); };
static int one_go(int n) { return 1; }
static int two_go(int n) { return 2; }
static struct ops table[] = { { go: one_go }, { go: two_go } };
asmlinkage long sys_go(n)
	int n;
{
	return table[n].go(n);
}
"""
    path = played(tmp_path, case, Step("go", ("1",), ""))
    assert calls(path) == {"sys_go: table[n].go": "bound: two_go"}


CONFLICT = """
//- v net/go.c
#include <linux/kernel.h>
struct ops { int (*run)(int n); };
static int ours(int n) { return 1; }
static int theirs(int n) { return 2; }
static struct ops o = { .run = ours }, t = { .run = theirs };
SYSCALL_DEFINE1(go, int, n)
{
OPEN HEAD
	if (n) {
		o.run(n);
MIDDLE
	if (n | 1) {
		t.run(n);
CLOSE 34de6d11a83a (another side)
	}
	return 0;
}
"""


def test_both_sides_of_a_conflict_that_was_left_are_read(tmp_path: Path) -> None:
    code = CONFLICT
    for word, letter in (("OPEN", "<"), ("MIDDLE", "="), ("CLOSE", ">")):
        code = code.replace(word, letter * 7)
    path = played(tmp_path, code, Step("go", ("1",), ""))
    assert calls(path) == {
        "sys_go: o.run": "bound: ours",
        "sys_go: t.run": "bound: theirs",
    }


@pytest.mark.parametrize(
    "text", ["/*\n=======\n*/\n", "<<<<<<< HEAD\nint a;\n", "a\n>>>>>>> b\n"]
)
def test_what_is_no_whole_conflict_stays_as_it_is(text: str) -> None:
    assert merged(text.encode()) == text.encode()
