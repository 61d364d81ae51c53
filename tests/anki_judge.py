"""Anki itself as the judge: it makes collections, writes packages, and says what it reads.

Anki runs in a process of its own: it raises warnings of its own, and the tests allow none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_READER = """
import hashlib, json, os, sys
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
folder, package = sys.argv[1:]
col = Collection(folder + "/read.anki2")
options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
log = col.import_anki_package(ImportAnkiPackageRequest(package_path=package, options=options)).log
today = col.sched.today
notes = {}
for nid in col.db.list("select id from notes"):
    note = col.get_note(nid)
    kind = note.note_type()
    cards = []
    for card in note.cards():
        due = card.due - today if card.type == 2 or card.queue == 3 else card.due
        cards.append({
            "ord": card.ord, "deck": col.decks.name(card.did), "type": card.type,
            "queue": card.queue, "due": due, "ivl": card.ivl, "factor": card.factor,
            "reps": card.reps, "lapses": card.lapses, "left": card.left,
            "flag": card.user_flag(),
            # Without the style sheet, which does not come along.
            "question": card.question().partition("</style>")[2],
            "answer": card.answer().partition("</style>")[2],
            "reviews": col.db.all(
                "select id, ease, ivl, lastIvl, factor, time, type from revlog where cid=?"
                " order by id", card.id),
        })
    notes[note.guid] = {
        "type": kind["name"], "names": [f["name"] for f in kind["flds"]],
        "templates": [[t["name"], t["qfmt"], t["afmt"]] for t in kind["tmpls"]],
        "fields": list(note.fields), "tags": list(note.tags), "cards": cards,
    }
# What counts of new cards is their order within a deck, as long as none of the note is begun.
new = []
for note in notes.values():
    if all(card["type"] == 0 for card in note["cards"]):
        new += note["cards"]
    for card in note["cards"]:
        card["due"] = -1 if card["type"] == 0 and card not in new else card["due"]
for deck in {card["deck"] for card in new}:
    places = sorted({card["due"] for card in new if card["deck"] == deck})
    for card in new:
        if card["deck"] == deck:
            card["due"] = places.index(card["due"])
media = {}
for name in sorted(os.listdir(col.media.dir())):
    media[name] = hashlib.sha256(open(os.path.join(col.media.dir(), name), "rb").read()).hexdigest()
problems, fine = col.fix_integrity()
decks = {d["name"]: d.get("desc", "") for d in col.decks.all()}
print(json.dumps({"notes": notes, "media": media, "fine": fine, "problems": problems,
                  "decks": decks, "new": len(log.new), "left_out": len(log.conflicting)}))
col.close()
"""

_MAKER = """
import json, random, sys, time
from anki.collection import Collection, ExportAnkiPackageOptions
wanted = json.loads(sys.argv[1])
chance = random.Random(wanted["seed"])
col = Collection(wanted["folder"] + "/made.anki2")
words = ["alpha", "<b>bold</b>", "a &lt; b", "\\\\(x^2\\\\)", "süß", "数学", "🙂", "e\\u0301",
         "''", "a\\\\b",
         "<div>x</div>", "&nbsp;", "=1+1"]
def text():
    return " ".join(chance.choice(words) for _ in range(chance.randint(1, 5)))
kind = col.models.new("Own “type”, " + str(wanted["seed"]))
for name in ("Expression", "Meaning", "Notes here"):
    col.models.add_field(kind, col.models.new_field(name))
for n, sides in enumerate([("{{Expression}}", "{{FrontSide}}<hr id=answer>{{Meaning}}"),
                           ("{{#Notes here}}{{Notes here}}{{/Notes here}}", "{{Expression}}")]):
    template = col.models.new_template(f"T{n}")
    template["qfmt"], template["afmt"] = sides
    col.models.add_template(kind, template)
col.models.add(kind)
kinds = ["Basic", "Basic (and reversed card)", "Cloze", kind["name"]]
for n in range(wanted["notes"]):
    note = col.new_note(col.models.by_name(chance.choice(kinds)))
    if note.note_type()["name"] == "Cloze":
        note.fields[0] = text() + " {{c1::" + text() + "}} {{c3::x::hint}}"
        note.fields[1] = text()
    else:
        for place in range(len(note.fields)):
            note.fields[place] = text() if place < 2 or chance.random() < 0.5 else ""
    if chance.random() < 0.3:
        name = col.media.write_data(chance.choice(["plot 1.png", "ü.png", "a&b.png", "c%20d.png"]),
                                    b"\\x89PNG\\r\\n\\x1a\\n" + bytes([chance.randint(0, 3)]))
        note.fields[1] += f'<img src="{name.replace("&", "&amp;")}">'
    note.tags = chance.sample(["one", "Two", "three::four", "ü"], chance.randint(0, 3))
    col.add_note(note, col.decks.id(chance.choice(["Top", "Top::Sub", "Top::Sub::Ünder", "Other"])))
today = col.sched.today
now = int(time.time())
ids = col.db.list("select id from cards order by id")
stamp = (now - 90 * 86400) * 1000
for cid in ids:
    card = col.get_card(cid)
    roll = chance.random()
    if roll < 0.4:
        card.type = card.queue = 2
        card.due = today + chance.randint(-400, 400)
        card.ivl = chance.randint(1, 900)
        card.factor = chance.choice([1300, 2500, 2570, 2135])
        card.reps, card.lapses = chance.randint(1, 50), chance.randint(0, 9)
    elif roll < 0.5:
        card.type, card.queue, card.due = 1, 1, now + chance.randint(1, 600)
        card.left, card.reps = 2002, 1
    elif roll < 0.6:
        card.type, card.queue, card.due = 3, 3, today + 1
        card.ivl, card.factor, card.left = chance.randint(1, 90), 2300, 1001
        card.reps, card.lapses = 5, 2
    if chance.random() < 0.1:
        card.queue = -1
    card.set_user_flag(chance.choice([0, 0, 0, 1, 7]))
    col.update_card(card)
    if card.type:
        for _ in range(chance.randint(0, 4)):
            stamp += chance.randint(1, 40_000_000)
            if stamp < now * 1000:
                col.db.execute("insert into revlog values (?,?,-1,?,?,?,?,?,?)", stamp, cid,
                    chance.randint(1, 4), chance.choice([-600, 1, 30]), chance.choice([-60, 0, 9]),
                    chance.choice([0, 2500, 1300]), chance.randint(100, 60000),
                    chance.randint(0, 3))
options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=wanted["legacy"],
                                   with_deck_configs=False)
col.export_anki_package(out_path=wanted["path"], options=options, limit=None)
"""


def read_by_anki(package: Path) -> dict[str, Any]:
    """What a new collection of Anki's holds after it has imported a package."""
    folder = package.with_name(f"{package.stem}-{package.suffix[1:]}-read")
    folder.mkdir()
    said = _run(_READER, str(folder), str(package))
    found: dict[str, Any] = json.loads(said)
    return found


def made_by_anki(folder: Path, seed: int, *, notes: int = 25, legacy: bool = False) -> Path:
    """A package of a collection in which all is left to chance, with its schedule and history."""
    path = folder / f"made-{seed}.apkg"
    made = folder / f"made-{seed}"
    made.mkdir()
    wanted = {
        "folder": str(made),
        "path": str(path),
        "seed": seed,
        "notes": notes,
        "legacy": legacy,
    }
    _run(_MAKER, json.dumps(wanted))
    return path


def _run(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
