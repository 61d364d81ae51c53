"""Which prompts there are for a learner, and in which order the schedule asks them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
import yaml
from sqlalchemy import select

from interviewprep.core.interviews.kind_files import parse_kind
from interviewprep.core.interviews.stages import round_stages
from interviewprep.core.prompts import PlannedStage
from interviewprep.errors import Invalid, NotFound
from interviewprep.services.enrolling import enrol
from interviewprep.services.interviews.kinds import FOLDER, interview_kinds, loop
from interviewprep.services.interviews.prompts import (
    PromptCard,
    due_prompts,
    list_prompts,
    load_prompt,
    propose,
)
from interviewprep.services.queue import next_cards
from interviewprep.storage import CardMark, Database, Deck, Memory

from ..conftest import NOW, add_deck, add_learner

TODAY = date(2026, 5, 4)


@pytest.mark.parametrize("name", sorted(interview_kinds()))
def test_every_kind_fills_exactly_the_minutes_it_offers(name: str) -> None:
    kind = interview_kinds()[name]
    for minutes in kind.minutes:
        stages = round_stages(kind, minutes, kind.prompts_in(minutes))
        assert sum(stage.seconds for stage in stages) == minutes * 60
        assert all(stage.seconds > 0 and stage.panels and stage.says for stage in stages)
    planned = [PlannedStage("One", 10, "first"), PlannedStage("Two", 20, "second")]
    own = round_stages(kind, kind.minutes[0], 1, planned)
    assert [stage.label for stage in own] == ["One", "Two"]
    assert sum(stage.seconds for stage in own) == kind.minutes[0] * 60
    assert own[1].seconds == kind.minutes[0] * 40
    assert "first" not in own[0].says and own[0].covers == "first"
    namesake = kind.stages[-1]
    [last] = round_stages(kind, 10, 1, [PlannedStage(namesake.label.upper(), 5, "third")])
    assert (last.panels, last.says) == (namesake.panels, namesake.says)


def test_the_loop_is_made_of_kinds_that_exist() -> None:
    rounds = loop().rounds
    assert len(rounds) >= 3
    assert all(one.minutes in interview_kinds()[one.kind].minutes for one in rounds)


def test_every_share_of_the_tracks_has_a_kind(with_decks: Database) -> None:
    served = {share for kind in interview_kinds().values() for share in kind.mock_shares}
    assert served == {"dsa", "mlc", "sql", "breadth", "case", "mlsd", "sd", "project", "behav"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"family": "chess"}, "unknown family chess"),
        ({"colour": "red"}, "unknown key colour"),
        ({"rubric": []}, "do not add up to 100"),
        ({"minutes": [44]}, "the stages take 45 minutes, not 44"),
        ({"stages": [{"key": "a", "label": "A", "minutes": 45, "panels": ["piano"]}]}, "piano"),
        ({"prompts": None}, "cannot be read"),
    ],
)
def test_a_broken_kind_is_refused_with_its_name(change: dict[str, object], reason: str) -> None:
    given = yaml.safe_load((FOLDER / "coding.yaml").read_text("utf-8")) | change
    with pytest.raises(Invalid, match=f"The interview kind coding .*{reason}"):
        parse_kind("coding", given)


def test_each_prompt_belongs_to_the_interview_that_asks_it(with_decks: Database) -> None:
    learner = add_learner(with_decks)
    with with_decks.reading_core() as connection:
        found = {one.title: one.interview for one in list_prompts(connection, learner.id)}
        sql = list_prompts(connection, learner.id, kind=interview_kinds()["sql"])
    assert found["Total covered time"] == "coding"
    assert found["Days to the second order"] == "sql"
    assert found["Rate limiter for a public API"] == "system-design"
    assert found["Card payment fraud detection"] == "ml-system-design"
    assert found["A sceptical stakeholder"] == "behavioral"
    assert "" not in found.values()
    assert sql and {one.interview for one in sql} == {"sql"}


def test_prompts_are_never_among_the_flashcards(with_decks: Database) -> None:
    learner = add_learner(with_decks, new_per_day=500)
    with with_decks.writing() as session:
        deck = session.scalars(select(Deck).where(Deck.key.like("coding/exercises-int%"))).one()
        enrol(session, learner.id, deck.id, NOW)
    with with_decks.writing() as session:
        prompts = list_prompts(session.connection(), learner.id)
        mine = [one.card_id for one in prompts if one.deck_id == deck.id]
        session.add(
            Memory(user_id=learner.id, card_id=mine[0], due_day=TODAY, interval_days=3, version=1)
        )
    with with_decks.reading_core() as connection:
        assert next_cards(connection, learner, NOW, limit=50).cards == []
        assert [one.card_id for one in due_prompts(connection, learner.id, TODAY)] == mine[:1]


def test_a_put_away_prompt_is_not_offered_and_a_flashcard_is_no_prompt(
    with_decks: Database,
) -> None:
    learner = add_learner(with_decks)
    _, plain = add_deck(with_decks, learner.id, cards=1)
    with with_decks.writing() as session:
        first = list_prompts(session.connection(), learner.id)[0]
        session.add(CardMark(user_id=learner.id, card_id=first.card_id, is_suspended=True))
    with with_decks.reading_core() as connection:
        listed = [one.card_id for one in list_prompts(connection, learner.id)]
        assert first.card_id not in listed
        assert load_prompt(connection, learner.id, first.card_id)[0].title == first.title
        with pytest.raises(NotFound):
            load_prompt(connection, learner.id, plain[0])


def prompt(card_id: int, **other: object) -> PromptCard:
    plain = PromptCard(
        card_id=card_id,
        deck_id=1,
        deck_name="Deck",
        title=f"Prompt {card_id}",
        kind="coding",
        interview="coding",
        level=1,
        difficulty="easy",
        minutes=20,
        tags=(),
        competency="",
        due_day=None,
        last_day=None,
    )
    return replace(plain, **other)  # type: ignore[arg-type]


def test_due_prompts_come_first_then_unseen_ones_of_weak_areas_never_yesterdays() -> None:
    def ago(days: int) -> date:
        return TODAY - timedelta(days=days)

    prompts = [
        prompt(1, due_day=TODAY + timedelta(days=3), last_day=ago(9)),
        prompt(2),
        prompt(3, tags=("graphs",)),
        prompt(4, due_day=TODAY, last_day=ago(6)),
        prompt(5, due_day=ago(2), last_day=ago(8)),
        prompt(6, due_day=TODAY, last_day=ago(1)),
        prompt(7, due_day=TODAY, last_day=TODAY),
        prompt(8, level=2, tags=("graphs",)),
    ]
    order = [one.card_id for one in propose(prompts, TODAY, level=1, weak_tags={"graphs"})]
    assert order == [5, 4, 3, 2, 8, 1]
    assert propose(prompts, TODAY, weak_tags={"graphs"}, done_lately={5, 4})[0].card_id == 3
