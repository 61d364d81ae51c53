"""The administrator's pages: accounts and invitations, and nothing of what is learnt in them."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request
from flask.typing import ResponseReturnValue

from ..config import SignUp
from ..core.addresses import clean_address
from ..errors import InterviewPrepError, Invalid, NotAllowed
from ..services.administration import (
    list_accounts,
    make_reset_link,
    set_administrator,
    set_disabled,
)
from ..services.invitations import invite, open_invitations, withdraw
from ..services.letters import Letter, invitation_letter, reset_letter
from .forms import form_page, go_to, without_trace
from .login import admin_required, person
from .mail import absolute, mail_is_set_up, post
from .own_browser import browser_required
from .transactions import now, reading, settings, writing

blueprint = Blueprint("admin", __name__)
CLOSED = "Sign-up is closed on this server, so an invitation would lead nowhere."


@blueprint.get("/admin")
@admin_required
@browser_required
def page() -> ResponseReturnValue:
    return _page()


def _page(error: InterviewPrepError | None = None, **shown: str) -> Response:
    with reading() as db:
        accounts, invitations = list_accounts(db), open_invitations(db, now())
    return form_page(
        "admin/page.html",
        error=error,
        accounts=accounts,
        invitations=invitations,
        by_mail=mail_is_set_up(),
        sign_up=settings().sign_up.value,
        **shown,
    )


@blueprint.post("/admin/invitations")
@admin_required
@browser_required
def do_invite() -> ResponseReturnValue:
    """Make a link and show it, on this one page and never again; mail it where that is possible."""
    text = request.form.get("email", "").strip()
    try:
        if settings().sign_up is SignUp.CLOSED:
            raise NotAllowed(CLOSED)
        email = clean_address(text) if text else ""
        with writing() as db:
            token = invite(db, person.id, now(), note=email)
    except (Invalid, NotAllowed) as error:
        return _page(error)
    link = absolute("accounts.sign_up", invite=token)
    if email and mail_is_set_up():
        sent = _sent(invitation_letter(email, link, person.email))
    else:
        sent = "Send it to the person it is for."
    return without_trace(_page(link=link, link_kind="invitation", sent=sent))


@blueprint.post("/admin/invitations/<int:invitation_id>/withdraw")
@admin_required
@browser_required
def do_withdraw(invitation_id: int) -> ResponseReturnValue:
    with writing() as db:
        withdraw(db, invitation_id, now())
    flash("The invitation is withdrawn.", "success")
    return go_to("admin.page")


@blueprint.post("/admin/accounts/<int:user_id>/disable")
@admin_required
@browser_required
def do_disable(user_id: int) -> ResponseReturnValue:
    return _switch(user_id, is_disabled=True)


@blueprint.post("/admin/accounts/<int:user_id>/enable")
@admin_required
@browser_required
def do_enable(user_id: int) -> ResponseReturnValue:
    return _switch(user_id, is_disabled=False)


def _switch(user_id: int, *, is_disabled: bool) -> ResponseReturnValue:
    try:
        if is_disabled and user_id == person.id:
            raise NotAllowed("This is your own account; another administrator can disable it.")
        with writing() as db:
            user = set_disabled(db, user_id, now(), is_disabled=is_disabled)
    except NotAllowed as error:
        return _page(error)
    flash(f"{user.email} is {'disabled' if is_disabled else 'enabled'}.", "success")
    return go_to("admin.page")


@blueprint.post("/admin/accounts/<int:user_id>/administrator")
@admin_required
@browser_required
def do_administrator(user_id: int) -> ResponseReturnValue:
    """Make somebody an administrator (`is_admin` filled in), or an ordinary learner (empty)."""
    is_admin = bool(request.form.get("is_admin"))
    try:
        with writing() as db:
            user = set_administrator(db, user_id, is_admin=is_admin)
    except NotAllowed as error:
        return _page(error)
    flash(f"{user.email} is {'an administrator' if is_admin else 'a learner'} now.", "success")
    return go_to("today.page" if user_id == person.id and not is_admin else "admin.page")


@blueprint.post("/admin/accounts/<int:user_id>/reset-link")
@admin_required
@browser_required
def do_reset_link(user_id: int) -> ResponseReturnValue:
    """Make a link for a forgotten password and show it once; mail it where that is possible."""
    try:
        with writing() as db:
            user, token = make_reset_link(db, user_id, now())
    except NotAllowed as error:
        return _page(error)
    link = absolute("accounts.set_new_password", token=token)
    sent = f"Give it to {user.email}, and to nobody else."
    if mail_is_set_up():
        sent = _sent(reset_letter(user.email, link))
    return without_trace(_page(link=link, link_kind="password", sent=sent))


def _sent(letter: Letter) -> str:
    """Send a letter and say what became of it; the link is on the page in any case."""
    if post(letter):
        return f"The letter to {letter.to} could not be sent: pass the link on yourself."
    return f"It was sent to {letter.to}."
