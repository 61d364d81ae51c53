"""The limits that a deck of Anki's has of its own: new cards and reviews a day.

Only what differs from Anki's own defaults says something: an export without deck options gives
every deck the defaults.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from interviewprep.formats.anki import protobuf
from interviewprep.formats.anki.collection import FIRST_WITH_TABLES

NEW_PER_DAY, REVIEWS_PER_DAY = "new_per_day", "reviews_per_day"
_DEFAULTS = {NEW_PER_DAY: 20, REVIEWS_PER_DAY: 200}
_MOST = 9_999
_DEFAULT_CONFIG = 1
_NUMBERS_IN_CONFIG = {9: NEW_PER_DAY, 10: REVIEWS_PER_DAY}
_NORMAL, _CONFIG_ID = 1, 1
_NUMBERS_IN_DECK = {6: REVIEWS_PER_DAY, 7: NEW_PER_DAY}
"""Anki's `DeckConfig.Config` and `Deck.Normal` (its `proto/anki`): the deck's own limits, where it
has any, go before those of the options it shares with others."""


def read_limits(
    connection: sqlite3.Connection, version: int
) -> tuple[dict[int, dict[str, int]], bool]:
    """The limits of decks by their ids, and whether any deck has options that are not Anki's first.

    What cannot be read counts as absent: a deck can do without.
    """
    try:
        if version >= FIRST_WITH_TABLES:
            configs = dict(_configs_from_table(connection))
            decks = list(_decks_from_table(connection))
        else:
            configs = dict(_configs_from_json(connection))
            decks = list(_decks_from_json(connection))
    except (sqlite3.OperationalError, ValueError, TypeError, AttributeError, RecursionError):
        return {}, False
    found = {}
    for deck_id, config_id, own in decks:
        said = {**_DEFAULTS, **configs.get(config_id, {}), **own}
        limits = {
            name: min(value, _MOST)
            for name, value in said.items()
            if value != _DEFAULTS[name] and value >= 0
        }
        if limits:
            found[deck_id] = limits
    return found, any(config_id != _DEFAULT_CONFIG for _, config_id, _ in decks)


def _configs_from_table(connection: sqlite3.Connection) -> Iterator[tuple[int, dict[str, int]]]:
    for config_id, config in connection.execute("SELECT id, config FROM deck_config"):
        # A number that is 0 is not written.
        yield config_id, {NEW_PER_DAY: 0, REVIEWS_PER_DAY: 0, **_numbers(config)}


def _numbers(config: Any) -> dict[str, int]:
    return {
        _NUMBERS_IN_CONFIG[number]: value
        for number, value in protobuf.fields(bytes(config))
        if number in _NUMBERS_IN_CONFIG and isinstance(value, int)
    }


def _decks_from_table(connection: sqlite3.Connection) -> Iterator[tuple[int, int, dict[str, int]]]:
    for deck_id, kind in connection.execute("SELECT id, kind FROM decks"):
        for number, value in protobuf.fields(bytes(kind)):
            if number == _NORMAL and isinstance(value, bytes):
                said = {n: v for n, v in protobuf.fields(value) if isinstance(v, int)}
                own = {name: said[n] for n, name in _NUMBERS_IN_DECK.items() if n in said}
                yield deck_id, said.get(_CONFIG_ID, _DEFAULT_CONFIG), own


def _configs_from_json(connection: sqlite3.Connection) -> Iterator[tuple[int, dict[str, int]]]:
    (text,) = connection.execute("SELECT dconf FROM col").fetchone()
    for key, config in json.loads(text).items():
        said = {
            NEW_PER_DAY: (config.get("new") or {}).get("perDay"),
            REVIEWS_PER_DAY: (config.get("rev") or {}).get("perDay"),
        }
        yield int(key), {name: value for name, value in said.items() if isinstance(value, int)}


def _decks_from_json(connection: sqlite3.Connection) -> Iterator[tuple[int, int, dict[str, int]]]:
    (text,) = connection.execute("SELECT decks FROM col").fetchone()
    for key, deck in json.loads(text).items():
        if deck.get("dyn"):
            continue
        said = {NEW_PER_DAY: deck.get("newLimit"), REVIEWS_PER_DAY: deck.get("reviewLimit")}
        own = {name: value for name, value in said.items() if isinstance(value, int)}
        config_id = deck.get("conf", _DEFAULT_CONFIG)
        yield int(key), config_id if isinstance(config_id, int) else _DEFAULT_CONFIG, own
