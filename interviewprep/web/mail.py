"""Letters sent from a page: after the commit, and without ever failing the page."""

from __future__ import annotations

from threading import Thread
from typing import Any

from flask import url_for

from ..config import Settings
from ..services.letters import Letter
from ..worker.mail import MailNotSent, send
from .transactions import settings


def mail_is_set_up() -> bool:
    return settings().smtp_url is not None


def absolute(endpoint: str, **values: Any) -> str:
    """Return an address for a letter: below the base URL, whatever host the request came by."""
    return settings().base_url + url_for(endpoint, **values)


def post(letter: Letter) -> str:
    """Send a letter; return the sentence that says why it was not sent, or nothing."""
    try:
        send(settings(), letter)
    except MailNotSent as error:
        return error.message
    return ""


def post_later(letter: Letter) -> None:
    """Send a letter once the page has been answered, so that its time tells nothing.

    A failure is in the log only.
    """
    Thread(target=_send_quietly, args=(settings(), letter), name="letter").start()


def _send_quietly(settings: Settings, letter: Letter) -> None:
    try:
        send(settings, letter)
    except MailNotSent:
        return  # `send` has logged it with the server's own words
