"""The built-in decks follow their files from one edition to the next, and learners keep theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from interviewprep.errors import UnreadableDeck
from interviewprep.services.built_in import stale_decks
from interviewprep.services.rebuilding import rebuild
from interviewprep.storage import Card, Database, Deck, Enrolment, Memory, Review

from .conftest import NOW, add_learner
from .shelf import CLOZE, HEAD, PRECISION, RECALL, Shelf, new_shelf


@pytest.fixture
def shelf(database: Database, tmp_path: Path) -> Shelf:
    return new_shelf(database, tmp_path)


def memories(shelf: Shelf) -> dict[int, int]:
    with shelf.database.reading() as session:
        rows = session.execute(select(Memory.card_id, Memory.version))
        return {row.card_id: row.version for row in rows}


def test_a_changed_text_keeps_card_and_memory(shelf: Shelf) -> None:
    first = shelf.edition(RECALL + PRECISION)
    shelf.enrol()
    [card_id] = shelf.cards("recall")
    shelf.answer("recall")
    assert shelf.queued(days=60) != []
    second = shelf.edition(RECALL.replace("What is recall?", "Define recall.") + PRECISION)
    assert (first.decks, first.added, first.updated, first.retired) == (1, 2, 0, 0)
    assert (second.decks, second.added, second.updated, second.retired) == (1, 0, 1, 0)
    assert shelf.cards("recall") == [card_id]
    assert memories(shelf) == {card_id: 1}
    assert "<p>Define recall.</p>" in shelf.queued(days=60)
    assert "<p>What is recall?</p>" not in shelf.queued(days=60)


def test_a_renamed_card_keeps_its_history(shelf: Shelf) -> None:
    shelf.edition(RECALL)
    shelf.enrol()
    shelf.answer("recall")
    [card_id] = shelf.cards("recall")
    report = shelf.edition(RECALL.replace("## recall\n", "## sensitivity\nwas: recall\n"))
    assert (report.added, report.updated, report.retired) == (0, 1, 0)
    assert shelf.cards("sensitivity") == [card_id] and shelf.cards("recall") == []
    assert memories(shelf) == {card_id: 1}
    with shelf.database.reading_core() as connection:
        assert connection.execute(select(Review.card_id)).scalars().all() == [card_id]
        assert rebuild(connection, check_only=True) == []


def test_an_earlier_id_that_is_still_in_use_is_not_taken_over(shelf: Shelf) -> None:
    shelf.edition(RECALL)
    [card_id] = shelf.cards("recall")
    shelf.edition(RECALL + PRECISION.replace("## precision\n", "## precision\nwas: recall\n"))
    assert shelf.cards("recall") == [card_id]
    assert len(shelf.cards("precision")) == 1 and shelf.cards("precision") != [card_id]


def test_a_card_that_vanished_is_retired_and_comes_back_with_its_memory(shelf: Shelf) -> None:
    shelf.edition(RECALL + PRECISION)
    shelf.enrol()
    shelf.answer("recall")
    [card_id] = shelf.cards("recall")
    gone = shelf.edition(PRECISION)
    assert (gone.added, gone.updated, gone.retired) == (0, 0, 1)
    assert shelf.cards("recall") == [] and shelf.cards("recall", retired=True) == [card_id]
    assert shelf.queued(days=60) == ["<p>What is precision?</p>"]
    assert memories(shelf) == {card_id: 1}
    back = shelf.edition(RECALL + PRECISION)
    assert (back.added, back.updated, back.retired) == (0, 1, 0)
    assert shelf.cards("recall") == [card_id]
    assert "<p>What is recall?</p>" in shelf.queued(days=60)


def test_a_cloze_number_that_vanished_retires_its_card_alone(shelf: Shelf) -> None:
    shelf.edition(CLOZE)
    shelf.enrol()
    first, second = shelf.cards("rates")
    shelf.edition(CLOZE.replace("{{c2::found}}", "found"))
    assert (shelf.cards("rates"), shelf.cards("rates", retired=True)) == ([first], [second])
    assert len(shelf.queued()) == 1
    shelf.edition(CLOZE)
    assert shelf.cards("rates") == [first, second]
    assert len(shelf.queued()) == 2


def test_a_deck_whose_file_vanished_is_retired_and_comes_back_unchanged(shelf: Shelf) -> None:
    shelf.write(PRECISION, key="ml/other", name="Other")
    shelf.edition(RECALL)
    shelf.enrol()
    shelf.answer("recall")
    [card_id] = shelf.cards("recall")
    (shelf.folder / "ml" / "metrics.md").unlink()
    report = shelf.sync()
    assert (report.decks, report.retired) == (0, 1)
    assert shelf.cards("recall") == [] and shelf.queued(days=60) == []
    shelf.edition(RECALL)
    assert shelf.cards("recall") == [card_id]
    assert memories(shelf) == {card_id: 1}
    assert shelf.queued(days=60) == ["<p>What is recall?</p>"]


def test_a_file_that_moved_keeps_name_cards_and_memory(shelf: Shelf) -> None:
    shelf.edition(RECALL + PRECISION)
    shelf.enrol()
    shelf.answer("recall")
    before = shelf.cards("recall") + shelf.cards("precision")
    (shelf.folder / "ml" / "metrics.md").unlink()
    shelf.edition(RECALL + PRECISION, key="ml/evaluation/metrics")
    assert shelf.cards("recall") + shelf.cards("precision") == before
    with shelf.database.reading() as session:
        offered = session.scalars(select(Deck).where(Deck.retired_at.is_(None))).all()
        assert [(deck.key, deck.name) for deck in offered] == [("ml/evaluation/metrics", "Metrics")]


@pytest.mark.parametrize("target", ["ml/another", "ml/zero"])
def test_a_card_may_move_from_one_file_to_another(shelf: Shelf, target: str) -> None:
    shelf.write(RECALL + PRECISION)
    shelf.edition(CLOZE, key=target, name="Other")
    shelf.enrol()
    shelf.enrol(target)
    shelf.answer("recall")
    [card_id] = shelf.cards("recall")
    shelf.write(PRECISION)
    shelf.edition(CLOZE + RECALL, key=target, name="Other")
    assert shelf.cards("recall") == [card_id]
    assert memories(shelf) == {card_id: 1}
    assert "<p>What is recall?</p>" in shelf.queued(days=60)


def test_decks_may_change_names_with_each_other(shelf: Shelf) -> None:
    shelf.write(RECALL, key="ml/one", name="One")
    shelf.edition(PRECISION, key="ml/two", name="Two")
    shelf.write(RECALL, key="ml/one", name="Two")
    shelf.edition(PRECISION, key="ml/two", name="One")
    with shelf.database.reading() as session:
        named = {deck.key: deck.name for deck in session.scalars(select(Deck))}
    assert named == {"ml/one": "Two", "ml/two": "One"}


def test_a_new_order_shows_the_card_that_came_first_first(shelf: Shelf) -> None:
    shelf.edition(RECALL + PRECISION)
    shelf.enrol()
    with shelf.database.writing() as session:
        session.execute(Enrolment.__table__.update().values(new_from=1))
    shelf.edition(PRECISION + RECALL)
    assert shelf.queued() == ["<p>What is precision?</p>", "<p>What is recall?</p>"]


def test_a_second_sync_changes_no_row(shelf: Shelf) -> None:
    shelf.write(CLOZE, key="ml/other", name="Other")
    shelf.edition(RECALL + PRECISION)
    before = shelf.everything()
    again = shelf.sync()
    assert (again.decks, again.added, again.updated, again.retired) == (0, 0, 0, 0)
    assert shelf.everything() == before
    with shelf.database.reading() as session:
        assert stale_decks(session, shelf.folder) == []


@pytest.mark.parametrize(
    ("cards", "message"),
    [
        (RECALL + "## broken\n\nQ: A question without an answer.\n", r"metrics\.md: line 16: "),
        (RECALL + RECALL, r"metrics\.md: line 14: the id `recall`"),
        (RECALL + CLOZE, r"metrics\.md: the id rates belongs to a card of ml/other\.md"),
    ],
)
def test_a_broken_file_is_refused_with_its_place_and_changes_nothing(
    shelf: Shelf, cards: str, message: str
) -> None:
    shelf.write(CLOZE, key="ml/other", name="Other")
    shelf.edition(RECALL)
    before = shelf.everything()
    shelf.write(PRECISION, key="ml/a-good-one", name="Good")  # read first, and taken back
    with pytest.raises(UnreadableDeck, match=message):
        shelf.edition(cards)
    assert shelf.everything() == before


def test_a_name_that_another_file_has_is_refused(shelf: Shelf) -> None:
    shelf.edition(RECALL)
    before = shelf.everything()
    with pytest.raises(UnreadableDeck, match=r"ml/metrics\.md has the name “Metrics” already"):
        shelf.edition(PRECISION, key="ml/other")
    assert shelf.everything() == before


def studied(shelf: Shelf, user_id: int | None = None) -> list[tuple[str | None, dict[str, Any]]]:
    """Return the decks on offer that a learner studies, in their order, with their options."""
    query = (
        select(Deck.key, Enrolment.options)
        .join(Deck, Deck.id == Enrolment.deck_id)
        .where(Enrolment.user_id == (user_id or shelf.learner.id), Deck.retired_at.is_(None))
        .order_by(Enrolment.position, Deck.id)
    )
    with shelf.database.reading() as session:
        return [(row.key, row.options) for row in session.execute(query)]


def test_learners_of_a_deck_that_was_divided_study_both_parts_with_its_options(
    shelf: Shelf,
) -> None:
    shelf.edition(RECALL + PRECISION)
    shelf.enrol()
    with shelf.database.writing() as session:
        session.execute(Enrolment.__table__.update().values(options={"depth": 2}, position=7))
    shelf.answer("recall")
    (shelf.folder / "ml" / "metrics.md").unlink()
    shelf.write(RECALL, key="ml/one", name="One")
    shelf.edition(PRECISION, key="ml/two", name="Two")
    assert studied(shelf) == [("ml/one", {"depth": 2}), ("ml/two", {"depth": 2})]
    assert shelf.queued(days=60) == ["<p>What is recall?</p>", "<p>What is precision?</p>"]
    before = shelf.everything()
    shelf.sync()
    assert shelf.everything() == before


def test_who_had_begun_a_card_follows_it_into_another_deck_and_others_do_not(shelf: Shelf) -> None:
    other = add_learner(shelf.database, "bob@example.org")
    shelf.write(RECALL + PRECISION)
    shelf.edition(CLOZE, key="ml/other", name="Other")
    shelf.enrol()
    with shelf.database.writing() as session:
        deck = session.scalars(select(Deck).where(Deck.key == "ml/metrics")).one()
        session.add(Enrolment(user_id=other.id, deck_id=deck.id, created_at=NOW))
    shelf.answer("recall")
    shelf.write(PRECISION)
    shelf.edition(CLOZE + RECALL, key="ml/other", name="Other")
    assert [key for key, _ in studied(shelf)] == ["ml/metrics", "ml/other"]
    assert [key for key, _ in studied(shelf, other.id)] == ["ml/metrics"]
    assert "<p>What is recall?</p>" in shelf.queued(days=60)


def test_a_card_that_moved_brings_nobody_back_to_a_deck_they_left(shelf: Shelf) -> None:
    shelf.write(RECALL + PRECISION)
    shelf.edition(CLOZE, key="ml/other", name="Other")
    shelf.enrol()
    shelf.answer("recall")
    with shelf.database.writing() as session:
        session.execute(Enrolment.__table__.delete())
    shelf.write(PRECISION)
    shelf.edition(CLOZE + RECALL, key="ml/other", name="Other")
    assert studied(shelf) == []


def test_what_a_deck_requires_and_the_level_of_each_card_are_stored(shelf: Shelf) -> None:
    shelf.write(PRECISION, key="ml/first", name="First")
    head = HEAD.replace("licence", "requires: [ml/first]\nlicence")
    path = shelf.folder / "ml" / "metrics.md"
    deep = RECALL.replace("## recall\n", "## recall\nlevel: 3\n")
    path.write_text(head.format(name="Metrics") + "\n" + deep + CLOZE)
    shelf.sync()
    with shelf.database.reading() as session:
        deck = session.scalars(select(Deck).where(Deck.key == "ml/metrics")).one()
        assert deck.details["requires"] == ["ml/first"]
        order = select(Card.position).where(Card.deck_id == deck.id).order_by(Card.position)
        assert session.scalars(order).all() == [1_000_001, 1_000_002, 3_000_000]
