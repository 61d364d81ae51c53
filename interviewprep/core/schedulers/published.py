"""SM-2 as published, and nothing else.

Source: P. A. Woźniak, "Optimization of learning", 1990, chapter 3.2. The E-factor is kept in
hundredths and intervals are rounded up by integer division, so that every step is exact.
"""

from __future__ import annotations

FIRST_INTERVALS_DAYS = (1, 6)
"""I(1) and I(2)."""

LEAST_EASE_HUNDREDTHS = 130

LEAST_PASSING_QUALITY = 3
"""Below it the repetitions start again."""

LEAST_FINAL_QUALITY = 4
"""Below it the card is repeated on the same day."""

EASE_CHANGES_HUNDREDTHS = (-80, -54, -32, -14, 0, 10)
"""EF' − EF by quality: 0.1 − (5 − q) · (0.08 + (5 − q) · 0.02)."""


def ceil_div(dividend: int, divisor: int) -> int:
    """Return the quotient rounded up."""
    return -(-dividend // divisor)


def ease_after_pass(ease_hundredths: int, quality: int) -> int:
    """Return the E-factor after an answer of a passing quality, never below 1.3."""
    return max(ease_hundredths + EASE_CHANGES_HUNDREDTHS[quality], LEAST_EASE_HUNDREDTHS)


def interval_after_pass(interval_days: int, ease_hundredths: int, repetitions: int) -> int:
    """Return the days to the next repetition, with the values *before* this answer."""
    if repetitions < len(FIRST_INTERVALS_DAYS):
        return FIRST_INTERVALS_DAYS[repetitions]
    return ceil_div(interval_days * ease_hundredths, 100)


def after_answer(
    interval_days: int, ease_hundredths: int, repetitions: int, quality: int
) -> tuple[int, int, int, bool]:
    """Return interval, ease and repetitions after the first answer of a day, given on time.

    The last value says whether the card is to be repeated the same day; such repeats change
    nothing but that.
    """
    repeat_today = quality < LEAST_FINAL_QUALITY
    if quality < LEAST_PASSING_QUALITY:
        return FIRST_INTERVALS_DAYS[0], ease_hundredths, 0, repeat_today
    return (
        interval_after_pass(interval_days, ease_hundredths, repetitions),
        ease_after_pass(ease_hundredths, quality),
        repetitions + 1,
        repeat_today,
    )
