"""Stage 3: a tree to the facts of one blob."""
