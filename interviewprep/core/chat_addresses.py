"""Addresses of chat services, written as Apprise reads them: which may be used, and how they are
shown without the secrets in them.

Only services of two sorts are taken. Some have one home on the internet, so that the address holds
no host. The others run on a host that the address names; these only by TLS with a certificate that
is checked, so that no name server can lead a message to another machine than the one named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from interviewprep.errors import Invalid

FIXED_HOME = {
    "discord": "Discord",
    "gchat": "Google Chat",
    "pbul": "Pushbullet",
    "pover": "Pushover",
    "slack": "Slack",
    "tgram": "Telegram",
    "wxteams": "Webex",
}
OWN_HOST = {
    "gotifys": "Gotify",
    "mmosts": "Mattermost",
    "nctalks": "Nextcloud Talk",
    "ntfys": "ntfy",
    "rockets": "Rocket.Chat",
}
SCHEMES = FIXED_HOME | OWN_HOST
LONGEST = 500
HTTPS_PORT = 443
_SCHEME = re.compile(r"([a-z0-9]{1,20})://")


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """One address. `host` is None for a service with one home, `port` goes with the host."""

    url: str
    service: str
    host: str | None = None
    port: int = HTTPS_PORT

    @property
    def masked(self) -> str:
        """The service and what little tells two addresses of it apart; nothing to sign in with."""
        if self.host is not None:
            return f"{self.service} on {self.host}, …{self.url.rstrip('/')[-3:]}"
        return f"{self.service}, …{self.url.rstrip('/')[-3:]}"


def parse_chat_address(text: str) -> ChatAddress:
    """Return the address that a learner typed.

    :raise Invalid: with the field `url`, for a service that is not taken, options, or no address.
    """
    url = text.strip()
    found = _SCHEME.match(url.lower())
    if found is None or len(url) > LONGEST or not url.isascii() or not url.isprintable():
        raise _invalid("Give an address as Apprise writes it, such as tgram://token/chat.")
    scheme = found.group(1)
    if scheme not in SCHEMES:
        raise _invalid(
            f"Addresses with {scheme}:// are not taken; use one of {', '.join(sorted(SCHEMES))}."
        )
    if " " in url or "?" in url or "#" in url or "\\" in url:
        raise _invalid("Leave out blanks and everything from a question mark on.")
    url = scheme + url[len(scheme) :]
    if len(url.rstrip("/")) < len(scheme) + len("://") + 4:
        raise _invalid("The address lacks what comes after ://.")
    if scheme in FIXED_HOME:
        return ChatAddress(url, SCHEMES[scheme])
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, HTTPS_PORT if parts.port is None else parts.port
    except ValueError:
        host, port = None, 0
    if not host or "." not in host or not port:
        raise _invalid("The address lacks the name of the server, such as ntfys://ntfy.sh/topic.")
    return ChatAddress(url, SCHEMES[scheme], host, port)


def _invalid(message: str) -> Invalid:
    return Invalid(message, field="url")
