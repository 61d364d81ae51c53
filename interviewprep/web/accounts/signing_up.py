"""Signing up: open to all, by an invitation's link, or not at all."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ...config import SignUp
from ...core.addresses import clean_address
from ...errors import InterviewPrepError, Invalid, NotAllowed, NotFound, TooManyAttempts
from ...services.accounts import BY_INVITATION, CLOSED, known_zone, no_accounts
from ...services.accounts import sign_up as make_account
from ...services.invitations import find_invitation
from ...services.passwords import check_password, hash_password
from ...services.sessions import open_session
from ...services.throttling import begin_attempt, by_client
from ..forms import form_page, go_to, without_trace
from ..transactions import now, reading, settings, writing
from .blueprint import blueprint
from .signing_in import signed_in, this_browser

TEMPLATE = "accounts/sign_up.html"
FREE_SIGN_UPS = 60  # a class behind one address signs up in one morning


@blueprint.get("/sign-up")
def sign_up() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("today.page"))
    invitation = request.args.get("invite", "")
    with reading() as db:
        if no_accounts(db):
            return go_to("accounts.set_up")
    try:
        for_whom = _check_open(invitation)
    except (NotAllowed, NotFound) as error:
        return without_trace(form_page(TEMPLATE, error=error, is_open=False))
    return without_trace(
        form_page(TEMPLATE, is_open=True, invitation=invitation, for_whom=for_whom)
    )


@blueprint.post("/sign-up")
def do_sign_up() -> ResponseReturnValue:
    invitation = request.form.get("invite", "")
    try:
        user_id, token = _sign_up(invitation)
    except (Invalid, TooManyAttempts) as error:
        return _form_again(error, invitation)
    except (NotAllowed, NotFound) as error:
        return without_trace(form_page(TEMPLATE, error=error, is_open=False))
    return signed_in(user_id, token)


def _form_again(error: InterviewPrepError, invitation: str) -> ResponseReturnValue:
    return without_trace(form_page(TEMPLATE, error=error, is_open=True, invitation=invitation))


def _sign_up(invitation: str) -> tuple[int, str]:
    email, password = new_credentials()
    _check_open(invitation)
    with writing() as db:
        begin_attempt(db, [by_client("sign-up", request.remote_addr, free=FREE_SIGN_UPS)], now())
    password_hash = hash_password(password)
    with writing() as db:
        user = make_account(
            db,
            settings().sign_up,
            email,
            password_hash,
            now(),
            time_zone=known_zone(request.form.get("time_zone", "")),
            invitation=invitation,
        )
        return user.id, open_session(db, user.id, now(), label=this_browser())


def new_credentials() -> tuple[str, str]:
    """Return address and password of the form for a new account.

    :raise Invalid: with the field, for what cannot be used.
    """
    email = clean_address(request.form.get("email", ""))
    password = request.form.get("password", "")
    check_password(password, email)
    return email, password


def _check_open(invitation: str) -> str:
    """Return whom an invitation is for, as far as the one who invited said.

    :raise NotAllowed: where this visitor cannot make an account.
    :raise NotFound: where the invitation is no longer good.
    """
    policy = settings().sign_up
    if policy is SignUp.CLOSED:
        raise NotAllowed(CLOSED)
    if policy is SignUp.OPEN:
        return ""
    if not invitation:
        raise NotAllowed(BY_INVITATION)
    with reading() as db:
        return find_invitation(db, invitation, now()).note
