"""One picture from the web, safely: only public machines, little time, few bytes, and only what is
a picture by its bytes."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from ...errors import InterviewPrepError
from ...storage.media_store import HEAD_BYTES, content_type_of
from .addresses import is_usual_port, public_addresses

SHOWN_TYPES = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
}
MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_PIECE_BYTES = 64 * 1024


class NotFetched(InterviewPrepError):
    """A picture could not be had; the message says why."""

    code = "not-fetched"


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` are for one picture, with all its redirects."""

    picture_bytes: int = 10 * 1024 * 1024
    total_bytes: int = 200 * 1024 * 1024
    seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Picture:
    data: bytes
    content_type: str


def fetch_picture(
    url: str,
    limits: Limits = Limits(),
    *,
    allow_private: bool = False,
) -> Picture:
    """Ask for one picture; `allow_private` is for tests, whose server is this machine.

    Every redirect is looked at as the first address was. Cookies, proxies and passwords are not
    used. Raises `NotFetched`.
    """
    with _deadline(limits.seconds) as watch:
        try:
            for _ in range(MOST_REDIRECTS + 1):
                answer, target = _ask(url, limits, watch, allow_private)
                if target is None:
                    return _picture(answer)
                url = urljoin(url, target)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if watch.is_over:
                raise NotFetched(f"it took longer than {limits.seconds:.0f} seconds") from None
            raise NotFetched(_reason(error)) from None
    raise NotFetched(f"it was sent on more than {MOST_REDIRECTS} times")


def _picture(data: bytes) -> Picture:
    content_type = content_type_of(data[:HEAD_BYTES])
    if content_type not in SHOWN_TYPES:
        raise NotFetched("it is no PNG, JPEG, GIF, WebP or AVIF picture")
    return Picture(data, content_type)


def _ask(url: str, limits: Limits, watch: _Watch, allow_private: bool) -> tuple[bytes, str | None]:
    """The body of an answer, or where it sends us on to."""
    parts = urlsplit(url)
    connection = _connected(parts, watch, allow_private)
    try:
        connection.request(
            "GET",
            quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
            + (f"?{quote(parts.query, safe=_QUERY)}" if parts.query else ""),
            headers={
                "User-Agent": "InterviewPrep (fetches pictures of a deck for its owner)",
                "Accept": ", ".join(SHOWN_TYPES),
                "Accept-Encoding": "identity",
                "Connection": "close",
            },
        )
        answer = connection.getresponse()
        if answer.status in _REDIRECTS:
            target = answer.getheader("Location")
            if not target:
                raise NotFetched("it was sent on to nowhere")
            return b"", target
        if answer.status != http.client.OK:
            raise NotFetched(f"the server answered {answer.status} {answer.reason}"[:80].strip())
        if (answer.getheader("Content-Encoding") or "identity").lower() != "identity":
            raise NotFetched("it came packed, which was not asked for")
        data = _body(answer, limits.picture_bytes)
        if watch.is_over:  # what was cut off looks like an end
            raise TimeoutError
        return data, None
    finally:
        connection.close()


def _body(answer: http.client.HTTPResponse, most_bytes: int) -> bytes:
    """What really comes counts, whatever the length that is claimed."""
    data = bytearray()
    while piece := answer.read(_PIECE_BYTES):
        data += piece
        if len(data) > most_bytes:
            raise NotFetched(f"it is larger than {most_bytes // 1024 // 1024} MiB")
    if answer.length:
        raise NotFetched("only a part of it came")
    return bytes(data)


_QUERY = "/?:@!$&'()*+,;=~-._%"


def _connected(
    parts: SplitResult, watch: _Watch, allow_private: bool
) -> http.client.HTTPConnection:
    """A connection to the very address that was looked at, so that no later answer of the name
    server counts."""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotFetched("only addresses with http and https are asked")
    if parts.username is not None or parts.password is not None:
        raise NotFetched("its address holds a user name")
    is_https = parts.scheme == "https"
    port = parts.port or (443 if is_https else 80)
    host = (
        parts.hostname.encode("idna").decode("ascii")
        if not parts.hostname.isascii()
        else (parts.hostname)
    )
    if not is_usual_port(port):
        raise NotFetched("no web server is expected at that port")
    addresses = public_addresses(host, port, allow_private=allow_private)
    if not addresses:
        raise NotFetched("it lies in a private network, which is never asked")
    plain = watch.connect(addresses[0], port)
    if is_https:
        context = ssl.create_default_context()
        made = http.client.HTTPSConnection(host, port, context=context)
        made.sock = watch.hold(context.wrap_socket(plain, server_hostname=host))
        return made
    connection = http.client.HTTPConnection(host, port)
    connection.sock = plain
    return connection


class _Watch:
    """Ends whatever is open when the time is over: a server that sends a byte now and then would
    otherwise hold us for ever."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self.is_over = False

    def connect(self, address: str, port: int) -> socket.socket:
        return self.hold(socket.create_connection((address, port), timeout=self._seconds))

    def hold(self, opened: socket.socket) -> socket.socket:
        with self._lock:
            self._open.append(opened)
            if self.is_over:
                opened.close()
                raise TimeoutError
        return opened

    def end(self) -> None:
        with self._lock:
            self.is_over = True
            for opened in self._open:
                with suppress(OSError):
                    opened.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        for opened in self._open:
            opened.close()


@contextmanager
def _deadline(seconds: float) -> Iterator[_Watch]:
    watch = _Watch(seconds)
    timer = threading.Timer(seconds, watch.end)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
        watch.close()


def _reason(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "no such server is known"
    if isinstance(error, ssl.SSLError):
        return "its server cannot prove who it is"
    if isinstance(error, TimeoutError):
        return "its server took too long"
    if isinstance(error, ConnectionError):
        return "its server does not answer"
    return (
        "its server answers what cannot be read"
        if isinstance(error, (http.client.HTTPException, ValueError))
        else "the connection failed"
    )
