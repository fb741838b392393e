"""Macros with their bodies as Code.  C11 6.10.3.

The bodies of a file are parsed together, each wrapped so that it can stand alone;
one that this does not fit is parsed by itself.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tree_sitter import Node, Tree

from xref.extract.constants import integer_of
from xref.extract.directives import Define, Directive, define_of
from xref.extract.kinds import SKIPPED, number_of
from xref.extract.pasting import hidden, is_pasting, shown_code, shown_records
from xref.extract.primary import UNLABELLED
from xref.extract.reader import Found, Local, Reader, note_depth
from xref.records import Code, Macro

Parse = Callable[[bytes], Tree]

_BLANKS = re.compile(r"\s+")
_COMMENT = re.compile(
    r"""/\*.*?(?:\*/|\Z)|//[^\n]*|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", re.DOTALL
)
_SIMPLE = re.compile(
    r"(?P<open>\(?)\s*(?:(?P<number>\d\w*)|(?P<name>[A-Za-z_]\w*))\s*(?P<close>\)?)"
)
_TYPE = re.compile(
    r"(?:(?:const|volatile|unsigned|signed|struct|union|enum|long|short|int|char|void"
    r"|float|double|bool|_Bool)\b\s*)+(?:\w+\s*)?(?:\*\s*)*"
)
_KEYWORD = re.compile(
    r"(?:do|if|for|while|switch|return|goto|break|continue|case|default|static|extern"
    r"|typedef|asm|__asm__|else|inline)\b|\w+:(?!:)"
)
_ROW = re.compile(r"\b[A-Z][A-Z0-9_]*[ \t]+(?=[A-Za-z_]\w*\s*[,()])")
# A word before a declaration that is none of C's: an attribute that is given.
_LEADING = re.compile(
    r"(?:(?<=[;{}])|\A)\s*(?!(?:const|volatile|unsigned|signed|struct|union|enum|long|short"
    r"|int|char|void|static|extern|inline|typedef|return|goto|case|else|do)\b)[A-Za-z_]\w*"
    r"\s+(?=(?:(?:static|inline|const|unsigned|struct)\s+)*\w+[\s*]+[\w$]+\s*\("
    r"|(?:(?:static|const|unsigned|struct)\s+)+\w+[\s*]+[\w$]+\s*(?:\[[^\]]*\]\s*)?=)"
)
_USES = re.compile(r"\s*[\w$]+\([^()]*\)\s+[\w$]+\(")
_NEXT = re.compile(r"\)[ \t\n](?=\s*[A-Za-z_][\w$]*\()")
# A parameter that stands for statements, before a block.
_BARE = re.compile(r"([;{}]\s*(?!(?:do|else)\b)[A-Za-z_]\w*)[ \t](?=\s*\{)")
# A list of items that is given to another macro: ITEM(name, { .run = f }).
_BRACED = re.compile(r"(?<=[,(])(\s*)\{(?=[^{}]*\}\s*[,)])")
_ANY = "_"
"""The type of such a list until it is read."""
_WORDS = re.compile(r"(?!(?:return|goto|do|else|case)\b)\w+(?: \w+)+")
_GENERIC = re.compile(r"\b_Generic\s*\(")
_CASE = re.compile(r"(,\s*)([A-Za-z_]\w*\s*\([^:]*)")  # in whole: no label in it
_ITEMS = re.compile(r"\.\s*\w+\s*(?:=|\.|\[)|\[[^\]]*\]\s*=[^=]")


@dataclass(frozen=True, slots=True)
class _Form:
    """How a body is wrapped to be parsed."""

    name: str
    before: str
    after: str


_EXPRESSION = _Form("expr", "void f(){(", ");}\n")
_STATEMENTS = _Form("statements", "void f(){", ";}\n")
_LIST = _Form("expr", "struct s x=", ";\n")
_ITEM_LIST = _Form("items", "struct s x={", "};\n")
_OTHERS = {
    _EXPRESSION: (_EXPRESSION, _STATEMENTS, _ITEM_LIST),
    _STATEMENTS: (_STATEMENTS, _EXPRESSION),
    _LIST: (_LIST, _ITEM_LIST, _STATEMENTS),
    _ITEM_LIST: (_ITEM_LIST, _STATEMENTS),
}


@dataclass(slots=True)
class _Body:
    """A body that needs a tree."""

    define: Define
    text: str
    """With one character a byte of the blob."""
    form: _Form
    is_pasting: bool
    start: int = 0
    """In the text that is parsed."""


def macros_of(
    reader: Reader, original: str, directives: Sequence[Directive], parse: Parse
) -> list[tuple[int, Macro]]:
    """Read the macros of a blob; calls and stores in their bodies are noted.

    Args:
        reader: a walk over the cleaned text.
        original: the blob, one character a byte.
        directives: its directives.
        parse: C to a tree.
    """
    cleaned, main = reader.text, reader.found
    reader.found = Found()  # what a body declares is made where the macro is used
    made: list[tuple[int, Macro]] = []
    pending: list[tuple[int, _Body]] = []
    for directive in directives:
        define = define_of(directive) if directive.word == "define" else None
        if define is None:
            continue
        text = _folded(original[define.body_start : define.body_end])
        form, body = _simple(text)
        if not form:
            raw = cleaned[define.body_start : define.body_end]
            pending.append((len(made), _wrapped(define, raw)))
        made.append((define.start_byte, _macro(reader, define, text, form, body)))
    for at, form, body in _parsed(reader, [body for _, body in pending], parse):
        place, macro = made[pending[at][0]]
        made[pending[at][0]] = (place, _replaced(macro, form, body))
    main.calls += reader.found.calls
    main.stores += reader.found.stores
    main.problems += reader.found.problems
    reader.found = main
    return made


def _macro(reader: Reader, define: Define, text: str, form: str, body: Code) -> Macro:
    return Macro(
        name=define.name,
        parameters=define.parameters,
        text=text,
        line=reader.line_at(define.start_byte),
        end_line=reader.line_at(define.body_end),
        guard=reader.conditions.at(define.start_byte),
        form=form,
        body=body,
    )


def _replaced(macro: Macro, form: str, body: Code) -> Macro:
    return Macro(
        macro.name,
        macro.parameters,
        macro.text,
        macro.line,
        macro.end_line,
        macro.guard,
        form,
        body,
    )


def _folded(body: str) -> str:
    if "\\\n" in body or "\\\r" in body:
        body = body.replace("\\\r\n", " ").replace("\\\n", " ")
    if "/" in body:
        body = _COMMENT.sub(lambda match: match[1] or " ", body)
    body = _BLANKS.sub(" ", body).strip()
    return body if body.isascii() else _utf8(body)


def _utf8(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", "replace")


def _simple(text: str) -> tuple[str, Code]:
    """Form and body of what needs no tree; "" and [] otherwise."""
    if not text:
        return "empty", []
    match = _SIMPLE.fullmatch(text)
    if match is not None and bool(match["open"]) == bool(match["close"]):
        if match["name"]:
            is_type = _TYPE.fullmatch(text) is not None
            return (
                ("type", ["type", text]) if is_type else ("expr", ["n", match["name"]])
            )
        value = integer_of(match["number"])
        if value is not None:
            return "expr", ["i", value]
    if _WORDS.fullmatch(text) and not _TYPE.fullmatch(text):
        return "other", []
    return "", []


def _wrapped(define: Define, raw: str) -> _Body:
    pasting = is_pasting(raw)
    text = hidden(raw.replace("\\\n", " \n").replace("\\\r", " \r"))
    return _Body(define, text, _form_of(text.strip()), pasting)


def _form_of(text: str) -> _Form:
    if text.startswith("{"):
        return _STATEMENTS if ";" in text else _LIST
    if _ITEMS.match(text):
        return _ITEM_LIST
    if _KEYWORD.match(text):
        return _STATEMENTS
    if ";" in text and not (text.startswith("(") and text.endswith(")")):
        return _STATEMENTS
    return _EXPRESSION


def _parsed(
    reader: Reader, bodies: list[_Body], parse: Parse
) -> list[tuple[int, str, Code]]:
    """Parse bodies; gives the number, the form and the Code of each."""
    parts = []
    length = 0
    for body in bodies:
        before = body.form.before
        body.start = length + len(before)
        parts += [before, body.text, body.form.after]
        length = body.start + len(body.text) + len(body.form.after)
    text = "".join(parts)
    clean: dict[int, Node] = {}
    if text:
        for node in parse(text.encode("latin-1")).root_node.children:
            if not node.has_error:
                clean[node.start_byte] = node
    read = []
    for number, body in enumerate(bodies):
        whole = clean.get(body.start - len(body.form.before))
        if whole is not None and _end(body) >= whole.end_byte > body.start:
            reader.text = text
            read.append((number, *_read(reader, body, body.form, whole, body.start)))
        else:
            read.append((number, *_read_alone(reader, body, parse)))
    return read


def _end(body: _Body) -> int:
    return body.start + len(body.text) + len(body.form.after)


def _read_alone(reader: Reader, body: _Body, parse: Parse) -> tuple[str, Code]:
    """A body by itself: in the first form that fits, else with what errors leave."""
    if _TYPE.fullmatch(body.text.strip()):
        return "type", ["type", _BLANKS.sub(" ", body.text.strip())]
    if not body.text.strip():
        return "other", []
    tried: tuple[_Form, str, Node] | None = None
    ways = [
        (form, t) for form in _OTHERS[body.form] for t in _variants(body.text, form)
    ]
    for form, inner in ways:
        text = f"{form.before}{inner}{form.after}"
        root = parse(text.encode("latin-1")).root_node
        is_one = not root.has_error and root.named_child_count == 1
        if is_one or tried is None:
            tried = form, text, root.children[0] if is_one else root
        if is_one:
            break
    if tried is None:
        return "other", []
    form, reader.text, node = tried
    name, code = _read(reader, body, form, node, len(form.before))
    if f"({_ANY}){{" in reader.text:
        code = _untyped(code)
    is_whole = not node.has_error and len(reader.text) == _length(body, form)
    return (name if is_whole else "other"), ([] if node.has_error else code)


def _length(body: _Body, form: _Form) -> int:
    return len(form.before) + len(body.text) + len(form.after)


def _variants(text: str, form: _Form) -> list[str]:
    """The body, and what it may mean when it cannot be read.

    ``printk(KERN_ERR fmt)`` puts strings in a row that only the preprocessor sees;
    ``OPEN(a) CLOSE(a)`` are statements or items whose separators stand in macros;
    ``fields { assign; }`` begins with what is statements where it is used;
    ``{ int n; for (...)`` opens a block that another macro closes; a macro may be
    given a list of items, ``ITEM(a, { .run = f })``; an association of
    ``_Generic`` may be written by another macro, and is given a label here.
    """
    variants = [text]
    if _GENERIC.search(text):
        variants.append(_labelled(text))
    if form is _STATEMENTS and _LEADING.search(text):
        variants.append(_LEADING.sub(lambda match: " " * len(match[0]), text))
    if form is _STATEMENTS and _BARE.search(text):
        variants.append(_BARE.sub(r"\1;", text))
    if _ROW.search(text):
        variants.append(_ROW.sub(lambda match: " " * len(match[0]), text))
    if form is not _EXPRESSION and _NEXT.search(text):
        parted = _NEXT.sub(");" if form is _STATEMENTS else "),", text)
        is_first = (
            form is _STATEMENTS
            and _USES.match(text)
            and not _KEYWORD.match(text.strip())
        )
        variants.insert(0 if is_first else 1, parted)
    n_open = text.count("{") - text.count("}")
    if n_open > 0:
        variants.append(f"{text};{'}' * n_open}")
    if _BRACED.search(text):
        variants.append(_BRACED.sub(_typed, text))
    return variants


def _typed(match: re.Match[str]) -> str:
    """A list of items as an operand, in blanks before it where there are some."""
    return f"{match[1][: -len(_ANY) - 2]}({_ANY}){{"


def _untyped(code: Code) -> Code:
    """Lists of items without the type that made operands of them."""
    return [
        ["init", None, _untyped(part[2])]  # type: ignore[arg-type]
        if isinstance(part, list) and part[:2] == ["init", _ANY]
        else _untyped(part)
        if isinstance(part, list)
        else part
        for part in code
    ]


def _labelled(text: str) -> str:
    """The text with a label before what has none in a ``_Generic``.

    It stands in blanks, of which there are two where items are on lines of their own,
    so that what follows stays on its line.
    """
    found = _GENERIC.search(text)
    start = depth = 0
    parts = []
    for at in range(found.end() if found else len(text), len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth < 0 or (depth == 0 and text[at] == ","):
            case = _CASE.fullmatch(text, start, at)
            parts.append(
                f"{case[1][:1]}{case[1][1:-2]}{UNLABELLED}:{case[2]}"
                if case
                else text[start:at]
            )
            start = at
        if depth < 0:
            break
    return f"{''.join(parts)}{text[start:]}"


def _read(
    reader: Reader, body: _Body, form: _Form, node: Node, start: int
) -> tuple[str, Code]:
    define = body.define
    reader.delta = define.body_start - start
    reader.function, reader.returns = define.name, "void"
    reader.scope = _scope(define.parameters or ())
    reader.kept = set()
    calls, stores = len(reader.found.calls), len(reader.found.stores)
    try:
        code = _code(reader, form, node)
    except RecursionError:
        note_depth(reader, node)
        code = []
    reader.function, reader.scope, reader.delta = "", {}, 0
    if not body.is_pasting:
        return form.name if code or form is not _EXPRESSION else "other", code
    shown_records(reader.found, calls, stores)
    return "items" if form is _ITEM_LIST and code else "other", shown_code(code)


def _scope(parameters: tuple[str, ...]) -> dict[str, Local]:
    scope = {}
    for position, parameter in enumerate(parameters):
        name = parameter.removesuffix("...").strip() or "__VA_ARGS__"
        scope[name] = Local(f'["p","?","{name}",{position}]', "?", "parameter")
    return scope


_FUNCTION = number_of("function_definition")
_DECLARATION = number_of("declaration")
_INIT = number_of("init_declarator")
_INITIALISER = number_of("initializer_list")


def _code(reader: Reader, form: _Form, node: Node) -> Code:
    if node.kind_id == _DECLARATION:
        value = next((c for c in node.children if c.kind_id == _INIT), None)
        if value is not None and value.children[-1].kind_id == _INITIALISER:
            return reader.expression(value.children[-1])
    if node.kind_id != _FUNCTION:
        return reader.block(node)
    block = node.children[-1]
    if form is _EXPRESSION:
        parts = [c for c in block.children if c.kind_id not in SKIPPED]
        inner = parts[0].children if parts else []
        if inner:
            return reader.expression(inner[0])
    return reader.block(block)
