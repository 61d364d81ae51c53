"""The default scheduler: published SM-2, plus what a real day needs.

On time it is `published` to the letter. Added are late and early answers, a longest interval,
leeches, repeats by the clock and the spread of due days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from interviewprep.core.grades import Grade
from interviewprep.core.schedulers.options import Options
from interviewprep.core.schedulers.published import (
    FIRST_INTERVALS_DAYS,
    ceil_div,
    ease_after_pass,
    interval_after_pass,
)
from interviewprep.core.schedulers.spread import interval_range, least_loaded
from interviewprep.core.schedulers.state import Answer, Memory, Moment, Outcome, answered_today

AGAIN_AFTER = timedelta(minutes=10)
LEECH_EVERY = 4
"""After the first mark, every so many lapses raise it again."""

_HALF_DAYS_OF_CREDIT = {Grade.HARD: 0, Grade.GOOD: 1, Grade.EASY: 2}
"""What a day of delay counts for, by grade."""
_PASSES = tuple(_HALF_DAYS_OF_CREDIT)


class Sm2:
    """SM-2 for real days. Stateless; see `Scheduler` for what each method promises."""

    name = "sm2"

    def outcomes(
        self,
        memory: Memory,
        moment: Moment,
        options: Options,
        load: Mapping[date, int] | None,
        spread_key: int,
    ) -> Mapping[Grade, Outcome]:
        if answered_today(memory, moment.study_day):
            return {grade: self.answer(memory, grade, moment, options) for grade in Grade}
        found = {Grade.AGAIN: _failed(memory, moment, options)}
        placed: dict[int, tuple[range, date]] = {}  # grades of one interval share their day
        for grade in _PASSES:
            interval_days, ease_hundredths = _passed(memory, grade, moment.study_day, options)
            if interval_days not in placed:
                choices = _choices(memory, interval_days, moment, options)
                due_day = _due_day(memory, interval_days, moment, choices, load, spread_key)
                placed[interval_days] = choices, due_day
            found[grade] = _kept(
                memory, grade, moment, options, ease_hundredths, *placed[interval_days]
            )
        return found

    def answer(
        self,
        memory: Memory,
        grade: Grade,
        moment: Moment,
        options: Options,
        load: Mapping[date, int] | None = None,
        spread_key: int = 0,
        promised_day: date | None = None,
        chosen_day: date | None = None,
    ) -> Outcome:
        if answered_today(memory, moment.study_day):
            repeat_at = moment.at + AGAIN_AFTER if grade < Grade.GOOD else None
            return Outcome(replace(memory, repeat_at=repeat_at))
        if grade is Grade.AGAIN:
            return _failed(memory, moment, options)
        interval_days, ease_hundredths = _passed(memory, grade, moment.study_day, options)
        choices = _choices(memory, interval_days, moment, options)
        for wanted in (chosen_day, promised_day):
            if wanted is not None and wanted.toordinal() in choices:
                return _kept(memory, grade, moment, options, ease_hundredths, choices, wanted)
        due_day = _due_day(memory, interval_days, moment, choices, load, spread_key)
        return _kept(memory, grade, moment, options, ease_hundredths, choices, due_day)

    def spread_span(
        self, memory: Memory, moment: Moment, options: Options
    ) -> tuple[date, date] | None:
        if answered_today(memory, moment.study_day):
            return None
        spans = [
            _choices(memory, interval_days, moment, options)
            for interval_days in {
                _passed(memory, grade, moment.study_day, options)[0] for grade in _PASSES
            }
        ]
        days = [day for span in spans if len(span) > 1 for day in (span[0], span[-1])]
        return (date.fromordinal(min(days)), date.fromordinal(max(days))) if days else None

    def replay(self, events: Iterable[Answer | Memory]) -> Memory:
        memory = Memory()
        for event in events:
            if isinstance(event, Memory):
                memory = event
            else:
                memory = self.answer(
                    memory, event.grade, event.moment, event.options, chosen_day=event.chosen_day
                ).memory
        return memory


def _failed(memory: Memory, moment: Moment, options: Options) -> Outcome:
    lapses = memory.lapses if memory.is_new else memory.lapses + 1
    past_mark = lapses - options.leech_at
    interval_days = FIRST_INTERVALS_DAYS[0]
    after = Memory(
        interval_days=interval_days,
        ease_hundredths=memory.ease_hundredths,
        repetitions=0,
        lapses=lapses,
        last_day=moment.study_day,
        due_day=moment.study_day + timedelta(days=interval_days),
        repeat_at=moment.at + AGAIN_AFTER,
        extra=memory.extra,
    )
    is_leech = lapses > memory.lapses and past_mark >= 0 and past_mark % LEECH_EVERY == 0
    return Outcome(after, is_leech)


def _passed(memory: Memory, grade: Grade, study_day: date, options: Options) -> tuple[int, int]:
    """Return interval in days, before spreading, and ease in hundredths after a pass."""
    previous_days, ease_hundredths = memory.interval_days, memory.ease_hundredths
    elapsed_days = _elapsed_days(memory, study_day)
    if memory.repetitions < len(FIRST_INTERVALS_DAYS) or elapsed_days == previous_days:
        interval_days = interval_after_pass(previous_days, ease_hundredths, memory.repetitions)
    elif elapsed_days < previous_days:
        interval_days = ceil_div(elapsed_days * ease_hundredths, 100)
    else:
        half_days = _HALF_DAYS_OF_CREDIT[grade] if options.late_credit else 0
        credited = 2 * previous_days + half_days * (elapsed_days - previous_days)
        interval_days = ceil_div(credited * ease_hundredths, 200)
    interval_days = max(previous_days, min(interval_days, options.longest_interval_days))
    if elapsed_days >= previous_days:
        ease_hundredths = ease_after_pass(ease_hundredths, grade.quality)
    return interval_days, ease_hundredths


def _elapsed_days(memory: Memory, study_day: date) -> int:
    """Return the days since the last answer; for a new card its interval, which is 0."""
    if memory.due_day is None:
        return memory.interval_days
    if memory.last_day is None:
        return max(0, (study_day - memory.due_day).days + memory.interval_days)
    return (study_day - memory.last_day).days


def _choices(memory: Memory, interval_days: int, moment: Moment, options: Options) -> range:
    """Return the days, as ordinals, that may stand for the interval."""
    today = moment.study_day.toordinal()
    shortest, longest = interval_range(
        interval_days, memory.interval_days, options.longest_interval_days
    )
    return range(today + shortest, today + longest + 1)


def _due_day(
    memory: Memory,
    interval_days: int,
    moment: Moment,
    choices: range,
    load: Mapping[date, int] | None,
    spread_key: int,
) -> date:
    if load is None or len(choices) == 1:
        return moment.study_day + timedelta(days=interval_days)
    return least_loaded(choices, load, spread_key, memory.repetitions)


def _kept(
    memory: Memory,
    grade: Grade,
    moment: Moment,
    options: Options,
    ease_hundredths: int,
    choices: range,
    due_day: date,
) -> Outcome:
    """Return the outcome of a pass, once its due day stands."""
    repeats = grade is Grade.HARD and (memory.is_new or options.repeat_every_hard)
    after = Memory(
        interval_days=(due_day - moment.study_day).days,
        ease_hundredths=ease_hundredths,
        repetitions=memory.repetitions + 1,
        lapses=memory.lapses,
        last_day=moment.study_day,
        due_day=due_day,
        repeat_at=moment.at + AGAIN_AFTER if repeats else None,
        extra=memory.extra,
    )
    if len(choices) == 1:
        return Outcome(after)
    return Outcome(
        memory=after,
        earliest_day=date.fromordinal(choices[0]),
        latest_day=date.fromordinal(choices[-1]),
    )
