"""Whose browser this is: an opaque name for the account, and a fresh CSRF token."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from flask_wtf.csrf import generate_csrf

from ..login import person
from ..transactions import settings
from .endpoints import Answered, endpoint


class SessionOut(Answered):
    """`user` tells accounts apart on a shared device without naming them."""

    user: str
    csrf: str


def account_key() -> str:
    """Return the opaque name under which a device keeps this account's unsent answers."""
    secret = settings().secret_key.encode()
    return hmac.new(secret, f"account:{person.account.id}".encode(), hashlib.sha256).hexdigest()[
        :32
    ]


@endpoint("GET", "/session", answers={200: SessionOut})
def session_now() -> dict[str, Any]:
    """Return who is signed in, opaquely, and a CSRF token for what follows."""
    return {"user": account_key(), "csrf": generate_csrf()}
