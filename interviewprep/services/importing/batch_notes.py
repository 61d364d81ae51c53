"""What a batch of notes says: how they are called in warnings, what they lack, where they lie."""

from __future__ import annotations

from functools import partial

from ...core.card_titles import note_named
from ...core.note_batches import FIELD_SEPARATOR, NoteBatch
from ...core.read_warnings import WarningLog
from .comparing import Compared


def named(batch: NoteBatch, place: int) -> str:
    """Return how to call a note of a file in a warning."""
    return note_named(batch.number(place), batch.texts[place].split(FIELD_SEPARATOR))


def warn_of_missing(batch: NoteBatch, warnings: WarningLog) -> None:
    for place, names in batch.missing.items():
        for name in names:
            warnings.add(
                "missing-media", partial(named, batch, place), f"{name[:120]} is not in the file"
            )


def warn_of_repeated(batch: NoteBatch, compared: Compared, warnings: WarningLog) -> None:
    for place in compared.repeated:
        warnings.add(
            "duplicate-guid",
            partial(named, batch, place),
            "a note with the same guid stands above; this one is left out",
        )


def name_decks(batch: NoteBatch, decks: dict[str, None]) -> None:
    """Collect the decks that notes and cards lie in, in the order of the file."""
    for layout in batch.layouts_used:
        decks[layout.deck] = None
        for _, name in layout.card_decks:
            decks[name] = None
