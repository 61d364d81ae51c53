"""Files that cards show: to whom, and with which headers."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from interviewprep.storage import (
    Card,
    Database,
    Deck,
    MediaFile,
    Note,
    NoteMedia,
    NoteType,
    User,
)
from interviewprep.storage.media_store import MediaStore, content_type_of
from interviewprep.web.headers import MEDIA_POLICY

from .conftest import Browser

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def show(database: Database, app: Flask, owner_id: int | None, data: bytes, label: str) -> str:
    """A deck of this owner with one note that shows these bytes; return their SHA-256."""
    store = MediaStore(app.extensions["settings"].media_dir)
    sha256 = store.put_bytes(data)
    with database.writing() as session:
        kind = NoteType(
            owner_id=owner_id,
            name="Basic",
            kind="basic",
            markup="html",
            fields=["Front", "Back"],
            templates=[],
            fingerprint=f"{owner_id}{label}",
        )
        deck = Deck(owner_id=owner_id, name=f"Deck of {label}", created_at=NOW)
        session.add_all([kind, deck])
        session.flush()
        note = Note(
            owner_id=owner_id,
            deck_id=deck.id,
            note_type_id=kind.id,
            guid=label,
            fields=["a", "b"],
            content_hash="",
            created_at=NOW,
            changed_at=NOW,
        )
        kept = MediaFile(
            sha256=sha256,
            size_bytes=len(data),
            content_type=content_type_of(data),
            created_at=NOW,
        )
        session.add_all([note, kept])
        session.flush()
        session.add_all(
            [
                Card(note_id=note.id, deck_id=deck.id, ordinal=0),
                NoteMedia(note_id=note.id, label=label, sha256=sha256),
            ]
        )
    return sha256


def id_of(database: Database, email: str) -> int:
    with database.reading() as session:
        return session.scalars(select(User.id).where(User.email == email)).one()


@pytest.fixture
def picture(app: Flask, database: Database, alice: Browser) -> str:
    return show(database, app, id_of(database, "alice@example.org"), PICTURE, "a b/ü.png")


def test_the_owner_sees_a_picture_that_may_do_nothing_else(alice: Browser, picture: str) -> None:
    answer = alice.get(f"/media/{picture}/a%20b%2F%C3%BC.png")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PICTURE, "image/png")
    assert answer.headers["Content-Security-Policy"] == MEDIA_POLICY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert not answer.headers.get("Content-Disposition", "").startswith("attachment")
    answer.close()


def test_a_picture_that_is_known_is_not_sent_again(alice: Browser, picture: str) -> None:
    answer = alice.get(f"/media/{picture}/x.png", headers={"If-None-Match": f'"{picture}"'})
    assert (answer.status_code, answer.data) == (304, b"")
    answer.close()


def test_a_stranger_is_not_told_that_there_is_a_picture(bob: Browser, picture: str) -> None:
    known = bob.get(f"/media/{picture}/x.png", headers={"If-None-Match": f'"{picture}"'})
    assert known.status_code == 404
    assert bob.get(f"/media/{'0' * 64}/x.png").status_code == 404


def test_a_shared_deck_shows_its_pictures_to_everyone_who_is_signed_in(
    database: Database, bob: Browser, anonymous: Browser, picture: str
) -> None:
    with database.writing() as session:
        session.execute(update(Deck).values(is_shared=True))
    answer = bob.get(f"/media/{picture}/x.png")
    assert answer.status_code == 200
    answer.close()
    assert anonymous.get(f"/media/{picture}/x.png").status_code == 302


def test_a_built_in_deck_shows_its_pictures_to_everyone(
    app: Flask, database: Database, bob: Browser
) -> None:
    sha256 = show(database, app, None, PICTURE, "built-in.png")
    answer = bob.get(f"/media/{sha256}/built-in.png")
    assert answer.status_code == 200
    answer.close()


def test_a_retired_note_shows_its_picture_no_more(
    database: Database, alice: Browser, picture: str
) -> None:
    with database.writing() as session:
        session.execute(update(Note).values(retired_at=NOW))
    assert alice.get(f"/media/{picture}/x.png").status_code == 404


def test_what_could_act_is_a_download_whatever_it_is_called(
    app: Flask, database: Database, alice: Browser
) -> None:
    sha256 = show(database, app, id_of(database, "alice@example.org"), DRAWING, "drawing.png")
    answer = alice.get(f"/media/{sha256}/drawing.png")
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    answer.close()


@pytest.mark.parametrize("name", ["..", "../../secret-key", "A" * 64, "0" * 63])
def test_only_a_hash_names_a_file(alice: Browser, name: str) -> None:
    assert alice.get(f"/media/{name}/x.png").status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_not_found(
    app: Flask, alice: Browser, picture: str
) -> None:
    MediaStore(app.extensions["settings"].media_dir).path_of(picture).unlink()
    assert alice.get(f"/media/{picture}/x.png").status_code == 404
    assert hashlib.sha256(PICTURE).hexdigest() == picture
