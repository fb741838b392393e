"""Extraction: a tree to the facts of one blob."""
