"""A learner who has done everything there is to do here, for tests of the whole account."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from interviewprep.core.grades import Grade
from interviewprep.core.notes import NoteKind
from interviewprep.core.reminders import ReminderSettings
from interviewprep.services.answering import answer_batch
from interviewprep.services.decks import describe_deck, ensure_deck, retire_deck, share_deck
from interviewprep.services.enrolling import enrol
from interviewprep.services.importing import open_deck_file, prepare_media, store_import
from interviewprep.services.learner import load_learner
from interviewprep.services.marks import (
    add_personal_tags,
    flag,
    hide,
    set_draft,
    suspend,
    write_personal_note,
)
from interviewprep.services.recording import Submission
from interviewprep.services.reminding.asking import mark_asked
from interviewprep.services.reminding.feed import offer_feed
from interviewprep.services.reminding.settings import save_settings
from interviewprep.services.stories import StoryText, write_story
from interviewprep.services.undoing import undo
from interviewprep.storage import Card, Database, MediaFile, Note, NoteMedia, Practice, User
from interviewprep.storage.media_store import MediaStore

from ..packages import PICTURE
from .content import NOW, add_built_in, add_note, add_person, cards
from .interviews.mocks import add_prompt
from .interviews.past_mocks import add_attempt, add_mock, write_text

REMINDED = ReminderSettings(
    is_on=True,
    minute_of_day=450,
    weekdays=frozenset({0, 3}),
    least_due=5,
    again_minute=1275,
    paused_until=date(2027, 1, 4),
    by_push=False,
    weekly=True,
)


def add_world(database: Database, store: MediaStore, *, package: Path | None = None) -> int:
    """Make the learner, and others whose decks they study; return the learner's id.

    `package` is imported with its progress.
    """
    with database.writing() as session:
        alice, carol = add_person(session, "alice"), add_person(session, "carol")
        user = session.get_one(User, alice)
        user.settings, user.time_zone, user.rollover_hour = {"new_per_day": 7}, "Asia/Tokyo", 3
        user.theme = "dark"
        save_settings(session, alice, REMINDED, NOW)
        offer_feed(session, alice, NOW)
        mark_asked(session, alice, NOW)
        own = add_note(session, alice, "What is recall?", tags="a b", deck="Own::Deck")
        cloze = add_note(session, alice, "{{c1::One}} and {{c2::two}}", kind=NoteKind.CLOZE)
        both = add_note(session, alice, "Front", "Back", kind=NoteKind.BOTH_WAYS, deck="Own")
        drafted, hidden = add_note(session, alice, "A draft?"), add_note(session, alice, "Hidden?")
        gone = add_note(session, alice, "Gone? ![x](gone.png)", tags="old", deck="Own::Deck")
        lost = add_note(session, alice, "In a deck that was deleted", deck="Deleted")
        describe_deck(session, alice, ensure_deck(session, alice, "Own", NOW).id, "My words.")
        built_in = add_built_in(session, "Evaluation", "What is AUC?", "And F1?")
        theirs = add_note(session, carol, "Carol's question", deck="Carol's")
        share_deck(session, carol, theirs.deck_id, is_shared=True)
        for deck_id in (built_in[0].deck_id, theirs.deck_id):
            enrol(session, alice, deck_id, NOW)
        for note, label, data in ((own, "a plot.png", PICTURE), (gone, "gone.png", PICTURE + b"x")):
            digest = store.put_bytes(data)
            session.add(
                MediaFile(
                    sha256=digest, size_bytes=len(data), content_type="image/png", created_at=NOW
                )
            )
            session.flush()
            session.add(NoteMedia(note_id=note.id, label=label, sha256=digest))
        own.fields = ["What is recall? ![plot](<a plot.png>)", *own.fields[1:]]
        ids = {
            note.id: [card.id for card in cards(session, note)]
            for note in (own, cloze, both, drafted, hidden, gone, lost, *built_in, theirs)
        }
        set_draft(session, alice, ids[drafted.id], is_draft=True)
        hide(session, alice, ids[hidden.id], is_hidden=True)
        suspend(session, alice, ids[both.id][1:], is_suspended=True)
        flag(session, alice, ids[own.id], 3)
        add_personal_tags(session, alice, ids[built_in[0].id], ["weak"])
        write_personal_note(session, alice, ids[built_in[0].id][0], "Ask about ties.")
        story = StoryText("A story", "when", "what", "how", competencies=("ownership",))
        write_story(session, alice, story, NOW)
    undone = uuid4()
    answers = [
        (ids[own.id][0], Grade.GOOD), (ids[cloze.id][0], Grade.HARD),
        (ids[cloze.id][1], Grade.AGAIN), (ids[gone.id][0], Grade.EASY),
        (ids[lost.id][0], Grade.GOOD), (ids[theirs.id][0], Grade.GOOD),
        (ids[built_in[0].id][0], Grade.EASY), (ids[built_in[1].id][0], Grade.GOOD),
    ]  # fmt: skip
    with database.writing_core() as connection:
        learner = load_learner(connection, alice)
        for number, (card_id, grade) in enumerate(answers):
            at = NOW + timedelta(minutes=number)
            is_last = number == len(answers) - 1
            each = Submission(undone if is_last else uuid4(), card_id, 0, grade, at, 900)
            [done] = answer_batch(connection, learner, [each], at)
            assert done.status == "stored", done.reason
        undo(connection, learner, undone, NOW + timedelta(hours=1))
    with database.writing() as session:
        prompt = add_prompt(session, alice, NOW)
        mock_id = add_mock(
            session, alice, [("coding", [prompt])], NOW, levels=[3, 2], revised=[4, 2],
            interviewer=[1, 2],
        )  # fmt: skip
        add_mock(session, alice, [("system-design", [prompt]), ("coding", [prompt])], NOW)
        write_text(session, alice, mock_id, "notes", "My notes, ü", NOW)
        add_attempt(session, alice, mock_id, prompt, "print(1)", NOW, passed=(True, False))
        session.add(Practice(user_id=alice, card_id=prompt, started_at=NOW, code="x = 1"))
        session.get_one(Note, cloze.id).fields = ["{{c1::One}} and two", "", "", ""]
        session.get_one(Note, gone.id).retired_at = NOW + timedelta(days=1)
        for card in session.scalars(
            select(Card).where(Card.id.in_([*ids[gone.id], ids[cloze.id][1]]))
        ):
            card.retired_at = NOW + timedelta(days=1)
        retire_deck(session, alice, lost.deck_id, NOW + timedelta(days=1))
    if package is not None:
        with open_deck_file(package, package.name, store, with_progress=True) as deck_file:
            media = prepare_media(deck_file, store)
            with database.writing_core() as connection:
                store_import(connection, alice, deck_file, media, NOW)
    return alice
