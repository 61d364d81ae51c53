"""Cards as they would look, before anything is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core import rendering
from ..core.cards import cards_of
from ..core.note_checks import LONGEST_FIELD, clean_field
from ..core.notes import NoteType, RenderedCard
from ..storage import NoteMedia
from .rendered import media_address

MOST_SHOWN = 12
MOST_SHOWN_CHARS = 40_000
"""Rendering takes seconds on a text made to hurt, and each card of a note renders all of it."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The first cards of a note, and how many it makes."""

    cards: list[RenderedCard]
    count: int


def preview_cards(
    session: Session,
    note_type: NoteType,
    fields: Sequence[str],
    *,
    tags: Sequence[str] = (),
    deck: str = "",
    note_id: int | None = None,
) -> Preview:
    """Render what these fields would make. `note_id` is the note whose pictures they may show.

    Whether the user may see that note has been asked before.
    """
    texts = [clean_field(text)[:LONGEST_FIELD] for text in fields]
    if not any(text.strip() for text in texts):
        return Preview([], 0)
    made = cards_of(note_type, texts)
    shown = max(1, min(MOST_SHOWN, MOST_SHOWN_CHARS // sum(map(len, texts))))
    media = _media(session, note_id)
    return Preview(
        [
            rendering.render_card(
                note_type, texts, card.ordinal, tags=tags, deck=deck, media=media.get
            )
            for card in made[:shown]
        ],
        len(made),
    )


def _media(session: Session, note_id: int | None) -> dict[str, str]:
    if note_id is None:
        return {}
    rows = session.execute(
        select(NoteMedia.label, NoteMedia.sha256).where(NoteMedia.note_id == note_id)
    )
    return {row.label: media_address(row.sha256, row.label) for row in rows}
