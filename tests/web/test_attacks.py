"""What somebody would try who means harm: each of these gave way once, or well might."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from interviewprep.services.enrolling import enrol
from interviewprep.services.own_versions import make_own_version
from interviewprep.services.tokens import create_token
from interviewprep.storage import (
    ApiToken,
    Card,
    Database,
    Deck,
    Enrolment,
    ImportJob,
    Note,
    User,
)
from interviewprep.storage.media_store import MediaStore
from interviewprep.web.factory import LARGEST_FORM_BYTES

from ..services.conftest import add_deck
from .conftest import Browser, add_user
from .test_media import PICTURE, id_of, show

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HOSTILE = ("a\x00b\u202ec\ufffe", "\x00", "9" * 30, "-1", "x" * 200_000, "\U000f1c00{{c1::")
FILLED_IN = {
    "field_0": "q", "field_1": "a", "kind": "basic", "deck": "1", "new_deck": "", "card": "1",
    "action": "add-tags", "tags": "t", "scope": "read", "email": "x@example.org", "name": "n",
    "password": "a long enough secret", "current_password": "x", "q": "q", "rollover_hour": "4",
    "time_zone": "UTC",
}  # fmt: skip
FORMS = {
    "/decks": "name",
    "/decks/1/rename": "name",
    "/decks/1/description": "description",
    "/decks/1/options": "new_per_day new_order",
    "/decks/1/order": "to",
    "/cards/new": "new_deck deck kind field_0 field_1 tags",
    "/cards/preview": "note_id kind field_0 tags",
    "/notes/1/edit": "field_0 field_1 tags deck seen next",
    "/cards/1/note": "note",
    "/cards/1/tags": "tags",
    "/cards/1/flag": "flag",
    "/search/cards": "q action tags deck flag card all",
    "/account/study": "new_per_day mix",
    "/account/time": "time_zone rollover_hour",
    "/account/theme": "theme",
    "/account/address": "email",
    "/account/tokens": "name scope expires",
    "/account/sessions/%00/end": "x",
    "/admin/invitations": "email",
    "/imports/1/confirm": "on_conflict",
    "/sign-in": "email next",
    "/sign-up": "email invite time_zone",
    "/forgotten-password": "email",
    "/reset-password/%00": "password",
    "/confirm-address/%ed%a0%80": "x",
}


@pytest.mark.parametrize("path", FORMS)
def test_no_form_fails_over_what_it_is_sent(path: str, alice: Browser, app: Flask) -> None:
    alice.post("/cards/new", {**FILLED_IN, "new_deck": "D"})
    for name in FORMS[path].split():
        for value in HOSTILE:
            assert alice.post(path, {**FILLED_IN, name: value}).status_code < 500, (name, value)


@pytest.mark.parametrize(
    "path",
    ["/search?q=%00", "/search?q=deck:%00a", "/search?q=tag:%ed%a0%80", "/search?q='%22)--",
     "/search?after=1.1.1%00", "/search?q=tag:%25_*%25", "/review?deck=" + "9" * 20,
     "/review?deck=-5", "/review?deck=9223372036854775807", "/cards/9223372036854775808",
     "/cards/new?deck=" + "9" * 5000, "/cards/new?kind=%00&tags=%00", "/reset-password/%ff",
     "/decks/1?after=" + ".".join(["9" * 18] * 3), "/api/v1/reviews/queue?deck=9223372036854775807",
     "/api/v1/reviews/queue?limit=%00", "/media/%00/x", "/sign-up?invite=%00"],
)  # fmt: skip
def test_no_address_fails_over_what_it_names(path: str, alice: Browser) -> None:
    assert alice.get(path).status_code < 500


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("%e2%80%aegnp.exe", "gnp.exe"),
        ("a%5c..%5cb.exe", "b.exe"),
        ("..%2f..%2fc.exe", "c.exe"),
        ("..", "file"),
        ("a%00b.png", "ab.png"),
    ],
)
def test_a_download_is_called_what_it_looks_like(
    label: str, name: str, app: Flask, database: Database, alice: Browser
) -> None:
    sha256 = show(database, app, id_of(database, "alice@example.org"), b"MZ harm", "x.exe")
    answer = alice.get(f"/media/{sha256}/{label}")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"
    answer.close()


def file_of(size_bytes: int) -> dict[str, Any]:
    """A form with one file, as bytes: the client would leave a large one to the garbage."""
    head = 'Content-Disposition: form-data; name="file"; filename="x.bin"'
    body = f"--edge\r\n{head}\r\n\r\n".encode() + b"\0" * size_bytes + b"\r\n--edge--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=edge"}


@pytest.mark.parametrize("path", ["/decks", "/account/theme", "/sign-in"])
def test_a_body_larger_than_any_form_is_refused(path: str, alice: Browser) -> None:
    token = {"X-CSRFToken": alice.csrf()}
    sent = file_of(LARGEST_FORM_BYTES)
    assert alice.client.post(path, headers=token, **sent).status_code == 413
    without_token = alice.client.post(path, **sent)  # the form is looked into for one
    assert without_token.status_code in (400, 413)


def test_a_large_file_is_taken_from_learners_only(
    alice: Browser, anonymous: Browser, database: Database
) -> None:
    def send(browser: Browser) -> int:
        token = {"X-CSRFToken": browser.csrf()}
        sent = file_of(LARGEST_FORM_BYTES)
        return browser.client.post("/imports", headers=token, **sent).status_code

    assert send(anonymous) == 413
    assert send(alice) == 303
    with database.reading() as session:
        job = session.scalars(select(ImportJob)).one()
        assert job.size_bytes == LARGEST_FORM_BYTES


WRITES = [
    ("/decks", {"name": "planted"}),
    ("/cards/new", {"new_deck": "planted", "kind": "basic", "field_0": "q", "field_1": "a"}),
    ("/search/cards", {"action": "suspend", "all": "1"}),
    ("/cards/1/suspend", {"suspended": "1"}),
    ("/imports", {}),
    ("/api/v1/imports", {}),
    ("/api/v1/reviews", {}),
    ("/account/tokens", {"scope": "write"}),
]


@pytest.mark.parametrize(("path", "form"), WRITES)
@pytest.mark.parametrize("kind", ["reading", "expired", "revoked", "of a disabled account"])
def test_a_token_that_may_not_write_writes_nowhere(
    path: str, form: dict[str, str], kind: str, app: Flask, database: Database, bob: Browser
) -> None:
    now = datetime.now(UTC)
    user_id = id_of(database, "bob@example.org")
    with database.writing() as session:
        scope = "read" if kind == "reading" else "write"
        made = create_token(session, user_id, now, scope=scope, expires_at=now + timedelta(days=1))
        if kind == "of a disabled account":
            session.execute(update(User).values(is_disabled=True))
        if kind in ("expired", "revoked"):
            changed: dict[str, Any] = {
                "expired": {"expires_at": now - timedelta(seconds=1)},
                "revoked": {"revoked_at": now},
            }[kind]
            session.execute(update(ApiToken).values(**changed))
    client = app.test_client()
    answer = client.post(path, data=form, headers={"Authorization": f"Bearer {made.token}"})
    refused = (403,) if kind == "reading" else (302, 401)
    assert answer.status_code in refused
    if answer.status_code == 302:
        assert answer.location == "/sign-in"
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Deck)) == 0


def test_a_token_beside_a_cookie_is_the_only_one_that_counts(
    app: Flask, alice: Browser, database: Database
) -> None:
    """Else any header that begins so would spare a forged form its CSRF token."""
    answer = alice.client.post(
        "/decks", data={"name": "planted"}, headers={"Authorization": "Bearer nonsense"}
    )
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Deck)) == 0


def test_undo_shows_no_card_that_is_no_longer_shared(
    alice: Browser, bob: Browser, database: Database
) -> None:
    owner, learner = (id_of(database, f"{name}@example.org") for name in ("alice", "bob"))
    deck_id, (card_id,) = add_deck(database, owner, cards=1)
    with database.writing() as session:
        session.execute(update(Deck).values(is_shared=True))
        enrol(session, learner, deck_id, NOW)
    sent = {
        "id": str(uuid.uuid4()),
        "card_id": card_id,
        "version": 0,
        "grade": "good",
        "answered_at": datetime.now(UTC).isoformat(),
    }
    stored = bob.post("/api/v1/reviews", json={"answers": [sent]}).json
    assert stored is not None
    assert stored["results"][0]["status"] == "stored"
    assert alice.post(f"/decks/{deck_id}/share", {"is_shared": "0"}).status_code == 303
    undone = bob.post(f"/api/v1/reviews/{sent['id']}/undo").json
    assert undone is not None
    assert (undone["status"], undone["card"]) == ("stored", None)


def test_ones_own_version_tells_no_name_of_a_private_deck(database: Database) -> None:
    owner, learner = add_user(database, "alice@example.org"), add_user(database, "bob@example.org")
    private, (card_id,) = add_deck(database, owner, cards=1, name="Interview at Initech")
    shared, _ = add_deck(database, owner, cards=0, name="Basics")
    with database.writing() as session:
        session.execute(update(Deck).where(Deck.id == shared).values(is_shared=True))
        session.execute(update(Card).where(Card.id == card_id).values(deck_id=shared))
        note_id = session.scalars(select(Note.id)).one()
        copy = make_own_version(session, learner, note_id, NOW)
        assert copy.owner_id == learner
        names = session.scalars(select(Deck.name).where(Deck.owner_id == learner)).all()
    assert names == ["Basics"]
    assert private != shared


def test_nobody_enrols_in_what_they_cannot_see(
    alice: Browser, bob: Browser, database: Database
) -> None:
    owner = id_of(database, "alice@example.org")
    parent, _ = add_deck(database, owner, cards=0, name="A")
    child, (card_id,) = add_deck(database, owner, cards=1, name="A::secret")
    assert bob.post(f"/decks/{child}/enrol").status_code == 404
    with database.writing() as session:
        session.execute(update(Deck).where(Deck.id == parent).values(is_shared=True))
    assert bob.post(f"/decks/{parent}/enrol").status_code == 303
    with database.reading() as session:
        learner = id_of(database, "bob@example.org")
        mine = select(Enrolment.deck_id).where(Enrolment.user_id == learner)
        assert session.scalars(mine).all() == [parent]
    assert bob.get(f"/cards/{card_id}").status_code == 404
    assert bob.get(f"/review?deck={child}").status_code == 404


def test_a_name_of_a_host_that_a_stranger_chose_is_in_no_link(
    alice: Browser, database: Database
) -> None:
    page = alice.post(
        f"/admin/accounts/{id_of(database, 'alice@example.org')}/reset-link",
        headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
    )
    assert "http://127.0.0.1:8000/reset-password/" in page.text
    assert "evil.example" not in page.text


def test_the_files_of_a_server_are_for_its_user_alone(app: Flask, database: Database) -> None:
    settings = app.extensions["settings"]
    sha256 = MediaStore(settings.media_dir).put_bytes(PICTURE)
    files = [settings.media_dir / sha256[:2] / sha256, settings.data_dir / "secret-key"]
    assert [file.stat().st_mode & 0o077 for file in files] == [0, 0]
    assert settings.data_dir.stat().st_mode & 0o077 == 0
    for secret in (settings.secret_key, settings.database_url):
        assert secret not in repr(settings)
