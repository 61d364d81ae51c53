"""Reviews over HTTP: the queue, answers, undo."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from ...core.grades import Grade
from ...services.answering import Result, answer_batch
from ...services.learner import Learner, learner_of
from ...services.queue import Queue, card_again, next_cards
from ...services.recording import Submission
from ...services.rendered import keep_renderings
from ...services.studied_decks import advance_hint
from ...services.undoing import Undone, undo, undo_newest
from ..cards_json import card_json, counts_json, instant
from ..login import person
from ..renderings import keep_for_later
from ..transactions import now, reading_core, writing_core
from .endpoints import endpoint
from .review_models import (
    AnswerIn,
    AnswersIn,
    QueueOut,
    QueueQuery,
    ResultsOut,
    UndoneOut,
)


@endpoint("GET", "/reviews/queue", query=QueueQuery, answers={200: QueueOut})
def review_queue(query: QueueQuery) -> dict[str, Any]:
    """Return the next cards of the learner's queue."""
    with reading_core() as connection:
        queue = next_cards(
            connection, learner_of(person.account), now(), limit=query.limit, deck_id=query.deck
        )
    keep_for_later(queue.fresh)
    return queue_json(queue)


@endpoint("POST", "/reviews", body=AnswersIn, answers={200: ResultsOut})
def store_reviews(body: AnswersIn) -> dict[str, Any]:
    """Store answers, each once, and return the next cards from the same transaction."""
    learner, moment = learner_of(person.account), now()
    with writing_core() as connection:
        results = answer_batch(
            connection, learner, [_submission(one) for one in body.answers], moment
        )
        queue = next_cards(connection, learner, moment, limit=body.next, deck_id=body.deck)
        keep_renderings(connection, queue.fresh)
        for deck, position in queue.hints:
            advance_hint(connection, learner.id, deck, position)
    return {"results": [_result(one) for one in results], **queue_json(queue)}


@endpoint("POST", "/reviews/<uuid:id>/undo", answers={200: UndoneOut})
def undo_review(id: uuid.UUID) -> dict[str, Any]:
    """Take the newest effective answer of a card back; again is harmless."""
    learner, moment = learner_of(person.account), now()
    with writing_core() as connection:
        return _taken_back(connection, learner, undo(connection, learner, id, moment), moment)


@endpoint("POST", "/reviews/undo", answers={200: UndoneOut})
def undo_newest_review() -> dict[str, Any]:
    """Take back the newest answer of today, whichever device gave it."""
    learner, moment = learner_of(person.account), now()
    with writing_core() as connection:
        return _taken_back(connection, learner, undo_newest(connection, learner, moment), moment)


def _taken_back(
    connection: Connection, learner: Learner, undone: Undone, moment: datetime
) -> dict[str, Any]:
    queue = next_cards(connection, learner, moment, limit=0)
    card, fresh = card_again(connection, learner, moment, undone.card_id)
    keep_renderings(connection, fresh)
    return {
        "id": str(undone.id),
        "status": undone.status,
        "version": undone.version,
        "due_at": instant(undone.due_at),
        "reason": undone.reason,
        "counts": counts_json(queue.counts),
        "card": None if card is None else card_json(card),
    }


def queue_json(queue: Queue) -> dict[str, Any]:
    return {
        "study_day": queue.study_day.isoformat(),
        "counts": counts_json(queue.counts),
        "cards": [card_json(card) for card in queue.cards],
    }


def _submission(one: AnswerIn) -> Submission:
    return Submission(
        id=one.id,
        card_id=one.card_id,
        version=one.version,
        grade=Grade.from_name(one.grade),
        answered_at=one.answered_at,
        duration_ms=one.duration_ms,
        promised_due_day=one.promised_due_day,
    )


def _result(one: Result) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "status": one.status,
        "version": one.version,
        "due_at": instant(one.due_at),
        "reason": one.reason,
        "due_day_changed": one.due_day_changed,
    }
