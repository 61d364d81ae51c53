"""Web push against a local push service: encrypted so that only the browser can read it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from interviewprep.config import read_settings
from interviewprep.services.reminding.outgoing import DeliveryFailed, Outgoing, ReminderMessage
from interviewprep.services.reminding.push_subscriptions import (
    add_device,
    list_devices,
    public_key,
    vapid_key,
)
from interviewprep.storage import Database, ServerKey
from interviewprep.worker import push
from interviewprep.worker.push import PushTarget, PushTransport, send_push
from interviewprep.worker.reminding import send_due
from tests.services.reminding_world import BEGUN, add_reminded, settings_for

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
SIX = datetime(2026, 5, 4, 16, 0, tzinfo=UTC)  # six in the evening in Berlin
PAYLOAD = '{"title":"Interview Prep","body":"12 cards wait, about 4 minutes."}'


class UserAgent:
    """The browser's side: its keys, and decrypting as RFC 8291 has it, written here by hand."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"
        self.point = self.key.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )

    def target(self, endpoint: str) -> PushTarget:
        return PushTarget(endpoint, base64url(self.point), base64url(self.auth))

    def decrypt(self, body: bytes) -> bytes:
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender = body[21 : 21 + length]
        sealed = body[21 + length :]
        assert len(sealed) <= size
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.key.exchange(ec.ECDH(), point)
        info = b"WebPush: info\0" + self.point + sender
        secret = hkdf(self.auth, shared, info, 32)
        key = hkdf(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = hkdf(salt, secret, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert plain.endswith(b"\x02")  # the last record
        return plain[:-1]


def hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    extracted = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()[:length]


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class PushService:
    """What a push service saw, and what it answers."""

    address: str = ""
    status: int = 201
    location: str = ""
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def push_service() -> Iterator[PushService]:
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.seen.append((self.path, headers, body))
            self.send_response(service.status)
            if service.location:
                self.send_header("Location", service.location)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.address = f"http://127.0.0.1:{server.server_port}/push/one?x=1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as started:
        yield started


@pytest.fixture(scope="module")
def vapid_pem() -> str:
    from interviewprep.services.reminding.push_subscriptions import _fresh_key

    return _fresh_key()


def send_to(service: PushService, pem: str, **more: Any) -> UserAgent:
    agent = UserAgent()
    target = agent.target(service.address)
    send_push(pem, "https://prep.example.org", target, PAYLOAD, NOW, allow_private=True, **more)
    return agent


def test_the_browser_reads_what_was_sent_and_the_push_service_does_not(
    service: PushService, vapid_pem: str
) -> None:
    agent = send_to(service, vapid_pem, topic="reminder")
    [(path, headers, body)] = service.seen
    assert agent.decrypt(body) == PAYLOAD.encode()
    assert path == "/push/one?x=1"
    assert b"cards" not in body
    assert (headers["content-encoding"], headers["topic"]) == ("aes128gcm", "reminder")
    assert headers["ttl"] == "43200"
    with pytest.raises(InvalidTag):
        UserAgent().decrypt(body)


def test_the_push_service_can_tell_who_sent_it(service: PushService, vapid_pem: str) -> None:
    send_to(service, vapid_pem)
    [(_, headers, _)] = service.seen
    scheme, _, rest = headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid" and parts["k"] == public_key(vapid_pem)
    signed, _, signature = parts["t"].rpartition(".")
    raw = unbase64url(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unbase64url(parts["k"]))
    point.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    claims = json.loads(unbase64url(signed.partition(".")[2]))
    assert claims == {
        "sub": "https://prep.example.org",
        "aud": service.address.partition("/push")[0],
        "exp": int((NOW + timedelta(hours=12)).timestamp()),
    }


@pytest.mark.parametrize(
    ("base_url", "subject"),
    [
        ("http://127.0.0.1:8000", "mailto:no-reply@127.0.0.1"),
        ("http://prep.lan", "mailto:no-reply@prep.lan"),
        ("https://nas", "mailto:no-reply@nas.invalid"),
        ("https://prep.example.org:8443", "https://prep.example.org"),
    ],
)
def test_every_server_has_a_name_that_push_services_take(
    service: PushService, vapid_pem: str, base_url: str, subject: str
) -> None:
    target = UserAgent().target(service.address)
    send_push(vapid_pem, base_url, target, PAYLOAD, NOW, allow_private=True)
    [(_, headers, _)] = service.seen
    claims = headers["authorization"].partition("t=")[2].split(".")[1]
    assert json.loads(unbase64url(claims))["sub"] == subject


@pytest.mark.parametrize(
    ("status", "is_permanent", "is_gone"),
    [
        (404, True, True),
        (410, True, True),
        (400, True, False),
        (413, True, False),
        (429, False, False),
        (500, False, False),
        (503, False, False),
    ],
)
def test_a_refusal_says_whether_trying_again_helps(
    service: PushService, vapid_pem: str, status: int, is_permanent: bool, is_gone: bool
) -> None:
    service.status = status
    with pytest.raises(DeliveryFailed) as refused:
        send_to(service, vapid_pem)
    assert (refused.value.is_permanent, refused.value.is_gone) == (is_permanent, is_gone)


def test_a_redirect_is_not_followed(service: PushService, vapid_pem: str) -> None:
    service.status, service.location = 307, service.address
    with pytest.raises(DeliveryFailed, match="307"):
        send_to(service, vapid_pem)
    assert len(service.seen) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "https://10.1.2.3/x",
        "https://192.168.0.1:8443/x",
        "https://169.254.169.254/latest",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "http://127.0.0.1/x",
        "http://push.example.com/x",
        "https://push.example.com:22/x",
        "https://me:pass@push.example.com/x",
        "ftp://push.example.com/x",
        "https://[::1",
        "https:///x",
        "",
    ],
)
def test_nothing_is_sent_into_private_networks(endpoint: str, vapid_pem: str) -> None:
    target = UserAgent().target(endpoint)
    with pytest.raises(DeliveryFailed, match="cannot be used") as refused:
        send_push(vapid_pem, "https://prep.example.org", target, PAYLOAD, NOW)
    assert refused.value.is_permanent


def test_a_push_service_that_does_not_answer_is_tried_again(vapid_pem: str) -> None:
    with push_service() as service:
        pass
    with pytest.raises(DeliveryFailed, match="could not be reached") as refused:
        send_to(service, vapid_pem)
    assert not refused.value.is_permanent


def test_a_push_service_that_drips_is_cut_off(
    vapid_pem: str, monkeypatch: pytest.MonkeyPatch, silent_server: str
) -> None:
    monkeypatch.setattr(push, "TIMEOUT_S", 0.3)
    with pytest.raises(DeliveryFailed, match="could not be reached"):
        target = UserAgent().target(silent_server)
        send_push(vapid_pem, "https://p.example.org", target, PAYLOAD, NOW, allow_private=True)


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A server that takes what it is sent and says one byte now and then."""
    import socket

    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        opened, _ = listening.accept()
        with opened:
            while not over.wait(0.05):
                try:
                    opened.sendall(b"H")
                except OSError:
                    return

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/x"
    over.set()
    thread.join()
    listening.close()


@pytest.mark.parametrize("broken", ["", "AAAA", "not base64 €"])
def test_unusable_keys_are_refused(service: PushService, vapid_pem: str, broken: str) -> None:
    target = PushTarget(service.address, broken, base64url(b"0" * 16))
    with pytest.raises(DeliveryFailed, match="keys cannot be used") as refused:
        send_push(vapid_pem, "https://p.example.org", target, PAYLOAD, NOW, allow_private=True)
    assert refused.value.is_permanent and service.seen == []


def test_processes_that_make_the_key_at_once_share_one(database: Database) -> None:
    def make(_: int) -> str:
        with database.writing() as session:
            return vapid_key(session)

    with ThreadPoolExecutor(4) as pool:
        keys = set(pool.map(make, range(8)))
    assert len(keys) == 1
    with database.reading() as session:
        assert session.get_one(ServerKey, "vapid").value in keys


def test_the_transport_sends_a_reminder_with_the_servers_own_key(
    database: Database, service: PushService, tmp_path: Path
) -> None:
    settings = read_settings({"INTERVIEWPREP_DATA_DIR": str(tmp_path / "data")})
    agent = UserAgent()
    target = agent.target(service.address)
    message = ReminderMessage("s", "t", "h", {"title": "Interview Prep", "body": "3 cards wait."})
    transport = PushTransport(settings, database, allow_private=True)
    transport.send(
        Outgoing(
            1,
            "push",
            target.endpoint,
            message,
            "m",
            "u",
            {"p256dh": target.p256dh, "auth": target.auth},
        )
    )
    [(_, headers, body)] = service.seen
    assert json.loads(agent.decrypt(body)) == message.push
    with database.reading() as session:
        assert public_key(session.get_one(ServerKey, "vapid").value) in headers["authorization"]


def test_a_tick_reminds_a_device_and_forgets_it_once_it_is_gone(
    database: Database, service: PushService
) -> None:
    agent = UserAgent()
    target = agent.target(service.address)
    learner = add_reminded(database, begun=BEGUN, by_email=False, cards=3)
    with database.writing() as session:
        add_device(
            session,
            learner.id,
            endpoint=target.endpoint,
            p256dh=target.p256dh,
            auth=target.auth,
            label="Firefox on Linux",
            now=BEGUN,
        )
    settings = settings_for(database)
    transports = {"push": PushTransport(settings, database, allow_private=True)}
    first, second = SIX, SIX + timedelta(days=1)
    [sent] = send_due(settings, database, first, transports)
    assert sent.state == "sent"
    said = json.loads(agent.decrypt(service.seen[0][2]))
    assert said["title"] == "Interview Prep" and said["body"].startswith("3 cards wait")
    assert send_due(settings, database, first + timedelta(minutes=5), transports) == []
    service.status = 410
    [failed] = send_due(settings, database, second, transports)
    assert failed.state == "failed"
    with database.reading() as session:
        assert list_devices(session, learner.id) == []
