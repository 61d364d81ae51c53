"""Letters reach a real SMTP server, by every kind of connection, or fail with a sentence."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest
import trustme

from interviewprep.config import Settings
from interviewprep.services.letters import Letter
from interviewprep.worker.mail import MailNotSent, compose, send, sender_address
from tests.mail_server import USER, mail_server

LETTER = Letter("ann@example.org", "Set a new password", "Here: https://prep.example.org/x\n")
QUOTED = "prep%40example.org:p%3Ass%2Fw%40rd"


def settings(smtp_url: str | None) -> Settings:
    return Settings(
        data_dir=Path(),
        database_url="",
        secret_key="",
        base_url="https://prep.example.org",
        smtp_url=smtp_url,
    )


@pytest.fixture(scope="session")
def own_certificate() -> ssl.SSLContext:
    """A certificate that nobody we know signed, as a mail server on one's own machine has."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


def test_a_letter_arrives_with_the_headers_of_a_letter() -> None:
    with mail_server() as inbox:
        send(settings(f"smtp://127.0.0.1:{inbox.port}"), LETTER)
    message = inbox.messages[0]
    assert message["To"] == "ann@example.org"
    assert message["From"] == "Interview Prep <no-reply@prep.example.org>"
    assert message["Subject"] == "Set a new password"
    assert message["Date"] is not None
    assert message["Message-ID"].endswith("@prep.example.org>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().splitlines() == LETTER.text.splitlines()


def test_tls_from_the_start(own_certificate: ssl.SSLContext) -> None:
    with mail_server(tls=own_certificate) as inbox:
        send(settings(f"smtps://127.0.0.1:{inbox.port}"), LETTER)
    assert len(inbox.messages) == 1


def test_starttls_is_used_where_it_is_offered(own_certificate: ssl.SSLContext) -> None:
    with mail_server(tls=own_certificate, starttls=True) as inbox:
        send(settings(f"smtp://127.0.0.1:{inbox.port}"), LETTER)
    assert inbox.over_tls == [True]


def test_name_and_password_go_over_starttls_and_the_name_is_the_sender(
    own_certificate: ssl.SSLContext,
) -> None:
    with mail_server(tls=own_certificate, starttls=True, auth=True) as inbox:
        send(settings(f"smtp://{QUOTED}@127.0.0.1:{inbox.port}"), LETTER)
    assert (inbox.sign_ins, inbox.over_tls) == (1, [True])
    assert inbox.messages[0]["From"] == f"Interview Prep <{USER}>"


def test_a_password_is_never_sent_in_the_clear() -> None:
    with mail_server(auth=True) as inbox:
        with pytest.raises(MailNotSent):
            send(settings(f"smtp://{QUOTED}@127.0.0.1:{inbox.port}"), LETTER)
        assert (inbox.sign_ins, inbox.messages) == (0, [])


def test_a_wrong_password_is_a_sentence(own_certificate: ssl.SSLContext) -> None:
    with mail_server(tls=own_certificate, starttls=True, auth=True) as inbox:
        with pytest.raises(MailNotSent):
            send(settings(f"smtp://prep:wrong@127.0.0.1:{inbox.port}"), LETTER)
        assert inbox.messages == []


def test_a_server_that_refuses_or_is_not_there_is_a_sentence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with mail_server() as inbox:
        inbox.refuses = True
        with pytest.raises(MailNotSent) as refused:
            send(settings(f"smtp://127.0.0.1:{inbox.port}"), LETTER)
    assert "could not be sent" in refused.value.message
    assert "not today" in caplog.text
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers
        with pytest.raises(MailNotSent):
            send(settings(f"smtp://127.0.0.1:{unused.getsockname()[1]}"), LETTER)


def test_without_a_server_nothing_is_sent() -> None:
    with pytest.raises(MailNotSent):
        send(settings(None), LETTER)


def test_no_address_adds_a_header() -> None:
    message = compose(settings("smtp://localhost"), LETTER)
    assert message.get_all("To") == ["ann@example.org"]
    assert sender_address(settings("smtp://prep@localhost")) == "no-reply@prep.example.org"
