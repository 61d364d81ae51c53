"""Signing in and out."""

from __future__ import annotations

from flask import Response, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ...config import SignUp
from ...core.addresses import clean_address
from ...errors import InterviewPrepError, Invalid, NotAllowed, TooManyAttempts
from ...services.accounts import no_accounts
from ...services.passwords import hash_password, matches, outdated
from ...services.sessions import close_session
from ...services.signing_in import begin_sign_in, finish_sign_in
from ..forms import form_page, go_to, local_path
from ..known_browser import known_browser, remember_browser
from ..login import sign_in_cookie
from ..own_browser import browser_required, session_hash
from ..transactions import now, reading, settings, writing
from .blueprint import blueprint
from .browser_label import browser_label

TEMPLATE = "accounts/sign_in.html"


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    target = local_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(target or url_for("today.page"))
    with reading() as db:
        if no_accounts(db):
            return go_to("accounts.set_up")
    return _form(target)


@blueprint.post("/sign-in")
def do_sign_in() -> ResponseReturnValue:
    target = local_path(request.form.get("next"))
    try:
        user_id, token = _sign_in(request.form.get("email", ""), request.form.get("password", ""))
    except (Invalid, NotAllowed, TooManyAttempts) as error:
        return _form(target, error)
    return signed_in(user_id, token, target)


def _form(target: str | None, error: InterviewPrepError | None = None) -> Response:
    is_open = settings().sign_up is SignUp.OPEN
    return form_page(TEMPLATE, error=error, next_path=target, sign_up_is_open=is_open)


def _sign_in(address: str, password: str) -> tuple[int, str]:
    """Return whose session was opened, and its token; see `services.signing_in` for the steps."""
    email = clean_address(address)
    with writing() as db:
        attempt = begin_sign_in(db, email, request.remote_addr, known_browser(), now())
    is_right = matches(attempt.password_hash, password)
    fresh_hash = None
    if is_right and attempt.password_hash and outdated(attempt.password_hash):
        fresh_hash = hash_password(password)
    with writing() as db:
        token = finish_sign_in(
            db, attempt, now(), is_right=is_right, fresh_hash=fresh_hash, label=this_browser()
        )
    return attempt.user_id or 0, token


def this_browser() -> str:
    return browser_label(request.headers.get("User-Agent", ""))


def signed_in(user_id: int, token: str, target: str | None = None) -> Response:
    """Hand the session to the browser, under a fresh cookie, and lead on."""
    sign_in_cookie(token)
    answer = make_response(redirect(target or url_for("today.page"), 303))
    return remember_browser(answer, user_id)


@blueprint.post("/sign-out")
@browser_required
def sign_out() -> ResponseReturnValue:
    with writing() as db:
        close_session(db, session_hash())
    return signed_out(go_to("accounts.sign_in"))


def signed_out(answer: Response) -> Response:
    """Take the session from the browser, and the pictures of decks from its cache.

    Not `"storage"`: answers not yet sent wait there for their account, and the script that signs
    out has cleared the rest.
    """
    session.clear()
    g.signed_out = True
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
