"""Token pasting and stringing in macro bodies, hidden from the parser.  C11 6.10.3.

``a ## b`` becomes one identifier with ``$`` in it and ``#a`` an empty string, both
of the same length as before.  Names are shown again as ``a##b``.
"""

import re

from xref.extract.reader import Found
from xref.records import Code

_PASTE = re.compile(r"(?<=[\w$])\s*##\s*(?=[\w$])")
_COMMA = re.compile(r"(,\s*)##")
_STRING = re.compile(r"#\s*\w+")
_LEFT = re.compile(r"#+")
_HIDDEN = re.compile(r"\$+")


def is_pasting(text: str) -> bool:
    """Whether tokens are pasted together; ``, ##args`` is none."""
    return "##" in text and _PASTE.search(text) is not None


def hidden(text: str) -> str:
    """The text without the operators of the preprocessor, of the same length."""
    if "#" not in text:
        return text
    text = _COMMA.sub(r"\1  ", text)
    text = _PASTE.sub(lambda match: "$" * len(match[0]), text)
    text = _STRING.sub(lambda match: '""' + " " * (len(match[0]) - 2), text)
    return _LEFT.sub(lambda match: " " * len(match[0]), text)


def shown_code(code: Code) -> Code:
    """Code with the names as they were."""
    return [
        shown_code(item)
        if isinstance(item, list)
        else _HIDDEN.sub("##", item)
        if isinstance(item, str) and "$" in item
        else item
        for item in code
    ]


def shown_records(found: Found, calls: int, stores: int) -> None:
    """Show the names in what was found behind these numbers of calls and stores."""
    for at, (byte, call) in enumerate(found.calls[calls:], calls):
        if "$" in call.callee:
            found.calls[at] = (byte, call._replace(callee=_shown(call.callee)))
    for at, (byte, store) in enumerate(found.stores[stores:], stores):
        if "$" in store.target or "$" in store.value:
            target, value = _shown(store.target), _shown(store.value)
            found.stores[at] = (byte, store._replace(target=target, value=value))


def _shown(text: str) -> str:
    return _HIDDEN.sub("##", text)
