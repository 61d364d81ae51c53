"""What the end of a mock will do, worked out before anything is done: the preview is the plan.

The prompts of the mock move through the learner's own scheduler by the grade their score stands
for; one that was not due yet keeps its day, if that is earlier. Cards behind weak rows come back,
and so do cards that were asked and not known; cards that were due and were known are answered.
Follow-ups that were missed become drafts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from ...core.grades import Grade
from ...core.interviews.effects import (
    MOST_OFFERED,
    Candidate,
    brought_back,
    grade_of,
    return_day,
    was_due,
)
from ...core.interviews.verdicts import RoundResult, item_score, loop_result
from ...core.revisions import seen
from ...core.schedulers import Memory as State
from ...core.schedulers import Moment, answered_today
from ...errors import Conflict
from ...storage import Mock
from ...storage.memories import load_between
from ..drafts import DraftOffer, draft_offers
from ..learner import Learner
from .returning import (
    KnownCard,
    WeakTags,
    candidates,
    cards_of,
    prompts_of,
    tags_of,
    unbegun,
)
from .rounds import PAUSED, RUNNING, SCORING
from .sheets import Sheet, load_sheets

ASKED = "Asked in the interview"


class Why(StrEnum):
    """What moves a card: being the prompt, being asked and known, or a weakness behind it."""

    PROMPT = "prompt"
    KNOWN = "known"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Change:
    """One card's schedule before and after. `grade` is None for a card that only comes back."""

    card: KnownCard
    why: Why
    after: State
    grade: Grade | None = None
    level: int | None = None
    reason: str = ""
    duration_ms: int = 0

    @property
    def is_new(self) -> bool:
        return self.card.memory.is_new

    @property
    def before_day(self) -> date | None:
        return self.card.memory.due_day

    @property
    def after_day(self) -> date | None:
        return self.after.due_day

    @property
    def comes_again_today(self) -> bool:
        return self.after.repeat_at is not None


@dataclass(frozen=True, slots=True)
class Effects:
    """All that the end of a mock does. `offered` are cards nobody has begun: nothing is done to
    them. `left_out` counts rounds that were never held."""

    result: RoundResult
    sheets: tuple[Sheet, ...]
    study_day: date
    changes: tuple[Change, ...]
    offered: tuple[KnownCard, ...]
    drafts: tuple[DraftOffer, ...]
    left_out: int

    def of(self, why: Why) -> list[Change]:
        return [change for change in self.changes if change.why is why]


def work_out(session: Session, learner: Learner, mock: Mock, now: datetime) -> Effects:
    """Return what ending this mock now would do.

    :raise Conflict: once it has ended, before any round was scored, or while one is under way.
    """
    sheets = load_sheets(session, mock)
    held = _held(mock, sheets)
    today = learner.study_day(now)
    prompts = list(_prompts(session, learner, held, now))
    moved = {change.card.id for change in prompts}
    asked = {card_id: grade for card_id, grade in _asked(held).items() if card_id not in moved}
    cards = cards_of(session.connection(), learner.id, asked.keys())
    known = [
        _answered(session, learner, cards[card_id], grade, now, Why.KNOWN, ASKED)
        for card_id, grade in asked.items()
        if card_id in cards and grade > Grade.HARD and was_due(cards[card_id].memory, today)
    ]
    unknown = [
        Candidate(card_id, cards[card_id].memory, int(grade), ASKED, was_asked=True)
        for card_id, grade in asked.items()
        if card_id in cards and grade <= Grade.HARD
    ]
    weak = _weak_tags(held)
    behind, of_rows = candidates(session, learner.id, weak, today)
    cards |= of_rows
    returning = brought_back([*unknown, *behind], today)
    return Effects(
        result=loop_result([sheet.result for sheet in held]),
        sheets=tuple(held),
        study_day=today,
        changes=(
            *prompts,
            *known,
            *(_returned(each, cards[each.card_id], Moment(now, today)) for each in returning),
        ),
        offered=_offered(
            session, learner.id, [cards[each.card_id] for each in unknown], weak, today
        ),
        drafts=tuple(_drafts(session, learner.id, held)),
        left_out=len(sheets) - len(held),
    )


def _weak_tags(held: Sequence[Sheet]) -> WeakTags:
    return tags_of(
        (row.level, row.rubric.dimension, row.rubric.revise)
        for sheet in held
        for item in sheet.items
        for row in item.rows
    )


def _offered(
    session: Session, user_id: int, unknown: Sequence[KnownCard], weak: WeakTags, today: date
) -> tuple[KnownCard, ...]:
    tags = [tag for level in sorted(weak) for tag in weak[level]]
    found = [card for card in unknown if card.memory.is_new]
    found += unbegun(session, user_id, tags, today, MOST_OFFERED)
    return tuple({card.id: card for card in found}.values())[:MOST_OFFERED]


def _held(mock: Mock, sheets: Sequence[Sheet]) -> list[Sheet]:
    if mock.ended_at is not None:
        raise Conflict("This mock has ended already; its report says what that did.")
    for sheet in sheets:
        if sheet.round.state in (RUNNING, PAUSED, SCORING):
            number = sheet.round.position + 1
            raise Conflict(f"Round {number} is still open; finish and score it first.")
    held = [sheet for sheet in sheets if sheet.is_scored]
    if not held:
        raise Conflict("No round of this mock was scored yet; discard it if you do not go on.")
    return held


def _prompts(
    session: Session, learner: Learner, held: Sequence[Sheet], now: datetime
) -> Iterator[Change]:
    """Yield what becomes of each prompt that has a score; asked twice, the lower one counts."""
    found: dict[int, tuple[Grade, int]] = {}
    for sheet in held:
        took_ms = 1000 * sum(each.seconds for each in sheet.stage_times(now))
        for item in sheet.items:
            score = item_score(item.scored)
            if score is not None:
                card_id, share_ms = item.item.card_id, took_ms // len(sheet.items)
                grade, before_ms = found.get(card_id, (Grade.EASY, 0))
                found[card_id] = min(grade, grade_of(score)), before_ms + share_ms
    cards = prompts_of(session.connection(), learner.id, found.keys())
    for card_id, (grade, took_ms) in found.items():
        if card_id in cards:
            change = _answered(session, learner, cards[card_id], grade, now, Why.PROMPT, "")
            after = _no_later(change.card.memory, change.after, learner.study_day(now))
            yield replace(change, after=after, duration_ms=took_ms)


def _answered(
    session: Session,
    learner: Learner,
    card: KnownCard,
    grade: Grade,
    now: datetime,
    why: Why,
    reason: str,
) -> Change:
    """Let the learner's scheduler answer, with the due day spread like any other."""
    before, day = seen(card.memory), learner.study_day(now)
    moment = Moment(now, day if before.last_day is None else max(day, before.last_day))
    outcome = learner.scheduler.answer(before, grade, moment, learner.options, {}, card.id)
    if outcome.earliest_day is not None and outcome.latest_day is not None:
        load = load_between(
            session.connection(), learner.id, outcome.earliest_day, outcome.latest_day
        )
        outcome = learner.scheduler.answer(before, grade, moment, learner.options, load, card.id)
    return Change(card, why, outcome.memory, grade, reason=reason)


def _no_later(before: State, after: State, today: date) -> State:
    """A prompt that was done before it was due is not pushed further away by it."""
    if before.due_day is None or after.due_day is None or before.due_day <= today:
        return after
    return replace(after, due_day=min(before.due_day, after.due_day))


def _returned(candidate: Candidate, card: KnownCard, moment: Moment) -> Change:
    """Set the day alone: interval and ease are for the next answer to change.

    A card that was answered today already is repeated today, which its day alone would not do.
    """
    before, today = candidate.memory, moment.study_day
    day = return_day(candidate, today)
    repeat_at = before.repeat_at
    if day == today and answered_today(before, today) and repeat_at is None:
        repeat_at = moment.at
    after = replace(before, due_day=day, repeat_at=repeat_at)
    return Change(card, Why.WEAK, after, level=candidate.level, reason=candidate.dimension)


def _asked(held: Sequence[Sheet]) -> dict[int, Grade]:
    """Return the lowest grade of each card of the decks that was asked as a question."""
    found: dict[int, Grade] = {}
    for sheet in held:
        for item in sheet.items:
            for card_id, grade in _grades(item.item.questions):
                found[card_id] = min(found.get(card_id, Grade.EASY), grade)
    return found


def _grades(questions: Iterable[Mapping[str, Any]]) -> Iterator[tuple[int, Grade]]:
    for question in questions:
        card_id, grade = question.get("card_id"), question.get("grade")
        if not isinstance(card_id, int) or grade is None:
            continue
        yield card_id, Grade.from_name(grade) if isinstance(grade, str) else Grade(grade)


def _drafts(session: Session, user_id: int, held: Sequence[Sheet]) -> Iterator[DraftOffer]:
    for sheet in held:
        for item in sheet.items:
            yield from draft_offers(
                session, user_id, item.item.card_id, item.prompt.title, item.missed
            )
