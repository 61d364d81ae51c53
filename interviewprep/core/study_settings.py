"""What a learner chooses about studying, for the account and for one deck, in one typed place.

Stored by name in `user.settings` and `enrolment.options`. Reading what is stored is tolerant: a
value that has become unusable falls back to its default, so that no page ever fails over it. What
a person sends is read strictly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from interviewprep.errors import Invalid

from .levels import CORE, DEEP
from .schedulers.options import Options

NEW_ORDERS = ("deck", "random")
MIXES = ("mixed", "before", "after")
ORDERED = {"new_order": NEW_ORDERS, "mix": MIXES}
LIMITS = {
    "new_per_day": (0, 9_999),
    "reviews_per_day": (0, 9_999),
    "longest_interval_days": (1, 36_500),
    "leech_at": (2, 99),
    "depth": (CORE, DEEP),
}
"""The least and the greatest value of each setting that is a number."""

TRACK, WITHOUT = "track", "without"
_CODE = re.compile(r"[a-z0-9-]{0,40}")

NAMES = {
    "new_per_day": "New cards a day",
    "reviews_per_day": "Reviews a day",
    "longest_interval_days": "The longest interval",
    "leech_at": "The number of lapses that marks a leech",
    "new_order": "The order of new cards",
    "mix": "The place of new cards",
    "depth": "How deep you study the deck",
}


@dataclass(frozen=True, slots=True)
class StudySettings:
    """The account's choices.

    `new_per_day` and `reviews_per_day` count over all decks together. `new_order` is `deck` (as
    the deck lists them) or `random`; `mix` puts new cards `mixed` among reviews, `before` or
    `after` them. `bury_siblings` keeps cards of one note apart by a day. `leech_suspends` takes a
    leech out of the reviews. The four before the last are the scheduler's, as `Options` describes
    them. `track` is the code of the role track that is followed, or empty; it is chosen elsewhere,
    not in this form.
    """

    new_per_day: int = 20
    reviews_per_day: int = 200
    new_order: str = "deck"
    mix: str = "mixed"
    bury_siblings: bool = True
    leech_suspends: bool = False
    late_credit: bool = True
    repeat_every_hard: bool = False
    longest_interval_days: int = 365
    leech_at: int = 8
    track: str = ""

    @classmethod
    def from_mapping(cls, stored: Mapping[str, Any] | None) -> StudySettings:
        """Return the settings in `stored`; unknown names and unusable values count as absent."""
        return cls(**_usable(cls, stored or {}))

    @classmethod
    def parse_form(cls, form: Mapping[str, str]) -> StudySettings:
        """Return what a form says; a switch is on where its name is there and not empty.

        :raise Invalid: with the field, for a number or a choice that is missing or unusable.
        """
        names = (field.name for field in fields(cls) if field.name != TRACK)
        return cls(**{name: _parse(name, form) for name in names})

    def as_dict(self) -> dict[str, Any]:
        """Return all settings by name, as `from_mapping` takes them."""
        return asdict(self)

    @property
    def scheduling(self) -> Options:
        """Return the part that the scheduler reads."""
        return Options(
            late_credit=self.late_credit,
            repeat_every_hard=self.repeat_every_hard,
            longest_interval_days=self.longest_interval_days,
            leech_at=self.leech_at,
        )


@dataclass(frozen=True, slots=True)
class DeckOptions:
    """What differs in one deck; None means as in the account.

    The two numbers narrow the account's for this deck: they never let more through than it does.
    `typed_answers` asks for the answer to be typed before it is shown. `depth` is the highest level
    of a built-in deck from which new cards come, and has them come level by level over all decks
    that have one. `track` is the code of the role track that put the deck among the learner's;
    empty for a deck, or a depth, of the learner's own choice. Cards with a tag of `without` do not
    become new: they belong to parts of the deck that the learner leaves out.
    """

    new_per_day: int | None = None
    reviews_per_day: int | None = None
    new_order: str | None = None
    typed_answers: bool = False
    depth: int | None = None
    track: str = ""
    without: tuple[str, ...] = ()

    @classmethod
    def from_mapping(cls, stored: Mapping[str, Any] | None) -> DeckOptions:
        """Return the options in `stored`; unknown names and unusable values count as absent."""
        values = _usable(cls, stored or {})
        if WITHOUT in values:
            values[WITHOUT] = tuple(values[WITHOUT])
        return cls(**values)

    @classmethod
    def parse_form(cls, form: Mapping[str, str]) -> DeckOptions:
        """Return what a form says; an empty number or choice means as in the account.

        :raise Invalid: with the field, for a value that cannot be used.
        """
        values: dict[str, Any] = {"typed_answers": bool(form.get("typed_answers"))}
        for name in ("new_per_day", "reviews_per_day", "new_order", "depth"):
            if form.get(name, "").strip():
                values[name] = _parse(name, form)
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        """Return what differs from the account, by name, as `from_mapping` takes it."""
        values = asdict(self) | {WITHOUT: list(self.without)}
        return {
            name: value
            for name, value in values.items()
            if value is not False and value not in (None, "", [])
        }


def _usable(
    cls: type[StudySettings] | type[DeckOptions], stored: Mapping[str, Any]
) -> dict[str, Any]:
    names = (field.name for field in fields(cls))
    return {name: stored[name] for name in names if name in stored and _fits(name, stored[name])}


def _fits(name: str, value: object) -> bool:
    if name in LIMITS:
        least, greatest = LIMITS[name]
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return is_number and least <= value <= greatest  # type: ignore[operator]
    if name == TRACK:
        return _is_code(value)
    if name == WITHOUT:
        return isinstance(value, list) and len(value) <= 100 and all(map(_is_code, value))
    return value in ORDERED[name] if name in ORDERED else isinstance(value, bool)


def _is_code(value: object) -> bool:
    return isinstance(value, str) and _CODE.fullmatch(value) is not None


def _parse(name: str, form: Mapping[str, str]) -> Any:
    text = form.get(name, "").strip()
    if name in LIMITS:
        least, greatest = LIMITS[name]
        value = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else None
        if value is None or not least <= value <= greatest:
            raise Invalid(
                f"{NAMES[name]}: give a whole number from {least} to {greatest}.", field=name
            )
        return value
    if name in ORDERED:
        if text not in ORDERED[name]:
            raise Invalid(f"{NAMES[name]}: choose one of the choices offered.", field=name)
        return text
    return bool(text)
