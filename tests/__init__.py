"""Tests; `markers` reads the carets of cases."""
