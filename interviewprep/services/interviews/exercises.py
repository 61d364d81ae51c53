"""A coding or SQL exercise as its learner stands with it. Nothing is changed here."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from ...core.grades import Grade
from ...core.interviews.practice_grade import Attempted, proposed_grade
from ...core.prompts import Prompt
from ...errors import NotFound
from ...storage import Mock, MockRound, Practice, RoundItem
from .history import was_asked
from .markup import Media, media_of_cards
from .prompts import MINUTES_WITHOUT_TIME, PromptCard, load_prompt


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise as its learner stands with it: `practice` is null where nothing is in hand.

    `media` has the addresses of the files that its texts name. `is_being_asked`: a mock of theirs
    asks it now, so that nothing of it is given away here.
    """

    card: PromptCard
    prompt: Prompt
    media: Media
    practice: Practice | None
    is_being_asked: bool = False

    @property
    def is_over(self) -> bool:
        """Whether every test passed or the learner gave up."""
        one = self.practice
        return one is not None and (one.passed_at is not None or one.gave_up)

    @property
    def may_be_revealed(self) -> bool:
        """Whether the solutions may be seen."""
        return self.is_over and not self.is_being_asked

    @property
    def may_be_graded(self) -> bool:
        return self.practice is not None and (self.is_over or self.practice.submissions > 0)

    @property
    def code(self) -> str:
        one = self.practice
        return self.prompt.starter if one is None or one.version == 0 else one.code

    @property
    def version(self) -> int:
        return 0 if self.practice is None else self.practice.version

    @property
    def hints_taken(self) -> tuple[str, ...]:
        return self.prompt.hints[: self.practice.hints] if self.practice is not None else ()

    @property
    def proposed(self) -> Grade | None:
        """The grade that follows from what happened, None before there is anything to grade."""
        if self.practice is None or not self.may_be_graded:
            return None
        return proposed_grade(as_attempted(self.practice), self.minutes)

    @property
    def minutes(self) -> int:
        return self.prompt.minutes or MINUTES_WITHOUT_TIME


def load_exercise(session: Session, user_id: int, card_id: int) -> Exercise:
    """:raise NotFound: unless the learner may see the card, and it is done with the editor."""
    card, prompt = load_prompt(session.connection(), user_id, card_id)
    if not card.is_exercise:
        raise NotFound("This prompt is not done with the editor: start a mock interview with it.")
    media = media_of_cards(session, [card_id]).get(card_id, {})
    practice = session.get(Practice, (user_id, card_id))
    return Exercise(card, prompt, media, practice, _is_being_asked(session, user_id, card_id))


def _is_being_asked(session: Session, user_id: int, card_id: int) -> bool:
    """Whether a round of a mock asks it in which it was neither submitted nor given up yet."""
    query = (
        select(RoundItem.position)
        .join(Mock, and_(Mock.user_id == RoundItem.user_id, Mock.id == RoundItem.mock_id))
        .join(MockRound, was_asked())
        .where(
            RoundItem.user_id == user_id,
            RoundItem.card_id == card_id,
            RoundItem.submitted_at.is_(None),
            RoundItem.gave_up.is_(False),
            Mock.ended_at.is_(None),
        )
        .limit(1)
    )
    return session.execute(query).first() is not None


def as_attempted(practice: Practice) -> Attempted:
    return Attempted(
        started_at=practice.started_at,
        hints=practice.hints,
        submissions=practice.submissions,
        passed_at=practice.passed_at,
        gave_up=practice.gave_up,
    )
