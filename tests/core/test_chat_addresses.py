"""Addresses of chat services: which are taken, and how little of them is shown."""

from __future__ import annotations

import pytest

from interviewprep.core.chat_addresses import parse_chat_address
from interviewprep.errors import Invalid


@pytest.mark.parametrize(
    ("text", "service", "host", "port"),
    [
        (" tgram://123456789:abcdefg_hijklmnop/12315544 ", "Telegram", None, 443),
        ("DISCORD://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV", "Discord", None, 443),
        ("ntfys://ntfy.sh/my-topic", "ntfy", "ntfy.sh", 443),
        ("gotifys://push.example.org:8443/A1b2C3", "Gotify", "push.example.org", 8443),
    ],
)
def test_addresses_of_known_services_are_taken(
    text: str, service: str, host: str | None, port: int
) -> None:
    found = parse_chat_address(text)
    assert (found.service, found.host, found.port) == (service, host, port)
    secret = found.url.rsplit("/", 1)[1]
    assert secret not in found.masked and service in found.masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "tgram://",
        "json://example.org/hook",
        "jsons://example.org/hook",
        "xmls://example.org",
        "mailto://me:secret@example.org",
        "file:///etc/passwd",
        "dbus://",
        "syslog://",
        "ntfy://ntfy.sh/topic",
        "mmost://chat.example.org/token",
        "ntfys://topic-only",
        "ntfys://localhost/topic",
        "ntfys://[::1/topic",
        "ntfys://ntfy.sh:0/topic",
        "ntfys://ntfy.sh:99999/topic",
        "ntfys://ntfy.sh/topic?verify=no",
        "ntfys://ntfy.sh/topic#part",
        "discord://4174216298/JHMHI discord://other/one",
        "ntfys://ntfy.sh\\@10.0.0.1/topic",
        "ntfys://ntfy.sh/" + "x" * 600,
        "tgram://töken/12",
    ],
)
def test_all_others_are_refused_beside_their_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_chat_address(text)
    assert refused.value.field == "url" and refused.value.message.endswith(".")
