"""A reminder to look at before it comes, and one sent at once to see that it arrives."""

from __future__ import annotations

from datetime import datetime

from flask import Response, flash
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from ...services.reminding.deciding import Subject, load_subject
from ...services.reminding.links import Links
from ...services.reminding.outgoing import CHAT, EMAIL, PUSH, DeliveryFailed, Outgoing, Transport
from ...services.reminding.push_subscriptions import remove_endpoint
from ...services.reminding.sampling import Sample, sample_of, samples_to_send
from ...services.reminding.settings import switch_on_again
from ...services.throttling import Counter, begin_attempt
from ...worker.reminding import make_transports
from ..forms import go_to
from ..login import person
from ..own_browser import browser_required
from ..transactions import database, now, reading_core, settings, writing
from .blueprint import blueprint

MESSAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
FREE_SAMPLES = 8
"""So many a day cost nothing; then each further one has to wait longer than the one before."""
NAMES = {EMAIL: "E-mail", PUSH: "A device", CHAT: "A chat service"}


@blueprint.get("/settings/reminders/message")
@browser_required
def message() -> ResponseReturnValue:
    """Show the message as a mail program does, apart from this site's own styles."""
    with reading_core() as connection:
        found = sample(connection, load_subject(connection, person.id), now())
    answer = Response(found.message.html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = MESSAGE_POLICY
    return answer


@blueprint.post("/settings/reminders/send")
@browser_required
def do_send() -> ResponseReturnValue:
    """Send one now to every place chosen, and say of each what became of it."""
    with writing() as db:
        begin_attempt(db, [Counter(f"reminder sample:{person.id}", FREE_SAMPLES)], now())
    transports = make_transports(settings(), database())
    try:
        with reading_core() as connection:
            subject = load_subject(connection, person.id)
            going = samples_to_send(connection, subject, links(), now(), transports)
        for destination, outgoing in going:
            _send(transports[outgoing.channel], destination, outgoing)
    finally:
        for transport in transports.values():
            transport.close()
    if not going:
        flash("There is nowhere to send it: choose a channel that this server has.", "warning")
    return go_to("reminders.settings", _anchor="message")


def links() -> Links:
    return Links(settings().base_url, settings().secret_key)


def sample(connection: Connection, subject: Subject, moment: datetime) -> Sample:
    return sample_of(connection, subject, links(), moment)


def _send(transport: Transport, destination: str, outgoing: Outgoing) -> None:
    name = NAMES[outgoing.channel]
    try:
        transport.send(outgoing)
    except DeliveryFailed as error:
        if error.is_gone:
            with writing() as db:
                remove_endpoint(db, person.id, outgoing.address)
        flash(f"{name}: {error.message}", "error")
        return
    with writing() as db:
        switch_on_again(db, person.id, destination)
    flash(f"{name}: sent.", "success")
