"""What the review endpoints take and give."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from .endpoints import WHOLE, Answered, Strict

MOST = 100
FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)
LAST_INSTANT = datetime.max.replace(tzinfo=UTC)
GradeName = Literal["again", "hard", "good", "easy"]
BigId = Annotated[int, Field(ge=1, le=2**63 - 1), WHOLE]
Count = Annotated[int, Field(ge=0, le=2**31 - 1), WHOLE]


def _in_utc(value: datetime) -> datetime:
    """Return the instant in UTC; one that no calendar there holds becomes the nearest that does."""
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return FIRST_INSTANT if value.year == 1 else LAST_INSTANT


class QueueQuery(Strict):
    limit: Annotated[int, Field(ge=1, le=MOST)] = 20
    deck: BigId | None = None


class AnswerIn(Strict):
    """One answer; `version` is the card's when it was shown, `id` is made by the client."""

    id: uuid.UUID
    card_id: BigId
    version: Count
    grade: GradeName
    answered_at: Annotated[AwareDatetime, AfterValidator(_in_utc)]
    duration_ms: Count = 0
    promised_due_day: date | None = None


class AnswersIn(Strict):
    """Answers in the order in which they were given, and how many cards to send back."""

    answers: Annotated[list[AnswerIn], Field(min_length=1, max_length=MOST)]
    next: Annotated[int, Field(ge=0, le=MOST), WHOLE] = 0
    deck: BigId | None = None


class CountsOut(Answered):
    new: int
    learning: int
    due: int


class OutcomeOut(Answered):
    due_at: datetime | None
    due_day: date | None
    label: str


class OutcomesOut(Answered):
    again: OutcomeOut
    hard: OutcomeOut
    good: OutcomeOut
    easy: OutcomeOut


class DeckOut(Answered):
    id: int
    name: str


class ShownCardOut(Answered):
    """What every form of a card has in common. `replaces_front` says that the answer stands in
    place of the question."""

    card_id: int
    note_id: int
    version: int
    deck: DeckOut
    kind: str
    tags: list[str]
    front_html: str
    back_html: str
    hint_html: str
    note_html: str
    replaces_front: bool


class ChangeOut(Answered):
    """The card was revised since its last answer; `earlier_html` is the answer as it was, empty
    where that reads the same or is not known."""

    earlier_html: str


class CardOut(ShownCardOut):
    """One card to review. `replaces_front` says that the answer stands in place of the question;
    `typed` that the answer is to be typed and compared with `typed_answer`; `repeat_at` that the
    card was answered today and comes back then; `change` what its deck changed about it since the
    last answer. `report_url` is empty but for built-in cards."""

    flag: int
    typed: bool
    typed_answer: str
    repeat_at: datetime | None
    change: ChangeOut | None
    edit_url: str
    report_url: str
    outcomes: OutcomesOut


class QueueOut(Answered):
    """The next cards, in order."""

    study_day: date
    counts: CountsOut
    cards: list[CardOut]


class ResultOut(Answered):
    id: uuid.UUID
    status: Literal["stored", "repeated", "stale", "refused"]
    version: int
    due_at: datetime | None
    reason: str | None = None
    due_day_changed: bool = False


class ResultsOut(Answered):
    """What became of each answer; `cards` is empty unless `next` asked for some."""

    results: list[ResultOut]
    study_day: date
    counts: CountsOut
    cards: list[CardOut]


class UndoneOut(Answered):
    """What became of the undo, and the card to show again."""

    id: uuid.UUID
    status: Literal["stored", "repeated", "refused"]
    version: int
    due_at: datetime | None
    reason: str | None = None
    counts: CountsOut
    card: CardOut | None
