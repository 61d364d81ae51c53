"""Deleting an account: everything of one's own goes, nothing of anybody else's."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from interviewprep.errors import NotAllowed
from interviewprep.services.accounts import add_account
from interviewprep.services.invitations import invite
from interviewprep.services.leaving import delete_account
from interviewprep.services.mailed_links import Purpose, make_link
from interviewprep.services.sessions import open_session
from interviewprep.services.tokens import create_token
from interviewprep.storage import (
    ApiToken,
    Card,
    CardMark,
    Database,
    Day,
    Deck,
    DueLoad,
    Enrolment,
    ImportJob,
    Invitation,
    LoginSession,
    MailedLink,
    MediaFile,
    Memory,
    Note,
    NoteMedia,
    NoteType,
    Rendering,
    Review,
    User,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)
OWNED = (Deck, NoteType, Note)
LEARNT = (Enrolment, Memory, CardMark, Review, Day, DueLoad)
OF_THE_ACCOUNT = (LoginSession, ApiToken, MailedLink, ImportJob)


def add_user(session: Session, email: str) -> int:
    return add_account(session, email, "a hash", NOW).id


def add_deck(session: Session, owner_id: int, name: str, *, is_shared: bool = False) -> int:
    deck = Deck(owner_id=owner_id, name=name, is_shared=is_shared, created_at=NOW)
    session.add(deck)
    session.flush()
    return deck.id


def add_note(
    session: Session, owner_id: int, deck_id: int, guid: str, *, second_deck: int | None = None
) -> list[int]:
    """Store a note with two cards, a picture and a rendering; return the ids of the cards."""
    kind = session.scalar(select(NoteType).where(NoteType.owner_id == owner_id))
    if kind is None:
        kind = NoteType(
            owner_id=owner_id,
            name="Basic",
            kind="basic",
            markup="markdown",
            fields=["Front", "Back"],
            fingerprint="f" * 64,
        )
        session.add(kind)
        session.flush()
    note = Note(
        owner_id=owner_id,
        deck_id=deck_id,
        note_type_id=kind.id,
        guid=guid,
        fields=[f"{guid} of {owner_id}", ""],
        content_hash="",
        created_at=NOW,
        changed_at=NOW,
    )
    session.add(note)
    session.flush()
    if session.get(MediaFile, "a" * 64) is None:
        session.add(MediaFile(sha256="a" * 64, size_bytes=1, content_type="x", created_at=NOW))
    cards = [
        Card(note_id=note.id, deck_id=deck_id, ordinal=0),
        Card(note_id=note.id, deck_id=second_deck or deck_id, ordinal=1),
    ]
    session.add_all(cards)
    session.flush()
    session.add(NoteMedia(note_id=note.id, label="a.png", sha256="a" * 64))
    session.add(Rendering(card_id=cards[0].id, version=1, front_html="", back_html=""))
    session.flush()
    return [card.id for card in cards]


def study(session: Session, user_id: int, card_id: int, *, enrol: bool = True) -> None:
    """Leave one row of every kind of this learner's at the card."""
    deck_id = session.get_one(Card, card_id).deck_id
    here = (user_id, deck_id)
    if enrol and session.get(Enrolment, here) is None:
        session.add(Enrolment(user_id=user_id, deck_id=deck_id, created_at=NOW))
    session.add(Memory(user_id=user_id, card_id=card_id, last_day=TODAY, due_day=TODAY, version=1))
    session.add(CardMark(user_id=user_id, card_id=card_id, flag=1))
    session.add(
        Review(
            user_id=user_id,
            id=uuid.uuid4(),
            card_id=card_id,
            deck_id=deck_id,
            kind="answer",
            at=NOW,
            study_day=TODAY,
            version=1,
        )
    )
    session.merge(Day(user_id=user_id, study_day=TODAY, deck_id=deck_id, answers=1))
    session.merge(DueLoad(user_id=user_id, due_day=TODAY, cards=1))
    session.flush()


def of(database: Database, user_id: int) -> dict[str, int]:
    """Return how many rows of each table are this person's."""
    found = {}
    with database.reading() as session:
        for table in (*OWNED, *LEARNT, *OF_THE_ACCOUNT):
            owner = table.owner_id if table in OWNED else table.user_id
            query = select(func.count()).select_from(table).where(owner == user_id)
            found[table.__tablename__] = session.scalar(query) or 0
    return found


def test_everything_of_ones_own_goes_and_everything_of_others_stays(database: Database) -> None:
    with database.writing() as session:
        ann, bob = add_user(session, "ann@example.org"), add_user(session, "bob@example.org")
        for user in (ann, bob):
            deck, other = add_deck(session, user, "A::B"), add_deck(session, user, "C")
            for card in add_note(session, user, deck, "one", second_deck=other):
                study(session, user, card)
            open_session(session, user, NOW)
            create_token(session, user, NOW)
            make_link(session, user, Purpose.PASSWORD, NOW)
            session.add(
                ImportJob(
                    user_id=user,
                    state="ready",
                    file_name="deck.csv",
                    stored_name=f"upload-of-{user}",
                    size_bytes=1,
                    created_at=NOW,
                    heartbeat_at=NOW,
                )
            )
        invite(session, ann, NOW)
    before = of(database, ann)
    with database.writing() as session:
        assert delete_account(session, bob, NOW) == [f"upload-of-{bob}"]
    assert of(database, ann) == before
    assert set(of(database, bob).values()) == {0}
    with database.reading() as session:
        assert [user.email for user in session.scalars(select(User))] == ["ann@example.org"]
        assert len(session.scalars(select(Card)).all()) == 2
        assert len(session.scalars(select(NoteMedia)).all()) == 1
        assert len(session.scalars(select(Rendering)).all()) == 1
        assert len(session.scalars(select(Invitation)).all()) == 1


def test_a_deck_that_others_study_passes_to_the_administrator_with_their_progress(
    database: Database,
) -> None:
    with database.writing() as session:
        ann, bob, eve = (add_user(session, f"{name}@example.org") for name in ("ann", "bob", "eve"))
        # The administrator has a deck of that name, with the same note from the same package.
        add_note(session, ann, add_deck(session, ann, "Shared"), "one")
        shared = add_deck(session, bob, "Shared", is_shared=True)
        private = add_deck(session, bob, "Private")
        card, sibling = add_note(session, bob, shared, "one", second_deck=private)
        add_note(session, bob, private, "two")
        for learner in (bob, eve):
            study(session, learner, card)
    before = of(database, eve)
    with database.writing() as session:
        delete_account(session, bob, NOW)
    assert of(database, eve) == before
    assert set(of(database, bob).values()) == {0}
    with database.reading() as session:
        deck = session.get_one(Deck, shared)
        assert (deck.owner_id, deck.name, deck.is_shared) == (ann, "Shared (2)", True)
        assert deck.retired_at is None
        assert session.get(Deck, private) is None
        cards = [session.get_one(Card, card_id) for card_id in (card, sibling)]
        assert {found.deck_id for found in cards} == {shared}
        note = session.get_one(Note, cards[0].note_id)
        assert (note.owner_id, note.fields[0]) == (ann, f"one of {bob}")
        assert note.guid.startswith("one~")
        guids = session.scalars(select(Note.guid).where(Note.owner_id == ann)).all()
        assert len(set(guids)) == len(guids) == 2
        assert len(session.scalars(select(NoteType)).all()) == 1


def test_the_note_types_of_a_deck_that_passes_on_go_along(database: Database) -> None:
    with database.writing() as session:
        ann, bob, eve = (add_user(session, f"{name}@example.org") for name in ("ann", "bob", "eve"))
        shared = add_deck(session, bob, "Shared", is_shared=True)
        card, _ = add_note(session, bob, shared, "one")
        add_note(session, bob, add_deck(session, bob, "Private"), "two")
        study(session, eve, card)
        delete_account(session, bob, NOW)
    with database.reading() as session:
        assert session.scalars(select(NoteType.owner_id)).all() == [ann]
        assert session.scalars(select(Note.guid)).all() == ["one"]


def test_a_deck_in_which_others_only_left_answers_is_kept_for_their_log_but_retired(
    database: Database,
) -> None:
    with database.writing() as session:
        ann, bob, eve = (add_user(session, f"{name}@example.org") for name in ("ann", "bob", "eve"))
        once_shared = add_deck(session, bob, "Once shared")
        card, _ = add_note(session, bob, once_shared, "one")
        study(session, eve, card, enrol=False)
    before = of(database, eve)
    with database.writing() as session:
        delete_account(session, bob, NOW)
    assert of(database, eve) == before
    with database.reading() as session:
        deck = session.get_one(Deck, once_shared)
        assert (deck.owner_id, deck.retired_at) == (ann, NOW)


def test_the_last_administrator_cannot_go_while_others_stay(database: Database) -> None:
    with database.writing() as session:
        ann, bob = add_user(session, "ann@example.org"), add_user(session, "bob@example.org")
        with pytest.raises(NotAllowed):
            delete_account(session, ann, NOW)
        delete_account(session, bob, NOW)
        delete_account(session, ann, NOW)
        assert session.scalars(select(User)).all() == []
