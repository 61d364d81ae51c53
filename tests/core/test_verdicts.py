"""From scores to verdicts: every line of the rule, and its edges."""

from __future__ import annotations

from fractions import Fraction

import pytest

from interviewprep.core.interviews.verdicts import (
    LABELS,
    RoundResult,
    ScoredRow,
    Verdict,
    in_hundredths,
    item_score,
    loop_result,
    round_result,
)

NO, LEAN_NO, LEAN, YES = Verdict


def rows(*given: tuple[int, int | None]) -> list[ScoredRow]:
    return [ScoredRow(weight, level) for weight, level in given]


@pytest.mark.parametrize(
    ("given", "hundredths"),
    [
        ([(30, 4), (30, 4), (20, 4), (20, 4)], 400),
        ([(30, 1), (30, 1), (20, 1), (20, 1)], 100),
        ([(30, 3), (30, 3), (20, 2), (20, 2)], 260),
        ([(30, 3), (30, 3), (20, 3), (20, None)], 300),
        ([(50, 2), (50, None)], 200),  # exactly half of the weight
        ([(49, 4), (51, None)], None),
        ([(33, 2), (33, 2), (34, 1)], 166),  # 1.66: rounded down
        ([(1000, 2), (1, 1)], 199),  # 1.999 is below 2.00
        ([(30, None), (70, None)], None),
        ([], None),
        ([(0, 4)], None),
    ],
)
def test_a_score_is_the_weighted_mean_of_what_was_judged(
    given: list[tuple[int, int | None]], hundredths: int | None
) -> None:
    assert in_hundredths(item_score(rows(*given))) == hundredths


EVEN = (25, 25, 25, 25)


@pytest.mark.parametrize(
    ("weights", "levels", "verdict"),
    [
        (EVEN, (1, 2, 2, 2), NO),  # 1.75
        (EVEN, (2, 2, 2, 2), LEAN_NO),  # 2.00 is not below 2.00
        (EVEN, (2, 3, 3, 2), LEAN_NO),  # 2.50
        (EVEN, (3, 3, 3, 2), LEAN),  # 2.75 is not below 2.75
        (EVEN, (3, 3, 3, 3), LEAN),
        (EVEN, (4, 4, 3, 3), YES),  # 3.50
        (EVEN, (4, 4, 4, 2), LEAN),  # 3.50 with a row below 3
        (EVEN, (4, 4, 4, 1), LEAN_NO),  # 3.25 with a heavy row at 1
        ((27, 27, 27, 19), (4, 4, 4, 1), LEAN),  # the row at 1 is light
        ((27, 27, 26, 20), (4, 4, 4, 1), LEAN_NO),
        (EVEN, (4, 4, None, None), YES),
        (EVEN, (4, None, None, None), None),
    ],
)
def test_the_verdict_of_a_round_follows_the_written_rule(
    weights: tuple[int, ...], levels: tuple[int | None, ...], verdict: Verdict | None
) -> None:
    result = round_result([rows(*zip(weights, levels, strict=True))])
    assert result.verdict == verdict
    assert (result.score is None) == (verdict is None)


def test_a_round_of_several_prompts_is_their_mean_and_one_heavy_failure_counts() -> None:
    good, weak = rows((50, 4), (50, 4)), rows((50, 3), (50, 2))
    failed = rows((50, 4), (50, 1))
    unheard = rows((50, None), (50, None))
    assert round_result([good, weak]) == RoundResult(Fraction(13, 4), LEAN)
    assert round_result([good, good, good, failed]).verdict == LEAN_NO
    assert round_result([good, unheard]) == RoundResult(Fraction(4), YES)
    assert round_result([good, unheard, unheard]) == RoundResult(None, None)
    assert round_result([]) == RoundResult(None, None)


def result(verdict: Verdict | None, score: str | None = None) -> RoundResult:
    usual = {NO: "1.5", LEAN_NO: "2.5", LEAN: "3", YES: "3.75", None: None}[verdict]
    text = score or usual
    return RoundResult(None if text is None else Fraction(text), verdict)


@pytest.mark.parametrize(
    ("rounds", "verdict"),
    [
        ([result(YES), result(YES), result(YES), result(LEAN, "3.25")], YES),
        ([result(YES), result(YES), result(LEAN), result(LEAN)], LEAN),  # 3.375
        ([result(YES, "4"), result(YES, "4"), result(LEAN), result(LEAN)], YES),  # 3.50, half
        ([result(YES, "4"), result(LEAN, "3.4"), result(LEAN, "3.4")], LEAN),  # one of three
        ([result(YES, "4"), result(YES, "4"), result(YES, "4"), result(LEAN_NO)], LEAN),
        ([result(LEAN), result(LEAN), result(LEAN), result(LEAN_NO)], LEAN),
        ([result(LEAN), result(YES), result(LEAN_NO), result(LEAN_NO)], LEAN_NO),  # half
        ([result(YES, "4"), result(YES, "4"), result(YES, "4"), result(NO)], LEAN_NO),
        ([result(YES, "4"), result(YES, "4"), result(NO), result(NO)], NO),
        ([result(NO), result(LEAN_NO, "2.4")], NO),  # the mean is below 2.00
        ([result(LEAN, "2.75"), result(LEAN, "2.75"), result(LEAN_NO, "2")], LEAN_NO),
        ([result(LEAN), result(None)], LEAN),
        ([result(LEAN), result(None), result(None)], None),
        ([result(NO)], NO),  # one round keeps its own
        ([result(LEAN_NO, "3.25")], LEAN_NO),
        ([], None),
    ],
)
def test_the_committee_of_a_loop_follows_the_written_rule(
    rounds: list[RoundResult], verdict: Verdict | None
) -> None:
    assert loop_result(rounds).verdict == verdict


def test_verdicts_are_said_in_words() -> None:
    assert [each.label for each in Verdict] == [
        "Strong no hire",
        "Leaning no hire",
        "Leaning hire",
        "Strong hire",
    ]
    assert LABELS["leaning-no-hire"] == "Leaning no hire"
    assert LABELS[""] == "No verdict"
