"""The order of the day: repeats, due, new; limits; siblings apart; nothing foreign."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interviewprep.core.grades import Grade
from interviewprep.errors import NotFound
from interviewprep.services.learner import Learner
from interviewprep.services.studied_decks import advance_hint
from interviewprep.storage import CardMark, Database, Enrolment

from .conftest import NOW, add_deck, add_learner
from .test_answering import of, queue, rows, send


def ids(found: object) -> list[int]:
    return [one.card.id for one in found.cards]  # type: ignore[attr-defined]


def test_new_cards_come_in_the_order_of_the_deck_up_to_the_daily_limit(database: Database) -> None:
    learner = add_learner(database, new_per_day=4)
    _, cards = add_deck(database, learner.id, cards=9)
    assert ids(queue(database, learner)) == cards[:4]
    send(database, learner, of(cards[0], Grade.GOOD))
    found = queue(database, learner)
    assert (ids(found), found.counts.new) == (cards[1:4], 3)
    tomorrow = queue(database, learner, NOW + timedelta(days=1))
    assert tomorrow.counts.new == 4 and tomorrow.counts.due == 1


def test_a_deck_may_narrow_the_limit(database: Database, learner: Learner) -> None:
    deck_id, cards = add_deck(database, learner.id, cards=5)
    with database.writing() as session:
        session.query(Enrolment).filter_by(deck_id=deck_id).update({"options": {"new_per_day": 2}})
    assert ids(queue(database, learner)) == cards[:2]


def test_reviews_stop_at_the_daily_limit(database: Database) -> None:
    learner = add_learner(database, reviews_per_day=3, new_per_day=100)
    _, cards = add_deck(database, learner.id, cards=6)
    send(database, learner, *[of(card, Grade.GOOD) for card in cards])
    tomorrow = NOW + timedelta(days=1)
    found = queue(database, learner, tomorrow)
    assert (ids(found), found.counts.due) == (cards[:3], 3)
    send(database, learner, of(cards[0], Grade.GOOD, 1, tomorrow), now=tomorrow)
    assert queue(database, learner, tomorrow).counts.due == 2


def test_a_repeat_waits_ten_minutes_and_then_comes_first(
    database: Database, learner: Learner
) -> None:
    _, cards = add_deck(database, learner.id, cards=3)
    send(database, learner, of(cards[0], Grade.AGAIN))
    assert ids(queue(database, learner, NOW + timedelta(minutes=1))) == [*cards[1:], cards[0]]
    found = queue(database, learner, NOW + timedelta(minutes=10))
    assert ids(found) == cards and found.counts.learning == 1
    labels = found.cards[0].outcomes
    assert labels[Grade.AGAIN].label == "10 min"
    assert labels[Grade.GOOD].label.startswith("done for today")


def test_siblings_do_not_come_on_the_same_day(database: Database, learner: Learner) -> None:
    _, cards = add_deck(database, learner.id, cards=6, cards_a_note=3)
    assert ids(queue(database, learner)) == [cards[0], cards[3]]
    send(database, learner, of(cards[0], Grade.GOOD))
    assert ids(queue(database, learner)) == [cards[3]]


def test_siblings_may_come_where_the_learner_wants_them(database: Database) -> None:
    learner = add_learner(database, bury_siblings=False)
    _, cards = add_deck(database, learner.id, cards=4, cards_a_note=2)
    assert ids(queue(database, learner)) == cards


@pytest.mark.parametrize("mark", ["is_suspended", "is_hidden", "is_draft"])
def test_marked_cards_stay_away(database: Database, learner: Learner, mark: str) -> None:
    _, cards = add_deck(database, learner.id, cards=2)
    send(database, learner, of(cards[0], Grade.GOOD))
    with database.writing() as session:
        for card in cards:
            session.add(CardMark(user_id=learner.id, card_id=card, **{mark: True}))
    found = queue(database, learner, NOW + timedelta(days=1))
    assert (found.cards, found.counts.due, found.counts.new) == ([], 0, 0)


def test_the_queue_of_one_deck_holds_it_and_those_below(
    database: Database, learner: Learner
) -> None:
    top, first = add_deck(database, learner.id, cards=1, name="ML")
    _, second = add_deck(database, learner.id, cards=1, name="ML::Trees")
    _, other = add_deck(database, learner.id, cards=1, name="MLOps")
    assert ids(queue(database, learner, deck_id=top)) == [*first, *second]
    assert set(ids(queue(database, learner))) == {*first, *second, *other}
    bob = add_learner(database, "bob@example.org")
    with pytest.raises(NotFound):
        queue(database, bob, deck_id=top)


def test_a_built_in_deck_is_studied_by_many_without_touching_each_other(
    database: Database, learner: Learner
) -> None:
    bob = add_learner(database, "bob@example.org")
    _, cards = add_deck(database, None, cards=2, enrolled=(learner.id, bob.id))
    send(database, learner, of(cards[0], Grade.GOOD))
    assert ids(queue(database, bob)) == cards
    assert ids(queue(database, learner)) == cards[1:]


def test_random_order_is_stable_within_a_day_and_complete(database: Database) -> None:
    learner = add_learner(database, new_order="random", new_per_day=50)
    _, cards = add_deck(database, learner.id, cards=30)
    found = ids(queue(database, learner, limit=50))
    assert found == ids(queue(database, learner, limit=50))
    assert sorted(found) == cards and found != cards


def test_the_hint_is_found_and_never_overwrites_a_newer_one(
    database: Database,
) -> None:
    learner = add_learner(database, new_per_day=1000)
    deck_id, cards = add_deck(database, learner.id, cards=70)
    send(database, learner, *[of(card, Grade.EASY) for card in cards[:60]])
    [(deck, position)] = queue(database, learner).hints
    assert (deck.id, position) == (deck_id, 60)
    with database.writing_core() as connection:
        advance_hint(connection, learner.id, deck, position)
    assert rows(database, Enrolment, "new_from") == [(60,)]
    assert ids(queue(database, learner)) == cards[60:]
    with database.writing_core() as connection:
        advance_hint(connection, learner.id, deck, 65)  # read before the first one wrote
    assert rows(database, Enrolment, "new_from") == [(60,)]


def test_html_is_rendered_once_and_then_taken_from_the_cache(
    database: Database, learner: Learner
) -> None:
    from interviewprep.services.rendered import keep_renderings

    add_deck(database, learner.id, cards=2)
    found = queue(database, learner)
    assert len(found.fresh) == 2
    assert found.cards[0].card.html.front_html == "<p>Question 0?</p>"
    with database.writing_core() as connection:
        keep_renderings(connection, found.fresh)
        keep_renderings(connection, found.fresh)
    again = queue(database, learner)
    assert again.fresh == []
    assert again.cards[0].card.html == found.cards[0].card.html


def test_with_few_cards_left_siblings_that_wait_are_not_counted(
    database: Database, learner: Learner
) -> None:
    tomorrow = NOW + timedelta(days=1)
    _, cards = add_deck(database, learner.id, cards=60, cards_a_note=2)
    for at, version in ((NOW, 0), (NOW, 1)):
        send(database, learner, *[of(card, Grade.GOOD, version, at) for card in cards])
    found = queue(database, learner, tomorrow, limit=1)
    assert found.counts.due == 60  # many: counted with their siblings
    send(
        database,
        learner,
        *[of(card, Grade.GOOD, 2, tomorrow) for card in cards[::2][:25]],
        now=tomorrow,
    )
    found = queue(database, learner, tomorrow, limit=1)
    assert found.counts.due == 10  # five notes, both cards of each
    send(
        database,
        learner,
        *[of(card, Grade.GOOD, 2, tomorrow) for card in cards[::2][25:29]],
        now=tomorrow,
    )
    assert queue(database, learner, tomorrow, limit=1).counts.due == 2
