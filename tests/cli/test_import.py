"""`interviewprep import`: what it prints, how it ends, what it leaves when it is killed."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from interviewprep.services.importing import sweep_media
from interviewprep.storage import Card, Database, Deck, Enrolment, MediaFile, Note, NoteMedia
from interviewprep.storage.media_store import MediaStore

from ..packages import PICTURE, collection, package
from .inside import Run, runner

EMAIL = "learner@example.org"


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    data = collection(
        tmp_path / "c",
        [
            (1, "a", 1, " x ", 'Q <img src="p.png">\x1fA'),
            (2, "b", 1, "", "Q2\x1f[sound:gone.mp3]"),
            (3, "c", 99, "", "of an unknown type"),
        ],
        decks={"1": {"name": "ML::Basics"}},
        script="DROP TABLE revlog; CREATE TABLE revlog (id); INSERT INTO revlog VALUES (1), (2)",
    )
    media = b'{"0": "p.png"}'
    return package(tmp_path / "x.apkg", data, media=media, **{"0": PICTURE})


@pytest.fixture
def environment(database: Database, tmp_path: Path) -> dict[str, str]:
    return {
        "INTERVIEWPREP_DATA_DIR": str(tmp_path / "data"),
        "INTERVIEWPREP_DATABASE_URL": database.url.render_as_string(hide_password=False),
    }


@pytest.fixture
def learner(
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Commands on an instance where somebody has an account."""
    run = runner(environment, monkeypatch, capsys)
    assert run("user", "add", EMAIL, stdin="a password for the tests\n").code == 0
    return run


@pytest.fixture
def stored(database: Database) -> Any:
    """Counts of rows, by table."""

    def look(*tables: Any) -> tuple[int, ...]:
        with database.reading() as session:
            return tuple(
                session.execute(select(func.count()).select_from(table)).scalar_one()
                for table in tables
            )

    return look


def own(stored: Any) -> int:
    return int(stored(Note)[0])


def test_json_says_what_was_stored_and_nothing_else(learner: Run, deck: Path) -> None:
    done = learner("import", str(deck), "--user", EMAIL, "--json")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == [
        {
            "file": "x.apkg",
            "format": "anki2",
            "decks": ["ML::Basics"],
            "notes": {"added": 2, "updated": 0, "unchanged": 0, "refused": 1},
            "cards": {"added": 2},
            "media": {"added": 1},
            "reviews": {"added": 0},
            "warnings": [
                {
                    "code": "refused-note",
                    "where": "note 3",
                    "message": "its note type (99) is not in the file",
                },
                {
                    "code": "progress-not-imported",
                    "where": "",
                    "message": "2 reviews cannot be read; the schedule is carried without them",
                },
                {
                    "code": "missing-media",
                    "where": "note 2 (Q2)",
                    "message": "gone.mp3 is not in the file",
                },
            ],
            "error": None,
        }
    ]
    again = json.loads(learner("import", str(deck), "--user", EMAIL, "--json").out)
    assert again[0]["notes"] == {"added": 0, "updated": 0, "unchanged": 2, "refused": 1}


@pytest.mark.parametrize(
    ("arguments", "warned"),
    [((), True), (("--progress", "keep"), True), (("--progress", "new"), False)],
)
def test_reviews_that_cannot_be_read_are_counted_unless_they_are_not_wanted(
    learner: Run, deck: Path, arguments: tuple[str, ...], warned: bool
) -> None:
    done = learner("import", str(deck), "--user", EMAIL, "--json", *arguments)
    codes = [warning["code"] for warning in json.loads(done.out)[0]["warnings"]]
    assert ("progress-not-imported" in codes) is warned


def test_a_dry_run_tells_the_same_and_stores_nothing(
    learner: Run, deck: Path, stored: Any, environment: dict[str, str]
) -> None:
    done = learner("import", str(deck), "--user", EMAIL, "--dry-run")
    assert "2 notes would be added" in done.out
    assert own(stored) == 0
    media = Path(environment["INTERVIEWPREP_DATA_DIR"]) / "media"
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_a_dry_run_counts_what_would_happen_now(learner: Run, deck: Path, tmp_path: Path) -> None:
    def counted(*arguments: str) -> Any:
        (report,) = json.loads(learner("import", *arguments, "--user", EMAIL, "--json").out)
        return [report[key] for key in ("notes", "cards", "media", "warnings")]

    first = counted(str(deck), "--dry-run")
    assert first == counted(str(deck))
    again = counted(str(deck), "--dry-run")
    assert again == counted(str(deck))
    assert again[2] == {"added": 0}
    data = collection(tmp_path / "c", [(1, "a", 1, " x ", 'Q <img src="p.png">\x1fA')])
    listed = b'{"0": "p.png"}'
    other = package(tmp_path / "x.apkg", data, media=listed, **{"0": PICTURE + b"other"})
    changed = counted(str(other), "--dry-run")
    assert changed == counted(str(other))
    assert (changed[0]["updated"], changed[2]) == (1, {"added": 1})


def test_encoding_and_separators_may_be_said_and_pictures_lie_beside_the_file(
    learner: Run, database: Database, stored: Any, tmp_path: Path
) -> None:
    text = tmp_path / "quiz.txt"
    text.write_bytes("тест -> test;один -> one".encode("cp1251"))
    (tmp_path / "p.png").write_bytes(PICTURE)
    (tmp_path / "obsidian.md").write_text("x ![](p.png)::y\n")
    said = ("--encoding", "windows-1251", "--separator", "->", "--row-separator", ";")
    files = (str(text), str(tmp_path / "obsidian.md"))
    done = learner("import", *files, "--user", EMAIL, *said)
    assert done.code == 0, done.err
    assert "quiz.txt (csv): 2 notes added" in done.out
    assert "obsidian.md (obsidian): 1 notes added" in done.out
    with database.reading() as session:
        fields = session.scalars(select(Note.fields).order_by(Note.id)).all()
    assert [each[:2] for each in fields[:2]] == [["тест", "test"], ["один", "one"]]
    assert stored(NoteMedia) == (1,)


def test_a_refusal_names_its_file_once(learner: Run, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{}")
    done = learner("import", str(tmp_path), str(tmp_path / "x.json"), "--user", EMAIL)
    assert done.code == 1
    folder, unknown = done.err.splitlines()
    assert folder == f"error: {tmp_path.name}: This is a folder; name the deck files in it."
    assert unknown.startswith("error: x.json is in no format that can be read here; choose one of")


def test_one_bad_file_among_others_is_named_and_the_others_come_in(
    learner: Run, deck: Path, tmp_path: Path, stored: Any
) -> None:
    bad = tmp_path / "bad.apkg"
    bad.write_bytes(deck.read_bytes()[:100])
    done = learner("import", str(bad), str(deck), "nowhere.csv", "--user", EMAIL, "--json")
    assert done.code == 1
    first, second = done.err.splitlines()
    assert first.startswith("error: bad.apkg: The package is not a whole zip file; download or")
    assert second == "error: nowhere.csv: There is no such file; check the name and the folder."
    assert [report["error"] is None for report in json.loads(done.out)] == [False, True, False]
    assert own(stored) == 2


def test_a_deck_sends_no_commands_to_the_terminal(learner: Run, tmp_path: Path) -> None:
    """Escape sequences rename windows, hide lines and, in some terminals, type."""
    data = collection(
        tmp_path / "c",
        [(1, "a", 1, "", "Q [sound:gone\x1b]0;owned\x07.mp3]\x1fA")],
        decks={"1": {"name": "D"}},
    )
    done = learner("import", str(package(tmp_path / "x.apkg", data)), "--user", EMAIL)
    assert "gone" in done.out
    bad = tmp_path / "\x1b[2Jbad.apkg"
    bad.write_bytes(b"PK\x03\x04 broken")
    refused = learner("import", str(bad), "--user", EMAIL)
    assert refused.code == 1
    assert "bad.apkg" in refused.err
    assert "\x1b" not in done.out + done.err + refused.out + refused.err


def test_an_unknown_account_is_refused(learner: Run, deck: Path) -> None:
    done = learner("import", str(deck), "--user", "nobody@example.org")
    assert (done.code, done.out) == (1, "")
    assert done.err == "error: There is no account with the address nobody@example.org.\n"


@pytest.mark.parametrize(
    "arguments", [("--user", EMAIL), ("x.apkg",), ("x.apkg", "--user", EMAIL, "--progress", "all")]
)
def test_wrong_usage_ends_with_2(learner: Run, arguments: tuple[str, ...]) -> None:
    assert learner("import", *arguments).code == 2


def test_the_text_for_people_has_counts_and_warnings(learner: Run, deck: Path) -> None:
    done = learner("import", str(deck), "--user", EMAIL)
    assert done.out.splitlines()[0] == (
        "x.apkg (anki2): 2 notes added, 0 updated, 0 unchanged, 1 refused;"
        " 2 cards and 1 media files added."
    )
    assert "  note 2 (Q2): gone.mp3 is not in the file (missing-media)" in done.out


KILLS = 100 if os.environ.get("TORTURE") else 5
NOTES = 5_000 if os.environ.get("TORTURE") else 1_500


@pytest.mark.torture
def test_a_kill_in_the_middle_leaves_all_or_nothing(
    database: Database, environment: dict[str, str], learner: Run, tmp_path: Path, stored: Any
) -> None:
    notes = [
        (n, f"g{n}", 1, "", f'Q{n} <img src="{n % 20}.png">\x1fA' + "x" * 200)
        for n in range(1, NOTES + 1)
    ]
    listed = json.dumps({str(n): f"{n}.png" for n in range(20)}).encode()
    chance = random.Random(3)
    ends: list[bool] = []
    took_s = 0.0
    for number in range(KILLS + 1):
        # Another deck every time, so that a run that got through does not end the test.
        fresh = [(n, f"{number} {guid}", *rest) for n, guid, *rest in notes]
        data = collection(tmp_path / "c", fresh)  # type: ignore[arg-type]
        pictures = {str(n): PICTURE + bytes([n, number]) for n in range(20)}
        path = package(tmp_path / "big.apkg", data, media=listed, **pictures)
        before, begun_s = own(stored), time.monotonic()
        process = start(environment, path)
        if number:
            time.sleep(chance.uniform(0.2, 1.1) * took_s)  # a random moment is the point
            process.send_signal(signal.SIGKILL)
        process.wait()
        if not number:  # the first one shows how long it takes
            took_s = time.monotonic() - begun_s
        after = own(stored)
        assert after - before in ((0, NOTES) if number else (NOTES,))
        ends.append(after > before)
        notes_of, cards, shown, decks, enrolled = stored(Note, Card, NoteMedia, Deck, Enrolment)
        assert (notes_of, cards, shown, decks, enrolled) == (after, after, after, 1, 1)
    kept = sum(ends[1:])
    print(f"{KILLS} kills of an import of {NOTES} notes: {kept} kept all, {KILLS - kept} nothing")
    before = own(stored) - NOTES * ends[-1]
    assert start(environment, path).wait() == 0  # the last one again
    assert own(stored) - before == NOTES
    check_whole(database)
    check_media(database, Path(environment["INTERVIEWPREP_DATA_DIR"]) / "media")


def start(environment: dict[str, str], path: Path) -> subprocess.Popen[bytes]:
    command = "import sys; from interviewprep.cli import main; main(sys.argv[1:])"
    return subprocess.Popen(
        [sys.executable, "-c", command, "import", str(path), "--user", EMAIL],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def check_media(database: Database, folder: Path) -> None:
    """Every row has its file, and what no row speaks of goes when media are swept."""
    store = MediaStore(folder)
    with database.reading_core() as connection:
        known = set(connection.execute(select(MediaFile.sha256)).scalars())
        for sha256 in known:
            assert hashlib.sha256(store.path_of(sha256).read_bytes()).hexdigest() == sha256
        sweep_media(connection, store, time.time() + 1)
    assert {path.name for path in folder.rglob("*") if path.is_file()} == known
    assert list((folder / "work").iterdir()) == []


def check_whole(database: Database) -> None:
    with database.reading_core() as connection:
        if database.is_sqlite:
            assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
