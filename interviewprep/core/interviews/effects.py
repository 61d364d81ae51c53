"""What the scores of a mock do to the schedule: the prompt's grade, and the cards that come back.

Nothing is pushed further away: a card only ever comes back earlier than it would have. The one
exception is a card, the prompt among them, that was due anyway and went well; that is an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from interviewprep.core.grades import Grade
from interviewprep.core.interviews.verdicts import POOR, STRONG, WEAK
from interviewprep.core.schedulers import Memory, answered_today

MOST_BROUGHT_BACK = 10
"""Cards a mock; the weakest come first."""
MOST_OFFERED = 10
RETURN_DAYS = {1: 0, 2: 1}
"""By the level of a row, or the grade of a card that was asked: days from today."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A card that is begun and may come back.

    `level` is that of the weakest row whose tags it has, or its own grade where it was itself
    asked (`was_asked`), 1 or 2. `dimension` names the row, for people.
    """

    card_id: int
    memory: Memory
    level: int
    dimension: str = ""
    was_asked: bool = False


def grade_of(score: Fraction) -> Grade:
    """Return what a prompt's weighted score says to its schedule."""
    if score < POOR:
        return Grade.AGAIN
    if score < WEAK:
        return Grade.HARD
    if score < STRONG:
        return Grade.GOOD
    return Grade.EASY


def brought_back(
    candidates: Iterable[Candidate], today: date, *, most: int = MOST_BROUGHT_BACK
) -> list[Candidate]:
    """Return the cards that come back, weakest first; each card once, and at most `most`.

    Left out are those that wait at least as early already. Weakest is the lowest level, then what
    was itself asked, then the most lapses, then the lowest ease.
    """
    chosen: dict[int, Candidate] = {}
    for candidate in sorted(candidates, key=_weakness):
        if len(chosen) == most:
            break
        if candidate.card_id not in chosen and comes_sooner(candidate, today):
            chosen[candidate.card_id] = candidate
    return list(chosen.values())


def return_day(candidate: Candidate, today: date) -> date:
    return today + timedelta(days=RETURN_DAYS[candidate.level])


def comes_sooner(candidate: Candidate, today: date) -> bool:
    """Return whether coming back changes anything: the card is begun and would come later."""
    due_day = candidate.memory.due_day
    return due_day is not None and due_day > return_day(candidate, today)


def was_due(memory: Memory, today: date) -> bool:
    """Return whether a card waited for its answer today: only then a good answer moves it on."""
    due_day = memory.due_day
    return due_day is not None and due_day <= today and not answered_today(memory, today)


def _weakness(candidate: Candidate) -> tuple[int, bool, int, int, int]:
    memory = candidate.memory
    return (
        candidate.level,
        not candidate.was_asked,
        -memory.lapses,
        memory.ease_hundredths,
        candidate.card_id,
    )
