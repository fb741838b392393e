"""Tests of the stage store."""
