"""Errors a person can act on. Nothing here knows about HTTP or exit codes.

Every message is a sentence: what happened, to which thing, what to do now. Floor 4 maps the classes
to a status or an exit code in one place.
"""

from __future__ import annotations


class InterviewPrepError(Exception):
    """The root of everything this program refuses on purpose; `str(error)` is shown to people."""

    code = "refused"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class UnusableSetting(InterviewPrepError):
    """A setting from the environment is unknown or has a value that cannot be used."""

    code = "unusable-setting"


class NotFound(InterviewPrepError):
    """The thing does not exist, or is not this person's to see: both look the same."""

    code = "not-found"


class Invalid(InterviewPrepError):
    """What was sent cannot be used; `field` names the part where that is known."""

    code = "invalid"


class NotAllowed(InterviewPrepError):
    """The person is known and may see the thing, but may not do this to it."""

    code = "not-allowed"


class Conflict(InterviewPrepError):
    """The thing is there and it is theirs, but it has moved on, or is not as far yet."""

    code = "conflict"


class TooManyAttempts(InterviewPrepError):
    """Slowed down after repeated failures; `retry_after_s` says for how long."""

    code = "too-many-attempts"

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class UnreadableDeck(InterviewPrepError):
    """A deck file is broken, hostile or of no known format; the message names the place."""

    code = "unreadable-deck"


class UnsureOfText(UnreadableDeck):
    """A text that may be readable after all, with another encoding or other separators."""


class WrongSchema(InterviewPrepError):
    """The database belongs to another version of the program."""

    code = "wrong-schema"
