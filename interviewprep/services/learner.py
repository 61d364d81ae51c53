"""The learner behind a request, as the study services need them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, select

from ..core.restarting import RestartPlan
from ..core.schedulers import DEFAULT_SCHEDULER, Options, Scheduler, get_scheduler
from ..core.study_settings import StudySettings
from ..core.studyday import day_start, study_day
from ..errors import NotFound
from ..storage import User
from .sessions import Account

RESTART = "restart"
"""The name of the plan in `user.settings`."""


@dataclass(frozen=True)
class Learner:
    """Who studies: zone, rollover and choices. All services of studying take one.

    `plan` bounds the reviews of each day after a break, while it runs.
    """

    id: int
    zone: ZoneInfo
    rollover_hour: int
    settings: StudySettings
    scheduler_name: str = DEFAULT_SCHEDULER
    plan: RestartPlan | None = None

    @cached_property
    def scheduler(self) -> Scheduler:
        return get_scheduler(self.scheduler_name)

    @cached_property
    def options(self) -> Options:
        return self.settings.scheduling

    @cached_property
    def logged_options(self) -> Mapping[str, bool | int]:
        """The options as every answer's row in the log keeps them."""
        return self.options.as_dict()

    def study_day(self, at: datetime) -> date:
        return study_day(at, self.zone, self.rollover_hour)

    def day_start(self, day: date) -> datetime:
        return day_start(day, self.zone, self.rollover_hour)

    def due_at(self, due_day: date | None, repeat_at: datetime | None) -> datetime | None:
        """Return the instant from which a card waits; None for a card nobody has begun."""
        if repeat_at is not None:
            return repeat_at
        return None if due_day is None else self.day_start(due_day)


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone a learner chose; UTC where this machine no longer knows it.

    Its name was compared with those that there are when it was chosen: to list them reads hundreds
    of files.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def learner_of(account: Account) -> Learner:
    return Learner(
        id=account.id,
        zone=zone_of(account.time_zone),
        rollover_hour=account.rollover_hour,
        settings=StudySettings.from_mapping(account.settings),
        plan=_plan(account.settings),
    )


def load_learner(connection: Connection, user_id: int) -> Learner:
    """Return the learner of this id, for command lines and jobs; raises `NotFound`."""
    row = connection.execute(
        select(User.time_zone, User.rollover_hour, User.settings).where(User.id == user_id)
    ).first()
    if row is None:
        raise NotFound("There is no such account.")
    return Learner(
        id=user_id,
        zone=zone_of(row.time_zone),
        rollover_hour=row.rollover_hour,
        settings=StudySettings.from_mapping(row.settings),
        plan=_plan(row.settings),
    )


def _plan(stored: Mapping[str, Any] | None) -> RestartPlan | None:
    found = (stored or {}).get(RESTART)
    return None if found is None else RestartPlan.from_mapping(found)
