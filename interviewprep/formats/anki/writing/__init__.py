"""Anki packages are written here: `packing.write` puts together what the other modules make."""
