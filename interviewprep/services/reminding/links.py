"""The signed addresses in reminders: they end reminders, or the back-off, without signing in.

A link names its purpose, the account and a revision, under the server's secret key; raising
`reminder.unsubscribe_revision` revokes all given out before. It lasts: an old message must still be
able to end what it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from ...core.reminders import ReminderSettings
from ...errors import NotFound
from ...storage import ChatAddress, PushSubscription, Reminder, User
from .outgoing import CHAT, EMAIL, PUSH
from .settings import ensure_reminder, save_settings, welcome_back

DAILY, WEEKLY, BACK = "daily", "weekly", "back"
PURPOSES = (DAILY, WEEKLY, BACK)
LONGEST_TOKEN = 300
FORGED = "This link is not one of ours, or it no longer counts. Reminders are set in the settings."


@dataclass(frozen=True, slots=True)
class Links:
    """Where the links of a message lead. `base_url` has no slash at its end."""

    base_url: str
    secret_key: str

    @property
    def review(self) -> str:
        return f"{self.base_url}/review"

    @property
    def settings(self) -> str:
        return f"{self.base_url}/settings/reminders"

    @property
    def mocks(self) -> str:
        return f"{self.base_url}/mocks"

    def unsubscribe(self, user_id: int, revision: int, kind: str, channel: str = EMAIL) -> str:
        """Return the address that ends reminders of a kind by a channel."""
        token = self._token(kind, user_id, revision, channel)
        return f"{self.base_url}/reminders/unsubscribe/{token}"

    def back(self, user_id: int, revision: int) -> str:
        """Return the address that ends the back-off."""
        return f"{self.base_url}/reminders/back/{self._token(BACK, user_id, revision, '')}"

    def _token(self, purpose: str, user_id: int, revision: int, channel: str) -> str:
        signed = _signer(self.secret_key).dumps([purpose, user_id, revision, channel])
        return signed if isinstance(signed, str) else signed.decode()


@dataclass(frozen=True, slots=True)
class Link:
    """What a genuine link says."""

    purpose: str
    user_id: int
    revision: int
    channel: str


def open_link(connection: Connection, secret_key: str, token: str) -> Link:
    """Return what the link says; changes nothing.

    :raise NotFound: where it is forged or revoked, or the account is gone.
    """
    link = _read(secret_key, token)
    stored = connection.execute(
        select(Reminder.unsubscribe_revision)
        .join(User, User.id == Reminder.user_id)
        .where(Reminder.user_id == link.user_id)
    ).scalar()
    if stored is None or stored != link.revision:
        raise NotFound(FORGED)
    return link


def follow_link(session: Session, link: Link, now: datetime) -> None:
    """Do what the link is for; doing it again changes nothing more."""
    if link.purpose == BACK:
        welcome_back(session, link.user_id, now)
        return
    settings = ReminderSettings.from_mapping(ensure_reminder(session, link.user_id, now).settings)
    if link.purpose == WEEKLY:
        settings = replace(settings, weekly=False)
    else:
        channel_off: dict[str, Any] = {f"by_{link.channel}": False}
        settings = replace(settings, **channel_off)
        if not _has_another_way(session, settings, link.user_id):
            settings = replace(settings, is_on=False)
    save_settings(session, link.user_id, settings, now)


def _has_another_way(session: Session, settings: ReminderSettings, user_id: int) -> bool:
    ways = ((settings.by_push, PushSubscription), (settings.by_chat, ChatAddress))
    return settings.by_email or any(
        is_chosen
        and session.scalar(select(table.id).where(table.user_id == user_id).limit(1)) is not None
        for is_chosen, table in ways
    )


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="reminder links")


def _read(secret_key: str, token: str) -> Link:
    if len(token) > LONGEST_TOKEN:
        raise NotFound(FORGED)
    try:
        purpose, user_id, revision, channel = _signer(secret_key).loads(token)
        link = Link(str(purpose), int(user_id), int(revision), str(channel))
    except (BadSignature, TypeError, ValueError):
        raise NotFound(FORGED) from None
    is_known = link.channel == "" if link.purpose == BACK else link.channel in (EMAIL, PUSH, CHAT)
    if link.purpose not in PURPOSES or not is_known:
        raise NotFound(FORGED)
    return link
