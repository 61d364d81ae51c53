"""Floor 2, tables, sessions, the queries used twice, the migrations runner, the media store."""

from .base import Base
from .content import Card, Deck, MediaFile, Note, NoteMedia, NoteType, Rendering
from .database import Database
from .interviews import (
    CodeAttempt,
    InterviewerLink,
    Mock,
    MockRound,
    Practice,
    RoundItem,
    RoundText,
    Score,
    Story,
)
from .jobs import ImportJob
from .learning import CardMark, Day, DueLoad, Enrolment, Memory, Review
from .people import ApiToken, Attempt, Invitation, LoginSession, MailedLink, User
from .reminders import (
    ChannelState,
    ChatAddress,
    PushSubscription,
    Reminder,
    ReminderDelivery,
    ServerKey,
)

__all__ = [
    "ApiToken",
    "Attempt",
    "Base",
    "Card",
    "CardMark",
    "ChannelState",
    "ChatAddress",
    "CodeAttempt",
    "Database",
    "Day",
    "Deck",
    "DueLoad",
    "Enrolment",
    "ImportJob",
    "InterviewerLink",
    "Invitation",
    "LoginSession",
    "MailedLink",
    "MediaFile",
    "Memory",
    "Mock",
    "MockRound",
    "Note",
    "NoteMedia",
    "NoteType",
    "Practice",
    "PushSubscription",
    "Reminder",
    "ReminderDelivery",
    "Rendering",
    "Review",
    "RoundItem",
    "RoundText",
    "Score",
    "ServerKey",
    "Story",
    "User",
]
