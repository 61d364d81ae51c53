"""Changing one's own password."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from ...errors import Invalid, TooManyAttempts
from ...services.account_changes import set_password
from ...services.letters import password_notice
from ...services.passwords import check_password, hash_password
from ...services.sessions import open_session
from ..forms import form_page, go_to
from ..known_browser import remember_browser
from ..login import person, sign_in_cookie
from ..mail import mail_is_set_up, post
from ..own_browser import browser_required
from ..transactions import now, writing
from .blueprint import blueprint
from .confirming import confirm_password
from .signing_in import this_browser

TEMPLATE = "accounts/password.html"


@blueprint.get("/account/password")
@browser_required
def password() -> ResponseReturnValue:
    return form_page(TEMPLATE)


@blueprint.post("/account/password")
@browser_required
def do_password() -> ResponseReturnValue:
    """Every session ends, this one too: it goes on under a fresh token."""
    new = request.form.get("password", "")
    try:
        confirm_password(request.form.get("current_password", ""))
        check_password(new, person.email)
    except (Invalid, TooManyAttempts) as error:
        return form_page(TEMPLATE, error=error)
    user_id, email, password_hash = person.id, person.email, hash_password(new)
    with writing() as db:
        set_password(db, user_id, password_hash, now())
        token = open_session(db, user_id, now(), label=this_browser())
    sign_in_cookie(token)
    flash("The password is changed, and all other browsers are signed out.", "success")
    if mail_is_set_up() and (problem := post(password_notice(email))):
        flash(f"The notice to {email} failed: {problem}", "warning")
    return remember_browser(go_to("accounts.settings"), user_id)
