"""What a collection says of itself: note types, decks and settings, in schema 18 or schema 11."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from interviewprep.core.compact import compact_json
from interviewprep.core.notes import DeckInfo
from interviewprep.core.outgoing import OutgoingCalendar
from interviewprep.formats.anki.writing import messages
from interviewprep.formats.anki.writing.collection import insert
from interviewprep.formats.anki.writing.kinds import LATEX_AFTER, LATEX_BEFORE, AnkiKind
from interviewprep.formats.anki.writing.rows import Row

_TABLES_18 = """
CREATE TABLE deck_config (id integer PRIMARY KEY NOT NULL, name text NOT NULL COLLATE unicase,
  mtime_secs integer NOT NULL, usn integer NOT NULL, config blob NOT NULL);
CREATE TABLE config (KEY text NOT NULL PRIMARY KEY, usn integer NOT NULL,
  mtime_secs integer NOT NULL, val blob NOT NULL) without rowid;
CREATE TABLE fields (ntid integer NOT NULL, ord integer NOT NULL,
  name text NOT NULL COLLATE unicase, config blob NOT NULL, PRIMARY KEY (ntid, ord)) without rowid;
CREATE TABLE templates (ntid integer NOT NULL, ord integer NOT NULL,
  name text NOT NULL COLLATE unicase, mtime_secs integer NOT NULL, usn integer NOT NULL,
  config blob NOT NULL, PRIMARY KEY (ntid, ord)) without rowid;
CREATE TABLE notetypes (id integer NOT NULL PRIMARY KEY, name text NOT NULL COLLATE unicase,
  mtime_secs integer NOT NULL, usn integer NOT NULL, config blob NOT NULL);
CREATE TABLE decks (id integer PRIMARY KEY NOT NULL, name text NOT NULL COLLATE unicase,
  mtime_secs integer NOT NULL, usn integer NOT NULL, common blob NOT NULL, kind blob NOT NULL);
CREATE TABLE tags (tag text NOT NULL PRIMARY KEY COLLATE unicase, usn integer NOT NULL,
  collapsed boolean NOT NULL, config blob NULL) without rowid;
CREATE TABLE graves (oid integer NOT NULL, type integer NOT NULL, usn integer NOT NULL,
  PRIMARY KEY (oid, type)) WITHOUT ROWID;
CREATE UNIQUE INDEX idx_fields_name_ntid ON fields (name, ntid);
CREATE UNIQUE INDEX idx_templates_name_ntid ON templates (name, ntid);
CREATE INDEX idx_templates_usn ON templates (usn);
CREATE UNIQUE INDEX idx_notetypes_name ON notetypes (name);
CREATE INDEX idx_notetypes_usn ON notetypes (usn);
CREATE UNIQUE INDEX idx_decks_name ON decks (name);
CREATE INDEX idx_notes_mid ON notes (mid);
CREATE INDEX idx_cards_odid ON cards (odid) WHERE odid != 0;
CREATE INDEX idx_graves_pending ON graves (usn);
"""
_TABLES_11 = (
    "CREATE TABLE graves (usn integer NOT NULL, oid integer NOT NULL, type integer NOT NULL);"
)
_OPTIONS_ID = 1
_COLLAPSED = messages.number(1, 1) + messages.number(2, 1)


@dataclass(frozen=True, slots=True)
class About:
    """All that a schema writes. `decks` are ids by full name; `infos` what is said of some."""

    created_at: datetime
    now: datetime
    calendar: OutgoingCalendar
    kinds: Mapping[str, AnkiKind]
    decks: Mapping[str, int]
    infos: Mapping[str, DeckInfo]

    def config(self) -> dict[str, Any]:
        """Settings of the collection that dates depend on."""
        local = self.created_at.astimezone(self.calendar.zone)
        offset = local.utcoffset()
        assert offset is not None
        return {
            "schedVer": 2,
            "sched2021": True,
            "creationOffset": -int(offset.total_seconds()) // 60,
            "rollover": self.calendar.rollover_hour,
            "curDeck": 1,
            "activeDecks": [1],
            "nextPos": 1,
            "newSpread": 0,
            "collapseTime": 1200,
            "timeLim": 0,
            "estTimes": True,
            "dueCounts": True,
            "dayLearnFirst": False,
            "addToCur": True,
            "sortType": "noteFld",
            "sortBackwards": False,
        }

    def own_decks(self) -> dict[int, str]:
        """Full names by id, each deck once."""
        found: dict[int, str] = {}
        for name, deck_id in self.decks.items():
            found.setdefault(deck_id, name)
        return found


def write_schema_18(connection: sqlite3.Connection, about: About) -> None:
    for statement in _TABLES_18.split(";"):
        connection.execute(statement)
    now_s = int(about.now.timestamp())
    insert(connection, "col", [_col(about, 18, "", "", "", "")])
    config = about.config().items()
    values = [(name, 0, 0, json.dumps(value).encode()) for name, value in config]
    insert(connection, "config", values)
    insert(connection, "deck_config", [(_OPTIONS_ID, "Default", 0, 0, _options())])
    decks = [
        (deck_id, name.replace("::", "\x1f"), now_s, -1, _COLLAPSED, _deck(about.infos.get(name)))
        for deck_id, name in about.own_decks().items()
    ]
    insert(connection, "decks", decks)
    for kind in about.kinds.values():
        insert(connection, "notetypes", [(kind.id, kind.name, now_s, -1, _kind(kind))])
        fields = [
            (kind.id, place, name, messages.text(3, "Arial") + messages.number(4, 20))
            for place, name in enumerate(kind.fields)
        ]
        insert(connection, "fields", fields)
        templates: list[Row] = []
        names: set[str] = set()
        for place, part in enumerate(kind.templates):
            name = _unused(part.name, names)
            sides = messages.text(1, part.question) + messages.text(2, part.answer)
            templates.append((kind.id, place, name, now_s, -1, sides))
        insert(connection, "templates", templates)


def write_schema_11(connection: sqlite3.Connection, about: About) -> None:
    connection.execute(_TABLES_11)
    now_s = int(about.now.timestamp())
    models = {str(kind.id): _model(kind, now_s) for kind in about.kinds.values()}
    decks = {
        str(deck_id): _deck_json(deck_id, name, about.infos.get(name), now_s)
        for deck_id, name in about.own_decks().items()
    }
    config = about.config() | {"curModel": next(iter(models), None)}
    texts = map(compact_json, (config, models, decks, {str(_OPTIONS_ID): _OPTIONS}))
    insert(connection, "col", [_col(about, 11, *texts)])


def _col(about: About, version: int, conf: str, models: str, decks: str, options: str) -> Row:
    now_ms = int(about.now.timestamp() * 1000)
    created_s = int(about.created_at.timestamp())
    tags = "{}" if version == 11 else ""
    return (1, created_s, now_ms, now_ms, version, 0, 0, 0, conf, models, decks, options, tags)


def _deck(info: DeckInfo | None) -> bytes:
    limits = info.limits if info is not None else {}
    description = str(info.details.get("description") or "") if info is not None else ""
    normal = messages.number(1, _OPTIONS_ID) + messages.text(4, description)
    for field, name in ((6, "reviews_per_day"), (7, "new_per_day")):
        if name in limits:
            # A limit of zero is a limit, so that it is written although it is a default.
            normal += messages.number(field, limits[name]) or bytes([field << 3, 0])
    return messages.block(1, normal)


def _options() -> bytes:
    """Anki's own default options, which decks have to name; what its reader needs of them."""
    numbers = {9: 20, 10: 200, 16: 36_500, 17: 1, 18: 1, 19: 4, 21: 1, 22: 8, 24: 60}
    decimals = {11: 2.5, 12: 1.3, 13: 1.2, 15: 1.0}
    return (
        messages.decimals(1, [1, 10])
        + messages.decimals(2, [10])
        + b"".join(messages.number(field, value) for field, value in numbers.items())
        + b"".join(messages.decimal(field, value) for field, value in decimals.items())
    )


def _kind(kind: AnkiKind) -> bytes:
    return (
        messages.number(1, int(kind.is_cloze))
        + messages.text(3, kind.css)
        + messages.text(5, LATEX_BEFORE)
        + messages.text(6, LATEX_AFTER)
    )


def _unused(name: str, names: set[str]) -> str:
    unique, number = name or "Card", 2
    while unique.casefold() in names:
        unique, number = f"{name or 'Card'} {number}", number + 1
    names.add(unique.casefold())
    return unique


def _model(kind: AnkiKind, now_s: int) -> dict[str, Any]:
    names: set[str] = set()
    templates = [
        {
            "name": _unused(part.name, names),
            "ord": place,
            "qfmt": part.question,
            "afmt": part.answer,
            "bqfmt": "",
            "bafmt": "",
            "did": None,
            "bfont": "",
            "bsize": 0,
        }
        for place, part in enumerate(kind.templates)
    ]
    fields = [
        {"name": name, "ord": n, "sticky": False, "rtl": False, "font": "Arial", "size": 20}
        for n, name in enumerate(kind.fields)
    ]
    return {
        "id": kind.id,
        "name": kind.name,
        "type": int(kind.is_cloze),
        "mod": now_s,
        "usn": -1,
        "sortf": 0,
        "did": None,
        "tmpls": templates,
        "flds": [{**field, "media": []} for field in fields],
        "css": kind.css,
        "latexPre": LATEX_BEFORE,
        "latexPost": LATEX_AFTER,
        "latexsvg": False,
        "req": [[place, "any", [0]] for place in range(len(templates))],
        "tags": [],
        "vers": [],
    }


def _deck_json(deck_id: int, name: str, info: DeckInfo | None, now_s: int) -> dict[str, Any]:
    limits = info.limits if info is not None else {}
    return {
        "id": deck_id,
        "mod": now_s,
        "name": name,
        "usn": -1,
        **{day: [0, 0] for day in ("lrnToday", "revToday", "newToday", "timeToday")},
        "collapsed": True,
        "browserCollapsed": True,
        "desc": str(info.details.get("description") or "") if info is not None else "",
        "dyn": 0,
        "conf": _OPTIONS_ID,
        "extendNew": 0,
        "extendRev": 0,
        "reviewLimit": limits.get("reviews_per_day"),
        "newLimit": limits.get("new_per_day"),
    }


_OPTIONS: dict[str, Any] = {
    "id": _OPTIONS_ID,
    "mod": 0,
    "name": "Default",
    "usn": 0,
    "maxTaken": 60,
    "autoplay": True,
    "timer": 0,
    "replayq": True,
    "dyn": False,
    "new": {
        "bury": False,
        "delays": [1.0, 10.0],
        "initialFactor": 2500,
        "ints": [1, 4, 0],
        "order": 1,
        "perDay": 20,
    },
    "rev": {
        "bury": False,
        "ease4": 1.3,
        "ivlFct": 1.0,
        "maxIvl": 36500,
        "perDay": 200,
        "hardFactor": 1.2,
    },
    "lapse": {"delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0},
}
