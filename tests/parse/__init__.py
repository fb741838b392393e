"""Tests of the stage that makes trees of bytes."""
