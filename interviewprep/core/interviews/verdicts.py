"""From rubric to verdict: the weighted score, and what a committee would say of it.

Scores are exact fractions from 1 to 4 until they are stored or shown, in hundredths, rounded down,
so that "below 2.00" means the same before and after. A row nobody could judge counts for nothing;
where less than half of the weight was judged there is no score and no verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

POOR, WEAK, STRONG = Fraction(2), Fraction(11, 4), Fraction(7, 2)
"""Below 2.00, below 2.75, and from 3.50 on; the schedule uses the same marks (`effects`)."""
HEAVY_WEIGHT = 20
"""A row of at least so much weight that is scored 1 cannot be made up for by the others."""
LOWEST_LEVEL = 1
GOOD_LEVEL = 3


class Verdict(StrEnum):
    """What a committee says, worst first; the value is what is stored."""

    STRONG_NO_HIRE = "strong-no-hire"
    LEANING_NO_HIRE = "leaning-no-hire"
    LEANING_HIRE = "leaning-hire"
    STRONG_HIRE = "strong-hire"

    @property
    def label(self) -> str:
        return self.value.replace("-", " ").capitalize()


LABELS = {verdict.value: verdict.label for verdict in Verdict} | {"": "No verdict"}
"""By what is stored, a missing verdict included."""


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """One row of a rubric: its weight, and the level from 1 to 4, None where nobody could judge."""

    weight: int
    level: int | None


@dataclass(frozen=True, slots=True)
class RoundResult:
    """What a round came to; both are None where too little of it was judged."""

    score: Fraction | None
    verdict: Verdict | None


def item_score(rows: Sequence[ScoredRow]) -> Fraction | None:
    """Return the weighted mean of the levels of one prompt, from 1 to 4."""
    judged = [(row.weight, row.level) for row in rows if row.level is not None]
    weight = sum(each for each, _ in judged)
    if not weight or 2 * weight < sum(row.weight for row in rows):
        return None
    return Fraction(sum(each * level for each, level in judged), weight)


def round_result(items: Sequence[Sequence[ScoredRow]]) -> RoundResult:
    """Return the mean over the prompts that have a score, and the verdict on all their rows.

    Below 2.00 it is a strong no hire; below 2.75, or with a heavy row scored 1, leaning no hire;
    from 3.50 with no row below 3 a strong hire; otherwise leaning hire. Where less than half of the
    prompts have a score there is neither.
    """
    scores = [item_score(rows) for rows in items]
    score = _mean(scores)
    if score is None:
        return RoundResult(None, None)
    judged = [row for rows in items for row in rows if row.level is not None]
    if score < POOR:
        return RoundResult(score, Verdict.STRONG_NO_HIRE)
    if score < WEAK or any(_is_fatal(row) for row in judged):
        return RoundResult(score, Verdict.LEANING_NO_HIRE)
    if score >= STRONG and all((row.level or 0) >= GOOD_LEVEL for row in judged):
        return RoundResult(score, Verdict.STRONG_HIRE)
    return RoundResult(score, Verdict.LEANING_HIRE)


def loop_result(rounds: Sequence[RoundResult]) -> RoundResult:
    """Return what a committee makes of a sitting; one round alone keeps its own verdict.

    Rounds without a verdict do not count, and at least half must have one. The first that fits:

    - two strong no hires, or a mean below 2.00: strong no hire;
    - one strong no hire, or half of the rounds leaning no hire, or a mean below 2.75: leaning no
      hire, because no strength elsewhere outweighs a clear no;
    - a mean from 3.50 on, no round below leaning hire and at least half of them strong hires:
      strong hire;
    - otherwise leaning hire.
    """
    score = _mean([each.score for each in rounds])
    verdicts = [each.verdict for each in rounds if each.verdict is not None]
    if score is None or not verdicts:
        return RoundResult(None, None)
    if len(rounds) == 1:
        return rounds[0]
    return RoundResult(score, _committee(score, verdicts))


def _committee(score: Fraction, verdicts: Sequence[Verdict]) -> Verdict:
    clear_nos = verdicts.count(Verdict.STRONG_NO_HIRE)
    nos = clear_nos + verdicts.count(Verdict.LEANING_NO_HIRE)
    clear_yeses = verdicts.count(Verdict.STRONG_HIRE)
    if clear_nos >= 2 or score < POOR:
        return Verdict.STRONG_NO_HIRE
    if clear_nos or 2 * nos >= len(verdicts) or score < WEAK:
        return Verdict.LEANING_NO_HIRE
    if score >= STRONG and not nos and 2 * clear_yeses >= len(verdicts):
        return Verdict.STRONG_HIRE
    return Verdict.LEANING_HIRE


def in_hundredths(score: Fraction | None) -> int | None:
    """Return the score as it is stored, rounded down; None stays None."""
    return None if score is None else int(score * 100)


def _mean(scores: Iterable[Fraction | None]) -> Fraction | None:
    asked = list(scores)
    known = [score for score in asked if score is not None]
    if not known or 2 * len(known) < len(asked):
        return None
    return sum(known, Fraction(0)) / len(known)


def _is_fatal(row: ScoredRow) -> bool:
    return row.level == LOWEST_LEVEL and row.weight >= HEAVY_WEIGHT
