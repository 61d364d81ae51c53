"""Where reminders go: devices, chat services, and what to do where one of them fails."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue

from ...core.chat_addresses import parse_chat_address
from ...errors import Invalid, NotAllowed
from ...services.reminding.chat_addresses import add_address, remove_address
from ...services.reminding.outgoing import DeliveryFailed
from ...services.reminding.push_subscriptions import remove_device
from ...services.reminding.settings import switch_on_again
from ...worker import chat
from ..forms import go_to
from ..login import person
from ..own_browser import browser_required
from ..transactions import now, writing
from .blueprint import blueprint
from .showing import settings_page


@blueprint.post("/settings/reminders/devices/<int:device_id>/remove")
@browser_required
def do_remove_device(device_id: int) -> ResponseReturnValue:
    with writing() as db:
        remove_device(db, person.id, device_id)
    flash("The device gets no more messages.", "success")
    return go_to("reminders.settings", _anchor="devices")


@blueprint.post("/settings/reminders/chats")
@browser_required
def do_add_chat() -> ResponseReturnValue:
    if not chat.is_installed():
        raise NotAllowed("This server sends to no chat services; its administrator can add them.")
    try:
        address = parse_chat_address(request.form.get("url", ""))
        chat.check_host(address.host, address.port)
        with writing() as db:
            add_address(db, person.id, address, now())
    except DeliveryFailed as error:
        return settings_page(Invalid(error.message, field="url"))
    except Invalid as error:
        return settings_page(error)
    flash("The address is added. Send one now to see that it works.", "success")
    return go_to("reminders.settings", _anchor="chats")


@blueprint.post("/settings/reminders/chats/<int:chat_id>/remove")
@browser_required
def do_remove_chat(chat_id: int) -> ResponseReturnValue:
    with writing() as db:
        remove_address(db, person.id, chat_id)
    flash("The address is removed.", "success")
    return go_to("reminders.settings", _anchor="chats")


@blueprint.post("/settings/reminders/places/<destination>/try-again")
@browser_required
def do_try_again(destination: str) -> ResponseReturnValue:
    """Forget what went wrong at a place, which switches it on again."""
    with writing() as db:
        switch_on_again(db, person.id, destination)
    flash("The next reminder is tried there again.", "success")
    return go_to("reminders.settings")
