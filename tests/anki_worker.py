"""Anki at work in a process of its own: it makes collections, writes packages, and says what it
reads. Run by `anki_judge`, which sends a line of JSON for each task and gets one back.

It raises warnings of its own, and the tests allow none; and it takes a second to start.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
import traceback
from html import escape
from itertools import cycle
from pathlib import Path
from typing import Any

from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)

BURIED = (-2, -3)


def read(folder: str, package: str) -> dict[str, Any]:
    """What a new collection holds after it has imported a package."""
    col = Collection(f"{folder}/read.anki2")
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
    request = ImportAnkiPackageRequest(package_path=package, options=options)
    log = col.import_anki_package(request).log
    notes = {}
    for nid in col.db.list("select id from notes"):
        note = col.get_note(nid)
        kind = note.note_type()
        notes[note.guid] = {
            "type": kind["name"],
            "names": [field["name"] for field in kind["flds"]],
            "templates": [[t["name"], t["qfmt"], t["afmt"]] for t in kind["tmpls"]],
            "fields": list(note.fields),
            "tags": list(note.tags),
            "cards": [_card(col, card) for card in note.cards()],
        }
    _rank_new(notes)
    media = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(Path(col.media.dir()).iterdir())
    }
    problems, fine = col.fix_integrity()
    decks = {deck["name"]: deck.get("desc", "") for deck in col.decks.all()}
    said = {
        "notes": notes,
        "media": media,
        "fine": fine,
        "problems": problems,
        "decks": decks,
        "new": len(log.new),
        "left_out": len(log.conflicting),
    }
    col.close()
    return said


def _card(col: Collection, card: Any) -> dict[str, Any]:
    is_day = card.type == 2 or card.queue == 3
    return {
        "ord": card.ord,
        "deck": col.decks.name(card.did),
        "type": card.type,
        "queue": card.queue,
        "due": card.due - col.sched.today if is_day else card.due,
        "ivl": card.ivl,
        "factor": card.factor,
        "reps": card.reps,
        "lapses": card.lapses,
        "left": card.left,
        "flag": card.user_flag(),
        # Without the style sheet, which does not come along.
        "question": card.question().partition("</style>")[2],
        "answer": card.answer().partition("</style>")[2],
        "reviews": col.db.all(
            "select id, ease, ivl, lastIvl, factor, time, type from revlog where cid=? order by id",
            card.id,
        ),
    }


def _rank_new(notes: dict[str, Any]) -> None:
    """What counts of new cards is their order in a deck, where none of the note is begun."""
    new = []
    for note in notes.values():
        is_new = all(card["type"] == 0 for card in note["cards"])
        for card in note["cards"]:
            if is_new:
                new.append(card)
            elif card["type"] == 0:
                card["due"] = -1
    for deck in {card["deck"] for card in new}:
        places = sorted({card["due"] for card in new if card["deck"] == deck})
        for card in new:
            if card["deck"] == deck:
                card["due"] = places.index(card["due"])


def make(folder: str, wanted: dict[str, Any], packages: dict[str, bool]) -> list[str]:
    """Make the collection that is `wanted`; write the packages, legacy or not by their paths.

    Returns the guids of its notes.
    """
    col = Collection(f"{folder}/made.anki2")
    files = [
        (col.media.write_data(each["name"], bytes(each["data"])), each["is_sound"])
        for each in wanted["media"]
    ]
    for kind in wanted["types"]:
        _add_type(col, kind)
    now, stamp = int(time.time()), wanted["first_ms"]
    for said in wanted["notes"]:
        note = col.new_note(col.models.by_name(said["type"]))
        note.guid = said["guid"]
        for place, text in enumerate(said["fields"][: len(note.fields)]):
            note.fields[place] = _with_files(text, files)
        note.tags = said["tags"]
        col.add_note(note, col.decks.id(said["deck"]))
        for card, progress in zip(note.cards(), cycle(said["cards"]), strict=False):
            stamp = _learn(col, card, progress | {"place": said["place"]}, now, stamp)
    for path, legacy in packages.items():
        options = ExportAnkiPackageOptions(
            with_scheduling=True, with_media=True, legacy=legacy, with_deck_configs=False
        )
        col.export_anki_package(out_path=path, options=options, limit=None)
    guids: list[str] = col.db.list("select guid from notes")
    col.close()
    return guids


def _add_type(col: Collection, said: dict[str, Any]) -> None:
    kind = col.models.new(said["name"])
    kind["type"] = int(said["is_cloze"])
    for name in said["fields"]:
        col.models.add_field(kind, col.models.new_field(name))
    for number, (question, answer) in enumerate(said["templates"]):
        template = col.models.new_template(f"Card {number}")
        template["qfmt"], template["afmt"] = question, answer
        col.models.add_template(kind, template)
    col.models.add(kind)


def _with_files(text: str, files: list[tuple[str, bool]]) -> str:
    for number, (name, is_sound) in enumerate(files):
        shown = f"[sound:{name}]" if is_sound else f'<img src="{escape(name)}">'
        text = text.replace(f"⟦{number}⟧", shown)
    return text


def _learn(col: Collection, card: Any, said: dict[str, Any], now: int, stamp: int) -> int:
    """Set the schedule of a card, and give it a history; return the last instant used."""
    card.flags = said["flag"]
    if said["deck"]:
        card.did = col.decks.id(said["deck"])
    state, days = said["state"], said["due"]
    if state == "review":
        card.type = card.queue = 2
        card.due, card.ivl = col.sched.today + days, said["ivl"]
    elif state == "new":
        card.due = said["place"]
    else:
        card.type = 3 if state.startswith("relearning") else 1
        card.queue = 3 if state.endswith("by day") else 1
        card.due = col.sched.today + abs(days) % 5 if card.queue == 3 else now + abs(days)
        card.left = said["left"]
        card.ivl = said["ivl"] if card.type == 3 else 0
    if state != "new":
        card.reps, card.lapses = said["reps"], said["lapses"]
        card.factor = said["factor"] if card.type != 1 else 0
        for wait_ms, ease, ivl, last, factor, time_ms, kind in said["reviews"]:
            stamp += wait_ms
            col.db.execute(
                "insert into revlog values (?,?,-1,?,?,?,?,?,?)",
                *(stamp, card.id, ease, ivl, last, factor, time_ms, kind),
            )
    if said["is_suspended"]:
        card.queue = -1
    elif said["is_buried"]:
        card.queue = BURIED[said["flag"] % 2]
    col.update_card(card)
    return stamp


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever Anki prints is no answer
    for line in sys.stdin:
        task = json.loads(line)
        works = {"read": read, "make": make}
        try:
            said = {"said": works[task.pop("do")](**task)}
        except Exception:  # the test shows it
            said = {"error": traceback.format_exc()}
        print(json.dumps(said), file=answers, flush=True)


if __name__ == "__main__":
    main()
