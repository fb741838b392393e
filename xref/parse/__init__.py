"""Stage 2: bytes to a tree, with the cleaning that kernel C needs before it."""
