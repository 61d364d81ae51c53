"""Messages to chat services: nothing into private networks, nothing to what is no address."""

from __future__ import annotations

import pytest

from interviewprep.services.reminding.outgoing import DeliveryFailed
from interviewprep.worker.chat import check_host, send_chat

# Apprise looks for a module of the standard library that newer versions of Python have dropped.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.5", "192.168.1.1", "169.254.169.254", "localhost", "::1"]
)
def test_hosts_in_private_networks_are_refused(host: str) -> None:
    with pytest.raises(DeliveryFailed, match="private network") as refused:
        check_host(host, 443)
    assert refused.value.is_permanent


def test_a_stored_address_is_looked_at_again_before_each_message() -> None:
    with pytest.raises(DeliveryFailed, match="private network"):
        send_chat("ntfys://127.0.0.1/topic", "Title", "Text")
    with pytest.raises(DeliveryFailed, match="not taken"):
        send_chat("json://example.org/hook", "Title", "Text")


def test_an_address_that_apprise_cannot_read_is_refused_for_good() -> None:
    with pytest.raises(DeliveryFailed, match="Telegram") as refused:
        send_chat("tgram://nonsense", "Title", "Text")
    assert refused.value.is_permanent


def test_a_service_that_does_not_answer_is_tried_again() -> None:
    with pytest.raises(DeliveryFailed, match="did not take the message") as refused:
        send_chat("gotifys://127.0.0.1:9/A1b2C3", "Title", "Text", allow_private=True)
    assert not refused.value.is_permanent
