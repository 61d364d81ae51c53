"""Pictures from other servers: asked for safely, stored whole, named where they fail."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from interviewprep.core.media_references import remote_pictures, with_local_pictures
from interviewprep.core.notes import Markup
from interviewprep.services.importing import open_deck_file, prepare_media, store_import
from interviewprep.services.remote_pictures import (
    Limits,
    NotFetched,
    fetch_picture,
    fetch_pictures,
    remote_hosts,
)
from interviewprep.services.remote_pictures.addresses import is_public
from interviewprep.storage import Database, MediaFile, Note, NoteMedia
from interviewprep.storage.media_store import MediaStore

from ..packages import PICTURE, collection, package
from .conftest import add_learner

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
LIMITS = Limits(picture_bytes=1000, seconds=2.0)


class Handler(BaseHTTPRequestHandler):
    """Answers by path: `/r/3` is sent on three times, `/slow` never ends."""

    def do_GET(self) -> None:
        name = self.path.partition("?")[0]
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if name.startswith("/r/"):
            left = int(name[3:])
            self.send_response(302)
            self.send_header("Location", f"/r/{left - 1}" if left > 1 else "/a.png")
            self.end_headers()
            return
        if name == "/away":
            self.send_response(302)
            self.send_header("Location", "file:///etc/passwd")
            self.end_headers()
            return
        bodies = {"/a.png": PICTURE, "/b c.png": PICTURE + b"b", "/x.svg": SVG}
        bodies |= {"/big.png": PICTURE + bytes(2000), "/page.png": b"<html>", "/b%20c.png": PICTURE}
        if name == "/half.png":
            self.send_response(200)
            self.send_header("Content-Length", "500")
            self.end_headers()
            self.wfile.write(PICTURE)
            return
        if name == "/slow.png":
            self.send_response(200)
            self.end_headers()
            while not self.server.ended.wait(0.05):  # type: ignore[attr-defined]
                try:
                    self.wfile.write(b"x")
                except OSError:
                    return
            return
        if name not in bodies:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(bodies[name])

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.asked, made.ended = [], threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.ended.set()  # type: ignore[attr-defined]
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def base(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def test_a_picture_is_fetched_also_where_it_was_moved_to(base: str) -> None:
    for path in ("/a.png", "/r/1", "/r/3"):
        picture = fetch_picture(base + path, LIMITS, allow_private=True)
        assert (picture.data, picture.content_type) == (PICTURE, "image/png")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/r/4", "sent on more than 3 times"),
        ("/away", "only addresses with http and https"),
        ("/x.svg", "no PNG, JPEG, GIF, WebP or AVIF"),
        ("/page.png", "no PNG, JPEG, GIF, WebP or AVIF"),
        ("/big.png", "larger than"),
        ("/gone.png", "answered 404"),
        ("/half.png", "only a part of it came"),
    ],
)
def test_what_is_no_usable_picture_is_refused_with_the_reason(
    base: str, path: str, reason: str
) -> None:
    with pytest.raises(NotFetched, match=reason):
        fetch_picture(base + path, LIMITS, allow_private=True)


def test_a_server_that_drips_is_left_after_the_time_for_one_picture(base: str) -> None:
    begun = time.monotonic()
    with pytest.raises(NotFetched, match="took longer than 1 seconds"):
        fetch_picture(base + "/slow.png", Limits(seconds=1.0), allow_private=True)
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1"],
)
def test_this_machine_is_never_asked_however_it_is_written(
    server: ThreadingHTTPServer, host: str
) -> None:
    with pytest.raises(NotFetched):
        fetch_picture(f"http://{host}:{server.server_port}/a.png", LIMITS)
    assert server.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a.png",
        "file:///etc/passwd",
        "http://user:secret@127.0.0.1/a.png",
        "http:///a.png",
        "http://[::1/a.png",
        "http://127.0.0.1:25/a.png",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(NotFetched):
        fetch_picture(url, LIMITS, allow_private=True)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("nonsense", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("text", "markup", "found", "after"),
    [
        ('<IMG alt=x src="http://h/a.png">', "html", ["http://h/a.png"], '<IMG alt=x src="n.png">'),
        ("<img src='//h/a.png?x=1&amp;y=2'>", "html", ["//h/a.png?x=1&y=2"], "<img src='n.png'>"),
        ("<img src=http://h/a.png>", "html", ["http://h/a.png"], "<img src=n.png>"),
        ("![a](http://h/a.png) b", "markdown", ["http://h/a.png"], "![a](n.png) b"),
        ("![a](<http://h/a b.png>)", "markdown", ["http://h/a b.png"], "![a](<n.png>)"),
        ("![a](http://h/a.png)", "html", [], "![a](http://h/a.png)"),
        ('<audio src="http://h/a.mp3">', "html", [], '<audio src="http://h/a.mp3">'),
        ('<img src="a.png">', "html", [], '<img src="a.png">'),
    ],
)
def test_pictures_elsewhere_are_found_and_renamed(
    text: str, markup: str, found: list[str], after: str
) -> None:
    assert remote_pictures(text, Markup(markup)) == found
    assert with_local_pictures(text, Markup(markup), dict.fromkeys(found, "n.png")) == after


def test_fetched_pictures_belong_to_the_deck_and_the_rest_is_named(
    database: Database, base: str, tmp_path: Path
) -> None:
    alice, bob = add_learner(database).id, add_learner(database, "bob@example.org").id
    store = MediaStore(tmp_path / "media")
    notes = [
        (1, "a", 1, "", f'Q <img src="{base}/a.png">\x1fA <img src="{base}/gone.png">'),
        (2, "b", 1, "", f'Q2 <img src="{base}/a.png">\x1f<img src="http://10.0.0.1/x.png">'),
    ]
    path = package(tmp_path / "x.apkg", collection(tmp_path / "c", notes))

    def bring(user_id: int) -> Any:
        with open_deck_file(path, path.name, store) as deck_file:
            media = prepare_media(deck_file, store)
            with database.writing_core() as connection:
                return store_import(connection, user_id, deck_file, media, NOW)

    report = bring(alice)
    bring(bob)
    assert {warning.code for warning in report.warnings} == {"remote-picture"}
    host = base.removeprefix("http://")
    with database.reading_core() as connection:
        hosts = remote_hosts(connection, alice)
    assert [(one.name, one.pictures, one.notes) for one in hosts] == [
        (host, 2, 2),
        ("10.0.0.1", 1, 1),
    ]
    fetch = partial(fetch_picture, limits=LIMITS, allow_private=True)
    result = fetch_pictures(database, store, alice, [host], NOW, seconds=20, fetch=fetch)
    assert (result.pictures, result.notes, result.left) == (1, 2, 0)
    assert result.failed == [(f"{base}/gone.png", "the server answered 404 Not Found")]
    with database.reading() as session:
        texts = session.scalars(
            select(Note.fields).where(Note.owner_id == alice).order_by(Note.guid)
        ).all()
        theirs = session.scalars(select(Note.fields).where(Note.owner_id == bob)).all()
        (media,) = session.scalars(select(MediaFile))
        labels = set(session.scalars(select(NoteMedia.label)))
        edited = session.scalars(select(Note.edited_at)).all()
    label = f"a-{media.sha256[:10]}.png"
    assert labels == {label}
    assert texts[0] == [f'Q <img src="{label}">', f'A <img src="{base}/gone.png">']
    assert texts[1][0] == f'Q2 <img src="{label}">'
    assert all(label not in text for fields in theirs for text in fields)
    assert set(edited) == {None}
    assert store.path_of(media.sha256).read_bytes() == PICTURE
    again = bring(alice)  # the same file changes nothing and asks nothing
    assert (again.added, again.updated, again.unchanged, again.conflicts) == (0, 0, 2, 0)
    with database.reading() as session:
        assert session.scalars(
            select(Note.fields).where(Note.owner_id == alice).order_by(Note.guid)
        ).all() == list(texts)


def test_without_time_everything_is_left(database: Database, base: str, tmp_path: Path) -> None:
    alice = add_learner(database).id
    store = MediaStore(tmp_path / "media")
    notes = [(1, "a", 1, "", f'Q <img src="{base}/a.png">\x1fA')]
    path = package(tmp_path / "x.apkg", collection(tmp_path / "c", notes))
    with open_deck_file(path, path.name, store) as file, database.writing_core() as connection:
        store_import(connection, alice, file, {}, NOW)
    host = base.removeprefix("http://")
    result = fetch_pictures(database, store, alice, [host], NOW, seconds=0)
    assert (result.pictures, result.left, result.failed) == (0, 1, [])
