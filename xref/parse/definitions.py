"""Macros at file scope that define functions and objects, or just stand there."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from xref.parse.capitals import blank_capitals
from xref.parse.declarations import declare, is_declaration, make_word
from xref.parse.draft import Draft
from xref.parse.endings import end_statement
from xref.parse.lexicon import DefinitionForm, Lexicon
from xref.parse.outline import Outline
from xref.parse.scan import arguments_of, closing, last_ink, next_ink

_CALL_START: Final = (
    rb"[ \t]*+((?:(?:static|STATIC|extern|const|inline|volatile|typedef)\s++){0,5}+)"
    rb"([A-Za-z_]\w*+)(?:\s*+(\()|(?=[ \t]*+\r?+(?:\n|\Z)))"
)
_CALL: Final = re.compile(rb"\n" + _CALL_START)
_FIRST_CALL: Final = re.compile(_CALL_START)
_CALL_HERE: Final = re.compile(rb"()(_*[A-Z]\w*+)(\()")
_NAME: Final = re.compile(
    rb"\s*(?!(?:void|int|char|long|short|unsigned|bool|static|const|register|extern|inline"
    rb"|volatile|default|struct|union|enum|if|do|for|auto|double|float|signed)\b)"
    rb"([A-Za-z_]\w*)\s*\Z"
)
_PARAMETERS: Final = re.compile(rb"[\w\s*,\[\]]*\w[\s*]+\w[\w\s*,\[\]]*\Z")
_KEYWORDS: Final = frozenset(
    b"if for while switch return sizeof do else typeof __typeof__ asm __asm__ "
    b"defined case enum struct union int void char long unsigned typedef".split()
)
_CAPITALS: Final = re.compile(rb"_*+[A-Z][A-Z0-9]*+_\w*+\Z")
_VARIABLE: Final = re.compile(rb"[A-Za-z_]\w*\s*[;=\[]")
_LONE_WORD: Final = re.compile(rb"[a-z_]\w*[ \t]*\r?\n")
_STRING: Final = re.compile(rb"\s*\"[^\"]*\"\s*\)")
_FOLLOWING_CALL: Final = re.compile(rb"(\w+)\s*\(")
_OBJECT: Final = re.compile(rb"(?:__)?(?:DEFINE|DECLARE)_|\w*_HEAD\Z|\w*_INIT\Z")


@dataclass(frozen=True, slots=True)
class _Call:
    """``[static] NAME(arguments)`` at the beginning of a line."""

    start: int
    name_start: int
    opening: int
    """-1 without arguments."""
    close: int
    name: bytes
    prefix: bytes
    follow: int
    """The first place behind it that is not blank."""


def rewrite_definitions(
    draft: Draft, lexicon: Lexicon, outline: Outline, bare: bytes
) -> None:
    """Make functions, objects and plain calls of macros at file scope.

    `bare` is the text without any directives.
    """
    arms = _Arms(outline)
    outer = _without_blocks(outline, bare)
    blank_capitals(draft, outer)
    at = 0
    ended = -1
    while True:
        match = _CALL.search(outer, at) if at else _first_call(outer)
        if match is None:
            return
        at = match.end()
        call = _call_of(draft, arms, outer, match, ended)
        while call is not None:
            at = max(at, call.close + 1)
            if _rewrite(draft, lexicon, call, outer):
                is_list = outer[call.follow : call.follow + 1] == b","
                ended = call.follow if is_list else call.close
            call = _next_on_line(draft, arms, outer, call, ended)


def _next_on_line(
    draft: Draft, arms: "_Arms", outer: bytes, call: _Call, ended: int
) -> _Call | None:
    """The call that stands right behind one that has become a statement."""
    follow = _CALL_HERE.match(outer, call.follow)
    if follow is None or ended != call.close:
        return None
    if outer.find(b"\n", ended, follow.start()) >= 0:
        return None
    return _call_of(draft, arms, outer, follow, ended)


def _without_blocks(outline: Outline, bare: bytes) -> bytes:
    """The text with nothing between the braces at file scope, not even lines."""
    pieces = []
    done = 0
    for block in outline.blocks:
        if block.open >= done:
            pieces.append(bare[done : block.open + 1])
            pieces.append(b" " * (block.close - block.open - 1))
            done = block.close
    pieces.append(bare[done:])
    outer = bytearray(b"".join(pieces))
    for group in outline.groups:
        if group.brace < 0 and not group.balanced:
            # Heads in other arms than the one whose brace opens the block.
            start, end = group.directives[0].end, group.directives[-1].start
            outer[start:end] = bare[start:end]
    return bytes(outer)


def _first_call(outer: bytes) -> re.Match[bytes] | None:
    return _FIRST_CALL.match(outer) or _CALL.search(outer)


def _rewrite(draft: Draft, lexicon: Lexicon, call: _Call, bare: bytes) -> bool:
    """Rewrite one call; whether it is a statement then."""
    byte = bare[call.follow : call.follow + 1]
    if call.opening >= 0 and byte == b"{":
        _rewrite_function(draft, lexicon, call)
    elif call.opening >= 0 and byte == b"(":
        _rewrite_head(draft, lexicon, call, bare)
    elif call.opening >= 0 and byte in (b";", b"="):
        _rewrite_object(draft, lexicon, call, has_value=byte == b"=")
    elif byte == b"," and call.opening >= 0 and call.name.isupper():
        # A list of macros that some other file includes.
        draft.put(call.follow, b";")
        draft.calls.append((call.opening, call.close))
        return True
    elif byte in (b"", b"}") or _is_word(byte):
        return _end_call(draft, call, bare)
    return False


def _call_of(
    draft: Draft, arms: "_Arms", bare: bytes, match: re.Match[bytes], ended: int
) -> _Call | None:
    prefix, name, parenthesis = match.groups()
    if name in _KEYWORDS:
        return None
    before = last_ink(bare, match.start())
    if before >= 0 and bare[before] not in b";})" and before != ended:
        return None
    opening, close = -1, match.end() - 1
    if parenthesis:
        opening = close
        close = closing(draft, opening)
        if close < 0:
            return None
    follow = arms.after(bare, close + 1)
    return _Call(match.start(1), match.start(2), opening, close, name, prefix, follow)


class _Arms:
    """Where the text goes on behind an arm: after its group."""

    def __init__(self, outline: Outline) -> None:
        ends = sorted(
            (directive.start, group.directives[-1].end)
            for group in outline.groups
            for directive in group.directives[1:-1]
        )
        self.starts = [start for start, _ in ends]
        self.ends = [end for _, end in ends]

    def after(self, bare: bytes, at: int) -> int:
        """The first ink behind `at` that is not in another arm."""
        while True:
            follow = next_ink(bare, at)
            n = bisect_right(self.starts, at)
            if n >= len(self.starts) or self.starts[n] > follow:
                return follow
            at = self.ends[n]


def _is_word(byte: bytes) -> bool:
    return byte.isalnum() or byte == b"_"


def _rewrite_function(draft: Draft, lexicon: Lexicon, call: _Call) -> None:
    form = lexicon.function_form(call.name)
    commas = arguments_of(draft, call.opening, call.close)
    text = draft.text
    edges = [call.opening, *commas, call.close]
    pieces = [bytes(text[a + 1 : b]) for a, b in pairwise(edges)]
    chosen = next((n for n, piece in enumerate(pieces) if _NAME.match(piece)), -1)
    if chosen < 0:
        _rewrite_struct(draft, call, pieces[0])
        return
    name = pieces[chosen].strip()
    name_start = edges[chosen] + 1 + pieces[chosen].index(name)
    text_name = (form.prefix if form else "") + name.decode("ascii", "replace")
    draft.blank(call.name_start, name_start)
    rest = commas[chosen:]
    width = name_start - call.name_start - 1 - (not rest)
    returns = form.returns.encode() if form else b"void"
    fitting = (word for word in (returns, b"int", b"u8") if len(word) <= width)
    draft.put(call.name_start, next(fitting, b""))
    if rest and _keep_parameters(draft, form, rest, call.close):
        draft.put(rest[0], b"(")
        draft.mark(name_start, "function", call.name, text_name)
        return
    # name) becomes name(): the name moves to the left by one.
    draft.blank(name_start, call.close)
    draft.put(name_start - 1, name + b"(")
    draft.put(call.close, b")")
    draft.mark(name_start - 1, "function", call.name, text_name)


def _rewrite_head(draft: Draft, lexicon: Lexicon, call: _Call, bare: bytes) -> None:
    """Make ``SYSCALL_DEFINE(name)(parameters) {`` a function: it names its head."""
    form = lexicon.function_form(call.name)
    close = closing(draft, call.follow)
    name = _NAME.match(draft.text[call.opening + 1 : call.close])
    if form is None or name is None or close < 0:
        return
    if bare[(body := next_ink(bare, close + 1)) : body + 1] != b"{":
        return
    start = call.opening + 1 + name.start(1)
    draft.blank(call.name_start, start)
    draft.put(call.name_start, form.returns.encode())
    draft.blank(call.close, call.close + 1)
    told = form.prefix + name[1].decode("ascii", "replace")
    draft.mark(start, "function", call.name, told)


def _rewrite_struct(draft: Draft, call: _Call, argument: bytes) -> None:
    """Make ``SAFE(struct s) { members };`` a struct of another name."""
    if argument.lstrip().startswith(b"struct "):
        make_word(draft, call.name_start, call.close + 1)
        draft.put(call.name_start, b"struct ")


def _keep_parameters(
    draft: Draft, form: DefinitionForm | None, commas: list[int], close: int
) -> bool:
    """Join types and names that commas part; tell whether parameters are left."""
    if form is not None and form.form == "pairs":
        for comma in commas[1::2]:
            draft.put(comma, b" ")
        return True
    return _PARAMETERS.match(draft.text[commas[0] + 1 : close]) is not None


def _rewrite_object(
    draft: Draft, lexicon: Lexicon, call: _Call, *, has_value: bool
) -> None:
    commas = arguments_of(draft, call.opening, call.close)
    shape = lexicon.objects.get(call.name, "")
    if declare(draft, (call.name_start, call.opening, call.close), commas, shape):
        return
    text = draft.text
    if not commas and not has_value and is_declaration(text, call.opening, call.close):
        draft.blank(call.name_start, call.opening + 1)
        draft.blank(call.close, call.close + 1)
        return
    first = bytes(text[call.opening + 1 : commas[0] if commas else call.close])
    is_object = has_value or _OBJECT.match(call.name) or b"static" in call.prefix
    if is_object and _NAME.match(first) and (has_value or not commas):
        declare(draft, (call.name_start, call.opening, call.close), commas, "name")
        return
    if has_value and b"\n" not in text[call.opening : call.close]:
        draft.put(call.opening, b" ")
        make_word(draft, call.opening + 1, call.close)
        draft.put(call.close, b" ")
        return
    if call.prefix:
        draft.blank(call.start, call.name_start)
    draft.calls.append((call.opening, call.close))


def _end_call(draft: Draft, call: _Call, bare: bytes) -> bool:
    """Give a call its semicolon; False when it is none."""
    is_last = bare.find(b"\n", call.close, call.follow) >= 0 or call.follow >= len(bare)
    if not is_last and not _are_calls(call, bare):
        if _VARIABLE.match(bare, call.follow) and call.opening >= 0:
            make_word(draft, call.name_start, call.close + 1)
        return False
    if call.opening < 0 and (call.prefix or not _is_alone(draft, call, bare)):
        return False
    if (
        _STRING.match(bare, call.opening + 1)
        and call.follow < len(bare)
        and bare[call.follow : call.follow + 1].islower()
    ):
        # An attribute of what follows: SEC("iter/map") int f(void).
        draft.blank(call.start, call.close + 1)
        return True
    draft.blank(call.start, call.name_start)
    close = end_statement(draft, call.name_start, call.close, call.name)
    if call.opening >= 0:
        is_moved = draft.text[call.opening : call.opening + 1] != b"("
        draft.calls.append((call.opening - is_moved, close))
    return True


def _are_calls(call: _Call, bare: bytes) -> bool:
    """Whether what follows on the line is one more call of a macro."""
    follow = _FOLLOWING_CALL.match(bare, call.follow)
    return (
        follow is not None
        and call.opening >= 0
        and follow[1].isupper()
        and call.name.isupper()
    )


def _is_list(draft: Draft, bare: bytes, at: int) -> bool:
    """Whether one word after the other stands on its line, up to a directive."""
    word = _LONE_WORD.match(bare, at)
    if word is None:
        return False
    follow = next_ink(bare, word.end())
    return b"#" in draft.text[at:follow] or not _FOLLOWING_CALL.match(bare, follow)


def _is_alone(draft: Draft, call: _Call, bare: bytes) -> bool:
    """Whether a word on its line is a macro, and no type of what follows."""
    if not _CAPITALS.match(call.name):
        return b"#" in draft.text[call.close : call.follow] or _is_list(
            draft, bare, call.follow
        )
    follow = _FOLLOWING_CALL.match(bare, call.follow)
    return follow is None or follow[1].isupper()
