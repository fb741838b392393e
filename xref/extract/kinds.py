"""Numbers of the grammar's node kinds: quicker to compare than their names."""

import tree_sitter
import tree_sitter_c

_LANGUAGE = tree_sitter.Language(tree_sitter_c.language())
ERROR = 65535
"""The kind of a node that could not be read; tree-sitter gives it no name's number."""

_NUMBERS: dict[str, tuple[int, ...]] = {}
for _number in range(_LANGUAGE.node_kind_count):
    _name = _LANGUAGE.node_kind_for_id(_number) or ""
    _key = _name if _LANGUAGE.node_kind_is_named(_number) else f"'{_name}"
    _NUMBERS[_key] = (*_NUMBERS.get(_key, ()), _number)
_NUMBERS["ERROR"] = (ERROR,)


def numbers_of(*names: str) -> frozenset[int]:
    """The numbers of node kinds; a token's name begins with ``'``: ``'(``."""
    return frozenset(number for name in names for number in _NUMBERS.get(name, ()))


def number_of(name: str) -> int:
    """The number by which a node of this kind is known."""
    number = _LANGUAGE.id_for_node_kind(
        name.removeprefix("'"), not name.startswith("'")
    )
    if number is None:
        raise KeyError(name)
    return number


IDENTIFIER = number_of("identifier")
FIELD_IDENTIFIER = number_of("field_identifier")
TYPE_IDENTIFIER = number_of("type_identifier")
COMMENT = number_of("comment")
SKIPPED = numbers_of("comment", "'(", "')", "',", "';", "'{", "'}", "'[", "']")
"""What separates: no part of an argument list, a block or an initialiser list."""

OPERATORS = {
    number: _LANGUAGE.node_kind_for_id(number) or ""
    for number in range(_LANGUAGE.node_kind_count)
    if not _LANGUAGE.node_kind_is_named(number)
}
"""The text of each token that has but one."""
