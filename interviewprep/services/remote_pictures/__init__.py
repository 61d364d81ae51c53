"""Pictures that notes show from other servers, brought into the deck at the learner's explicit yes.

This is the one place where this program loads anything from another host, and it does so for
`fetch_pictures` alone: what hosts there are is said before, and nothing else ever asks them.
"""

from .fetching import Limits, NotFetched, fetch_picture
from .finding import RemoteHost, remote_hosts
from .storing import Fetched, fetch_pictures

__all__ = [
    "Fetched",
    "Limits",
    "NotFetched",
    "RemoteHost",
    "fetch_picture",
    "fetch_pictures",
    "remote_hosts",
]
