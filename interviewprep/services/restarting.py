"""The gentle restart after a break: offered, begun, waved off, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select, update
from sqlalchemy.orm import Session

from ..core.restarting import (
    AWAY_DAYS,
    CHOICES_DAYS,
    RestartPlan,
    is_backlog,
    reviews_a_day,
)
from ..storage import Day, User
from ..storage.memories import load_between
from .learner import RESTART, Learner
from .waiting import overdue_count

USUAL_OVER_DAYS = 30
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class RestartOffer:
    """What a learner who comes back is offered: for each number of days the reviews a day, where
    these are within the account's own limit."""

    away_days: int
    overdue: int
    choices: list[tuple[int, int]]


def restart_offer(connection: Connection, learner: Learner, today: date) -> RestartOffer | None:
    """Return the offer on the day of coming back after `AWAY_DAYS` or more; None otherwise.

    None, too, while a plan runs, where this break's offer was waved off, and without a backlog.
    """
    last = connection.scalar(
        select(func.max(Day.study_day)).where(
            Day.user_id == learner.id, Day.study_day < today, Day.answers > 0
        )
    )
    if last is None or (today - last).days < AWAY_DAYS:
        return None
    if learner.plan is not None and learner.plan.from_day > last:
        return None  # begun, waved off or ended since
    overdue = overdue_count(connection, learner, today)
    if not is_backlog(overdue, _usual_a_day(connection, learner, last)):
        return None
    choices = [
        (days, _plan_of(connection, learner, today, days, overdue).per_day) for days in CHOICES_DAYS
    ]
    within = [each for each in choices if each[1] <= learner.settings.reviews_per_day]
    return RestartOffer((today - last).days, overdue, within or choices[-1:])


def _plan_of(
    connection: Connection, learner: Learner, today: date, days: int, overdue: int
) -> RestartPlan:
    """Return the plan that clears the backlog of so many cards in so many days."""
    last = today + (days - 1) * _DAY
    meanwhile = sum(load_between(connection, learner.id, today, last).values())
    return RestartPlan(today, days, reviews_a_day(overdue, meanwhile, days))


def begin_restart(session: Session, learner: Learner, today: date, days: int) -> RestartPlan:
    connection = session.connection()
    overdue = overdue_count(connection, learner, today)
    plan = _plan_of(connection, learner, today, days, overdue)
    _store(session, learner.id, plan)
    return plan


def wave_restart_off(session: Session, learner: Learner, today: date) -> None:
    """End a plan, or decline the offer of this break; the ordinary limits hold from now on."""
    _store(session, learner.id, RestartPlan(today, 0, 0))


def _usual_a_day(connection: Connection, learner: Learner, last: date) -> float:
    """Return the reviews of an ordinary day before the break, over the days studied."""
    by_day = (
        select(func.sum(Day.reviews).label("reviews"))
        .where(
            Day.user_id == learner.id,
            Day.study_day > last - USUAL_OVER_DAYS * _DAY,
            Day.study_day <= last,
            Day.answers > 0,
        )
        .group_by(Day.study_day)
        .subquery()
    )
    return float(connection.scalar(select(func.avg(by_day.c.reviews))) or 0)


def _store(session: Session, user_id: int, plan: RestartPlan) -> None:
    kept = session.scalar(select(User.settings).where(User.id == user_id).with_for_update()) or {}
    settings = {**kept, RESTART: plan.as_dict()}
    session.execute(update(User).where(User.id == user_id).values(settings=settings))
