"""Code that is cleaned and parsed, and what the tree makes of it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from textwrap import dedent

from tree_sitter import Node

from xref.parse.c import parse
from xref.parse.clean import Cleaned, clean
from xref.parse.lexicon import Lexicon, lexicon_of

_DATA = Path(__file__).parents[2] / "data"


@cache
def lexicon() -> Lexicon:
    """The lexicon of the program."""
    return lexicon_of((_DATA / "lexicon.toml").read_text(encoding="utf-8"))


def cleaned(code: str) -> Cleaned:
    """Cleaned code, after a look at what holds for any."""
    source = dedent(code).lstrip("\n").encode()
    result = clean(source, lexicon())
    for text in (result.text, result.whole):
        assert len(text) == len(source)
        assert line_breaks(text) == line_breaks(source)
    return result


def line_breaks(text: bytes) -> list[int]:
    """Where lines break."""
    return [at for at, byte in enumerate(text) if byte in b"\r\n"]


def faults(text: bytes) -> list[str]:
    """ERROR and MISSING nodes, each with its line."""
    return [
        f"{node.type} in line {node.start_point[0] + 1}"
        for node in nodes(text)
        if node.is_error or node.is_missing
    ]


def nodes(text: bytes) -> Iterator[Node]:
    """All nodes of the tree, in the order of the source."""
    stack = [parse(text).root_node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def squeezed(text: bytes) -> str:
    """Text with its blanks folded, for a look at what was rewritten."""
    return " ".join(text.decode("latin-1").split())


def functions(text: bytes) -> list[str]:
    """The declarators of all function definitions."""
    return [
        squeezed(declarator.text or b"")
        for node in nodes(text)
        if node.type == "function_definition"
        and (declarator := node.child_by_field_name("declarator"))
    ]


def calls(text: bytes) -> list[str]:
    """What is called, in the order of the source."""
    return [
        squeezed(callee.text or b"")
        for node in nodes(text)
        if node.type == "call_expression"
        and (callee := node.child_by_field_name("function"))
    ]


def marks(result: Cleaned) -> list[tuple[str, str, str]]:
    """Kind, macro and text of the marks."""
    return [(mark.kind, mark.macro, mark.text) for mark in result.marks]


def at_mark(result: Cleaned, kind: str) -> list[str]:
    """The word in the cleaned text that each mark of a kind stands at."""
    words = []
    for mark in result.marks:
        if mark.kind == kind:
            rest = result.whole[mark.start_byte :].decode("latin-1")
            word = rest.split("(")[0].split(";")[0].split(",")[0].split(")")[0]
            words.append(word.strip())
    return words
