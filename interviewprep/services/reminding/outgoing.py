"""What the transports get and what they may answer. They live a floor up; this is their contract.

A transport has `send(outgoing)`, which returns once the message was taken, and raises
`DeliveryFailed` where it was not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from ...errors import InterviewPrepError

EMAIL, PUSH, CHAT = "email", "push", "chat"
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class ReminderMessage:
    """A message in all the forms that the channels want; nothing in it names a transport.

    `push` is the payload of a push message: how much is due, nothing private.
    """

    subject: str
    text: str
    html: str
    push: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one place.

    `address` is the mail address, the endpoint or the chat URL; `keys` what a push subscription has
    besides. `message_id` is a name without a domain, the same at every attempt.
    """

    user_id: int
    channel: str
    address: str
    message: ReminderMessage
    message_id: str
    unsubscribe_url: str
    keys: dict[str, str] = field(default_factory=dict)


class DeliveryFailed(InterviewPrepError):
    """A place did not take the message.

    `is_permanent`: trying this place again today is of no use. `is_gone`: it has ended for good
    (push 404 and 410), so it is removed. `is_channel`: nobody can be reached by this channel now,
    as when the mail server does not answer.
    """

    code = "delivery-failed"

    def __init__(
        self,
        reason: str,
        *,
        is_permanent: bool = False,
        is_gone: bool = False,
        is_channel: bool = False,
    ) -> None:
        super().__init__(reason[:LONGEST_REASON])
        self.is_permanent = is_permanent
        self.is_gone = is_gone
        self.is_channel = is_channel


class Transport(Protocol):
    """A way out: a mail server, the push services, chat services."""

    def send(self, outgoing: Outgoing) -> None: ...

    def close(self) -> None: ...
