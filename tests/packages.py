"""Anki packages for tests: written by Anki itself, or by hand where Anki would refuse to."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\nIDATx\x9cc\0\x01\0\0\x05\0\x01\r\n-\xb4\0\0\0\0IEND\xaeB`\x82"
)
# Anki runs in a process of its own: it raises warnings of its own, and these tests allow none.
_WRITER = """
import json, sys
from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions
wanted = json.loads(sys.argv[1])
col = Collection(wanted["collection"])
picture = bytes.fromhex(wanted["picture"])
name = col.media.write_data("plot 0.png", picture)
count = wanted["notes"]
for n in range(count):
    kind = ("Basic", "Basic (and reversed card)", "Cloze")[n % 3]
    note = col.new_note(col.models.by_name(kind))
    if kind == "Cloze":
        note["Text"] = f"Number {n}: {{{{c1::recall}}}} is {{{{c3::TP / (TP + FN)::what?}}}}"
        note["Back Extra"] = f"<b>extra</b> {n}"
    else:
        note["Front"] = f"What is case {n}?" + (f'<img src="{name}">' if n == 0 else "")
        note["Back"] = f"Answer {n}" + wanted["suffix"]
    note.tags = ["sample", f"topic::{n % 2}"]
    if wanted["guids"]:
        note.guid = f"guid-{n}"
    col.add_note(note, col.decks.id(("Top", "Top::Sub")[n % 2]))
if wanted["reviews"]:
    col.decks.select(col.decks.id("Top"))
    for _ in range(wanted["reviews"]):
        card = col.sched.getCard()
        card.start_timer()
        col.sched.answerCard(card, 3)
if wanted["colpkg"]:
    col.export_collection_package(wanted["path"], True, wanted["legacy"])
else:
    options = ExportAnkiPackageOptions(
        with_scheduling=bool(wanted["reviews"]), with_media=True, legacy=wanted["legacy"],
        with_deck_configs=False,
    )
    col.export_anki_package(out_path=wanted["path"], options=options, limit=None)
    col.close()
"""


def write_with_anki(
    path: Path,
    *,
    legacy: bool = False,
    notes: int = 9,
    reviews: int = 0,
    suffix: str = "",
    guids: bool = True,
) -> Path:
    """A package by Anki: a third Basic, a third reversed, a third Cloze (c1 and c3), one picture.

    `notes` divisible by 6 makes 5/3 cards a note. With `guids` these are `guid-0`, `guid-1` …
    """
    folder = path.parent / f"{path.stem}-collection"
    folder.mkdir()
    wanted = {
        "collection": str(folder / "collection.anki2"),
        "path": str(path),
        "picture": PICTURE.hex(),
        "legacy": legacy,
        "notes": notes,
        "reviews": reviews,
        "suffix": suffix,
        "guids": guids,
        "colpkg": path.suffix == ".colpkg",
    }
    subprocess.run([sys.executable, "-c", _WRITER, json.dumps(wanted)], check=True)
    return path


# Random schedules and histories straight into Anki's tables, and what Anki then says of each card.
_LEARNT_WRITER = """
import json, random, sys, time
from datetime import date, timedelta, datetime, timezone
from anki.collection import Collection, ExportAnkiPackageOptions
from anki.decks import DeckConfigDict
wanted = json.loads(sys.argv[1])
dice = random.Random(wanted["seed"])
col = Collection(wanted["collection"])
decks = [col.decks.id(name) for name in ("Learnt", "Learnt::Deep", "Plain")]
if wanted["limits"]:
    config = col.decks.add_config_returning_id("Mine")
    said = col.decks.get_config(config)
    said["new"]["perDay"], said["rev"]["perDay"] = 7, 55
    col.decks.update_config(said)
    deck = col.decks.get(decks[1])
    deck["conf"] = config
    col.decks.save(deck)
for n in range(wanted["notes"]):
    kind = ("Basic", "Basic (and reversed card)", "Cloze")[n % 3]
    note = col.new_note(col.models.by_name(kind))
    note.fields[0] = f"{{{{c1::a}}}} and {{{{c3::b}}}} {n}" if kind == "Cloze" else f"Q {n}"
    note.fields[1] = f"A {n}"
    note.guid = f"guid-{n}"
    col.add_note(note, decks[n % 3])
today, now = col.sched.today, int(time.time())
review_id = 1500000000000
for card_id in col.db.list("select id from cards order by id"):
    kind, ivl, due = dice.choice((0, 1, 2, 2, 2, 3)), dice.randint(1, 900), dice.randint(-90, 400)
    queue, factor, reps = kind, dice.randint(130, 350) * 10, dice.randint(1, 40)
    lapses, left, flags = dice.randint(0, 9), 0, dice.choice((0, 0, 0, 1, 4, 7))
    due += today
    if kind == 0:
        ivl = factor = reps = lapses = 0
        due = dice.randint(1, 500)
    elif kind in (1, 3):
        left, queue = 1001, dice.choice((1, 3))
        due = now + dice.randint(-90000, 3000) if queue == 1 else today + dice.randint(0, 2)
        if kind == 1:
            ivl = factor = 0
    if dice.random() < 0.15:
        queue = -1
    col.db.execute(
        "update cards set type=?, queue=?, due=?, ivl=?, factor=?, reps=?, lapses=?, left=?,"
        " flags=?, mod=? where id=?",
        kind, queue, due, ivl, factor, reps, lapses, left, flags, now + wanted["later"], card_id,
    )
    for turn in range(dice.randint(0, 4) if kind else 0):
        review_id += dice.randint(1, 90 * 86400 * 1000 // wanted["notes"])
        col.db.execute(
            "insert into revlog values (?, ?, -1, ?, ?, ?, ?, ?, ?)",
            review_id, card_id, dice.choice((1, 2, 3, 4)), dice.choice((-600, 1, 9, 200)),
            dice.choice((-60, 0, 5)), dice.choice((0, 1870, 2500)), dice.randint(0, 60000),
            dice.choice((0, 1, 2, 3)),
        )
day = datetime.fromtimestamp(col.sched.day_cutoff - 86400, timezone.utc).date()
said = []
for row in col.db.execute(
    "select guid, ord, type, queue, due, ivl, factor, reps, lapses, cards.flags, cards.id"
    " from cards join notes on notes.id = nid"
):
    guid, ordinal, kind, queue, due, ivl, factor, reps, lapses, flags, card_id = row
    if kind == 0:
        due_day = None
    elif due > 1000000000:
        due_day = datetime.fromtimestamp(due - 4 * 3600, timezone.utc).date().isoformat()
    else:
        due_day = (day + timedelta(days=due - today)).isoformat()
    reviews = col.db.all(
        "select id, ease, ivl, lastIvl, factor, time, type from revlog where cid=? order by id",
        card_id,
    )
    said.append([guid, ordinal, kind, queue, due_day, ivl, factor, reps, lapses, flags, reviews])
open(wanted["said"], "w").write(json.dumps(said))
if wanted["path"].endswith("colpkg"):
    col.export_collection_package(wanted["path"], True, wanted["legacy"])
else:
    options = ExportAnkiPackageOptions(
        with_scheduling=True, with_media=True, legacy=wanted["legacy"],
        with_deck_configs=wanted["limits"],
    )
    col.export_anki_package(out_path=wanted["path"], options=options, limit=None)
    col.close()
"""


@dataclass(frozen=True)
class Learnt:
    """What Anki says of one card. `due_day` is None for a new card, and the study day of the step
    (in UTC, rolled over at four) for one in learning."""

    guid: str
    ordinal: int
    type: int
    queue: int
    due_day: str | None
    ivl: int
    factor: int
    reps: int
    lapses: int
    flags: int
    reviews: list[tuple[int, ...]]


def write_learnt_with_anki(
    path: Path,
    seed: int,
    *,
    legacy: bool = False,
    notes: int = 30,
    limits: bool = False,
    later: int = 0,
) -> list[Learnt]:
    """A package by Anki with random schedules and histories; return what Anki says of its cards.

    Notes are `guid-0`, `guid-1` … as in `write_with_anki`. With `limits` the deck `Learnt::Deep`
    has options of its own: 7 new cards, 55 reviews. `later` moves the time of change of all cards.
    """
    folder = path.parent / f"{path.stem}-collection"
    folder.mkdir()
    wanted = {
        "collection": str(folder / "collection.anki2"),
        "path": str(path),
        "said": str(folder / "said.json"),
        "seed": seed,
        "legacy": legacy,
        "notes": notes,
        "limits": limits,
        "later": later,
    }
    environment = {**os.environ, "TZ": "UTC"}
    command = [sys.executable, "-c", _LEARNT_WRITER, json.dumps(wanted)]
    subprocess.run(command, check=True, env=environment)
    said = json.loads((folder / "said.json").read_text())
    for card in said:
        card[-1] = [tuple(review) for review in card[-1]]
    names = [field.name for field in fields(Learnt)]
    return [Learnt(**dict(zip(names, card, strict=True))) for card in said]


Note = tuple[int, str, int, str, str]
"""Id, guid, id of the note type, tags and fields (joined by U+001F)."""
BASIC = {
    "name": "Basic",
    "type": 0,
    "flds": [{"name": "Front", "ord": 0}, {"name": "Back", "ord": 1}],
    "tmpls": [{"name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{Back}}"}],
}


def collection(
    path: Path,
    notes: Iterable[Note] = ((1, "a", 1, "", "Q\x1fA"),),
    *,
    cards: Iterable[tuple[int, int, int]] | None = None,
    models: Any = None,
    decks: Any = None,
    version: int = 11,
    script: str = "",
) -> bytes:
    """The bytes of a collection in the old schema; `cards` are note, deck and ordinal.

    It was made on 2026-01-01 in UTC. `script` is SQL that may change any of it.
    """
    notes = list(notes)
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(
        """
        CREATE TABLE col (id integer PRIMARY KEY, ver integer, models text, decks text,
                          crt integer DEFAULT 1767225600, dconf text DEFAULT '{}',
                          conf text DEFAULT '{"creationOffset": 0}');
        CREATE TABLE notes (id integer PRIMARY KEY, guid text, mid integer, tags text, flds text);
        CREATE TABLE cards (id integer PRIMARY KEY, nid integer, did integer, ord integer,
                            odid integer, type integer DEFAULT 0, due integer DEFAULT 0,
                            odue integer DEFAULT 0, queue integer DEFAULT 0,
                            ivl integer DEFAULT 0, factor integer DEFAULT 0,
                            reps integer DEFAULT 0, lapses integer DEFAULT 0,
                            left integer DEFAULT 0, flags integer DEFAULT 0,
                            mod integer DEFAULT 1767225600, data text DEFAULT '');
        CREATE TABLE revlog (id integer PRIMARY KEY, cid integer, ease integer DEFAULT 3,
                             ivl integer DEFAULT 1, lastIvl integer DEFAULT 0,
                             factor integer DEFAULT 2500, time integer DEFAULT 4000,
                             type integer DEFAULT 1);
        """
    )
    values = (
        1,
        version,
        json.dumps({"1": BASIC} if models is None else models),
        json.dumps({"1": {"name": "Default"}} if decks is None else decks),
    )
    connection.execute("INSERT INTO col (id, ver, models, decks) VALUES (?, ?, ?, ?)", values)
    connection.executemany("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", notes)
    connection.executemany(
        "INSERT INTO cards (nid, did, ord, odid) VALUES (?, ?, ?, 0)",
        [(note[0], 1, 0) for note in notes] if cards is None else list(cards),
    )
    connection.executescript(script)
    connection.commit()
    connection.close()
    return path.read_bytes()


def package(
    path: Path, collection_bytes: bytes, *, name: str = "collection.anki2", **entries: bytes
) -> Path:
    """A zip with a collection and further entries; `media` is an empty list unless given."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, collection_bytes)
        for entry, data in {"media": b"{}", **entries}.items():
            archive.writestr(entry, data)
    return path


def large_package(path: Path, notes: int, pictures: int) -> Path:
    """A package of the old schema with many notes in the deck `Big`, each of which shows one of a
    few pictures. Its collection lies beside it."""
    rows = [
        (n, f"g{n}", 1, " t ", f'Q{n} <img src="{n % pictures}.png">\x1fA' + "x" * 200)
        for n in range(1, notes + 1)
    ]
    listed = json.dumps({str(n): f"{n}.png" for n in range(pictures)}).encode()
    entries = {str(n): PICTURE + bytes([n]) for n in range(pictures)}
    data = collection(path.with_suffix(".anki2"), rows, decks={"1": {"name": "Big"}})
    return package(path, data, media=listed, **entries)
