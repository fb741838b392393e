"""Edges to answers: what of a path a reader wants, and in which order."""
