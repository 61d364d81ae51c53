"""The cookie by which a browser is known again to the accounts that signed in from it.

It signs nobody in: it only moves a sign-in to a counter of its own (`services.throttling`), so that
others who try the account's password do not make its owner wait.
"""

from __future__ import annotations

import secrets

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from ..services.signing_in import KnownBrowser
from .transactions import settings

COOKIE = "interviewprep-browser"
LIFETIME_S = 400 * 24 * 60 * 60  # the longest that browsers keep any cookie
MOST_ACCOUNTS = 8


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="known browser")


def known_browser() -> KnownBrowser:
    """Return what this request's cookie says; a new id where there is none or it is forged."""
    try:
        browser_id, user_ids = _serializer().loads(request.cookies.get(COOKIE, ""))
        return KnownBrowser(str(browser_id), tuple(int(number) for number in user_ids))
    except (BadSignature, TypeError, ValueError):
        return KnownBrowser(secrets.token_urlsafe(16))


def remember_browser(answer: Response, user_id: int) -> Response:
    """Let the browser that gets this answer be known to the account from now on."""
    browser = known_browser()
    others = [known for known in browser.user_ids if known != user_id]
    value = _serializer().dumps([browser.id, [*others, user_id][-MOST_ACCOUNTS:]])
    answer.set_cookie(
        COOKIE,
        value if isinstance(value, str) else value.decode(),
        max_age=LIFETIME_S,
        httponly=True,
        samesite="Lax",
        secure=settings().is_https,
    )
    return answer
