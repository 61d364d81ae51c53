"""A forgotten password: a link by mail, or the administrator."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from ...core.addresses import clean_address
from ...errors import Invalid, TooManyAttempts
from ...services.account_changes import reset_password
from ...services.accounts import find_user
from ...services.letters import Letter, reset_letter
from ...services.mailed_links import Purpose, find_link, make_link
from ...services.passwords import check_password, hash_password
from ...services.throttling import begin_attempt, by_account, by_client
from ...storage import User
from ..forms import form_page, go_to, without_trace
from ..known_browser import remember_browser
from ..mail import absolute, mail_is_set_up, post_later
from ..transactions import now, reading, writing
from .blueprint import blueprint

ASK, SET = "accounts/forgotten_password.html", "accounts/reset_password.html"
FREE_LETTERS = 3
FREE_REQUESTS = 10


@blueprint.get("/forgotten-password")
def forgotten_password() -> ResponseReturnValue:
    return form_page(ASK, by_mail=mail_is_set_up(), is_sent=False)


@blueprint.post("/forgotten-password")
def do_forgotten_password() -> ResponseReturnValue:
    """Answer the same, in the same time, whether the address has an account or not."""
    if not mail_is_set_up():
        return form_page(ASK, by_mail=False, is_sent=False)
    try:
        letter = _letter_for(clean_address(request.form.get("email", "")))
    except (Invalid, TooManyAttempts) as error:
        return form_page(ASK, error=error, by_mail=True, is_sent=False)
    if letter is not None:
        post_later(letter)
    return form_page(ASK, by_mail=True, is_sent=True)


def _letter_for(email: str) -> Letter | None:
    """Return the letter to send, or None: no such account, or it had its letters for now."""
    with writing() as db:
        begin_attempt(db, [by_client("reset", request.remote_addr, free=FREE_REQUESTS)], now())
        try:
            begin_attempt(db, [by_account("reset", email, free=FREE_LETTERS)], now())
        except TooManyAttempts:
            return None
        user = find_user(db, email)
        if user is None or user.is_disabled:
            return None
        token = make_link(db, user.id, Purpose.PASSWORD, now())
    return reset_letter(email, absolute("accounts.set_new_password", token=token))


@blueprint.get("/reset-password/<token>")
def set_new_password(token: str) -> ResponseReturnValue:
    with reading() as db:
        link = find_link(db, token, Purpose.PASSWORD, now())
        user = db.get_one(User, link.user_id)
    return without_trace(form_page(SET, token=token, email=user.email))


@blueprint.post("/reset-password/<token>")
def do_set_new_password(token: str) -> ResponseReturnValue:
    password = request.form.get("password", "")
    with reading() as db:
        link = find_link(db, token, Purpose.PASSWORD, now())
        email = db.get_one(User, link.user_id).email
    try:
        check_password(password, email)
    except Invalid as error:
        return without_trace(form_page(SET, error=error, token=token, email=email))
    password_hash = hash_password(password)
    with writing() as db:
        user_id = reset_password(db, token, password_hash, now())
    flash("The new password is set. Sign in with it.", "success")
    return remember_browser(go_to("accounts.sign_in"), user_id)
