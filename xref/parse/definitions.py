"""Macros at file scope that define functions and objects, or just stand there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from xref.parse.draft import Draft
from xref.parse.lexicon import DefinitionForm, Lexicon
from xref.parse.outline import Outline
from xref.parse.scan import arguments_of, closing, last_ink, next_ink
from xref.parse.statements import end_statement

_CALL: Final = re.compile(
    rb"^[ \t]*+((?:(?:static|extern|const|inline|volatile)\s++)*+)([A-Za-z_]\w*+)\s*+\(",
    re.M,
)
_NAME: Final = re.compile(rb"\s*(?!(?:void|int|char|long|short|unsigned|bool)\b)"
                          rb"([A-Za-z_]\w*)\s*\Z")
_PARAMETERS: Final = re.compile(rb"[\w\s*,\[\]]*\w[\s*]+\w[\w\s*,\[\]]*\Z")
_SIMPLE_TYPE: Final = re.compile(rb"[\w\s*]+\Z")
_KEYWORDS: Final = frozenset(
    b"if for while switch return sizeof do else typeof __typeof__ asm __asm__ "
    b"defined case".split()
)
_OBJECT: Final = re.compile(rb"(?:__)?(?:DEFINE|DECLARE)_|\w*_HEAD\Z|\w*_INIT\Z")


@dataclass(frozen=True, slots=True)
class _Call:
    """``[static] NAME(arguments)`` at the beginning of a line."""

    start: int
    name_start: int
    opening: int
    close: int
    name: bytes
    prefix: bytes
    follow: int
    """The first place behind it that is not blank."""


def rewrite_definitions(
    draft: Draft, lexicon: Lexicon, outline: Outline, bare: bytes
) -> None:
    """Make functions, objects and plain calls of macros at file scope.

    Args:
        bare: the text without any directives.
    """
    for call in _calls(draft, outline, bare):
        byte = bare[call.follow : call.follow + 1]
        if byte == b"{":
            _rewrite_function(draft, lexicon, call)
        elif byte in (b";", b"="):
            _rewrite_object(draft, lexicon, call, has_value=byte == b"=")
        elif byte == b"" or byte == b"}" or _is_word(byte):
            _end_call(draft, call, bare)


def _calls(draft: Draft, outline: Outline, bare: bytes) -> Iterator[_Call]:
    """Macro calls between the blocks of a file."""
    start = 0
    for block in outline.blocks:
        if block.open > start:
            yield from _calls_between(draft, bare, start, block.open)
        start = max(start, block.close + 1)
    yield from _calls_between(draft, bare, start, len(bare))


def _calls_between(
    draft: Draft, bare: bytes, start: int, end: int
) -> Iterator[_Call]:
    done = start
    for match in _CALL.finditer(bare, start, end):
        at = match.start()
        prefix, name = match.groups()
        if at < done or name in _KEYWORDS:
            continue
        before = last_ink(bare, at)
        if before >= 0 and bare[before] not in b";})":
            continue
        close = closing(draft, match.end() - 1)
        if close < 0:
            continue
        done = close
        follow = next_ink(bare, close + 1)
        yield _Call(
            match.start(1), match.start(2), match.end() - 1, close, name, prefix, follow
        )


def _is_word(byte: bytes) -> bool:
    return byte.isalnum() or byte == b"_"


def _rewrite_function(draft: Draft, lexicon: Lexicon, call: _Call) -> None:
    form = lexicon.function_form(call.name)
    commas = arguments_of(draft, call.opening, call.close)
    text = draft.text
    edges = [call.opening, *commas, call.close]
    pieces = [
        bytes(text[a + 1 : b]) for a, b in zip(edges, edges[1:], strict=False)
    ]
    chosen = next((n for n, piece in enumerate(pieces) if _NAME.match(piece)), -1)
    if chosen < 0:
        return
    name = pieces[chosen].strip()
    name_start = edges[chosen] + 1 + pieces[chosen].index(name)
    text_name = (form.prefix if form else "") + name.decode("ascii", "replace")
    draft.blank(call.name_start, name_start)
    returns = form.returns.encode() if form else b"void"
    draft.put(call.name_start, returns[: call.opening - call.name_start])
    rest = commas[chosen:]
    if rest and _keep_parameters(draft, form, rest, call.close):
        draft.put(rest[0], b"(")
        draft.mark(name_start, "function", call.name, text_name)
        return
    # name) becomes name(): the name moves to the left by one.
    draft.blank(name_start, call.close)
    draft.put(name_start - 1, name + b"(")
    draft.put(call.close, b")")
    draft.mark(name_start - 1, "function", call.name, text_name)


def _keep_parameters(
    draft: Draft, form: DefinitionForm | None, commas: list[int], close: int
) -> bool:
    """Join types and names that commas part; tell whether parameters are left."""
    if form is not None and form.form == "pairs":
        for comma in commas[1::2]:
            draft.put(comma, b" ")
        return True
    return _PARAMETERS.match(bytes(draft.text[commas[0] + 1 : close])) is not None


def _rewrite_object(
    draft: Draft, lexicon: Lexicon, call: _Call, *, has_value: bool
) -> None:
    commas = arguments_of(draft, call.opening, call.close)
    shape = lexicon.objects.get(call.name, "")
    if declare(draft, call.name_start, call.opening, commas, call.close, shape):
        return
    edges = [call.opening, *commas, call.close]
    first = bytes(draft.text[edges[0] + 1 : edges[1]])
    is_object = has_value or _OBJECT.match(call.name) or b"static" in call.prefix
    if is_object and _NAME.match(first) and (has_value or not commas):
        draft.blank(call.opening, call.opening + 1)
        draft.blank(edges[1], call.close + 1)
        name = first.strip()
        name_start = call.opening + 1 + first.index(name)
        draft.mark(name_start, "object", call.name, name.decode("ascii", "replace"))
    elif call.prefix:
        draft.blank(call.start, call.name_start)


def declare(
    draft: Draft, start: int, opening: int, commas: list[int], close: int, shape: str
) -> bool:
    """Rewrite ``NAME(...)`` to the declaration that `shape` says, if it can be.

    Args:
        shape: ``type name``, ``type name[]``, ``name``, or ``name[size]``, as the
            arguments stand.
    """
    text = draft.text
    macro = bytes(text[start:opening]).strip()
    if shape in ("type name", "type name[]"):
        if len(commas) < 1:
            return False
        kind = bytes(text[opening + 1 : commas[0]])
        if not _SIMPLE_TYPE.match(kind):
            return False
        end = commas[1] if len(commas) > 1 else close
        name_start = next_ink(text, commas[0] + 1)
        name = bytes(text[name_start:end]).strip()
        draft.blank(start, opening + 1)
        draft.put(commas[0], b" ")
        draft.blank(end, close + 1)
        if shape == "type name[]":
            if text[name_start - 1] == 0x0A:
                return False
            draft.blank(name_start, end)
            name_start -= 1
            draft.put(name_start, name + b"[")
            draft.put(name_start + len(name) + 1, b"]")
    elif shape == "name[size]" and len(commas) == 1:
        name_start = next_ink(text, opening + 1)
        name = bytes(text[name_start : commas[0]]).strip()
        draft.put(opening, b" ")
        draft.put(commas[0], b"[")
        draft.put(close, b"]")
    elif shape == "name":
        name_start = next_ink(text, opening + 1)
        end = commas[0] if commas else close
        name = bytes(text[name_start:end]).strip()
        draft.put(opening, b" ")
        draft.blank(end, close + 1)
    else:
        return False
    draft.mark(name_start, "object", macro, name.decode("ascii", "replace"))
    return True


def _end_call(draft: Draft, call: _Call, bare: bytes) -> None:
    """Give a call its semicolon, at the cost of the name's last letter."""
    if bare.find(b"\n", call.close, call.follow) < 0 and call.follow < len(bare):
        return  # something of a declaration: leave it
    draft.blank(call.start, call.name_start)
    end_statement(draft, call.name_start, call.close, call.name)
