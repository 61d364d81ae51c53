"""Schedule and history of packages, on both engines, with Anki as the judge."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from interviewprep.core.anki_progress import anki_review
from interviewprep.core.grades import Grade
from interviewprep.services.answering import answer_batch
from interviewprep.services.importing import (
    ImportReport,
    open_deck_file,
    plan_import,
    prepare_media,
    store_import,
)
from interviewprep.services.learner import Learner, load_learner
from interviewprep.services.rebuilding import rebuild
from interviewprep.services.recording import Submission
from interviewprep.services.resetting import reset_card
from interviewprep.services.undoing import undo
from interviewprep.storage import (
    Card,
    CardMark,
    Database,
    Day,
    Deck,
    DueLoad,
    Enrolment,
    Memory,
    Note,
    NoteType,
    Review,
    User,
)
from interviewprep.storage.media_store import MediaStore

from ..packages import Learnt, collection, package, write_learnt_with_anki
from .conftest import NOW, add_deck, add_learner
from .test_importing import everything, rows

LATER = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
FIRST_DAY = date(2026, 1, 1)
MOD = 1_767_225_600
"""When `packages.collection` was made, and its cards were last changed."""


@pytest.fixture
def bring(database: Database, tmp_path: Path) -> Callable[..., ImportReport]:
    store = MediaStore(tmp_path / "media")

    def run(
        user_id: int, path: Path, *, now: datetime = LATER, with_progress: bool = True, **how: Any
    ) -> ImportReport:
        with open_deck_file(path, path.name, store, with_progress=with_progress) as deck_file:
            media = prepare_media(deck_file, store)
            with database.writing_core() as connection:
                return store_import(connection, user_id, deck_file, media, now, **how)

    return run


@pytest.fixture
def alice(database: Database) -> Learner:
    """A learner in UTC, as those who wrote the packages are."""
    found = add_learner(database)
    with database.writing() as session:
        session.execute(update(User).where(User.id == found.id).values(time_zone="UTC"))
        return load_learner(session.connection(), found.id)


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """A package by hand: one note a card, and what SQL says of them."""

    def run(script: str, notes: int = 1, name: str = "made.apkg", **how: Any) -> Path:
        told = [(n, f"g{n}", 1, "", f"Q{n}\x1fA") for n in range(1, notes + 1)]
        return package(tmp_path / name, collection(tmp_path / "c", told, script=script, **how))

    return run


def checked(database: Database) -> None:
    with database.writing_core() as connection:
        assert rebuild(connection, check_only=True) == []


def memory(database: Database, guid: str = "g1") -> tuple[Any, ...] | None:
    """Interval, ease, repetitions, lapses, due day, version of the one card of a note."""
    with database.reading() as session:
        found = session.execute(
            select(
                Memory.interval_days,
                Memory.ease_hundredths,
                Memory.repetitions,
                Memory.lapses,
                Memory.due_day,
                Memory.version,
            )
            .join(Card, Card.id == Memory.card_id)
            .join(Note, Note.id == Card.note_id)
            .where(Note.guid == guid)
        ).first()
    return None if found is None else tuple(found)


def card_of(database: Database, guid: str = "g1") -> int:
    with database.reading() as session:
        return session.scalars(
            select(Card.id).join(Note, Note.id == Card.note_id).where(Note.guid == guid)
        ).one()


def answered(database: Database, learner: Learner, card_id: int, now: datetime) -> uuid.UUID:
    answer_id = uuid.uuid4()
    with database.writing_core() as connection:
        version = connection.execute(
            select(func.coalesce(func.max(Memory.version), 0)).where(Memory.card_id == card_id)
        ).scalar_one()
        sent = Submission(answer_id, card_id, version, Grade.GOOD, now)
        (result,) = answer_batch(connection, learner, [sent], now)
    assert result.status == "stored"
    return answer_id


REVIEW = "UPDATE cards SET type=2, queue=2, due=100, ivl=40, factor=2310, reps=9, lapses=2"
ONE_REVIEW = f"INSERT INTO revlog (id, cid) VALUES ({MOD}000, 1)"


# --- what Anki says


def expected(card: Learnt) -> tuple[Any, ...] | None:
    """Interval, ease, repetitions, lapses and due day here, by the rule."""
    if card.type == 0:
        return None
    assert card.due_day is not None
    due_day = date.fromisoformat(card.due_day)
    if card.type == 2:
        return card.ivl, card.factor // 10, card.reps, card.lapses, due_day
    relearnt = card.type == 3
    ease = card.factor // 10 if relearnt else 250
    return card.ivl if relearnt else 1, ease, 0, card.lapses, due_day


@pytest.mark.parametrize(
    ("seed", "name", "legacy"),
    [(1, "a.apkg", False), (2, "a.apkg", True), (3, "a.colpkg", False)],
)
def test_schedule_marks_and_history_are_what_anki_says(
    database: Database,
    bring: Any,
    alice: Learner,
    tmp_path: Path,
    seed: int,
    name: str,
    legacy: bool,
) -> None:
    path = tmp_path / name
    said = {
        (card.guid, card.ordinal): card
        for card in write_learnt_with_anki(path, seed, legacy=legacy)
    }
    report = bring(alice.id, path)
    assert report.reviews_added == sum(len(card.reviews) for card in said.values()) > 20
    with database.reading() as session:
        found = session.execute(
            select(Note.guid, Card.ordinal, Card.id, Memory, CardMark)
            .join(Card, Card.note_id == Note.id)
            .outerjoin(Memory, Memory.card_id == Card.id)
            .outerjoin(CardMark, CardMark.card_id == Card.id)
        ).all()
        log: dict[int, list[Any]] = {}
        for row in session.scalars(
            select(Review).where(Review.kind == "imported").order_by(Review.at)
        ):
            log.setdefault(row.card_id, []).append(row)
    assert {(row.guid, row.ordinal) for row in found} == said.keys()
    for guid, ordinal, card_id, known, mark in found:
        card = said[guid, ordinal]
        ours = known and (
            known.interval_days,
            known.ease_hundredths,
            known.repetitions,
            known.lapses,
            known.due_day,
        )
        assert ours == expected(card), card
        suspended_and_flag = (mark.is_suspended, mark.flag) if mark else (False, 0)
        assert suspended_and_flag == (card.queue == -1, card.flags)
        back = [
            anki_review(row.at, row.duration_ms, row.after or {}) for row in log.get(card_id, [])
        ]
        assert [
            (each.id, each.ease, each.ivl, each.last_ivl, each.factor, each.time, each.type)
            for each in back
        ] == card.reviews
    checked(database)
    answers = sum(1 for card in said.values() for review in card.reviews if review[6] < 4)
    with database.reading() as session:
        assert session.scalar(select(func.sum(Day.answers))) == answers
        begun = sum(card.type != 0 for card in said.values())
        assert session.scalar(select(func.sum(DueLoad.cards))) == begun


def test_the_same_package_again_changes_nothing(
    database: Database, bring: Any, alice: Learner, tmp_path: Path
) -> None:
    path = tmp_path / "a.apkg"
    write_learnt_with_anki(path, 4)
    bring(alice.id, path)
    before = everything(database)
    report = bring(alice.id, path, now=LATER + timedelta(days=3))
    assert (report.reviews_added, report.cards_scheduled) == (0, 0)
    assert not report.changed_anything
    assert everything(database) == before


def test_as_new_leaves_schedule_history_and_marks_out(
    database: Database, bring: Any, alice: Learner, tmp_path: Path
) -> None:
    path = tmp_path / "a.apkg"
    write_learnt_with_anki(path, 5)
    report = bring(alice.id, path, with_progress=False)
    assert report.cards_added > 30
    for table in (Memory, Review, Day, CardMark, DueLoad):
        assert rows(database, table.user_id) == []
    report = bring(alice.id, path)  # and it can be had later
    assert report.added == 0
    assert report.reviews_added > 20
    assert report.cards_scheduled == len(rows(database, Memory.card_id)) > 10
    checked(database)


@pytest.mark.parametrize("legacy", [False, True])
def test_the_limits_of_a_deck_come_along_and_do_not_change_those_that_are_here(
    database: Database, bring: Any, alice: Learner, tmp_path: Path, legacy: bool
) -> None:
    path = tmp_path / "a.apkg"
    write_learnt_with_anki(path, 6, legacy=legacy, notes=6, limits=True)
    report = bring(alice.id, path)
    assert [w.code for w in report.warnings].count("deck-options") == 1
    options = select(Deck.name, Enrolment.options).join(Deck, Deck.id == Enrolment.deck_id)
    with database.writing() as session:
        assert dict(map(tuple, session.execute(options))) == {
            "Learnt": {},
            "Learnt::Deep": {"new_per_day": 7, "reviews_per_day": 55},
            "Plain": {},
        }
        session.execute(update(Enrolment).values(options={"new_per_day": 3}))
    bring(alice.id, path)
    with database.reading() as session:
        assert set(map(str, session.scalars(select(Enrolment.options)))) == {"{'new_per_day': 3}"}


# --- what happened here meanwhile


def test_what_was_answered_here_since_stays_and_new_history_still_comes(
    database: Database, bring: Any, alice: Learner, make: Any
) -> None:
    bring(alice.id, make(REVIEW))
    card_id = card_of(database)
    answered(database, alice, card_id, LATER)
    ours = memory(database)
    newer = f"{REVIEW}, ivl=99, due=900, mod={MOD + 5}; {ONE_REVIEW}"
    report = bring(alice.id, make(newer))
    assert memory(database) == ours
    assert (report.cards_scheduled, report.reviews_added) == (0, 1)
    assert "progress-kept" in [w.code for w in report.warnings]
    checked(database)


def test_what_was_learnt_in_anki_since_comes_where_nothing_happened_here(
    database: Database, bring: Any, alice: Learner, make: Any
) -> None:
    bring(alice.id, make(REVIEW))
    older = f"{REVIEW}, ivl=77, mod={MOD - 5}"
    assert bring(alice.id, make(older)).cards_scheduled == 0
    assert memory(database) == (40, 231, 9, 2, FIRST_DAY + timedelta(days=100), 1)
    newer = f"{REVIEW}, ivl=99, due=900, flags=3, queue=-1, mod={MOD + 5}"
    assert bring(alice.id, make(newer)).cards_scheduled == 1
    assert memory(database) == (99, 231, 9, 2, FIRST_DAY + timedelta(days=900), 2)
    assert rows(database, CardMark.flag, CardMark.is_suspended) == [(3, True)]
    checked(database)


def test_an_answer_taken_back_does_not_count_as_having_moved_on(
    database: Database, bring: Any, alice: Learner, make: Any
) -> None:
    bring(alice.id, make(REVIEW))
    before = memory(database)
    answer_id = answered(database, alice, card_of(database), LATER)
    with database.writing_core() as connection:
        assert undo(connection, alice, answer_id, LATER).status == "stored"
    assert before is not None
    assert memory(database) == (*before[:5], 3)
    checked(database)
    assert bring(alice.id, make(f"{REVIEW}, ivl=99, mod={MOD + 5}")).cards_scheduled == 1
    checked(database)


def test_a_card_begun_again_here_stays_new(
    database: Database, bring: Any, alice: Learner, make: Any
) -> None:
    bring(alice.id, make(REVIEW))
    with database.writing_core() as connection:
        assert reset_card(connection, alice, card_of(database), LATER)
    bring(alice.id, make(f"{REVIEW}, ivl=99, mod={MOD + 5}"))
    found = memory(database)
    assert found is not None
    assert found[4] is None
    checked(database)


def test_marks_made_here_stay(database: Database, bring: Any, alice: Learner, make: Any) -> None:
    bring(alice.id, make(f"{REVIEW}, queue=-1, flags=2"))
    assert rows(database, CardMark.flag, CardMark.is_suspended) == [(2, True)]
    with database.writing() as session:
        session.execute(update(CardMark).values(is_suspended=False, flag=5))
    bring(alice.id, make(f"{REVIEW}, queue=-1, flags=2"))
    assert rows(database, CardMark.flag, CardMark.is_suspended) == [(5, False)]


def test_two_learners_each_have_their_own_progress(
    database: Database, bring: Any, alice: Learner, make: Any
) -> None:
    path = make(f"{REVIEW}; INSERT INTO revlog (id, cid) VALUES ({MOD}000, 1)")
    bob = add_learner(database, "bob@example.org")
    bring(alice.id, path)
    answered(database, alice, card_of(database), LATER)
    assert bring(bob.id, path).reviews_added == 1
    assert len(rows(database, Memory.user_id)) == 2
    checked(database)


def test_a_built_in_note_keeps_its_card_and_takes_the_progress(
    database: Database, bring: Any, alice: Learner, make: Any
) -> None:
    add_deck(database, None, cards=1)
    with database.writing() as session:
        session.execute(update(Note).values(guid="g1", fields=["Q1", "A"]))
        session.execute(update(NoteType).values(kind="templates", markup="html"))
    path = make(f"{REVIEW}; {ONE_REVIEW}")
    report = bring(alice.id, path, with_progress=False)
    assert (report.added, report.unchanged) == (0, 1)
    assert rows(database, Enrolment.deck_id) == []
    report = bring(alice.id, path)
    assert (report.added, report.reviews_added, report.cards_scheduled) == (0, 1, 1)
    assert memory(database) == (40, 231, 9, 2, FIRST_DAY + timedelta(days=100), 1)
    assert len(rows(database, Enrolment.deck_id)) == 1
    checked(database)


def test_a_guid_that_comes_twice_counts_once(
    database: Database, bring: Any, alice: Learner, tmp_path: Path
) -> None:
    told = [(1, "g1", 1, "", "Q1\x1fA"), (2, "g1", 1, "", "Q2\x1fA")]
    script = f"{REVIEW}; UPDATE cards SET ivl=77, mod={MOD + 9} WHERE nid=2"
    path = package(tmp_path / "a.apkg", collection(tmp_path / "c", told, script=script))
    bring(alice.id, path)
    assert memory(database) == (40, 231, 9, 2, FIRST_DAY + timedelta(days=100), 1)
    checked(database)


def test_two_answers_at_the_same_time_and_the_import_all_count(
    database: Database, bring: Any, alice: Learner, make: Any
) -> None:
    bring(alice.id, make(REVIEW, notes=3))
    for guid in ("g1", "g2"):
        answered(database, alice, card_of(database, guid), LATER)
    report = bring(alice.id, make(f"{REVIEW}, ivl=99, mod={MOD + 5}", notes=4))
    assert (report.added, report.cards_scheduled) == (1, 2)
    assert [memory(database, f"g{n}")[0] == 99 for n in (1, 2, 3, 4)] == [  # type: ignore[index]
        False,
        False,
        True,
        True,
    ]
    checked(database)


# --- what cannot be


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        ("ivl=-7", (1, 231, 9, 2, 100)),
        ("ivl=99999999", (36_500, 231, 9, 2, 100)),
        ("factor=0", (40, 250, 9, 2, 100)),
        ("factor=-5", (40, 250, 9, 2, 100)),
        ("factor=10", (40, 130, 9, 2, 100)),
        ("factor=9223372036854775807", (40, 9_999, 9, 2, 100)),
        ("reps=-1, lapses=-9", (40, 231, 0, 0, 100)),
        ("lapses=9223372036854775807", (40, 231, 9, 1_000_000, 100)),
        ("due=-9223372036854775808", (40, 231, 9, 2, -36_500)),
        ("due=9223372036854775807", (40, 231, 9, 2, 73_000)),
        ("ivl='many'", (1, 231, 9, 2, 100)),
        ("type=9", None),
        ("type='x'", None),
    ],
)
def test_an_absurd_schedule_becomes_the_nearest_that_can_be_and_is_named(
    database: Database, bring: Any, alice: Learner, make: Any, columns: str, state: Any
) -> None:
    report = bring(alice.id, make(f"{REVIEW}; UPDATE cards SET {columns} WHERE nid=2", notes=2))
    found = memory(database, "g2")
    if state is None:
        assert found is None
    else:
        due_day = FIRST_DAY + timedelta(days=state[4])
        assert found == (*state[:4], due_day, 1)
    if columns != "type='x'":
        assert ("impossible-schedule", "note 2 (Q2)") in [
            (w.code, w.where) for w in report.warnings
        ]
    assert memory(database) == (40, 231, 9, 2, FIRST_DAY + timedelta(days=100), 1)
    checked(database)


def test_absurd_reviews_are_named_and_the_others_come(
    database: Database, bring: Any, alice: Learner, make: Any
) -> None:
    future_ms = int((LATER + timedelta(days=900)).timestamp() * 1000)
    report = bring(
        alice.id,
        make(
            f"{REVIEW}; INSERT INTO revlog (id, cid, ease, time) VALUES ({MOD}000, 1, 3, 4000),"
            f" (-5, 1, 3, 0), (9223372036854775807, 1, 3, 0), ({future_ms}, 1, 3, 0),"
            f" ({MOD}001, 1, 99, -7), ({MOD}002, 77, 3, 0), ({MOD}003, 1, 2, 9223372036854775807)"
        ),
    )
    assert report.reviews_added == 4
    codes = [w.code for w in report.warnings]
    assert (codes.count("impossible-review"), codes.count("review-without-card")) == (3, 1)
    with database.reading() as session:
        ours = session.scalars(
            select(Review).where(Review.kind == "imported").order_by(Review.at)
        ).all()
        assert [(row.grade, row.duration_ms) for row in ours] == [
            (3, 4000),
            (None, 0),
            (2, 2**31 - 1),
            (3, 0),
        ]
        assert (ours[3].at, ours[3].device_at) == (LATER, LATER + timedelta(days=900))
        assert session.scalar(select(func.sum(Day.answers))) == 2
    checked(database)
    before = everything(database)
    assert (
        bring(
            alice.id,
            make(f"{REVIEW}; INSERT INTO revlog (id, cid) VALUES ({future_ms}, 1)"),
            now=LATER + timedelta(days=1),
        ).reviews_added
        == 0
    )
    assert everything(database) == before


def test_a_collection_made_at_no_time_counts_from_today(
    database: Database, bring: Any, alice: Learner, make: Any
) -> None:
    report = bring(alice.id, make(f"{REVIEW}; UPDATE col SET crt=9223372036854775807"))
    found = memory(database)
    assert found is not None
    assert found[4] == LATER.date() + timedelta(days=100)
    assert "impossible-schedule" in [w.code for w in report.warnings]


def test_cards_in_filtered_decks_and_buried_ones_come_as_they_are_at_home(
    database: Database, bring: Any, alice: Learner, make: Any
) -> None:
    script = (
        f"{REVIEW}; UPDATE cards SET odid=1, did=9, odue=55, due=-100000 WHERE nid=1;"
        " UPDATE cards SET queue=-2 WHERE nid=2; UPDATE cards SET queue=-3, type=0 WHERE nid=3"
    )
    report = bring(alice.id, make(script, notes=3))
    first, second = memory(database), memory(database, "g2")
    assert first is not None
    assert second is not None
    assert (first[4], second[4]) == (
        FIRST_DAY + timedelta(days=55),
        FIRST_DAY + timedelta(days=100),
    )
    assert memory(database, "g3") is None
    assert {"buried", "filtered-deck"} <= {w.code for w in report.warnings}
    assert rows(database, CardMark.card_id) == []


def test_a_preview_counts_progress_and_writes_nothing(
    database: Database, alice: Learner, make: Any, tmp_path: Path
) -> None:
    path = make(
        f'{REVIEW}, data=\'{{"pos":1,"s":12.1,"d":5.6}}\';'
        f"{ONE_REVIEW}; UPDATE cards SET queue=-1 WHERE nid=2",
        notes=2,
    )
    before = everything(database)
    with (
        open_deck_file(path, path.name, MediaStore(tmp_path / "media")) as deck_file,
        database.reading_core() as connection,
    ):
        plan = plan_import(connection, alice.id, deck_file, prepare_media(deck_file, None))
    assert plan.progress == {"reviews": 1, "begun": 2, "suspended": 1, "flagged": 0}
    assert "fsrs-memory" in [w.code for w in plan.report.warnings]
    assert everything(database) == before


REAL = {
    "sample-modern-progress.apkg": 60,
    "sample-legacy-progress.apkg": 60,
    "sample-collection.colpkg": 60,
    "sample-modern-new.apkg": 0,
    "mixed-anki21.apkg": 26,
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_deck_brings_the_reviews_that_its_readme_gives(
    real_decks: Path, database: Database, bring: Any, name: str
) -> None:
    path = real_decks / name
    if not path.exists():
        pytest.skip(f"{name} is not among the decks")
    bob = add_learner(database, "bob@example.org")
    assert bring(bob.id, path).reviews_added == REAL[name]
    checked(database)
    before = everything(database)
    assert not bring(bob.id, path, now=NOW + timedelta(days=2)).changed_anything
    assert everything(database) == before
