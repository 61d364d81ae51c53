"""Changing one's own address: confirmed at the new one where mail is set up."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from ...core.addresses import clean_address
from ...errors import Invalid, TooManyAttempts
from ...services.account_changes import change_address, check_free, confirm_address
from ...services.letters import address_notice, confirm_letter
from ...services.mailed_links import Purpose, find_link, make_link
from ..forms import form_page, go_to, without_trace
from ..login import person
from ..mail import absolute, mail_is_set_up, post
from ..own_browser import browser_required
from ..transactions import now, reading, writing
from .blueprint import blueprint
from .confirming import confirm_password

TEMPLATE = "accounts/address.html"


@blueprint.get("/account/address")
@browser_required
def address() -> ResponseReturnValue:
    return form_page(TEMPLATE, by_mail=mail_is_set_up())


@blueprint.post("/account/address")
@browser_required
def do_address() -> ResponseReturnValue:
    by_mail = mail_is_set_up()
    try:
        email = clean_address(request.form.get("email", ""))
        confirm_password(request.form.get("current_password", ""))
        if by_mail:
            _ask_for_confirmation(email)
        else:
            with writing() as db:
                change_address(db, person.id, email, now())
            flash(f"Your address is now {email}.", "success")
    except (Invalid, TooManyAttempts) as error:
        return form_page(TEMPLATE, error=error, by_mail=by_mail)
    return go_to("accounts.settings")


def _ask_for_confirmation(email: str) -> None:
    before = person.email
    with writing() as db:
        check_free(db, person.id, email)
        token = make_link(db, person.id, Purpose.ADDRESS, now(), new_email=email)
    link = absolute("accounts.confirm_new_address", token=token)
    if problem := post(confirm_letter(email, link)):
        raise Invalid(problem)
    if problem := post(address_notice(before, email, is_done=False)):
        flash(f"The notice to {before} failed: {problem}", "warning")
    flash(f"A letter is on its way to {email}; the address changes once you follow its link.")


@blueprint.get("/confirm-address/<token>")
def confirm_new_address(token: str) -> ResponseReturnValue:
    """Show the one button; opening the link changes nothing, because mail scanners open links."""
    with reading() as db:
        link = find_link(db, token, Purpose.ADDRESS, now())
    return without_trace(
        form_page("accounts/confirm_address.html", token=token, email=link.new_email)
    )


@blueprint.post("/confirm-address/<token>")
def do_confirm_new_address(token: str) -> ResponseReturnValue:
    with writing() as db:
        before, email = confirm_address(db, token, now())
    post(address_notice(before, email, is_done=True))
    flash(f"Your address is now {email}.", "success")
    return go_to("accounts.settings")
