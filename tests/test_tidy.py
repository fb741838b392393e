"""The rules of ARCHITECTURE.md about the code itself, each as a test."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "xref"
STAGES = {
    "sources",
    "parse",
    "extract",
    "store",
    "link",
    "resolve",
    "analyse",
    "present",
}
PURE = {"parse", "extract", "link", "resolve", "analyse", "present"}
JOINING = {"pipeline", "cli"}
FOREIGN = {
    "git": {"sources"},
    "sqlite3": {"store"},
    "sqlite_utils": {"store"},
    "tree_sitter": {"parse", "extract"},
    "tree_sitter_c": {"parse", "extract"},
    "click": {"cli"},
    "rich": {"cli"},
    "distributed": {"pipeline"},
}
"""Which stage alone may know a library."""
WORLD = {
    "datetime",
    "glob",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "shutil",
    "socket",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib",
}
"""Modules through which a pure stage could touch the world."""
ALLOWED_WORLD = {
    ("present/as_table.py", "io"),  # a page in memory, for the csv module
}
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 400
NAMES_THAT_EXPLAIN_NOTHING = {"utils", "helpers", "common", "base", "manager", "misc"}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(path: Path) -> Iterator[str]:
    """Full names of the modules that a module reads, also those for types only."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def part_of(path: Path) -> str:
    """The stage, or other top module, that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def modules(*parts: str) -> list[Path]:
    return [path for path in MODULES if part_of(path) in parts]


def names_called(path: Path) -> set[str]:
    """Plain names that a module calls."""
    return {
        node.func.id
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def label(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def test_stages_do_not_read_each_other() -> None:
    faults = []
    for path in modules(*STAGES):
        parts = {n.split(".")[1] for n in imports_of(path) if n.startswith("xref.")}
        others = parts & ((STAGES | JOINING) - {part_of(path)})
        faults += [(label(path), other) for other in sorted(others)]
    assert not faults


def test_pure_stages_touch_nothing() -> None:
    faults = []
    for path in modules(*PURE):
        used = {name.split(".")[0] for name in imports_of(path)} & WORLD
        used |= names_called(path) & {"open", "print", "input", "exec", "eval"}
        faults += [(label(path), name) for name in used]
    assert not set(faults) - ALLOWED_WORLD


def test_a_library_is_known_to_its_stages_only() -> None:
    faults = []
    for path in MODULES:
        for name in imports_of(path):
            owners = FOREIGN.get(name.split(".")[0], {part_of(path)})
            if part_of(path) not in owners:
                faults.append((label(path), name))
    assert not faults


def test_only_the_command_line_prints_and_exits() -> None:
    faults = [
        label(path)
        for path in MODULES
        if part_of(path) != "cli" and names_called(path) & {"print", "exit", "quit"}
    ]
    assert not faults


def test_no_module_reads_itself_through_others() -> None:
    names = {_module_name(path): path for path in MODULES}
    graph = {
        name: sorted({*imports_of(path)} & {*names} - {name})
        for name, path in names.items()
    }
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way, name))
        if name not in done:
            for other in graph[name]:
                visit(other, (*way, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def test_modules_are_short() -> None:
    lines = {label(path): path.read_text("utf-8").count("\n") for path in MODULES}
    assert not {name: n for name, n in lines.items() if n > MOST_LINES}


def test_names_of_modules_explain_something() -> None:
    assert not {path.stem for path in MODULES} & NAMES_THAT_EXPLAIN_NOTHING


@pytest.mark.parametrize(
    "path", [PACKAGE / "records.py", PACKAGE / "answers.py"], ids=label
)
def test_records_are_frozen_and_have_no_methods(path: Path) -> None:
    for node in tree_of(path).body:
        if not isinstance(node, ast.ClassDef) or node.bases:
            continue
        decorators = [ast.unparse(item) for item in node.decorator_list]
        assert "dataclass(frozen=True, slots=True)" in decorators, node.name
        methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
        for method in methods:
            assert [ast.unparse(d) for d in method.decorator_list] == ["property"]


def test_every_error_is_one_of_ours() -> None:
    tree = tree_of(PACKAGE / "errors.py")
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    bases = {node.name: ast.unparse(node.bases[0]) for node in classes}
    assert bases.pop("XrefError") == "Exception"
    assert set(bases.values()) == {"XrefError"}


IDENTIFIER = re.compile(r"[A-Za-z_]\w{3,}")
DEFINITION = re.compile(
    r"^(?!\s|#|typedef|struct \w+ \{)[\w\s*]*?\b([a-z_]\w{3,})\([^;]*$", re.MULTILINE
)
OBJECT = re.compile(r"^static (?:const )?struct \w+ (\w+)\b", re.MULTILINE)


def kernel_names() -> frozenset[str]:
    """Functions and objects that the mini kernel defines, idioms left out."""
    found: set[str] = set()
    for path in sorted((ROOT / "data" / "mini-kernel").rglob("*.[ch]")):
        text = path.read_text(encoding="utf-8")
        found.update(DEFINITION.findall(text))
        found.update(OBJECT.findall(text))
    return frozenset(found) - idioms()


def idioms() -> frozenset[str]:
    """Names that lexicon and models explain: macros and helpers of all kernels."""
    words: set[str] = set()
    for name in ("lexicon.toml", "models.toml"):
        path = ROOT / "data" / name
        words.update(IDENTIFIER.findall(path.read_text(encoding="utf-8")))
    return frozenset(words)


ANSWERS = frozenset(
    """
    inet_create inet_stream_connect inet_dgram_connect inet_stream_ops
    inet_dgram_ops inetsw_array inet_family_ops tcp_v4_connect tcp_v4_init_sock
    tcp_prot udp_prot ipv4_specific ip_queue_xmit tcp_connect unix_stream_ops
    packet_ops unix_create socket_file_ops sock_register proto_register sock_map_fd
    sock_alloc_file net_families
    """.split()  # noqa: SIM905 - one word a place reads best
)
"""Functions and objects of Linux that answers consist of."""


def strings_of(path: Path) -> Iterator[str]:
    """The strings of a module that are no documentation."""
    documentation = {
        id(node.value)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Constant) and id(node) not in documentation:
            yield str(node.value)


def test_logic_names_nothing_of_a_kernel() -> None:
    faults = []
    for path in MODULES:
        words = {w for text in strings_of(path) for w in IDENTIFIER.findall(text)}
        names = ANSWERS | (kernel_names() if part_of(path) in STAGES else frozenset())
        faults += [(label(path), word) for word in sorted(words & names)]
    assert not faults


def test_a_scenario_says_what_user_space_does_and_no_more() -> None:
    for path in (ROOT / "data" / "scenarios").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        scenario = tomllib.loads(text)
        assert set(scenario) <= {"title", "call"}
        for call in scenario["call"]:
            assert set(call) <= {"name", "names", "arguments", "returns"}
        assert not set(IDENTIFIER.findall(text)) & (ANSWERS | kernel_names())


@pytest.mark.parametrize("name", ["lexicon.toml", "models.toml"])
def test_idioms_are_no_answers(name: str) -> None:
    text = (ROOT / "data" / name).read_text(encoding="utf-8")
    assert not set(IDENTIFIER.findall(text)) & ANSWERS


def _module_name(path: Path) -> str:
    parts = ("xref", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
