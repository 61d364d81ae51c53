"""The tick of reminders: rows for what is due, then each claimed, sent, and marked.

The message goes out between two transactions. A process that dies in between leaves a lease, and
after it the message goes out again under the same Message-ID.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from ..config import Settings
from ..errors import NotFound
from ..services.reminding.claiming import LEASE, Claimed, claim
from ..services.reminding.deciding import NO_PLACE, Decision, Subject, decide, load_subject
from ..services.reminding.finishing import (
    give_back,
    mark_failed,
    mark_sent,
    mark_skipped,
)
from ..services.reminding.links import Links
from ..services.reminding.outgoing import CHAT, EMAIL, PUSH, DeliveryFailed, Outgoing, Transport
from ..services.reminding.places import Place
from ..services.reminding.planning import create_due
from ..services.reminding.writing import message_for
from ..storage import Database
from . import chat, push
from .chat import ChatTransport
from .mail import Mailer
from .push import PushTransport

CLAIMED_AT_ONCE = 10
MOST_TIME = timedelta(minutes=10)
"""One tick ends by itself after so long; what is left waits for the next."""
log = logging.getLogger(__name__)

# One line for each channel: how its transport is made, or None where this server has none.
MAKERS: dict[str, Callable[[Settings, Database], Transport | None]] = {
    EMAIL: lambda settings, _: Mailer(settings) if settings.smtp_url else None,
    PUSH: lambda settings, database: (
        PushTransport(settings, database) if push.is_installed() else None
    ),
    CHAT: lambda settings, database: (
        ChatTransport(settings, database) if chat.is_installed() else None
    ),
}


def make_transports(settings: Settings, database: Database) -> dict[str, Transport]:
    """Return the channels that this server can send by."""
    made = {channel: make(settings, database) for channel, make in MAKERS.items()}
    return {channel: transport for channel, transport in made.items() if transport is not None}


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment of a tick and what has passed since, so that `now` is given only once."""

    now: datetime
    began_s: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self.began_s)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one delivery: `sent`, `skipped`, `failed`, or `due`, to be tried again."""

    claimed: Claimed
    state: str
    reason: str = ""


def remind(settings: Settings, database: Database, now: datetime) -> list[Outcome]:
    """Send what is due by every channel this server has."""
    transports = make_transports(settings, database)
    try:
        return send_due(settings, database, now, transports)
    finally:
        for transport in transports.values():
            transport.close()


def send_due(
    settings: Settings,
    database: Database,
    now: datetime,
    transports: Mapping[str, Transport],
    *,
    lease: timedelta = LEASE,
) -> list[Outcome]:
    """Create what is due at `now`, then claim, send and mark until nothing is left to claim."""
    clock = Clock(now)
    while True:
        with database.writing() as session:
            if not create_due(session, now, transports.keys()):
                break
    links = Links(settings.base_url, settings.secret_key)
    sender = Sender(database, links, transports, clock, lease)
    outcomes: list[Outcome] = []
    while clock() - now < MOST_TIME:
        claimed_at = clock()
        with database.writing() as session:
            claimed = claim(session, claimed_at, limit=CLAIMED_AT_ONCE, lease=lease)
        if not claimed:
            break
        outcomes += [sender.deliver(one, claimed_at) for one in claimed]
    return outcomes


class Sender:
    """Sends claimed deliveries one by one."""

    def __init__(
        self,
        database: Database,
        links: Links,
        transports: Mapping[str, Transport],
        clock: Clock,
        lease: timedelta,
    ) -> None:
        self._database = database
        self._links = links
        self._transports = transports
        self._clock = clock
        self._lease = lease
        self._broken: dict[str, DeliveryFailed] = {}

    def deliver(self, claimed: Claimed, claimed_at: datetime) -> Outcome:
        """Decide, send and mark one; every outcome is written before the next begins.

        Whatever goes wrong with one learner's message costs no other learner theirs.
        """
        if self._clock() - claimed_at > self._lease / 2:
            return self._give_back(claimed)  # too little is left of the lease to send safely
        try:
            subject, decision, outgoing = self._prepare(claimed)
        except SQLAlchemyError:
            raise
        except NotFound:
            return Outcome(claimed, "skipped", "The account is gone.")
        except Exception:
            log.exception("A reminder could not be written.")
            return self._failed(claimed, DeliveryFailed("The message could not be written."))
        if outgoing is None:
            with self._database.writing() as session:
                mark_skipped(session, claimed, decision.why_not)
            return Outcome(claimed, "skipped", decision.why_not)
        try:
            self._send(outgoing)
        except DeliveryFailed as failure:
            if failure.is_channel:
                self._broken[claimed.channel] = failure
            return self._failed(claimed, failure)
        except Exception:
            log.exception("A reminder could not be sent.")
            return self._failed(claimed, DeliveryFailed("The message could not be sent."))
        with self._database.writing() as session:
            mark_sent(session, claimed, subject.silent, self._clock())
        return Outcome(claimed, "sent")

    def _prepare(self, claimed: Claimed) -> tuple[Subject, Decision, Outgoing | None]:
        with self._database.reading_core() as connection:
            subject = load_subject(connection, claimed.user_id)
            decision = decide(connection, subject, claimed.as_slot, claimed.channel, self._clock())
            place = subject.place(claimed.destination)
            if place is None and not decision.why_not:
                decision = Decision(NO_PLACE)
            if decision.why_not or place is None:
                return subject, decision, None
            return subject, decision, self._outgoing(claimed, subject, decision, place)

    def _outgoing(
        self, claimed: Claimed, subject: Subject, decision: Decision, place: Place
    ) -> Outgoing:
        message, unsubscribe_url = message_for(claimed, subject, decision, self._links)
        return Outgoing(
            user_id=claimed.user_id,
            channel=claimed.channel,
            address=place.address,
            message=message,
            message_id=claimed.message_id,
            unsubscribe_url=unsubscribe_url,
            keys=place.keys,
        )

    def _send(self, outgoing: Outgoing) -> None:
        transport = self._transports.get(outgoing.channel)
        if outgoing.channel in self._broken:
            raise self._broken[outgoing.channel]
        if transport is None:
            raise DeliveryFailed("This server no longer has this channel.", is_channel=True)
        transport.send(outgoing)

    def _failed(self, claimed: Claimed, failure: DeliveryFailed) -> Outcome:
        with self._database.writing() as session:
            mark_failed(session, claimed, failure, self._clock())
        return Outcome(claimed, "failed", failure.message)

    def _give_back(self, claimed: Claimed) -> Outcome:
        with self._database.writing() as session:
            give_back(session, claimed, self._clock())
        return Outcome(claimed, "due", "The lease had too little time left.")
