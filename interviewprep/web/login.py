"""Who is asking: flask-login, told to believe the session table and bearer tokens and nothing else.

The signed cookie holds only the token of a row. Sign-out deletes the row, so a copy of the cookie
is worthless from then on, which flask-login by itself does not give.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Flask, current_app, g, request, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.local import LocalProxy

from ..errors import NotAllowed, NotFound
from ..services.sessions import (
    LIFETIME,
    Account,
    extend_session,
    find_by_api_token,
    find_by_session,
    needs_extending,
)
from .transactions import now, reading_core, writing

P = ParamSpec("P")
R = TypeVar("R")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN = "token"  # noqa: S105 - the name of a key in the cookie, not a secret
BEARER = "bearer "  # the name of a scheme is the same in any case


class Person(UserMixin):  # type: ignore[misc]  # the library is untyped
    """The signed-in person, as flask-login wants them; `account` is what the database said."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.id = account.id
        self.email = account.email
        self.is_admin = account.is_admin
        self.theme = account.theme


person = cast(Person, LocalProxy(lambda: current_user._get_current_object()))


def bearer_token() -> str | None:
    """Return the token of an Authorization header; such a request carries no cookie and no CSRF."""
    header = request.headers.get("Authorization", "")
    return header[len(BEARER) :].strip() if header[: len(BEARER)].lower() == BEARER else None


def sign_in_cookie(token: str) -> None:
    """Put a fresh session token into the cookie, and forget whatever it held before."""
    session.clear()
    session[TOKEN] = token
    session.permanent = True


def init_login(app: Flask) -> None:
    manager = LoginManager(app)
    manager.session_protection = None  # sessions are rows; there is nothing to guess from a browser
    app.config["PERMANENT_SESSION_LIFETIME"] = LIFETIME
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False

    @manager.request_loader  # type: ignore[untyped-decorator]
    def load(_request: object) -> Person | None:
        token = bearer_token()
        with reading_core() as connection:
            if token is not None:
                account = find_by_api_token(connection, token, now())
            elif TOKEN in session:
                account = find_by_session(connection, session[TOKEN], now())
            else:
                return None
        return None if account is None else Person(account)

    @app.after_request
    def extend(response: ResponseReturnValue) -> ResponseReturnValue:
        """Slide the 30 days forward when something was written, at most once an hour."""
        if request.method in SAFE_METHODS or "_login_user" not in g or g.get("signed_out"):
            return response
        account = getattr(g._login_user, "account", None)
        if account is not None and needs_extending(account, now()):
            with writing() as db:
                extend_session(db, account, now())
            session.modified = True
        return response


def login_required(view: Callable[P, R]) -> Callable[P, R]:
    """Let only signed-in people reach the view, OPTIONS included; a read-only token only reads."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        found = current_user._get_current_object()
        if not isinstance(found, Person):
            manager: LoginManager = _manager()
            return cast(R, manager.unauthorized())
        if request.method not in SAFE_METHODS and found.account.scope != "write":
            raise NotAllowed("This token may only read; make one that may write.")
        return view(*args, **kwargs)

    return guarded


def admin_required(view: Callable[P, R]) -> Callable[P, R]:
    """Let only the administrator through; to anybody else the page does not exist."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if not person.is_admin:
            raise NotFound("There is no such page.")
        return view(*args, **kwargs)

    return login_required(guarded)


def _manager() -> LoginManager:
    return current_app.login_manager  # type: ignore[attr-defined]
