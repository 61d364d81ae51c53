"""Mail goes out through one SMTP server: TLS from the start (smtps) or by STARTTLS (smtp).

A password is never sent in the clear, nor to a server that cannot prove its name: with credentials
a server without STARTTLS is refused. Without them STARTTLS is used where it is offered, whatever
the certificate, because the alternative is no encryption at all; so it is with a server on this
machine, whose certificate nobody signs.
"""

from __future__ import annotations

import ipaddress
import logging
import smtplib
import ssl
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from ..config import Settings
from ..errors import InterviewPrepError
from ..services.letters import Letter
from ..services.reminding.outgoing import DeliveryFailed, Outgoing

TIMEOUT_S = 10
LONGEST_HEADER_LINE = 990
SENDER_NAME = "Interview Prep"
PORTS = {"smtp": 587, "smtps": 465}
logger = logging.getLogger(__name__)


class MailNotSent(InterviewPrepError):
    """The mail server could not be reached, or would not take the message."""

    code = "mail-not-sent"


def send(settings: Settings, letter: Letter) -> None:
    """Hand the letter to the mail server; what is to be undone on failure is the caller's matter.

    :raise MailNotSent: with a sentence for the reader; the log has the server's own words.
    """
    if settings.smtp_url is None:
        raise MailNotSent("This server sends no mail; ask its administrator.")
    try:
        with _connect(settings.smtp_url) as server:
            server.send_message(compose(settings, letter))
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        logger.warning("A letter (%s) was not sent: %s", letter.subject, error)
        raise MailNotSent(
            "The mail could not be sent; try again later, or ask the administrator of this server."
        ) from error


def compose(settings: Settings, letter: Letter) -> EmailMessage:
    """Return the message with every header a mail server expects."""
    sender = sender_address(settings)
    message = EmailMessage()
    message["From"] = Address(SENDER_NAME, addr_spec=sender)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = letter.subject
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


class Mailer:
    """The transport of reminders: one connection for many messages, opened when it is needed.

    An address that is refused costs only its own message.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def send(self, outgoing: Outgoing) -> None:
        """Hand the message to the mail server.

        :raise DeliveryFailed: permanent where the server will not have this address or message;
            of the whole channel where it cannot be reached.
        """
        message = compose_reminder(self._settings, outgoing)
        is_new = self._server is None
        try:
            server = self._connected()
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()), (550, b""))
            self._reset()
            raise _refused(code, said) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            self._reset()
            raise _refused(int(error.smtp_code), error.smtp_error) from error
        except UnicodeError as error:
            self._reset()
            raise DeliveryFailed(
                "The mail server takes no such address.", is_permanent=True
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            if not is_new and isinstance(error, smtplib.SMTPServerDisconnected):
                self.send(outgoing)  # it only ended a connection that had stood open
                return
            logger.warning("The mail server did not take a reminder: %s", error)
            raise DeliveryFailed(
                f"The mail server could not be reached: {error}", is_channel=True
            ) from error

    def close(self) -> None:
        """Say goodbye to the mail server, if it was spoken to at all."""
        server, self._server = self._server, None
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = _connect(self._settings.smtp_url or "")
        return self._server

    def _reset(self) -> None:
        try:
            if self._server is not None:
                self._server.rset()
        except (OSError, smtplib.SMTPException):
            self.close()


def _refused(code: int, said: bytes | str) -> DeliveryFailed:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return DeliveryFailed(
        f"The mail server refused it: {code} {' '.join(text.split())}", is_permanent=code >= 500
    )


def compose_reminder(settings: Settings, outgoing: Outgoing) -> EmailMessage:
    """Return the reminder as text and HTML, with the headers that let a mail program end it.

    One click ends it as RFC 8058 says: a POST to the address of `List-Unsubscribe`.
    """
    letter = Letter(outgoing.address, outgoing.message.subject, outgoing.message.text)
    message = compose(settings, letter)
    domain = sender_address(settings).rpartition("@")[2]
    message.replace_header("Message-ID", f"<{outgoing.message_id}@{domain}>")
    message["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.add_alternative(outgoing.message.html, subtype="html")
    # Folded, or encoded, an address in a header is one that some mail programs do not find.
    message.policy = message.policy.clone(max_line_length=LONGEST_HEADER_LINE)
    return message


def sender_address(settings: Settings) -> str:
    """Return the user name at the mail server if that is an address, else no-reply at our host."""
    user = unquote(urlsplit(settings.smtp_url or "").username or "")
    if "@" in user:
        return user
    return f"no-reply@{urlsplit(settings.base_url).hostname or 'localhost'}"


def _connect(smtp_url: str) -> smtplib.SMTP:
    parts = urlsplit(smtp_url)
    host, port = parts.hostname or "localhost", parts.port or PORTS[parts.scheme]
    context = ssl.create_default_context()
    if _is_here(host) or (parts.scheme == "smtp" and not parts.username):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
    try:
        server.ehlo()
        if parts.scheme == "smtp":
            if server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif parts.username:
                raise smtplib.SMTPNotSupportedError("no STARTTLS, so no password is sent to it")
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
