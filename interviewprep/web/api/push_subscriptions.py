"""Browsers that take push messages: the key to subscribe with, and their subscriptions."""

from __future__ import annotations

from typing import Annotated, Any

from flask import request
from pydantic import StringConstraints

from ...errors import Invalid, NotAllowed
from ...services.reminding.outgoing import DeliveryFailed
from ...services.reminding.push_subscriptions import (
    LONGEST_ENDPOINT,
    add_device,
    public_key,
    vapid_key,
)
from ...worker.push import check_endpoint, is_installed
from ..accounts.browser_label import browser_label
from ..login import person
from ..transactions import now, writing
from .endpoints import Answered, Strict, endpoint


class KeyOut(Answered):
    """`key` is the server's public VAPID key, base64url."""

    key: str


class SubscriptionIn(Strict):
    """What `PushSubscription.toJSON()` says in a browser: an address on the internet, a point on
    the curve P-256 that is not compressed, and 16 bytes, the last two as base64url."""

    endpoint: Annotated[
        str,
        StringConstraints(
            pattern=r"^https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:443)?/[!-~]*$",
            max_length=LONGEST_ENDPOINT,
        ),
    ]
    p256dh: Annotated[str, StringConstraints(pattern=r"^B[A-P][A-Za-z0-9_-]{85}$")]
    auth: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22}$")]


class SubscriptionOut(Answered):
    id: int


@endpoint("POST", "/push-subscriptions/key", answers={200: KeyOut})
def push_key() -> dict[str, Any]:
    """Return the key with which a browser subscribes; the first call makes it."""
    _require_push()
    with writing() as db:
        return {"key": public_key(vapid_key(db))}


@endpoint("POST", "/push-subscriptions", body=SubscriptionIn, answers={201: SubscriptionOut})
def subscribe(body: SubscriptionIn) -> dict[str, Any]:
    """Have this browser take push messages; the same endpoint again renews its keys."""
    _require_push()
    try:
        check_endpoint(body.endpoint)
    except DeliveryFailed as error:
        raise Invalid(error.message, field="endpoint") from error
    with writing() as db:
        label = browser_label(request.headers.get("User-Agent", ""))
        found = add_device(
            db,
            person.id,
            endpoint=body.endpoint,
            p256dh=body.p256dh,
            auth=body.auth,
            label=label,
            now=now(),
        )
    return {"id": found}


def _require_push() -> None:
    if not is_installed():
        raise NotAllowed("This server sends no push messages; its administrator can add them.")
