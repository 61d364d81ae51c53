"""Fewer and fewer reminders for somebody who has stopped coming."""

from __future__ import annotations

from datetime import date, timedelta

DAILY_FIRST = 3
"""So many reminders in a row that nobody answered come day by day."""
GAPS_DAYS = (2, 2, 5, 10, 20, 30)
"""Then the next ones wait so long, and the last gap stays for ever."""


def gap_days(silent: int) -> int:
    """Return the days from one reminder to the next, after `silent` ones without any study."""
    if silent < DAILY_FIRST:
        return 1
    return GAPS_DAYS[min(silent - DAILY_FIRST, len(GAPS_DAYS) - 1)]


def next_day(silent: int, last_sent: date | None) -> date | None:
    """Return the first study day on which another reminder may go; None for any day.

    `silent` counts the study days whose reminder led to nothing, up to that of `last_sent`.
    """
    if last_sent is None or silent < DAILY_FIRST:
        return None
    return last_sent + timedelta(days=gap_days(silent))
