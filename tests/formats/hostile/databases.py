"""SQLite that does more than hold rows, or less than it should."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

from ...packages import BASIC, collection
from ..test_classic_cards import TABLE
from .case import Cases, Make, sized
from .made import GOOD, apkg, classic, modern, old, scripted, sqlite, zipped

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
COLUMNS = "i AS id, 'g' || i AS guid, 1 AS mid, '' AS tags, 'x' AS flds"
MANY = "CREATE TABLE notes_ AS SELECT * FROM notes; DROP TABLE notes;"


def _that_acts() -> Cases:
    cases = Cases("SQLite that acts")
    plain = "is not a plain table"
    cases.harmless(
        "triggers",
        scripted(
            "CREATE TRIGGER t AFTER UPDATE ON notes BEGIN DELETE FROM notes; END;"
            "CREATE TRIGGER u AFTER INSERT ON cards BEGIN INSERT INTO cards SELECT * FROM cards;"
            " END"
        ),
    )
    cases.refused("an endless view", scripted(_view(f"{ENDLESS} SELECT {COLUMNS} FROM n")), plain)
    huge = f"{MANY} CREATE VIEW notes AS SELECT a.* FROM notes_ a, notes_ b, notes_ c, notes_ d"
    cases.refused("a huge view", scripted(huge), plain)
    cases.refused(
        "a view of cards", scripted("DROP TABLE cards; CREATE VIEW cards AS SELECT 1"), plain
    )
    cases.refused(
        "a view of reviews", scripted("DROP TABLE revlog; CREATE VIEW revlog AS SELECT 1"), plain
    )
    cases.harmless(
        "an endless view of another name",
        scripted(f"CREATE VIEW other AS {ENDLESS} SELECT i FROM n"),
    )
    fts = "DROP TABLE cards; CREATE VIRTUAL TABLE cards USING fts5(nid, did, ord, odid)"
    cases.refused("a virtual table", scripted(fts), plain)
    cases.refused("a virtual table of another module", _unknown_module, "is not a plain table")
    cases.harmless(
        "a virtual table of another name", scripted("CREATE VIRTUAL TABLE v USING fts5(a)")
    )
    cases.refused("a generated column that works without end", _generated, "collection")
    cases.refused(
        "an index with a function of its own", _index("randomblob(900000000)"), "collection"
    )
    cases.refused("a default that loads code", _written_schema("load_extension('x')"), "collection")
    cases.refused("a classic file whose cards are a view", _classic_view, plain, "cs.db")
    cases.refused("a classic file with a virtual table", _classic_fts, plain, "cs.db")
    cases.refused("a sort without end", _sorted_view, plain, "cs.db")
    return cases


def _view(select: str) -> str:
    return f"DROP TABLE notes; CREATE VIEW notes AS {select}"


def _unknown_module(folder: Path) -> bytes:
    sql = "CREATE VIRTUAL TABLE notes USING evil(id, guid, mid, tags, flds)"
    return old(
        folder,
        script="DROP TABLE notes; PRAGMA writable_schema=ON; INSERT INTO sqlite_master VALUES"
        f" ('table', 'notes', 'notes', 0, '{sql}')",
    )


def _generated(folder: Path) -> bytes:
    return old(
        folder,
        script="DROP TABLE cards; CREATE TABLE cards (nid integer, did integer, odid integer,"
        " type integer, due integer, odue integer,"
        " ord integer GENERATED ALWAYS AS (length(hex(zeroblob(400000000)))) VIRTUAL);"
        " INSERT INTO cards (nid, did, odid) VALUES (1, 1, 0)",
    )


def _index(expression: str) -> Make:
    sql = f"CREATE INDEX i ON notes (id, {expression})"
    return scripted(
        "PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = 'CREATE TABLE notes (id, guid,"
        f" mid, tags, flds AS ({expression}))' WHERE name = 'notes' -- {sql}"
    )


def _written_schema(expression: str) -> Make:
    return scripted(
        "PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = replace(sql, 'flds text',"
        f" 'flds text AS ({expression.replace(chr(39), chr(39) * 2)})') WHERE name = 'notes'"
    )


def _classic_view(folder: Path) -> bytes:
    return sqlite(
        folder / "v.db",
        f"CREATE VIEW cards AS {ENDLESS} SELECT i AS id, 1 AS type,"
        " 'q' || i AS front, 'a' AS back, 0 AS known FROM n",
    )


def _classic_fts(folder: Path) -> bytes:
    return sqlite(
        folder / "v.db", "CREATE VIRTUAL TABLE cards USING fts5(id, type, front, back, known)"
    )


def _sorted_view(folder: Path) -> bytes:
    return sqlite(
        folder / "v.db",
        f"{TABLE}; CREATE VIEW tags AS {ENDLESS} SELECT i AS id,"
        " i AS tagName FROM n ORDER BY i DESC",
    )


def _damaged() -> Cases:
    cases = Cases("SQLite that is damaged")
    cases.refused("pages that are overwritten", _overwritten, "is damaged")
    for page in (2, 3, 4):
        cases.refused(f"a loop at page {page}", _loop(page), "collection")
    cases.reported("an overflow that leads to itself", _overflow_loop, "field-count")
    cases.either("a list of free pages that is none", _with_header(32, b"\0\0\0\1\0\0\0\7"))
    cases.refused("pages of 0 bytes", _with_header(16, b"\0\0"), "The collection")
    cases.refused("half of the file", _half, "The collection")
    cases.refused("no database at all", lambda folder: apkg(b"no database" * 999), "The collection")
    cases.refused("an empty file", lambda folder: apkg(b""), "has no table col")
    cases.refused("a classic file cut off", _half_classic, "The database", "cs.db")
    cases.refused("a schema that is no SQL", _schema("CREATE TABLE ((("), "The collection")
    cases.refused("a schema that is no text", _schema_bytes, "The collection")
    return cases


def _overwritten(folder: Path) -> bytes:
    data = bytearray(collection(folder / "c", GOOD))
    for at in range(4096, len(data), 4096):
        data[at : at + 40] = b"\xaa" * 40
    return apkg(bytes(data))


def _loop(page: int) -> Make:
    """An inner page all of whose children are itself."""

    def make(folder: Path) -> bytes:
        notes = [(n, f"g{n}", 1, "", "Q" * 900 + "\x1fA") for n in range(1, 400)]
        data = bytearray(collection(folder / "c", notes))
        at = (page - 1) * 4096
        own = page.to_bytes(4, "big")
        data[at : at + 12] = b"\x05\0\0\0\x02\x0f\xf0\0" + own
        data[at + 12 : at + 16] = b"\x0f\xf0\x0f\xf8"
        data[at + 0xFF0 : at + 0x1000] = own + b"\x10\0\0\0" + own + b"\x20\0\0\0"
        return apkg(bytes(data))

    return make


def _overflow_loop(folder: Path) -> bytes:
    data = bytearray(collection(folder / "c", [(1, "a", 1, "", "Q" * 300_000 + "\x1fA")]))
    page = next(
        at for at in range(4096, len(data), 4096) if data[at + 4 : at + 4000] == b"Q" * 3996
    )
    data[page : page + 4] = (page // 4096 + 1).to_bytes(4, "big")
    return apkg(bytes(data))


def _with_header(at: int, value: bytes) -> Make:
    def make(folder: Path) -> bytes:
        data = bytearray(collection(folder / "c", GOOD))
        data[at : at + len(value)] = value
        return apkg(bytes(data))

    return make


def _half(folder: Path) -> bytes:
    data = collection(folder / "c", GOOD * 1)
    return apkg(data[: len(data) // 2])


def _half_classic(folder: Path) -> bytes:
    data = classic(folder)
    return data[: len(data) // 2]


def _schema(sql: str) -> Make:
    return scripted(
        f"PRAGMA writable_schema=ON; UPDATE sqlite_master SET sql = '{sql}' WHERE name = 'notes'"
    )


def _schema_bytes(folder: Path) -> bytes:
    data = collection(folder / "c", GOOD)
    return apkg(data.replace(b"CREATE TABLE notes (id", b"CREATE TABLE notes (\xff\xfe"))


def _misfit() -> Cases:
    cases = Cases("missing tables, wrong types, future schemas")
    for table in ("col", "notes", "cards"):
        cases.refused(f"no table {table}", scripted(f"DROP TABLE {table}"), f"no table {table}")
    cases.harmless("no reviews", scripted("DROP TABLE revlog"))
    for table in ("notetypes", "fields", "templates", "decks"):
        cases.refused(
            f"no table {table} in a modern one",
            _modern(f"DROP TABLE {table};"),
            f"no table {table}",
        )
    cases.refused("no column of fields", scripted("ALTER TABLE notes DROP COLUMN flds"), "flds")
    cases.refused("nothing about itself", scripted("DELETE FROM col"), "has schema None")
    cases.refused(
        "a schema in words", scripted("UPDATE col SET ver = 'eleven'"), "has schema eleven"
    )
    cases.refused("a future schema", scripted("UPDATE col SET ver = 99"), "has schema 99, newer")
    cases.refused("an ancient schema", scripted("UPDATE col SET ver = 3"), "has schema 3, older")
    cases.refused(
        "a modern schema without its tables", scripted("UPDATE col SET ver = 18"), "no table"
    )
    cases.refused("a package from the future", _future, "version 9, newer")
    cases.harmless("UTF-16", _utf16("UTF-16le"))
    cases.harmless("UTF-16, the other way round", _utf16("UTF-16be"))
    cases.harmless("a classic file in UTF-16", _classic_utf16, "cs.db")
    # Wrong types: a note whose columns are not what they are called.
    for what, script in {
        "fields that are a number": "UPDATE notes SET flds = 7 WHERE id = 3",
        "fields that are bytes": "UPDATE notes SET flds = x'fffe00ff' WHERE id = 3",
        "a guid that is a number": "UPDATE notes SET guid = 7 WHERE id = 3",
        "tags that are a float": "UPDATE notes SET tags = 1e308 WHERE id = 3",
        "a schedule in words": "UPDATE cards SET due = 'soon', ivl = 'long', factor = x'00'",
        "a deck in words": "UPDATE cards SET did = 'here' WHERE nid = 3",
        "a time in words": "UPDATE col SET crt = 'then'",
        "settings that are a list": "UPDATE col SET conf = '[]', dconf = '[]'",
        "settings of settings": "UPDATE col SET dconf = '{\"1\": 7}'",
        "a null deck": "UPDATE cards SET did = NULL, odid = NULL",
    }.items():
        cases.harmless(what, scripted(script))
    for what, script, said in (
        ("no fields", "UPDATE notes SET flds = NULL WHERE id = 3", "refused-note"),
        ("no guid", "UPDATE notes SET guid = NULL WHERE id = 3", "refused-note"),
        ("a type in words", "UPDATE notes SET mid = 'x' WHERE id = 3", "refused-note"),
        ("no type", "UPDATE notes SET mid = NULL WHERE id = 3", "refused-note"),
        (
            "a type of nine digits too many",
            "UPDATE notes SET mid = 9e99 WHERE id = 3",
            "refused-note",
        ),
    ):
        cases.reported(what, scripted(script), said)
    loose = (
        "CREATE TABLE n AS SELECT * FROM notes; DROP TABLE notes; ALTER TABLE n RENAME TO notes;"
    )
    for what, value in (
        ("words", "'x' || id"),
        ("bytes", "x'ff'"),
        ("nothing", "NULL"),
        ("floats", "id + 0.5"),
    ):
        cases.either(
            f"numbers of notes that are {what}", scripted(f"{loose} UPDATE notes SET id = {value}")
        )
    loose = (
        "CREATE TABLE n AS SELECT * FROM cards; DROP TABLE cards; ALTER TABLE n RENAME TO cards;"
    )
    said = "a number is none"
    for what, value in (("words", "'x' || nid"), ("bytes", "x'ff'")):
        make = scripted(f"{loose} UPDATE cards SET nid = {value} WHERE nid = 3")
        cases.refused(f"cards of notes that are {what}", make, said)
    make = scripted(f"{loose} UPDATE cards SET nid = nid + 0.5 WHERE nid = 3")
    cases.reported("cards of notes that are floats", make, "card-without-note")
    for what, value in (("words", "'x'"), ("bytes", "x'ff'"), ("nothing", "NULL")):
        make = scripted(f"{loose} UPDATE cards SET id = {value}")
        cases.refused(f"numbers of cards that are {what}", make, said)
    modern_said = "The note types or decks of the collection cannot be read"
    for what, script in {
        "a note type that is no protobuf": "UPDATE notetypes SET config = x'ffffffffffffffff'",
        "a note type in words": "UPDATE notetypes SET config = 'word'",
        "a template in words": "UPDATE templates SET config = 'word'",
        "a template that is nothing": "UPDATE templates SET config = NULL",
        "a deck that is no protobuf": "UPDATE decks SET kind = x'0aff'",
    }.items():
        cases.refused(what, _modern(script), modern_said)
    for what, models in (
        ("a list", []),
        ("a number", {"1": 7}),
        ("no fields", {"1": {"name": "x", "flds": [], "tmpls": []}}),
        ("no templates", {"1": {**BASIC, "tmpls": []}}),
        ("a key in words", {"x": BASIC}),
        ("fields of numbers", {"1": {**BASIC, "flds": [1, 2]}}),
    ):
        cases.refused(f"note types that are {what}", _models(models), modern_said)
    for what, decks in (("a list", []), ("a number", {"1": 7}), ("no names", {"1": {}})):
        cases.refused(f"decks that are {what}", _decks(decks), modern_said)
    nested = "UPDATE col SET models = '" + "[" * 200_000 + "'"
    cases.refused("note types that nest", scripted(nested), modern_said)
    nested = "UPDATE col SET conf = '" + '{"a":' * 200_000 + "'"
    cases.harmless("settings that nest", scripted(nested))
    return cases


def _modern(script: str) -> Make:
    return lambda folder: modern(folder, script)


def _models(models: Any) -> Make:
    return lambda folder: old(folder, models=models)


def _decks(decks: Any) -> Make:
    return lambda folder: old(folder, decks=decks)


def _future(folder: Path) -> bytes:
    return zipped({"meta": b"\x08\x09", "collection.anki21b": b"x", "media": b""})


def _utf16(encoding: str) -> Make:
    def make(folder: Path) -> bytes:
        plain = folder / "plain"
        collection(plain, GOOD)
        connection = sqlite3.connect(plain)
        script = "\n".join(connection.iterdump())
        connection.close()
        return apkg(sqlite(folder / "wide", script, encoding=encoding))

    return make


def _classic_utf16(folder: Path) -> bytes:
    script = f"{TABLE}; INSERT INTO cards VALUES (1, 1, 'größe', 'size', 0)"
    return sqlite(folder / "wide.db", script, encoding="UTF-16le")


def _dummies() -> Cases:
    """Beside the real collection lies one for old programs, which says "please update"."""
    cases = Cases("the dummy collection")
    cases.harmless("beside a modern one", _dummy(lambda folder: modern(folder)))
    cases.harmless("beside one of the middle", _beside_middle)
    cases.harmless("ahead of the real one", _ahead)
    cases.refused("with a real one that is damaged", _broken_beside, "collection.anki21b")
    return cases


def _please_update(folder: Path) -> bytes:
    text = "Please update to the latest Anki version, then import again.\x1f"
    return collection(folder / "d", [(9, "dummy", 1, "", text)])


def _dummy(make: Make) -> Make:
    def beside(folder: Path) -> bytes:
        packed = io.BytesIO(make(folder))
        with zipfile.ZipFile(packed, "a") as archive:
            archive.writestr("collection.anki2", _please_update(folder))
        return packed.getvalue()

    return beside


def _beside_middle(folder: Path) -> bytes:
    dummy = _please_update(folder)
    return apkg(
        collection(folder / "c", GOOD), name="collection.anki21", **{"collection.anki2": dummy}
    )


def _ahead(folder: Path) -> bytes:
    real = collection(folder / "c", GOOD)
    entries = [("collection.anki2", _please_update(folder)), ("collection.anki21", real)]
    return zipped([*entries, ("media", b"{}")])


def _broken_beside(folder: Path) -> bytes:
    dummy = _please_update(folder)
    return zipped({"collection.anki2": dummy, "collection.anki21b": b"nothing", "media": b""})


def _contents() -> Cases:
    cases = Cases("unknown types, ordinals, orphans, guids")
    unknown = "UPDATE notes SET mid = 77 WHERE id = 3"
    cases.reported("an unknown note type", scripted(unknown), "refused-note")
    cases.reported(
        "all of an unknown note type", scripted("UPDATE notes SET mid = 77"), "refused-note"
    )
    for what, value in (
        ("beyond the templates", 9),
        ("of 500", 500),
        ("below zero", -1),
        ("huge", 2**40),
    ):
        cases.reported(
            f"an ordinal {what}",
            scripted(f"UPDATE cards SET ord = {value} WHERE nid = 3"),
            "impossible-card",
        )
    cases.reported(
        "a card without its note",
        scripted("UPDATE cards SET nid = 999 WHERE nid = 3"),
        "card-without-note",
    )
    many = sized(100_000, 3_000)
    into = f"{ENDLESS} INSERT INTO cards (nid, did, ord, odid) SELECT"
    orphans = f"{into} 10000 + i, 1, 0, 0 FROM n LIMIT {many}"
    cases.reported("more cards without notes than notes", scripted(orphans), "card-without-note")
    cases.harmless("a note without cards", scripted("DELETE FROM cards WHERE nid = 3"))
    cases.harmless("no cards at all", scripted("DELETE FROM cards"))
    cases.harmless("no notes at all", scripted("DELETE FROM notes; DELETE FROM cards"))
    cases.harmless(
        "one card twice", scripted("INSERT INTO cards (nid, did, ord, odid) VALUES (3, 1, 0, 0)")
    )
    crowd = f"{into} 3, 1, i % 300, 0 FROM n LIMIT {many}"
    cases.reported("very many cards of one note", scripted(crowd), "impossible-card")
    cases.reported(
        "one guid twice", scripted("UPDATE notes SET guid = 'g1' WHERE id = 3"), "duplicate-guid"
    )
    cases.reported(
        "one guid everywhere", scripted("UPDATE notes SET guid = 'g1'"), "duplicate-guid"
    )
    cases.reported(
        "a guid of 10,000 letters",
        scripted("UPDATE notes SET guid = printf('%.*c', 10000, 'x') WHERE id = 3"),
        "refused-note",
    )
    cases.reported("no guid", scripted("UPDATE notes SET guid = '' WHERE id = 3"), "refused-note")
    cases.reported(
        "fewer fields than its type has",
        scripted("UPDATE notes SET flds = 'one' WHERE id = 3"),
        "field-count",
    )
    many_fields = "replace(printf('%.*c', 5000, 'x'), 'x', 'y' || char(31))"
    more = f"UPDATE notes SET flds = {many_fields} WHERE id = 3"
    cases.reported("more fields than its type has", scripted(more), "field-count")
    cases.reported(
        "a deck that is not there", scripted("UPDATE cards SET did = 404"), "unknown-deck"
    )
    cases.harmless(
        "a deck of a thousand levels",
        lambda folder: old(folder, decks={"1": {"name": "::".join("abcde" * 300)}}),
    )
    cases.harmless(
        "two decks of one name",
        lambda folder: old(folder, decks={"1": {"name": "D"}, "2": {"name": "D"}}),
    )
    cases.harmless(
        "two note types of one name", lambda folder: old(folder, models={"1": BASIC, "2": BASIC})
    )
    long_name = {"1": {**BASIC, "name": "N" * 100_000}}
    cases.harmless("a note type with a long name", lambda folder: old(folder, models=long_name))
    many_fields = {"1": {**BASIC, "flds": [{"name": f"F{n}", "ord": n} for n in range(1_200)]}}
    cases.refused(
        "a note type of too many fields",
        lambda folder: old(folder, models=many_fields),
        "more than 1,000 fields",
    )
    return cases


def _schedules() -> Cases:
    """Where cards stand and what was answered, as nobody can have answered it."""
    cases = Cases("absurd scheduling and history")
    begun = "UPDATE cards SET type=2, queue=2, due=9, ivl=5, factor=2500, reps=3;"
    for what, change in {
        "a negative interval": "ivl = -400",
        "an interval of ages": "ivl = 2000000000",
        "an interval beyond 64 bits": "ivl = 1e300",
        "a negative ease": "factor = -1",
        "a huge ease": "factor = 9223372036854775807",
        "negative repetitions": "reps = -9223372036854775808",
        "negative lapses": "lapses = -3",
        "a due day of ages": "due = 9223372036854775807",
        "a due day before the beginning": "due = -9223372036854775808",
        "an unknown type": "type = 99",
        "a flag beyond all": "flags = 9223372036854775807, ivl = -1",
    }.items():
        cases.reported(
            what,
            scripted(f"{begun} UPDATE cards SET {change} WHERE nid = 3"),
            "impossible-schedule",
        )
    for what, change in {
        "an unknown queue": "queue = -99",
        "a card in a filtered deck of nowhere": "odid = 404, odue = -5",
        "a change in the far future": "mod = 9223372036854775807",
        "a change before 1970": "mod = -9223372036854775808",
    }.items():
        cases.harmless(what, scripted(f"{begun} UPDATE cards SET {change} WHERE nid = 3"))
    cases.reported(
        "a collection of the year 5,000",
        scripted(f"{begun} UPDATE col SET crt = 95617584000"),
        "impossible-schedule",
    )
    cases.reported(
        "a collection from before 1970",
        scripted(f"{begun} UPDATE col SET crt = -1"),
        "impossible-schedule",
    )
    log = "INSERT INTO revlog (id, cid, ease, ivl, lastIvl, factor, time, type) VALUES "
    for what, row in {
        "a review before 1970": "(-5, 3, 3, 1, 0, 2500, 4000, 1)",
        "a review in the year 10,000": "(253402300800000, 3, 3, 1, 0, 2500, 4000, 1)",
        "a review beyond all time": "(9223372036854775807, 3, 3, 1, 0, 2500, 4000, 1)",
        "an unknown grade": "(1767225600000, 3, 99, 1, 0, 2500, 4000, 1)",
        "numbers beyond 64 bits": "(1767225600000, 3, 1e300, -1e300, 1e300, 1e300, 1e300, 1)",
        "an unknown kind of review": "(1767225600000, 3, 3, 1, 0, 2500, 4000, 99)",
        "words": "(1767225600000, 3, 'good', 'long', x'00', NULL, 'fast', 'new')",
    }.items():
        cases.either(what, scripted(begun + log + row))
    cases.reported(
        "a review of no card",
        scripted(begun + log + "(1767225600000, 404, 3, 1, 0, 2500, 4000, 1)"),
        "review-without-card",
    )
    many = sized(300_000, 5_000)
    into = f"{ENDLESS} INSERT INTO revlog (id, cid) SELECT"
    full = f"{begun} {into} 1767225600000 + i, 3 FROM n LIMIT {many}"
    cases.harmless("very many reviews of one card", scripted(full))
    return cases


CASES = [
    each
    for cases in (_that_acts(), _damaged(), _misfit(), _dummies(), _contents(), _schedules())
    for each in cases.all
]
