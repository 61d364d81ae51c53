"""Where a learner's reminders go: one address, one device, one chat each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, select

from ...core.reminders import ReminderSettings
from ...storage import ChannelState, ChatAddress, PushSubscription, User
from .outgoing import CHAT, EMAIL, PUSH


@dataclass(frozen=True, slots=True)
class Place:
    """One destination; `since` is when it was added, where that is known."""

    channel: str
    destination: str
    address: str
    keys: dict[str, str] = field(default_factory=dict)
    since: datetime | None = None


def destination_of(text: str) -> str:
    """Return what stands for an address, an endpoint or a URL in deliveries: its SHA-256."""
    return sha256(text.encode()).hexdigest()


def places_of(connection: Connection, user_ids: Sequence[int]) -> dict[int, list[Place]]:
    """Return the places of many learners in a few queries; those switched off are left out."""
    found: dict[int, list[Place]] = defaultdict(list)
    for user_id, email in connection.execute(
        select(User.id, User.email).where(User.id.in_(user_ids))
    ):
        found[user_id].append(Place(EMAIL, destination_of(email), email))
    for row in connection.execute(
        select(PushSubscription.__table__)
        .where(PushSubscription.user_id.in_(user_ids))
        .order_by(PushSubscription.id)
    ):
        keys = {"p256dh": row.p256dh, "auth": row.auth}
        place = Place(PUSH, row.endpoint_hash, row.endpoint, keys, row.created_at)
        found[row.user_id].append(place)
    for row in connection.execute(
        select(ChatAddress.__table__)
        .where(ChatAddress.user_id.in_(user_ids))
        .order_by(ChatAddress.id)
    ):
        place = Place(CHAT, row.url_hash, row.url, since=row.created_at)
        found[row.user_id].append(place)
    off = {
        (user_id, destination)
        for user_id, destination in connection.execute(
            select(ChannelState.user_id, ChannelState.destination).where(
                ChannelState.user_id.in_(user_ids), ChannelState.switched_off_at.is_not(None)
            )
        )
    }
    return {
        user_id: [place for place in places if (user_id, place.destination) not in off]
        for user_id, places in found.items()
    }


def wants(settings: ReminderSettings, kind: str, channel: str) -> bool:
    """Return whether the learner still wants this kind by this channel."""
    if kind == "weekly":
        return settings.weekly and channel == EMAIL
    chosen = {EMAIL: settings.by_email, PUSH: settings.by_push, CHAT: settings.by_chat}
    return settings.is_on and chosen.get(channel, False)
