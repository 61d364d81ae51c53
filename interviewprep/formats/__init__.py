"""Floor 1, bytes to notes and back: one module for each format, one registry line each."""
