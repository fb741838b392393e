"""Cases for extraction: C code in, facts as lines of text out.

A case is complete: each kind of fact that one of its markers speaks of must be marked
wherever it is found.  Of facts that have a name the carets underline the name.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent

import tree_sitter
import tree_sitter_c

from tests.extract.grammar import faults
from tests.markers import markers_of
from xref.extract.facts import facts_of
from xref.records import BlobFacts, Code, Function, Object

_LANGUAGE = tree_sitter.Language(tree_sitter_c.language())
_NAMELESS = {"store", "problem", "include"}


@dataclass(frozen=True, slots=True)
class Mark:
    """As cleaning makes it."""

    start_byte: int
    kind: str
    macro: str
    text: str


@dataclass(frozen=True, slots=True)
class Guard:
    """As cleaning makes it."""

    start_byte: int
    end_byte: int
    directives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Island:
    """As cleaning makes it."""

    start_byte: int
    end_byte: int
    directives: tuple[str, ...]
    text: bytes
    text_start: int


@dataclass(frozen=True, slots=True)
class Cleaned:
    """As cleaning makes it."""

    text: bytes
    marks: tuple[Mark, ...] = ()
    guards: tuple[Guard, ...] = ()
    islands: tuple[Island, ...] = ()

    @property
    def whole(self) -> bytes:
        """As `text`: these cases blank no directive that a macro stands in."""
        return self.text


def parse(text: bytes) -> tree_sitter.Tree:
    return tree_sitter.Parser(_LANGUAGE).parse(text)


def read(code: str) -> BlobFacts:
    """The facts of code that needs no cleaning."""
    source = dedent(code).encode()
    return checked(facts_of(source, Cleaned(source), parse))


def read_cleaned(
    code: str, cleaned: str, *marks: tuple[str, str, str, str]
) -> BlobFacts:
    """The facts of code that was cleaned.

    Args:
        code: as it was.
        cleaned: of the same length.
        marks: kind, the word in `cleaned` that it stands at, macro, text.
    """
    source, text = dedent(code).encode(), dedent(cleaned).encode()
    assert len(source) == len(text)
    made = tuple(
        Mark(text.index(word.encode()), kind, macro, meaning)
        for kind, word, macro, meaning in marks
    )
    return checked(facts_of(source, Cleaned(text, made), parse))


def checked(facts: BlobFacts) -> BlobFacts:
    """The facts, whose Code is as described."""
    assert list(faults(facts)) == []
    return facts


def body(statements: str) -> Code:
    """The Code of statements in a function ``f(a, b)``."""
    (function,) = read(f"void f(int a, struct s *b)\n{{{statements}\n}}\n").functions
    return function.body


def expression(text: str) -> Code:
    """The Code of an expression in a function ``f(a, b)``, all on line 2."""
    (statement,) = body(f"{text};")
    assert isinstance(statement, list)
    code = statement[1]
    assert isinstance(code, list)
    return code


def check(code: str) -> None:
    """Compare the facts of code with the markers in it."""
    code = dedent(code).lstrip("\n")
    expected = []
    for marker in markers_of(code):
        kind, _, rest = marker.expectation.partition(" ")
        name = "" if kind in _NAMELESS else f" {marker.text}"
        expected.append((marker.line, f"{kind}{name} {rest}".strip()))
    kinds = {text.partition(" ")[0] for _, text in expected}
    found = [
        (line, text.strip())
        for line, text in described(read(code))
        if text.partition(" ")[0] in kinds
    ]
    assert sorted(found) == sorted(expected)


def described(facts: BlobFacts) -> Iterator[tuple[int, str]]:
    """Each fact as its line and a text that begins with its kind and name."""
    yield from _definitions(facts)
    yield from _types(facts)
    for call in facts.calls:
        name, how = call.callee, call.kind.value
        if how != "direct":
            name, how = _last(json.loads(call.callee)), f"{how} {shown(call.callee)}"
        yield call.line, f"call {name} {how} in {call.caller or '-'}{_if(call.guard)}"
    for store in facts.stores:
        place = f"{shown(store.target)} = {shown(store.value)}"
        yield store.line, f"store {store.form} {place}{_if(store.guard)}"
    for include in facts.includes:
        shape = "<{}>" if include.system else '"{}"'
        yield (
            include.line,
            f"include {shape.format(include.target)}{_if(include.guard)}",
        )
    for problem in facts.problems:
        yield problem.line, f"problem {problem.kind} {problem.text}"


def _definitions(facts: BlobFacts) -> Iterator[tuple[int, str]]:
    for function in facts.functions:
        yield function.line, f"function {function.name} {_signature(function)}"
    for made in facts.prototypes:
        listed = [f"{p.type} {p.name}".strip() for p in made.parameters]
        listed += ["..."] if made.variadic else []
        words = (
            f"{'static ' if made.static else ''}{made.returns} ({', '.join(listed)})"
        )
        yield made.line, f"prototype {made.name} {words}{_if(made.guard)}"
    for macro in facts.macros:
        shape = ""
        if macro.parameters is not None:
            shape = f"({', '.join(macro.parameters)}) "
        yield macro.line, f"macro {macro.name} {shape}{macro.form}{_if(macro.guard)}"
    for made_object in facts.objects:
        yield made_object.line, f"object {made_object.name} {_object(made_object)}"


def _types(facts: BlobFacts) -> Iterator[tuple[int, str]]:
    for struct in facts.structs:
        word, _, tag = struct.tag.partition(" ")
        yield struct.line, f"struct {tag} {word}{_if(struct.guard)}"
        for field in struct.fields:
            owner = f"in {struct.tag}{_if(field.guard)}"
            yield field.line, f"field {field.name or '-'} {field.type} {owner}"
    for typedef in facts.typedefs:
        yield typedef.line, f"typedef {typedef.name} {typedef.type}{_if(typedef.guard)}"
    for constant in facts.enumerators:
        value = shown(json.dumps(constant.value))
        yield constant.line, f"enumerator {constant.name} {value}{_if(constant.guard)}"


def _signature(function: Function) -> str:
    words = [word for word in ("static", "inline") if getattr(function, word)]
    listed = [f"{p.type} {p.name}".strip() for p in function.parameters]
    listed += ["..."] if function.variadic else []
    text = " ".join([*words, function.returns, f"({', '.join(listed)})"])
    kind = "" if function.kind == "function" else f" {function.kind}"
    made = f" by {function.macro}" if function.macro else ""
    return f"{text}{kind}{made} to {function.end_line}{_if(function.guard)}"


def _object(made: Object) -> str:
    words = [word for word in ("static", "extern") if getattr(made, word)]
    inside = f" in {made.function}" if made.function else ""
    by = f" by {made.macro}" if made.macro else ""
    return f"{' '.join([*words, made.type])}{inside}{by}{_if(made.guard)}"


def _if(guard: str) -> str:
    return f" if {guard}" if guard else ""


def _last(code: Code) -> str:
    """The name that a pointer call is written with, seen through ``(*x[i])``."""
    while code[0] in {"*", "[]"}:
        code = code[1]  # type: ignore[assignment]
    return str(code[1] if code[0] == "n" else code[2])


def shown(text: str) -> str:
    """An expression of a fact, short: ``{sk: struct sock *}->ops``."""
    return _shown(json.loads(text))


def _is_code(part: Code) -> bool:
    return bool(part) and isinstance(part[0], str)


def _shown(code: Code) -> str:
    tag = str(code[0])
    if tag == "p":
        return f"{{{code[2]}: {code[1]} p{code[3]}}}"
    if tag == "call":
        callee, arguments = code[1:3]
        assert isinstance(callee, list)
        assert isinstance(arguments, list)
        listed = [_shown(part) for part in arguments if isinstance(part, list)]
        return f"{_shown(callee)}({', '.join(listed)})"
    if tag not in _SHAPES:
        return json.dumps(code)
    parts = [
        _shown(part) if isinstance(part, list) and _is_code(part) else str(part)
        for part in code[1:]
    ]
    if tag == "[]":
        parts = [parts[0], "...".join(parts[1:])]
    if tag == "{}":
        parts = [parts[0], " behind ".join(parts[1:])]
    return _SHAPES[tag].format(*parts)


_SHAPES = {
    "n": "{0}",
    "i": "{0}",
    "v": "{{{1}: {0}}}",
    "->": "{0}->{1}",
    ".": "{0}.{1}",
    "[]": "{0}[{1}]",
    "{}": "{0}{{{1}}}",
    "arg": "{0}#{1}",
    "*": "*{0}",
    "&": "&{0}",
    "cast": "({0}){1}",
    "op": "{1} {0} {2}",
    "ret": "return of {0}",
    "init": "({0}){{}}",
}
