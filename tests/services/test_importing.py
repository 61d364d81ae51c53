"""Deck files into the tables, on both engines: added, updated in place, unchanged."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from interviewprep.errors import UnreadableDeck
from interviewprep.services.importing import (
    Decisions,
    ImportPlan,
    ImportReport,
    OnConflict,
    index_imported,
    open_deck_file,
    plan_import,
    prepare_media,
    store_import,
    sweep_media,
)
from interviewprep.services.search_index import index_missing, unindex_notes
from interviewprep.storage import (
    Base,
    Card,
    CardMark,
    Database,
    Deck,
    Enrolment,
    MediaFile,
    Memory,
    Note,
    NoteMedia,
    NoteType,
    Rendering,
)
from interviewprep.storage.media_store import MediaStore

from ..packages import BASIC, PICTURE, collection, package
from .conftest import NOW, add_learner

LATER = NOW + timedelta(days=1)
PICTURED = ((1, "a", 1, " x ", 'Q<img src="p.png">\x1fA'), (2, "b", 1, "", "Q2\x1fA2"))


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


@pytest.fixture
def bring(database: Database, store: MediaStore) -> Callable[..., ImportReport]:
    """Import a file for a user, as the edges do."""

    def run(
        user_id: int, path: Path, *, now: datetime = NOW, name: str = "", **how: Any
    ) -> ImportReport:
        with open_deck_file(path, name or path.name, store) as deck_file:
            media = prepare_media(deck_file, store)
            with database.writing_core() as connection:
                report = store_import(connection, user_id, deck_file, media, now, **how)
            index_imported(database.writing_core, report)
        return report

    return run


@pytest.fixture
def preview(database: Database, store: MediaStore) -> Callable[[int, Path], ImportPlan]:
    def run(user_id: int, path: Path) -> ImportPlan:
        with open_deck_file(path, path.name, store) as deck_file:
            media = prepare_media(deck_file, None)
            with database.reading_core() as connection:
                return plan_import(connection, user_id, deck_file, media)

    return run


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.refused


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.reading_core() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def rows(database: Database, *columns: Any) -> list[tuple[Any, ...]]:
    with database.reading_core() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(columns[0]))]


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """A package by hand: notes as in `packages.collection`, with one picture."""

    def run(notes: Any = PICTURED, *, picture: bytes = PICTURE, **how: Any) -> Path:
        data = collection(tmp_path / "made", notes, **how)
        media = b'{"0": "p.png"}'
        return package(tmp_path / "made.apkg", data, media=media, **{"0": picture})

    return run


def test_a_package_becomes_notes_cards_decks_and_media(
    database: Database, bring: Any, make: Any, store: MediaStore
) -> None:
    alice = add_learner(database).id
    deck = {"1": {"name": "ML::Metrics", "desc": "All about metrics"}, "2": {"name": "ML"}}
    report = bring(alice, make(decks=deck))
    assert counts(report) == (2, 0, 0, 0)
    assert (report.cards_added, report.media_added, report.decks) == (2, 1, ["ML::Metrics"])
    assert rows(database, Note.guid, Note.owner_id, Note.fields, Note.tags) == [
        ("a", alice, ['Q<img src="p.png">', "A"], " x "),
        ("b", alice, ["Q2", "A2"], ""),
    ]
    # The parent has a row because the file names it; nobody studies it, for it has no cards.
    assert rows(database, Deck.name, Deck.owner_id, Deck.description) == [
        ("ML", alice, ""),
        ("ML::Metrics", alice, "All about metrics"),
    ]
    names = select(Deck.name).join(Enrolment, Enrolment.deck_id == Deck.id)
    with database.reading() as session:
        assert session.scalars(names).all() == ["ML::Metrics"]
    assert rows(database, Card.position, Card.ordinal, Card.key) == [(0, 0, "t0"), (1, 0, "t0")]
    assert rows(database, NoteType.name, NoteType.kind, NoteType.markup) == [
        ("Basic", "templates", "html")
    ]
    ((label, sha256),) = rows(database, NoteMedia.label, NoteMedia.sha256)
    assert (label, store.path_of(sha256).read_bytes()) == ("p.png", PICTURE)
    assert rows(database, MediaFile.content_type) == [("image/png",)]
    assert list((store.folder / "work").iterdir()) == []


def test_the_same_file_again_changes_no_row(database: Database, bring: Any, make: Any) -> None:
    alice = add_learner(database).id
    bring(alice, make())
    before = everything(database)
    report = bring(alice, make(), now=LATER)
    assert counts(report) == (0, 0, 2, 0)
    assert not report.changed_anything
    assert everything(database) == before


def test_a_changed_note_keeps_its_card_and_what_is_known_of_it(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    bring(alice, make())
    with database.writing() as session:
        card_id = session.scalars(select(Card.id).order_by(Card.id)).first()
        session.add(
            Memory(user_id=alice, card_id=card_id, interval_days=9, due_day=date(2026, 6, 1))
        )
        session.add(Rendering(card_id=card_id, version=1, front_html="old", back_html="old"))
    cards, memory = rows(database, Card.id, Card.position), rows(database, Memory.card_id)
    changed = [(1, "a", 1, " y ", 'Q new <img src="p.png">\x1fA'), PICTURED[1]]
    report = bring(alice, make(changed), now=LATER)
    assert counts(report) == (0, 1, 1, 0)
    assert (rows(database, Card.id, Card.position), rows(database, Memory.card_id)) == (
        cards,
        memory,
    )
    assert rows(database, Note.guid, Note.fields, Note.tags, Note.changed_at) == [
        ("a", ['Q new <img src="p.png">', "A"], " y ", LATER),
        ("b", ["Q2", "A2"], "", NOW),
    ]
    assert rows(database, Rendering.card_id) == []
    assert len(rows(database, NoteMedia.label)) == 1


def test_another_picture_of_the_same_name_is_a_change(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    bring(alice, make())
    report = bring(alice, make(picture=PICTURE + b"other"), now=LATER)
    assert counts(report) == (0, 1, 1, 0)
    ((_, sha256),) = rows(database, NoteMedia.label, NoteMedia.sha256)
    assert (sha256,) in rows(database, MediaFile.sha256)
    assert len(rows(database, MediaFile.sha256)) == 2


def test_a_picture_is_new_to_whoever_did_not_have_it(
    database: Database, bring: Any, make: Any
) -> None:
    alice, bob = add_learner(database).id, add_learner(database, "bob@example.org").id
    assert bring(alice, make()).media_added == 1
    assert bring(bob, make()).media_added == 1
    reworded = [(1, "a", 1, "", 'Again <img src="p.png">\x1fA'), PICTURED[1]]
    report = bring(alice, make(reworded), now=LATER)
    assert (counts(report), report.media_added) == ((0, 1, 1, 0), 0)
    shown_again = [*PICTURED, (3, "c", 1, "", 'New <img src="p.png">\x1fA')]
    assert bring(bob, make(shown_again), now=LATER).media_added == 0
    assert len(rows(database, MediaFile.sha256)) == 1


def test_a_note_type_that_grew_a_field_updates_its_notes(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    bring(alice, make())
    cards = rows(database, Card.id)
    grown = {**BASIC, "flds": [*BASIC["flds"], {"name": "Source", "ord": 2}]}  # type: ignore[misc]
    notes = [(n, guid, kind, tags, f"{text}\x1f") for n, guid, kind, tags, text in PICTURED]
    report = bring(alice, make(notes, models={"1": grown}), now=LATER)
    assert counts(report) == (0, 2, 0, 0)
    assert rows(database, Card.id) == cards
    assert [fields for _, fields in rows(database, Note.guid, Note.fields)] == [
        ['Q<img src="p.png">', "A", ""],
        ["Q2", "A2", ""],
    ]


def test_cards_follow_a_cloze_that_grows_and_shrinks(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    cloze = {
        **BASIC,
        "type": 1,
        "tmpls": [{"name": "Cloze", "ord": 0, "qfmt": "{{cloze:Front}}", "afmt": "x"}],
    }

    def version(text: str, *ordinals: int) -> Path:
        cards = [(1, 1, ordinal) for ordinal in ordinals]
        return make([(1, "a", 1, "", f"{text}\x1f")], cards=cards, models={"1": cloze})

    def living() -> dict[str, bool]:
        found = rows(database, Card.key, Card.retired_at)
        return {key: retired is None for key, retired in found}

    bring(alice, version("{{c1::a}} {{c3::b}}", 0, 2))
    assert living() == {"c1": True, "c3": True}
    ids = rows(database, Card.key, Card.id)
    bring(alice, version("{{c1::a}} b {{c2::c}}", 0, 1), now=LATER)
    assert living() == {"c1": True, "c2": True, "c3": False}
    bring(alice, version("{{c1::a}} {{c3::b}}", 0, 2), now=LATER)
    assert living() == {"c1": True, "c2": False, "c3": True}
    assert set(ids) <= set(rows(database, Card.key, Card.id))


def edit(database: Database, guid: str) -> None:
    with database.writing() as session:
        session.execute(
            update(Note)
            .where(Note.guid == guid)
            .values(fields=["mine", "A"], edited_at=NOW, changed_at=NOW)
        )


CHANGED = [(1, "a", 1, "", "theirs\x1fA"), PICTURED[1]]


def test_ones_own_edit_is_not_overwritten_unasked(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    bring(alice, make())
    edit(database, "a")
    before = everything(database)
    assert counts(bring(alice, make(), now=LATER)) == (0, 0, 2, 0)
    report = bring(alice, make(CHANGED), now=LATER)
    assert (counts(report), report.conflicts) == ((0, 0, 2, 0), 1)
    assert [(w.code, w.where) for w in report.warnings] == [("edited-here", "note 1 (theirs)")]
    assert everything(database) == before


def test_theirs_overwrites_ones_own_edit(database: Database, bring: Any, make: Any) -> None:
    alice = add_learner(database).id
    bring(alice, make())
    edit(database, "a")
    report = bring(alice, make(CHANGED), now=LATER, decisions=Decisions(OnConflict.THEIRS))
    assert counts(report) == (0, 1, 1, 0)
    assert rows(database, Note.guid, Note.fields, Note.edited_at)[0] == (
        "a",
        ["theirs", "A"],
        None,
    )


def test_both_keeps_ones_own_edit_and_adds_theirs_once(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    bring(alice, make())
    edit(database, "a")
    report = bring(alice, make(CHANGED), now=LATER, decisions=Decisions(OnConflict.BOTH))
    assert counts(report) == (1, 0, 1, 0)
    fields = [fields[0] for _, fields in rows(database, Note.guid, Note.fields)]
    assert sorted(fields) == ["Q2", "mine", "theirs"]
    again = bring(alice, make(CHANGED), now=LATER, decisions=Decisions(OnConflict.BOTH))
    assert counts(again) == (0, 0, 2, 0)
    assert len(rows(database, Note.guid)) == 3


def test_an_edit_that_says_what_the_file_says_is_no_conflict(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    bring(alice, make())
    with database.writing() as session:
        session.execute(
            update(Note)
            .where(Note.guid == "b")
            .values(fields=["Q2", "A3"], edited_at=NOW, changed_at=NOW)
        )
    report = bring(alice, make([PICTURED[0], (2, "b", 1, "", "Q2\x1fA3")]), now=LATER)
    assert (counts(report), report.conflicts) == ((0, 0, 2, 0), 0)


def test_a_retired_note_comes_back_with_its_file(database: Database, bring: Any, make: Any) -> None:
    alice = add_learner(database).id
    bring(alice, make())
    cards = rows(database, Card.id)
    with database.writing() as session:
        for table in (Note, Card, Deck):
            session.execute(update(table).values(retired_at=NOW))
        session.execute(update(Enrolment).values(new_from=5))
    report = bring(alice, make(), now=LATER)
    assert counts(report) == (0, 2, 0, 0)
    assert rows(database, Card.id) == cards
    for table in (Note, Card, Deck):
        assert set(rows(database, table.retired_at)) == {(None,)}
    assert rows(database, Enrolment.new_from) == [(0,)]


def test_two_learners_with_one_deck_do_not_touch_each_other(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    bob = add_learner(database, "bob@example.org").id
    bring(alice, make())
    mine = rows(database, Note.id, Note.owner_id, Note.fields, Note.changed_at)
    report = bring(bob, make(CHANGED), now=LATER)
    assert counts(report) == (2, 0, 0, 0)
    found = rows(database, Note.id, Note.owner_id, Note.fields, Note.changed_at)
    assert [row for row in found if row[1] == alice] == mine
    assert len([row for row in found if row[1] == bob]) == 2
    assert sorted(rows(database, Deck.owner_id, Deck.name)) == [
        (alice, "Default"),
        (bob, "Default"),
    ]
    assert sorted(rows(database, Enrolment.user_id)) == [(alice,), (bob,)]


def test_two_imports_of_one_learner_at_once_follow_each_other(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    notes = [(n, f"g{n}", 1, "", f"Q{n}\x1fA") for n in range(1, 400)]
    path = make(notes)
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda _: bring(alice, path), range(4)))
    assert sorted(report.added for report in reports) == [0, 0, 0, 399]
    assert len(rows(database, Note.id)) == 399


def built_in(database: Database, text: str) -> int:
    with database.writing() as session:
        kind = NoteType(
            name="Basic",
            kind="templates",
            markup="html",
            fields=["Front", "Back"],
            templates=[{"name": "Card 1", "question": "{{Front}}", "answer": "{{Back}}"}],
            fingerprint="built in",
        )
        deck = Deck(name="Built in", key="x", created_at=NOW)
        session.add_all([kind, deck])
        session.flush()
        note = Note(
            deck_id=deck.id,
            note_type_id=kind.id,
            guid="b",
            fields=[text, "A2"],
            content_hash="",
            created_at=NOW,
            changed_at=NOW,
        )
        session.add(note)
        session.flush()
        card = Card(note_id=note.id, deck_id=deck.id, ordinal=0, key="t0")
        session.add(card)
        session.flush()
        return card.id


def test_a_built_in_that_comes_back_unchanged_is_that_built_in(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    built_in(database, "Q2")
    assert counts(bring(alice, make())) == (1, 0, 1, 0)
    assert rows(database, Note.guid, Note.owner_id) == [("a", alice), ("b", None)]


def test_a_built_in_that_comes_back_changed_becomes_ones_own_with_its_memory(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    original = built_in(database, "Q of the built-in")
    with database.writing() as session:
        session.add(Memory(user_id=alice, card_id=original, interval_days=9))
    assert counts(bring(alice, make())) == (2, 0, 0, 0)
    own = select(Card.id).join(Note, Note.id == Card.note_id)
    with database.reading() as session:
        copy = session.scalars(own.where(Note.owner_id == alice, Note.guid == "b")).one()
        assert session.scalars(select(Memory.card_id)).all() == [copy]
        hidden = select(CardMark.card_id).where(CardMark.is_hidden.is_(True))
        assert session.scalars(hidden).all() == [original]
        assert session.scalars(select(Note.fields).where(Note.owner_id.is_(None))).one() == [
            "Q of the built-in",
            "A2",
        ]


def test_new_cards_stand_behind_those_of_the_deck(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    bring(alice, make())
    more = [(n, f"more {n}", 1, "", f"Q{n}\x1fA") for n in range(10, 13)]
    assert counts(bring(alice, make([*more, *PICTURED]), now=LATER)) == (3, 0, 2, 0)
    assert [position for (position,) in rows(database, Card.position)] == [0, 1, 2, 3, 4]


def in_order(database: Database) -> list[tuple[str, str, int]]:
    """Deck, guid and position of cards nobody has begun, as they will come."""
    with database.reading_core() as connection:
        found = connection.execute(
            select(Deck.name, Note.guid, Card.position)
            .join(Note, Note.id == Card.note_id)
            .join(Deck, Deck.id == Card.deck_id)
            .order_by(Deck.name, Card.position, Card.id)
        )
        return [tuple(row) for row in found]


def test_new_cards_come_in_the_order_that_anki_gave_them(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    notes = [(n, guid, 1, "", f"{guid}\x1fA") for n, guid in enumerate("abcdefgh", start=1)]
    cards = [(n, 2 if guid in "gh" else 1, 0) for n, guid in enumerate("abcdefgh", start=1)]
    script = """
        UPDATE cards SET due = CASE nid WHEN 1 THEN 900 WHEN 2 THEN 20 WHEN 3 THEN 20 WHEN 4 THEN 7
            WHEN 7 THEN 2 WHEN 8 THEN 1 ELSE 50 END;
        UPDATE cards SET type = 2, due = 5000 WHERE nid = 5;
        UPDATE cards SET odid = 1, did = 9, odue = 8, due = -100000 WHERE nid = 6;
    """
    decks = {"1": {"name": "One"}, "2": {"name": "Two"}}
    bring(alice, make(notes, cards=cards, decks=decks, script=script))
    assert in_order(database) == [
        ("One", "e", 0),  # begun in Anki
        ("One", "d", 1),
        ("One", "f", 2),  # in a filtered deck, whose order is its own
        ("One", "b", 3),
        ("One", "c", 4),
        ("One", "a", 5),
        ("Two", "h", 0),
        ("Two", "g", 1),
    ]


def test_later_imports_go_on_behind_in_their_own_order(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    first = [(1, "a", 1, "", "a\x1fA"), (2, "b", 1, "", "b\x1fB")]
    turned = "UPDATE cards SET due = 100 - nid"
    bring(alice, make(first, script=turned))
    more = [*first, (3, "c", 1, "", "c\x1fC"), (4, "d", 1, "", "d\x1fD")]
    bring(alice, make(more, script=turned), now=LATER)
    assert [row[1:] for row in in_order(database)] == [("b", 0), ("a", 1), ("d", 2), ("c", 3)]


def test_sides_of_a_note_keep_one_position_when_put_in_order(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    sides = [{"name": f"Card {n}", "qfmt": "{{Front}}", "afmt": "{{Back}}"} for n in (1, 2)]
    models = {"1": {**BASIC, "tmpls": sides}}
    notes = [(n, guid, 1, "", f"{guid}\x1fA") for n, guid in enumerate("ab", start=1)]
    cards = [(n, 1, ordinal) for n in (1, 2) for ordinal in (0, 1)]
    bring(alice, make(notes, cards=cards, models=models, script="UPDATE cards SET due = -nid"))
    assert [row[1:] for row in in_order(database)] == [("b", 0), ("b", 0), ("a", 1), ("a", 1)]


def test_a_file_that_comes_again_in_another_order_is_still_known(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    notes = [(n, f"g{n}", 1, "", f"Q{n}\x1fA") for n in range(1, 9)]
    bring(alice, make(notes))
    known = everything(database)
    mixed = [(n, guid, 1, "", text) for n, (_, guid, _, _, text) in enumerate(reversed(notes), 1)]
    assert counts(bring(alice, make(mixed), now=LATER)) == (0, 0, 8, 0)
    assert counts(bring(alice, make(mixed[3:]), now=LATER)) == (0, 0, 5, 0)
    assert everything(database) == known
    mixed[2] = (3, "new", 1, "", "Q\x1fA")
    mixed[4] = (*mixed[4][:4], "changed\x1fA")
    assert counts(bring(alice, make(mixed), now=LATER)) == (1, 1, 6, 0)


def test_the_second_of_two_notes_with_one_guid_is_left_out(
    database: Database, bring: Any, make: Any
) -> None:
    alice = add_learner(database).id
    twins = [(1, "a", 1, "", "first\x1fx"), (2, "a", 1, "", "second\x1fx")]
    report = bring(alice, make(twins))
    assert counts(report) == (1, 0, 0, 1)
    assert [(w.code, w.where) for w in report.warnings] == [("duplicate-guid", "note 2 (second)")]
    assert rows(database, Note.fields) == [(["first", "x"],)]
    assert counts(bring(alice, make(twins), now=LATER)) == (0, 0, 1, 1)


def test_a_file_that_breaks_off_in_the_middle_leaves_nothing(
    database: Database, bring: Any, tmp_path: Path
) -> None:
    alice = add_learner(database).id
    before = everything(database)
    notes = [(n, f"g{n}", 1, "", f"Q{n}\x1f" + "x" * 300) for n in range(1, 6_000)]
    data = bytearray(collection(tmp_path / "c", notes))
    end = len(data) // 4096 * 4096
    for at in range(end // 2, end, 4096):  # the later pages, which come late
        data[at : at + 64] = b"\xaa" * 64
    with pytest.raises(UnreadableDeck, match="damaged"):
        bring(alice, package(tmp_path / "a.apkg", bytes(data)))
    assert everything(database) == before


def test_a_preview_says_what_would_happen_and_writes_nothing(
    database: Database, bring: Any, preview: Any, make: Any, store: MediaStore
) -> None:
    alice = add_learner(database).id
    plan = preview(alice, make())
    assert counts(plan.report) == (2, 0, 0, 0)
    assert (plan.report.cards_added, plan.report.media_added) == (2, 1)
    assert [sample.fields for sample in plan.samples] == [("Q", "A"), ("Q2", "A2")]
    assert rows(database, Note.id) == []
    assert [each for each in store.folder.iterdir() if each.name != "work"] == []
    bring(alice, make())
    edit(database, "b")
    changed = [CHANGED[0], (2, "b", 1, "", "Q2 new\x1fA2"), (3, "c", 1, "", "Q3\x1fA3")]
    before = everything(database)
    plan = preview(alice, make(changed))
    assert counts(plan.report) == (1, 1, 0, 0)
    assert plan.report.conflicts == 1
    (conflict,) = plan.conflicts
    assert (conflict.guid, conflict.fields[0]) == ("b", ("Front", "mine", "Q2 new"))
    assert [(sample.change, sample.fields[0]) for sample in plan.samples] == [
        ("changed", "theirs"),
        ("new", "Q3"),
    ]
    assert everything(database) == before
    again = preview(alice, make()).report
    assert counts(again) == (0, 0, 2, 0)
    assert again.media_added == 0  # a note of hers shows it already


def test_a_preview_reads_maths_in_one_line(database: Database, preview: Any, make: Any) -> None:
    plan = preview(
        add_learner(database).id, make([(1, "a", 1, "", r"\(x^{2}\)" + "\x1f$\\frac{a}{b}$")])
    )
    assert plan.samples[0].fields == ("x²", "a/b")


def test_missing_files_are_named_with_their_note(database: Database, bring: Any, make: Any) -> None:
    alice = add_learner(database).id
    report = bring(alice, make([(1, "a", 1, "", '<img src="gone.png">\x1f[sound:b.mp3]')]))
    assert [(w.code, w.where, w.message) for w in report.warnings] == [
        ("missing-media", "note 1", "gone.png is not in the file"),
        ("missing-media", "note 1", "b.mp3 is not in the file"),
    ]


def test_text_formats_go_the_same_way(database: Database, bring: Any, tmp_path: Path) -> None:
    alice = add_learner(database).id
    path = tmp_path / "capitals.csv"
    path.write_text("Of France?,Paris\nOf Spain?,Madrid\n", encoding="utf-8")
    assert counts(bring(alice, path)) == (2, 0, 0, 0)
    before = everything(database)
    assert counts(bring(alice, path, now=LATER)) == (0, 0, 2, 0)
    assert everything(database) == before
    assert rows(database, Deck.name) == [("capitals",)]
    assert [row[0] for row in rows(database, Card.ordinal)] == [0, 0]


def test_what_was_imported_can_be_found(database: Database, bring: Any, make: Any) -> None:
    alice = add_learner(database).id
    bring(alice, make())
    with database.reading_core() as connection:
        assert connection.execute(text("SELECT count(*) FROM note_search")).scalar_one() == 2


def test_notes_whose_import_died_before_it_indexed_them_are_indexed_later(
    database: Database, bring: Any, make: Any, store: MediaStore
) -> None:
    alice = add_learner(database).id
    notes = [(n, f"g{n}", 1, "", f"word{n}\x1fA") for n in range(1, 4)]
    bring(alice, make(notes))
    more = [(1, "g1", 1, "", "changed1\x1fA"), *notes[1:], (4, "g4", 1, "", "word4\x1fA")]
    with (  # as `bring` does it, up to the commit
        open_deck_file(make(more), "made.apkg", store) as deck_file,
        database.writing_core() as connection,
    ):
        store_import(connection, alice, deck_file, prepare_media(deck_file, store), LATER)
    assert found_by(database, "word1", "changed1", "word2", "word4") == ["word2"]

    assert index_missing(database.reading_core, database.writing_core) == 2
    assert found_by(database, "word1", "changed1", "word2", "word4") == [
        "changed1",
        "word2",
        "word4",
    ]
    with database.writing_core() as connection:
        connection.execute(update(Note).where(Note.guid == "g3").values(retired_at=NOW))
        unindex_notes(
            connection, connection.execute(select(Note.id).filter_by(guid="g3")).scalars()
        )
    assert index_missing(database.reading_core, database.writing_core) == 0


def found_by(database: Database, *words: str) -> list[str]:
    """Those of the words by which the index finds a note."""
    query = {
        "sqlite": "SELECT count(*) FROM note_search WHERE note_search MATCH :word",
        "postgresql": "SELECT count(*) FROM note_search WHERE document @@ CAST(:word AS tsquery)",
    }
    with database.reading_core() as connection:
        search = text(query[connection.dialect.name])
        return [word for word in words if connection.execute(search, {"word": word}).scalar_one()]


def test_media_that_no_note_speaks_of_are_swept_away_once_old(
    database: Database, bring: Any, make: Any, store: MediaStore
) -> None:
    alice = add_learner(database).id
    bring(alice, make())
    orphan = store.put_bytes(b"orphan")
    moment = datetime.now(UTC).timestamp()
    with database.reading_core() as connection:
        assert sweep_media(connection, store, moment - 3_600) == 0
        assert store.path_of(orphan).exists()
        assert sweep_media(connection, store, moment + 3_600) == 1
    assert not store.path_of(orphan).exists()
    ((sha256,),) = rows(database, MediaFile.sha256)
    assert store.path_of(sha256).exists()


REAL = {
    "system-design.apkg": (42, 42, 0),
    "mixed-anki21.apkg": (8, 13, 1),
    "sample-modern-progress.apkg": (120, 200, 5),
    "sample-modern-new.apkg": (120, 200, 5),
    "sample-legacy-progress.apkg": (120, 200, 5),
    "sample-legacy-new.apkg": (120, 200, 5),
    "sample-collection.colpkg": (120, 200, 5),
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_deck_is_stored_whole_and_only_once(
    real_decks: Path, database: Database, bring: Any, name: str
) -> None:
    path = real_decks / name
    if not path.exists():
        pytest.skip(f"{name} is not among the decks")
    alice = add_learner(database).id
    report = bring(alice, path)
    with database.reading() as session:
        stored = tuple(
            session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (Note, Card, MediaFile)
        )
    assert (report.added, report.cards_added, report.media_added) == REAL[name] == stored
    before = everything(database)
    assert not bring(alice, path, now=LATER).changed_anything
    assert everything(database) == before
