"""What counts as an e-mail address here: enough to reach a person, nothing that bends a header."""

from __future__ import annotations

import re

from interviewprep.errors import Invalid

LONGEST = 254
LONGEST_LOCAL_PART = 64
LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")


def clean_address(text: str) -> str:
    """Return the address trimmed and in lower case, as it is stored and compared.

    :raise Invalid: with the field `email`, for what cannot be an address. A domain of one label
        (`localhost`) is one; quoted local parts and letters beyond ASCII are not taken.
    """
    address = text.strip().lower()
    if not address:
        raise Invalid("Give an e-mail address.", field="email")
    if len(address) > LONGEST:
        raise Invalid(f"An e-mail address has at most {LONGEST} characters.", field="email")
    local, _, domain = address.rpartition("@")
    if (
        len(local) > LONGEST_LOCAL_PART
        or LOCAL_PART.fullmatch(local) is None
        or DOMAIN.fullmatch(domain) is None
    ):
        raise Invalid(
            "This does not look like an e-mail address; write it like name@example.org.",
            field="email",
        )
    return address
