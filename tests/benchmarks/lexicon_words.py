"""Words for data/lexicon.toml, from the macros of kernel trees.

usage: lexicon_words.py TREE...

Prints what the trees have and the lexicon has not: macros whose bodies are all empty
or attributes (annotations), and macros that end in a loop (loops).  What is printed is
to be read by a person: some of these words are names elsewhere.
"""

import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

_DEFINE = re.compile(
    r"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^)\n]*\))?((?:[^\n\\]|\\\r?\n|\\.)*)",
    re.MULTILINE,
)
_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_NESTED = r"\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)"
_ATTRIBUTE = re.compile(
    rf"(?:__attribute(?:__)?|__declspec|__section|__aligned|__printf|__scanf)\s*{_NESTED}"
)
_LAST_CALL = re.compile(r"(\w+)\s*\Z")
_OTHER_TREES = {"Documentation", "tools", "samples", "scripts"}

Macros = dict[str, set[tuple[str, str]]]
"""Name to parameters and body."""


def main() -> None:
    """Print one word a line."""
    macros: Macros = defaultdict(set)
    for tree in sys.argv[1:]:
        for name, parameters, body in macros_of(Path(tree)):
            macros[name].add((parameters, body))
    text = Path(__file__).resolve().parents[2] / "data" / "lexicon.toml"
    lexicon = tomllib.loads(text.read_text("utf-8"))
    known = {*lexicon["annotations"], *lexicon["inlines"]}
    for name in sorted(annotations_of(macros) - known):
        print("annotation", name)
    for name in sorted(loops_of(macros) - set(lexicon["loops"])):
        if "for_each" not in name:
            print("loop", name)


def macros_of(tree: Path) -> Iterator[tuple[str, str, str]]:
    """All definitions of a tree."""
    for path in tree.rglob("*.[ch]"):
        if path.relative_to(tree).parts[0] not in _OTHER_TREES:
            text = _COMMENT.sub(" ", path.read_text("latin-1"))
            for name, parameters, body in _DEFINE.findall(text):
                yield name, parameters, " ".join(body.replace("\\\n", " ").split())


def annotations_of(macros: Macros) -> set[str]:
    """Names whose bodies are all empty or attributes, and not all empty."""
    known = {"inline", "__inline", "__inline__"}
    size = 0
    while len(known) > size:
        size = len(known)
        for name, definitions in macros.items():
            bodies = {body for _, body in definitions}
            if bodies != {""} and all(_is_annotation(body, known) for body in bodies):
                known.add(name)
    return known


def _is_annotation(body: str, known: set[str]) -> bool:
    return set(_ATTRIBUTE.sub(" ", body).split()) <= known


def loops_of(macros: Macros) -> set[str]:
    """Names of macros that take a statement behind them."""
    loops = {"for", "while"}
    size = 0
    while len(loops) > size:
        size = len(loops)
        for name, definitions in macros.items():
            if any(
                parameters and _loops(body, loops) for parameters, body in definitions
            ):
                loops.add(name)
    return loops - {"for", "while"}


def _loops(body: str, loops: set[str]) -> bool:
    """Whether a body ends with the head of a loop, or with ``else``."""
    if body.endswith(" else"):
        return True
    depth = 0
    for at in range(len(body) - 1, -1, -1):
        depth += (body[at] == ")") - (body[at] == "(")
        if depth <= 0:
            call = _LAST_CALL.search(body[:at])
            before = body[: call.start()].rstrip() if call else ""
            if call is None or (call[1] == "while" and before.endswith("}")):
                return False
            return call[1] in loops
    return False


if __name__ == "__main__":
    main()
