"""What cleaning hands over besides the text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that cleaning rewrote and extraction must know."""

    start_byte: int
    """Of the token that carries the meaning: the name of a ``function`` or an
    ``object``, the ``while`` of a ``walk``, the identifier of a ``type``, the callee
    of a ``call``, the ``?`` of a ``range``, the name of a ``label``."""
    kind: str
    """``function`` ``object`` ``walk`` ``type`` ``call`` ``range`` ``label``.

    range: ``case A ?: B`` stands for ``case A ... B``.
    label: the expression statement ``out;`` stands for ``out:`` without a statement.
    call: the callee's name lost its last letter to make room for a semicolon."""
    macro: str
    """As written: ``SYSCALL_DEFINE3``, ``list_for_each_entry``, ``module_init``."""
    text: str
    """function, object: the resulting name (``sys_socket``); type: the normalised
    type (``struct sock *``); otherwise empty."""


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
