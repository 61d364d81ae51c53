"""A real SMTP server in this process, which keeps what it is given."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "prep@example.org", "p:ss/w@rd"
DEADLINE_S = 10


@dataclass
class Inbox:
    """The messages the server took, in order, and how often somebody signed in."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    refuses: bool = False
    sign_ins: int = 0
    over_tls: list[bool] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    answers_after_s: float = 0

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.unknown:
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 known"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuses:
            return "554 not today"
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.over_tls.append(session.ssl is not None)
        self.messages.append(cast(EmailMessage, message))
        if self.answers_after_s:
            await asyncio.sleep(self.answers_after_s)
        return "250 taken"

    def authenticate(self, *args: Any) -> AuthResult:
        given = args[-1]
        self.sign_ins += 1
        right = isinstance(given, LoginPassword) and given == LoginPassword(
            USER.encode(), PASSWORD.encode()
        )
        return AuthResult(success=right, handled=False)

    def wait_for(self, count: int) -> list[EmailMessage]:
        """Return the messages once there are so many."""
        deadline = time.monotonic() + DEADLINE_S
        while len(self.messages) < count:
            assert time.monotonic() < deadline, f"only {len(self.messages)} messages came"
            time.sleep(0.01)
        return self.messages


@contextmanager
def mail_server(
    *, tls: ssl.SSLContext | None = None, starttls: bool = False, auth: bool = False
) -> Iterator[Inbox]:
    """Run a server: with TLS from the start, with STARTTLS, or without."""
    inbox = Inbox()
    options: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0}
    if starttls:
        options |= {"tls_context": tls}
    elif tls is not None:
        options |= {"ssl_context": tls}
    if auth:
        options |= {"authenticator": inbox.authenticate, "auth_require_tls": starttls}
    controller = FreePort(inbox, **options)
    controller.start()
    try:
        inbox.port = controller.server.sockets[0].getsockname()[1]
        yield inbox
    finally:
        controller.stop()


class FreePort(Controller):
    """A controller on whatever port is free; its own check needs the port before it is known."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()
