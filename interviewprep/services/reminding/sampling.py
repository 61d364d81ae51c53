"""A reminder to look at, or to try the channels with: today's, or an example on a quiet day."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from ..queue import Counts
from ..today import DeckToday, today_of
from . import messages
from .deciding import Decision, Subject, cards_waiting
from .links import DAILY, Links
from .outgoing import CHAT, EMAIL, PUSH, Outgoing, ReminderMessage

_EXAMPLE = Counts(new=3, learning=0, due=12)
_EXAMPLE_MINUTES = 4


@dataclass(frozen=True, slots=True)
class Sample:
    """A message; `is_example` where nothing waits today, so that its figures are made up."""

    message: ReminderMessage
    is_example: bool


def sample_of(
    connection: Connection, subject: Subject, links: Links, now: datetime, channel: str = EMAIL
) -> Sample:
    """Return what a reminder would say at this moment."""
    today = today_of(connection, subject.learner, now)
    is_example = not cards_waiting(today)
    if is_example:
        decks = [DeckToday(0, "An example", _EXAMPLE.due, _EXAMPLE.new)]
        today = replace(today, counts=_EXAMPLE, decks=decks, minutes=_EXAMPLE_MINUTES)
    message = messages.daily(subject, Decision(today=today), links, channel)
    return Sample(message, is_example)


def samples_to_send(
    connection: Connection,
    subject: Subject,
    links: Links,
    now: datetime,
    channels: Collection[str],
) -> list[tuple[str, Outgoing]]:
    """Return a message, with its destination, for every place that the learner has chosen and this
    server can send to by `channels`; whether reminders are on does not count."""
    chosen = subject.settings
    wanted = {EMAIL: chosen.by_email, PUSH: chosen.by_push, CHAT: chosen.by_chat}
    user_id, revision = subject.learner.id, subject.unsubscribe_revision
    return [
        (
            place.destination,
            Outgoing(
                user_id=user_id,
                channel=place.channel,
                address=place.address,
                message=sample_of(connection, subject, links, now, place.channel).message,
                message_id=f"sample.{uuid.uuid4().hex}",
                unsubscribe_url=links.unsubscribe(user_id, revision, DAILY, place.channel),
                keys=place.keys,
            ),
        )
        for place in subject.places
        if place.channel in channels and wanted.get(place.channel, False)
    ]
