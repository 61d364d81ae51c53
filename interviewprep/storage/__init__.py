"""Floor 2, tables, sessions, the queries used twice, the migrations runner, the media store."""

from .base import Base
from .content import Card, Deck, MediaFile, Note, NoteMedia, NoteType, Rendering
from .database import Database
from .jobs import ImportJob
from .learning import CardMark, Day, DueLoad, Enrolment, Memory, Review
from .people import ApiToken, Attempt, Invitation, LoginSession, MailedLink, User

__all__ = [
    "ApiToken",
    "Attempt",
    "Base",
    "Card",
    "CardMark",
    "Database",
    "Day",
    "Deck",
    "DueLoad",
    "Enrolment",
    "ImportJob",
    "Invitation",
    "LoginSession",
    "MailedLink",
    "MediaFile",
    "Memory",
    "Note",
    "NoteMedia",
    "NoteType",
    "Rendering",
    "Review",
    "User",
]
