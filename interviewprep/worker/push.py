"""Web push: a message encrypted for one browser, handed to that browser's push service.

Encrypting (RFC 8291) and signing (VAPID, RFC 8292) are pywebpush's, which the extra `push` brings.
The request is our own: a subscription's address comes from a browser, that is from anybody, so it
goes only to machines of the public internet, to the very address that was looked at, follows no
redirect, and ends in time.
"""

from __future__ import annotations

import binascii
import http.client
import logging
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from urllib.parse import SplitResult, urlsplit

from ..config import Settings
from ..core.compact import compact_json
from ..services.reminding.outgoing import DeliveryFailed, Outgoing
from ..services.reminding.push_subscriptions import vapid_key
from ..services.remote_pictures.addresses import is_usual_port, public_addresses
from ..storage import Database

TIMEOUT_S = 10.0
TTL_S = 12 * 60 * 60
"""How long a push service keeps a message for a device that is off: no longer than its day."""
SIGNED_FOR = timedelta(hours=12)
GONE = (404, 410)
TOPIC = "reminder"
NOT_INSTALLED = "This server sends no push messages."
LATER = (408, 425, 429)
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PushTarget:
    """A browser's subscription: its address at the push service, and the keys to encrypt for it
    (base64url, as the browser gave them)."""

    endpoint: str
    p256dh: str
    auth: str


def is_installed() -> bool:
    return find_spec("pywebpush") is not None


class PushTransport:
    """Sends reminders to devices, signed with this server's key; `allow_private` is for tests."""

    def __init__(
        self, settings: Settings, database: Database, *, allow_private: bool = False
    ) -> None:
        self._settings, self._database = settings, database
        self._allow_private = allow_private
        self._key = ""

    def send(self, outgoing: Outgoing) -> None:
        """:raise DeliveryFailed: as `send_push` does."""
        if not is_installed():
            raise DeliveryFailed(NOT_INSTALLED, is_channel=True)
        if not self._key:
            with self._database.writing() as session:
                self._key = vapid_key(session)
        send_push(
            self._key,
            self._settings.base_url,
            PushTarget(outgoing.address, outgoing.keys["p256dh"], outgoing.keys["auth"]),
            compact_json(outgoing.message.push),
            datetime.now(UTC),
            topic=TOPIC,
            allow_private=self._allow_private,
        )

    def close(self) -> None:
        """Nothing stays open between messages."""


def send_push(
    vapid_pem: str,
    base_url: str,
    target: PushTarget,
    payload: str,
    now: datetime,
    *,
    topic: str = "",
    allow_private: bool = False,
) -> None:
    """Hand one message to a push service; `base_url` says who sends.

    Of several messages with one `topic` (letters and digits, at most 32) a device that was off
    shows the last. `allow_private` is for tests, whose push service is this machine.

    :raise DeliveryFailed: `is_gone` where the subscription has ended (404, 410).
    """
    check_endpoint(target.endpoint, allow_private=allow_private)
    body = _encrypted(target, payload)
    headers = {
        **_signed(vapid_pem, base_url, target.endpoint, now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(TTL_S),
        "Urgency": "normal",
        "Connection": "close",
    }
    if topic:
        headers["Topic"] = topic
    _judge(_post(target.endpoint, body, headers, allow_private=allow_private))


def check_endpoint(endpoint: str, *, allow_private: bool = False) -> SplitResult:
    """Return the address, taken apart; nothing is asked of any name server.

    :raise DeliveryFailed: permanent, for an address that no push service has.
    """
    try:
        parts = urlsplit(endpoint)
        port = parts.port or 443
    except ValueError:
        raise _unusable("its address cannot be read") from None
    allowed = ("https", "http") if allow_private else ("https",)
    if parts.scheme not in allowed or not parts.hostname or parts.username is not None:
        raise _unusable("its address is not one with https")
    if not is_usual_port(port):
        raise _unusable("no push service is expected at that port")
    return parts


def _encrypted(target: PushTarget, payload: str) -> bytes:
    from pywebpush import WebPusher, WebPushException

    keys = {"p256dh": target.p256dh, "auth": target.auth}
    try:
        pusher = WebPusher({"endpoint": target.endpoint, "keys": keys})
        encrypted: bytes = pusher.encode(payload.encode())["body"]
    except (WebPushException, ValueError, binascii.Error, IndexError) as error:
        raise _unusable("its keys cannot be used") from error
    return encrypted


def _signed(vapid_pem: str, base_url: str, endpoint: str, now: datetime) -> dict[str, str]:
    from py_vapid import Vapid02, VapidException

    parts = urlsplit(endpoint)
    claims = {
        "sub": _subject(base_url),
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + SIGNED_FOR).timestamp()),
    }
    try:
        return dict(Vapid02.from_pem(vapid_pem.encode()).sign(claims))
    except VapidException as error:  # an IPv6 address in brackets, which no push service has
        raise _unusable("its address cannot be signed for") from error


def _subject(base_url: str) -> str:
    """Return who sends, as push services take it: a web or a mail address, on a host with a dot
    and without a port."""
    parts = urlsplit(base_url)
    host = parts.hostname or "localhost"
    if parts.scheme == "https" and "." in host:
        return f"https://{host}"
    return f"mailto:no-reply@{host if '.' in host else host + '.invalid'}"


def _judge(status: int) -> None:
    if status < 300:
        return
    if status in GONE:
        raise DeliveryFailed("This device takes no more messages.", is_permanent=True, is_gone=True)
    is_permanent = status < 500 and status not in LATER
    raise DeliveryFailed(f"The device's push service answered {status}.", is_permanent=is_permanent)


def _post(endpoint: str, body: bytes, headers: dict[str, str], *, allow_private: bool) -> int:
    parts = check_endpoint(endpoint, allow_private=allow_private)
    is_https = parts.scheme == "https"
    host, port = str(parts.hostname), parts.port or (443 if is_https else 80)
    plain: socket.socket | None = None
    try:
        addresses = public_addresses(host, port, allow_private=allow_private)
        if not addresses:
            raise _unusable("its address lies in a private network, to which nothing is sent")
        plain = socket.create_connection((addresses[0], port), timeout=TIMEOUT_S)
        timer = threading.Timer(TIMEOUT_S, _cut, args=(plain,))
        timer.daemon = True
        timer.start()
        try:
            return _answer(parts, plain, body, headers, is_https=is_https)
        finally:
            timer.cancel()
    except (OSError, http.client.HTTPException, ValueError) as error:
        logger.warning("A push service could not be reached: %s", error)
        raise DeliveryFailed(
            f"The push service {host} could not be reached.",
        ) from error
    finally:
        if plain is not None:
            plain.close()


def _answer(
    parts: SplitResult,
    plain: socket.socket,
    body: bytes,
    headers: dict[str, str],
    *,
    is_https: bool,
) -> int:
    """Ask over a socket that is open already, so that no later answer of a name server counts."""
    host = str(parts.hostname)
    connection = http.client.HTTPConnection(host, parts.port)
    connection.sock = plain
    if is_https:
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, parts.port, context=context)
        connection.sock = context.wrap_socket(plain.dup(), server_hostname=host)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body=body, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _cut(opened: socket.socket) -> None:
    """End a connection whose server sends a byte now and then and would hold us for ever."""
    with suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)


def _unusable(reason: str) -> DeliveryFailed:
    return DeliveryFailed(f"The subscription cannot be used: {reason}.", is_permanent=True)
