"""Stage 5: the facts of one version to meanings, types, slots and what they hold."""
