"""Whether Code is what ``xref.records`` says: each shape, part by part."""

from collections.abc import Callable, Iterator

from xref.records import BlobFacts

_Part = Callable[[object], bool]


def faults(facts: BlobFacts) -> Iterator[str]:
    """Where the Code of facts is not as described."""
    for function in facts.functions:
        if not _statements(function.body):
            yield f"body of {function.name}"
    values = [(made.name, made.init) for made in facts.objects if made.init]
    values += [(constant.name, constant.value) for constant in facts.enumerators]
    for name, value in values:
        if not _expression(value):
            yield f"value of {name}"
    for macro in facts.macros:
        if not _is_macro_body(macro.form, macro.body):
            yield f"macro {macro.name}: {macro.form} {macro.body}"


def _is_macro_body(form: str, body: object) -> bool:
    if form == "statements":
        return _statements(body)
    if form in {"expr", "type", "items"}:
        return _expression(body)
    return body == [] or (form == "other" and (_expression(body) or _statements(body)))


def _text(part: object) -> bool:
    return isinstance(part, str)


def _number(part: object) -> bool:
    return isinstance(part, int)


def _or_null(inner: _Part) -> _Part:
    return lambda part: part is None or inner(part)


def _each(inner: _Part) -> _Part:
    return lambda part: isinstance(part, list) and all(inner(item) for item in part)


def _row(*inner: _Part) -> _Part:
    return lambda part: (
        isinstance(part, list)
        and len(part) == len(inner)
        and all(fits(item) for fits, item in zip(inner, part, strict=True))
    )


def _shaped(shapes: dict[str, list[tuple[_Part, ...]]]) -> _Part:
    def fits(part: object) -> bool:
        if not isinstance(part, list) or not part or not isinstance(part[0], str):
            return False
        return any(_row(_text, *shape)(part) for shape in shapes.get(part[0], []))

    return fits


def _expression(part: object) -> bool:
    return _shaped(_EXPRESSIONS)(part)


def _statement(part: object) -> bool:
    return _shaped(_STATEMENTS)(part)


def _statements(part: object) -> bool:
    return _each(_statement)(part)


_E, _S = _expression, _statements
_DESIGNATOR = _shaped({".": [(_text,)], "[]": [(_E,), (_E, _E)]})
_ITEM = _row(_each(_DESIGNATOR), _E, _number)
_EXPRESSIONS: dict[str, list[tuple[_Part, ...]]] = {
    "n": [(_text,)],
    "i": [(_number,)],
    "s": [(_text,)],
    ".": [(_E, _text)],
    "->": [(_E, _text)],
    "[]": [(_E, _E)],
    "*": [(_E,)],
    "&": [(_E,)],
    "call": [(_E, _each(_E), _number)],
    "cast": [(_text, _E)],
    "=": [(_text, _E, _E, _number)],
    "?:": [(_E, _or_null(_E), _E)],
    "op": [(_text, _E, _E)],
    "op1": [(_text, _E)],
    "init": [(_or_null(_text), _each(_ITEM))],
    ",": [(_each(_E),)],
    "block": [(_S,)],
    "type": [(_text,)],
    "sizeof": [(_E,)],
    "offsetof": [(_text, _text)],
    "generic": [(_E, _each(_row(_or_null(_text), _E)))],
    "x": [(_text,)],
}
_STATEMENTS: dict[str, list[tuple[_Part, ...]]] = {
    "e": [(_E, _number)],
    "cleanup": [(_E, _number)],
    "decl": [(_text, _text, _or_null(_E), _number, _number)],
    "if": [(_E, _S, _S, _number)],
    "loop": [(_text, _or_null(_S), _or_null(_E), _or_null(_E), _S, _number)],
    "walk": [(_text, _each(_E), _S, _number)],
    "switch": [(_E, _S, _number)],
    "case": [(_E, _or_null(_E))],
    "default": [()],
    "return": [(_or_null(_E), _number)],
    "break": [()],
    "continue": [()],
    "goto": [(_text,)],
    "label": [(_text,)],
    "{": [(_S,)],
    "cpp": [(_each(_row(_text, _S)), _number)],
    "asm": [(_number,)],
    "?": [(_text, _number)],
    "function": [
        (_text, _text, _each(_row(_text, _text)), _S, _number, _number),
    ],
}
