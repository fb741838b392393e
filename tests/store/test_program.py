"""Look-ups of one indexed kernel."""

from typing import TYPE_CHECKING

from xref.records import CallKind, FunctionKind, Parameter
from xref.store.program import IndexedProgram

if TYPE_CHECKING:
    from xref.program import Program


def _asked(program: "Program") -> tuple[str, str, tuple[str, ...]]:
    return program.kernel, program.arch, program.unread


def test_a_program_is_what_others_ask(program: IndexedProgram) -> None:
    assert _asked(program) == ("6.1.0", "x86", ())


def test_functions_and_their_bodies(program: IndexedProgram) -> None:
    (found,) = program.functions("open_it")
    assert (found.path, found.line, found.end_line) == ("kernel/ops.c", 3, 6)
    assert (found.returns, found.static, found.kind) == ("int", False, "function")
    assert found.parameters == (Parameter("a", "int"),)
    assert program.function(found.id) is found
    body = program.body(found.id)
    assert body == [["return", ["call", ["n", "TWICE"], [["n", "a"]], 5], 5]]
    assert program.functions("nowhere") == ()


def test_a_system_call_by_any_of_its_names(program: IndexedProgram) -> None:
    (found,) = program.functions("sys_touch")
    assert found.kind is FunctionKind.SYSCALL
    assert program.functions("__x64_sys_touch") == (found,)
    assert program.functions("__do_sys_touch") == (found,)
    (row,) = program.syscalls("touch")
    assert (row.arch, row.abi, row.number, row.entry, row.line) == (
        "x86",
        "common",
        7,
        "sys_touch",
        2,
    )
    assert program.syscall_names() == ("sys_touch",)


def test_macros(program: IndexedProgram) -> None:
    (found,) = program.macros("TWICE")
    assert (found.parameters, found.form, found.text) == (("x",), "expr", "((x) + (x))")
    assert program.macro_body(found.id) == ["op", "+", ["n", "x"], ["n", "x"]]
    (other,) = program.macros("AGAIN")
    assert other.parameters is None
    assert program.functions("TWICE") == ()


def test_objects_with_definitions_first(program: IndexedProgram) -> None:
    found = program.objects("my_ops")
    assert [(o.path, o.extern, o.type) for o in found] == [
        ("kernel/ops.c", False, "struct ops"),
        ("include/linux/ops.h", True, "struct ops"),
    ]
    assert program.init(found[0].id)[0] == "init"
    assert program.init(found[1].id) == []
    assert program.pick(found, "kernel/ops.c")[0] is found[0]


def test_structs_typedefs_constants_and_prototypes(program: IndexedProgram) -> None:
    (struct,) = program.structs("struct ops")
    assert [(f.name, f.type) for f in struct.fields] == [
        ("open", "int (*)(int)"),
        ("", "union ops::1"),
    ]
    (typedef,) = program.typedefs("thing_t")
    assert typedef.type == "struct thing *"
    assert [c.value for c in program.constants("FIRST")] == [["i", 3]]
    (prototype,) = program.prototypes("open_it")
    assert (prototype.path, prototype.returns) == ("include/linux/ops.h", "int")


def test_a_function_that_a_macro_defines(program: IndexedProgram) -> None:
    (found,) = program.functions("get_open")
    assert (found.path, found.line, found.macro) == (
        "kernel/ops.c",
        21,
        "DEFINE_GETTER",
    )
    assert found.parameters == (Parameter("a", "int"),)
    call = ["call", ["n", "open_it"], [["n", "a"]], 21]
    assert program.body(found.id) == [["return", call, 21]]
    (called,) = program.calls_of(found.id)
    assert [target.name for target in called.targets] == ["open_it"]
    assert [caller.function for caller in program.callers("open_it")] == [
        program.function(program.macros("AGAIN")[0].id),
        found,
    ]


def test_callers_and_how_many(program: IndexedProgram) -> None:
    found = program.callers("enter")
    assert [(c.function.name, c.line) for c in found] == [("start", 10), ("use", 13)]
    assert program.fan_in("enter") == 2
    assert program.fan_in("nowhere") == 0


def test_calls_in_reading_order(program: IndexedProgram) -> None:
    (use,) = program.functions("use")
    found = program.calls_of(use.id)
    assert [(c.line, c.kind, c.callee, c.grade) for c in found] == [
        (13, CallKind.DIRECT, "enter", "exact"),
        (14, CallKind.MEMBER, "ops.open", "slot"),
        (14, CallKind.DIRECT, "AGAIN", "exact"),
    ]
    assert [t.name for t in found[1].targets] == ["open_it"]
    assert found[1].expression == "t->ops->open"
    (macro,) = program.macros("AGAIN")
    (through,) = program.calls_of(macro.id)
    assert (through.callee, [t.name for t in through.targets]) == (
        "open_it",
        ["open_it"],
    )


def test_slots(program: IndexedProgram) -> None:
    (target,) = program.slot_targets("ops", "open")
    assert (target.function.name, target.object) == ("open_it", "my_ops")
    assert (target.path, target.line, target.form) == ("kernel/ops.c", 8, "initializer")
    assert [t.function.name for t in program.slot_targets("ops", "close")] == [
        "close_it"
    ]
    assert program.slot_open("ops", "open") == ()
    (store,) = program.slot_stores("ops", "open")
    assert (store.function, store.value) == (None, ["n", "open_it"])
    (site,) = program.site_targets(program.functions("use")[0].id, 14)
    assert (site.slot, site.grade, site.function.name) == (
        "ops.open",
        "slot",
        "open_it",
    )


def test_stores_into_globals_and_mentions_of_them(program: IndexedProgram) -> None:
    (store,) = program.stores_to_global("table")
    assert store.function is not None
    assert (store.function.name, store.line) == ("enter", 9)
    assert store.value == ["p", "struct ops *", "ops", 0]
    assert [f.name for f in program.mentions("my_ops")] == ["start"]


def test_answers_are_remembered(program: IndexedProgram) -> None:
    assert program.remembered("key") is None
    program.remember("key", {"a": [1, None]})
    assert program.remembered("key") == {"a": [1, None]}
