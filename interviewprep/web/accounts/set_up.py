"""The first account: while there is none, every page leads to the page that makes it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import current_app, request, session
from flask.typing import ResponseReturnValue

from ...errors import InterviewPrepError, Invalid, NotAllowed, TooManyAttempts
from ...services.accounts import known_zone, no_accounts
from ...services.accounts import set_up as make_administrator
from ...services.passwords import hash_password
from ...services.sessions import open_session
from ...services.setup_code import discard_setup_code, is_setup_code
from ...services.throttling import begin_attempt, by_client
from ..forms import form_page, go_to
from ..login import TOKEN
from ..transactions import now, reading, settings, writing
from .blueprint import blueprint
from .signing_in import signed_in, this_browser
from .signing_up import new_credentials

TEMPLATE = "accounts/set_up.html"
OPEN_BEFORE = ("/static/", "/api/", "/healthz", "/sw.js", "/set-up", "/sign-in", "/sign-up")
FORWARDED = ("X-Forwarded-For", "X-Real-Ip", "Forwarded", "X-Forwarded-Host")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - where `serve` listens, when nobody named the site
SEEN = "accounts exist"
WRONG_CODE = "This is not the code that `interviewprep serve` printed when it last started."


@blueprint.before_app_request
def lead_to_set_up() -> ResponseReturnValue | None:
    """Send visitors to the set-up page until the first account is seen; then cost nothing."""
    if current_app.extensions.get(SEEN) or session.get(TOKEN) or request.method == "OPTIONS":
        return None
    if request.path.startswith(OPEN_BEFORE) or _is_set_up():
        return None
    return go_to("accounts.set_up")


def _is_set_up() -> bool:
    with reading() as db:
        found = not no_accounts(db)
    if found:
        current_app.extensions[SEEN] = True
    return found


@blueprint.get("/set-up")
def set_up() -> ResponseReturnValue:
    if _is_set_up():
        return go_to("accounts.sign_in")
    return _form()


@blueprint.post("/set-up")
def do_set_up() -> ResponseReturnValue:
    if _is_set_up():
        return go_to("accounts.sign_in")
    try:
        email, password = new_credentials()
        _check_code(request.form.get("code", ""))
        password_hash = hash_password(password)
        zone = known_zone(request.form.get("time_zone", ""))
        with writing() as db:
            user = make_administrator(db, email, password_hash, now(), time_zone=zone)
            token = open_session(db, user.id, now(), label=this_browser())
    except (Invalid, NotAllowed, TooManyAttempts) as error:
        return _form(error)
    discard_setup_code(settings())
    return signed_in(user.id, token)


def _form(error: InterviewPrepError | None = None) -> ResponseReturnValue:
    return form_page(TEMPLATE, error=error, needs_code=not is_local_visitor())


def _check_code(code: str) -> None:
    if is_local_visitor():
        return
    with writing() as db:
        begin_attempt(db, [by_client("set-up", request.remote_addr, free=5)], now())
    if not is_setup_code(settings(), code):
        raise Invalid(WRONG_CODE, field="code")


def is_local_visitor() -> bool:
    """Return whether the visitor sits at this machine.

    The peer being loopback is not enough: behind a proxy on this machine that was not named in
    INTERVIEWPREP_TRUSTED_PROXIES, the whole world is. So the site must be one of this machine too,
    the page must have been asked for under a name of this machine, and no header may say that the
    request was passed on.
    """
    trusts_proxies = bool(settings().trusted_proxies)
    if not trusts_proxies and any(name in request.headers for name in FORWARDED):
        return False
    site = urlsplit(settings().base_url).hostname or ""
    asked = urlsplit(f"//{request.host}").hostname or ""
    site_is_here = _is_here(site) or site in EVERYWHERE
    return _is_loopback(request.remote_addr or "") and site_is_here and _is_here(asked)


def _is_here(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost") or _is_loopback(host)


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)
