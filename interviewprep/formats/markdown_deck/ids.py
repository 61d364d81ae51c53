"""Card ids: lower-case words joined by hyphens, given by the author or made from the question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from hashlib import blake2b

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORD = re.compile(r"[a-z0-9]+")
_SHORTEST, _LONGEST = 3, 60
_LONGEST_SLUG = 40


def is_id(text: str) -> bool:
    """Whether a text may be a card's id."""
    return _SHORTEST <= len(text) <= _LONGEST and _ID.fullmatch(text) is not None


def slug(text: str) -> str:
    """The first words of a text as an id, or an empty text if it has no usable ones."""
    plain = unicodedata.normalize("NFKD", text[:400]).encode("ascii", "ignore").decode().lower()
    made = ""
    for word in _WORD.findall(plain):
        longer = f"{made}-{word}" if made else word[:_LONGEST_SLUG]
        if len(longer) > _LONGEST_SLUG:
            break
        made = longer
    return made if len(made) >= _SHORTEST else ""


def numbered(card_id: str, number: int) -> str:
    """Another id like this one."""
    ending = f"-{number}"
    return card_id[: _LONGEST - len(ending)].rstrip("-") + ending


def made_from(front: str, taken: Container[str], next_number: dict[str, int]) -> str:
    """An id that the same question gets again: some of its words and a hash of all of them.

    `next_number` says where to go on counting for a question that comes often; it is kept here.
    """
    normal = " ".join(unicodedata.normalize("NFC", front).split())
    digest = blake2b(normal.encode("utf-8", "replace"), digest_size=4).hexdigest()
    made = f"{slug(front) or 'card'}-{digest}"
    unique, number = made, next_number.get(made, 2)
    while unique in taken:
        unique = numbered(made, number)
        number += 1
    next_number[made] = number
    return unique
