"""Anki's schedule and history, and ours: both ways, as pure functions.

Sources: Anki's `cards` and `revlog` tables (AnkiDroid's "Database Structure" page and Anki's own
`rslib/src/storage`), its day count (`rslib/src/scheduler/timing.rs`). SM-2's numbers map one to
one; what Anki keeps besides (learning steps, filtered decks, FSRS) has its rule here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

from interviewprep.core.schedulers import Memory

NEW, LEARNING, REVIEW, RELEARNING = 0, 1, 2, 3
"""What `cards.type` holds."""
SUSPENDED, BURIED_BY_SCHEDULER, BURIED_BY_HAND = -1, -2, -3
DAY_LEARNING = 3
"""What `cards.queue` holds beside the types."""

LONGEST_INTERVAL_DAYS = 36_500
LEAST_EASE_HUNDREDTHS = 130
GREATEST_EASE_HUNDREDTHS = 9_999
FIRST_EASE_HUNDREDTHS = 250
MOST_REPETITIONS = 1_000_000
_LEARNING_INTERVAL_DAYS = 1
FIRST_INSTANT_AS_DUE = 1_000_000_000
"""A larger `due` of a card in learning is an instant (seconds since 1970), else it is a day."""
_FLAGS = 7
LEARN_ONCE_LEFT = 1001
"""One step left, of which one can be done today: how Anki packs it into `left`."""
_LATEST_S = 4_102_444_800
_MOST_MS = (1 << 48) - 1
_HASH_BYTES = 10
_AFTER_ANSWERS = frozenset(range(1, 5))
_ANSWERING_KINDS = frozenset(range(4))


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a collection counts its days: `due` N is the day `first_day` plus N."""

    first_day: date

    @classmethod
    def of(cls, created_s: int, minutes_west: int | None, zone: tzinfo) -> Calendar:
        """The calendar of a collection made at `created_s` (seconds since 1970), where local time
        was `minutes_west` behind UTC; a collection that does not say is taken to be of `zone`.

        Raises `ValueError` for a moment before 1970 or after 2100.
        """
        if not 0 <= created_s <= _LATEST_S:
            raise ValueError(f"a collection made at {created_s} seconds")
        if minutes_west is not None and abs(minutes_west) < 24 * 60:
            zone = timezone(timedelta(minutes=-minutes_west))
        return cls(datetime.fromtimestamp(created_s, UTC).astimezone(zone).date())

    def due_of(self, day: date) -> int:
        return (day - self.first_day).days


class AnkiCard(NamedTuple):
    """The columns of one row of `cards` that scheduling uses, named as Anki names them. `modified`
    is `mod`, the instant of the last change in seconds since 1970."""

    type: int = NEW
    queue: int = NEW
    due: int = 0
    ivl: int = 0
    factor: int = 0
    reps: int = 0
    lapses: int = 0
    left: int = 0
    odue: int = 0
    odid: int = 0
    flags: int = 0
    modified: int = 0


class Standing(NamedTuple):
    """What a card of Anki's is here. `memory` is None for one that nobody has begun. `problems`
    says what was outside of what can be, in words that follow "a card has …"."""

    memory: Memory | None
    is_suspended: bool = False
    flag: int = 0
    problems: tuple[str, ...] = ()


def standing_of(card: AnkiCard, calendar: Calendar, learning_day: date) -> Standing:
    """Return what a card of Anki's is here.

    - Interval, ease, repetitions, lapses and due day are carried as they are; ease in permille
      becomes hundredths.
    - A card in (re)learning starts its repetitions again, with the interval it has (a day at
      least) and due when its step is; `learning_day` stands in where the step is an instant that
      the caller has turned into the learner's study day.
    - A card in a filtered deck has the due day that it had at home.
    - Buried ends by itself in Anki, on the next day, and is not carried.
    - What is negative or absurd is brought to the nearest value there can be, and named.
    """
    is_suspended, flag = card.queue == SUSPENDED, card.flags & _FLAGS
    if not NEW <= card.type <= RELEARNING:
        return Standing(None, is_suspended, flag, (f"the unknown type {card.type}",))
    if card.type == NEW:
        return Standing(None, is_suspended, flag)
    problems: list[str] = []
    reps = _within(card.reps, 0, MOST_REPETITIONS, "repetitions", problems)
    lapses = _within(card.lapses, 0, MOST_REPETITIONS, "lapses", problems)
    ease = FIRST_EASE_HUNDREDTHS
    if card.type != LEARNING or card.factor:
        ease = _ease(card.factor, problems)
    if card.type == REVIEW:
        interval = _within(card.ivl, 1, LONGEST_INTERVAL_DAYS, "an interval", problems)
        due_day = _day(card_due(card), calendar, problems)
        return Standing(
            Memory(interval, ease, reps, lapses, None, due_day), is_suspended, flag, tuple(problems)
        )
    least = _LEARNING_INTERVAL_DAYS
    interval = least
    if card.type == RELEARNING:
        interval = _within(card.ivl, least, LONGEST_INTERVAL_DAYS, "an interval", problems)
    due_day = learning_day
    if learning_due_s(card) is None:
        due_day = _day(card_due(card), calendar, problems)
    return Standing(
        Memory(interval, ease, 0, lapses, None, due_day), is_suspended, flag, tuple(problems)
    )


def card_due(card: AnkiCard) -> int:
    """When a card is due: at home, where it lies in a filtered deck."""
    return card.odue if card.odid and card.odue else card.due


def learning_due_s(card: AnkiCard) -> int | None:
    """The instant at which the step of a card in learning is due; None where it is a day, or where
    the card is not in learning."""
    if card.type not in (LEARNING, RELEARNING):
        return None
    due = card_due(card)
    return due if due >= FIRST_INSTANT_AS_DUE else None


def anki_card(
    memory: Memory | None,
    calendar: Calendar,
    *,
    position: int = 0,
    is_suspended: bool = False,
    flag: int = 0,
    repeat_day: date | None = None,
) -> AnkiCard:
    """Return the columns that say in Anki what is known here, so that `standing_of` gives it back.

    `position` is the place of a new card. A card that waits for its repeat on `repeat_day` (today)
    is due in Anki as a card in learning with one step left.
    """
    if memory is None or memory.due_day is None:
        queue = SUSPENDED if is_suspended else NEW
        return AnkiCard(NEW, queue, position, flags=flag)
    kind, queue, left = REVIEW, REVIEW, 0
    due = calendar.due_of(memory.due_day)
    if repeat_day is not None and memory.repeat_at is not None and memory.last_day == repeat_day:
        kind = RELEARNING if memory.lapses else LEARNING
        queue, left, due = LEARNING, LEARN_ONCE_LEFT, int(memory.repeat_at.timestamp())
    return AnkiCard(
        type=kind,
        queue=SUSPENDED if is_suspended else queue,
        due=due,
        ivl=max(1, memory.interval_days) if kind != LEARNING else 0,
        factor=memory.ease_hundredths * 10 if kind != LEARNING else 0,
        reps=memory.repetitions,
        lapses=memory.lapses,
        left=left,
        flags=flag,
    )


@dataclass(frozen=True, slots=True)
class AnkiReview:
    """One row of `revlog`, named as Anki names it; `id` is its instant in ms since 1970."""

    id: int
    ease: int
    ivl: int
    last_ivl: int
    factor: int
    time: int
    type: int

    @property
    def is_answer(self) -> bool:
        """Whether somebody answered; Anki logs its own and manual changes of dates, too."""
        return counts_as_answer(self.ease, self.type)


def counts_as_answer(ease: int, kind: int) -> bool:
    return ease in _AFTER_ANSWERS and kind in _ANSWERING_KINDS


def history_json(ease: int, ivl: int, last_ivl: int, factor: int, kind: int) -> str:
    """What the log keeps of a review from Anki in `after`, as JSON: the interval in days that it
    led to, and Anki's own numbers, so that it can go back as it came."""
    return (
        f'{{"interval_days":{ivl if ivl > 0 else 0},'
        f'"anki":[{ease},{ivl},{last_ivl},{factor},{kind}]}}'
    )


def anki_review(at: datetime, duration_ms: int, after: Mapping[str, Any]) -> AnkiReview:
    """The row of `revlog` that came in as `history_json`. Raises `ValueError` for another one."""
    said = after.get("anki")
    if not isinstance(said, Sequence) or len(said) != 5:
        raise ValueError("not a review that came from Anki")
    ease, ivl, last_ivl, factor, kind = map(int, said)
    at_ms = round(at.timestamp() * 1000)
    return AnkiReview(at_ms, ease, ivl, last_ivl, factor, duration_ms, kind)


def card_key(guid: str, ordinal: int) -> bytes:
    """What ids of the reviews of a card are made of: the same in whatever collection it lies."""
    return blake2b(f"{guid}\x1f{ordinal}".encode(), digest_size=_HASH_BYTES).digest()


def review_id_end(key: bytes) -> str:
    """The last 20 hex digits of the ids of a card's reviews, with version 8 and the variant of
    RFC 9562."""
    digits = key.hex()
    variant = "89ab"[int(digits[4], 16) & 3]
    return f"8{digits[1:4]}{variant}{digits[5:]}"


def review_id(key: bytes, at_ms: int) -> UUID:
    """The id of a review from Anki: the same each time it is imported, and rising with time, so
    that an import writes the index at its end.

    `at_ms` is Anki's id of it. Raises `ValueError` for one outside of 48 bits.
    """
    if not 0 <= at_ms <= _MOST_MS:
        raise ValueError(f"a review at {at_ms} ms")
    return UUID(f"{at_ms:012x}{review_id_end(key)}")


def set_id_end(key: bytes, version: int) -> str:
    """As `review_id_end`, for the row of the log that sets a card's schedule to this version."""
    return review_id_end(blake2b(b"%b set %d" % (key, version), digest_size=_HASH_BYTES).digest())


def _ease(factor: int, problems: list[str]) -> int:
    if factor <= 0:
        problems.append(f"an ease of {factor / 10:g} percent")
        return FIRST_EASE_HUNDREDTHS
    least, most = LEAST_EASE_HUNDREDTHS, GREATEST_EASE_HUNDREDTHS
    return _within((factor + 5) // 10, least, most, "an ease in percent", problems)


def _within(value: int, least: int, most: int, what: str, problems: list[str]) -> int:
    if least <= value <= most:
        return value
    problems.append(f"{what} of {value}")
    return least if value < least else most


def _day(due: int, calendar: Calendar, problems: list[str]) -> date:
    due = _within(due, -LONGEST_INTERVAL_DAYS, 2 * LONGEST_INTERVAL_DAYS, "a due day", problems)
    return calendar.first_day + timedelta(days=due)
