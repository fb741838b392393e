"""Types as strings."""

import pytest

from xref.link.types import applied, may_hold_function, pointee, pointer_to, result_of


@pytest.mark.parametrize(
    ("type_", "inner"),
    [
        ("struct sock *", "struct sock"),
        ("char *[]", "char *"),
        ("struct ops[]", "struct ops"),
        ("int (*)(int)", "int (*)(int)"),
        ("int (**)(int)", "int (*)(int)"),
        ("int (*[])(int)", "int (*)(int)"),
        ("int(int)", "int(int)"),
        ("int", ""),
    ],
)
def test_what_a_pointer_leads_to(type_: str, inner: str) -> None:
    assert pointee(type_) == inner


@pytest.mark.parametrize(
    ("type_", "result"),
    [
        ("int (*)(int)", "int"),
        ("struct sock * (*)(int)", "struct sock *"),
        ("struct sock *()", "struct sock *"),
        ("void (*)(int (*)(void))", "void"),
        ("int", ""),
    ],
)
def test_what_a_call_gives(type_: str, result: str) -> None:
    assert result_of(type_) == result


@pytest.mark.parametrize(
    ("base", "suffix", "type_"),
    [
        ("struct sock", " *", "struct sock *"),
        ("int (*)(int)", " *", "int (**)(int)"),
        ("int (*)(int)", "[]", "int (*[])(int)"),
        ("int(int)", " *", "int (*)(int)"),
    ],
)
def test_a_typedef_with_what_stands_behind_it(
    base: str, suffix: str, type_: str
) -> None:
    assert applied(base, suffix) == type_


def test_the_address_of_a_function_is_the_function() -> None:
    assert pointer_to("int()") == "int()"
    assert pointer_to("struct sock") == "struct sock *"


@pytest.mark.parametrize("type_", ["int (*)(int)", "void *", "unsigned long", ""])
def test_what_may_hold_a_function(type_: str) -> None:
    assert may_hold_function(type_)


@pytest.mark.parametrize("type_", ["int", "struct sock *", "char *"])
def test_what_holds_none(type_: str) -> None:
    assert not may_hold_function(type_)
