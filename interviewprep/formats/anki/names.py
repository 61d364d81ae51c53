"""Names out of a file, made fit to be stored and to be shown."""

from __future__ import annotations

DECK_SEPARATOR = "::"
_LONGEST_DECK = 400


def clean(text: str) -> str:
    """Text that every database takes: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def shown(name: str) -> str:
    """A name from a file, fit to stand in a sentence."""
    safe = "".join(sign if sign.isprintable() else "\ufffd" for sign in name)
    return safe if len(safe) <= 80 else safe[:77] + "…"


def deck_name(name: str, separator: str = DECK_SEPARATOR) -> str:
    """A deck's full name with `::` between levels; empty levels are called "blank", as in Anki."""
    levels = (level.strip() or "blank" for level in clean(name).split(separator))
    return DECK_SEPARATOR.join(levels)[:_LONGEST_DECK]
