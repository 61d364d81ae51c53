"""The links of a reminder: they end reminders, or the back-off, for whoever holds the message.

Nobody signs in here. Opening a link shows a page with one button and changes nothing, because mail
scanners open links; the button, and the one click of a mail program (RFC 8058), post to the same
address. The link itself is the authority, so there is no other token to forge.
"""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from ...errors import NotFound
from ...services.reminding.links import BACK, FORGED, Link, follow_link, open_link
from ...services.reminding.outgoing import CHAT, EMAIL, PUSH
from ..transactions import now, reading_core, settings, writing
from .blueprint import blueprint

WAYS = {EMAIL: "by e-mail", PUSH: "on your devices", CHAT: "in your chats"}


@blueprint.get("/reminders/unsubscribe/<token>")
def unsubscribe(token: str) -> ResponseReturnValue:
    """:raise 404: for a link that is not ours."""
    link = _open(token, is_back=False)
    return render_template(
        "reminders/unsubscribe.html", token=token, what=_what(link), is_done=False
    )


@blueprint.post("/reminders/unsubscribe/<token>")
def do_unsubscribe(token: str) -> ResponseReturnValue:
    """:raise 404: for a link that is not ours."""
    link = _follow(token, is_back=False)
    return render_template("reminders/unsubscribe.html", what=_what(link), is_done=True)


@blueprint.get("/reminders/back/<token>")
def come_back(token: str) -> ResponseReturnValue:
    """:raise 404: for a link that is not ours."""
    _open(token, is_back=True)
    return render_template("reminders/back.html", token=token, is_done=False)


@blueprint.post("/reminders/back/<token>")
def do_come_back(token: str) -> ResponseReturnValue:
    """:raise 404: for a link that is not ours."""
    _follow(token, is_back=True)
    return render_template("reminders/back.html", is_done=True)


def _open(token: str, *, is_back: bool) -> Link:
    with reading_core() as connection:
        link = open_link(connection, settings().secret_key, token)
    if (link.purpose == BACK) != is_back:
        raise NotFound(FORGED)
    return link


def _follow(token: str, *, is_back: bool) -> Link:
    link = _open(token, is_back=is_back)
    with writing() as db:
        follow_link(db, link, now())
    return link


def _what(link: Link) -> str:
    kind = "weekly summary" if link.purpose == "weekly" else "daily reminders"
    return f"{kind} {WAYS[link.channel]}"
