"""Decks: named, renamed with what is below them, shared, retired, studied."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from interviewprep.core.study_settings import DeckOptions
from interviewprep.errors import Invalid, NotAllowed, NotFound
from interviewprep.services import decks, enrolling, searching, visibility
from interviewprep.services.deck_counts import DeckCounts, count_deck
from interviewprep.services.library import list_library
from interviewprep.services.marks import suspend
from interviewprep.storage import Card, Database, Deck, Enrolment, Note

from .content import LATER, NOW, TODAY, add_built_in, add_note, add_person, cards, remember


def own_names(session: Session, user_id: int) -> list[str]:
    return list(
        session.scalars(
            select(Deck.name)
            .where(Deck.owner_id == user_id, Deck.retired_at.is_(None))
            .order_by(Deck.name)
        )
    )


def studied(session: Session, user_id: int) -> list[int]:
    return list(
        session.scalars(
            select(Enrolment.deck_id)
            .where(Enrolment.user_id == user_id)
            .order_by(Enrolment.position)
        )
    )


def test_a_new_deck_is_studied_at_once(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        deck = decks.create_deck(session, ada, "  ML ::  Model   metrics ", NOW)
        assert deck.name == "ML::Model metrics"
        assert studied(session, ada) == [deck.id]


@pytest.mark.parametrize(
    "name", ["", "   ", "A::", "::A", "A::::B", "a" * 401, "a\x00b", "a\u202eb"]
)
def test_a_name_that_cannot_be_used_is_refused(database: Database, name: str) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        with pytest.raises(Invalid) as refused:
            decks.create_deck(session, ada, name, NOW)
    assert refused.value.field == "name"


def test_a_name_may_hold_any_script(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        for name in ("機械学習", "👩\u200d💻 Coding", "Ausdrücke::größer"):
            assert decks.create_deck(session, ada, name, NOW).name == name


def test_two_decks_of_one_learner_never_have_one_name(database: Database) -> None:
    with database.writing() as session:
        ada, grace = add_person(session, "ada"), add_person(session, "grace")
        decks.create_deck(session, ada, "ML", NOW)
        with pytest.raises(Invalid, match="already have a deck called “ML”"):
            decks.create_deck(session, ada, "ML", NOW)
        decks.create_deck(session, grace, "ML", NOW)


def test_subdecks_move_along_when_a_deck_is_renamed(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        for name in ("ML", "ML::A", "ML::A::B", "MLOps", "ml_x"):
            decks.create_deck(session, ada, name, NOW)
        ml = decks.own_deck_named(session, ada, "ML")
        assert ml is not None
        decks.rename_deck(session, ada, ml.id, "ML::A")
        assert own_names(session, ada) == ["ML::A", "ML::A::A", "ML::A::A::B", "MLOps", "ml_x"]


def test_a_name_in_use_is_refused_and_nothing_is_renamed(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        for name in ("A", "A::x", "B::x"):
            decks.create_deck(session, ada, name, NOW)
        first = decks.own_deck_named(session, ada, "A")
        assert first is not None
        with pytest.raises(Invalid, match="“B::x”"):
            decks.rename_deck(session, ada, first.id, "B")
        assert own_names(session, ada) == ["A", "A::x", "B::x"]


def test_of_two_requests_at_once_one_makes_the_deck_and_both_can_enrol(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        built_in = add_built_in(session, "Evaluation", "q")[0].deck_id
    together = Barrier(2)

    def make(_number: int) -> str:
        together.wait(timeout=10)
        with database.writing() as session:
            enrolling.enrol(session, ada, built_in, NOW)
            try:
                decks.create_deck(session, ada, "ML", NOW)
            except Invalid:
                return "refused"
            return "made"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(make, range(2))) == ["made", "refused"]
    with database.reading() as session:
        assert own_names(session, ada) == ["ML"]
        assert len(studied(session, ada)) == 2


def test_a_retired_deck_gives_its_name_away(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        add_note(session, ada, "q", deck="Old")
        old = decks.own_deck_named(session, ada, "Old")
        new = decks.create_deck(session, ada, "New", NOW)
        assert old is not None
        decks.retire_deck(session, ada, old.id, LATER)
        decks.rename_deck(session, ada, new.id, "Old")
        assert own_names(session, ada) == ["Old"]


def test_a_retired_deck_takes_its_cards_along_and_comes_back_empty(database: Database) -> None:
    with database.writing() as session:
        ada, grace = add_person(session, "ada"), add_person(session, "grace")
        inside = add_note(session, ada, "inside", deck="ML::Old")
        outside = add_note(session, ada, "outside", deck="MLOps")
        deck = decks.create_deck(session, ada, "ML", NOW)
        decks.share_deck(session, ada, deck.id, is_shared=True)
        enrolling.enrol(session, grace, deck.id, NOW)
        decks.retire_deck(session, ada, deck.id, LATER)
        assert own_names(session, ada) == ["MLOps"]
        assert cards(session, inside) == []
        assert len(cards(session, outside)) == 1
        assert session.get_one(Note, inside.id).retired_at == LATER
        assert studied(session, grace) == []
        with pytest.raises(NotFound):
            visibility.get_deck(session, ada, deck.id)
        again = decks.create_deck(session, ada, "ML::Old", LATER)
        assert count_deck(session, ada, again.id, TODAY).total == 0


def test_only_the_owner_changes_a_deck_and_strangers_do_not_see_it(database: Database) -> None:
    with database.writing() as session:
        ada, grace = add_person(session, "ada"), add_person(session, "grace")
        deck = decks.create_deck(session, ada, "ML", NOW)
        acts = (
            lambda user: decks.rename_deck(session, user, deck.id, "Mine"),
            lambda user: decks.describe_deck(session, user, deck.id, "x"),
            lambda user: decks.share_deck(session, user, deck.id, is_shared=True),
            lambda user: decks.retire_deck(session, user, deck.id, NOW),
        )
        for act in acts:
            with pytest.raises(NotFound):
                act(grace)
        decks.share_deck(session, ada, deck.id, is_shared=True)
        for act in acts:
            with pytest.raises(NotAllowed):
                act(grace)
        assert own_names(session, ada) == ["ML"]


def test_a_shared_deck_can_be_studied_until_it_is_not_shared(database: Database) -> None:
    with database.writing() as session:
        ada, grace = add_person(session, "ada"), add_person(session, "grace")
        note = add_note(session, ada, "alpha", deck="ML::A")
        deck = decks.create_deck(session, ada, "ML", NOW)
        card = cards(session, note)[0]
        for look in (visibility.get_deck, enrolling.leave):
            with pytest.raises(NotFound):
                look(session, grace, deck.id)
        decks.share_deck(session, ada, deck.id, is_shared=True)
        assert enrolling.enrol(session, grace, deck.id, NOW) == [deck.id, note.deck_id]
        assert enrolling.enrol(session, grace, deck.id, NOW) == []
        assert visibility.get_card(session, grace, card.id).id == card.id
        assert visibility.get_note(session, grace, note.id).id == note.id
        assert decks.other_learners(session, ada, deck.id) == 1
        remember(session, grace, card)
        decks.share_deck(session, ada, deck.id, is_shared=False)
        assert studied(session, grace) == []
        with pytest.raises(NotFound):
            visibility.get_card(session, grace, card.id)
        with pytest.raises(NotFound):
            visibility.get_note(session, grace, note.id)
        assert studied(session, ada) == [note.deck_id, deck.id]


def test_decks_keep_the_order_their_learner_gives_them(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        a, b, c = (decks.create_deck(session, ada, name, NOW).id for name in "ABC")
        enrolling.move_enrolment(session, ada, c, -1)
        assert studied(session, ada) == [a, c, b]
        enrolling.move_enrolment(session, ada, a, 99)
        assert studied(session, ada) == [c, b, a]
        enrolling.leave(session, ada, b)
        enrolling.move_enrolment(session, ada, b, 1)
        assert studied(session, ada) == [c, a]


def test_options_belong_to_one_learner(database: Database) -> None:
    with database.writing() as session:
        ada, grace = add_person(session, "ada"), add_person(session, "grace")
        deck_id = add_built_in(session, "Evaluation", "q")[0].deck_id
        options = DeckOptions(new_per_day=3, typed_answers=True)
        with pytest.raises(Invalid, match="do not study"):
            decks.set_deck_options(session, ada, deck_id, options)
        for user in (ada, grace):
            enrolling.enrol(session, user, deck_id, NOW)
        decks.set_deck_options(session, ada, deck_id, options)
        kept = session.get_one(Enrolment, (ada, deck_id)).options
        assert kept == {"new_per_day": 3, "typed_answers": True}
        assert session.get_one(Enrolment, (grace, deck_id)).options == {}


def test_a_deck_is_counted_by_state(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        made = [cards(session, add_note(session, ada, f"n{n}"))[0] for n in range(6)]
        remember(session, ada, made[0])
        remember(session, ada, made[1], due_in_days=4)
        remember(session, ada, made[2], due_in_days=1, repeat_at=LATER, last_day=TODAY)
        remember(session, ada, made[3])
        suspend(session, ada, [made[3].id, made[4].id], is_suspended=True)
        counts = count_deck(session, ada, made[0].deck_id, TODAY)
    assert counts == DeckCounts(new=1, learning=1, due=1, suspended=2, total=6, prompts=0)


def test_counting_stops_where_it_no_longer_matters(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        note = add_note(session, ada, "q")
        session.add_all(
            Card(note_id=note.id, deck_id=note.deck_id, ordinal=n, position=n)
            for n in range(1, 1_100)
        )
        session.flush()
        counts = count_deck(session, ada, note.deck_id, TODAY)
        listed = list_library(session, ada).own[0].deck
    assert (counts.new, counts.total) == (1_001, 1_100)
    assert listed is not None
    assert listed.cards == 1_001


def test_the_library_sorts_decks_by_whose_they_are(database: Database) -> None:
    with database.writing() as session:
        ada, grace = add_person(session, "ada"), add_person(session, "grace")
        add_built_in(session, "Evaluation", "a", "b")
        add_built_in(session, "Arrays", "c", category="coding")
        add_note(session, ada, "q", deck="ML::A::B")
        add_note(session, ada, "q", deck="ML-x")
        add_note(session, ada, "q", deck="ML")
        shared = decks.create_deck(session, grace, "Group", NOW)
        decks.share_deck(session, grace, shared.id, is_shared=True)
        decks.create_deck(session, grace, "Private", NOW)
        library = list_library(session, ada)
    assert list(library.built_in) == ["coding", "ml"]
    assert [(deck.name, deck.cards) for deck in library.built_in["ml"]] == [("Evaluation", 2)]
    assert [deck.name for deck in library.shared] == ["Group"]
    assert [branch.title for branch in library.own] == ["ML", "ML-x"]
    middle = library.own[0].below[0]
    assert (middle.title, middle.deck) == ("A", None)
    assert [branch.title for branch in middle.below] == ["B"]
    assert [deck.name for deck in library.own_decks] == ["ML", "ML::A::B", "ML-x"]


def test_search_sees_the_decks_one_studies(database: Database) -> None:
    with database.writing() as session:
        ada, grace = add_person(session, "ada"), add_person(session, "grace")
        note = add_note(session, ada, "alpha")
        decks.share_deck(session, ada, note.deck_id, is_shared=True)
        asker = searching.Asker(grace, TODAY)
        assert searching.count(session, asker, "alpha") == 0
        enrolling.enrol(session, grace, note.deck_id, NOW)
        assert searching.count(session, asker, "alpha") == 1
