"""Rows as table, tsv, csv and JSON."""

import json

from xref.present.as_table import Cell, TableFormat, table_texts

COLUMNS = ("name", "line", "guard")
ROWS: list[tuple[Cell, ...]] = [("b", 7, None), ('say "x"\there', 1024, "A\nB")]


def text_of(form: TableFormat, rows: list[tuple[Cell, ...]] | None = None) -> str:
    return "".join(table_texts(COLUMNS, ROWS if rows is None else rows, form))


def test_a_table_has_numbers_to_the_right() -> None:
    assert text_of(TableFormat.TABLE) == (
        "name          line  guard\n"
        "------------  ----  -----\n"
        "b                7\n"
        'say "x" here  1024  A B\n'
    )


def test_tsv_has_no_quotes_and_one_line_a_row() -> None:
    assert text_of(TableFormat.TSV) == (
        'name\tline\tguard\nb\t7\t\nsay "x" here\t1024\tA B\n'
    )


def test_csv_quotes_what_it_must() -> None:
    assert text_of(TableFormat.CSV) == (
        'name,line,guard\nb,7,\n"say ""x""\there",1024,"A\nB"\n'
    )


def test_json_is_a_list_of_objects() -> None:
    assert json.loads(text_of(TableFormat.JSON)) == [
        {"name": "b", "line": 7, "guard": None},
        {"name": 'say "x"\there', "line": 1024, "guard": "A\nB"},
    ]


def test_no_rows_are_still_an_answer() -> None:
    assert text_of(TableFormat.TSV, []) == "name\tline\tguard\n"
    assert json.loads(text_of(TableFormat.JSON, [])) == []
    assert text_of(TableFormat.TABLE, []).startswith("name  line  guard\n")


def test_a_table_obeys_nothing_and_rules_no_line_of_code() -> None:
    rows = [("\x1b[31mred\x9b", "x" * 300)]
    page = "".join(table_texts(("a\nb", "text"), rows, TableFormat.TABLE))
    head, rule, row = page.splitlines()
    assert head == "a b        text"
    assert rule == "-" * 9 + "  " + "-" * 40
    assert row == "·[31mred·" + " " * 2 + "x" * 300


def test_a_table_is_cut_to_the_width_of_a_terminal() -> None:
    rows = [("net/ipv4/inet_connection_sock.c", 1_000_000, "a = b" * 30)]
    names = ("path", "line", "text")
    page = "".join(table_texts(names, rows, TableFormat.TABLE, 60))
    assert max(map(len, page.splitlines())) == 59  # two texts share it
    row = page.splitlines()[2]
    assert row.startswith("…")
    assert "inet_connection_sock.c  1000000  a = ba = b" in row
    assert row.endswith("…")
    whole = "".join(table_texts(names, rows, TableFormat.TABLE, 400))
    assert whole == "".join(table_texts(names, rows, TableFormat.TABLE))


def test_only_tables_are_cut() -> None:
    for form in (TableFormat.TSV, TableFormat.CSV, TableFormat.JSON):
        narrow = "".join(table_texts(COLUMNS, ROWS, form, 10))
        assert narrow == "".join(table_texts(COLUMNS, ROWS, form))
