"""Joins the stages: files to facts, facts to links, an index to a program."""

from xref.pipeline.indexing import IndexOptions, index
from xref.pipeline.programs import open_program

__all__ = ["IndexOptions", "index", "open_program"]
