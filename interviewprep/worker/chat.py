"""Messages to chat services go out through Apprise, which the extra `chat` brings.

Every address is looked at again before each message: what a name leads to may have changed since
it was typed. Redirects are never followed.
"""

from __future__ import annotations

import logging
from importlib.util import find_spec

from ..config import Settings
from ..core.chat_addresses import parse_chat_address
from ..errors import Invalid
from ..services.reminding.outgoing import DeliveryFailed, Outgoing
from ..services.remote_pictures.addresses import public_addresses
from ..storage import Database

logger = logging.getLogger(__name__)
NOT_INSTALLED = "This server sends to no chat services."
REFUSED = "the service did not take the message; look whether the address is still right"


def is_installed() -> bool:
    return find_spec("apprise") is not None


class ChatTransport:
    """Sends reminders to chat services."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Take what every transport takes, though the addresses say all that is needed."""

    def send(self, outgoing: Outgoing) -> None:
        """:raise DeliveryFailed: as `send_chat` does."""
        if not is_installed():
            raise DeliveryFailed(NOT_INSTALLED, is_channel=True)
        send_chat(outgoing.address, outgoing.message.subject, outgoing.message.text)

    def close(self) -> None:
        """Nothing stays open between messages."""


def send_chat(url: str, title: str, text: str, *, allow_private: bool = False) -> None:
    """Hand one message to the service behind the address; `allow_private` is for tests.

    :raise DeliveryFailed: permanent for an address that may not be used, or is not one.
    """
    from apprise import Apprise, AppriseAsset

    try:
        address = parse_chat_address(url)
    except Invalid as error:
        raise DeliveryFailed(error.message, is_permanent=True) from error
    check_host(address.host, address.port, allow_private=allow_private)
    sender = Apprise(asset=AppriseAsset(app_id="Interview Prep", http_redirects=False))
    if not sender.add(address.url):
        raise DeliveryFailed(
            f"This is not an address of {address.service} that Apprise can read.",
            is_permanent=True,
        )
    if not sender.notify(title=title, body=text):
        logger.warning("A message to %s was not taken", address.service)
        raise DeliveryFailed(f"{address.service}: {REFUSED}.")


def check_host(host: str | None, port: int, *, allow_private: bool = False) -> None:
    """:raise DeliveryFailed: where the host is not known, or lies in a private network."""
    if host is None:
        return
    try:
        found = public_addresses(host, port, allow_private=allow_private)
    except OSError:
        raise DeliveryFailed(f"The server {host} is not known.") from None
    if not found:
        raise DeliveryFailed(
            f"The server {host} lies in a private network, to which nothing is sent.",
            is_permanent=True,
        )
