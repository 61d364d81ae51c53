"""A learner who has done a number of mocks, and is in the middle of one more."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from interviewprep.core.cards import PROMPT_KEY
from interviewprep.core.prompts import FollowUp
from interviewprep.services.drafts import draft_offers, make_drafts
from interviewprep.services.interviews.prompts import list_prompts
from interviewprep.storage import Card, Database, Memory, Mock, Review, RoundItem, User
from tests.services.interviews.past_mocks import add_attempt, add_mock, card_titled, write_text

VERDICTS = ("strong-no-hire", "leaning-no-hire", "leaning-hire", "strong-hire")
CODING, DESIGN = "Total covered time", "Rate limiter for a public API"
CODE = """def covered(intervals):
    total, reach = 0, None
    for start, end in sorted(intervals):
        if reach is None or start > reach:
            total += end - start
            reach = end
    return total
"""
DIAGRAM = "flowchart LR\n  client([Client]) --> gate[Gateway]\n  gate --> count[(Counters)]\n"
NOTES = "5 % over is fine, so local leases.\n\nShard by key; the peak is 174,000 a second."


@dataclass(frozen=True)
class DoneMocks:
    """What was made, for addresses."""

    coding: uuid.UUID
    loop: uuid.UUID
    coding_card: int
    due_card: int


def practise(database: Database, email: str, *, coding: int = 3) -> DoneMocks:
    """Store so many coding mocks of one exercise, a loop, and an open mock; a prompt is due."""
    now = datetime.now(UTC)
    with database.writing() as session:
        user_id = session.scalars(select(User.id).where(User.email == email)).one()
        card, design = card_titled(session, user_id, CODING), card_titled(session, user_id, DESIGN)
        done = uuid.UUID(int=0)
        for number in range(coding):
            levels = [1 + (number + row) % 4 for row in range(4)]
            done = add_mock(
                session,
                user_id,
                [("coding", [card])],
                now - timedelta(days=3 * (coding - number), minutes=number),
                levels=levels,
                revised=[min(levels[0] + 1, 4)] if number % 2 == 0 else [],
                interviewer=[3, 2, 3, 4] if number == coding - 1 else [],
                verdict=VERDICTS[number % 4],
                score_hundredths=25 * sum(levels),
            )
            passed = [number > 0, True, number > 1, True]
            add_attempt(session, user_id, done, card, CODE[: 90 + 60 * number], now, passed)
        session.execute(
            update(RoundItem)
            .where(RoundItem.mock_id == done)
            .values(
                hints=2,
                submitted_at=now,
                follow_ups=[{"n": 0, "answered": True}, {"n": 1, "answered": False}],
                outcomes=[
                    {"name": "test_example", "label": "overlap and a gap", "passed": True},
                    {
                        "name": "test_nested",
                        "label": "one interval inside another",
                        "passed": False,
                        "hidden": True,
                        "message": "expected 100, got 20",
                    },
                ],
            )
        )
        offer = draft_offers(
            session, user_id, card, CODING, [FollowUp("At least `k` at once?", "Sweep the events.")]
        )
        effects = {
            "reviews": [str(_moved(session, user_id, done, now))],
            "drafts": make_drafts(session, user_id, offer, now),
            "offered": [],
        }
        session.execute(update(Mock).where(Mock.id == done).values(effects=effects))
        prompts = list_prompts(session.connection(), user_id)
        stories = [one.card_id for one in prompts if one.interview == "behavioral"][:4]
        loop = add_mock(
            session,
            user_id,
            [("system-design", [design]), ("behavioral", stories)],
            now - timedelta(hours=20),
            levels=[2, 3, 3, 4],
            is_bare=True,
        )
        write_text(session, user_id, loop, "notes", NOTES, now)
        write_text(session, user_id, loop, "diagram", DIAGRAM, now)
        write_text(session, user_id, loop, "calculator", "5e9 / 86400 = 57,870", now)
        add_mock(session, user_id, [("system-design", [design])], now, ended=False)
        due = _make_due(session, user_id, card, now)
    return DoneMocks(done, loop, card, due)


def _moved(session: Session, user_id: int, mock_id: uuid.UUID, now: datetime) -> uuid.UUID:
    """Log that the mock brought a card back."""
    card = session.scalars(select(Card).where(Card.key != PROMPT_KEY).order_by(Card.id)).first()
    assert card is not None
    review = Review(
        user_id=user_id,
        id=uuid.uuid5(mock_id, "moved"),
        card_id=card.id,
        deck_id=card.deck_id,
        kind="mock",
        at=now,
        study_day=now.date(),
        version=10_000,
        options={"why": "weak", "reason": "Problem solving", "level": 1, "grade": None},
        chosen_day=now.date(),
        before={"due_day": (now.date() + timedelta(days=12)).isoformat()},
        after={"due_day": now.date().isoformat()},
    )
    session.add(review)
    session.flush()
    return review.id


def _make_due(session: Session, user_id: int, card: int, now: datetime) -> int:
    memory = session.get(Memory, (user_id, card)) or Memory(user_id=user_id, card_id=card)
    memory.due_day = now.date() - timedelta(days=2)
    memory.last_day = now.date() - timedelta(days=9)
    memory.interval_days, memory.version = 7, 1
    session.add(memory)
    return card
