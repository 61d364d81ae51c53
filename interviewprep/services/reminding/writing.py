"""Which message belongs to a delivery, and the address that ends such messages."""

from __future__ import annotations

from . import messages
from .claiming import Claimed
from .deciding import Decision, Subject
from .links import Links
from .outgoing import ReminderMessage
from .weekly_message import weekly


def message_for(
    claimed: Claimed, subject: Subject, decision: Decision, links: Links
) -> tuple[ReminderMessage, str]:
    """Return the message, and where a mail program ends them with one click."""
    stop = links.unsubscribe(
        subject.learner.id, subject.unsubscribe_revision, claimed.kind, claimed.channel
    )
    if decision.week is not None:
        return weekly(subject, decision.week, links), stop
    return messages.daily(subject, decision, links, claimed.channel), stop
