"""Declarations, at file scope and in functions.  C11 6.7."""

from typing import NamedTuple

from tree_sitter import Node

from xref.extract.aliases import note_alias
from xref.extract.cleanups import note_cleanup
from xref.extract.initialisers import read_value
from xref.extract.kinds import SKIPPED, number_of
from xref.extract.reader import Local, Reader
from xref.extract.structs import specified
from xref.extract.types import (
    DECLARATORS,
    TYPES,
    Declared,
    declared,
    name_of,
    parameters_of,
)
from xref.extract.values import is_plain, text_json, type_of
from xref.records import Code, Object, Parameter, Prototype, Typedef

_INIT = number_of("init_declarator")
_STORAGE = number_of("storage_class_specifier")


class Specifiers(NamedTuple):
    """A declaration without what its declarators say."""

    base: str
    storage: frozenset[str]
    declarators: list[Node]


class Site(NamedTuple):
    """A declared name and where it stands."""

    name: str
    byte: int
    line: int
    guard: str


def specifiers_of(reader: Reader, node: Node) -> Specifiers:
    """Read the specifiers of a declaration, a typedef or a function definition."""
    base: Node | None = None
    storage = []
    declarators = []
    for child in node.children:
        kind = child.kind_id
        if kind == _STORAGE:
            storage.append(reader.slice(child))
        elif base is None and kind in TYPES:
            base = child
        elif kind in DECLARATORS and not child.is_missing:
            declarators.append(child)
    first = name_of(declarators[0]) if declarators else None
    owner = reader.slice(first) if first is not None else ""
    if owner and node.kind_id != _TYPEDEF:
        owner = f"{reader.function}::{owner}"
    type_name = specified(reader, base, owner) if base is not None else "int"
    return Specifiers(type_name, frozenset(storage), declarators)


_TYPEDEF = number_of("type_definition")


def site_of(reader: Reader, node: Node, kind: str) -> tuple[Site, str]:
    """The name that a node declares, and the macro that makes it, or ""."""
    byte = node.start_byte + reader.delta
    mark = reader.mark(node, kind)
    name = mark.text if mark is not None else reader.slice(node)
    guard = reader.conditions.at(byte)
    macro = mark.macro if mark is not None else ""
    return Site(name, byte, reader.line_at(byte), guard), macro


def type_definition(reader: Reader, node: Node, _out: Code) -> None:
    """Read ``typedef int (*name)(void);``."""
    specifiers = specifiers_of(reader, node)
    for declarator in specifiers.declarators:
        made = declared(reader, declarator, specifiers.base)
        if made.name is None:
            continue
        site, _ = site_of(reader, made.name, "type")
        type_name = made.type
        if made.parameters is not None:
            parameters, is_variadic = parameters_of(reader, made.parameters)
            listed = [parameter.type for parameter in parameters]
            rest = ["..."] if is_variadic else []
            type_name = f"{type_name}({', '.join([*listed, *rest]) or 'void'})"
        record = Typedef(site.name, type_name, site.line, site.guard)
        reader.found.typedefs.append((site.byte, record))


def declaration(reader: Reader, node: Node, out: Code) -> None:
    """A declaration; in a function it adds to the statements."""
    specifiers = specifiers_of(reader, node)
    for declarator in specifiers.declarators:
        made = declared(reader, declarator, specifiers.base)
        if made.name is None:
            continue
        value = None
        if declarator.kind_id == _INIT:
            parts = [
                part for part in declarator.children if part.kind_id not in SKIPPED
            ]
            value = parts[-1] if len(parts) > 2 else None  # noqa: PLR2004  # a = b
        if made.parameters is not None and value is None:
            _prototype(reader, made, specifiers)
        elif reader.function and "extern" not in specifiers.storage:
            _local(reader, made, value, specifiers, out)
        else:
            _object(reader, made, value, specifiers, node)


def _prototype(reader: Reader, made: Declared, specifiers: Specifiers) -> None:
    if made.name is None or made.parameters is None:
        return
    site, _ = site_of(reader, made.name, "function")
    parameters, is_variadic = parameters_of(reader, made.parameters)
    record = Prototype(
        site.name,
        site.line,
        made.type,
        tuple(parameters),
        is_variadic,
        "static" in specifiers.storage,
        site.guard,
    )
    reader.found.prototypes.append((site.byte, record))
    if "alias" in reader.kinds and not reader.function:
        note_alias(reader, made.name, record)


def _object(
    reader: Reader,
    made: Declared,
    value: Node | None,
    specifiers: Specifiers,
    whole: Node,
) -> None:
    if made.name is None:
        return
    site, macro = site_of(reader, made.name, "object")
    init: Code = []
    if value is not None:
        target = f'["n","{site.name}"]'
        init = read_value(reader, value, target, made.type, made.name)
    record = Object(
        name=site.name,
        type=made.type,
        line=site.line,
        end_line=reader.line_at(whole.end_byte + reader.delta),
        static="static" in specifiers.storage,
        extern="extern" in specifiers.storage and value is None,
        function="" if "extern" in specifiers.storage else reader.function,
        guard=site.guard,
        macro=macro,
        init=init,
    )
    reader.found.objects.append((site.byte, record))
    if not (reader.function or macro):
        reader.objects[site.name] = made.type


def _local(
    reader: Reader,
    made: Declared,
    value: Node | None,
    specifiers: Specifiers,
    out: Code,
) -> None:
    if made.name is None:
        return
    is_static = "static" in specifiers.storage
    code = declare_local(
        reader, made.name, made.type, value, out=out, is_static=is_static
    )
    if is_static:
        end = (value or made.name).end_byte
        _static_object(reader, made.name, code, end)


def declare_local(  # noqa: PLR0913  # what a declarator says, and where it stands
    reader: Reader,
    node: Node,
    type_name: str,
    value: Node | None,
    *,
    out: Code,
    is_static: bool = False,
) -> Code | None:
    """Enter a local variable into the scope and the statements; its initialiser.

    Args:
        reader: the walk.
        node: of the name.
        type_name: of the variable.
        value: what initialises it.
        out: the statements.
        is_static: whether it outlives its function.
    """
    name = reader.slice(node)
    json = f'["v",{text_json(type_name)},"{name}"]'
    local = Local(json, type_name, "static" if is_static else "auto")
    reader.kept.discard(name)
    reader.scope[name] = local  # C11 6.2.1: its scope begins before its initialiser
    code: Code | None = None
    if value is not None:
        n_stores = len(reader.found.stores)
        target = "" if is_plain(type_name) else json
        code = read_value(reader, value, target, type_name, node)
        if target and len(reader.found.stores) > n_stores:
            reader.kept.add(name)
        if type_name == "__auto_type":
            type_name = type_of(code, reader.scope)
            json = f'["v",{text_json(type_name)},"{name}"]'
            reader.scope[name] = Local(json, type_name, local.storage)
    out.append(["decl", name, type_name, code, reader.line(node), int(is_static)])
    if "cleanup" in reader.kinds:
        note_cleanup(reader, node, out)
    return code


def _static_object(reader: Reader, node: Node, code: Code | None, end: int) -> None:
    """A static variable of a function, just declared, is an object too."""
    byte = node.start_byte + reader.delta
    name = reader.slice(node)
    record = Object(
        name=name,
        type=reader.scope[name].type,
        line=reader.line(node),
        end_line=reader.line_at(end + reader.delta),
        static=True,
        extern=False,
        function=reader.function,
        guard=reader.conditions.at(byte),
        macro="",
        init=code or [],
    )
    reader.found.objects.append((byte, record))


def parameter_scope(parameters: list[Parameter]) -> dict[str, Local]:
    """The scope that a function's parameters make."""
    scope = {}
    for position, parameter in enumerate(parameters):
        if parameter.name:
            json = f'["p",{text_json(parameter.type)},"{parameter.name}",{position}]'
            scope[parameter.name] = Local(json, parameter.type, "parameter")
    return scope


def variable_scope(parameters: list[Parameter]) -> dict[str, Local]:
    """The same for a function that a macro defines: there they are locals."""
    scope = {}
    for parameter in parameters:
        if parameter.name:
            json = f'["v",{text_json(parameter.type)},"{parameter.name}"]'
            scope[parameter.name] = Local(json, parameter.type, "auto")
    return scope
