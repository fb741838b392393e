"""Joins the stages: files to facts, facts to links, an index to a program."""

from xref.pipeline.indexing import Indexed, IndexOptions, index
from xref.pipeline.programs import open_program

__all__ = ["IndexOptions", "Indexed", "index", "open_program"]
