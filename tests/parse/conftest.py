"""Failing cases show what differs."""

import pytest

pytest.register_assert_rewrite("tests.parse.cleaning")
