"""Cleaned bytes to a tree."""

import tree_sitter
import tree_sitter_c

_LANGUAGE = tree_sitter.Language(tree_sitter_c.language())


def parse(text: bytes) -> tree_sitter.Tree:
    """Parse C; broken source gives ERROR and MISSING nodes, never an exception."""
    return tree_sitter.Parser(_LANGUAGE).parse(text)
