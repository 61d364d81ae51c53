"""Due days drift apart: a small range around an interval, and the least loaded day in it.

Everything is a function of its arguments: the same card on the same day with the same load gets
the same due day. Days are compared by one order for all ranges of a card, so that of two ranges
the later one never leads to the earlier day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zlib import crc32

LEAST_SPREAD_DAYS = 3
"""Shorter intervals are exact."""

_32_BITS = 0xFFFFFFFF


def spread_days(interval_days: int) -> int:
    """Return by how many days an interval may be moved either way.

    15 % of the part from 2.5 to 7 days, 10 % of the part from 7 to 20, 5 % of the part above, plus
    a day; only whole days within that.
    """
    if interval_days < LEAST_SPREAD_DAYS:
        return 0
    thousandths = 1000 + 150 * min(interval_days, 7) - 375
    if interval_days > 7:
        thousandths += 100 * (min(interval_days, 20) - 7)
    if interval_days > 20:
        thousandths += 50 * (interval_days - 20)
    return thousandths // 1000


def interval_range(
    interval_days: int, previous_days: int, longest_interval_days: int
) -> tuple[int, int]:
    """Return the shortest and the longest interval that may stand for `interval_days`.

    `interval_days` follows a pass and is not below `previous_days`. The range is above the
    previous interval when it grew and starts with it when it stayed: a pass never shortens. It
    ends at the longest interval, unless `interval_days` is already past it.
    """
    reach = spread_days(interval_days)
    if not reach:
        return interval_days, interval_days
    least = previous_days + 1 if interval_days > previous_days else interval_days
    most = max(interval_days, longest_interval_days)
    return max(interval_days - reach, least), min(interval_days + reach, most)


def least_loaded(
    ordinals: range, load: Mapping[date, int], spread_key: int, repetitions: int
) -> date:
    """Return the day with the least load among `ordinals` (proleptic, at least one).

    Ties are broken by a hash of card (`spread_key`), count (`repetitions`) and day.
    """
    salt = crc32(b"%d:%d" % (spread_key, repetitions))
    loads = [load.get(day, 0) for day in map(date.fromordinal, ordinals)]
    least = min(loads)
    ties = [ordinal for ordinal, cards in zip(ordinals, loads, strict=True) if cards == least]
    return date.fromordinal(min(ties, key=lambda ordinal: _scattered(ordinal + salt)))


def _scattered(number: int) -> int:
    """Return 32 bits in which neighbouring numbers lie far apart: multiply, fold, multiply."""
    number = number * 0x9E3779B1 & _32_BITS
    number = (number ^ number >> 15) * 0x85EBCA77 & _32_BITS
    return number ^ number >> 13
