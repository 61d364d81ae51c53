"""The devices that take push messages, and the key with which this server signs them."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ...errors import Invalid, NotFound
from ...storage import PushSubscription, ServerKey
from .places import destination_of

VAPID = "vapid"
MOST_DEVICES = 20
LONGEST_ENDPOINT = 1_000
POINT_BYTES, AUTH_BYTES = 65, 16
_KEEP_FIRST = {
    "sqlite": sqlite.insert(ServerKey).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(ServerKey).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that takes push messages. `destination` names it in deliveries."""

    id: int
    label: str
    endpoint: str
    created_at: datetime
    destination: str


def vapid_key(session: Session) -> str:
    """Return this server's private key (PEM), made on the first call; of several processes that
    make one at once, one is kept and all return it."""
    stored = session.scalar(select(ServerKey.value).where(ServerKey.name == VAPID))
    if stored is None:
        dialect = session.get_bind().dialect.name
        session.execute(_KEEP_FIRST[dialect], {"name": VAPID, "value": _fresh_key()})
        stored = session.scalar(select(ServerKey.value).where(ServerKey.name == VAPID))
    assert stored is not None
    return stored


def stored_public_key(session: Session) -> str | None:
    """Return the public key that browsers subscribe with, base64url; None before the first use."""
    stored = session.scalar(select(ServerKey.value).where(ServerKey.name == VAPID))
    return None if stored is None else public_key(stored)


def public_key(pem: str) -> str:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        PublicFormat,
        load_pem_private_key,
    )

    key = load_pem_private_key(pem.encode(), password=None).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def list_devices(session: Session, user_id: int) -> list[Device]:
    """Return the learner's devices, the newest first."""
    rows = session.scalars(
        select(PushSubscription)
        .where(PushSubscription.user_id == user_id)
        .order_by(PushSubscription.id.desc())
    )
    return [
        Device(row.id, row.label, row.endpoint, row.created_at, destination_of(row.endpoint))
        for row in rows
    ]


def add_device(
    session: Session,
    user_id: int,
    *,
    endpoint: str,
    p256dh: str,
    auth: str,
    label: str,
    now: datetime,
) -> int:
    """Store a subscription and return its number; the same endpoint again renews its keys.

    An endpoint belongs to one browser, so another account that held it gives it up. Of more than
    `MOST_DEVICES` the one seen longest ago goes.

    :raise Invalid: with the field, for keys that are none.
    """
    if len(endpoint) > LONGEST_ENDPOINT:
        raise Invalid("The subscription's address is too long.", field="endpoint")
    _check_bytes(p256dh, POINT_BYTES, "p256dh")
    _check_bytes(auth, AUTH_BYTES, "auth")
    hashed = destination_of(endpoint)
    session.execute(
        delete(PushSubscription).where(
            PushSubscription.endpoint_hash == hashed, PushSubscription.user_id != user_id
        )
    )
    row = session.scalar(
        select(PushSubscription).where(
            PushSubscription.user_id == user_id, PushSubscription.endpoint_hash == hashed
        )
    )
    if row is None:
        _make_room(session, user_id)
        row = PushSubscription(
            user_id=user_id, endpoint=endpoint, endpoint_hash=hashed, created_at=now
        )
        session.add(row)
    row.p256dh, row.auth, row.label, row.last_seen_at = p256dh, auth, label[:200], now
    session.flush()
    return row.id


def remove_device(session: Session, user_id: int, device_id: int) -> None:
    """:raise NotFound: where it is not one of this learner's."""
    row = session.scalar(
        select(PushSubscription).where(
            PushSubscription.id == device_id, PushSubscription.user_id == user_id
        )
    )
    if row is None:
        raise NotFound("There is no such device, or it is removed already.")
    session.delete(row)
    session.flush()


def remove_endpoint(session: Session, user_id: int, endpoint: str) -> None:
    """Forget a device whose push service says that it has ended, or that unsubscribed itself."""
    session.execute(
        delete(PushSubscription).where(
            PushSubscription.user_id == user_id,
            PushSubscription.endpoint_hash == destination_of(endpoint),
        )
    )


def _make_room(session: Session, user_id: int) -> None:
    of_learner = PushSubscription.user_id == user_id
    newest = PushSubscription.last_seen_at.desc(), PushSubscription.id.desc()
    kept = select(PushSubscription.id).where(of_learner).order_by(*newest).limit(MOST_DEVICES - 1)
    held = session.scalars(kept).all()
    session.execute(delete(PushSubscription).where(of_learner, PushSubscription.id.not_in(held)))


def _check_bytes(text: str, length: int, field: str) -> None:
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        data = b""
    if len(data) != length or (length == POINT_BYTES and data[0] != 4):
        raise Invalid("The subscription's keys cannot be used.", field=field)


def _fresh_key() -> str:
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
