"""A small world for walking over routes: who is there, what they own, and how to look at it all."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert, select

from interviewprep import create_app
from interviewprep.config import read_settings
from interviewprep.core.cards import PROMPT_KEY
from interviewprep.core.notes import Markup, NoteKind
from interviewprep.core.own_types import own_type
from interviewprep.core.prompts import FollowUp
from interviewprep.services.drafts import draft_offers, make_drafts
from interviewprep.services.interviews.links import create_link
from interviewprep.services.invitations import invite
from interviewprep.services.mailed_links import Purpose, make_link
from interviewprep.services.note_types import stored_note_type
from interviewprep.services.passwords import hash_password
from interviewprep.services.sessions import hash_token, open_session
from interviewprep.services.stories import StoryText, write_story
from interviewprep.services.tokens import create_token
from interviewprep.storage import (
    Base,
    Card,
    Database,
    Deck,
    Enrolment,
    ImportJob,
    MediaFile,
    Memory,
    Note,
    NoteMedia,
    NoteType,
    Review,
    User,
)
from interviewprep.storage.media_store import MediaStore

from ..services.interviews.past_mocks import add_mock
from . import walking_exercises
from .conftest import Browser
from .walking_mocks import add_prompt, add_running_mocks
from .walking_reminders import add_reminders

PASSWORD = "a password for the walk"
ROLES = ("anonymous", "stranger", "owner", "administrator")
NOT_COMPARED = frozenset({"session", "attempt", "rendering"})
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
START = datetime(2026, 1, 1, tzinfo=UTC)
PROMPT_TEXT = """### Prompt

Return twice the number.

### Starter

```python starter
def twice(n): ...
```

### Solution

```python solution
def twice(n):
    return 2 * n
```

### Tests

```python tests
def test_one():
    assert twice(1) == 2
```

```python hidden
def test_nothing():
    assert twice(0) == 0
```

### Hints

- Add it to itself.
"""


@dataclass(frozen=True)
class World:
    """What the seed stored. `ids` fills the parameters of routes and the bodies of requests."""

    folder: Path
    ids: dict[str, Any]
    sessions: dict[str, str]


@dataclass
class Site:
    """The application on a fresh copy of the world."""

    app: Flask
    world: World
    browsers: dict[str, Browser] = field(default_factory=dict)

    def browser(self, role: str) -> Browser:
        """Return a browser signed in as this role, the same one every time."""
        if role not in self.browsers:
            client = self.app.test_client()
            if role != "anonymous":
                with client.session_transaction() as cookie:
                    cookie["token"] = self.world.sessions[role]
                    cookie.permanent = True
            self.browsers[role] = Browser(client)
        return self.browsers[role]

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return everything stored, but for what any request may leave behind."""
        database: Database = self.app.extensions["database"]
        with database.reading_core() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
                for table in Base.metadata.sorted_tables
                if table.name not in NOT_COMPARED
            }


@contextmanager
def fresh_site(world: World, folder: Path) -> Iterator[Site]:
    """Open the application on a copy of the world in `folder`."""
    data = folder / uuid.uuid4().hex
    shutil.copytree(world.folder, data)
    app = create_app(settings_of(data))
    try:
        yield Site(app, world)
    finally:
        app.extensions["database"].close()


def settings_of(data: Path) -> Any:
    return read_settings(
        {
            "INTERVIEWPREP_DATA_DIR": str(data),
            "INTERVIEWPREP_SIGN_UP": "open",
            "INTERVIEWPREP_SECRET_KEY": "the same for every copy",
        }
    )


def build_world(folder: Path, empty_sqlite_file: Path) -> World:
    """Store the people, and one of each thing of the owner's, below `folder`."""
    folder.mkdir()
    settings = settings_of(folder)
    shutil.copy(empty_sqlite_file, folder / "interviewprep.db")
    database = Database(settings.database_url)
    with database.writing() as session:
        password_hash = hash_password(PASSWORD)
        people = {
            role: User(
                email=f"{role}@example.org",
                password_hash=password_hash,
                is_admin=role == "administrator",
                created_at=START,
            )
            for role in ("administrator", "owner", "stranger")
        }
        session.add_all(people.values())
        session.flush()
        ids: dict[str, Any] = {f"{role}_id": user.id for role, user in people.items()}
        now = datetime.now(UTC)
        sessions = {role: open_session(session, user.id, now) for role, user in people.items()}
        sessions["owner elsewhere"] = open_session(session, ids["owner_id"], now)
        add_content(session, ids, settings.media_dir, name="Secret")
        add_content(session, ids, settings.media_dir, name="Shared", is_shared=True)
        add_things_of_the_account(session, ids, now)
        add_reminders(session, ids, settings.secret_key, now)
        add_mocks(session, ids)
        add_running_mocks(session, ids, now)
        exercise = add_prompt(
            session, ids, "Thrice", walking_exercises.TEXT, walking_exercises.DETAILS, START
        )
        walking_exercises.practise(session, ids, exercise, now)
        ids["track_code"] = "mle"
        ids["interviewer_link"] = create_link(session, ids["owner_id"], ids["design_mock_id"], now)
        ids["name"] = hash_token(sessions["owner elsewhere"]).hex()[:24]
    database.close()
    return World(folder, ids, sessions)


def add_content(
    session: Any, ids: dict[str, Any], media_dir: Path, *, name: str, is_shared: bool = False
) -> None:
    """One deck with one card that the owner has begun, and one picture in it.

    What the shared deck has is in `ids` under `shared_deck_id` and so on.
    """
    owner_id = ids["owner_id"]
    deck = Deck(owner_id=owner_id, name=name, is_shared=is_shared, created_at=START)
    note_type_id = ids.get("note_type_id") or add_note_type(session, owner_id)
    session.add(deck)
    session.flush()
    note = Note(
        owner_id=owner_id,
        deck_id=deck.id,
        note_type_id=note_type_id,
        guid=f"guid-of-{name}",
        fields=[f"What is {name}?", "This is."],
        content_hash="0" * 64,
        created_at=START,
        changed_at=START,
    )
    session.add(note)
    session.flush()
    card = Card(note_id=note.id, deck_id=deck.id, ordinal=0)
    session.add(card)
    session.flush()
    add_learning(session, owner_id, card)
    found = {"deck_id": deck.id, "note_id": note.id, "card_id": card.id}
    found["sha256"] = add_picture(session, note.id, media_dir, PICTURE + name.encode())
    found["review_id"] = add_review(session, owner_id, card)
    ids |= {f"shared_{key}": value for key, value in found.items()} if is_shared else found
    ids |= {"label": "a.png", "note_type_id": note_type_id}


def add_mocks(session: Any, ids: dict[str, Any]) -> None:
    """A prompt of the owner's, a mock that runs with it (`mock_id`), and one that has ended."""
    owner_id = ids["owner_id"]
    note_type = stored_note_type(session, owner_id, own_type(NoteKind.PROMPT, Markup.MARKDOWN))
    note = Note(
        owner_id=owner_id,
        deck_id=ids["deck_id"],
        note_type_id=note_type.id,
        guid="guid-of-the-prompt",
        fields=["Twice", PROMPT_TEXT],
        details={"kind": "coding", "level": 1, "time": 20, "entry": "twice"},
        content_hash="0" * 64,
        created_at=START,
        changed_at=START,
    )
    session.add(note)
    session.flush()
    card = Card(note_id=note.id, deck_id=note.deck_id, ordinal=0, key=PROMPT_KEY)
    session.add(card)
    session.flush()
    rounds = [("coding", [card.id])]
    ids["prompt_card_id"] = card.id
    ids["mock_id"] = add_mock(session, owner_id, rounds, START, ended=False)
    ids["ended_mock_id"] = add_mock(session, owner_id, rounds, START, levels=[3] * 4)
    missed = draft_offers(session, owner_id, card.id, "Twice", [FollowUp("And thrice?", "3 * n")])
    [draft] = make_drafts(session, owner_id, missed, START)
    ids["draft_card_id"] = session.scalars(select(Card.id).where(Card.note_id == draft)).one()


def add_note_type(session: Any, owner_id: int) -> int:
    kind = NoteType(
        owner_id=owner_id,
        name="Basic",
        kind="basic",
        markup="markdown",
        fields=["Front", "Back"],
        templates=[],
        fingerprint="f" * 64,
    )
    session.add(kind)
    session.flush()
    return kind.id


def add_learning(session: Any, owner_id: int, card: Card) -> None:
    session.add(Enrolment(user_id=owner_id, deck_id=card.deck_id, created_at=START))
    session.add(
        Memory(
            user_id=owner_id,
            card_id=card.id,
            interval_days=1,
            repetitions=1,
            last_day=date(2026, 1, 1),
            due_day=date(2026, 1, 2),
            version=1,
        )
    )


def add_picture(session: Any, note_id: int, media_dir: Path, data: bytes) -> str:
    sha256 = MediaStore(media_dir).put_bytes(data)
    session.add(
        MediaFile(sha256=sha256, size_bytes=len(data), content_type="image/png", created_at=START)
    )
    session.flush()
    session.add(NoteMedia(note_id=note_id, label="a.png", sha256=sha256))
    return sha256


def add_review(session: Any, owner_id: int, card: Card) -> uuid.UUID:
    review_id = uuid.uuid4()
    session.execute(
        insert(Review).values(
            user_id=owner_id,
            id=review_id,
            card_id=card.id,
            deck_id=card.deck_id,
            kind="answer",
            at=START,
            study_day=date(2026, 1, 1),
            grade=3,
            version=1,
        )
    )
    return review_id


def add_things_of_the_account(session: Any, ids: dict[str, Any], now: datetime) -> None:
    owner_id = ids["owner_id"]
    job = ImportJob(
        user_id=owner_id,
        state="failed",
        file_name="deck.csv",
        stored_name="nothing-there",
        size_bytes=1,
        options={},
        progress={},
        error="It could not be read.",
        created_at=now,
        heartbeat_at=now,
        finished_at=now,
    )
    session.add(job)
    session.flush()
    token = create_token(session, owner_id, now, scope="read", name="of the walk")
    ids |= {"job_id": job.id, "token_id": token.id, "read_only_token": token.token}
    ids["write_token"] = create_token(session, owner_id, now).token
    ids["password_link"] = make_link(session, owner_id, Purpose.PASSWORD, now)
    ids["address_link"] = make_link(
        session, owner_id, Purpose.ADDRESS, now, new_email="owner@new.example.org"
    )
    ids["story_id"] = write_story(session, owner_id, StoryText("Secret story"), now)
    ids["invitation"] = invite(session, ids["administrator_id"], now)
    ids["invitation_id"] = 1
