"""People, decks and cards to test with, made through the services wherever one makes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from interviewprep.core.notes import Markup, NoteKind
from interviewprep.core.own_types import own_type
from interviewprep.services import notes
from interviewprep.services.decks import ensure_deck
from interviewprep.services.note_types import stored_note_type
from interviewprep.services.search_index import index_notes
from interviewprep.storage import Card, Deck, Memory, Note, User

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
TODAY = date(2026, 11, 20)
LATER = NOW + timedelta(minutes=5)


def add_person(session: Session, name: str) -> int:
    user = User(email=f"{name}@example.org", password_hash="!", created_at=NOW)
    session.add(user)
    session.flush()
    return user.id


def add_note(
    session: Session,
    user_id: int,
    front: str,
    back: str = "an answer",
    *,
    deck: str = "Mine",
    tags: str = "",
    kind: NoteKind = NoteKind.BASIC,
) -> Note:
    deck_id = ensure_deck(session, user_id, deck, NOW).id
    draft = notes.Draft(deck_id, kind, (front, back, "", ""), tags)
    return notes.write_note(session, user_id, draft, NOW)


def cards(session: Session, note: Note, *, retired: bool = False) -> list[Card]:
    rows = session.scalars(
        select(Card)
        .where(Card.note_id == note.id)
        .order_by(Card.ordinal)
        .execution_options(populate_existing=True)
    )
    return [card for card in rows if (card.retired_at is not None) == retired]


def add_built_in(session: Session, name: str, *fronts: str, category: str = "ml") -> list[Note]:
    """A built-in deck with a basic note for each front; an id with `c1::` in it makes a cloze."""
    deck = Deck(
        owner_id=None,
        name=name,
        key=f"{category}/{name.lower().replace(' ', '-')}",
        category=category,
        description=f"About {name}.",
        created_at=NOW,
    )
    session.add(deck)
    session.flush()
    made = []
    for position, front in enumerate(fronts):
        kind = NoteKind.CLOZE if "{{c1::" in front else NoteKind.BASIC
        note_type = stored_note_type(session, None, own_type(kind, Markup.MARKDOWN))
        note = Note(
            owner_id=None,
            deck_id=deck.id,
            note_type_id=note_type.id,
            guid=f"{deck.key}-{position}",
            fields=[front, "an answer", "", ""],
            tags=" evaluation ",
            content_hash="x",
            created_at=NOW,
            changed_at=NOW,
        )
        session.add(note)
        session.flush()
        notes.sync_cards(session, note, note_type, NOW)
        made.append(note)
    index_notes(session.connection(), [note.id for note in made])
    return made


def remember(
    session: Session, user_id: int, card: Card, *, due_in_days: int = 0, **values: object
) -> Memory:
    """Give the learner a memory of this card, as if answered yesterday."""
    memory = Memory(
        user_id=user_id,
        card_id=card.id,
        interval_days=3,
        ease_hundredths=250,
        repetitions=2,
        last_day=TODAY - timedelta(days=1),
        due_day=TODAY + timedelta(days=due_in_days),
        version=2,
    )
    for name, value in values.items():
        setattr(memory, name, value)
    session.add(memory)
    session.flush()
    return memory
