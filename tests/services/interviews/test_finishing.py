"""The end of a mock: what scores do to prompts and cards, shown first, done once."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from interviewprep.core.grades import Grade
from interviewprep.errors import Conflict, NotFound
from interviewprep.services.answering import answer_batch
from interviewprep.services.changed_cards import has_changed
from interviewprep.services.deck_counts import count_deck
from interviewprep.services.drafts import (
    DECK_NAME,
    DraftState,
    accept_draft,
    decline_draft,
    list_drafts,
)
from interviewprep.services.interviews.consequences import Why
from interviewprep.services.interviews.finishing import Finished, finish_mock, preview
from interviewprep.services.learner import Learner
from interviewprep.services.queue import next_cards
from interviewprep.services.rebuilding import rebuild
from interviewprep.services.recording import Submission
from interviewprep.services.revising import Revision, revise
from interviewprep.storage import (
    Card,
    CardMark,
    Database,
    Day,
    Deck,
    Enrolment,
    Memory,
    Mock,
    MockRound,
    Note,
    Review,
)

from ..conftest import NOW, add_deck, add_learner
from .mocks import Asked, add_open_mock, add_prompt, begin, score, tag_cards

TODAY = date(2026, 5, 4)
LATER = NOW + timedelta(hours=1)
MISSED = {
    "follow_ups": [
        {"n": 0, "answered": True},
        {"n": 1, "answered": False},
        {"n": 2, "answered": None},
    ]
}


def in_days(number: int) -> date:
    return TODAY + timedelta(days=number)


@dataclass
class Setting:
    """A learner with one deck of cards and one scored design round."""

    database: Database
    learner: Learner
    cards: list[int]
    prompt: int
    mock_id: uuid.UUID

    def finish(self, **how: Any) -> Finished:
        with self.database.writing() as session:
            return finish_mock(session, self.learner, self.mock_id, LATER, **how)

    def due(self, card_id: int) -> date | None:
        with self.database.reading() as session:
            row = session.get(Memory, (self.learner.id, card_id))
            return None if row is None else row.due_day


def set_up(
    database: Database,
    learner: Learner,
    levels: Sequence[int | None],
    *,
    tags: str = "scoping",
    dues: Sequence[int | None] = (),
    asked: dict[str, Any] | None = None,
    prompt_due: int | None = None,
    prompt_last: int | None = None,
) -> Setting:
    _, cards = add_deck(database, learner.id, cards=max(len(dues), 1))
    with database.writing() as session:
        tag_cards(session, cards, tags)
        for card_id, due in zip(cards, dues, strict=False):
            if due is not None:
                begin(session, learner.id, card_id, in_days(due))
        prompt = add_prompt(session, learner.id, NOW)
        if prompt_due is not None:
            values = {} if prompt_last is None else {"last_day": in_days(prompt_last)}
            begin(session, learner.id, prompt, in_days(prompt_due), interval_days=6, **values)
        given = [Asked(prompt, asked or {})]
        mock_id = add_open_mock(session, learner.id, [("system-design", given)], NOW)
        score(session, learner.id, mock_id, levels, NOW)
    return Setting(database, learner, cards, prompt, mock_id)


@pytest.mark.parametrize(
    ("levels", "hundredths", "grade", "interval_days", "ease"),
    [
        ((1, 1, 1), 100, Grade.AGAIN, 1, 250),
        ((2, 2, 1), 170, Grade.AGAIN, 1, 250),
        ((2, 2, 2), 200, Grade.HARD, 15, 236),
        ((3, 2, 2), 240, Grade.HARD, 15, 236),
        ((3, 3, 2), 270, Grade.HARD, 15, 236),
        ((3, 3, 3), 300, Grade.GOOD, 15, 250),
        ((4, 3, 3), 340, Grade.GOOD, 15, 250),
        ((4, 4, 3), 370, Grade.EASY, 15, 260),
        ((4, None, 4), 400, Grade.EASY, 15, 260),
    ],
)
def test_a_score_moves_its_prompt_like_an_answer(
    database: Database,
    learner: Learner,
    levels: tuple[int | None, ...],
    hundredths: int,
    grade: Grade,
    interval_days: int,
    ease: int,
) -> None:
    there = set_up(database, learner, levels, prompt_due=0)
    there.finish()
    with database.reading() as session:
        memory = session.get_one(Memory, (learner.id, there.prompt))
        assert abs(memory.interval_days - interval_days) <= (2 if interval_days > 1 else 0)
        assert (memory.ease_hundredths, memory.last_day, memory.version) == (ease, TODAY, 2)
        assert memory.lapses == int(grade is Grade.AGAIN)
        row = session.scalars(select(Review).where(Review.kind == "mock")).one()
        assert (row.card_id, row.grade, row.version) == (there.prompt, int(grade), 2)
        assert row.chosen_day == memory.due_day and row.study_day == TODAY
        assert row.options is not None and row.options["grade"] == grade.label
        assert row.duration_ms == 6 * 60_000
        mock = session.get_one(Mock, (learner.id, there.mock_id))
        assert (mock.ended_at, mock.study_day, mock.score_hundredths) == (
            LATER,
            TODAY,
            hundredths,
        )
        assert mock.effects is not None and mock.effects["reviews"] == [str(row.id)]
        assert session.get_one(MockRound, (learner.id, there.mock_id, 0)).state == "done"
        assert session.scalars(select(Day)).all() == []
        assert rebuild(session.connection(), check_only=True) == []


def test_a_prompt_nobody_has_begun_gets_a_memory(database: Database, learner: Learner) -> None:
    there = set_up(database, learner, (4, 4, 4))
    there.finish()
    assert there.due(there.prompt) == in_days(1)


@pytest.mark.parametrize(
    ("levels", "due", "leads_to"),
    [((4, 4, 4), 3, 3), ((3, 3, 3), 3, 3), ((2, 2, 2), 3, 3), ((1, 1, 1), 3, 1), ((4, 4, 4), 1, 1)],
)
def test_a_prompt_that_was_not_due_is_not_pushed_further_away(
    database: Database, learner: Learner, levels: tuple[int, ...], due: int, leads_to: int
) -> None:
    there = set_up(database, learner, levels, prompt_due=due, prompt_last=-3)
    there.finish()
    assert there.due(there.prompt) == in_days(leads_to)
    with database.reading() as session:
        memory = session.get_one(Memory, (learner.id, there.prompt))
        assert memory.last_day == TODAY
        assert rebuild(session.connection(), check_only=True) == []


def test_a_prompt_that_its_deck_has_revised_is_done_anew_and_says_so_no_more(
    database: Database, learner: Learner
) -> None:
    there = set_up(database, learner, (3, 3, 3), prompt_due=10, prompt_last=-3)
    with database.writing() as session:
        note_id = session.get_one(Card, there.prompt).note_id
        revision = Revision(2, 1, "prompt", ("Title", "Text"))
        assert revise(session.connection(), {note_id: revision}, NOW) == 1
        assert has_changed(session.connection(), learner.id, there.prompt)
    assert there.due(there.prompt) == TODAY
    there.finish()
    with database.reading() as session:
        assert not has_changed(session.connection(), learner.id, there.prompt)
        assert rebuild(session.connection(), check_only=True) == []


def test_a_prompt_without_a_score_does_not_move(database: Database, learner: Learner) -> None:
    there = set_up(database, learner, (1, None, None), prompt_due=9, dues=[9])
    there.finish()
    assert there.due(there.prompt) == in_days(9)
    assert there.due(there.cards[0]) == TODAY  # the row that was scored counts all the same
    with database.reading() as session:
        mock = session.get_one(Mock, (learner.id, there.mock_id))
        assert (mock.verdict, mock.score_hundredths) == ("", None)


def test_a_prompt_done_today_already_keeps_its_day(database: Database, learner: Learner) -> None:
    there = set_up(database, learner, (1, 2, 2), prompt_due=6, prompt_last=0)
    there.finish()
    with database.reading() as session:
        memory = session.get_one(Memory, (learner.id, there.prompt))
        assert (memory.due_day, memory.lapses, memory.version) == (in_days(6), 0, 2)
        assert memory.repeat_at is not None
        assert rebuild(session.connection(), check_only=True) == []


@pytest.mark.parametrize(
    ("level", "due", "leads_to"),
    [
        (1, 9, 0),
        (2, 9, 1),
        (3, 9, 9),
        (4, 9, 9),
        (None, 9, 9),
        (1, 1, 0),
        (2, 1, 1),
        (1, 0, 0),
        (2, 0, 0),
        (2, -4, -4),
        (1, -4, -4),
        (4, -4, -4),
        (1, None, None),
        (2, None, None),
    ],
)
def test_a_row_brings_its_cards_back(
    database: Database,
    learner: Learner,
    level: int | None,
    due: int | None,
    leads_to: int | None,
) -> None:
    there = set_up(database, learner, (level, 3, 3), dues=[due])
    there.finish()
    expected = None if leads_to is None else in_days(leads_to)
    assert there.due(there.cards[0]) == expected
    with database.reading() as session:
        assert rebuild(session.connection(), check_only=True) == []


def test_only_the_day_of_a_card_that_comes_back_changes(
    database: Database, learner: Learner
) -> None:
    there = set_up(database, learner, (2, 3, 3), dues=[9])
    there.finish()
    with database.reading() as session:
        row = session.get_one(Memory, (learner.id, there.cards[0]))
        assert (row.due_day, row.interval_days, row.ease_hundredths) == (in_days(1), 10, 250)
        assert (row.repetitions, row.lapses, row.last_day) == (3, 0, in_days(-1))


def test_ten_come_back_at_most_the_weakest_first_and_the_unbegun_are_offered(
    database: Database, learner: Learner
) -> None:
    there = set_up(database, learner, (1, 2, 3), tags="caching", dues=[9] * 12 + [None] * 12)
    with database.writing() as session:
        tag_cards(session, there.cards[:3], "SCOPING::first other")
        for place, card_id in enumerate(there.cards[3:12]):
            session.get_one(Memory, (learner.id, card_id)).lapses = place
            log = session.scalars(select(Review).where(Review.card_id == card_id)).one()
            log.after = {**(log.after or {}), "lapses": place}
    effects = there.finish().effects
    assert effects is not None
    returned = effects.of(Why.WEAK)
    assert [change.card.id for change in returned] == [
        *there.cards[:3],
        *reversed(there.cards[5:12]),
    ]
    assert [change.after_day for change in returned] == [TODAY] * 3 + [in_days(1)] * 7
    assert [there.due(card_id) for card_id in there.cards[3:5]] == [in_days(9)] * 2
    assert [card.id for card in effects.offered] == there.cards[12:22]
    assert {there.due(card_id) for card_id in there.cards[12:]} == {None}
    with database.reading() as session:
        assert rebuild(session.connection(), check_only=True) == []


@pytest.mark.parametrize("obstacle", ["suspended", "hidden", "retired", "not enrolled", "prompt"])
def test_what_is_never_asked_does_not_come_back(
    database: Database, learner: Learner, obstacle: str
) -> None:
    there = set_up(database, learner, (1, 3, 3), dues=[9, 9])
    card_id = there.cards[0]
    with database.writing() as session:
        card = session.get_one(Card, card_id)
        if obstacle in ("suspended", "hidden"):
            marks = {f"is_{obstacle}": True}
            session.add(CardMark(user_id=learner.id, card_id=card_id, **marks))
        elif obstacle == "retired":
            card.retired_at = NOW
        elif obstacle == "prompt":
            card.key = "prompt"
        else:
            session.delete(session.get_one(Enrolment, (learner.id, card.deck_id)))
    there.finish()
    assert there.due(card_id) == in_days(9)
    assert there.due(there.cards[1]) == (in_days(9) if obstacle == "not enrolled" else TODAY)


def test_personal_tags_count_and_a_longer_word_is_another_tag(
    database: Database, learner: Learner
) -> None:
    there = set_up(database, learner, (1, 3, 3), tags="scoping_well", dues=[9, 9])
    with database.writing() as session:
        session.add(CardMark(user_id=learner.id, card_id=there.cards[1], tags=" scoping "))
    there.finish()
    assert [there.due(card_id) for card_id in there.cards] == [in_days(9), TODAY]


def test_a_card_seen_today_is_repeated_today(database: Database, learner: Learner) -> None:
    there = set_up(database, learner, (1, 3, 3), dues=[0])
    with database.writing() as session:
        given = Submission(uuid.uuid4(), there.cards[0], 1, Grade.GOOD, NOW)
        answer_batch(session.connection(), learner, [given], NOW)
    there.finish()
    with database.reading() as session:
        waiting = next_cards(session.connection(), learner, LATER, limit=5)
        assert [each.card.id for each in waiting.cards] == there.cards
        assert rebuild(session.connection(), check_only=True) == []


def questions(cards: Sequence[int], *grades: int | str | None) -> dict[str, Any]:
    asked = [
        {"question": "?", "card_id": card_id, "grade": grade}
        for card_id, grade in zip(cards, grades, strict=True)
    ]
    return {"questions": [{"question": "a rung", "card_id": None, "grade": "good"}, *asked]}


@pytest.mark.parametrize(
    ("grade", "due", "leads_to"),
    [
        ("again", 9, 0),
        ("hard", 9, 1),
        (1, 9, 0),
        ("good", 9, 9),  # it was not due: nothing pushes it away, nothing counts
        ("easy", 9, 9),
        ("good", 0, None),  # it was due: answered like in a review
        ("easy", -2, None),
        ("again", 0, 0),
        ("hard", -2, -2),
        (None, 0, 0),
    ],
)
def test_a_card_that_was_asked_is_graded_as_asked(
    database: Database, learner: Learner, grade: str | int | None, due: int, leads_to: int | None
) -> None:
    _, cards = add_deck(database, learner.id, cards=1)
    with database.writing() as session:
        begin(session, learner.id, cards[0], in_days(due))
        prompt = add_prompt(session, learner.id, NOW, kind="concepts")
        given = [Asked(prompt, questions(cards, grade))]
        mock_id = add_open_mock(session, learner.id, [("concepts", given)], NOW)
        score(session, learner.id, mock_id, (3, 3, 3), NOW)
    with database.writing() as session:
        finish_mock(session, learner, mock_id, LATER)
    with database.reading() as session:
        memory = session.get_one(Memory, (learner.id, cards[0]))
        if leads_to is None:
            assert memory.repetitions == 4 and memory.last_day == TODAY
            assert memory.due_day is not None and memory.due_day > in_days(20)
        else:
            assert (memory.due_day, memory.repetitions) == (in_days(leads_to), 3)
        assert rebuild(session.connection(), check_only=True) == []


def test_a_card_asked_before_it_was_begun_is_offered(database: Database, learner: Learner) -> None:
    _, cards = add_deck(database, learner.id, cards=2)
    with database.writing() as session:
        prompt = add_prompt(session, learner.id, NOW, kind="concepts")
        given = [Asked(prompt, questions(cards, "again", "easy"))]
        mock_id = add_open_mock(session, learner.id, [("concepts", given)], NOW)
        score(session, learner.id, mock_id, (3, 3, 3), NOW)
        effects = preview(session, learner, mock_id, NOW)
    assert [card.id for card in effects.offered] == cards[:1]
    assert effects.of(Why.KNOWN) == effects.of(Why.WEAK) == []


def test_the_preview_is_what_is_done_and_does_nothing(database: Database, learner: Learner) -> None:
    there = set_up(database, learner, (1, 2, 3), dues=[9, 8, None], asked=MISSED, prompt_due=0)
    with database.reading() as session:
        shown = preview(session, learner, there.mock_id, LATER)
        assert session.scalars(select(func.count()).select_from(Review)).one() == 3
        assert there.due(there.cards[0]) == in_days(9)
    done = there.finish().effects
    assert done is not None
    assert (done.changes, done.offered, done.result) == (shown.changes, shown.offered, shown.result)
    assert [offer.question for offer in shown.drafts] == ["How would you test it?"]
    assert {change.card.id: change.after_day for change in shown.changes} == {
        card_id: there.due(card_id) for card_id in (there.prompt, *there.cards[:2])
    }


def test_a_missed_follow_up_waits_as_a_draft_for_a_yes(
    database: Database, learner: Learner
) -> None:
    there = set_up(database, learner, (3, 3, 3), asked=MISSED)
    there.finish()
    with database.reading() as session:
        [draft] = list_drafts(session, learner.id)
        assert draft.question == "How would you test it?"
        assert draft.answer == "Replay of a day, and a fault in each part."
        assert draft.prompt_title == "A place for notes"
        deck = session.scalars(select(Deck).where(Deck.name == DECK_NAME)).one()
        assert session.get(Enrolment, (learner.id, deck.id)) is None
        assert session.get_one(CardMark, (learner.id, draft.card_id)).is_draft
        assert count_deck(session, learner.id, deck.id, TODAY).total == 0
        mock = session.get_one(Mock, (learner.id, there.mock_id))
        assert mock.effects is not None and mock.effects["drafts"] == [draft.note_id]
    other = add_learner(database, "bob@example.org")
    with database.writing() as session:
        assert list_drafts(session, other.id) == []
        with pytest.raises(NotFound):
            accept_draft(session, other.id, draft.card_id, NOW)
        accept_draft(session, learner.id, draft.card_id, NOW)
    with database.reading() as session:
        assert list_drafts(session, learner.id) == []
        assert count_deck(session, learner.id, deck.id, TODAY).new == 1
        shown = next_cards(session.connection(), learner, LATER, limit=9, deck_id=deck.id)
        assert [each.card.id for each in shown.cards] == [draft.card_id]


def test_the_same_follow_up_never_makes_two_cards(database: Database, learner: Learner) -> None:
    there = set_up(database, learner, (3, 3, 3), asked=MISSED)
    there.finish()

    def again() -> tuple[uuid.UUID, DraftState]:
        with database.writing() as session:
            given = [Asked(there.prompt, MISSED)]
            mock_id = add_open_mock(session, learner.id, [("system-design", given)], NOW)
            score(session, learner.id, mock_id, (3, 3, 3), NOW)
            [offer] = preview(session, learner, mock_id, NOW).drafts
            return mock_id, offer.state

    def drafts() -> list[int]:
        with database.reading() as session:
            return [draft.card_id for draft in list_drafts(session, learner.id)]

    [card_id] = drafts()
    mock_id, state = again()
    assert state is DraftState.WAITING
    with database.writing() as session:
        finish_mock(session, learner, mock_id, LATER)
        assert session.get_one(Mock, (learner.id, mock_id)).effects["drafts"] == []  # type: ignore[index]
    assert drafts() == [card_id]
    with database.writing() as session:
        decline_draft(session, learner.id, card_id, NOW)
    mock_id, state = again()
    assert (state, drafts()) == (DraftState.DECLINED, [])
    with database.writing() as session:
        finish_mock(session, learner, mock_id, LATER)  # not asked for: it stays declined
    assert drafts() == []
    mock_id, _ = again()
    with database.writing() as session:
        [offer] = preview(session, learner, mock_id, NOW).drafts
        finish_mock(session, learner, mock_id, LATER, drafts=[offer.key, "follow-up-nonsense"])
    assert drafts() == [card_id]
    with database.writing() as session:
        accept_draft(session, learner.id, card_id, NOW)
    assert again()[1] is DraftState.KEPT
    with database.reading() as session:
        guids = select(Note).where(Note.guid.like("follow-up-%"))
        assert len(session.scalars(guids).all()) == 1


def test_no_draft_is_made_that_was_not_chosen(database: Database, learner: Learner) -> None:
    there = set_up(database, learner, (3, 3, 3), asked=MISSED)
    there.finish(drafts=[])
    with database.reading() as session:
        assert list_drafts(session, learner.id) == []
        assert session.scalars(select(Deck).where(Deck.name == DECK_NAME)).first() is None


def test_a_loop_ends_with_the_committee_s_word(database: Database, learner: Learner) -> None:
    with database.writing() as session:
        cards = [add_prompt(session, learner.id, NOW, title=str(n)) for n in range(3)]
        rounds = [("system-design", [Asked(card_id)]) for card_id in cards]
        mock_id = add_open_mock(session, learner.id, rounds, NOW)
        for position, levels in enumerate([(4, 4, 4), (1, 1, 2)]):
            score(session, learner.id, mock_id, levels, NOW, position=position)
        with pytest.raises(Conflict, match="Round 3 is still open"):
            preview(session, learner, mock_id, NOW)
        session.get_one(MockRound, (learner.id, mock_id, 2)).state = "waiting"
        session.flush()
        assert preview(session, learner, mock_id, NOW).left_out == 1
        finish_mock(session, learner, mock_id, LATER)
        mock = session.get_one(Mock, (learner.id, mock_id))
        assert (mock.verdict, mock.score_hundredths) == ("leaning-no-hire", 265)
        assert session.get(Memory, (learner.id, cards[2])) is None


@pytest.mark.parametrize("state", ["waiting", "running", "paused", "scoring"])
def test_a_mock_that_was_not_scored_cannot_end(sqlite_database: Database, state: str) -> None:
    learner = add_learner(sqlite_database)
    with sqlite_database.writing() as session:
        card_id = add_prompt(session, learner.id, NOW)
        mock_id = add_open_mock(
            session, learner.id, [("system-design", [Asked(card_id)])], NOW, state=state
        )
        with pytest.raises(Conflict):
            finish_mock(session, learner, mock_id, LATER)
        assert session.get_one(Mock, (learner.id, mock_id)).ended_at is None


def test_a_stranger_cannot_end_it(database: Database, learner: Learner) -> None:
    there = set_up(database, learner, (3, 3, 3))
    other = add_learner(database, "bob@example.org")
    with database.writing() as session:
        for ask in (preview, finish_mock):
            with pytest.raises(NotFound):
                ask(session, other, there.mock_id, NOW)


def test_ending_twice_at_once_happens_once(database: Database, learner: Learner) -> None:
    there = set_up(database, learner, (1, 3, 3), dues=[9] * 4, asked=MISSED, prompt_due=0)
    together = threading.Barrier(4)
    results: list[Finished] = []

    def end() -> None:
        together.wait()
        results.append(there.finish())

    threads = [threading.Thread(target=end) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.effects is not None for each in results) == [False, False, False, True]
    with database.reading() as session:
        versions = session.scalars(select(Memory.version).where(Memory.user_id == learner.id))
        assert list(versions) == [2] * 5
        assert len(session.scalars(select(Review).where(Review.kind == "mock")).all()) == 5
        assert len(list_drafts(session, learner.id)) == 1
        assert rebuild(session.connection(), check_only=True) == []
