"""The owner's reminders, for the walk over all routes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from interviewprep.core.chat_addresses import parse_chat_address
from interviewprep.core.reminders import ReminderSettings
from interviewprep.services.reminding.chat_addresses import add_address, list_addresses
from interviewprep.services.reminding.feed import feed_token, offer_feed
from interviewprep.services.reminding.links import Links
from interviewprep.services.reminding.push_subscriptions import add_device, list_devices
from interviewprep.services.reminding.settings import save_settings
from interviewprep.storage import ChannelState

CHAT = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV"
POINT = "BNNL5ZaTfK81qhXOx23-wewhigUeFb632jN6LvRWCFH1ubQr77FE_9qV1FuojuRmHP42zmf34rXgW80OvUVDgTk"
AUTH = "zqbxT6JKstKSY9JKibZLSQ"
ENDPOINT = "https://push.example.com/v1/one"
SUBSCRIPTION = {"endpoint": "https://push.example.com/v1/two", "p256dh": POINT, "auth": AUTH}


def add_reminders(session: Any, ids: dict[str, Any], secret_key: str, now: datetime) -> None:
    """Reminders that are on, a calendar, a device, a chat, and an address that fails."""
    owner_id = ids["owner_id"]
    # Nothing is sent to the places below: a test asks no machine but its own.
    chosen = ReminderSettings(is_on=True, by_push=False, by_chat=False)
    save_settings(session, owner_id, chosen, now)
    offer_feed(session, owner_id, now)
    ids["calendar_token"] = feed_token(secret_key, owner_id, 1)
    links = Links("", secret_key)
    ids["unsubscribe_token"] = links.unsubscribe(owner_id, 1, "weekly").rpartition("/")[2]
    ids["back_token"] = links.back(owner_id, 1).rpartition("/")[2]
    device = {"endpoint": ENDPOINT, "p256dh": POINT, "auth": AUTH, "label": "Firefox on Linux"}
    add_device(session, owner_id, **device, now=now)
    [found] = list_devices(session, owner_id)
    add_address(session, owner_id, parse_chat_address(CHAT), now)
    [chat] = list_addresses(session, owner_id)
    session.add(
        ChannelState(
            user_id=owner_id,
            channel="chat",
            destination=chat.destination,
            failures=9,
            last_error="It was refused.",
            last_error_at=now,
            switched_off_at=now,
        )
    )
    ids |= {"device_id": found.id, "chat_id": chat.id, "destination": chat.destination}
