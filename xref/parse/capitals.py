"""Words in capitals around declarations, which mean attributes or storage: blanked."""

import re
from typing import Final

from xref.parse.draft import Draft

_QUALIFIERS: Final = rb"(?:(?:const|volatile|static|extern|inline)\s++){0,5}+"
# ``EXPORT_API const char *f(void)``: a type and a name must be left without it.
_CAPITALS_BEFORE: Final = re.compile(
    rb"\n(?:(?:static|extern|inline)[ \t]+){0,3}(_*+[A-Z][A-Z0-9_]{3,})[ \t]+(?="
    + _QUALIFIERS
    + rb"(?:(?:unsigned|signed|struct|union|enum|long|short)\s++){0,4}+"
    rb"\w++(?:\s*\*[\s*]*+|\s++)[A-Za-z_]\w*+(?:\s+\w+)?\s*[(;=\[])"
)
# ``static void INIT f(void)``
_CAPITALS_BETWEEN: Final = re.compile(
    rb"\n(?:(?:static|STATIC|extern|inline|const)[ \t]+){0,4}"
    rb"(?:(?:struct|unsigned)[ \t]+)?(?:int|void|char|long|\w+_t)"
    rb"[\s*]+([A-Z][A-Z_]{2,})\s+\w+[ \t]*[(;=\[]"
)
# ``enum reboot_mode reboot_mode DEFAULT_MODE;``
_CAPITALS_AFTER: Final = re.compile(
    rb"\n(?:struct|enum)[ \t]+\w+[ \t]+\w+[ \t]+([A-Z][A-Z0-9_]{3,})[ \t]*[;=]"
)
# ``int f(void) __RENAME(g);  char license[] SEC("license") = "GPL";``
_BEHIND: Final = rb"(_*[A-Z]+\([^()]*\))\s*[;={]"
_CAPITALS_BEHIND: Final = (
    re.compile(rb"\)\s*+(?=__)" + _BEHIND),
    re.compile(rb"\]\s*+" + _BEHIND),
)
# ``typedef struct { ... } PACKED name;  int f(void) CONSTANT;``
_CAPITALS_WITHIN: Final = (
    re.compile(rb"\}[ \t]*+([A-Z][A-Z0-9_]+)[ \t]++\w++\s*;"),
    re.compile(rb"\n[a-z][^;\n]*\)[ \t]+([A-Z][A-Z0-9_]{3,})[ \t]*;"),
    re.compile(rb"\*[ \t]*const[ \t]+([A-Z][A-Z0-9_]*)[ \t]+[a-z_]\w*\s*[,)]"),
)
# ``extern int FASTCALL(f(int a));  int f OF((int a));``: a prototype in brackets.
_CAPITALS_AROUND: Final = (
    re.compile(
        rb"\n[a-z_][\w \t*]*?[ \t*]([A-Z][A-Z0-9_]+[ \t]*\()"
        rb"\s*\w+\s*\((?:[^(){};]|\([^(){};]*\)){0,90}\)\s*(\))\s*;"
    ),
    re.compile(
        rb"\n[a-z_][\w \t*]*[ \t]([A-Z]{2,}[ \t]*\()"
        rb"\((?:[^(){};]|\([^(){};]*\)){0,90}\)(\))\s*;"
    ),
)
_CLOSINGS: Final = re.compile(rb"\)\s*+\)\s*+;")
# ``typedef u32 (ACPI_XFACE * handler) (void *context);``
_CAPITALS_POINTER: Final = re.compile(rb"\(\s*([A-Z][A-Z0-9_]+)\s+\*\s*\w+\s*\)\s*\(")


def blank_capitals(draft: Draft, outer: bytes) -> None:
    """Blank words in capitals around declarations of the file scope.

    They are looked for in `outer`: the text without directives and without what
    braces hold.
    """
    lines = b"\n" + outer  # so that each line begins behind a break; one byte behind
    for match in _CAPITALS_BEFORE.finditer(lines):
        word = match[1]
        new = b"static" if word == b"STATIC" else b""
        draft.put(match.start(1) - 1, new.ljust(len(word)))
    around = _CAPITALS_AROUND if _CLOSINGS.search(lines) else ()
    for pattern in around:
        for match in pattern.finditer(lines):
            draft.blank(match.start(1) - 1, match.end(1) - 1)
            draft.blank(match.start(2) - 1, match.end(2) - 1)
    for pattern in (
        _CAPITALS_BETWEEN,
        _CAPITALS_AFTER,
        _CAPITALS_POINTER,
        *_CAPITALS_BEHIND,
        *_CAPITALS_WITHIN,
    ):
        for match in pattern.finditer(lines):
            draft.blank(match.start(1) - 1, match.end(1) - 1)
