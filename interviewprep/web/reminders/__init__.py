"""Reminders: what a learner chooses, where they go, the calendar, and ending them by a link."""

from . import feed, places, sampling, settings, unsubscribing
from .blueprint import blueprint

__all__ = ["blueprint", "feed", "places", "sampling", "settings", "unsubscribing"]
