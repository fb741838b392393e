"""Stage 4: facts and links to SQLite and back."""
