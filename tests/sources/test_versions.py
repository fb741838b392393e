"""Versions: how they are read, compared, and which may stand for which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xref.sources.versions import (
    is_point_release,
    is_same_release,
    makefile_version,
    near_versions,
    newest,
    release_of,
)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("v6.1", "6.1", True),
        ("v6.1", "6.1.0", True),
        ("v6.1", "6.1.1", False),
        ("v6.1-rc3", "6.1.0-rc3", True),
        ("v6.1-rc3", "6.1", False),
        ("2.6.32", "v2.6.32", True),
        ("6.1.9-mine", "6.1.9", False),
        ("master", "master", True),
        ("master", "main", False),
    ],
)
def test_spellings_of_one_release_are_the_same(
    one: str, other: str, *, same: bool
) -> None:
    assert is_same_release(one, other) is same
    assert is_same_release(other, one) is same


@pytest.mark.parametrize(
    ("version", "asked", "may"),
    [
        ("6.1.192", "v6.1", True),
        ("v6.1.9", "6.1", True),
        ("6.1.9-vendor", "v6.1", True),
        ("6.12.1", "v6.1", False),
        ("6.1.192", "v6.1.9", False),
        ("6.1.0-rc3", "v6.1", False),
        ("6.1.9", "v6.1-rc3", False),
        ("2.6.32.60", "v2.6.32", True),
        ("2.6.33", "v2.6.32", False),
        ("2.6.33", "v2.6", False),
        ("6.1.192", "master", False),
        ("master", "v6.1", False),
    ],
)
def test_only_a_point_release_of_the_series_stands_for_a_release(
    version: str, asked: str, *, may: bool
) -> None:
    assert is_point_release(version, asked) is may


def test_the_newest_is_chosen_by_number_and_a_candidate_is_older() -> None:
    assert newest(["6.1.9", "v6.1.192", "master", "6.1.20"]) == "v6.1.192"
    assert newest(["v6.2-rc8", "v6.1.192", "v6.2-rc10"]) == "v6.2-rc10"
    assert newest(["v6.2", "v6.2-rc10"]) == "v6.2"
    assert newest([]) is None


def test_near_versions_are_of_the_same_series_else_the_newest_of_others() -> None:
    known = ["6.1.170", "6.1.192", "6.12.117", "5.10.1", "v6.6.1", "main"]
    assert near_versions("6.1.190", known, 2) == ("6.1.192", "6.1.170")
    assert near_versions("v6.5", known, 2) == ("v6.6.1", "6.1.192")
    assert near_versions("mian", known) == ("main",)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        (b"VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 192\nEXTRAVERSION =\n", "6.1.192"),
        (b"VERSION = 6\r\nPATCHLEVEL = 2\r\nSUBLEVEL = 0\r\n", "6.2.0"),
        (
            b"# c\nVERSION=6\nPATCHLEVEL=2\nSUBLEVEL=0\nEXTRAVERSION = -rc1\nNAME = x",
            "6.2.0-rc1",
        ),
        (
            b"VERSION = 2\nPATCHLEVEL = 6\nSUBLEVEL = 32\nEXTRAVERSION = .60\n",
            "2.6.32.60",
        ),
        (b"VERSION = 6\nSUBLEVEL = 192\n", None),
        (b"VERSION = $(shell x)\nPATCHLEVEL = 1\n", None),
        (b"all:\n\techo\n", None),
        (b"", None),
    ],
)
def test_the_top_makefile_names_the_version(text: bytes, version: str | None) -> None:
    assert makefile_version(text) == version


@given(
    st.integers(3, 9),
    st.integers(0, 99),
    st.integers(0, 999),
    st.integers(0, 9) | st.none(),
)
def test_a_tag_reads_as_the_release_it_was_made_of(
    version: int, level: int, sub: int, candidate: int | None
) -> None:
    tail = "" if candidate is None else f"-rc{candidate}"
    release = release_of(f"{version}.{level}.{sub}{tail}")
    assert release is not None
    assert release_of(release.tag) == release


@given(st.text(max_size=12))
def test_any_text_is_a_release_or_none(text: str) -> None:
    release = release_of(text)
    assert release is None or release.numbers
