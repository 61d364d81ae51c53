"""Marks on cards, many cards at once, and a learner's own version of a card."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from interviewprep.errors import Invalid, NotFound
from interviewprep.services import bulk, decks, many_notes, marks, own_versions, searching
from interviewprep.services.bulk import Action, Done, Order
from interviewprep.services.card_records import history, standing
from interviewprep.services.enrolling import enrol
from interviewprep.storage import CardMark, Database, Deck, Enrolment, Memory, Note, Review

from .content import LATER, NOW, TODAY, add_built_in, add_note, add_person, cards, remember


def marked(session: Session, user_id: int) -> dict[int, CardMark]:
    rows = session.scalars(
        select(CardMark)
        .where(CardMark.user_id == user_id)
        .execution_options(populate_existing=True)
    )
    return {mark.card_id: mark for mark in rows}


def log(session: Session, user_id: int, card_id: int, version: int = 2) -> None:
    session.add(
        Review(
            user_id=user_id,
            id=uuid.uuid4(),
            card_id=card_id,
            deck_id=session.scalars(select(Deck.id)).first(),
            kind="answer",
            at=NOW + timedelta(seconds=version),
            study_day=TODAY,
            grade=3,
            version=version,
            after={"interval_days": 3},
        )
    )
    session.flush()


def test_a_mark_exists_only_while_it_says_something(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        card = cards(session, add_note(session, ada, "q"))[0].id
        assert marks.suspend(session, ada, [card, card], is_suspended=True) == 1
        assert marks.suspend(session, ada, [card], is_suspended=True) == 0
        assert marks.flag(session, ada, [card], 7) == 1
        assert marks.add_personal_tags(session, ada, [card], ["A", "b"]) == 1
        assert marks.add_personal_tags(session, ada, [card], ["a"]) == 0
        marks.write_personal_note(session, ada, card, " mine\r\n ")
        mark = marked(session, ada)[card]
        assert (mark.is_suspended, mark.flag, mark.tags, mark.note) == (True, 7, " A b ", "mine")
        marks.suspend(session, ada, [card], is_suspended=False)
        marks.flag(session, ada, [card], 0)
        marks.remove_personal_tags(session, ada, [card], ["B", "a"])
        assert list(marked(session, ada)) == [card]
        marks.write_personal_note(session, ada, card, "")
        assert marked(session, ada) == {}


def test_a_card_let_back_in_is_looked_for_among_the_new(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        note = add_note(session, ada, "q")
        card = cards(session, note)[0].id
        marks.suspend(session, ada, [card], is_suspended=True)
        enrolment = session.get_one(Enrolment, (ada, note.deck_id))
        enrolment.new_from = 50
        session.flush()
        marks.suspend(session, ada, [card], is_suspended=False)
        session.refresh(enrolment)
        assert enrolment.new_from == 0


@pytest.mark.parametrize("number", [-1, 8, True])
def test_another_flag_is_refused(database: Database, number: int) -> None:
    with database.writing() as session, pytest.raises(Invalid, match="from 1 to 7"):
        marks.flag(session, 1, [1], number)


def test_an_action_says_what_it_did_and_what_not(database: Database) -> None:
    with database.writing() as session:
        ada, grace = add_person(session, "ada"), add_person(session, "grace")
        own = [add_note(session, ada, f"own {n}", tags="x" if n else "") for n in range(3)]
        built_in = add_built_in(session, "Evaluation", "built in")[0]
        secret = cards(session, add_note(session, grace, "secret"))[0].id
        ids = [cards(session, note)[0].id for note in [*own, built_in]]
        target = decks.create_deck(session, ada, "Target", NOW)

        def do(action: Action, **more: object) -> Done:
            order = Order(action, **more)  # type: ignore[arg-type]
            return bulk.apply_to_cards(session, ada, [*ids, secret, 999_999], order, LATER)

        assert do(Action.SUSPEND) == Done(4, 0, 0, 2)
        assert do(Action.SUSPEND) == Done(0, 4, 0, 2)
        assert do(Action.UNSUSPEND) == Done(4, 0, 0, 2)
        assert do(Action.FLAG, flag=2) == Done(4, 0, 0, 2)
        assert do(Action.ADD_TAGS, tags="x, y") == Done(4, 0, 0, 2)
        assert do(Action.ADD_TAGS, tags="y") == Done(0, 4, 0, 2)
        assert marked(session, ada)[ids[3]].tags == " x y "
        session.refresh(own[1])
        session.refresh(built_in)
        assert (own[1].tags, built_in.tags) == (" x y ", " evaluation ")
        assert do(Action.REMOVE_TAGS, tags="y") == Done(4, 0, 0, 2)
        assert do(Action.MOVE, deck_id=target.id) == Done(3, 0, 1, 2)
        assert do(Action.MOVE, deck_id=target.id) == Done(0, 3, 1, 2)
        assert do(Action.DELETE) == Done(3, 0, 1, 2)
        assert do(Action.SUSPEND) == Done(1, 0, 0, 5)
        assert marked(session, grace) == {}
        assert session.scalars(select(Note).where(Note.owner_id == grace)).one().retired_at is None


@pytest.mark.parametrize(
    "order", [Order(Action.MOVE), Order(Action.ADD_TAGS, tags=" ,"), Order(Action.FLAG, flag=9)]
)
def test_an_order_that_lacks_something_is_refused(database: Database, order: Order) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        card = cards(session, add_note(session, ada, "q"))[0].id
        with pytest.raises(Invalid):
            bulk.apply_to_cards(session, ada, [card], order, NOW)
        with pytest.raises(Invalid, match="No card is chosen"):
            bulk.apply_to_cards(session, ada, [], Order(Action.SUSPEND), NOW)


def test_cards_do_not_move_into_a_deck_of_somebody_else(database: Database) -> None:
    with database.writing() as session:
        ada, grace = add_person(session, "ada"), add_person(session, "grace")
        card = cards(session, add_note(session, ada, "q"))[0]
        theirs = decks.create_deck(session, grace, "Theirs", NOW)
        with pytest.raises(NotFound):
            order = Order(Action.MOVE, deck_id=theirs.id)
            bulk.apply_to_cards(session, ada, [card.id], order, NOW)


def test_an_own_version_takes_memory_history_and_marks_along(database: Database) -> None:
    with database.writing() as session:
        ada, grace = add_person(session, "ada"), add_person(session, "grace")
        original = add_built_in(session, "Evaluation", "{{c1::a}} {{c2::b}}")[0]
        first, second = (card.id for card in cards(session, original))
        for user in (ada, grace):
            enrol(session, user, original.deck_id, NOW)
            remember(session, user, cards(session, original)[0])
            log(session, user, first)
        marks.flag(session, ada, [first], 4)
        marks.write_personal_note(session, ada, first, "mine")
        copy = own_versions.make_own_version(session, ada, original.id, LATER)
        own_first, own_second = (card.id for card in cards(session, copy))
        assert (copy.owner_id, copy.guid, copy.fields) == (ada, original.guid, original.fields)
        assert session.get_one(Deck, copy.deck_id).name == "Evaluation"
        assert standing(session, ada, first) is None
        state = standing(session, ada, own_first)
        assert state is not None
        assert (state.interval_days, state.ease) == (3, 2.5)
        assert [event.interval_days for event in history(session, ada, own_first)] == [3]
        mine = marked(session, ada)
        assert (mine[own_first].flag, mine[own_first].note) == (4, "mine")
        assert [mine[each].is_hidden for each in (first, second)] == [True, True]
        assert own_second not in mine
        assert standing(session, grace, first) is not None
        assert len(history(session, grace, first)) == 1
        found = searching.search(session, searching.Asker(ada, TODAY), "")
        assert {card.card_id for card in found.cards} == {own_first, own_second}
        assert own_versions.make_own_version(session, ada, original.id, LATER).id == copy.id
        assert own_versions.make_own_version(session, ada, copy.id, LATER).id == copy.id


def test_the_original_comes_back_when_an_own_version_goes(database: Database) -> None:
    with database.writing() as session:
        ada = add_person(session, "ada")
        original = add_built_in(session, "Evaluation", "q")[0]
        card = cards(session, original)[0]
        enrol(session, ada, original.deck_id, NOW)
        remember(session, ada, card)
        log(session, ada, card.id)
        marks.flag(session, ada, [card.id], 4)
        copy = own_versions.make_own_version(session, ada, original.id, LATER)
        many_notes.retire_notes(session, ada, [copy.id], LATER)
        state = standing(session, ada, card.id)
        assert state is not None
        assert len(history(session, ada, card.id)) == 1
        mine = marked(session, ada)
        assert (list(mine), mine[card.id].flag) == ([card.id], 4)
        again = own_versions.make_own_version(session, ada, original.id, LATER)
        assert again.id == copy.id
        assert session.get_one(Note, copy.id).retired_at is None
        assert standing(session, ada, cards(session, again)[0].id) is not None
        decks.retire_deck(session, ada, again.deck_id, LATER)
        assert standing(session, ada, card.id) is not None
        assert session.scalars(select(Memory)).one().card_id == card.id


def test_a_stranger_cannot_copy_what_they_cannot_see(database: Database) -> None:
    with database.writing() as session:
        ada, grace = add_person(session, "ada"), add_person(session, "grace")
        note = add_note(session, ada, "secret")
        with pytest.raises(NotFound):
            own_versions.make_own_version(session, grace, note.id, NOW)
