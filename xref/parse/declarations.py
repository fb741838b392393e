"""Macros that declare something, rewritten to the declaration."""

import re
from typing import Final

from xref.parse.draft import Draft
from xref.parse.scan import next_ink

_SIMPLE_TYPE: Final = re.compile(rb"[\w\s*#]+\Z")
_ARRAY_TYPE: Final = re.compile(rb"(\s*[\w\s*]+?)\s*((?:\[[^\]]*\]\s*)+)\Z")
_TYPE_FIRST: Final = re.compile(
    rb"\s*(?:(?:const|struct|union|enum|unsigned)\s[\w\s*]+|\w+\s*\*[\s*]*|[us]\d+\s*"
    rb"|int\s*|char\s*|void\s*|long\s*)\Z"
)

_NOT_WORD: Final = re.compile(rb"\W")
_NAME: Final = re.compile(rb"\s*[A-Za-z_]")
_DECLARATION: Final = re.compile(
    rb"\s*(?:(?:struct|union|enum|unsigned|extern|static|const)\s+)*\w+[\s*]+\w+\s*"
    rb"(?:\([^;{}]*\)\s*|\[[^;{}]*\]\s*)?\Z"
)

Call = tuple[int, int, int]
"""Where the name begins and the parentheses stand."""


def declare(draft: Draft, call: Call, commas: list[int], shape: str) -> bool:
    """Rewrite ``NAME(...)`` to the declaration that `shape` says, if it can be.

    The shape says how the arguments stand: ``type name``, ``type name[]``,
    ``name[size]``, ``name``, or ``member`` (``type name`` where the first argument
    looks like a type, else ``name``).
    """
    start, opening, close = call
    text = draft.text
    macro = bytes(text[start:opening]).strip()
    if shape == "member" and not commas and is_declaration(text, opening, close):
        # What is wrapped is a declaration: SELFTEST_DECLARE(u32 n).
        draft.blank(start, opening + 1)
        draft.blank(close, close + 1)
        return True
    if shape == "member":
        first = text[opening + 1 : commas[0]] if commas else b""
        shape = "type name" if _TYPE_FIRST.match(first) else "name"
    if shape.startswith("type name") and commas:
        name_start = _type_and_name(draft, call, commas, is_flexible="[" in shape)
    elif shape == "name[size]" and len(commas) == 1:
        draft.put(opening, b" ")
        draft.put(commas[0], b"[")
        draft.put(close, b"]")
        name_start = next_ink(text, opening)
    elif shape == "name" and _NAME.match(text, opening + 1):
        draft.put(opening, b" ")
        draft.blank(commas[0] if commas else close, close + 1)
        name_start = next_ink(text, opening)
    else:
        return False
    if name_start < 0:
        return False
    name = re.match(rb"\w*", text[name_start : name_start + 200])
    draft.mark(name_start, "object", macro, name[0].decode() if name else "")
    return True


def is_declaration(text: bytearray, opening: int, close: int) -> bool:
    """Whether parentheses hold one declaration: INDIRECT_DECLARE(int f(int))."""
    return _DECLARATION.match(bytes(text[opening + 1 : close])) is not None


def make_word(draft: Draft, start: int, end: int) -> None:
    """Make a call one identifier that stands for it."""
    written = bytes(draft.text[start:end])
    if b"\n" in written:
        return
    draft.drop_strings(start, end)
    draft.put(start, _NOT_WORD.sub(b"_", written))
    draft.mark(start, "type", b"", written.decode("ascii", "replace"))


def _type_and_name(
    draft: Draft, call: Call, commas: list[int], *, is_flexible: bool
) -> int:
    """Make ``NAME(type, name)`` the declaration; where the name begins, or -1."""
    start, opening, close = call
    text = draft.text
    kind = bytes(text[opening + 1 : commas[0]])
    end = commas[1] if len(commas) > 1 else close
    array = _ARRAY_TYPE.match(kind)
    if is_flexible and not array and end < close:
        # DEFINE_FLEX(type, name, member, count) has room for its brackets.
        draft.blank(start, opening + 1)
        draft.put(commas[0], b" ")
        draft.put(end, b"[]")
        draft.blank(end + 2, close + 1)
        return next_ink(text, commas[0])
    if array or is_flexible:
        return _array_and_name(draft, (start, commas[0], close), array, end)
    if not _SIMPLE_TYPE.match(kind):
        return -1
    draft.blank(start, opening + 1)
    draft.put(commas[0], b" ")
    draft.blank(end, close + 1)
    return next_ink(text, commas[0])


def _array_and_name(
    draft: Draft, call: Call, array: re.Match[bytes] | None, end: int
) -> int:
    """Make ``NAME(type[N], name)`` and ``NAME(type, name)`` with ``[]`` arrays."""
    start, comma, close = call
    text = draft.text
    written = bytes(text[start : close + 1])
    kind = bytes(text[start:comma].split(b"(", 1)[1])
    name = bytes(text[comma + 1 : end]).strip()
    dimensions = b"[]"
    if array:
        kind, dimensions = array.groups()
    new = b" ".join(kind.split()) + b" " + name + b"".join(dimensions.split())
    if b"\n" in written or len(new) > len(written):
        return -1
    draft.put(start, new.rjust(len(written)))
    return close + 1 - len(new) + new.rindex(name + b"[")
