"""Kernel C made readable for tree-sitter, byte for byte of the same length."""

import re

from xref.parse.lexicon import Lexicon
from xref.parse.records import Cleaned, Guard, Island, Mark

__all__ = ["Cleaned", "Guard", "Island", "Mark", "clean"]

_COMMENT_OR_STRING = re.compile(
    rb"/\*[\s\S]*?(?:\*/|\Z)|//[^\n]*|\"(?:[^\"\\\n]|\\[\s\S])*+\"?"
    rb"|'(?:[^'\\\n]|\\.){1,10}'"
)
_NOT_NEWLINE = re.compile(rb"[^\r\n]")
_UNDERSCORED = re.compile(rb"(?<!\w)\w+(?=[\s(;=,)*])")
_ARGUMENTS = re.compile(
    rb"\s*+\((?>[^()]|\((?>[^()]|\((?>[^()]|\([^()]*+\))*+\))*+\))*+\)"
)
_SYSCALL = re.compile(
    rb"^(COMPAT_)?SYSCALL_DEFINE(\w+)\((\w+)((?:[^()]|\([^()]*\))*+)\)(?=\s*\{)", re.M
)
_WALK = re.compile(rb"(?<!\w)(?!while\b)(\w*for_each\w*)(?=\s?\()")


def clean(source: bytes, lexicon: Lexicon) -> Cleaned:
    """Rewrite what tree-sitter cannot read; length and line breaks stay."""
    text = bytearray(source)
    marks: list[Mark] = []
    strings = _hide(text)
    _blank_annotations(text, lexicon)
    _rewrite_syscalls(text, marks)
    _rewrite_walks(text, marks)
    for start, end in strings:
        if text[start] == source[start]:
            text[start:end] = source[start:end]
    marks.sort(key=lambda mark: mark.start_byte)
    return Cleaned(bytes(text), tuple(marks), (), ())


def _blank(text: bytearray, start: int, end: int) -> None:
    text[start:end] = _NOT_NEWLINE.sub(b" ", text[start:end])


def _hide(text: bytearray) -> list[tuple[int, int]]:
    strings = []
    for match in _COMMENT_OR_STRING.finditer(bytes(text)):
        start, end = match.span()
        if text[start] == 0x2F:
            _blank(text, start, end)
        else:
            strings.append((start, end))
            text[start + 1 : end - 1] = _NOT_NEWLINE.sub(b"_", text[start + 1 : end - 1])
    return strings


def _blank_annotations(text: bytearray, lexicon: Lexicon) -> None:
    for match in _UNDERSCORED.finditer(bytes(text)):
        word = match[0]
        if word in lexicon.annotations:
            line = bytes(text[max(0, match.start() - 16) : match.start()])
            if re.search(rb"#\s*define\s+$", line):
                continue
            arguments = _ARGUMENTS.match(text, match.end())
            end = arguments.end() if arguments else match.end()
            if arguments is not None:
                del arguments
            _blank(text, match.start(), end)
        elif word in lexicon.inlines:
            _blank(text, *match.span())
            text[match.start() : match.start() + 6] = b"inline"


def _rewrite_syscalls(text: bytearray, marks: list[Mark]) -> None:
    for match in _SYSCALL.finditer(bytes(text)):
        compat, _, name, _ = match.groups()
        prefix = "compat_sys_" if compat else "sys_"
        start, end = match.span(4)
        _blank(text, match.start(), match.start(3))
        text[match.start() : match.start() + 4] = b"long"
        at = match.start(3)
        commas = [at for at in range(start, end) if text[at] == 0x2C]
        for n, comma in enumerate(commas):
            text[comma] = 0x28 if n == 0 else 0x2C if n % 2 == 0 else 0x20
        if not commas:
            continue
        macro = match[0][: match[0].index(b"(")].decode()
        marks.append(Mark(at, "function", macro, prefix + name.decode()))


def _rewrite_walks(text: bytearray, marks: list[Mark]) -> None:
    for match in _WALK.finditer(bytes(text)):
        arguments = _ARGUMENTS.match(text, match.end())
        if arguments is None:
            continue
        end = arguments.end()
        del arguments
        follow = bytes(text[end : end + 200]).lstrip()[:1]
        if follow in b";,)&|=":
            continue
        start = match.start()
        _blank(text, *match.span())
        text[start : start + 5] = b"while"
        marks.append(Mark(start, "walk", match[0].decode(), ""))
