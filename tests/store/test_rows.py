"""Facts of a blob as rows."""

import json
import zlib

from hypothesis import given
from hypothesis import strategies as st

from tests.link.linking import read
from xref.records import Parameter
from xref.store.rows import (
    COLUMNS,
    BlobRows,
    parameters_as_text,
    parameters_of_text,
    rows_of,
)


def table(rows: BlobRows, name: str) -> list[dict[str, object]]:
    """The rows of a table by column, with names as text."""
    columns = COLUMNS[name]
    cells = [
        [rows.names[int(cell or 0)] for cell in column] if kind == "n" else list(column)
        for (_, kind), column in zip(columns, rows.tables[name], strict=True)
    ]
    return [
        dict(zip((name for name, _ in columns), row, strict=True))
        for row in zip(*cells, strict=True)
    ]


def test_bodies_are_found_in_the_container() -> None:
    rows = rows_of(read("int f(void) { return 1; }\n#define M 2\nint x = 3;\n"))
    code = zlib.decompress(rows.code)
    found = []
    for each in (*table(rows, "function"), *table(rows, "object")):
        start, length = int(str(each["start"])), int(str(each["length"]))
        found.append((each["name"], json.loads(code[start : start + length])))
    assert found == [
        ("f", [["return", ["i", 1], 1]]),
        ("M", ["i", 2]),
        ("x", ["i", 3]),
    ]


def test_the_calls_of_a_function_lie_together() -> None:
    rows = rows_of(
        read(
            "#define M() a()\n"
            "void f(void) { b(); }\n"
            "void g(int (*p)(void)) { p(); c(); }\n"
        )
    )
    calls = {int(str(c["id"])): c["callee"] for c in table(rows, "call")}
    calls |= {int(str(c["id"])): c["text"] for c in table(rows, "pointer_call")}
    by_name = {
        each["name"]: [
            calls[at]
            for at in range(int(str(each["first_call"])), int(str(each["end_call"])))
        ]
        for each in table(rows, "function")
    }
    assert by_name == {"f": ["b"], "g": ["p", "c"], "M": ["a"]}


def test_twins_under_if_own_their_calls() -> None:
    rows = rows_of(
        read("#ifdef A\nvoid f(void) { a(); }\n#else\nvoid f(void) { b(); }\n#endif\n")
    )
    owners = {c["callee"]: c["owner"] for c in table(rows, "call")}
    assert owners == {"a": 0, "b": 1}


def test_stores_are_one_text() -> None:
    rows = rows_of(read("struct s { int (*f)(void); };\nstruct s x = { .f = g };\n"))
    assert isinstance(json.loads(zlib.decompress(rows.stores)), list)


NAMES = st.text("abc_", max_size=4)
TYPES = st.sampled_from(["int", "struct s *", "int (*)(int, char *)", "char *[]", ""])


@given(st.lists(st.builds(Parameter, NAMES, TYPES)))
def test_parameters_come_back(parameters: list[Parameter]) -> None:
    text = parameters_as_text(parameters)
    assert parameters_of_text(text) == tuple(parameters)
