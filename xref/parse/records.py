"""What cleaning hands over besides the text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that cleaning rewrote and extraction must know."""

    start_byte: int
    """Of the token that carries the meaning: a name, ``while``, ``?``, a brace."""
    kind: str
    """What was rewritten.

    ``function``: the declarator's name, of a definition by a macro.
    ``object``: the declarator's name, of a variable or member declared by a macro.
    ``walk``: the ``while`` of what was a loop macro.
    ``type``: an identifier that stands for a type, or for a call next to a string.
    ``call``: a name that lost its last letter to make room: `macro` is the name.
    ``range``: ``case A ?: B`` stands for ``case A ... B``.
    ``label``: the statement ``out;`` stands for ``out:`` without a statement.
    ``block``: ``{statements}`` stands for ``MACRO(statements)``.
    ``braces``: ``{a, .b = c}`` in a list stands for ``MACRO(a, .b = c)``.
    ``designator``: the argument ``a = 1`` stands for ``.a = 1``.
    ``operator``: an identifier that stands for an operator as an argument.
    ``cleanup``: the declarator's name, of a variable with an attribute that was
    blanked: `macro` names it, or is empty for that of GNU C itself.
    ``alias``: the declarator's name, of a function that an attribute makes another
    name of `text`.
    ``items``: a macro was blanked, or its arguments: no C that can be known here."""
    macro: str
    """As written: ``SYSCALL_DEFINE3``, ``list_for_each_entry``, ``module_init``."""
    text: str
    """function, object: the resulting name (``sys_socket``); type: the normalised
    type (``struct sock *``); operator: as written; cleanup: the argument, a name that
    may be pasted, or empty; otherwise empty."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Bytes that stay in place under a condition whose directives were blanked."""

    start_byte: int
    end_byte: int
    directives: tuple[str, ...]
    """The directives of the group from ``#if`` to the one that opens this arm, as
    written, comments out: ``("#ifdef CONFIG_A", "#else")``."""


@dataclass(frozen=True, slots=True)
class Island:
    """An arm that the main text leaves out, within the item that it belongs to."""

    start_byte: int
    end_byte: int
    """Of the arm in the blob; only what starts in here is new."""
    directives: tuple[str, ...]
    """As in `Guard`."""
    text: bytes
    """The enclosing item of the file scope with this arm in place of the kept one."""
    text_start: int
    """Where `text` begins in the blob."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A blob's text, made readable for tree-sitter."""

    text: bytes
    """For the tree.  Of the input's length, with its line breaks."""
    whole: bytes
    """As `text`, with all directives and arms, as also macro bodies are to be read."""
    marks: tuple[Mark, ...]
    """In the order of `start_byte`; also for what stands in islands."""
    guards: tuple[Guard, ...]
    islands: tuple[Island, ...]
