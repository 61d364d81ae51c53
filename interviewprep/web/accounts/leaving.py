"""Deleting one's own account."""

from __future__ import annotations

from flask import current_app, flash, request
from flask.typing import ResponseReturnValue

from ...errors import Invalid, NotAllowed, TooManyAttempts
from ...services.leaving import delete_account
from ..forms import form_page, go_to
from ..login import person
from ..own_browser import browser_required
from ..transactions import now, settings, writing
from .blueprint import blueprint
from .confirming import confirm_password
from .signing_in import signed_out

TEMPLATE = "accounts/delete.html"
EXPORT = "exports.page"


@blueprint.get("/account/delete")
@browser_required
def delete() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account/delete")
@browser_required
def do_delete() -> ResponseReturnValue:
    try:
        confirm_password(request.form.get("current_password", ""))
        with writing() as db:
            uploads = delete_account(db, person.id, now())
    except (Invalid, NotAllowed, TooManyAttempts) as error:
        return _page(error)
    for name in uploads:
        (settings().uploads_dir / name).unlink(missing_ok=True)
    answer = signed_out(go_to("accounts.sign_in"))
    flash("Your account and everything in it is deleted.", "success")
    return answer


def _page(error: Invalid | NotAllowed | TooManyAttempts | None = None) -> ResponseReturnValue:
    export = EXPORT if EXPORT in current_app.view_functions else None
    return form_page(TEMPLATE, error=error, export=export)
