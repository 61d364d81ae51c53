"""Reminders as rules: what a learner chose, when one is due, and when to leave people alone."""

from .backing_off import DAILY_FIRST, GAPS_DAYS, gap_days, next_day
from .settings import ReminderSettings
from .times import LATEST, Slot, due_at, next_slot_at, slots_between, wall_date

__all__ = [
    "DAILY_FIRST",
    "GAPS_DAYS",
    "LATEST",
    "ReminderSettings",
    "Slot",
    "due_at",
    "gap_days",
    "next_day",
    "next_slot_at",
    "slots_between",
    "wall_date",
]
