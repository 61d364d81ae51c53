"""A learner reports a card of a built-in deck: the text to paste, which is sent nowhere."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..core.card_reports import ReportedCard, report_text
from ..errors import NotFound
from ..storage import Deck, Note, NoteType
from .revising import rev_of
from .visibility import get_card


def report_of_card(session: Session, user_id: int, card_id: int, app_version: str) -> str:
    """Return what to report of a card: which it is and what it says, as plain text.

    :raise NotFound: unless the user may see the card, and it belongs to a built-in deck.
    """
    card = get_card(session, user_id, card_id)
    row = session.execute(
        select(Note.owner_id, Note.guid, Note.fields, Note.details, NoteType.kind, Deck.key)
        .join(NoteType, NoteType.id == Note.note_type_id)
        .join(Deck, Deck.id == card.deck_id)
        .where(Note.id == card.note_id)
    ).one()
    if row.owner_id is not None:
        raise NotFound("This card is no part of a built-in deck; whoever wrote it can change it.")
    reported = ReportedCard(
        card_id=row.guid,
        key=card.key,
        rev=rev_of(row.details),
        deck_key=str(row.key),
        kind=row.kind,
        ordinal=card.ordinal,
        fields=row.fields,
    )
    return report_text(reported, app_version)
