"""Afterwards: what the database holds against what was sent and what was acknowledged."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from interviewprep.core.grades import Grade
from interviewprep.storage import Database, Day, DueLoad, Memory, Review
from interviewprep.storage.memories import from_log

from .chains import Chain
from .devices import Devices

DONE = {"stored", "repeated"}
AnyReview = Row[tuple[Any, ...]]


def check_log(
    database: Database, chains: Sequence[Chain], user_ids: Sequence[int], devices: Devices
) -> Counter[str]:
    """Assert that the log holds every answer exactly once; return how many rows of each sort."""
    with database.reading() as session:
        rows = session.execute(select(Review.__table__)).all()
        versions = {
            (row.user_id, row.card_id): row.version
            for row in session.execute(select(Memory.user_id, Memory.card_id, Memory.version))
        }
    sorts = Counter(f"{row.kind} {row.status}" for row in rows)
    assert sorts == Counter(
        {
            "answer stored": sum(chain.stored for chain in chains),
            "answer stale": sum(chain.races for chain in chains),
            "undo stored": sum(chain.undos for chain in chains),
        }
    )
    assert len({(row.user_id, row.id) for row in rows}) == len(rows)

    by_id = {str(row.id): row for row in rows}
    sent = {
        answer["id"]: (user_ids[chain.learner], answer)
        for chain in chains
        for step in chain.steps
        for post, _ in step.posts
        for answer in post.answers
    }
    assert (
        set(sent)
        == set(devices.statuses)
        == set(by_id) - {str(row.id) for row in rows if row.kind == "undo"}
    )
    for name, told in devices.statuses.items():
        expected = DONE if by_id[name].status == "stored" else {"stale"}
        assert set(told) <= expected, f"{name} is {by_id[name].status}, and was told {told}"
        assert told["stored"] <= 1, f"{name} was stored {told['stored']} times"
        user_id, answer = sent[name]
        row = by_id[name]
        kept = (row.user_id, row.card_id, Grade(row.grade).label, row.duration_ms)
        assert kept == (user_id, answer["card_id"], answer["grade"], answer["duration_ms"])
    for told in devices.undo_statuses.values():
        assert set(told) <= DONE and told["stored"] <= 1
    undone = {str(row.undoes_id) for row in rows if row.kind == "undo"}
    assert undone == set(devices.undo_statuses)
    taken_back = [row.undoes_id for row in rows if row.kind == "undo"]
    assert len(set(taken_back)) == len(taken_back)
    assert versions == {
        (user_ids[chain.learner], chain.card_id): chain.last_version for chain in chains
    }
    _check_versions(rows)
    return sorts


def _check_versions(rows: Sequence[AnyReview]) -> None:
    """Assert that each card's effective rows are numbered 1, 2, 3, …, and none twice."""
    numbers = defaultdict(list)
    for row in rows:
        if row.status == "stored":
            numbers[row.user_id, row.card_id].append(row.version)
    for found in numbers.values():
        assert sorted(found) == list(range(1, len(found) + 1))


def check_sums(database: Database) -> None:
    """Assert that the roll-up per day says what the log says, and the load what memory says."""
    with database.reading() as session:
        rows = session.execute(select(Review.__table__).where(Review.status == "stored")).all()
        days = {
            (row.user_id, row.study_day, row.deck_id): (
                row.answers,
                row.passes,
                row.duration_ms,
                row.new,
                row.reviews,
            )
            for row in session.execute(select(Day.__table__))
            if row.answers or row.duration_ms or row.passes or row.new or row.reviews
        }
        load = {
            (row.user_id, row.due_day): row.cards
            for row in session.execute(select(DueLoad.__table__))
            if row.cards
        }
        due = Counter(
            (row.user_id, row.due_day)
            for row in session.execute(select(Memory.user_id, Memory.due_day))
            if row.due_day is not None
        )
    assert days == dict(_rolled_up(rows))
    assert load == due


def _rolled_up(
    rows: Sequence[AnyReview],
) -> Iterator[tuple[tuple[int, date, int], tuple[int, ...]]]:
    undone = {row.undoes_id for row in rows if row.kind == "undo"}
    effective = defaultdict(list)
    for row in rows:
        if row.kind == "answer" and row.id not in undone:
            effective[row.user_id, row.study_day, row.deck_id].append(row)
    for key, answers in effective.items():
        before = [from_log(row.before) for row in answers]
        again = [
            state.last_day == row.study_day for state, row in zip(before, answers, strict=True)
        ]
        new = sum(state.is_new for state in before)
        yield (
            key,
            (
                len(answers),
                sum(row.grade > Grade.AGAIN for row in answers),
                sum(row.duration_ms for row in answers),
                new,
                len(answers) - new - sum(again),
            ),
        )
